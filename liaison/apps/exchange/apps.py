from django.apps import AppConfig

from liaison.refusal import mark
from liaison.viewer import Right
from liaison.web import navigation, slots


class ExchangeConfig(AppConfig):
    name = "liaison.apps.exchange"
    label = "exchange"

    def ready(self) -> None:
        """Add the imports to the menu of those who run, approve or oversee them, and copies to the lists."""
        from liaison.apps.exchange.export_views import shown_link  # noqa: PLC0415 - models are loaded only now

        slots.fill("records.list", shown_link)
        navigation.add(
            navigation.Entry(
                "imports",
                mark("Imports"),
                "exchange:list",
                icon="file-import",
                rights={Right.IMPORT_LISTS, Right.APPROVE_IMPORTS, Right.OVERSEE},
                group=navigation.Group.STEWARDSHIP,
                order=40,
            )
        )
