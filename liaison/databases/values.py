"""The one form in which each type of field is kept, and what is said of a value that has none.

Every function here takes what a form, a file or a program sent and returns JSON without floats, or raises Refused. A
value already in its form stays as it is.
"""

import base64
import binascii
from collections.abc import Callable, Mapping

from liaison.databases.fields import LONG_TEXT_LENGTH_MAX, TEXT_LENGTH_MAX, Field, FieldType
from liaison.databases.images import stripped
from liaison.identifiers import countries, languages
from liaison.identifiers.documents import NumberRange, doubts
from liaison.identifiers.partial_dates import PartialDate
from liaison.identifiers.plain_text import cleaned, has_letters_or_digits
from liaison.identifiers.registry import scheme_named
from liaison.identifiers.remarks import placeholder
from liaison.identifiers.scripts import SCRIPTS
from liaison.identifiers.spelling import is_placeholder, plain
from liaison.identifiers.warning_lists import is_no_name
from liaison.refusal import Finding, Refused, mark

IMAGE_SENT_CHARACTERS_MAX = 1024 * 1024
"""What is sent may be larger than what is kept: cameras write a second picture and much else into one."""

_YES_NO = {"true": True, "yes": True, "1": True, "on": True, "false": False, "no": False, "0": False, "off": False}
_NO_NUMBERS = frozenset(("document_number.empty", "document_number.placeholder"))
_PARTS_OF_NAMES = frozenset({"given", "father", "family"})
"""Somebody's family is called Na, and Nil is a given name: only a whole name can say that it is not known."""
_OWN_WORDS = frozenset({"plate", "vin", "card", "iban", "email", "phone", "wallet"})
"""Kinds where what looks like nothing may be somebody's: chosen plates, short numbers, examples that add up."""
_CORRECT = mark("Correct it, or leave it empty.")
_OWN_LANGUAGES = range(ord("a"), ord("t") + 1)


def normal_value(field: Field, value: object) -> object:
    """Return one value of a field (not a list, not a group) in its form; raise Refused where it has none."""
    return _FORMS[field.type](field, value)


def _text(field: Field, value: object) -> str:
    return _bounded(cleaned(_string(field, value)), TEXT_LENGTH_MAX)


def _long_text(field: Field, value: object) -> str:
    return _bounded(cleaned(_string(field, value), lines=True), LONG_TEXT_LENGTH_MAX)


def _name(field: Field, value: object) -> str:
    name = _text(field, value)
    if name and not has_letters_or_digits(name):
        raise Refused(_finding("name", mark("The name holds no letter."), mark("Write the name out."), {}))
    if name and field.name not in _PARTS_OF_NAMES and is_no_name(name):
        raise Refused(
            _finding(
                "name_unknown",
                mark("“%(value)s” says that the name is not known; it would stop people at random."),
                mark("Leave the name empty, or write down the part that is known."),
                {"value": name[:40]},
            )
        )
    return name


def _choice(field: Field, value: object) -> str:
    chosen = cleaned(_string(field, value))
    if chosen and field.choice(chosen) is None:
        raise Refused(
            _finding(
                "choice",
                mark("“%(value)s” is none of: %(choices)s."),
                mark("Choose one of these values."),
                {"value": chosen[:40], "choices": ", ".join(choice.value for choice in field.choices)},
            )
        )
    return chosen


def _yes_no(field: Field, value: object) -> bool | str:
    if isinstance(value, bool):
        return value
    said = cleaned(_string(field, value)).lower()
    if said and said not in _YES_NO:
        raise Refused(_finding("yes_no", mark("“%(value)s” is neither yes nor no."), _CORRECT, {"value": said[:40]}))
    return _YES_NO[said] if said else ""


def _whole_number(field: Field, value: object) -> int | str:
    said = (
        cleaned(str(value))
        if isinstance(value, int) and not isinstance(value, bool)
        else cleaned(_string(field, value))
    )
    if not said:
        return ""
    if not said.lstrip("-").isdecimal() or not field.smallest <= int(said) <= field.largest:
        raise Refused(
            _finding(
                "whole_number",
                mark("“%(value)s” is no whole number from %(smallest)s to %(largest)s."),
                _CORRECT,
                {"value": said[:40], "smallest": field.smallest, "largest": field.largest},
            )
        )
    return int(said)


def _partial_date(_field: Field, value: object) -> object:
    if isinstance(value, str) and not cleaned(value):
        return ""
    return PartialDate.from_json(value).to_json()


def _date(field: Field, value: object) -> str:
    said = cleaned(_string(field, value))
    if not said:
        return ""
    day = PartialDate.parse(said)
    if not day.is_exact:
        raise Refused(
            _finding(
                "date",
                mark("“%(value)s” is no exact day."),
                mark("Give year, month and day: 2026-03-07."),
                {"value": said[:40]},
            )
        )
    return str(day)


