"""Ships: IMO numbers (IMO Resolution A.1117(30)), MMSI (ITU-R M.585), ENI numbers (ES-TRIN), call signs (ITU).

>>> check_imo("IMO 9074729").verdict.value, check_mmsi("211 476 060").verdict.value
('valid', 'unchecked')
"""

import json
import re
from bisect import bisect_right
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from liaison.identifiers import remarks
from liaison.identifiers.hulls import SCHEMES as _HULLS
from liaison.identifiers.schemes import Checked, Scheme, Verdict
from liaison.identifiers.spelling import (
    as_digits,
    is_one_number,
    is_placeholder,
    misreading_key,
    one_slip_away,
    plain,
    without_label,
)
from liaison.refusal import Finding, mark

IMO_LENGTH = 7
MMSI_LENGTH = 9
ENI_LENGTH = 8

_DATA = Path(__file__).parent / "data"
_DIGITS = "0123456789"
_IMO_STANDARD = "IMO Res. A.1117(30)"
_IMO_IN_TEXT = re.compile(r"IMO(?:NO|NR|NUMBER)?([0-9]+)")
_IMO_WEIGHTS = (7, 6, 5, 4, 3, 2)
_IMO_FIRST_DIGITS = "156789"
_MMSI_STANDARD = "ITU-R M.585"
_MMSI_MARKS = ("00", "0", "111", "98", "99", "8", "")
_MMSI_WITHOUT_COUNTRY = ("970", "972", "974", "979")
_ENI_STANDARD = "ES-TRIN, annex 2"
_ENI_OF_SEA_SHIP = "9"
_CALL_SIGN_STANDARD = "ITU RR 19"
_CALL_SIGN = re.compile(r"(?:[A-Z][A-Z2-9]|[2-9][A-Z])(?:[A-Z]{2}[2-9]?|[A-Z]?[2-9][0-9]{3}|[0-9]{1,2}[A-Z]{1,4})")
_CALL_SIGN_LENGTHS = range(4, 8)
_NOT_ALLOTTED = re.compile(r"Q|[A-Z][01]|E[89]|H5|J9|O[2-9]|S4|T9|U[2-9]|V9|X[2-9]|YZ|Z[45679]|4N|[01]")


def check_imo(text: str, _country: str = "") -> Checked:
    """Return the seven digits of an IMO number, with or without `IMO`, and whether the last one adds up."""
    normal = _without_imo(plain(text))
    if not normal:
        return remarks.empty("imo")
    findings = remarks.of_spelling("imo", text)
    if is_placeholder(normal):
        findings.append(remarks.placeholder("imo"))
    if not normal.isdecimal():
        meant = _imo_meant(as_digits(normal.removeprefix("IMO")))
        return remarks.judged(
            normal, Verdict.INVALID, [*findings, remarks.wrong_characters("imo", _IMO_STANDARD)], meant
        )
    if len(normal) != IMO_LENGTH:
        length = remarks.wrong_length("imo", _IMO_STANDARD, length=len(normal), right=IMO_LENGTH)
        return remarks.judged(normal, Verdict.INVALID, [*findings, length])
    if not imo_adds_up(normal):
        wrong = remarks.wrong_check_digit("imo", _IMO_STANDARD)
        return remarks.judged(normal, Verdict.INVALID, [*findings, wrong], _imo_meant(normal))
    if normal[0] not in _IMO_FIRST_DIGITS:
        findings.append(_not_given_out(normal[0]))
    return remarks.judged(normal, Verdict.DOUBTFUL if findings else Verdict.VALID, findings)


def imo_adds_up(number: str) -> bool:
    """Whether the last of seven digits is their check digit: six digits weighed 7 to 2, modulo 10."""
    return sum(int(digit) * weight for digit, weight in zip(number, _IMO_WEIGHTS, strict=False)) % 10 == int(
        number[-1]
    )


def imo_likeness(text: str) -> float:
    """Return how likely the text is an IMO number: nearly sure when it adds up."""
    labelled = plain(text).startswith("IMO")
    if not is_one_number(re.sub(r"(?i)\A\s*imo", "", text)):
        return 0.0
    checked = check_imo(text)
    if checked.verdict is Verdict.VALID:
        return 0.97
    if len(checked.normal) != IMO_LENGTH or not (labelled or checked.normal.isdecimal()):
        return 0.0
    return 0.6 if labelled else 0.2


