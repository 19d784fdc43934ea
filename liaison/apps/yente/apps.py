from django.apps import AppConfig


class YenteConfig(AppConfig):
    name = "liaison.apps.yente"
    label = "yente"
