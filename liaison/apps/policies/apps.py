from django.apps import AppConfig


class PoliciesConfig(AppConfig):
    name = "liaison.apps.policies"
    label = "policies"
