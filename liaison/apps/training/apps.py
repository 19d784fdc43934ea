"""The invented world of demo and tests."""

from django.apps import AppConfig

from liaison.web.demo import DemoWorld, provide


class TrainingConfig(AppConfig):
    """Offers the invented world to the pages of a demo home."""

    name = "liaison.apps.training"
    label = "training"

    def ready(self) -> None:
        """Tell the pages who knows the demo world; whether there is one is looked up when a page asks."""
        provide(_invitation)


def _invitation() -> DemoWorld | None:
    from liaison.apps.training.invitation import invitation  # noqa: PLC0415 - tables are known only after the start

    return invitation()
