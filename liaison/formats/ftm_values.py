"""What FollowTheMoney writes for dates, countries, sexes, documents and texts, as records keep it.

>>> partial_date("1965-03"), country("qm"), country("suhh"), document_kind("Passport (diplomatic)")
('1965-03', 'QM', '', 'diplomatic_passport')
"""

import re
from collections.abc import Mapping
from datetime import date
from functools import lru_cache

from liaison.databases.fields import Field
from liaison.formats.ftm_tables import knowledge
from liaison.identifiers import countries
from liaison.identifiers.documents import doubts
from liaison.identifiers.partial_dates import YEAR_MAX, YEAR_MIN, PartialDate
from liaison.identifiers.plain_text import folded
from liaison.identifiers.registry import scheme_named
from liaison.refusal import Refused

SPECIAL_KINDS = ("diplomatic", "service")
DOCUMENT_WORDS: tuple[tuple[str, str], ...] = (
    ("refugee", "travel_document"),
    ("stateless", "travel_document"),
    ("travel document", "travel_document"),
    ("passport", "passport"),
    ("passeport", "passport"),
    ("pasaporte", "passport"),
    ("driv", "driving_licence"),
    ("birth", "birth_certificate"),
    ("nationality", "nationality_certificate"),
    ("seaman", "seafarer_book"),
    ("seafarer", "seafarer_book"),
    ("residen", "residence_permit"),
    ("visa", "visa"),
    ("social security", "national_number"),
    ("ssn", "national_number"),
    ("personal number", "national_number"),
    ("identity card", "identity_card"),
    ("identification card", "identity_card"),
    ("national id", "identity_card"),
    ("id card", "identity_card"),
    ("cedula", "identity_card"),
)
_DAY_CHARACTERS = len("YYYY-MM-DD")
_SHORTER = re.compile(r"(\d{4})(?:-(\d\d))?")
_NO_NUMBERS = frozenset(("document_number.empty", "document_number.placeholder"))
_METRES = re.compile(r"([12])[.,](\d\d?)")
_WHOLE = re.compile(r"(\d{1,9})(?:\.0*)?")
_REMEMBERED = 65_536
_REMEMBERED_CHARACTERS_MAX = 40


def partial_date(text: str) -> str:
    """Return the date as it is kept, a time of day dropped; empty where the text is none."""
    return _partial_date(text) if len(text) <= _REMEMBERED_CHARACTERS_MAX else ""


def country(code: str) -> str:
    """Return the alpha-2 code of a territory of FollowTheMoney; empty for past states, unions and what is unknown.

    Parts of countries (`gb-sct`) count as the country.
    """
    return _country(code) if len(code) <= _REMEMBERED_CHARACTERS_MAX else ""


def territory(code: str) -> str:
    """Return the English name of a past state or union; the code itself where we know none."""
    return knowledge()["territories"].get(code.lower(), code)


def document_kind(text: str) -> str:
    """Return what kind of document a type names: one of our own codes, or by its words; empty where unknown."""
    said = folded(text)
    if said.replace(" ", "_") in _kinds():
        return said.replace(" ", "_")
    kind = next((kind for word, kind in DOCUMENT_WORDS if word in said), "")
    special = next((word for word in SPECIAL_KINDS if word in said), "")
    return f"{special}_passport" if kind == "passport" and special else kind


def is_document_number(text: str) -> bool:
    """Whether a database takes the text for a document's number."""
    return not {doubt.code for doubt in doubts(text)} & _NO_NUMBERS


def is_identifier(field: Field, text: str) -> bool:
    """Whether a database takes the text for an identifier of the field's scheme."""
    return bool(scheme_named(field.scheme).normal(text))


def whole_number(text: str) -> int | None:
    """Return a number without a fraction; None for any other."""
    found = _WHOLE.fullmatch(text)
    return int(found[1]) if found else None


def height_cm(text: str) -> int | None:
    """Return a height in centimetres, given in these or in metres; None where it is neither.

    >>> height_cm("172"), height_cm("1.72"), height_cm("1.7"), height_cm("5'8")
    (172, 172, 170, None)
    """
    if metres := _METRES.fullmatch(text):
        return int(metres[1]) * 100 + int(metres[2].ljust(2, "0"))
    return whole_number(text)


def choices_of(field: Field) -> Mapping[str, str]:
    """Return the values of a choice by folded code and by folded English label."""
    codes = {folded(one.value): one.value for one in field.choices}
    return {folded(one.label): one.value for one in field.choices} | codes


@lru_cache(None)
def _kinds() -> frozenset[str]:
    return frozenset(kind for _, kind in DOCUMENT_WORDS) | {f"{word}_passport" for word in SPECIAL_KINDS} | {"other"}


@lru_cache(_REMEMBERED)
def _partial_date(text: str) -> str:
    said = text[:_DAY_CHARACTERS] if text[_DAY_CHARACTERS : _DAY_CHARACTERS + 1] in {"T", " "} else text
    if len(said) == _DAY_CHARACTERS:
        try:
            return said if YEAR_MIN <= date.fromisoformat(said).year <= YEAR_MAX and said.isascii() else ""
        except ValueError:
            return ""
    found = _SHORTER.fullmatch(said)
    if not found or not said.isascii():
        return ""
    try:
        return str(PartialDate.of(int(found[1]), int(found[2]) if found[2] else None))
    except Refused:
        return ""


@lru_cache(_REMEMBERED)
def _country(code: str) -> str:
    found = countries.by_alpha2(code.partition("-")[0]) if len(code) <= len("xx-xxxxx") else None
    return found.alpha2 if found else ""
