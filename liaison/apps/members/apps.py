from django.apps import AppConfig

from liaison.refusal import mark
from liaison.viewer import Right
from liaison.web import navigation

_LOOKS_AFTER = frozenset({Right.ADMINISTER_MEMBERS, Right.APPROVE_MEMBERS})


class MembersConfig(AppConfig):
    name = "liaison.apps.members"
    label = "members"

    def ready(self) -> None:
        """Add the members to the menu of everybody, people and desk to that of those who look after them."""
        for key, label, url_name, icon, rights, order in (
            ("members", mark("Members"), "members:list", "world", set(Right), 30),
            ("people", mark("People"), "members:people", "users", {*_LOOKS_AFTER, Right.OVERSEE}, 31),
            ("desk", mark("Our desk"), "members:desk", "clock", _LOOKS_AFTER, 32),
        ):
            navigation.add(
                navigation.Entry(
                    key, label, url_name, icon=icon, rights=rights, group=navigation.Group.STEWARDSHIP, order=order
                )
            )