def check_mmsi(text: str, _country: str = "") -> Checked:
    """Return the nine digits of an MMSI; it has no check digit, but says its kind and its country."""
    normal = plain(without_label(text, "MMSI"))
    if not normal:
        return remarks.empty("mmsi")
    findings = remarks.of_spelling("mmsi", text)
    if is_placeholder(normal):
        findings.append(remarks.placeholder("mmsi"))
    if not normal.isdecimal():
        wrong = remarks.wrong_characters("mmsi", _MMSI_STANDARD)
        meant = [other for other in [as_digits(normal)] if len(other) == MMSI_LENGTH and mmsi_country(other)]
        return remarks.judged(normal, Verdict.INVALID, [*findings, wrong], meant)
    if len(normal) != MMSI_LENGTH:
        length = remarks.wrong_length("mmsi", _MMSI_STANDARD, length=len(normal), right=MMSI_LENGTH)
        return remarks.judged(normal, Verdict.INVALID, [*findings, length])
    if not normal.startswith(_MMSI_WITHOUT_COUNTRY) and not mmsi_country(normal):
        findings.append(remarks.unassigned("mmsi", _MMSI_STANDARD, normal[:3]))
    return remarks.judged(normal, Verdict.DOUBTFUL if findings else Verdict.UNCHECKED, findings)


def mmsi_country(number: str) -> str:
    """Return the ISO 3166 alpha-2 code of the country that nine digits name; empty when they name none.

    A ship's begin with it, others have a mark of their kind before it: groups 0, coast stations 00, rescue aircraft
    111, craft of a mother ship 98, aids to navigation 99, hand-held sets 8.
    """
    mark_of_kind = next(start for start in _MMSI_MARKS if number.startswith(start))
    return _maritime_digits().get(number[len(mark_of_kind) : len(mark_of_kind) + 3], "")


def mmsi_likeness(text: str) -> float:
    """Return how likely the text is an MMSI: nine digits, more so where they name a country."""
    normal = plain(without_label(text, "MMSI"))
    if not is_one_number(without_label(text, "MMSI")) or not normal.isdecimal() or len(normal) != MMSI_LENGTH:
        return 0.0
    return 0.5 if check_mmsi(text).verdict is Verdict.UNCHECKED else 0.2


def check_eni(text: str, _country: str = "") -> Checked:
    """Return the eight digits of an ENI number. After a 9 it is the ship's IMO number, with that check digit."""
    normal = plain(without_label(text, "ENI"))
    if not normal:
        return remarks.empty("eni")
    findings = remarks.of_spelling("eni", text)
    if is_placeholder(normal):
        findings.append(remarks.placeholder("eni"))
    if not normal.isdecimal():
        wrong = remarks.wrong_characters("eni", _ENI_STANDARD)
        digits = as_digits(normal)
        meant = [digits] if digits.isdecimal() and len(digits) == ENI_LENGTH else []
        return remarks.judged(normal, Verdict.INVALID, [*findings, wrong], meant)
    if len(normal) != ENI_LENGTH:
        length = remarks.wrong_length("eni", _ENI_STANDARD, length=len(normal), right=ENI_LENGTH)
        return remarks.judged(normal, Verdict.INVALID, [*findings, length])
    if normal[0] == _ENI_OF_SEA_SHIP:
        return _eni_of_sea_ship(normal, findings)
    if not eni_country(normal):
        findings.append(remarks.unassigned("eni", _ENI_STANDARD, normal[:3]))
    return remarks.judged(normal, Verdict.DOUBTFUL if findings else Verdict.UNCHECKED, findings)


def eni_country(number: str) -> str:
    """Return the alpha-2 code of the country whose authority gave out eight digits; empty when none is known."""
    starts, rows = _eni_authorities()
    place = bisect_right(starts, int(number[:3])) - 1
    return rows[place][2] if place >= 0 and int(number[:3]) <= rows[place][1] else ""


