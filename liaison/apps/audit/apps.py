from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "liaison.apps.audit"
    label = "audit"
