"""When a desk is open, who is on duty, and which bureau stands in while nobody is.

A desk is open by day and night where its contact says so, in its opening hours, and while somebody is on duty.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from uuid import UUID
from zoneinfo import ZoneInfo, available_timezones

from django.db import connection

from liaison.apps.audit import public as audit
from liaison.apps.members.models import Deputy, Duty, OpeningHours, Reader, User
from liaison.apps.members.roles import needs_to_look_after
from liaison.ledger.canonical import Json, canonical_json
from liaison.refusal import Absent, Finding, Refused, mark
from liaison.rows.clock import now
from liaison.rows.viewing import viewing
from liaison.viewer import Viewer

MINUTES_A_DAY = 1_440
HOURS_MAX = 21
"""Three spans a day: a morning, an afternoon, a night."""
TURN_HOURS_MAX = 24
TURNS_AHEAD_MAX = 500


@dataclass(frozen=True, slots=True)
class Span:
    """When a desk is open on one day of the week (Monday is 0), in minutes since midnight of its own time zone."""

    weekday: int
    opens: int
    closes: int


@dataclass(frozen=True, slots=True)
class Desk:
    """Whether a body can be asked now, and who stands in where it cannot; None where nobody does."""

    is_open: bool
    always: bool
    time_zone: str
    hours: tuple[Span, ...]
    deputy_id: UUID | None


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of one person at his own body's desk."""

    id: UUID
    user_id: UUID
    name: str
    starts_at: datetime
    ends_at: datetime


def desks(reader_ids: Sequence[UUID], viewer: Viewer) -> dict[UUID, Desk]:
    """Return the desks of these bodies as they are at this moment.

    Whether somebody is on duty shows only as an open desk: who it is stays with his body.
    """
    with viewing(viewer, savepoint=False):
        moment = now()
        known = Reader.objects.filter(pk__in=reader_ids).values_list("id", "time_zone", "contact__always")
        zones = {reader_id: (zone, bool(always)) for reader_id, zone, always in known}
        spans: dict[UUID, list[Span]] = {}
        for row in OpeningHours.objects.filter(reader__in=reader_ids).order_by("weekday", "opens"):
            spans.setdefault(row.reader_id, []).append(Span(row.weekday, row.opens, row.closes))
        manned = _manned(reader_ids)
        deputies = _deputies(reader_ids, moment)
    return {
        reader_id: Desk(
            is_open=always
            or reader_id in manned
            or any(_is_in(span, moment.astimezone(ZoneInfo(zone))) for span in spans.get(reader_id, ())),
            always=always,
            time_zone=zone,
            hours=tuple(spans.get(reader_id, ())),
            deputy_id=deputies.get(reader_id),
        )
        for reader_id, (zone, always) in zones.items()
    }


def set_hours(time_zone: str, spans: Sequence[Span], *, by: Viewer) -> None:
    """Say when one's own desk is open; raise Refused with everything that is wrong. No span: only when on duty."""
    needs_to_look_after(by)
    if findings := [*_zone_findings(time_zone), *_span_findings(spans)]:
        raise Refused(*findings)
    with viewing(by):
        Reader.objects.filter(pk=by.reader_id).update(time_zone=time_zone)
        OpeningHours.objects.filter(reader_id=by.reader_id).delete()
        OpeningHours.objects.bulk_create(
            OpeningHours(reader_id=by.reader_id, weekday=one.weekday, opens=one.opens, closes=one.closes)
            for one in sorted(spans, key=lambda one: (one.weekday, one.opens))
        )
        told: list[Json] = [[one.weekday, one.opens, one.closes] for one in spans]
        _record("members.hours_set", {"time_zone": time_zone, "hours": told}, by)


def roster(viewer: Viewer) -> list[Turn]:
    """Return the turns of one's own desk that are not over, the next first."""
    with viewing(viewer, savepoint=False):
        rows = Duty.objects.select_related("user").filter(reader_id=viewer.reader_id, ends_at__gt=now())
        return [_turn(row) for row in rows.order_by("starts_at")[:TURNS_AHEAD_MAX]]


def plan_turn(user_id: UUID, starts_at: datetime, ends_at: datetime, *, by: Viewer) -> None:
    """Put a colleague of one's own body on duty from one moment to another."""
    needs_to_look_after(by)
    if findings := _turn_findings(starts_at, ends_at):
        raise Refused(*findings)
    with viewing(by):
        user = User.objects.filter(pk=user_id, reader_id=by.reader_id, is_active=True).first()
        if user is None:
            raise _no_colleague()
        if Duty.objects.filter(reader_id=by.reader_id, ends_at__gt=now()).count() >= TURNS_AHEAD_MAX:
            raise Refused(_too_many_turns())
        Duty.objects.create(reader_id=by.reader_id, user=user, starts_at=starts_at, ends_at=ends_at)
        _record("members.turn_planned", {"starts_at": starts_at.isoformat(), "ends_at": ends_at.isoformat()}, by)