def eni_likeness(text: str) -> float:
    """Return how likely the text is an ENI number: eight digits, more so where they name an authority."""
    normal = plain(without_label(text, "ENI"))
    if not is_one_number(without_label(text, "ENI")) or not normal.isdecimal() or len(normal) != ENI_LENGTH:
        return 0.0
    verdict = check_eni(text).verdict
    return {Verdict.VALID: 0.8, Verdict.UNCHECKED: 0.4}.get(verdict, 0.15)


def check_call_sign(text: str, _country: str = "") -> Checked:
    """Return the call sign without separators; its series must be allotted and its shape that of a ship."""
    normal = plain(text)
    if not normal:
        return remarks.empty("call_sign")
    findings = remarks.of_spelling("call_sign", text)
    if is_placeholder(normal):
        findings.append(remarks.placeholder("call_sign"))
    if not normal.isascii():
        wrong = remarks.wrong_characters("call_sign", _CALL_SIGN_STANDARD)
        return remarks.judged(normal, Verdict.INVALID, [*findings, wrong])
    if len(normal) not in _CALL_SIGN_LENGTHS or not _CALL_SIGN.fullmatch(normal):
        findings.append(_unusual_call_sign())
    if _NOT_ALLOTTED.match(normal):
        findings.append(remarks.unassigned("call_sign", "ITU RR appendix 42", normal[:2]))
    return remarks.judged(normal, Verdict.DOUBTFUL if findings else Verdict.UNCHECKED, findings)


def call_sign_likeness(text: str) -> float:
    """Return how likely the text is a call sign: the shape of one, with a digit, for DABC may be a name."""
    if not is_one_number(text) or check_call_sign(text).verdict is not Verdict.UNCHECKED:
        return 0.0
    return 0.4


def _without_imo(plain_text: str) -> str:
    labelled = _IMO_IN_TEXT.fullmatch(plain_text)
    return labelled.group(1) if labelled else plain_text


def _imo_meant(normal: str) -> list[str]:
    if len(normal) != IMO_LENGTH or not normal.isdecimal():
        return []
    return [other for other in [normal, *one_slip_away(normal, _DIGITS)] if imo_adds_up(other)]


def _eni_of_sea_ship(normal: str, findings: list[Finding]) -> Checked:
    if imo_adds_up(normal[1:]):
        return remarks.judged(normal, Verdict.DOUBTFUL if findings else Verdict.VALID, findings)
    meant = [_ENI_OF_SEA_SHIP + other for other in _imo_meant(normal[1:])]
    return remarks.judged(
        normal, Verdict.INVALID, [*findings, remarks.wrong_check_digit("eni", _ENI_STANDARD)], meant
    )


def _not_given_out(digit: str) -> Finding:
    return Finding(
        "imo.not_given_out",
        mark("No IMO numbers that begin with %(digit)s are known to be given out."),
        remarks.COMPARE,
        source=_IMO_STANDARD,
        values={"digit": digit},
    )


def _unusual_call_sign() -> Finding:
    return Finding(
        "call_sign.shape",
        mark("Call signs of ships do not usually look like this."),
        remarks.COMPARE,
        source=_CALL_SIGN_STANDARD,
    )


@cache
def _maritime_digits() -> Mapping[str, str]:
    countries = json.loads((_DATA / "maritime_digits.json").read_text("utf-8"))["countries"]
    return {digits: country for country, all_digits in countries.items() for digits in all_digits}


@cache
def _eni_authorities() -> tuple[list[int], list[tuple[int, int, str]]]:
    rows = json.loads((_DATA / "eni_authorities.json").read_text("utf-8"))["authorities"]
    return [first for first, _, _ in rows], [(first, last, country) for first, last, country in rows]


SCHEMES = (
    Scheme("imo", mark("IMO number"), check_imo, imo_likeness, misreading_key),
    Scheme("mmsi", mark("MMSI"), check_mmsi, mmsi_likeness, misreading_key),
    *_HULLS,
    Scheme("eni", mark("ENI number"), check_eni, eni_likeness, misreading_key),
    Scheme("call_sign", mark("Call sign"), check_call_sign, call_sign_likeness, misreading_key),
)
