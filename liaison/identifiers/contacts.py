"""Telephone numbers (ITU-T E.164) and e-mail addresses (RFC 5321).

>>> check_phone("+33 4 72 44 70 00").normal, check_email("Elsa.Q@EXAMPLE.org").normal
('33472447000', 'ELSA.Q@EXAMPLE.ORG')
"""

import re

import phonenumbers

from liaison.identifiers import remarks
from liaison.identifiers.plain_text import ascii_digits, cleaned
from liaison.identifiers.schemes import Checked, Scheme, Verdict
from liaison.identifiers.spelling import is_placeholder
from liaison.refusal import Finding, mark

PHONE_DIGITS_MIN, PHONE_DIGITS_MAX = 5, 15
EMAIL_LENGTH_MAX = 254
LOCAL_LENGTH_MAX = 64

_E164, _EMAIL = "ITU-T E.164", "RFC 5321"
_PHONE_SHAPE = re.compile(r"\+?[\d\s().\-/]{5,30}(?:\s*(?:ext|x)\.?\s*\d{1,6})?", re.IGNORECASE)
_EXTENSION = re.compile(r"\s*(?:ext|x)\.?\s*\d{1,6}\s*$", re.IGNORECASE)
_EMAIL_SHAPE = re.compile(r"[^\s@<>\"(),:;\[\]\\]{1,64}@(?:[\w-]{1,63}\.){1,8}[\w-]{2,63}")
_NOBODYS_DOMAINS = frozenset((
    "example.com", "example.org", "example.net", "test.com", "domain.com", "none.com", "noemail.com", "email.com",
    "mailinator.com",
))  # fmt: skip
_NOBODYS_NAMES = frozenset(("noreply", "no-reply", "none", "unknown", "na", "test", "nomail", "noemail"))


def check_phone(text: str, country: str = "") -> Checked:
    """Return the number's digits with the code of its country, and whether that country has such numbers.

    Without a leading + the country that is told gives the code; without either the digits stay as they are.
    """
    said = _EXTENSION.sub("", ascii_digits(cleaned(text)))
    digits = "".join(letter for letter in said if letter.isdecimal())
    if not digits:
        return remarks.empty("phone")
    if not PHONE_DIGITS_MIN <= len(digits) <= PHONE_DIGITS_MAX + 2:
        right = f"{PHONE_DIGITS_MIN}–{PHONE_DIGITS_MAX}"
        wrong = remarks.wrong_length("phone", _E164, length=len(digits), right=right)
        return remarks.judged(digits, Verdict.INVALID, [wrong])
    findings = [remarks.placeholder("phone")] if is_placeholder(digits) else []
    international = _international(said, digits)
    if international is None:
        alone = _read(said, country) if country else None
        other = [_digits_of(alone)] if alone and phonenumbers.is_valid_number(alone) else []
        return remarks.judged(digits, Verdict.UNCHECKED, [*findings, _no_country_code()], other)
    number = _read(f"+{international}", "")
    if number is None or not phonenumbers.is_possible_number(number):
        return remarks.judged(international, Verdict.INVALID, [*findings, _impossible()])
    if not phonenumbers.is_valid_number(number):
        return remarks.judged(_digits_of(number), Verdict.DOUBTFUL, [*findings, _not_given_out()])
    return remarks.judged(_digits_of(number), Verdict.DOUBTFUL if findings else Verdict.VALID, findings)


def phone_likeness(text: str) -> float:
    """Return how likely the text is a telephone number: a leading + says so, bare digits hardly do."""
    said = ascii_digits(cleaned(text))
    if not _PHONE_SHAPE.fullmatch(said):
        return 0.0
    digits = sum(map(str.isdecimal, said))
    if not PHONE_DIGITS_MIN <= digits <= PHONE_DIGITS_MAX + 2:
        return 0.0
    if said.startswith(("+", "00")):
        return 0.95 if check_phone(said).verdict is Verdict.VALID else 0.6
    return 0.4 if any(mark in said for mark in "() ") and digits >= 7 else 0.2 if digits >= 7 else 0.0


def check_email(text: str, _country: str = "") -> Checked:
    """Return the address in capitals, its domain as IDNA writes it; only its shape can be checked."""
    said = cleaned(text).removeprefix("mailto:").strip("<> ")
    if not any(map(str.isalnum, said)):
        return remarks.empty("email")
    if not _EMAIL_SHAPE.fullmatch(said) or len(said) > EMAIL_LENGTH_MAX or ".." in said:
        return remarks.judged(said.upper(), Verdict.INVALID, [_no_address()])
    local, _, domain = said.rpartition("@")
    ascii_domain = _in_ascii(domain.rstrip("."))
    if ascii_domain is None or local.startswith(".") or local.endswith("."):
        return remarks.judged(said.upper(), Verdict.INVALID, [_no_address()])
    nobodys = ascii_domain in _NOBODYS_DOMAINS or local.casefold() in _NOBODYS_NAMES
    findings = [remarks.placeholder("email")] if nobodys else []
    return remarks.judged(
        f"{local}@{ascii_domain}".upper(), Verdict.DOUBTFUL if findings else Verdict.UNCHECKED, findings
    )


def email_likeness(text: str) -> float:
    """Return how likely the text is an e-mail address: nothing else has its shape."""
    return 0.97 if _EMAIL_SHAPE.fullmatch(cleaned(text).removeprefix("mailto:").strip("<> ")) else 0.0


def as_written(normal: str) -> str:
    """Return the address itself: nothing in it is folded, for one letter more is another person."""
    return normal


def _international(said: str, digits: str) -> str | None:
    """Return the digits behind a leading + or 00; None where neither stands there."""
    if said.lstrip("( ").startswith("+"):
        return re.sub(r"\(0\)", "", said) and "".join(
            letter for letter in re.sub(r"\(0\)", "", said) if letter.isdecimal()
        )
    return digits[2:] if digits.startswith("00") else None


def _read(said: str, country: str) -> phonenumbers.PhoneNumber | None:
    try:
        return phonenumbers.parse(said, country or None)
    except phonenumbers.NumberParseException:
        return None


def _digits_of(number: phonenumbers.PhoneNumber) -> str:
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164).removeprefix("+")


def _in_ascii(domain: str) -> str | None:
    try:
        return domain.casefold().encode("idna").decode("ascii")
    except UnicodeError:
        return None


def _no_country_code() -> Finding:
    return Finding(
        "phone.no_country_code",
        mark("The number has no code of a country."),
        mark("Write it with + and the country's code, so that it is found from everywhere."),
        source=_E164,
    )


def _impossible() -> Finding:
    return Finding(
        "phone.impossible",
        mark("No country has such a number: too long, too short, or a code that is not given out."),
        remarks.COMPARE,
        source=_E164,
    )


def _not_given_out() -> Finding:
    return Finding(
        "phone.not_given_out",
        mark("As far as is known here its country has not given out such numbers."),
        remarks.COMPARE,
        source=_E164,
    )


def _no_address() -> Finding:
    return Finding(
        "email.shape",
        mark("This is no e-mail address."),
        mark("Write it as name@domain, one address at a time."),
        source=_EMAIL,
    )


SCHEMES = (
    Scheme("phone", mark("Telephone number"), check_phone, phone_likeness, as_written),
    Scheme("email", mark("E-mail address"), check_email, email_likeness, as_written),
)
