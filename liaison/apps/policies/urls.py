"""Addresses of the policy pages."""

from django.urls import path

from liaison.apps.policies import views

app_name = "policies"

urlpatterns = [
    path("policies/", views.overview, name="list"),
    path("policies/<str:name>/propose/", views.propose, name="propose"),
    path("policies/changes/<uuid:change_id>/decide/", views.decide, name="decide"),
]
