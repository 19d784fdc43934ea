"""Django's name for this kit: it has migrations, so it is an app."""

from django.apps import AppConfig


class RowsConfig(AppConfig):
    """First in the row: its functions are what every policy asks."""

    name = "liaison.rows"
    label = "rows"
