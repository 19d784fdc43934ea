"""How one value of each type is checked and brought into the form in which it is kept."""

import base64
import binascii
from collections.abc import Callable, Iterator, Mapping
from datetime import date

from liaison.identifiers import countries
from liaison.identifiers.documents import NumberRange, doubts, normalise_number
from liaison.identifiers.partial_dates import PartialDate
from liaison.identifiers.plain_text import cleaned, has_letters_or_digits
from liaison.identifiers.scripts import SCRIPTS
from liaison.refusal import Finding, Refused, mark

TEXT_LENGTH_MAX = 500
LONG_TEXT_LENGTH_MAX = 20_000
NUMBER_MAX = 1_000_000_000
IMAGE_BYTES_MAX = 64 * 1024
PNG = b"\x89PNG\r\n\x1a\n"
LANGUAGE_CODE_LENGTHS = (2, 3)


def is_empty(value: object) -> bool:
    """Whether nothing was given: None, blank text, an empty list or object."""
    if isinstance(value, str):
        return not value.strip()
    return value is None or (isinstance(value, list | tuple | Mapping) and not value)


def check_value(kind: str, value: object, *, place: str, label: str, choices: Mapping[str, str]) -> Iterator[Finding]:
    """Yield what is wrong with one value that is not empty."""
    if kind == "choice":
        if value not in choices:
            yield _fault("choice", mark("“%(value)s” is none of the choices for “%(label)s”."), place, label, value)
        return
    check = _CHECKS[kind]
    try:
        problem = check(value)
    except Refused as refused:
        yield from (_placed(finding, place) for finding in refused.findings)
        return
    if problem:
        yield _fault(kind, problem, place, label, value)


def normal_value(kind: str, value: object) -> object:
    """Return one checked value in the form in which it is kept."""
    normal = _NORMAL.get(kind)
    return normal(value) if normal else value


def _text(value: object) -> str:
    return _line(value, TEXT_LENGTH_MAX)


def _long_text(value: object) -> str:
    return _line(value, LONG_TEXT_LENGTH_MAX)


def _line(value: object, longest: int) -> str:
    if not isinstance(value, str):
        return mark("“%(label)s” is a text.")
    if len(value) > longest:
        return mark("“%(label)s” is too long.")
    return "" if has_letters_or_digits(value) else mark("“%(label)s” holds nothing that can be read.")


def _number(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= NUMBER_MAX:
        return mark("“%(label)s” is a whole number.")
    return ""


def _day(value: object) -> str:
    try:
        date.fromisoformat(str(value))
    except ValueError:
        return mark("“%(value)s” is not a day of the calendar, written YYYY-MM-DD.")
    return ""


def _partial_date(value: object) -> str:
    PartialDate.from_json(value)
    return ""


def _country(value: object) -> str:
    known = isinstance(value, str) and countries.by_alpha2(value) is not None
    return "" if known else mark("“%(value)s” is not a country's ISO 3166 code of two letters.")


def _language(value: object) -> str:
    known = isinstance(value, str) and value.isascii() and value.isalpha() and len(value) in LANGUAGE_CODE_LENGTHS
    return "" if known else mark("“%(value)s” is not a language's ISO 639 code.")


def _script(value: object) -> str:
    return "" if value in SCRIPTS else mark("“%(value)s” is not a script's ISO 15924 code.")


def _document_number(value: object) -> str:
    if not isinstance(value, str) or not normalise_number(value):
        return mark("“%(value)s” cannot be a document number.")
    placeholder = any(finding.code == "document_number.placeholder" for finding in doubts(value))
    return mark("“%(value)s” is a placeholder, not a document number.") if placeholder else ""


def _number_range(value: object) -> str:
    if not isinstance(value, Mapping) or set(value) != {"first", "last"}:
        return mark("“%(label)s” has a first and a last number.")
    NumberRange.between(str(value["first"]), str(value["last"]))
    return ""


def _image(value: object) -> str:
    try:
        image = base64.b64decode(str(value), validate=True)
    except (binascii.Error, ValueError):
        return mark("“%(label)s” is not a PNG image in base64.")
    if not image.startswith(PNG):
        return mark("“%(label)s” is not a PNG image in base64.")
    return "" if len(image) <= IMAGE_BYTES_MAX else mark("“%(label)s” is larger than 64 kB.")


_CHECKS: Mapping[str, Callable[[object], str]] = {
    "text": _text,
    "long_text": _long_text,
    "number": _number,
    "date": _day,
    "partial_date": _partial_date,
    "country": _country,
    "language": _language,
    "script": _script,
    "document_number": _document_number,
    "number_range": _number_range,
    "image": _image,
}


def _kept_range(value: object) -> object:
    assert isinstance(value, Mapping)
    made = NumberRange.between(str(value["first"]), str(value["last"]))
    return {"first": made.first, "last": made.last}


_NORMAL: Mapping[str, Callable[[object], object]] = {
    "text": lambda value: cleaned(str(value)),
    "long_text": lambda value: cleaned(str(value), lines=True),
    "date": lambda value: date.fromisoformat(str(value)).isoformat(),
    "partial_date": lambda value: PartialDate.from_json(value).to_json(),
    "country": lambda value: str(value).upper(),
    "language": lambda value: str(value).lower(),
    "document_number": lambda value: cleaned(str(value)),
    "number_range": _kept_range,
}


def _fault(code: str, problem: str, place: str, label: str, value: object) -> Finding:
    return Finding(
        code=f"fields.{code}",
        problem=problem,
        remedy=mark("Correct it, or leave it out."),
        field=place,
        values={"label": label, "value": str(value)[:80]},
    )


def _placed(finding: Finding, place: str) -> Finding:
    return Finding(finding.code, finding.problem, finding.remedy, finding.source, place, finding.values)
