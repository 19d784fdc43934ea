"""Questions about the ledger; those about looks are in `looks`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from liaison.apps.audit.cursors import READ_MAX, system_fetch
from liaison.apps.audit.entries import fetch
from liaison.apps.audit.values import SequencedEntry

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
