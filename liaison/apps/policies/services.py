"""Proposing, approving and rejecting a policy value."""

from datetime import datetime
from uuid import UUID

from liaison.apps.audit import public as audit
from liaison.apps.policies.models import PolicyChange
from liaison.ledger.canonical import Json, canonical_json
from liaison.refusal import Absent, Finding, Refused, mark
from liaison.rows.clock import now
from liaison.rows.viewing import viewing
from liaison.rules.policy_values import CATALOGUE
from liaison.viewer import Right, Viewer

REASON_LENGTH_MIN = 10


def propose(name: str, value: int, *, reason: str, by: Viewer, effective_at: datetime | None = None) -> UUID:
    """Propose a value, in force from `effective_at` (at once when None) after a second person approves it."""
    by.needs(Right.CHANGE_POLICIES)
    declared = CATALOGUE.get(name)
    if declared is None:
        raise _no_such(name)
    declared.check(value)
    if len(reason.strip()) < REASON_LENGTH_MIN:
        raise Refused(
            Finding(
                code="policy.no_reason",
                problem=mark("The change gives no reason."),
                remedy=mark("Say in a sentence why the value changes; the second person reads it."),
                field="reason",
            )
        )
    with viewing(by):
        moment = now()
        change = PolicyChange.objects.create(
            name=name,
            value=value,
            reason=reason.strip(),
            effective_at=max(effective_at or moment, moment),
            proposed_by=by.user_id,
            proposed_at=moment,
        )
        _enter("policies.proposed", change, by=by)
    return change.id


def approve(change_id: UUID, *, by: Viewer) -> None:
    """Put a proposed value in force; the second person is never the one who proposed it."""
    _decide(change_id, PolicyChange.Status.APPROVED, "policies.approved", by=by)


def reject(change_id: UUID, *, by: Viewer) -> None:
    """Turn a proposed value down."""
    _decide(change_id, PolicyChange.Status.REJECTED, "policies.rejected", by=by)


def _decide(change_id: UUID, status: PolicyChange.Status, action: str, *, by: Viewer) -> None:
    by.needs(Right.APPROVE_POLICIES)
    with viewing(by):
        change = PolicyChange.objects.select_for_update().filter(pk=change_id).first()
        if change is None:
            raise _no_such(str(change_id))
        if change.status != PolicyChange.Status.PROPOSED:
            raise Refused(
                Finding(
                    code="policy.decided",
                    problem=mark("This change was decided before."),
                    remedy=mark("Propose a new one if the value should change again."),
                )
            )
        if change.proposed_by == by.user_id:
            raise Refused(
                Finding(
                    code="policy.two_persons",
                    problem=mark("You proposed this change yourself."),
                    remedy=mark("Ask another policy officer to decide it."),
                    source="policy: two_persons",
                )
            )
        change.status = status
        change.decided_by = by.user_id
        change.decided_at = now()
        change.effective_at = max(change.effective_at, change.decided_at)
        change.save(update_fields=["status", "decided_by", "decided_at", "effective_at"])
        _enter(action, change, by=by)


def _enter(action: str, change: PolicyChange, *, by: Viewer) -> None:
    document: dict[str, Json] = {
        "name": change.name,
        "value": change.value,
        "reason": change.reason,
        "effective_at": change.effective_at.isoformat(),
    }
    audit.record(
        audit.EntryDraft(
            action=action,
            subject=change.id,
            source=by.reader_id,
            kind="policy@1",
            content=canonical_json(document),
        ),
        by=by,
    )


def _no_such(name: str) -> Absent:
    return Absent(
        Finding(
            code="policy.unknown",
            problem=mark("There is no policy value or change “%(name)s”."),
            remedy=mark("Choose one from the list of policy values."),
            values={"name": name[:80]},
        )
    )
