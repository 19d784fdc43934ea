"""Spot checks (RPD art. 120): some queries are drawn by chance, and their officer states the reason.

asked -> answered -> accepted or escalated; one that nobody answers in time is overdue and may be escalated as it is.
The installation itself draws, in the first hours of a month and from the month before, so that an officer neither
foresees nor influences what is drawn. Each step is an entry without words; the words can be erased.
"""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db import IntegrityError
from django.db.models import QuerySet

from liaison.apps.audit import public as audit
from liaison.apps.looks.judging import (
    Said,
    already_checked,
    checked_words,
    may_judge,
    needs_to_judge,
    put_down,
    said_about,
)
from liaison.apps.looks.models import Round, Signal, SpotCheck, Words
from liaison.apps.members import public as members
from liaison.apps.policies import public as policies
from liaison.apps.records import public as records
from liaison.identifiers import references
from liaison.refusal import Absent, Finding, Refused, mark
from liaison.rows.clock import now
from liaison.rows.viewing import viewing
from liaison.rules.use import ENTERING
from liaison.viewer import Viewer

MONTHLY = "looks.spot_checks_monthly"
ANSWER_DAYS = "looks.spot_answer_days"
REFERENCE_PREFIX = "SC"
PAGE_SIZE = 50
PAGE_MAX = 1_000
RECORDS_SHOWN_MAX = 10
State = SpotCheck.State


@dataclass(frozen=True, slots=True)
class CheckCard:
    """One spot check as its officer or its judge sees it; `words` are those that this viewer may read."""

    reference: str
    state: str
    officer: members.Colleague | None
    body: members.ReaderCard | None
    event_id: UUID
    asked_at: datetime
    purpose: str
    count: int | None
    records: tuple[str, ...]
    drawn_at: datetime
    answer_by: datetime
    is_overdue: bool
    signal: str
    words: tuple[Said, ...]
    may_answer: bool
    may_judge: bool


@dataclass(frozen=True, slots=True)
class ChecksPage:
    """One page of spot checks: what is to be done first."""

    checks: tuple[CheckCard, ...]
    number: int
    pages: int
    total: int


def draw_due() -> int:
    """Draw this month's spot checks for each body where that was not done yet; return how many were drawn."""
    return sum(draw(members.steward_of(reader_id)) for reader_id in members.watched_bodies())


def draw(steward: Viewer) -> int:
    """Draw a body's spot checks of this month from the queries of the month before; 0 if it was done."""
    try:
        with viewing(steward):
            return _draw(steward)
    except IntegrityError:  # another worker was quicker
        return 0


def mine(viewer: Viewer) -> list[CheckCard]:
    """Return the spot checks in which the viewer himself is asked: what he has to answer first."""
    with viewing(viewer):
        rows = SpotCheck.objects.filter(officer=viewer.user_id).order_by("-drawn_at", "reference")[:PAGE_SIZE]
        cards = _cards(rows, viewer)
    return sorted(cards, key=lambda card: not card.may_answer)


def asked_of(viewer: Viewer) -> int:
    """Return how many reasons the viewer still has to state."""
    with viewing(viewer, savepoint=False):
        return SpotCheck.objects.filter(officer=viewer.user_id, state=State.ASKED).count()


