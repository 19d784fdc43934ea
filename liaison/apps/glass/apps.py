from django.apps import AppConfig

from liaison.refusal import mark
from liaison.viewer import Right
from liaison.web import navigation


class GlassConfig(AppConfig):
    name = "liaison.apps.glass"
    label = "glass"

    def ready(self) -> None:
        """Add the openings to the menu of everybody who asks, decides or answers for records, with what is new."""
        from liaison.apps.glass.queries import waiting_count  # noqa: PLC0415 - models are loaded only now

        navigation.add(
            navigation.Entry(
                "glass",
                mark("Emergency openings"),
                "glass:list",
                icon="lock-access",
                rights={Right.BREAK_GLASS, Right.APPROVE_GLASS, Right.ENTER_RECORDS, Right.AUDIT},
                group=navigation.Group.STEWARDSHIP,
                order=33,
                waiting=waiting_count,
            )
        )
