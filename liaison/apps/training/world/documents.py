"""Invented travel documents reported lost or stolen: single numbers, and ranges of blanks taken from printers.

Numbers never repeat within a country: they are counted through by a step that shares no factor with the size of the
series. People's own passports, stolen single documents and stolen blanks come from three different series.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from liaison.apps.training.world.dice import Dice
from liaison.apps.training.world.stocks import COUNTRIES, SEED

DOCUMENTS = 100_000
PASSPORTS_FROM = 5_271_829

_SERIES = 10_000_000
_STEP = 3_141_593
_BLANKS_EVERY = 10
_STREAM = 5_000_000
_FIRST_DAY, _LAST_DAY = date(2012, 1, 1), date(2026, 10, 31)
_BLANKS_APART = 700

_KINDS = ("passport",) * 6 + ("identity_card",) * 3 + ("travel_document", "visa")
_EVENTS = ("stolen",) * 5 + ("lost",) * 4 + ("revoked",)
_LETTERS = ("A", "K", "PA", "E", "G", "P", "X", "U", "Z", "GE", "C", "TR", "AN", "N")


@dataclass(frozen=True, slots=True)
class InventedDocument:
    """One report: the country that issued the document and answers for it, and the fields of its record."""

    number: int
    country: str
    fields: dict[str, object]


def documents(count: int = DOCUMENTS) -> Iterator[InventedDocument]:
    """Yield so many reports, the issuing countries by turns, one in ten of them a range of blanks."""
    dice = Dice(SEED, _STREAM)
    days = [day.isoformat() for day in _days()]
    for number in range(count):
        country = COUNTRIES[number % len(COUNTRIES)]
        yield InventedDocument(number, country, _report(dice, number, country, dice.one_of(days)))


def passport_number(country: str, place: int) -> str:
    """Return the passport number at that place of the country's series.

    >>> passport_number("QM", 1)
    'A3141593'
    """
    return f"{_LETTERS[COUNTRIES.index(country)]}{place * _STEP % _SERIES:07}"


def _report(dice: Dice, number: int, country: str, day: str) -> dict[str, object]:
    if number % _BLANKS_EVERY == _BLANKS_EVERY - 1:
        first = number // _BLANKS_EVERY * _BLANKS_APART
        letter = _LETTERS[COUNTRIES.index(country)]
        last = first + dice.between(9, _BLANKS_APART - 1)
        return {
            "range": {"first": f"{letter}B{first:07}", "last": f"{letter}B{last:07}"},
            "document_kind": "passport",
            "country": country,
            "event": "stolen_blank",
            "event_on": day,
        }
    return {
        "number": passport_number(country, number),
        "document_kind": dice.one_of(_KINDS),
        "country": country,
        "event": dice.one_of(_EVENTS),
        "event_on": day,
    }


def _days() -> Iterator[date]:
    """Yield every seventh day of the years in which the documents were lost."""
    for ordinal in range(_FIRST_DAY.toordinal(), _LAST_DAY.toordinal(), 7):
        yield date.fromordinal(ordinal)
