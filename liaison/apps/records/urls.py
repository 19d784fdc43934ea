"""Addresses of the records' pages."""

from django.urls import path

from liaison.apps.records import views

app_name = "records"

urlpatterns = [
    path("databases/", views.databases, name="databases"),
    path("databases/<slug:kind>/", views.listing, name="list"),
    path("records/<str:reference>/", views.record, name="record"),
    path("records/<str:reference>/pictures/<int:number>", views.picture, name="picture"),
    path("records/<str:reference>/portrait.png", views.portrait, name="portrait"),
]
