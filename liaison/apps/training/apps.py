from django.apps import AppConfig


class TrainingConfig(AppConfig):
    name = "liaison.apps.training"
    label = "training"
