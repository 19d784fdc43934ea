"""Addresses of the query page and of the matches from private partners."""

from django.urls import path

from liaison.apps.screening import views

app_name = "screening"

urlpatterns = [
    path("query/", views.query, name="query"),
    path("partner-matches/", views.matches_from_partners, name="partner_matches"),
]
