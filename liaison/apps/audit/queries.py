"""Questions about the ledger and the looks, each asked on behalf of a Viewer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from liaison.apps.audit.cursors import READ_MAX, system_fetch
from liaison.apps.audit.entries import fetch
from liaison.apps.audit.values import LookCard, LookKind, SequencedEntry
from liaison.rows.viewing import viewing
from liaison.viewer import Viewer

LOOKS_MAX = 500
_NUMBERED = (
    "select l.seq, e.id, e.at, e.action, e.kind, e.subject, e.source"
    " from audit_leaf l join audit_entry e on e.id = l.entry_id where starts_with(e.action, %s) and "
)


@dataclass(frozen=True, slots=True)
class LedgerState:
    """How large the ledger is, and its newest checkpoint; 0 and None before the first."""

    size: int
    checkpoint_size: int
    checkpoint_at: datetime | None


@dataclass(frozen=True, slots=True)
class LookWith:
    """One look that named two subjects: when, by which body, and the other of the two."""

    at: datetime
    reader: UUID
    subject: UUID


def ledger_state() -> LedgerState:
    """Return size and newest checkpoint, which hold nothing about anybody."""
    ((size,),) = fetch("select size from audit_tree", [])
    newest = fetch("select size, at from audit_checkpoint order by size desc limit 1", [])
    return LedgerState(size, *(newest[0] if newest else (0, None)))


def leaf_at(seq: int) -> bytes | None:
    """Return the leaf hash with this number, which everyone may see; None where the ledger is not so long."""
    rows = fetch("select leaf from audit_leaf where seq = %s", [seq])
    return bytes(rows[0][0]) if rows else None


def numbered_between(after: int, until: int, *, action: str) -> list[SequencedEntry]:
    """Return the numbered entries after one number up to another whose action begins so, in order (system role).

    For walking the ledger on behalf of a viewer who is then shown only what he may see. At most READ_MAX numbers.
    """
    assert until - after <= READ_MAX, "the caller walks in bounded steps"
    rows = system_fetch(f"{_NUMBERED} l.seq > %s and l.seq <= %s order by l.seq", [action, after, until])
    return [SequencedEntry(*row) for row in rows]


def numbered_of(subjects: Sequence[UUID], *, action: str) -> list[SequencedEntry]:
    """Return the numbered entries on these subjects whose action begins so, by subject and in order (system role)."""
    if not subjects:
        return []
    rows = system_fetch(
        f"{_NUMBERED} e.subject = any(%s::uuid[]) order by e.subject, l.seq", [action, list(subjects)]
    )
    return [SequencedEntry(*row) for row in rows]


def looks_at(subject: UUID, viewer: Viewer, limit: int) -> list[LookCard]:
    """Return the newest looks at a subject: to its source all of them, to others those of their own body.

    The acting person is known to his own body and to oversight; the source learns the body only.
    """
    with viewing(viewer, savepoint=False):
        rows = fetch(
            "select s.event_id, s.at, s.kind, s.reader, s.purpose, e.actor from audit_event_subject s"
            " left join audit_event e on e.id = s.event_id and e.at = s.at"
            " where s.subject = %s order by s.at desc, s.event_id desc limit %s",
            [subject, min(limit, LOOKS_MAX)],
        )
    return [_card(row) for row in rows]


def looks_with(subject: UUID, viewer: Viewer, *, kind: LookKind, limit: int) -> list[LookWith]:
    """Return the newest looks of a kind that name this subject, each with what else it named.

    Whoever may not know of a look at the other subject does not get it.
    """
    with viewing(viewer, savepoint=False):
        rows = fetch(
            "select s.at, s.reader, s.subject from audit_event_subject mine join audit_event_subject s"
            " on s.event_id = mine.event_id and s.at = mine.at where mine.subject = %s and mine.kind = %s"
            " and s.subject <> mine.subject order by s.at desc, s.event_id desc limit %s",
            [subject, kind.value, min(limit, LOOKS_MAX)],
        )
    return [LookWith(*row) for row in rows]


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
