"""Signals of curiosity and fishing: raised once a day for each body, from its own looks alone (`rules.curiosity`).

open -> dismissed with a reason, or followed up by a spot check. Data protection of the body decides, and oversight
sees each of them, dismissed ones too, and can follow it up all the same; a line manager sees none. Nobody sees one
about himself.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db import IntegrityError
from django.db.models import QuerySet

from liaison.apps.audit import public as audit
from liaison.apps.looks.checks import put_in
from liaison.apps.looks.judging import Said, checked_words, needs_to_judge, put_down, said_about
from liaison.apps.looks.models import Round, Signal, SpotCheck
from liaison.apps.members import public as members
from liaison.apps.policies import public as policies
from liaison.apps.records import public as records
from liaison.identifiers import references
from liaison.refusal import Absent, Finding, Refused, mark
from liaison.rows.clock import now
from liaison.rows.viewing import viewing
from liaison.rules import curiosity
from liaison.rules.use import ENTERING
from liaison.viewer import Right, Viewer

WATCH_DAYS = "looks.watch_days"
FACTOR = "looks.colleagues_factor"
ONE_RECORD_MIN = "looks.one_record_min"
FRUITLESS_MIN = "looks.fruitless_min"
OUT_OF_HOURS_MIN = "looks.out_of_hours_min"
REPEATED_DAYS = "looks.repeated_days"
_VALUES = (WATCH_DAYS, FACTOR, ONE_RECORD_MIN, FRUITLESS_MIN, OUT_OF_HOURS_MIN, REPEATED_DAYS)
REFERENCE_PREFIX = "SG"
PAGE_SIZE = 50
PAGE_MAX = 1_000
State = Signal.State


@dataclass(frozen=True, slots=True)
class SignalCard:
    """One signal as who judges it sees it. `record` is the reference where the viewer's body may see the record."""

    reference: str
    kind: str
    state: str
    officer: members.Colleague | None
    body: members.ReaderCard | None
    record: str
    measure: int
    usual: int
    since: datetime
    until: datetime
    raised_at: datetime
    decided_at: datetime | None
    checks: tuple[str, ...]
    words: tuple[Said, ...]
    may_dismiss: bool
    may_follow: bool


@dataclass(frozen=True, slots=True)
class SignalsPage:
    """One page of signals, open ones first."""

    signals: tuple[SignalCard, ...]
    number: int
    pages: int
    total: int


def raise_due() -> int:
    """Look for signals in each body where that was not done today; return how many were raised."""
    return sum(raise_signals(members.steward_of(reader_id)) for reader_id in members.watched_bodies())


def raise_signals(steward: Viewer) -> int:
    """Raise what stands out in one body's looks of the last days, up to midnight; 0 if it was done today."""
    try:
        with viewing(steward):
            return _raise(steward)
    except IntegrityError:  # another worker was quicker
        return 0


def open_count(viewer: Viewer) -> int:
    """Return how many signals wait for this viewer."""
    with viewing(viewer, savepoint=False):
        return Signal.objects.filter(state=State.OPEN).count()


