"""Bank accounts, payment cards and their issuers: IBAN, card numbers, BIC, LEI.

>>> check_iban("GB82 WEST 1234 5698 7654 32").verdict.value, check_card("4000-00 0000 0000 02").verdict.value
('valid', 'valid')
"""

import re

from stdnum import bic, iban, lei, luhn
from stdnum.exceptions import ValidationError

from liaison.identifiers import countries, remarks
from liaison.identifiers.plain_text import ascii_digits
from liaison.identifiers.schemes import Checked, Scheme, Verdict
from liaison.identifiers.spelling import is_placeholder, one_slip_away, plain, without_label
from liaison.refusal import Finding, mark

IBAN_LENGTH_MIN, IBAN_LENGTH_MAX = 15, 34
CARD_LENGTH_MIN, CARD_LENGTH_MAX = 12, 19
USUAL_CARD_LENGTHS = frozenset((14, 15, 16, 19))
LEI_LENGTH = 20
MASK = "*"

_IBAN, _CARD, _BIC, _LEI = "ISO 13616", "ISO/IEC 7812", "ISO 9362", "ISO 17442"
_LETTERS_AND_DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
_DIGITS = "0123456789"
_IBAN_SHAPE = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")
_BIC_SHAPE = re.compile(r"[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}(?:[A-Z0-9]{3})?")
_MASKED = re.compile(r"[0-9]{4,6}[*X•·]{2,}[0-9]{2,4}", re.IGNORECASE)
_INVENTED = re.compile(r"Q[M-Z]")
# Numbers that card schemes and processors publish for tests; they buy nothing and mean nobody.
_TEST_CARDS = frozenset((
    "4111111111111111", "4242424242424242", "4012888888881881", "5555555555554444", "5105105105105100",
    "378282246310005", "371449635398431", "6011111111111117", "3530111333300000", "30569309025904",
))  # fmt: skip
_EXAMPLE_IBANS = frozenset(("GB82WEST12345698765432", "DE89370400440532013000", "FR1420041010050500013M02606"))


def check_iban(text: str, _country: str = "") -> Checked:
    """Return the IBAN without spaces, and whether its two check digits and its country's structure are right.

    Countries that ISO 3166 leaves free (QM to QZ) have no structure: their check digits alone count.
    """
    normal = plain(without_label(text, "IBAN"))
    if not normal:
        return remarks.empty("iban")
    findings = remarks.of_spelling("iban", text)
    if normal in _EXAMPLE_IBANS or is_placeholder(normal) or is_placeholder(normal[4:], repeated=_DIGITS):
        findings.append(remarks.placeholder("iban"))
    if not _IBAN_SHAPE.fullmatch(normal):
        wrong = (
            remarks.wrong_characters("iban", _IBAN)
            if IBAN_LENGTH_MIN <= len(normal) <= IBAN_LENGTH_MAX
            else remarks.wrong_length("iban", _IBAN, length=len(normal), right=f"{IBAN_LENGTH_MIN}–{IBAN_LENGTH_MAX}")
        )
        return remarks.judged(normal, Verdict.INVALID, [*findings, wrong])
    if _iban_adds_up(normal):
        return remarks.judged(normal, Verdict.VALID, findings)
    if _remainder(normal) == 1:
        return remarks.judged(normal, Verdict.INVALID, [*findings, _wrong_structure(normal[:2])])
    wrong = remarks.wrong_check_digit("iban", _IBAN)
    meant = [other for other in one_slip_away(normal, _LETTERS_AND_DIGITS) if _iban_adds_up(other)]
    return remarks.judged(normal, Verdict.INVALID, [*findings, wrong], meant)


def iban_likeness(text: str) -> float:
    """Return how likely the text is an IBAN: sure when it adds up."""
    normal = plain(without_label(text, "IBAN"))
    if "<" in text or "@" in text or not _IBAN_SHAPE.fullmatch(normal):
        return 0.0
    return 0.97 if _iban_adds_up(normal) else 0.5 if countries.by_alpha2(normal[:2]) else 0.0


def check_card(text: str, _country: str = "") -> Checked:
    """Return the digits of a card number, and whether its check digit (Luhn) is right.

    A number with its middle hidden is kept as written, its hidden digits as `*`: it can be compared and not checked.
    """
    said = re.sub(r"[\s.\-/]+", "", ascii_digits(text)).upper()
    if _MASKED.fullmatch(said):
        shown = re.sub(r"[*X•·]+", MASK, said)
        return remarks.judged(shown, Verdict.UNCHECKED, [_masked()])
    normal = plain(said)
    if not normal:
        return remarks.empty("card")
    if not normal.isdecimal():
        return remarks.judged(normal, Verdict.INVALID, [remarks.wrong_characters("card", _CARD)])
    if not CARD_LENGTH_MIN <= len(normal) <= CARD_LENGTH_MAX:
        right = f"{CARD_LENGTH_MIN}–{CARD_LENGTH_MAX}"
        return remarks.judged(
            normal, Verdict.INVALID, [remarks.wrong_length("card", _CARD, length=len(normal), right=right)]
        )
    findings = [remarks.placeholder("card")] if normal in _TEST_CARDS or is_placeholder(normal) else []
    if len(normal) not in USUAL_CARD_LENGTHS:
        findings.append(_unusual_length(len(normal)))
    if not luhn.is_valid(normal):
        meant = [other for other in one_slip_away(normal, _DIGITS) if luhn.is_valid(other)]
        return remarks.judged(normal, Verdict.INVALID, [*findings, remarks.wrong_check_digit("card", _CARD)], meant)
    return remarks.judged(normal, Verdict.DOUBTFUL if findings else Verdict.VALID, findings)


