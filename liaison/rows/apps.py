from django.apps import AppConfig


class RowsConfig(AppConfig):
    name = "liaison.rows"
    label = "rows"
