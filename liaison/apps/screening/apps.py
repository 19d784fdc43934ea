from django.apps import AppConfig


class ScreeningConfig(AppConfig):
    name = "liaison.apps.screening"
    label = "screening"