def listing(viewer: Viewer, *, page: int = 1, state: str = "") -> ChecksPage:
    """Return a page of the spot checks that the viewer judges, those that wait first."""
    needs_to_judge(viewer)
    page = max(1, min(page, PAGE_MAX))
    with viewing(viewer):
        rows = SpotCheck.objects.exclude(officer=viewer.user_id)
        rows = rows.filter(state=state) if state in State.values else rows
        total = rows.count()
        ordered = rows.extra(select={"place": _PLACE}).order_by("place", "answer_by", "reference")  # noqa: S610 - a constant
        cards = _cards(ordered[(page - 1) * PAGE_SIZE : page * PAGE_SIZE], viewer)
    return ChecksPage(tuple(cards), page, max(1, -(-total // PAGE_SIZE)), total)


_PLACE = "array_position(array['answered', 'asked', 'escalated', 'accepted'], state::text)"


def check(reference: str, viewer: Viewer) -> CheckCard:
    """Return one spot check, to its officer and to who judges it; raise Absent alike for all others."""
    with viewing(viewer):
        cards = _cards(SpotCheck.objects.filter(reference=reference), viewer)
    if not cards:
        raise Absent(_no_check(reference))
    return cards[0]


def answer(reference: str, words: str, *, by: Viewer) -> None:
    """State the reason of one's own query. It can be stated late, and once."""
    said = checked_words(words)
    with viewing(by):
        own = SpotCheck.objects.filter(officer=by.user_id)
        if own.filter(reference=reference).exclude(state=State.ASKED).exists():
            raise Refused(_was_answered())
        row = _locked(reference, own.filter(state=State.ASKED))
        _move(row, by, "spot_checks.answered", state=State.ANSWERED, answered_at=now())
        put_down(said, about=row.id, reader_id=row.reader_id, officer=row.officer, by=by)


def judge(reference: str, *, accept: bool, words: str, by: Viewer) -> None:
    """Accept a stated reason, or escalate it to oversight; what is overdue can be escalated unanswered."""
    needs_to_judge(by)
    said = checked_words(words)
    with viewing(by):
        row = _locked(reference, SpotCheck.objects.exclude(officer=by.user_id))
        if not _may_be_judged(row, accept=accept):
            raise Refused(_not_to_be_judged())
        action = "spot_checks.accepted" if accept else "spot_checks.escalated"
        state = State.ACCEPTED if accept else State.ESCALATED
        _move(row, by, action, state=state, judged_by=by.user_id, judged_at=now())
        put_down(said, about=row.id, reader_id=row.reader_id, officer=row.officer, by=by)


def erase_words(reference: str, *, by: Viewer) -> int:
    """Erase all that was written about a spot check; the check and its entries stay. Return how many words went."""
    needs_to_judge(by)
    with viewing(by):
        row = _locked(reference, SpotCheck.objects.exclude(officer=by.user_id))
        gone, _ = Words.objects.filter(about=row.id).delete()
        if gone:
            _record(row, by, "spot_checks.words_erased")
    return gone


def put_in(
    drawn: Iterable[audit.DrawnQuery], *, reader_id: UUID, by: Viewer, signal: Signal | None = None
) -> list[SpotCheck]:
    """Ask for the reasons of these queries, those aside that were asked before, in the caller's transaction."""
    queries = list(drawn)
    before = already_checked([one.event_id for one in queries])
    moment = now()
    until = moment + timedelta(days=policies.value(ANSWER_DAYS))
    rows = [
        SpotCheck(
            reference=references.make(REFERENCE_PREFIX, moment.year, secrets.token_bytes),
            reader_id=reader_id,
            officer=one.officer,
            event_id=one.event_id,
            event_at=one.at,
            signal=signal,
            drawn_at=moment,
            answer_by=until,
        )
        for one in queries
        if one.event_id not in before
    ]
    SpotCheck.objects.bulk_create(rows)
    for row in rows:
        _record(row, by, "spot_checks.drawn")
    return rows


def _draw(steward: Viewer) -> int:
    this_month = now().astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    wanted = Round(reader_id=steward.reader_id, kind=Round.Kind.DRAW, day=this_month.date())
    if Round.objects.filter(reader_id=wanted.reader_id, kind=wanted.kind, day=wanted.day).exists():
        return 0
    wanted.save(force_insert=True)
    last_month = (this_month - timedelta(days=1)).replace(day=1)
    most = policies.value(MONTHLY)
    if not most:
        return 0
    watched = audit.Watched(steward.reader_id, last_month, this_month, members.system_accounts(steward), ENTERING)
    drawn = audit.drawn_queries(watched, most=most, by=steward)
    return len(put_in(drawn, reader_id=steward.reader_id, by=steward))


def _cards(rows: QuerySet[SpotCheck] | Sequence[SpotCheck], viewer: Viewer) -> list[CheckCard]:
    found = list(rows)
    if not found:
        return []
    people = members.accounts({row.officer for row in found}, viewer)
    bodies = members.readers([row.reader_id for row in found])
    looks = audit.looks_of([(row.event_id, row.event_at) for row in found], viewer)
    shown = audit.subjects_shown(list(looks.values()), viewer)
    known = records.references_of(sorted({one for some in shown.values() for one in some}), viewer)
    said = said_about([row.id for row in found])
    signals = dict(Signal.objects.filter(pk__in=[row.signal_id for row in found]).values_list("pk", "reference"))
    moment = now()
    return [
        _card(
            row,
            viewer,
            moment,
            officer=people.get(row.officer),
            body=bodies.get(row.reader_id),
            look=looks.get(row.event_id),
            names=tuple(known[one] for one in shown.get(row.event_id, []) if one in known)[:RECORDS_SHOWN_MAX],
            signal=signals.get(row.signal_id, "") if row.signal_id else "",
            said=said.get(row.id, ()),
        )
        for row in found
    ]


def _card(
    row: SpotCheck,
    viewer: Viewer,
    moment: datetime,
    *,
    officer: members.Colleague | None,
    body: members.ReaderCard | None,
    look: audit.LookCard | None,
    names: tuple[str, ...],
    signal: str,
    said: tuple[Said, ...],
) -> CheckCard:
    is_own = row.officer == viewer.user_id
    overdue = row.state == State.ASKED and row.answer_by < moment
    return CheckCard(
        reference=row.reference,
        state=row.state,
        officer=officer,
        body=body,
        event_id=row.event_id,
        asked_at=row.event_at,
        purpose=look.purpose if look else "",
        count=look.count if look else None,
        records=names,
        drawn_at=row.drawn_at,
        answer_by=row.answer_by,
        is_overdue=overdue,
        signal=signal,
        words=said,
        may_answer=is_own and row.state == State.ASKED,
        may_judge=not is_own and may_judge(viewer) and (row.state == State.ANSWERED or overdue),
    )


def _may_be_judged(row: SpotCheck, *, accept: bool) -> bool:
    if row.state == State.ANSWERED:
        return True
    return not accept and row.state == State.ASKED and row.answer_by < now()


def _locked(reference: str, rows: QuerySet[SpotCheck]) -> SpotCheck:
    row = rows.select_for_update(of=("self",)).filter(reference=reference).first()
    if row is None:
        raise Absent(_no_check(reference))
    return row


def _move(row: SpotCheck, by: Viewer, action: str, **to: object) -> None:
    SpotCheck.objects.filter(pk=row.id).update(**to)
    _record(row, by, action)


def _record(row: SpotCheck, by: Viewer, action: str) -> None:
    audit.record(audit.EntryDraft(action=action, subject=row.id, source=row.reader_id, kind="spot_check@1"), by=by)


def _no_check(reference: str) -> Finding:
    return Finding(
        code="looks.no_check",
        problem=mark("You have no spot check %(reference)s."),
        remedy=mark("Check the reference in your list."),
        values={"reference": reference[:24]},
    )


def _was_answered() -> Finding:
    return Finding(
        code="looks.answered_before",
        problem=mark("The reason of this query was stated before, or is not waited for any more."),
        remedy=mark("Tell your data-protection officer what you want to add."),
    )


def _not_to_be_judged() -> Finding:
    return Finding(
        code="looks.not_to_be_judged",
        problem=mark("This spot check has no reason to accept, or was judged before."),
        remedy=mark("Wait for the reason. One that is overdue can be escalated without it."),
    )
