"""Registration marks (ICAO Annex 7) and 24-bit addresses (Annex 10, volume III) of aircraft.

>>> check_registration("d-abcd").normal, check_address("A00001").verdict.value, address_of_n_number("N1")
('DABCD', 'unchecked', 'A00001')
"""

import json
import re
from bisect import bisect_right
from functools import cache
from pathlib import Path

from liaison.identifiers import remarks
from liaison.identifiers.schemes import Checked, Scheme, Verdict
from liaison.identifiers.spelling import is_one_number, is_placeholder, misreading_key, plain
from liaison.refusal import Finding, mark

REGISTRATION_LENGTH_MAX = 10
ADDRESS_LENGTH = 6

_DATA = Path(__file__).parent / "data"
_REGISTRATION = "aircraft_registration"
_ADDRESS = "icao24"
_MARKS_STANDARD = "ICAO Annex 7"
_ADDRESSES_STANDARD = "ICAO Annex 10, volume III"
_USUAL_SHAPE = "[A-Z0-9]{2,5}"
_MARK_LENGTHS = (4, 3, 2, 1)
_NEVER_ASSIGNED = ("000000", "FFFFFF")
_NOT_HEXADECIMAL = str.maketrans("OI", "01")
_HEXADECIMAL = frozenset("0123456789ABCDEF")
_N_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
_N_NUMBER = re.compile(r"N([1-9][0-9]{0,4})([A-HJ-NP-Z]{0,2})")
_FIRST_N_ADDRESS, _LAST_N_ADDRESS = 0xA00001, 0xADF7C7
_LETTER_PAIRS = 1 + len(_N_LETTERS) * (1 + len(_N_LETTERS))
_AFTER_FOUR_DIGITS = 1 + len(_N_LETTERS) + 10
_AFTER_THREE_DIGITS = _LETTER_PAIRS + 10 * _AFTER_FOUR_DIGITS
_AFTER_TWO_DIGITS = _LETTER_PAIRS + 10 * _AFTER_THREE_DIGITS
_AFTER_ONE_DIGIT = _LETTER_PAIRS + 10 * _AFTER_TWO_DIGITS
_ROOM = (_AFTER_ONE_DIGIT, _AFTER_TWO_DIGITS, _AFTER_THREE_DIGITS, _AFTER_FOUR_DIGITS, 1)
_WITH_PAIRS_MAX = 3


def check_registration(text: str, _country: str = "") -> Checked:
    """Return the registration without its hyphen, and whether a state with such a mark would give it out."""
    normal = plain(text)
    if not normal:
        return remarks.empty(_REGISTRATION)
    findings = remarks.of_spelling(_REGISTRATION, text)
    if is_placeholder(normal):
        findings.append(remarks.placeholder(_REGISTRATION))
    if not normal.isascii():
        wrong = remarks.wrong_characters(_REGISTRATION, _MARKS_STANDARD)
        return remarks.judged(normal, Verdict.INVALID, [*findings, wrong])
    if len(normal) > REGISTRATION_LENGTH_MAX:
        findings.append(remarks.too_long(_REGISTRATION, length=len(normal), most=REGISTRATION_LENGTH_MAX))
    elif not nationality_mark(normal):
        findings.append(remarks.unassigned(_REGISTRATION, _MARKS_STANDARD, normal[:2]))
    elif not _fits(normal):
        findings.append(_unusual_registration(nationality_mark(normal)))
    return remarks.judged(normal, Verdict.DOUBTFUL if findings else Verdict.UNCHECKED, findings)


def nationality_mark(registration: str) -> str:
    """Return the longest nationality mark with which a normal registration begins; empty when none is known."""
    return next((registration[:length] for length in _MARK_LENGTHS if registration[:length] in _marks()), "")


def registration_likeness(text: str) -> float:
    """Return how likely the text is a registration: it needs a digit, or a hyphen after the mark and upper case."""
    said = text.strip()
    checked = check_registration(said)
    if checked.verdict is not Verdict.UNCHECKED:
        return 0.0
    mark_length = len(nationality_mark(checked.normal))
    hyphen_after_mark = said[mark_length : mark_length + 1] == "-" and said.count("-") == 1
    if any(map(str.isdecimal, said)):
        return 0.0 if not is_one_number(said) else 0.6 if hyphen_after_mark or said[:1] in "Nn" else 0.3
    written_so = hyphen_after_mark and said.isupper() and " " not in said
    return 0.5 if written_so and mark_length == 1 else 0.3 if written_so else 0.0


