"""Followers of the ledger: each has a name and a place, and reads what was numbered after it, in order."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connections

from liaison.apps.audit.entries import NEWEST, opened
from liaison.apps.audit.installation import vault
from liaison.apps.audit.record_keys import open_keys
from liaison.apps.audit.values import SequencedEntry
from liaison.ledger.entries import SALT_BYTES

READ_MAX = 10_000
INDEX_CURSORS = "index:"
"""How the names of the index's cursors begin: each build has one of its own."""
_NEXT = """
select l.seq, e.id, e.at, e.action, e.kind, e.subject, e.source
  from audit_leaf l join audit_entry e on e.id = l.entry_id
 where l.seq > %s and l.seq <= %s order by l.seq
"""
"""With both ends as numbers, of which none is left out. Of an end that it has to look up first, PostgreSQL believes
that a third of the ledger lies beyond it, and calls other processes to help for each look: 19 ms at a million instead
of 0.3 ms."""
LEDGER_CHANNEL = "liaison_ledger"
"""The sequencer notifies it with the new size after each batch."""


class Cursor:
    """A named place in the ledger, kept by the database. For programs of the system role."""

    def __init__(self, name: str) -> None:
        self.name = name

    @property
    def seq(self) -> int:
        """The last number that was handled; 0 before the first."""
        rows = system_fetch("select seq from audit_cursor where name = %s", [self.name])
        return rows[0][0] if rows else 0

    def read(self, limit: int, *, after: int = 0) -> list[SequencedEntry]:
        """Return up to `limit` entries after the cursor, and after that number, in order and without a gap."""
        after = max(after, self.seq)
        rows = system_fetch(_NEXT, [after, after + min(limit, READ_MAX)])
        return [SequencedEntry(*row) for row in rows]

    def advance(self, seq: int) -> None:
        """Remember that everything up to `seq` was handled. A cursor never goes back here: see `rewind`."""
        system_fetch(
            "insert into audit_cursor (name, seq) values (%s, %s)"
            " on conflict (name) do update set seq = greatest(audit_cursor.seq, excluded.seq)",
            [self.name, seq],
        )

    def rewind(self) -> None:
        """Begin again at the first entry, for a follower that builds its copy anew."""
        system_fetch("update audit_cursor set seq = 0 where name = %s", [self.name])


def reached_by(prefix: str) -> int | None:
    """Return how far the furthest follower got whose name begins so; None when there is none (system role)."""
    rows = system_fetch("select max(seq) from audit_cursor where starts_with(name, %s)", [prefix])
    found: int | None = rows[0][0]
    return found


def written_after(seq: int) -> int:
    """Return how many entries were written after that number, those without a number included (system role)."""
    ((written,),) = system_fetch(
        "select greatest(0, (select coalesce(max(seq), 0) from audit_leaf) - %s)"
        " + (select count(*) from audit_pending)",
        [seq],
    )
    return int(written)


def pending_since() -> datetime | None:
    """Return when the oldest entry was written that has no number yet; None when all are numbered (system role)."""
    rows = system_fetch(
        "select e.at from audit_pending p join audit_entry e on e.id = p.entry_id order by p.position limit 1", []
    )
    return rows[0][0] if rows else None


def system_contents(entry_ids: Sequence[UUID]) -> dict[UUID, bytes]:
    """Return the content of these entries for a program of the system role; what was erased is absent."""
    return {entry_id: salted[SALT_BYTES:] for entry_id, salted in system_salted_contents(entry_ids).items()}


def system_salted_contents(entry_ids: Sequence[UUID]) -> dict[UUID, bytes]:
    """Return what `system_contents` does, each with the salt of its digest before it."""
    rows = system_fetch(
        "select c.entry_id, c.subject, c.sealed from audit_content c where c.entry_id = any(%s::uuid[])",
        [list(entry_ids)],
    )
    keys = open_keys(list({subject for _, subject, _ in rows}), fetch=system_fetch, vault=vault())
    return {
        entry_id: opened(bytes(sealed), key=keys[subject], entry_id=entry_id)
        for entry_id, subject, sealed in rows
        if subject in keys
    }


def entries_noting(name: str, at_once: int) -> Iterator[list[tuple[UUID, UUID, str]]]:
    """Yield, in chunks, the entries with content whose notes have this name: id, source and what they say there.

    In the order of writing (system role).
    """
    position = 0
    while rows := system_fetch(_NOTING, [name, position, name, at_once]):
        yield [(entry_id, source, str(said)) for _, entry_id, source, said in rows]
        position = rows[-1][0]


_NOTING = """
select e.position, e.id, e.source, convert_from(e.body, 'UTF8')::jsonb -> 'notes' ->> %s
  from audit_entry e
 where e.position > %s and e.content_digest is not null
   and convert_from(e.body, 'UTF8')::jsonb -> 'notes' ->> %s is not null
 order by e.position limit %s
"""


def system_newest_with_content(subjects: Sequence[UUID]) -> dict[UUID, UUID]:
    """Return each subject's newest entry with content (system role)."""
    return dict(system_fetch(NEWEST, [list(subjects)]))


def system_fetch(statement: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Run one statement with the system role and return its rows."""
    with connections["system"].cursor() as cursor:
        cursor.execute(statement, parameters or None)
        return cursor.fetchall() if cursor.description else []