def drop_turn(turn_id: UUID, *, by: Viewer) -> None:
    """Take a turn out of one's own roster."""
    needs_to_look_after(by)
    with viewing(by):
        dropped, _ = Duty.objects.filter(pk=turn_id, reader_id=by.reader_id).delete()
        if not dropped:
            raise _no_turn()
        _record("members.turn_dropped", {}, by)


def end_deputy(*, by: Viewer) -> None:
    """Let no other bureau stand in for one's own desk any more; where none does, nothing changes."""
    needs_to_look_after(by)
    with viewing(by):
        if Deputy.objects.filter(reader_id=by.reader_id, ended_at__isnull=True).update(ended_at=now()):
            _record("members.deputy_ended", {}, by)


def _deputies(reader_ids: Sequence[UUID], moment: datetime) -> dict[UUID, UUID]:
    """Return who stands in today; of several the one who agreed last."""
    today = moment.date()
    rows = Deputy.objects.filter(
        reader__in=reader_ids, ended_at__isnull=True, starts_on__lte=today, ends_on__gte=today
    )
    return dict(rows.order_by("id").values_list("reader_id", "deputy_id"))


def _manned(reader_ids: Sequence[UUID]) -> set[UUID]:
    with connection.cursor() as cursor:
        cursor.execute("select members_on_duty(%s::uuid[])", [list(reader_ids)])
        return {row[0] for row in cursor.fetchall()}


def _is_in(span: Span, local: datetime) -> bool:
    minute = local.hour * 60 + local.minute
    return span.weekday == local.weekday() and span.opens <= minute < span.closes


def _turn(row: Duty) -> Turn:
    return Turn(row.id, row.user_id, row.user.display_name, row.starts_at, row.ends_at)


def _record(action: str, told: dict[str, Json], by: Viewer) -> None:
    audit.record(
        audit.EntryDraft(
            action=action, subject=by.reader_id, source=by.reader_id, kind="desk@1", content=canonical_json(told)
        ),
        by=by,
    )


def _zone_findings(time_zone: str) -> Iterable[Finding]:
    if time_zone not in available_timezones():
        yield _finding(
            "time_zone",
            mark("There is no time zone “%(zone)s”."),
            mark("Choose one from the list, like Europe/Paris."),
            zone=time_zone[:40],
        )


def _span_findings(spans: Sequence[Span]) -> Iterable[Finding]:
    if len(spans) > HOURS_MAX:
        yield _finding(
            "hours",
            mark("A week has at most %(most)s spans of opening hours."),
            mark("Join spans that follow each other."),
            most=HOURS_MAX,
        )
    ordered = sorted(spans, key=lambda one: (one.weekday, one.opens))
    for one in ordered:
        if not (0 <= one.weekday <= 6 and 0 <= one.opens < one.closes <= MINUTES_A_DAY):
            yield _finding(
                "hours",
                mark("A desk opens before it closes, on the same day."),
                mark("Write a night as two spans, one up to 24:00 and one from 00:00."),
            )
            return
    if any(a.weekday == b.weekday and b.opens < a.closes for a, b in pairwise(ordered)):
        yield _finding("hours", mark("Two spans of opening hours overlap."), mark("Join them."))


def _turn_findings(starts_at: datetime, ends_at: datetime) -> list[Finding]:
    if starts_at < ends_at <= starts_at + timedelta(hours=TURN_HOURS_MAX) and ends_at > now():
        return []
    return [
        _finding(
            "turn",
            mark("A turn lasts up to %(most)s hours and is not over yet."),
            mark("Choose an end after its beginning; plan longer duties as several turns."),
            most=TURN_HOURS_MAX,
        )
    ]


def _finding(field: str, problem: str, remedy: str, **values: object) -> Finding:
    return Finding(code=f"desk.{field}", problem=problem, remedy=remedy, field=field, values=values)


def _too_many_turns() -> Finding:
    return _finding(
        "turn", mark("The roster holds %(most)s turns already."), mark("Plan less far ahead."), most=TURNS_AHEAD_MAX
    )


def _no_colleague() -> Absent:
    return Absent(
        Finding(
            code="desk.no_colleague",
            problem=mark("There is no such colleague in your body."),
            remedy=mark("Choose one from the list."),
            field="user",
        )
    )


def _no_turn() -> Absent:
    return Absent(
        Finding(
            code="desk.no_turn",
            problem=mark("There is no such turn in your roster."),
            remedy=mark("It may have been taken out already."),
        )
    )
