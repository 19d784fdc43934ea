from django.apps import AppConfig


class SignaturesConfig(AppConfig):
    name = "liaison.apps.signatures"
    label = "signatures"

    def ready(self) -> None:
        """Let the verifier look at every signature."""
        from liaison.apps.audit import public as audit  # noqa: PLC0415 - models are loaded only now
        from liaison.apps.signatures.verification import broken  # noqa: PLC0415

        audit.register_projection(broken)