def listing(viewer: Viewer, *, page: int = 1) -> SignalsPage:
    """Return a page of the signals that the viewer judges, open ones first."""
    needs_to_judge(viewer)
    page = max(1, min(page, PAGE_MAX))
    with viewing(viewer):
        rows = Signal.objects.all()
        total = rows.count()
        ordered = rows.extra(select={"place": _PLACE}).order_by("place", "-raised_at", "reference")  # noqa: S610 - a constant
        cards = _cards(ordered[(page - 1) * PAGE_SIZE : page * PAGE_SIZE], viewer)
    return SignalsPage(tuple(cards), page, max(1, -(-total // PAGE_SIZE)), total)


_PLACE = "array_position(array['open', 'followed', 'dismissed'], state::text)"


def signal(reference: str, viewer: Viewer) -> SignalCard:
    """Return one signal; raise Absent alike for one about oneself, one that is hidden and one that is not there."""
    needs_to_judge(viewer)
    with viewing(viewer):
        cards = _cards(Signal.objects.filter(reference=reference), viewer)
    if not cards:
        raise Absent(_no_signal(reference))
    return cards[0]


def dismiss(reference: str, words: str, *, by: Viewer) -> None:
    """Dismiss a signal with a reason that oversight reads."""
    needs_to_judge(by)
    said = checked_words(words)
    with viewing(by):
        row = _locked(reference)
        if row.state != State.OPEN:
            raise Refused(_decided_before())
        _decide(row, State.DISMISSED, "signals.dismissed", by)
        put_down(said, about=row.id, reader_id=row.reader_id, officer=row.officer, by=by)


def follow_up(reference: str, *, by: Viewer) -> str:
    """Follow a signal up: a query behind it is drawn, and its officer states the reason. Return the spot check.

    Oversight may follow up what a body dismissed. Raise Refused where no query behind it is left to ask about.
    """
    needs_to_judge(by)
    with viewing(by):
        row = _locked(reference)
        if not _may_follow(row, by):
            raise Refused(_decided_before())
        watched = audit.Watched(row.reader_id, row.since, row.until, by_itself=ENTERING)
        drawn = audit.drawn_queries(
            watched, most=1, by=by, officer=row.officer, subject=row.subject, asked_before=_asked_before(row)
        )
        checks = put_in(drawn, reader_id=row.reader_id, by=by, signal=row)
        if not checks:
            raise Refused(_nothing_to_ask())
        _decide(row, State.FOLLOWED, "signals.followed", by)
    return checks[0].reference


def _raise(steward: Viewer) -> int:
    today = now().astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    wanted = Round(reader_id=steward.reader_id, kind=Round.Kind.SIGNALS, day=today.date())
    if Round.objects.filter(reader_id=wanted.reader_id, kind=wanted.kind, day=wanted.day).exists():
        return 0
    wanted.save(force_insert=True)
    values = policies.values(list(_VALUES))
    since = today - timedelta(days=values[WATCH_DAYS])
    watched = audit.Watched(steward.reader_id, since, today, members.system_accounts(steward), ENTERING)
    told = _told_since(since)
    found = [
        one for one in _found(watched, values, steward) if (one.kind.value, one.officer, one.subject) not in told
    ]
    moment = now()
    rows = [_row(one, watched, moment) for one in found]
    Signal.objects.bulk_create(rows)
    for row in rows:
        _record(row, steward, "signals.raised")
    return len(rows)


def _found(watched: audit.Watched, values: dict[str, int], steward: Viewer) -> list[curiosity.Signal]:
    limits = curiosity.Limits(
        factor=values[FACTOR],
        one_record_min=values[ONE_RECORD_MIN],
        fruitless_min=values[FRUITLESS_MIN],
        out_of_hours_min=values[OUT_OF_HOURS_MIN],
        repeated_days=values[REPEATED_DAYS],
    )
    attention = audit.attention(watched, by=steward)
    quarters = audit.quarters(watched, by=steward)
    return curiosity.signals(
        [curiosity.Attention(*one) for one in attention],
        [curiosity.Quarter(*one) for one in quarters],
        hours=_hours(watched, steward),
        limits=limits,
    )


def _hours(watched: audit.Watched, steward: Viewer) -> curiosity.Hours:
    duties = members.duties_of(steward, watched.since, watched.until)
    return curiosity.Hours(
        always=duties.desk.always,
        time_zone=duties.desk.time_zone,
        spans=tuple((span.weekday, span.opens, span.closes) for span in duties.desk.hours),
        turns=duties.turns,
    )


def _told_since(since: datetime) -> set[tuple[str, UUID, UUID | None]]:
    """Return what was raised over a time that is compared again: it is not told twice."""
    return set(Signal.objects.filter(until__gt=since).values_list("kind", "officer", "subject"))


def _row(one: curiosity.Signal, watched: audit.Watched, moment: datetime) -> Signal:
    return Signal(
        reference=references.make(REFERENCE_PREFIX, moment.year, secrets.token_bytes),
        reader_id=watched.reader,
        officer=one.officer,
        kind=one.kind.value,
        subject=one.subject,
        measure=one.measure,
        usual=one.usual,
        since=watched.since,
        until=watched.until,
        raised_at=moment,
    )


def _cards(rows: QuerySet[Signal] | Sequence[Signal], viewer: Viewer) -> list[SignalCard]:
    found = list(rows)
    if not found:
        return []
    people = members.accounts({row.officer for row in found}, viewer)
    bodies = members.readers([row.reader_id for row in found])
    known = records.references_of([row.subject for row in found if row.subject], viewer)
    said = said_about([row.id for row in found])
    checks: dict[UUID | None, list[str]] = {}
    for signal_id, reference in SpotCheck.objects.filter(signal__in=found).values_list("signal_id", "reference"):
        checks.setdefault(signal_id, []).append(reference)
    return [
        SignalCard(
            reference=row.reference,
            kind=row.kind,
            state=row.state,
            officer=people.get(row.officer),
            body=bodies.get(row.reader_id),
            record=known.get(row.subject, "") if row.subject else "",
            measure=row.measure,
            usual=row.usual,
            since=row.since,
            until=row.until,
            raised_at=row.raised_at,
            decided_at=row.decided_at,
            checks=tuple(sorted(checks.get(row.id, ()))),
            words=said.get(row.id, ()),
            may_dismiss=row.state == State.OPEN,
            may_follow=_may_follow(row, viewer),
        )
        for row in found
    ]


def _may_follow(row: Signal, viewer: Viewer) -> bool:
    """Whether it can be followed up: while it is open, and by oversight also when a body has dismissed it."""
    return row.state == State.OPEN or (row.state == State.DISMISSED and viewer.may(Right.OVERSEE))


def _asked_before(row: Signal) -> list[UUID]:
    return list(SpotCheck.objects.filter(officer=row.officer).values_list("event_id", flat=True))


def _locked(reference: str) -> Signal:
    row = Signal.objects.select_for_update().filter(reference=reference).first()
    if row is None:
        raise Absent(_no_signal(reference))
    return row


def _decide(row: Signal, state: str, action: str, by: Viewer) -> None:
    Signal.objects.filter(pk=row.id).update(state=state, decided_by=by.user_id, decided_at=now())
    _record(row, by, action)


def _record(row: Signal, by: Viewer, action: str) -> None:
    audit.record(audit.EntryDraft(action=action, subject=row.id, source=row.reader_id, kind="signal@1"), by=by)


def _no_signal(reference: str) -> Finding:
    return Finding(
        code="looks.no_signal",
        problem=mark("You have no signal %(reference)s."),
        remedy=mark("Check the reference in your list."),
        values={"reference": reference[:24]},
    )


def _decided_before() -> Finding:
    return Finding(
        code="looks.decided_before",
        problem=mark("This signal was decided before."),
        remedy=mark("See what was decided on its page."),
    )


def _nothing_to_ask() -> Finding:
    return Finding(
        code="looks.nothing_to_ask",
        problem=mark("No query behind this signal is left to ask about."),
        remedy=mark("Ask the officer yourself, and dismiss the signal with what you learned."),
    )
