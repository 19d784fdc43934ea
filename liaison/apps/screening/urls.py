"""Addresses of the query page."""

from django.urls import path

from liaison.apps.screening import views

app_name = "screening"

urlpatterns = [path("query/", views.query, name="query")]
