"""Addresses of the pages of emergency openings."""

from django.urls import path

from liaison.apps.glass import views

app_name = "glass"

urlpatterns = [
    path("openings/", views.listing, name="list"),
    path("openings/ask/", views.ask, name="ask"),
    path("openings/<str:reference>/", views.opening, name="opening"),
    path("openings/<str:reference>/approve/", views.approve, name="approve"),
    path("openings/<str:reference>/reject/", views.reject, name="reject"),
    path("openings/<str:reference>/end/", views.end, name="end"),
    path("openings/<str:reference>/seen/", views.acknowledge, name="acknowledge"),
    path("openings/<str:reference>/records/<str:called>/", views.record, name="record"),
    path("openings/<str:reference>/records/<str:called>/pictures/<int:number>", views.picture, name="picture"),
]
