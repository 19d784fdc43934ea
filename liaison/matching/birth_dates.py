"""How well two birth dates, each perhaps partial, a range or approximate, fit one person.

A date is the interval of days that it may be. Dates that overlap speak for the same person, the more the narrower
they are; dates apart speak against, less where a known slip explains the distance (day and month swapped, one digit).
"""

import calendar
import datetime
import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import NamedTuple

BIRTH_DATES_MAX = 32
APPROXIMATE_YEARS = 2
_DAYS_OF_YEAR = 366
_PARTIAL = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$")
_YEAR_FIRST, _YEAR_LAST = 1, 9998


class BirthDate(NamedTuple):
    """The days, first and last as ordinals, on which somebody may have been born, and how that was written."""

    first: int
    last: int
    text: str
    approximate: bool = False

    @property
    def exact(self) -> bool:
        """Whether it is one day."""
        return self.first == self.last and not self.approximate


class Agreement(StrEnum):
    """What two dates of birth have to do with each other."""

    SAME_DAY = "same_day"
    NEW_YEARS_DAY = "new_years_day"
    SAME_MONTH = "same_month"
    SAME_YEAR = "same_year"
    WITHIN_RANGE = "within_range"
    DAY_AND_MONTH_SWAPPED = "day_and_month_swapped"
    A_CENTURY_APART = "a_century_apart"
    ONE_DIGIT_APART = "one_digit_apart"
    CLOSE = "close"
    DIFFERENT = "different"


def birth_dates_of(values: Iterable[object]) -> tuple[BirthDate, ...]:
    """Return the readable ones of "YYYY", "YYYY-MM", "YYYY-MM-DD" and mappings.

    A mapping has `from` and `to`, or `text`, and perhaps `approximate`.
    What cannot be read is left out: it cannot be compared, so that it counts nothing.
    """
    read = [date for value in list(values)[:BIRTH_DATES_MAX] if (date := _read(value))]
    return tuple(dict.fromkeys(read))


def _read(value: object) -> BirthDate | None:
    if isinstance(value, str):
        days = _days(value)
        return BirthDate(*days, value) if days else None
    if not isinstance(value, Mapping):
        return None
    first = _days(str(value.get("from") or value.get("text") or ""))
    last = _days(str(value.get("to") or value.get("text") or ""))
    if not first or not last or first[0] > last[1]:
        return None
    text = str(value.get("text") or f"{value.get('from')}/{value.get('to')}")
    if not value.get("approximate"):
        return BirthDate(first[0], last[1], text)
    slack = APPROXIMATE_YEARS * _DAYS_OF_YEAR
    return BirthDate(max(1, first[0] - slack), last[1] + slack, text, approximate=True)


def _days(text: str) -> tuple[int, int] | None:
    found = _PARTIAL.match(text)
    if not found:
        return None
    year, month, day = (int(part) if part else 0 for part in found.groups())
    if not _YEAR_FIRST <= year <= _YEAR_LAST or month > 12:
        return None
    if not month:
        return datetime.date(year, 1, 1).toordinal(), datetime.date(year, 12, 31).toordinal()
    last_day = calendar.monthrange(year, month)[1]
    if day > last_day:
        return None
    return datetime.date(year, month, day or 1).toordinal(), datetime.date(year, month, day or last_day).toordinal()