def check_address(text: str, _country: str = "") -> Checked:
    """Return the six hexadecimal digits; O and I, which are none, were certainly a 0 and a 1."""
    written = plain(text)
    normal = written.translate(_NOT_HEXADECIMAL)
    if not normal:
        return remarks.empty(_ADDRESS)
    findings = remarks.of_spelling(_ADDRESS, text)
    if written != normal:
        findings.append(_read_as_digits())
    if is_placeholder(normal):
        findings.append(remarks.placeholder(_ADDRESS))
    if not set(normal) <= _HEXADECIMAL:
        wrong = remarks.wrong_characters(_ADDRESS, _ADDRESSES_STANDARD)
        meant = misreading_key(normal)
        return remarks.judged(normal, Verdict.INVALID, [*findings, wrong], [meant] if _is_address(meant) else [])
    if len(normal) != ADDRESS_LENGTH:
        length = remarks.wrong_length(_ADDRESS, _ADDRESSES_STANDARD, length=len(normal), right=ADDRESS_LENGTH)
        return remarks.judged(normal, Verdict.INVALID, [*findings, length])
    if normal in _NEVER_ASSIGNED:
        return remarks.judged(normal, Verdict.INVALID, findings)
    if not address_country(normal):
        findings.append(remarks.unassigned(_ADDRESS, _ADDRESSES_STANDARD, normal[:3]))
    return remarks.judged(normal, Verdict.DOUBTFUL if findings else Verdict.UNCHECKED, findings)


def address_country(address: str) -> str:
    """Return the alpha-2 code of the state whose block holds six hexadecimal digits; empty when none is known.

    `*` stands for the blocks of ICAO itself.
    """
    firsts, blocks = _address_blocks()
    sought = int(address, 16)
    place = bisect_right(firsts, sought) - 1
    return blocks[place][1] if place >= 0 and sought <= blocks[place][0] else ""


def address_likeness(text: str) -> float:
    """Return how likely the text is an aircraft's address: six hexadecimal digits in one word."""
    said = text.strip()
    if not is_one_number(said) or len(said) != ADDRESS_LENGTH or not _is_address(plain(said)):
        return 0.0
    known = check_address(said).verdict is Verdict.UNCHECKED
    return 0.4 if known and not said.isdecimal() else 0.2


def address_of_n_number(registration: str) -> str:
    """Return the address of an aircraft of the United States by its normal registration; empty for any other.

    The 915,399 N-numbers (14 CFR 47.15) have their addresses in the order of a dictionary in which the end comes
    before letters and letters come before digits, so that both must agree where a record holds both.
    """
    found = _N_NUMBER.fullmatch(registration)
    if not found or len(registration) > ADDRESS_LENGTH:
        return ""
    digits, letters = found.groups()
    place = (int(digits[0]) - 1) * _ROOM[0]
    for depth, digit in enumerate(digits[1:], start=1):
        before_digits = _LETTER_PAIRS if depth <= _WITH_PAIRS_MAX else 1 + len(_N_LETTERS)
        place += before_digits + int(digit) * _ROOM[depth]
    if letters:
        room = 1 + len(_N_LETTERS) if len(digits) <= _WITH_PAIRS_MAX else 1
        place += 1 + _N_LETTERS.index(letters[0]) * room
    if len(letters) > 1:
        place += 1 + _N_LETTERS.index(letters[1])
    return f"{_FIRST_N_ADDRESS + place:06X}"


def is_n_address(address: str) -> bool:
    """Whether a normal 24-bit address is that of an N-number (14 CFR 47.15)."""
    return _is_address(address) and _FIRST_N_ADDRESS <= int(address, 16) <= _LAST_N_ADDRESS


def _is_address(text: str) -> bool:
    return len(text) == ADDRESS_LENGTH and set(text) <= _HEXADECIMAL


def _fits(registration: str) -> bool:
    """Whether what follows the nationality mark, any of those it begins with, is of a shape that is known."""
    begins = (registration[:length] for length in _MARK_LENGTHS if registration[:length] in _marks())
    return any(re.fullmatch(_marks()[begin], registration[len(begin) :]) for begin in begins)


def _unusual_registration(known_mark: str) -> Finding:
    return Finding(
        "aircraft_registration.shape",
        mark("Registrations with the mark %(mark)s do not usually look like this."),
        remarks.COMPARE,
        source=_MARKS_STANDARD,
        values={"mark": known_mark},
    )


def _read_as_digits() -> Finding:
    return Finding(
        "icao24.repaired",
        mark("The letters O and I never occur in such an address: they were read as 0 and 1."),
        mark("Nothing is to be done; the search uses the right characters."),
        source=_ADDRESSES_STANDARD,
    )


@cache
def _marks() -> dict[str, str]:
    rows = json.loads((_DATA / "aircraft_marks.json").read_text("utf-8"))["marks"]
    return {known: row[1] if len(row) > 1 else _USUAL_SHAPE for known, row in rows.items()}


@cache
def _address_blocks() -> tuple[list[int], list[tuple[int, str]]]:
    rows = json.loads((_DATA / "aircraft_addresses.json").read_text("utf-8"))["blocks"]
    firsts = [int(first, 16) for first, _, _ in rows]
    return firsts, [(int(first, 16) + 2**free - 1, country) for first, free, country in rows]


SCHEMES = (
    Scheme(
        _REGISTRATION,
        mark("Aircraft registration"),
        check_registration,
        registration_likeness,
        misreading_key,
        has_parts=True,
    ),
    Scheme(_ADDRESS, mark("24-bit aircraft address"), check_address, address_likeness, misreading_key),
)
