from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "liaison.apps.exchange"
    label = "exchange"
