"""Dates as well as they are known: a year, a month, a day, about a year, or between two of them.

A birth date of which only the year is known is a value of its own and never 1 January. Written, it follows ISO 8601-2
(`1965`, `1965-03`, `1965-03-07`, `1965~`, `1962/1964`); in records it is JSON (`to_json`).

>>> [str(PartialDate.parse(text)) for text in ("00/00/1965", "ca. March 1965", "1965-??-??")]
['1965', '1965-03~', '1965']
"""

import calendar
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from typing import NoReturn

from babel import Locale

from liaison.identifiers.plain_text import ascii_digits, cleaned, folded
from liaison.refusal import Finding, Refused, mark

YEAR_MIN, YEAR_MAX = 1800, 2199
TEXT_LENGTH_MAX = 80
APPROXIMATE_YEARS = 2
SEARCHED_YEARS_MAX = 20

_UNKNOWN = r"0{1,2}|\?{1,2}|[xX]{1,2}|-{2}|_{1,2}|\*{1,2}"
_YEAR, _PART, _SEPARATOR = r"(?P<year>\d{4})", rf"\d{{1,2}}|{_UNKNOWN}", r"\s*[-/.\s]\s*"
_YEAR_FIRST = re.compile(
    rf"{_YEAR}(?:{_SEPARATOR}(?P<month>{_PART})(?:{_SEPARATOR}(?P<day>{_PART})(?:T[0-9:.Z+]*)?)?)?"
)
_YEAR_LAST = re.compile(rf"(?:(?:(?P<one>{_PART}){_SEPARATOR})?(?P<two>{_PART}){_SEPARATOR})?{_YEAR}")
_ISO = re.compile(r"([0-9]{4})(?:-(0[1-9]|1[0-2])(?:-(0[1-9]|[12][0-9]|3[01]))?)?")
_RUN = re.compile(r"(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)")
_ABOUT = re.compile(
    r"^(?:circa|ca|c|approximately|approx|about|around|environ|vers|hacia|alrededor de|aproximadamente|حوالي|نحو|~)"
    r"\.?\s*(?=\d|\D*\d{4})|\s*(?:~|\(?approx(?:\.|imately)?\)?|\(?circa\)?|تقريبا)$",
    re.IGNORECASE,
)
_BETWEEN = (
    re.compile(r"^(?:between|entre|bet\.?|بين)\s+(?P<first>.+?)\s+(?:and|et|y|و|&)\s*(?P<last>.+)$", re.IGNORECASE),
    re.compile(
        r"^(?:from|de|du|desde|من)\s+(?P<first>.+?)\s+(?:to|until|à|au|a|hasta|إلى)\s+(?P<last>.+)$", re.IGNORECASE
    ),
    re.compile(r"^(?P<first>\d{4})\s*(?:[-–—/]|to)\s*(?P<last>\d{4})$", re.IGNORECASE),
    re.compile(r"^(?P<first>\d{4}(?:-\d\d){0,2})/(?P<last>\d{4}(?:-\d\d){0,2})$"),
)
_NO_MEANING = frozenset(("de", "del", "of", "the", "st", "nd", "rd", "th", "er", "le", "el"))
_MONTH_LOCALES = ("en", "fr", "es", "ar", "ar_LB", "ar_DZ", "ar_MA")


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date as exactly as it is known. Made by `of`, `between`, `parse` and `from_json`, never impossible.

    `month` and `day` are None where unknown; a known day has a known month. `until` is the last possible date where
    only two ends are known. `approximate` says that the source itself was not sure.
    """

    year: int
    month: int | None = None
    day: int | None = None
    approximate: bool = False
    until: "PartialDate | None" = None

    @classmethod
    def of(
        cls, year: int, month: int | None = None, day: int | None = None, *, approximate: bool = False
    ) -> "PartialDate":
        """Return the date of these parts; raise Refused when the calendar has no such date."""
        if not YEAR_MIN <= year <= YEAR_MAX:
            raise Refused(_out_of_years(year))
        if month is None and day is not None:
            raise Refused(_day_without_month())
        if month is not None and not 1 <= month <= 12:
            raise Refused(_impossible(f"{year:04}-{month:02}"))
        if month is not None and day is not None and not 1 <= day <= calendar.monthrange(year, month)[1]:
            raise Refused(_impossible(f"{year:04}-{month:02}-{day:02}"))
        return cls(year, month, day, approximate)

    @classmethod
    def of_day(cls, day: date) -> "PartialDate":
        """Return the exact date of that day."""
        return cls.of(day.year, day.month, day.day)

    @classmethod
    def between(cls, first: "PartialDate", last: "PartialDate", *, approximate: bool = False) -> "PartialDate":
        """Return the date that lies between two; raise Refused when the last comes first."""
        if last._last_day() < first._first_day():
            raise Refused(_backwards(str(first), str(last)))
        about = approximate or first.approximate or last.approximate
        return cls(first.year, first.month, first.day, about, replace(last, approximate=False, until=None))

    @classmethod
    def parse(cls, text: str) -> "PartialDate":
        """Return what the text says in one of the usual spellings; raise Refused when it says no date.

        Of two readings of `03/04/1965` the day comes first, as in most of the world; `readings` gives both.
        """
        if iso := _ISO.fullmatch(text):  # as records and most lists have it, by the million
            year, month, day = iso.groups()
            return cls.of(int(year), int(month) if month else None, int(day) if day else None)
        return readings(text)[0]

    @classmethod
    def from_json(cls, value: object) -> "PartialDate":
        """Return the date of its form in a record: `"1965-03"`, `{"from", "to"}` or `{"text", "approximate"}`."""
        if isinstance(value, str):
            return cls.parse(value)
        if not isinstance(value, Mapping):
            raise Refused(_unreadable(repr(value)))
        about = value.get("approximate") is True
        if set(value) <= {"from", "to", "approximate"} and {"from", "to"} <= set(value):
            return cls.between(_json_text(value["from"]), _json_text(value["to"]), approximate=about)
        if set(value) <= {"text", "approximate"} and "text" in value:
            read = _json_text(value["text"])
            return replace(read, approximate=about or read.approximate)
        raise Refused(_unreadable(repr(dict(value))))

    def to_json(self) -> str | dict[str, object]:
        """Return the form that records keep; `from_json` gives the same date back."""
        about: dict[str, object] = {"approximate": True} if self.approximate else {}
        if self.until is not None:
            return {"from": self._start_text(), "to": self.until._start_text(), **about}
        return {"text": self._start_text(), **about} if about else self._start_text()

    def __str__(self) -> str:
        ends = f"{self._start_text()}/{self.until._start_text()}" if self.until else self._start_text()
        return ends + ("~" if self.approximate else "")

    @property
    def is_exact(self) -> bool:
        """Whether one day is meant."""
        return self.day is not None and self.until is None and not self.approximate

    def earliest(self) -> date:
        """Return the first day that it can be; about a year allows two years before and after."""
        first = self._first_day()
        return date(first.year - APPROXIMATE_YEARS, 1, 1) if self.approximate else first

    def latest(self) -> date:
        """Return the last day that it can be."""
        last = self._last_day()
        return date(last.year + APPROXIMATE_YEARS, 12, 31) if self.approximate else last

    def covers(self, other: "PartialDate") -> bool:
        """Whether every day that the other can be, this can be too."""
        return self.earliest() <= other.earliest() and other.latest() <= self.latest()

    def overlaps(self, other: "PartialDate") -> bool:
        """Whether both can be the same day."""
        return self.earliest() <= other.latest() and other.earliest() <= self.latest()

    def days_apart(self, other: "PartialDate") -> int:
        """Return how many days lie between the nearest days that both can be; 0 where they overlap."""
        if self.overlaps(other):
            return 0
        gap: timedelta = max(self.earliest() - other.latest(), other.earliest() - self.latest())
        return gap.days

    def years(self) -> range:
        """Return the years that it can lie in."""
        return range(self.earliest().year, self.latest().year + 1)

    def search_texts(self) -> list[str]:
        """Return the spellings `YYYY`, `YYYY-MM` or `YYYY-MM-DD` by which an index finds it.

        Between two dates every year counts, at most the first and last ten; about a year counts as that year alone.
        """
        if self.until is None:
            return [self._start_text()]
        span = list(range(self.year, self.until.year + 1))
        half = SEARCHED_YEARS_MAX // 2
        chosen = span if len(span) <= SEARCHED_YEARS_MAX else [*span[:half], *span[-half:]]
        return [f"{year:04}" for year in chosen]

    def _start_text(self) -> str:
        parts = [f"{self.year:04}", *(f"{part:02}" for part in (self.month, self.day) if part is not None)]
        return "-".join(parts)

    def _first_day(self) -> date:
        return date(self.year, self.month or 1, self.day or 1)

    def _last_day(self) -> date:
        end = self.until or self
        month = end.month or 12
        return date(end.year, month, end.day or calendar.monthrange(end.year, month)[1])


def readings(text: str) -> list[PartialDate]:
    """Return every date that the text can mean, the likeliest first; raise Refused when there is none."""
    said = ascii_digits(cleaned(text))
    if not said or len(said) > TEXT_LENGTH_MAX:
        _refuse(said)
    bare, about = _without_about(said)
    for pattern in _BETWEEN:
        if ends := pattern.match(bare):
            return [PartialDate.between(_one(ends["first"]), _one(ends["last"]), approximate=about)]
    return [replace(found, approximate=True) if about else found for found in _each_reading(bare)]


def _one(text: str) -> PartialDate:
    bare, about = _without_about(text.strip())
    found = _each_reading(bare)[0]
    return replace(found, approximate=True) if about else found


def _without_about(text: str) -> tuple[str, bool]:
    bare = _ABOUT.sub("", text).strip()
    return (bare, True) if bare != text else (text, False)


def _each_reading(text: str) -> list[PartialDate]:
    """Return the readings of a text without `about` and `between`; the order of parts decides."""
    if run := _RUN.fullmatch(text):
        return [PartialDate.of(int(run["year"]), _known(run["month"]), _known(run["day"]))]
    if first := _YEAR_FIRST.fullmatch(text):
        return [PartialDate.of(int(first["year"]), _known(first["month"]), _known(first["day"]))]
    if last := _YEAR_LAST.fullmatch(text):
        return _year_last(int(last["year"]), _known(last["one"]), _known(last["two"]))
    return [_in_words(text)]


def _year_last(year: int, one: int | None, two: int | None) -> list[PartialDate]:
    """Read day/month/year; month/day/year where only that can be, and second where both can."""
    if one is not None and two is not None and one != two and one <= 12:
        turned = [PartialDate.of(year, one, two)] if two <= calendar.monthrange(year, one)[1] else []
        return turned if two > 12 and turned else [PartialDate.of(year, two, one), *turned]
    return [PartialDate.of(year, two, one)]


def _in_words(text: str) -> PartialDate:
    """Read `12 Mar 1984`, `March 12, 1984`, `12 de marzo de 1984`, `Mar 1984`."""
    words = [word for word in folded(text).split() if word not in _NO_MEANING]
    numbers = [re.sub(r"(?<=\d)(?:st|nd|rd|th|er)$", "", word) for word in words]
    years = [word for word in numbers if re.fullmatch(r"\d{4}", word)]
    days = [word for word in numbers if re.fullmatch(r"\d{1,2}", word)]
    name = " ".join(word for word in numbers if not word[0].isdigit())
    month = _months().get(name)
    if len(years) != 1 or len(days) > 1 or month is None or len(years) + len(days) + len(name.split()) != len(words):
        _refuse(text)
    return PartialDate.of(int(years[0]), month, _known(days[0]) if days else None)


@cache
def _months() -> Mapping[str, int]:
    """Return the months by their folded names, whole and short, in the four languages and the regions of Arabic."""
    return {name: number for locale in _MONTH_LOCALES for name, number in _month_names(locale)}


def _month_names(locale: str) -> Iterator[tuple[str, int]]:
    for width in ("abbreviated", "wide"):
        for number, name in Locale.parse(locale).months["format"][width].items():
            yield folded(name), number
    if locale == "en":
        yield "sept", 9


def _known(part: str | None) -> int | None:
    """Return the number, or None where the part is missing or written as unknown."""
    return int(part) if part and part.isdecimal() and int(part) else None


def _json_text(value: object) -> PartialDate:
    if not isinstance(value, str):
        _refuse(repr(value))
    return PartialDate.parse(value)


def _refuse(text: str) -> NoReturn:
    raise Refused(_unreadable(text))


def _unreadable(text: str) -> Finding:
    return Finding(
        code="date.unreadable",
        problem=mark("“%(text)s” is no date that can be read with certainty."),
        remedy=mark("Write the year in four digits: 1965-03-07, 1965-03 or 1965."),
        field="date",
        values={"text": text[:TEXT_LENGTH_MAX]},
    )


def _impossible(text: str) -> Finding:
    return Finding(
        code="date.impossible",
        problem=mark("The calendar has no %(text)s."),
        remedy=mark("Correct it, or leave out the month or day that is not known."),
        field="date",
        values={"text": text},
    )


def _out_of_years(year: int) -> Finding:
    return Finding(
        code="date.out_of_years",
        problem=mark("The year %(year)s lies outside %(first)s to %(last)s."),
        remedy=mark("Write the year in four digits."),
        field="date",
        values={"year": year, "first": YEAR_MIN, "last": YEAR_MAX},
    )


def _day_without_month() -> Finding:
    return Finding(
        code="date.day_without_month",
        problem=mark("A day is given without its month."),
        remedy=mark("Give the month too, or leave the day out."),
        field="date",
    )


def _backwards(first: str, last: str) -> Finding:
    return Finding(
        code="date.backwards",
        problem=mark("%(last)s comes before %(first)s."),
        remedy=mark("Exchange the two dates."),
        field="date",
        values={"first": first, "last": last},
    )
