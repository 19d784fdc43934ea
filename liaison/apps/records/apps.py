from django.apps import AppConfig


class RecordsConfig(AppConfig):
    name = "liaison.apps.records"
    label = "records"

    def ready(self) -> None:
        """Let the ledger's verifier compare the current rows with what was entered."""
        from liaison.apps.audit import public as audit  # noqa: PLC0415 - models are loaded only now
        from liaison.apps.records.projection import differences  # noqa: PLC0415

        audit.register_projection(differences)
