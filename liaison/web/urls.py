"""Addresses of the shell."""

from django.urls import path
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from liaison.web import views

app_name = "web"

urlpatterns = [
    path("", views.start, name="start"),
    path("favicon.ico", views.favicon, name="favicon"),
    path("theme/", views.choose_theme, name="theme"),
    path("language/", require_POST(set_language), name="set_language"),
]
