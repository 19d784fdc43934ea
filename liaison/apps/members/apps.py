from django.apps import AppConfig


class MembersConfig(AppConfig):
    name = "liaison.apps.members"
    label = "members"
