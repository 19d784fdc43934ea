"""Serial, part and inventory numbers that follow no standard: compared without case and separators, never judged."""

from liaison.identifiers.documents import NUMBER_LENGTH_MAX, NUMBER_LENGTH_MIN, normalise_number
from liaison.identifiers.schemes import Checked, Scheme, Verdict
from liaison.refusal import mark

LIKENESS = 0.3
"""Any run of letters and digits may be a serial number, so that every other reading comes first."""


def check_serial(text: str, _country: str = "") -> Checked:
    """Return the serial number without case and separators; nothing in it can be checked.

    >>> check_serial("ab-12 34").normal
    'AB1234'
    """
    return Checked(normalise_number(text), Verdict.UNCHECKED)


def serial_likeness(text: str) -> float:
    """Return how likely the text is a serial number: it holds a digit and has a usual length."""
    number = normalise_number(text)
    usual = NUMBER_LENGTH_MIN <= len(number) <= NUMBER_LENGTH_MAX and any(map(str.isdecimal, number))
    return LIKENESS if usual else 0.0


SCHEMES = (Scheme("serial", mark("Serial number"), check_serial, serial_likeness, has_parts=True),)
