from django.apps import AppConfig


class RecordsConfig(AppConfig):
    name = "liaison.apps.records"
    label = "records"
