"""Addresses of the imports' pages."""

from django.urls import path

from liaison.apps.exchange import views

app_name = "exchange"

urlpatterns = [
    path("imports/", views.overview, name="list"),
    path("imports/<str:reference>/", views.show, name="report"),
    path("imports/<str:reference>/approve/", views.approve, name="approve"),
]
