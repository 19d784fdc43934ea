from django.apps import AppConfig

from liaison.refusal import mark
from liaison.viewer import Right
from liaison.web import navigation, slots


class ScreeningConfig(AppConfig):
    name = "liaison.apps.screening"
    label = "screening"

    def ready(self) -> None:
        """Add the query to the menu, first of all, and advice to the page where records are entered."""
        from liaison.apps.screening.entry_advice import shown_advice  # noqa: PLC0415 - models are loaded only now

        slots.fill("records.entry", shown_advice)
        navigation.add(
            navigation.Entry("query", mark("Query"), "screening:query", icon="search", rights={Right.QUERY}, order=10)
        )
        navigation.add(
            navigation.Entry(
                "partner_matches",
                mark("Matches from partners"),
                "screening:partner_matches",
                icon="building",
                rights={Right.RECEIVE_MATCHES},
                order=15,
            )
        )
