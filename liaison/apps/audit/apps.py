from django.apps import AppConfig

from liaison.refusal import mark
from liaison.viewer import Right
from liaison.web import navigation


class AuditConfig(AppConfig):
    name = "liaison.apps.audit"
    label = "audit"

    def ready(self) -> None:
        """Add the ledger to the menu of everybody: each may see his own looks."""
        navigation.add(
            navigation.Entry(
                "ledger",
                mark("Ledger"),
                "audit:ledger",
                icon="certificate",
                rights=set(Right),
                group=navigation.Group.STEWARDSHIP,
                order=10,
            )
        )