def _country(field: Field, value: object) -> str:
    said = cleaned(_string(field, value))
    country = countries.by_code(said) or countries.find(said)
    if said and country is None:
        raise Refused(
            _finding(
                "country",
                mark("“%(value)s” is no country that is known here."),
                mark("Use the two letters of ISO 3166 or the country's name."),
                {"value": said[:80]},
            )
        )
    return country.alpha2 if country else ""


def _language(field: Field, value: object) -> str:
    said = cleaned(_string(field, value)).lower()
    if not said or _is_own_language(said):
        return said
    code = languages.alpha3(said)
    if code is None:
        raise Refused(
            _finding(
                "language",
                mark("“%(value)s” is no language that is known here."),
                mark("Use the three letters of ISO 639."),
                {"value": said[:40]},
            )
        )
    return code


def _is_own_language(code: str) -> bool:
    """Whether ISO 639 leaves the code to its users (qaa to qtz), as for the languages of invented countries."""
    return len(code) == 3 and code.isascii() and code.isalpha() and code[0] == "q" and ord(code[1]) in _OWN_LANGUAGES


def _script(field: Field, value: object) -> str:
    said = cleaned(_string(field, value)).capitalize()
    if said and said not in SCRIPTS:
        raise Refused(
            _finding(
                "script",
                mark("“%(value)s” is no script that is known here."),
                mark("Use the four letters of ISO 15924, or leave it empty."),
                {"value": said[:40]},
            )
        )
    return said


def _document_number(field: Field, value: object) -> str:
    """Keep a number as printed; a placeholder would stop innocent people and is refused."""
    number = _text(field, value)
    refused = [doubt for doubt in doubts(number) if doubt.code in _NO_NUMBERS] if number else []
    if refused:
        raise Refused(*refused)
    return number


def _identifier(field: Field, value: object) -> str:
    """Keep an identifier as typed; one that holds nothing comparable, or stands for one not known, is none."""
    text = _text(field, value)
    normal = scheme_named(field.scheme).normal(text) if text else ""
    if text and field.scheme not in _OWN_WORDS and is_placeholder(plain(text)):
        raise Refused(placeholder(field.scheme))
    if text and not normal:
        raise Refused(
            _finding(
                "identifier",
                mark("“%(value)s” holds nothing that could be a number of this kind."),
                _CORRECT,
                {"value": text[:40]},
            )
        )
    return text


def _image(field: Field, value: object) -> str:
    """Keep a picture in base64, stripped of what it says beside the picture."""
    said = "".join(_string(field, value).split()) if value else ""
    if not said:
        return ""
    if len(said) > IMAGE_SENT_CHARACTERS_MAX:
        raise Refused(
            _finding(
                "image_sent",
                mark("The picture has more than %(most)s kilobytes."),
                mark("Make it smaller and choose it again."),
                {"most": IMAGE_SENT_CHARACTERS_MAX * 3 // 4 // 1024},
            )
        )
    try:
        image = base64.b64decode(said, validate=True)
    except (binascii.Error, ValueError):
        image = b""
    return base64.b64encode(stripped(image, bytes_max=field.bytes_max)).decode("ascii")


def _number_range(field: Field, value: object) -> dict[str, str]:
    if not isinstance(value, Mapping) or not set(value) <= {"first", "last"}:
        raise Refused(_finding("range", mark("A range has a first and a last number."), _CORRECT, {}))
    first, last = (cleaned(_string(field, value.get(end, ""))) for end in ("first", "last"))
    if not first and not last:
        return {}
    found = NumberRange.between(first, last)
    return {"first": found.first, "last": found.last}


def _string(field: Field, value: object) -> str:
    if isinstance(value, str):
        return value
    raise Refused(
        _finding(
            "type",
            mark("A text is expected here."),
            mark("Send the value as a JSON string of type “%(type)s”."),
            {"type": field.type.value},
        )
    )


def _bounded(text: str, most: int) -> str:
    if len(text) > most:
        raise Refused(
            _finding(
                "too_long",
                mark("The text has %(length)s characters; at most %(most)s are kept."),
                mark("Shorten it, or put the rest into the remarks."),
                {"length": len(text), "most": most},
            )
        )
    return text


def _finding(code: str, problem: str, remedy: str, values: Mapping[str, object]) -> Finding:
    return Finding(code=f"field.{code}", problem=problem, remedy=remedy, values=values)


_FORMS: Mapping[FieldType, Callable[[Field, object], object]] = {
    FieldType.TEXT: _text,
    FieldType.LONG_TEXT: _long_text,
    FieldType.NAME: _name,
    FieldType.CHOICE: _choice,
    FieldType.YES_NO: _yes_no,
    FieldType.WHOLE_NUMBER: _whole_number,
    FieldType.DATE: _date,
    FieldType.PARTIAL_DATE: _partial_date,
    FieldType.COUNTRY: _country,
    FieldType.LANGUAGE: _language,
    FieldType.SCRIPT: _script,
    FieldType.DOCUMENT_NUMBER: _document_number,
    FieldType.NUMBER_RANGE: _number_range,
    FieldType.IDENTIFIER: _identifier,
    FieldType.IMAGE: _image,
}
