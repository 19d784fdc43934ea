"""The kit of pages as Django knows it."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Brings the templates, the tags and the files of the shell."""

    name = "liaison.web"
    label = "web"
