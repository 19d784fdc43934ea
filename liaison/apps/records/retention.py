"""The end of a record's time: warned of beforehand, extended with a reason, else it answers no more and is erased.

RPD art. 49 and 50: six months before the end the source is asked whether the record is still needed; an extension
needs a reason and lasts another full period at most; silence ends it. That silence erases (50.3) is marked K, so that
how long a record that has ended stays readable to its source is a policy value.
"""

import logging
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

import psycopg
from django.db import Error as DatabaseError
from django.db import connections

from liaison.apps.audit import public as audit
from liaison.apps.members import public as members
from liaison.apps.policies import public as policies
from liaison.apps.records.entering import years_after, years_kept
from liaison.apps.records.error_reports import erase_reports
from liaison.apps.records.models import Record
from liaison.apps.records.parts import erase_parts
from liaison.apps.records.queries import RecordCard, absent, cards_of
from liaison.apps.records.restrictions import keep_time
from liaison.apps.records.services import write_version
from liaison.apps.signatures import public as signatures
from liaison.databases import all_databases
from liaison.refusal import Finding, Refused, mark
from liaison.rows.clock import now
from liaison.rows.viewing import viewing
from liaison.viewer import Right, Viewer

NOTICE_DAYS = "records.expiry_notice_days"
ERASED_AFTER_DAYS = "records.erased_after_days"
ENDED = "retention_ended"
PAGE_SIZE = 50
BATCH = 200
BEAT_SECONDS = 3600.0
RETRY_SECONDS = 60.0

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Worklist:
    """The own records whose time ends soonest: one page of them, and how many there are."""

    cards: tuple[RecordCard, ...]
    number: int
    pages: int
    total: int
    until: date


def ending(viewer: Viewer, *, page: int = 1) -> Worklist:
    """Return one page of the viewer's own active records that end within the days of notice, soonest first."""
    viewer.needs(Right.ENTER_RECORDS)
    page = max(1, page)
    with viewing(viewer):
        until = now().date() + timedelta(days=policies.value(NOTICE_DAYS))
        rows = Record.objects.filter(
            source_id=viewer.reader_id, status=Record.Status.ACTIVE, expires_on__lte=until
        ).order_by("expires_on", "pk")
        total = rows.count()
        cards = tuple(cards_of(list(rows[(page - 1) * PAGE_SIZE : page * PAGE_SIZE])))
    return Worklist(cards, page, max(1, -(-total // PAGE_SIZE)), total, until)


def extend(reference: str, *, reason: str, by: Viewer, until: date | None = None) -> date:
    """Keep an own record longer, by its full period from today at most; return its new last day (RPD art. 50)."""
    by.needs(Right.ENTER_RECORDS)
    if not reason.strip():
        raise Refused(_no_reason())
    with viewing(by):
        row = Record.objects.select_for_update().filter(reference=reference, status=Record.Status.ACTIVE).first()
        if row is None or row.source_id != by.reader_id:
            raise absent(reference)
        today = now().date()
        database = all_databases()[row.kind]
        years, policy = years_kept(database, row.conditions)
        latest = years_after(today, years)
        wanted = until or latest
        if not today < wanted <= latest:
            raise Refused(_too_long(wanted, latest, policy))
        (card,) = cards_of([row])
        pen = signatures.Pen(by=by)
        parts = {"status": row.status, "expires_on": wanted, "reason": reason.strip()}
        write_version(card, parts, pen=pen, by=by)
        pen.sign()
    return wanted


def end_due() -> int:
    """Erase every record whose last day is longer ago than the policy allows; return how many were erased."""
    before = now("system").date() - timedelta(days=policies.value(ERASED_AFTER_DAYS))
    due = Record.objects.using("system").exclude(status=Record.Status.ERASED).filter(expires_on__lt=before)
    sources = list(due.order_by().values_list("source_id", flat=True).distinct())
    return sum(_end_of(source, before) for source in sources)


def run_retention(stop: threading.Event) -> None:
    """End what is due each hour until `stop` is set. A lost database is waited out."""
    while not stop.is_set():
        try:
            if ended := end_due():
                _log.info("Erased %s records whose time had ended.", ended)
            keep_time()
            wait = BEAT_SECONDS
        except (DatabaseError, psycopg.Error, OSError):
            _log.exception("Records whose time has ended could not be erased; trying again.")
            wait = RETRY_SECONDS
        finally:
            connections.close_all()
        stop.wait(wait)


def _end_of(source: UUID, before: date) -> int:
    """Erase what is due of one source, on its behalf, in transactions of at most BATCH."""
    by = members.custodian_of(source)
    ended = 0
    while batch := _ended_batch(by, before):
        ended += len(batch)
    return ended


def _ended_batch(by: Viewer, before: date) -> Sequence[Record]:
    with viewing(by):
        rows = list(
            Record.objects.select_for_update(skip_locked=True)
            .filter(source_id=by.reader_id, expires_on__lt=before)
            .exclude(status=Record.Status.ERASED)
            .order_by("pk")[:BATCH]
        )
        if rows:
            audit.erase_many([(row.id, row.source_id) for row in rows], by=by, reason=ENDED)
            erase_reports([row.id for row in rows], reason=ENDED, by=by)
            erase_parts([row.id for row in rows], reason=ENDED, by=by)
            moment = now()
            for row in rows:
                row.status, row.foreign_key, row.changed_at = Record.Status.ERASED, "", moment
                row.version += 1
            Record.objects.bulk_update(rows, ["status", "foreign_key", "changed_at", "version"])
    return rows


def _no_reason() -> Finding:
    return Finding(
        code="records.no_reason_to_extend",
        problem=mark("No reason is given why the record is still needed."),
        remedy=mark("Say what was assessed and by whom."),
        source="RPD art. 50",
        field="reason",
    )


def _too_long(wanted: date, latest: date, policy: str) -> Finding:
    return Finding(
        code="records.extended_too_long",
        problem=mark("The record would end on %(wanted)s; it may be extended to %(latest)s at most."),
        remedy=mark("Choose an earlier end, or leave it empty."),
        source=f"policy: {policy}",
        field="until",
        values={"wanted": wanted.isoformat(), "latest": latest.isoformat()},
    )
