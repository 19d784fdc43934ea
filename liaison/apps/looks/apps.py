from django.apps import AppConfig

from liaison.refusal import mark
from liaison.viewer import Right
from liaison.web import navigation, slots


class LooksConfig(AppConfig):
    name = "liaison.apps.looks"
    label = "looks"

    def ready(self) -> None:
        """Add who looked to the page of a record, and the desk of data protection to the menu."""
        from liaison.apps.looks.checks import asked_of  # noqa: PLC0415 - models are loaded only now
        from liaison.apps.looks.record_views import shown_looks  # noqa: PLC0415
        from liaison.apps.looks.signals import open_count  # noqa: PLC0415

        slots.fill("records.looks", shown_looks)
        judges = {Right.JUDGE_LOOKS, Right.OVERSEE}
        navigation.add(
            navigation.Entry(
                "asked",
                mark("Asked of you"),
                "looks:asked",
                icon="user-question",
                rights={Right.QUERY},
                order=40,
                waiting=asked_of,
            )
        )
        for key, label, url_name, icon, rights, order, waiting in (
            ("looks", mark("Who looked"), "looks:desk", "scan-eye", {Right.AUDIT}, 12, None),
            ("checks", mark("Spot checks"), "looks:checks", "clipboard-check", judges, 13, None),
            ("signals", mark("Signals"), "looks:signals", "flag", judges, 14, open_count),
        ):
            navigation.add(
                navigation.Entry(
                    key,
                    label,
                    url_name,
                    icon=icon,
                    rights=rights,
                    group=navigation.Group.STEWARDSHIP,
                    order=order,
                    waiting=waiting,
                )
            )
