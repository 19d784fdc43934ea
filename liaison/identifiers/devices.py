"""Telephones and other devices: IMEI (3GPP TS 23.003) and MAC addresses (IEEE EUI-48).

>>> check_imei("35-209900-176148-1").verdict.value, check_mac("02-00-5E-10-00-1F").normal
('valid', '02005E10001F')
"""

import re

from stdnum import luhn

from liaison.identifiers import remarks
from liaison.identifiers.plain_text import ascii_digits
from liaison.identifiers.schemes import Checked, Scheme, Verdict
from liaison.identifiers.spelling import as_digits, is_one_number, is_placeholder, one_slip_away, plain, without_label
from liaison.refusal import Finding, mark

IMEI_LENGTH, WITHOUT_CHECK, WITH_VERSION = 15, 14, 16
MAC_LENGTH = 12

_IMEI_STANDARD, _MAC_STANDARD = "3GPP TS 23.003", "IEEE 802"
_DIGITS = "0123456789"
_MAC = re.compile(r"[0-9A-F]{2}([:-]?)(?:[0-9A-F]{2}\1){4}[0-9A-F]{2}|[0-9A-F]{4}\.[0-9A-F]{4}\.[0-9A-F]{4}", re.I)
_MULTICAST, _LOCAL = 0x01, 0x02


def check_imei(text: str, _country: str = "") -> Checked:
    """Return the first fourteen digits, which are the device, and whether the check digit is right.

    Fifteen digits have one; sixteen end on the version of the software (IMEISV) and have none.
    """
    said = plain(without_label(text, "IMEI", "IMEISV"))
    if not said:
        return remarks.empty("imei")
    digits = said if said.isdecimal() else as_digits(said)
    if not digits.isdecimal() or len(digits) not in (WITHOUT_CHECK, IMEI_LENGTH, WITH_VERSION):
        wrong = (
            remarks.wrong_length("imei", _IMEI_STANDARD, length=len(said), right=IMEI_LENGTH)
            if digits.isdecimal()
            else remarks.wrong_characters("imei", _IMEI_STANDARD)
        )
        return remarks.judged(said, Verdict.INVALID, [wrong], _imeis_meant(digits))
    findings = [remarks.placeholder("imei")] if is_placeholder(digits) else []
    if digits != said:
        findings.append(_letters_read())
    if len(digits) != IMEI_LENGTH:
        return remarks.judged(digits[:WITHOUT_CHECK], Verdict.UNCHECKED, [*findings, _no_check_digit(len(digits))])
    if not luhn.is_valid(digits):
        wrong = remarks.wrong_check_digit("imei", _IMEI_STANDARD)
        return remarks.judged(digits[:WITHOUT_CHECK], Verdict.INVALID, [*findings, wrong], _imeis_meant(digits))
    return remarks.judged(digits[:WITHOUT_CHECK], Verdict.DOUBTFUL if findings else Verdict.VALID, findings)


def imei_likeness(text: str) -> float:
    """Return how likely the text is an IMEI: nearly sure with a right check digit."""
    digits = plain(without_label(text, "IMEI", "IMEISV"))
    if not is_one_number(without_label(text, "IMEI", "IMEISV")) or not digits.isdecimal():
        return 0.0
    if len(digits) == IMEI_LENGTH:
        return 0.9 if luhn.is_valid(digits) else 0.35
    return 0.3 if len(digits) in (WITHOUT_CHECK, WITH_VERSION) else 0.0


def check_mac(text: str, _country: str = "") -> Checked:
    """Return the twelve hexadecimal digits of the address; there is no check digit in it."""
    said = ascii_digits(without_label(text, "MAC")).strip()
    normal = plain(said)
    if not normal:
        return remarks.empty("mac")
    if not _MAC.fullmatch(said):
        wrong = (
            remarks.wrong_length("mac", _MAC_STANDARD, length=len(normal), right=MAC_LENGTH)
            if len(normal) != MAC_LENGTH
            else remarks.wrong_characters("mac", _MAC_STANDARD)
        )
        return remarks.judged(normal, Verdict.INVALID, [wrong])
    first = int(normal[:2], 16)
    findings = []
    if len(set(normal)) == 1:
        findings.append(remarks.placeholder("mac"))
    elif first & _MULTICAST:
        findings.append(_not_one_device())
    elif first & _LOCAL:
        findings.append(_made_up())
    return remarks.judged(normal, Verdict.DOUBTFUL if findings else Verdict.UNCHECKED, findings)


def mac_likeness(text: str) -> float:
    """Return how likely the text is a MAC address: nearly sure with its separators."""
    said = text.strip()
    if not _MAC.fullmatch(said):
        return 0.0
    return 0.95 if len(said) > MAC_LENGTH else 0.35 if any(map(str.isdecimal, said)) else 0.0


def same(normal: str) -> str:
    """Return the number itself: of digits alone nothing is commonly misread as something else that could stand."""
    return normal


def _imeis_meant(digits: str) -> list[str]:
    """Return the devices whose numbers add up and are one slip away."""
    if len(digits) != IMEI_LENGTH or not digits.isdecimal():
        return []
    slips = one_slip_away(digits, _DIGITS)
    return [other[:WITHOUT_CHECK] for other in slips if other.isdecimal() and luhn.is_valid(other)]


def _no_check_digit(length: int) -> Finding:
    return Finding(
        "imei.no_check_digit",
        mark("An IMEI has fifteen digits with its check digit; this one has %(length)s, so that nothing checks it."),
        remarks.COMPARE,
        source=_IMEI_STANDARD,
        values={"length": length},
    )


def _letters_read() -> Finding:
    return Finding(
        "imei.letters",
        mark("Letters were read as the digits that they look like."),
        remarks.COMPARE,
        source=_IMEI_STANDARD,
    )


def _not_one_device() -> Finding:
    return Finding(
        "mac.group",
        mark("This address is that of a group of devices, not of one."),
        remarks.COMPARE,
        source=_MAC_STANDARD,
    )


def _made_up() -> Finding:
    return Finding(
        "mac.local",
        mark("This address was chosen by the device itself and may change: many telephones do so."),
        mark("Add another number of the device if one is known."),
        source=_MAC_STANDARD,
    )


SCHEMES = (
    Scheme("imei", mark("IMEI"), check_imei, imei_likeness, same),
    Scheme("mac", mark("MAC address"), check_mac, mac_likeness),
)
