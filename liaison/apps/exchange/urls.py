"""Addresses of the imports' pages."""

from django.urls import path

from liaison.apps.exchange import export_views, views

app_name = "exchange"

urlpatterns = [
    path("imports/", views.overview, name="list"),
    path("imports/<str:reference>/", views.show, name="report"),
    path("imports/<str:reference>/approve/", views.approve, name="approve"),
    path("export/<str:kind>/", export_views.export, name="export"),
    path("export/<str:kind>/template/", export_views.template, name="template"),
]
