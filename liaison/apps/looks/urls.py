"""Addresses of the pages about looks."""

from django.urls import path

from liaison.apps.looks import record_views, views

app_name = "looks"

urlpatterns = [
    path("looks/", views.desk, name="desk"),
    path("looks/records/<str:reference>/", record_views.record, name="record"),
    path("looks/asked/", views.asked, name="asked"),
    path("looks/asked/<str:reference>/", views.answer, name="answer"),
    path("looks/checks/", views.listing, name="checks"),
    path("looks/checks/<str:reference>/", views.check, name="check"),
    path("looks/checks/<str:reference>/erase/", views.erase, name="erase"),
    path("looks/signals/", views.signal_list, name="signals"),
    path("looks/signals/<str:reference>/", views.signal, name="signal"),
    path("looks/queries/<uuid:event_id>/", views.text, name="text"),
]
