"""Slips of reading that can be put right without a guess, and those that can only be offered.

Where only digits can stand, an O is a 0; where only letters can, a 0 is an O: these are repaired and reported. A
document number holds both, so nothing is changed there: other spellings that its check digit allows are alternatives.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from liaison.identifiers.mrz.checks import check_digit
from liaison.identifiers.mrz.layouts import Layout, Span

ALTERNATIVES_MAX = 8
SLIPS_MAX = 2

TO_DIGIT = {"O": "0", "Q": "0", "D": "0", "I": "1", "L": "1", "Z": "2", "S": "5", "G": "6", "B": "8"}
TO_LETTER = {"0": "O", "1": "I", "2": "Z", "5": "S", "6": "G", "8": "B"}

_DIGITS_ONLY = ("birth", "expiry")
_LETTERS_ONLY = ("issuer", "nationality", "name", "surname", "given_names")
_EITHER_WAY = {
    letter: tuple(table[letter] for table in (TO_DIGIT, TO_LETTER) if letter in table)
    for letter in {*TO_DIGIT, *TO_LETTER}
}


@dataclass(frozen=True, slots=True)
class Repair:
    """One character that was read as another, with its line and character counted from 1."""

    field: str
    line: int
    position: int
    read: str
    taken: str


def repaired(layout: Layout, lines: Sequence[str]) -> tuple[tuple[str, ...], tuple[Repair, ...]]:
    """Return the lines with slips put right where only one kind of character can stand, and what was changed."""
    repairs = tuple(_repairs(layout, lines))
    rows = [list(line) for line in lines]
    for repair in repairs:
        rows[repair.line - 1][repair.position - 1] = repair.taken
    return tuple("".join(row) for row in rows), repairs


def number_alternatives(number: str, check: str) -> tuple[str, ...]:
    """Return the spellings within two usual slips of reading for which the check digit fits, fewest slips first.

    For a number whose own check digit fails; a digit that fits is a hint and no proof.
    """
    places = [place for place, letter in enumerate(number) if letter in _EITHER_WAY]
    found = (
        changed
        for slips in range(1, SLIPS_MAX + 1)
        for chosen in combinations(places, slips)
        for changed in _changed(number, chosen)
        if str(check_digit(changed)) == check
    )
    return tuple(changed for changed, _ in zip(found, range(ALTERNATIVES_MAX), strict=False))


def _repairs(layout: Layout, lines: Sequence[str]) -> Iterator[Repair]:
    for name in _DIGITS_ONLY:
        if name in layout.fields:
            yield from _field_repairs(name, layout.fields[name], lines, TO_DIGIT)
    for checked in layout.checks:
        yield from _field_repairs(f"{checked.field}_check", checked.digit, lines, TO_DIGIT)
    for name in _LETTERS_ONLY:
        if name in layout.fields:
            yield from _field_repairs(name, layout.fields[name], lines, TO_LETTER)


def _field_repairs(name: str, span: Span, lines: Sequence[str], taken: dict[str, str]) -> Iterator[Repair]:
    for place, letter in enumerate(span.of(lines), start=span.start + 1):
        if letter in taken:
            yield Repair(name, span.line + 1, place, letter, taken[letter])


def _changed(number: str, places: Sequence[int]) -> Iterator[str]:
    """Yield the number with another reading at every one of these places."""
    if not places:
        yield number
        return
    first, *others = places
    for other in sorted(_EITHER_WAY[number[first]]):
        yield from _changed(number[:first] + other + number[first + 1 :], others)
