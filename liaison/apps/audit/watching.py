"""How one body's people look, in numbers, and a sample of their queries: under that body's own Viewer.

PostgreSQL shows such a Viewer no events of other bodies, so that nothing here can depend on them.
"""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from liaison.apps.audit.entries import fetch
from liaison.ledger.canonical import canonical_json
from liaison.rows.viewing import viewing
from liaison.viewer import Viewer

SECRET_BYTES = 32
ATTENTION_MAX = 200_000
NO_REASON = "-"
"""No code of a reason: what is left out where nothing is."""
DRAWN_MAX = 1_000
_ATTENTION = """
select e.actor, s.subject, count(*), count(distinct e.at::date),
       count(*) filter (where e.kind in ('view', 'export', 'print'))
  from audit_event e join audit_event_subject s on s.event_id = e.id and s.at = e.at
 where e.reader = %(reader)s and e.at >= %(since)s and e.at < %(until)s and s.at >= %(since)s and s.at < %(until)s
   and e.kind in ('query', 'view', 'export', 'print') and e.actor <> all(%(without)s::uuid[])
 group by e.actor, s.subject order by count(*) desc, e.actor, s.subject limit %(most)s
"""
_QUARTERS = """
select e.actor, date_bin('15 minutes', e.at, timestamptz '2000-01-01 00:00:00+00') as quarter, count(*),
       count(*) filter (where e.kind = 'query' and e.count = 0 and position(%(by_itself)s in e.body) = 0)
  from audit_event e
 where e.reader = %(reader)s and e.at >= %(since)s and e.at < %(until)s
   and e.kind in ('query', 'view', 'export', 'print') and e.actor <> all(%(without)s::uuid[])
 group by e.actor, quarter order by e.actor, quarter
"""
_DRAWN = """
select e.id, e.at, e.actor from audit_event e
 where e.reader = %(reader)s and e.at >= %(since)s and e.at < %(until)s and e.kind = 'query'
   and e.actor <> all(%(without)s::uuid[]) and position(%(by_itself)s in e.body) = 0
   and e.id <> all(%(before)s::uuid[])
   and (%(officer)s::uuid is null or e.actor = %(officer)s)
   and (%(subject)s::uuid is null or exists (
       select from audit_event_subject s where s.event_id = e.id and s.at = e.at and s.subject = %(subject)s))
 order by sha256(uuid_send(e.id) || %(secret)s) limit %(most)s
"""


@dataclass(frozen=True, slots=True)
class Watched:
    """Whose looks, and of which time. Accounts of systems are left out: they answer for nothing themselves.

    `by_itself` is the reason of questions that a form asks while somebody fills it in, which are no queries of his;
    empty where there is none.
    """

    reader: UUID
    since: datetime
    until: datetime
    without: Collection[UUID] = ()
    by_itself: str = ""


@dataclass(frozen=True, slots=True)
class DrawnQuery:
    """A query that chance has chosen."""

    event_id: UUID
    at: datetime
    officer: UUID


def attention(watched: Watched, *, by: Viewer) -> list[tuple[UUID, UUID, int, int, int]]:
    """Return (officer, subject, looks, days, of them opened) of the body's people.

    Most looks first, at most ATTENTION_MAX: those that are left out are the fewest.
    """
    with viewing(by, savepoint=False):
        return fetch(_ATTENTION, _of(watched) | {"most": ATTENTION_MAX})


def quarters(watched: Watched, *, by: Viewer) -> list[tuple[UUID, datetime, int, int]]:
    """Return (officer, quarter of an hour, looks, queries without result) of the body's people."""
    with viewing(by, savepoint=False):
        return fetch(_QUARTERS, _of(watched))


def drawn_queries(
    watched: Watched,
    *,
    most: int,
    by: Viewer,
    officer: UUID | None = None,
    subject: UUID | None = None,
    asked_before: Collection[UUID] = (),
) -> list[DrawnQuery]:
    """Return `most` of the body's queries, each with the same chance; nobody can foresee or repeat the draw.

    Of one officer, or of those that showed one subject, where these are given, and none that was asked about before.
    They are ordered by a hash over their ids and a secret that is made for this draw and kept nowhere.
    """
    asked = _of(watched) | {"secret": secrets.token_bytes(SECRET_BYTES), "most": min(most, DRAWN_MAX)}
    asked |= {"officer": officer, "subject": subject, "before": list(asked_before)}
    with viewing(by, savepoint=False):
        return [DrawnQuery(*row) for row in fetch(_DRAWN, asked)]


def _of(watched: Watched) -> dict[str, object]:
    return {
        "reader": watched.reader,
        "since": watched.since,
        "until": watched.until,
        "without": list(watched.without),
        "by_itself": canonical_json({"reason": watched.by_itself or NO_REASON})[1:-1],
    }
