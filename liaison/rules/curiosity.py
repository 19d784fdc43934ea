"""Signals of curiosity and of fishing in an officer's looks (RPD art. 122: the use of data is monitored).

A signal says that somebody should ask, never that something was wrong. It is worked out from how often and when
alone: from no content, and from the looks of one body at a time, so that it tells nothing about others. What is usual
is what colleagues do, so that a busy border is no signal.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import groupby
from statistics import median
from uuid import UUID
from zoneinfo import ZoneInfo

QUARTER = timedelta(minutes=15)
HOUR = timedelta(hours=1)


class SignalKind(StrEnum):
    """What stands out."""

    ONE_RECORD = "one_record"  # one record, far more often than colleagues
    OUT_OF_HOURS = "out_of_hours"  # while neither the desk nor his turn is open
    FRUITLESS = "fruitless"  # many questions without a result in an hour, far more than colleagues
    REPEATED = "repeated"  # the same record found on many days, and never opened


@dataclass(frozen=True, slots=True)
class Attention:
    """An officer's looks at one subject in the time compared: how many, on how many days, how many opened it."""

    officer: UUID
    subject: UUID
    looks: int
    days: int
    opened: int


@dataclass(frozen=True, slots=True)
class Quarter:
    """What an officer did in one quarter of an hour: looks, and questions that found nothing."""

    officer: UUID
    at: datetime
    looks: int
    fruitless: int


@dataclass(frozen=True, slots=True)
class Hours:
    """When a body works. `spans` are (weekday from Monday 0, opening, closing minute) of the desk's own time zone.

    A desk that never closes, or that has named no hours, is always at work: then no look is out of hours.
    """

    always: bool = True
    time_zone: str = "UTC"
    spans: tuple[tuple[int, int, int], ...] = ()
    turns: Mapping[UUID, tuple[tuple[datetime, datetime], ...]] | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """From what on something stands out; all are policy values of the installation."""

    factor: int
    one_record_min: int
    fruitless_min: int
    out_of_hours_min: int
    repeated_days: int


@dataclass(frozen=True, slots=True)
class Signal:
    """What stands out, of whom and at which subject, how much it is and how much is usual.

    `usual` is what the busiest colleague (one record) or the middle one (fruitless) has; 0 where nobody compares.
    """

    kind: SignalKind
    officer: UUID
    measure: int
    usual: int
    subject: UUID | None = None


def signals(
    attention: Sequence[Attention], quarters: Sequence[Quarter], *, hours: Hours, limits: Limits
) -> list[Signal]:
    """Return everything that stands out, by kind; the order of what is given changes nothing."""
    found = [
        *one_record(attention, limits),
        *repeated(attention, limits),
        *fruitless(quarters, limits),
        *out_of_hours(quarters, hours, limits),
    ]
    return sorted(found, key=lambda one: (one.kind, one.officer, one.subject or UUID(int=0)))


def one_record(attention: Iterable[Attention], limits: Limits) -> list[Signal]:
    """Return who looked at one subject often, and so many times more often than every colleague."""
    by_subject: dict[UUID, list[Attention]] = defaultdict(list)
    for one in attention:
        by_subject[one.subject].append(one)
    found = []
    for subject, looks in by_subject.items():
        for one in looks:
            most = max((other.looks for other in looks if other.officer != one.officer), default=0)
            if one.looks >= limits.one_record_min and one.looks >= limits.factor * max(most, 1):
                found.append(Signal(SignalKind.ONE_RECORD, one.officer, one.looks, most, subject))
    return found


def repeated(attention: Iterable[Attention], limits: Limits) -> list[Signal]:
    """Return who was shown one subject on many days and never opened, exported or printed it."""
    return [
        Signal(SignalKind.REPEATED, one.officer, one.days, 0, one.subject)
        for one in attention
        if one.days >= limits.repeated_days and not one.opened
    ]


def fruitless(quarters: Iterable[Quarter], limits: Limits) -> list[Signal]:
    """Return whose fullest hour of questions without a result is far above that of the middle colleague."""
    by_officer: dict[UUID, list[Quarter]] = defaultdict(list)
    for one in quarters:
        by_officer[one.officer].append(one)
    fullest = {officer: _fullest_hour(own) for officer, own in by_officer.items()}
    found = []
    for officer, most in fullest.items():
        others = [count for other, count in fullest.items() if other != officer]
        usual = int(median(others)) if others else 0
        if most >= limits.fruitless_min and most >= limits.factor * max(usual, 1):
            found.append(Signal(SignalKind.FRUITLESS, officer, most, usual))
    return found


def out_of_hours(quarters: Iterable[Quarter], hours: Hours, limits: Limits) -> list[Signal]:
    """Return who looked often while neither the desk was open nor he on duty."""
    if hours.always or not hours.spans:
        return []
    zone = ZoneInfo(hours.time_zone)
    outside: Counter[UUID] = Counter()
    for one in quarters:
        if not _at_work(one, hours, zone):
            outside[one.officer] += one.looks
    return [
        Signal(SignalKind.OUT_OF_HOURS, officer, count, 0)
        for officer, count in outside.items()
        if count >= limits.out_of_hours_min
    ]


def _fullest_hour(quarters: Iterable[Quarter]) -> int:
    """Return the most fruitless questions of four quarters in a row."""
    ordered = sorted(quarters, key=lambda one: one.at)
    counts = [
        (at, sum(one.fruitless for one in same)) for at, same in groupby(ordered, key=lambda quarter: quarter.at)
    ]
    first, running, most = 0, 0, 0
    for at, count in counts:
        running += count
        while counts[first][0] <= at - HOUR:
            running -= counts[first][1]
            first += 1
        most = max(most, running)
    return most


def _at_work(quarter: Quarter, hours: Hours, zone: ZoneInfo) -> bool:
    """Whether the desk was open, or the officer on duty, at any time of this quarter of an hour."""
    ends = quarter.at + QUARTER
    turns = (hours.turns or {}).get(quarter.officer, ())
    if any(starts < ends and quarter.at < over for starts, over in turns):
        return True
    local = quarter.at.astimezone(zone)
    minute = local.hour * 60 + local.minute
    return any(
        weekday == local.weekday() and opens < minute + QUARTER.seconds // 60 and minute < closes
        for weekday, opens, closes in hours.spans
    )
