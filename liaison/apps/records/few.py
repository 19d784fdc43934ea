"""Whether a viewer may see few records of some databases, found by his audiences instead of by looking at all.

A list in the order of ids looks at every record until its page is full: right for who may see many, and a walk
through a million for who may see a hundred. PostgreSQL cannot tell them apart, for whom a reader's audiences hold is
known only while it runs. So it is asked first for a bounded number of records by each way in which a record can be a
viewer's own or released to him. These ways only choose where to look: row-level security decides on each row.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from liaison.apps.members import public as members
from liaison.viewer import Viewer

FEW_MAX = 2_000
"""Up to so many are few. Who may see one more finds 50 of a million after about 25,000 rows."""
_RELEASED = """
(with held as materialized (select h.audience_id from members_audience_reader h where h.reader_id = %(reader)s)
 select r.kind, r.id from held cross join lateral (
    select r.kind, r.id from records_record r
     where r.audience_id = held.audience_id and r.kind = any(%(kinds)s) and r.status = 'active'
       and r.level <= %(level)s
     limit %(most)s) r limit %(most)s)
"""
"""His audiences by themselves, which is by key: beside what they release, a walk through everybody's costs little."""
_ANSWERED_FOR = """
(select r.kind, r.id from records_record r
  where r.source_id = any(%(answered_for)s) and r.kind = any(%(kinds)s) and r.status = 'active' limit %(most)s)
"""


class Kept(NamedTuple):
    """An active record that the viewer may see."""

    kind: str
    record_id: UUID


def few(kinds: Iterable[str], viewer: Viewer) -> list[Kept] | None:
    """Return all active records of these kinds that this viewer may see, newest first; None where they are many.

    In the caller's transaction on behalf of the viewer.
    """
    asked: dict[str, Any] = {  # Any: parameters of one statement
        "kinds": list(kinds),
        "level": int(viewer.level),
        "reader": viewer.reader_id,
        "answered_for": list(members.answered_for(viewer)),
        "most": FEW_MAX + 1,
    }
    with connection.cursor() as cursor:
        cursor.execute(f"{_RELEASED} union {_ANSWERED_FOR}", asked)
        found = [Kept(*row) for row in cursor.fetchall()]
    return None if len(found) > FEW_MAX else sorted(found, key=lambda one: one.record_id, reverse=True)
