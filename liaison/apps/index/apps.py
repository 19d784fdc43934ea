from django.apps import AppConfig


class IndexConfig(AppConfig):
    name = "liaison.apps.index"
    label = "index"
