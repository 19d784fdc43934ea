from django.apps import AppConfig

from liaison.refusal import mark
from liaison.viewer import Right
from liaison.web import navigation


class PoliciesConfig(AppConfig):
    name = "liaison.apps.policies"
    label = "policies"

    def ready(self) -> None:
        """Add the policy values to the menu; everybody may read them (RPD art. 13)."""
        navigation.add(
            navigation.Entry(
                "policies",
                mark("Policy values"),
                "policies:list",
                icon="scale",
                rights=set(Right),
                group=navigation.Group.STEWARDSHIP,
                order=20,
            )
        )
