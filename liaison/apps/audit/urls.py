"""Addresses of the ledger's page."""

from django.urls import path

from liaison.apps.audit import views

app_name = "audit"

urlpatterns = [path("ledger/", views.ledger, name="ledger")]