def card_likeness(text: str) -> float:
    """Return how likely the text is the number of a payment card."""
    said = re.sub(r"[\s.\-]+", "", ascii_digits(text)).upper()
    if _MASKED.fullmatch(said):
        return 0.9
    if not said.isdecimal() or not CARD_LENGTH_MIN <= len(said) <= CARD_LENGTH_MAX:
        return 0.0
    usual = len(said) in USUAL_CARD_LENGTHS and said[0] in "23456"
    return 0.85 if usual and luhn.is_valid(said) else 0.25 if luhn.is_valid(said) else 0.15


def check_bic(text: str, _country: str = "") -> Checked:
    """Return the code of a bank, eleven characters: three times X is the head office, where no branch is named."""
    normal = plain(without_label(text, "BIC", "SWIFT", "SWIFT/BIC"))
    if not normal:
        return remarks.empty("bic")
    whole = normal + "XXX" if len(normal) == 8 else normal
    findings = remarks.of_spelling("bic", text)
    if len(normal) not in (8, 11):
        wrong = remarks.wrong_length("bic", _BIC, length=len(normal), right="8, 11")
        return remarks.judged(whole, Verdict.INVALID, [*findings, wrong])
    if not _BIC_SHAPE.fullmatch(normal):
        return remarks.judged(whole, Verdict.INVALID, [*findings, remarks.wrong_characters("bic", _BIC)])
    country = normal[4:6]
    if countries.by_alpha2(country) is None:
        return remarks.judged(whole, Verdict.INVALID, [*findings, _no_country(country)])
    if not _stands(bic.validate, normal):
        return remarks.judged(whole, Verdict.INVALID, [*findings, remarks.wrong_characters("bic", _BIC)])
    return remarks.judged(whole, Verdict.UNCHECKED, findings)


def bic_likeness(text: str) -> float:
    """Return how likely the text is a BIC; a word of eight letters is one only in capitals and with a country."""
    said = text.strip()
    if said != said.upper() or not said.isalnum() or check_bic(said).verdict is Verdict.INVALID:
        return 0.0
    return 0.45 if any(map(str.isdecimal, said)) else 0.3 if len(said) == 11 else 0.0


def check_lei(text: str, _country: str = "") -> Checked:
    """Return the legal entity identifier, and whether its two check digits are right."""
    normal = plain(without_label(text, "LEI"))
    if not normal:
        return remarks.empty("lei")
    findings = remarks.of_spelling("lei", text)
    if len(normal) != LEI_LENGTH:
        wrong = remarks.wrong_length("lei", _LEI, length=len(normal), right=LEI_LENGTH)
        return remarks.judged(normal, Verdict.INVALID, [*findings, wrong])
    if not normal.isascii() or not normal[-2:].isdecimal():
        return remarks.judged(normal, Verdict.INVALID, [*findings, remarks.wrong_characters("lei", _LEI)])
    if _stands(lei.validate, normal):
        return remarks.judged(normal, Verdict.VALID, findings)
    meant = [other for other in one_slip_away(normal, _LETTERS_AND_DIGITS) if _stands(lei.validate, other)]
    return remarks.judged(normal, Verdict.INVALID, [*findings, remarks.wrong_check_digit("lei", _LEI)], meant)


def lei_likeness(text: str) -> float:
    """Return how likely the text is an LEI: sure when it adds up."""
    normal = plain(without_label(text, "LEI"))
    if len(normal) != LEI_LENGTH or "<" in text or not normal.isascii() or not normal[-2:].isdecimal():
        return 0.0
    return 0.96 if _stands(lei.validate, normal) else 0.3


def itself(normal: str) -> str:
    """Return the number itself: of digits alone, nothing is misread as something that could stand there."""
    return normal


def _iban_adds_up(normal: str) -> bool:
    if not _IBAN_SHAPE.fullmatch(normal):
        return False
    if _INVENTED.fullmatch(normal[:2]):
        return _remainder(normal) == 1
    return _stands(iban.validate, normal)


def _remainder(normal: str) -> int:
    """Return the remainder of ISO/IEC 7064 mod 97-10: 1 where the check digits are right."""
    return int("".join(str(int(letter, 36)) for letter in normal[4:] + normal[:4])) % 97


def _stands(validate: object, number: str) -> bool:
    """Whether the library lets a number stand."""
    assert callable(validate)
    try:
        validate(number)
    except ValidationError:
        return False
    return True


def _wrong_structure(country: str) -> Finding:
    return Finding(
        "iban.structure",
        mark("Accounts of “%(country)s” are built otherwise: another length, or letters where digits stand."),
        remarks.COMPARE,
        source=_IBAN,
        values={"country": country},
    )


def _masked() -> Finding:
    return Finding(
        "card.masked",
        mark("The middle of the number is hidden, so that nothing checks it."),
        mark("Enter the whole number if it is known and may be kept."),
        source=_CARD,
    )


def _unusual_length(length: int) -> Finding:
    return Finding(
        "card.length_unusual",
        mark("Hardly any card has %(length)s digits."),
        mark("Look for a digit that is missing or too many."),
        source=_CARD,
        values={"length": length},
    )


def _no_country(code: str) -> Finding:
    return Finding(
        "bic.country",
        mark("Its fifth and sixth letter, “%(code)s”, are no country."),
        remarks.COMPARE,
        source=_BIC,
        values={"code": code},
    )


SCHEMES = (
    Scheme("iban", mark("IBAN"), check_iban, iban_likeness),
    Scheme("card", mark("Payment card number"), check_card, card_likeness, itself),
    Scheme("bic", mark("BIC"), check_bic, bic_likeness),
    Scheme("lei", mark("LEI"), check_lei, lei_likeness),
)
