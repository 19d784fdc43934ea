"""Vehicle identification numbers (ISO 3779, ISO 3780), and the chassis numbers before them.

The check digit is law only in North America (49 CFR 565.15) and in China (GB 16735); elsewhere position 9 is free and
proves nothing. The letters I, O and Q occur in no VIN, so that they are certainly a 1 or a 0.

>>> check_vin("1M8GDM9AXKP042788").verdict.value, check_vin("WVWZZZ1JZXW000001").verdict.value
('valid', 'unchecked')
"""

from liaison.identifiers import remarks
from liaison.identifiers.schemes import Checked, Verdict
from liaison.identifiers.spelling import is_one_number, is_placeholder, one_slip_away, plain, without_label
from liaison.refusal import Finding, mark

LENGTH = 17
PARTIAL_LENGTH_MIN = 6

_SCHEME = "vin"
_STANDARD = "ISO 3779"
_CHECKED_REGIONS = {**dict.fromkeys("12345", "49 CFR 565.15"), "L": "GB 16735"}
_CHECK_PLACE = 8
_YEAR_PLACE = 9
_LAST_DIGITS = 4
_NO_YEARS = "UZ0"
_ALPHABET = "ABCDEFGHJKLMNPRSTUVWXYZ0123456789"
_VALUES = dict(zip("ABCDEFGHJKLMNPRSTUVWXYZ", "12345678123457923456789", strict=True)) | {
    str(n): str(n) for n in range(10)
}
_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
_REPAIRS = str.maketrans("IOQ", "100")


def check_vin(text: str, _country: str = "") -> Checked:
    """Return the VIN with I, O and Q repaired, and whether it adds up where a law gives it a check digit."""
    written = plain(without_label(text, "VIN"))
    normal = written.translate(_REPAIRS)
    if not normal:
        return remarks.empty(_SCHEME)
    findings = remarks.of_spelling(_SCHEME, text)
    if written != normal:
        findings.append(_repaired())
    if is_placeholder(normal) or is_placeholder(written):
        findings.append(remarks.placeholder(_SCHEME))
    if not set(normal) <= set(_ALPHABET):
        return remarks.judged(normal, Verdict.INVALID, [*findings, remarks.wrong_characters(_SCHEME, _STANDARD)])
    if len(normal) > LENGTH:
        too_long = remarks.wrong_length(_SCHEME, _STANDARD, length=len(normal), right=LENGTH)
        return remarks.judged(normal, Verdict.INVALID, [*findings, too_long])
    if len(normal) < LENGTH:
        return remarks.judged(normal, Verdict.UNCHECKED, [*findings, _partial(len(normal))])
    return _whole(normal, findings)


def vin_likeness(text: str) -> float:
    """Return how likely the text is a VIN: nearly sure when it adds up, little when it may be a part of one."""
    if not is_one_number(without_label(text, "VIN")):
        return 0.0
    checked = check_vin(text)
    normal = checked.normal
    if not set(normal) <= set(_ALPHABET) or not PARTIAL_LENGTH_MIN <= len(normal) <= LENGTH:
        return 0.0
    if len(normal) < LENGTH or normal.isdecimal():
        return 0.2 if normal.isdecimal() else 0.3
    if checked.verdict is Verdict.INVALID:
        return 0.75
    return 0.97 if checked.verdict is Verdict.VALID else 0.9


def adds_up(vin: str) -> bool:
    """Whether position 9 of 17 characters of the VIN's alphabet is their check digit (49 CFR 565.15(c))."""
    rest = sum(int(_VALUES[letter]) * weight for letter, weight in zip(vin, _WEIGHTS, strict=True)) % 11
    return vin[_CHECK_PLACE] == "0123456789X"[rest]


def _whole(vin: str, findings: list[Finding]) -> Checked:
    """Judge 17 characters of the right alphabet."""
    unusual = _unusual(vin)
    said = [*findings, *unusual]
    law = _CHECKED_REGIONS.get(vin[0])
    if law is None:
        return remarks.judged(vin, Verdict.DOUBTFUL if said else Verdict.UNCHECKED, said)
    if adds_up(vin):
        return remarks.judged(vin, Verdict.DOUBTFUL if unusual else Verdict.VALID, said)
    meant = [other for other in one_slip_away(vin, _ALPHABET) if other[0] in _CHECKED_REGIONS and adds_up(other)]
    likely = sorted(meant, key=lambda other: len(_unusual(other)))
    return remarks.judged(vin, Verdict.INVALID, [*said, _wrong_check_digit(law)], likely)


def _unusual(vin: str) -> list[Finding]:
    findings = []
    if vin[0] == "0":
        findings.append(remarks.unassigned(_SCHEME, "ISO 3780", vin[0]))
    if not vin[-_LAST_DIGITS:].isdecimal():
        findings.append(_last_digits())
    if vin[0] in _CHECKED_REGIONS and vin[_YEAR_PLACE] in _NO_YEARS:
        findings.append(_no_year(_CHECKED_REGIONS[vin[0]]))
    return findings


def _repaired() -> Finding:
    return Finding(
        "vin.repaired",
        mark("A VIN never holds the letters I, O and Q: they were read as 1 and 0."),
        mark("Nothing is to be done; the search uses the right characters."),
        source=_STANDARD,
    )


def _partial(length: int) -> Finding:
    return Finding(
        "vin.partial",
        mark("A VIN has 17 characters, this has %(length)s: it is a part, or a chassis number from before 1981."),
        mark("Add what is missing if you can read it; else leave it as it is."),
        source=_STANDARD,
        values={"length": length},
    )


def _wrong_check_digit(law: str) -> Finding:
    return Finding(
        "vin.check_digit",
        mark("The VIN does not add up: position 9 should hold another check digit."),
        mark(
            "Compare it with the vehicle, character by character; some built for export bear another character there."
        ),
        source=law,
    )


def _last_digits() -> Finding:
    return Finding(
        "vin.last_digits",
        mark("The last four characters of a VIN are digits; here they hold a letter."),
        remarks.COMPARE,
        source=_STANDARD,
    )


def _no_year(law: str) -> Finding:
    return Finding(
        "vin.model_year",
        mark("Position 10 of the VIN stands for the model year, and its character stands for none."),
        remarks.COMPARE,
        source=law,
    )
