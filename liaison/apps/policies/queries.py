"""Which values are in force, which are coming, and who decided them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from liaison.apps.policies.models import PolicyChange
from liaison.rows.clock import now
from liaison.rules.policy_values import CATALOGUE, PolicyValue, policy_value


@dataclass(frozen=True, slots=True)
class Change:
    """One change as the page shows it."""

    id: UUID
    name: str
    value: int
    reason: str
    status: str
    effective_at: datetime
    proposed_by: UUID
    proposed_at: datetime
    decided_by: UUID | None


@dataclass(frozen=True, slots=True)
class InForce:
    """A declared policy value, what holds now, and the changes proposed or coming."""

    declared: PolicyValue
    value: int
    since: datetime | None
    changes: tuple[Change, ...]


def value(name: str, *, at: datetime | None = None) -> int:
    """Return the value in force now, or at a moment; the declared default when nothing was ever approved."""
    return values([name], at=at)[name]


def values(names: list[str], *, at: datetime | None = None) -> dict[str, int]:
    """Return several values in force by one statement."""
    moment = at or now()
    approved = PolicyChange.objects.filter(
        name__in=names, status=PolicyChange.Status.APPROVED, effective_at__lte=moment
    ).order_by("effective_at", "decided_at")
    held = {change.name: change.value for change in approved}
    return {name: held.get(name, policy_value(name).default) for name in names}


def overview() -> list[InForce]:
    """Return every declared value in the order of the catalogue, with its changes, newest first."""
    moment = now()
    changes: dict[str, list[PolicyChange]] = {}
    for change in PolicyChange.objects.order_by("-effective_at", "-proposed_at"):
        changes.setdefault(change.name, []).append(change)
    return [_in_force(declared, changes.get(declared.name, []), moment) for declared in CATALOGUE.values()]


def _in_force(declared: PolicyValue, changes: list[PolicyChange], moment: datetime) -> InForce:
    held = next(
        (c for c in changes if c.status == PolicyChange.Status.APPROVED and c.effective_at <= moment),
        None,
    )
    shown = tuple(
        Change(c.id, c.name, c.value, c.reason, c.status, c.effective_at, c.proposed_by, c.proposed_at, c.decided_by)
        for c in changes
    )
    return InForce(declared, held.value if held else declared.default, held.effective_at if held else None, shown)
