"""What the other apps may use of the policy values."""

from liaison.apps.policies.queries import value, values
from liaison.apps.policies.services import approve, propose, reject

__all__ = ["approve", "propose", "reject", "value", "values"]
