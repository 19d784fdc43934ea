from django.apps import AppConfig

from liaison.refusal import mark
from liaison.viewer import Right
from liaison.web import navigation


class ScreeningConfig(AppConfig):
    name = "liaison.apps.screening"
    label = "screening"

    def ready(self) -> None:
        """Add the query to the menu, first of all."""
        navigation.add(
            navigation.Entry("query", mark("Query"), "screening:query", icon="search", rights={Right.QUERY}, order=10)
        )
