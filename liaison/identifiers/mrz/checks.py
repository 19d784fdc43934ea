"""Check digits of the zone (ICAO Doc 9303-3 section 4.9), and the verdict on each.

>>> check_digit("L898902C3")
6
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from liaison.identifiers.mrz.layouts import Checked, Layout
from liaison.refusal import Finding, Refused, mark

FILLER = "<"

_WEIGHTS = (7, 3, 1)
_VALUES = {letter: value for value, letter in enumerate("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")} | {FILLER: 0}


class Verdict(StrEnum):
    """What a check digit says: it fits, it does not, or a filler stands in its place."""

    RIGHT = "right"
    WRONG = "wrong"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Check:
    """The verdict on one check digit, with its line and character counted from 1."""

    field: str
    line: int
    position: int
    printed: str
    computed: int
    verdict: Verdict


def check_digit(field: str) -> int:
    """Return the check digit, 0-9, of one field; raise Refused for a character that no zone holds."""
    try:
        return sum(_VALUES[letter] * _WEIGHTS[place % 3] for place, letter in enumerate(field)) % 10
    except KeyError as unknown:
        raise Refused(
            Finding(
                code="mrz.character",
                problem=mark("“%(letter)s” cannot stand in a machine-readable zone."),
                remedy=mark("Use A to Z, 0 to 9 and <."),
                values={"letter": str(unknown.args[0])},
            )
        ) from None


def checks_of(layout: Layout, lines: Sequence[str]) -> tuple[Check, ...]:
    """Return the verdict on every check digit of the zone."""
    return tuple(_verdict(layout, checked, lines) for checked in layout.checks)


def long_number(layout: Layout, lines: Sequence[str]) -> str:
    """Return what follows the ninth character of a longer document number, its check digit last; else empty.

    A filler in the place of the check digit says that the number goes on at the head of the optional data
    (Doc 9303-5 section 4.2.2, note j).
    """
    number = layout.checks[0]
    optional = layout.fields["optional"].of(lines)
    full = FILLER not in layout.fields["number"].of(lines)
    if not layout.long_numbers or not full or number.digit.of(lines) != FILLER or optional.startswith(FILLER):
        return ""
    return optional.split(FILLER)[0]


def _verdict(layout: Layout, checked: Checked, lines: Sequence[str]) -> Check:
    covered = "".join(span.of(lines) for span in checked.covers)
    line, place, printed = checked.digit.line, checked.digit.start, checked.digit.of(lines)
    if checked.field == "number" and (rest := long_number(layout, lines)):
        covered, printed = covered + rest[:-1], rest[-1]
        span = layout.fields["optional"]
        line, place = span.line, span.start + len(rest) - 1
    computed = check_digit(covered)
    return Check(checked.field, line + 1, place + 1, printed, computed, _judged(printed, covered, computed))


def _judged(printed: str, covered: str, computed: int) -> Verdict:
    """An empty field may have 0 or a filler; a filler beside a field that says something checks nothing."""
    if printed == FILLER:
        return Verdict.ABSENT if covered.strip(FILLER) else Verdict.RIGHT
    return Verdict.RIGHT if printed == str(computed) else Verdict.WRONG
