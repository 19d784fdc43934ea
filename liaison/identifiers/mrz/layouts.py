"""Where each field stands in each format of the zone: ICAO Doc 9303 parts 4 to 7, and the former French card.

Positions are counted from 0 here and from 1 wherever people read them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Format(StrEnum):
    """The size of the zone, which tells what kind of document carries it."""

    TD1 = "TD1"
    TD2 = "TD2"
    TD3 = "TD3"
    MRVA = "MRVA"
    MRVB = "MRVB"
    FRA = "FRA"


@dataclass(frozen=True, slots=True)
class Span:
    """Characters `start` to `end` (not included) of one line."""

    line: int
    start: int
    end: int

    def of(self, lines: Sequence[str]) -> str:
        """Return what stands there."""
        return lines[self.line][self.start : self.end]

    @property
    def width(self) -> int:
        """How many characters it holds."""
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Checked:
    """One check digit: the field it is named for, where it stands, and what it covers."""

    field: str
    digit: Span
    covers: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """One format: its size, the letters its document type begins with, its fields and check digits."""

    format: Format
    lines: int
    width: int
    types: str
    fields: Mapping[str, Span]
    checks: tuple[Checked, ...]
    long_numbers: bool = False

    @property
    def length(self) -> int:
        """How many characters the whole zone has."""
        return self.lines * self.width


def _checked(fields: Mapping[str, Span], name: str, digit: int) -> Checked:
    span = fields[name]
    return Checked(name, Span(span.line, digit, digit + 1), (span,))


def _composite(line: int, digit: int, *covers: tuple[int, int, int]) -> Checked:
    return Checked("composite", Span(line, digit, digit + 1), tuple(Span(*cover) for cover in covers))


def _two_lines(width: int, optional_end: int) -> dict[str, Span]:
    """Return the fields that passports, visas and TD2 cards have in common."""
    return {
        "document_type": Span(0, 0, 2),
        "issuer": Span(0, 2, 5),
        "name": Span(0, 5, width),
        "number": Span(1, 0, 9),
        "nationality": Span(1, 10, 13),
        "birth": Span(1, 13, 19),
        "sex": Span(1, 20, 21),
        "expiry": Span(1, 21, 27),
        "optional": Span(1, 28, optional_end),
    }


def _three_checks(fields: Mapping[str, Span]) -> tuple[Checked, ...]:
    return _checked(fields, "number", 9), _checked(fields, "birth", 19), _checked(fields, "expiry", 27)


_TD3 = _two_lines(44, 42)
_TD2 = _two_lines(36, 35)
_MRVA = _two_lines(44, 44)
_MRVB = _two_lines(36, 36)
_TD1 = {
    "document_type": Span(0, 0, 2),
    "issuer": Span(0, 2, 5),
    "number": Span(0, 5, 14),
    "optional": Span(0, 15, 30),
    "birth": Span(1, 0, 6),
    "sex": Span(1, 7, 8),
    "expiry": Span(1, 8, 14),
    "nationality": Span(1, 15, 18),
    "optional_2": Span(1, 18, 29),
    "name": Span(2, 0, 30),
}
_FRA = {
    "document_type": Span(0, 0, 2),
    "issuer": Span(0, 2, 5),
    "surname": Span(0, 5, 30),
    "optional": Span(0, 30, 36),
    "number": Span(1, 0, 12),
    "given_names": Span(1, 13, 27),
    "birth": Span(1, 27, 33),
    "sex": Span(1, 34, 35),
}

LAYOUTS: tuple[Layout, ...] = (
    Layout(
        Format.TD3, 2, 44, "P", _TD3,
        (
            *_three_checks(_TD3), _checked(_TD3, "optional", 42),
            _composite(1, 43, (1, 0, 10), (1, 13, 20), (1, 21, 43)),
        ),
    ),
    Layout(
        Format.TD1, 3, 30, "ACI", _TD1,
        (
            _checked(_TD1, "number", 14), _checked(_TD1, "birth", 6), _checked(_TD1, "expiry", 14),
            _composite(1, 29, (0, 5, 30), (1, 0, 7), (1, 8, 15), (1, 18, 29)),
        ),
        long_numbers=True,
    ),
    Layout(
        Format.TD2, 2, 36, "ACI", _TD2,
        (*_three_checks(_TD2), _composite(1, 35, (1, 0, 10), (1, 13, 20), (1, 21, 35))),
        long_numbers=True,
    ),
    Layout(Format.MRVA, 2, 44, "V", _MRVA, _three_checks(_MRVA)),
    Layout(Format.MRVB, 2, 36, "V", _MRVB, _three_checks(_MRVB)),
    Layout(
        Format.FRA, 2, 36, "I", _FRA,
        (_checked(_FRA, "number", 12), _checked(_FRA, "birth", 33), _composite(1, 35, (0, 0, 36), (1, 0, 35))),
    ),
)  # fmt: skip

BY_FORMAT: Mapping[Format, Layout] = {layout.format: layout for layout in LAYOUTS}
