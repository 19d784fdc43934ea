"""Looks that are out of retention: whole months go, one after the other, and the ledger tells which.

A month goes in one transaction with its entry. The database itself refuses a month that the policy keeps, one that is
not over, and one with a look that no numbered entry covers. Who is killed in the middle has done nothing.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import psycopg

from liaison.apps.audit.cursors import system_fetch
from liaison.apps.audit.erasure import append_entry
from liaison.apps.audit.values import SYSTEM_ID, EntryDraft
from liaison.ledger.entries import parse_entry
from liaison.ledger.events import LET_GO

MONTHS_AT_ONCE = 24
_LET_GO = """
select l.seq, e.id, e.body from audit_entry e left join audit_leaf l on l.entry_id = e.id
 where e.action = %s order by e.position
"""


@dataclass(frozen=True, slots=True)
class LetGo:
    """A month whose looks were let go, how many they were, and the entry that says so. `seq` None: no number yet."""

    month: str
    looks: int
    seq: int | None
    entry_id: UUID
    kept_since: datetime


def let_months_go(connection: psycopg.Connection[Any], *, months_kept: int) -> int:
    """Let the months go that are out of retention, the oldest first; return how many, MONTHS_AT_ONCE at most.

    Raise RaiseException of the database where a look of such a month is not in the ledger, LockNotAvailable where
    somebody reads for too long. What went before stays gone and told.
    """
    gone = 0
    while gone < MONTHS_AT_ONCE and _let_a_month_go(connection, months_kept=months_kept):
        gone += 1
    return gone


def months_let_go() -> list[LetGo]:
    """Return the months that were let go, the oldest first, as the bodies of their entries have it (system role)."""
    return [let_go_of(*row) for row in system_fetch(_LET_GO, [LET_GO])]


def let_go_of(seq: int | None, entry_id: UUID, body: bytes) -> LetGo:
    """Return what an entry of action LET_GO tells."""
    notes = parse_entry(bytes(body)).notes
    year, month = str(notes["kept_since"]).split("-")
    return LetGo(
        str(notes["month"]), int(str(notes["looks"])), seq, entry_id, datetime(int(year), int(month), 1, tzinfo=UTC)
    )


def _let_a_month_go(connection: psycopg.Connection[Any], *, months_kept: int) -> bool:
    with connection.transaction():
        row = connection.execute(
            "select month, kept_since, looks from"
            " audit_let_a_month_go(least(liaison_now() - make_interval(months => %s), audit_looks_kept_since()))",
            [months_kept],
        ).fetchone()
        if row is None:
            return False
        notes = {"month": row[0], "kept_since": row[1], "looks": row[2]}
        append_entry(connection, EntryDraft(action=LET_GO, subject=SYSTEM_ID, source=SYSTEM_ID, notes=notes))
    return True
