from django.apps import AppConfig

from liaison.refusal import mark
from liaison.viewer import Right
from liaison.web import navigation


class RecordsConfig(AppConfig):
    name = "liaison.apps.records"
    label = "records"

    def ready(self) -> None:
        """Add the databases to the menu, let the verifier compare rows, and end what is erased again."""
        from liaison.apps.audit import public as audit  # noqa: PLC0415 - models are loaded only now
        from liaison.apps.records.projection import differences, differing_parts, unsigned_versions  # noqa: PLC0415
        from liaison.apps.records.services import end_erased_again  # noqa: PLC0415

        audit.register_projection(differences)
        audit.register_projection(differing_parts)
        audit.register_projection(unsigned_versions)
        audit.on_erasure_replayed(end_erased_again)
        navigation.add(
            navigation.Entry(
                "ending",
                mark("Ending soon"),
                "records:ending",
                icon="calendar",
                rights={Right.ENTER_RECORDS},
                order=30,
            )
        )
        navigation.add(
            navigation.Entry(
                "errors",
                mark("Reported errors"),
                "records:errors",
                icon="flag",
                rights={Right.ENTER_RECORDS},
                order=35,
            )
        )
        navigation.add(
            navigation.Entry(
                "restrictions",
                mark("Restrictions"),
                "records:restrictions",
                icon="eye-off",
                rights={Right.ENTER_RECORDS, Right.ADMIT_MEMBERS},
                order=37,
            )
        )
        navigation.add(
            navigation.Entry(
                "databases",
                mark("Databases"),
                "records:databases",
                icon="database",
                rights={Right.READ_RECORDS},
                order=20,
            )
        )
