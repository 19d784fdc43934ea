"""Invented travel documents, and the day on which they are read."""

from datetime import date

from liaison.identifiers.mrz import Format, Mrz, make, parse

TODAY = date(2026, 11, 22)

PASSPORT = {
    "issuer": "QMM",
    "number": "A3141593",
    "surname": "Vora",
    "given_names": "Dana Mira",
    "birth": date(1974, 8, 12),
    "sex": "F",
    "expiry": date(2031, 4, 15),
}


def a_zone(format: Format = Format.TD3, **more: object) -> tuple[str, ...]:
    """Return the lines of an invented document; only what matters to the test is named."""
    return make(format, **PASSPORT | more)


def read(text: str) -> Mrz:
    """Read a zone on the day of the tests."""
    return parse(text, today=TODAY)


def codes(zone: Mrz) -> list[str]:
    """Return the codes of a zone's warnings."""
    return [warning.code for warning in zone.warnings]


def replaced(lines: tuple[str, ...], line: int, position: int, letter: str) -> str:
    """Return the zone as text with one character changed; line and position are counted from 1."""
    rows = list(lines)
    rows[line - 1] = rows[line - 1][: position - 1] + letter + rows[line - 1][position:]
    return "\n".join(rows)
