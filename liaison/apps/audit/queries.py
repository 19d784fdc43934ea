"""Questions about the ledger and the looks, each asked on behalf of a Viewer."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from liaison.apps.audit.entries import fetch
from liaison.apps.audit.values import LookCard, LookKind
from liaison.rows.viewing import viewing
from liaison.viewer import Viewer

LOOKS_MAX = 500


@dataclass(frozen=True, slots=True)
class LedgerState:
    """How large the ledger is, and its newest checkpoint; 0 and None before the first."""

    size: int
    checkpoint_size: int
    checkpoint_at: datetime | None


def ledger_state() -> LedgerState:
    """Return size and newest checkpoint, which hold nothing about anybody."""
    ((size,),) = fetch("select size from audit_tree", [])
    newest = fetch("select size, at from audit_checkpoint order by size desc limit 1", [])
    return LedgerState(size, *(newest[0] if newest else (0, None)))


def looks_at(subject: UUID, viewer: Viewer, limit: int) -> list[LookCard]:
    """Return the newest looks at a subject: to its source all of them, to others those of their own body.

    The acting person is known to his own body and to oversight; the source learns the body only.
    """
    with viewing(viewer):
        rows = fetch(
            "select s.event_id, s.at, s.kind, s.reader, s.purpose, e.actor from audit_event_subject s"
            " left join audit_event e on e.id = s.event_id and e.at = s.at"
            " where s.subject = %s order by s.at desc, s.event_id desc limit %s",
            [subject, min(limit, LOOKS_MAX)],
        )
    return [_card(row) for row in rows]


def looks_by(actor: UUID, viewer: Viewer, limit: int) -> list[LookCard]:
    """Return the newest looks of one user, to his own body and to oversight."""
    with viewing(viewer):
        rows = fetch(
            "select id, at, kind, reader, purpose, actor from audit_event where actor = %s"
            " order by at desc, id desc limit %s",
            [actor, min(limit, LOOKS_MAX)],
        )
    return [_card(row) for row in rows]


def _card(row: tuple[UUID, datetime, str, UUID, str, UUID | None]) -> LookCard:
    event_id, at, kind, reader, purpose, actor = row
    return LookCard(event_id, at, LookKind(kind), reader, purpose, actor)
