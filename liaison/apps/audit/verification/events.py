"""Access events against the roots that the ledger holds over them, as far back as their months are kept.

Since when they are kept is what the ledger itself says of the months that it let go, not which tables are there.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import groupby
from operator import itemgetter
from typing import Any
from uuid import UUID

import psycopg

from liaison.apps.audit.retention import let_go_of
from liaison.apps.audit.values import STANDING_NOTE, SYSTEM_ID
from liaison.apps.audit.verification import findings
from liaison.apps.audit.verification.ledger import ROWS_AT_ONCE
from liaison.ledger.entries import leaf_data, parse_entry
from liaison.ledger.events import LET_GO, ROOTED, parse_event, rooted_notes
from liaison.ledger.tree import leaf_hash
from liaison.refusal import Finding

FROM_THE_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)

_ROOTED = """
select r.entry_id, r.position, r.event_id, r.event_at, r.leaf,
       e.id, e.at, e.kind, e.actor, e.reader, e.purpose, e.count, e.standing, e.salt, e.body,
       array(select s.subject from audit_event_subject s where s.event_id = r.event_id and s.at = r.event_at),
       exists (select from audit_event_subject s where s.event_id = r.event_id and s.at = r.event_at
               and (s.kind, s.reader, s.purpose, s.standing)
                   is distinct from (e.kind, e.reader, e.purpose, e.standing))
from audit_event_root r left join audit_event e on e.id = r.event_id and e.at = r.event_at
order by r.entry_id, r.position
"""
_UNROOTED = """
select e.id, e.at from audit_event e
where not exists (select from audit_event_root r where r.event_id = e.id)
  and not exists (select from audit_event_pending p where p.event_id = e.id)
"""
_WITHOUT_LIST = """
select e.id from audit_entry e where e.action = %s and e.at >= %s
and not exists (select from audit_event_root r where r.entry_id = e.id)
"""
_LET_GO = "select e.body from audit_entry e where e.action = %s"


def check_events(connection: psycopg.Connection[Any]) -> Iterator[Finding]:
    """Yield what is wrong with access events and the lists behind their roots."""
    told = [let_go_of(None, SYSTEM_ID, row[0]).kept_since for row in connection.execute(_LET_GO, [LET_GO])]
    kept_since = max(told, default=FROM_THE_BEGINNING)
    with connection.cursor("audit_verify_events") as cursor:
        cursor.itersize = ROWS_AT_ONCE
        for entry_id, batch in groupby(cursor.execute(_ROOTED), key=itemgetter(0)):
            yield from _batch(connection, entry_id, list(batch), kept_since)
    for entry_id, *_ in connection.execute(_WITHOUT_LIST, [ROOTED, kept_since]):
        yield findings.altered_event_root(entry_id)
    for event_id, at in connection.execute(_UNROOTED):
        yield findings.unrooted_event(event_id, at)


def _batch(
    connection: psycopg.Connection[Any], entry_id: UUID, rows: Sequence[Sequence[Any]], kept_since: datetime
) -> Iterator[Finding]:
    """One batch of at most `sequencer.EVENTS_MAX` events."""
    entry = connection.execute("select body from audit_entry where id = %s", [entry_id]).fetchone()
    leaves = [bytes(row[4]) for row in rows]
    positions = [row[1] for row in rows]
    notes = parse_entry(bytes(entry[0])).notes if entry else {}
    if positions != list(range(len(rows))) or rooted_notes(leaves) != dict(notes):
        yield findings.altered_event_root(entry_id)
    for row in rows:
        yield from _event(row[2], row[3], bytes(row[4]), row[5:], kept_since)


def _event(event_id: UUID, at: datetime, leaf: bytes, row: Sequence[Any], kept_since: datetime) -> Iterator[Finding]:
    if row[0] is None:
        if at >= kept_since:
            yield findings.deleted_event(event_id, at)
    elif not _as_covered(row, leaf):
        yield findings.altered_event(event_id, at)


def _as_covered(row: Sequence[Any], leaf: bytes) -> bool:
    *columns, salt, body, subjects, differs = row
    if leaf_hash(leaf_data(bytes(salt), bytes(body))) != leaf:
        return False
    event = parse_event(bytes(body))
    covered = [event.id, event.at, event.kind.value, event.user, event.reader, event.purpose, event.count]
    covered.append(event.notes.get(STANDING_NOTE, ""))
    return columns == covered and set(subjects) == set(event.subjects) and not differs
