"""Hull numbers of boats: HIN (33 CFR 181.25) and CIN (ISO 10087), of which only the date can be checked.

Maker (three characters), serial number (five), date of production (four); in the craft identification number of the
European Union a country and a hyphen stand before it.

>>> check_hull("US-ABC 12345 D4 04").normal, hull_key("USABC12345D404") == hull_key("ABC12345D404")
('USABC12345D404', True)
"""

import re

from liaison.identifiers import remarks
from liaison.identifiers.countries import by_alpha2
from liaison.identifiers.schemes import Checked, Scheme, Verdict
from liaison.identifiers.spelling import is_one_number, is_placeholder, misreading_key, plain, without_label
from liaison.refusal import Finding, mark

LENGTH = 12
LENGTH_WITH_COUNTRY = 14

_SCHEME = "hull"
_STANDARD = "ISO 10087, 33 CFR 181.25"
_SERIAL = slice(3, 8)
_DATE_LENGTH = 4
_SINCE_1984 = re.compile(r"[A-L]([0-9])([0-9])([0-9])")
_MONTH_AND_YEAR = re.compile(r"(?:0[1-9]|1[0-2])[78][0-9]")
_MODEL_YEAR = re.compile(r"M[78][0-9][A-L]")


def check_hull(text: str, _country: str = "") -> Checked:
    """Return the hull number without separators, and whether its country and its date can be right."""
    normal = plain(without_label(text, "HIN", "CIN", "WIN"))
    if not normal:
        return remarks.empty(_SCHEME)
    findings = remarks.of_spelling(_SCHEME, text)
    if is_placeholder(normal) or len(set(_without_country(normal)[_SERIAL])) == 1:
        findings.append(remarks.placeholder(_SCHEME))
    if not normal.isascii():
        return remarks.judged(normal, Verdict.INVALID, [*findings, remarks.wrong_characters(_SCHEME, _STANDARD)])
    if len(normal) not in (LENGTH, LENGTH_WITH_COUNTRY):
        return remarks.judged(normal, Verdict.DOUBTFUL, [*findings, _unusual_length(len(normal))])
    if len(normal) == LENGTH_WITH_COUNTRY and not by_alpha2(normal[:2]):
        findings.append(remarks.unassigned(_SCHEME, _STANDARD, normal[:2]))
    if not _has_date(normal[-_DATE_LENGTH:]):
        findings.append(_no_date())
    return remarks.judged(normal, Verdict.DOUBTFUL if findings else Verdict.UNCHECKED, findings, _shorter(normal))


def hull_likeness(text: str) -> float:
    """Return how likely the text is a hull number: one that ends on a date, of a usual length."""
    bare = without_label(text, "HIN", "CIN", "WIN")
    checked = check_hull(text)
    letters = any(map(str.isalpha, checked.normal))
    if not is_one_number(bare) or not letters or checked.verdict is not Verdict.UNCHECKED:
        return 0.0
    return 0.6 if len(checked.normal) == LENGTH_WITH_COUNTRY else 0.5


def hull_key(normal: str) -> str:
    """Return the key that usual misreadings and the country before the number, often left off, leave alone."""
    return misreading_key(_without_country(normal))


def _without_country(normal: str) -> str:
    return normal[LENGTH_WITH_COUNTRY - LENGTH :] if len(normal) == LENGTH_WITH_COUNTRY else normal


def _shorter(normal: str) -> list[str]:
    return [_without_country(normal)]


def _has_date(last: str) -> bool:
    """Whether four characters are a date of one of the three forms that were in use since 1972.

    Now: month A-L, last digit of the year of production, model year; a model year begins at most a year before.
    """
    found = _SINCE_1984.fullmatch(last)
    if found:
        year, model_year = int(found.group(1)), int(found.group(3))
        return (model_year - year) % 10 in (0, 1)
    return bool(_MONTH_AND_YEAR.fullmatch(last) or _MODEL_YEAR.fullmatch(last))


def _unusual_length(length: int) -> Finding:
    return Finding(
        "hull.length",
        mark("A hull number has 12 characters, or 14 with its country; this has %(length)s."),
        mark("Add what is missing if you can read it; boats from before 1972 may bear another number."),
        source=_STANDARD,
        values={"length": length},
    )


def _no_date() -> Finding:
    return Finding(
        "hull.date",
        mark("The last four characters of a hull number are a month and two years; these cannot be."),
        remarks.COMPARE,
        source=_STANDARD,
    )


SCHEMES = (Scheme("hull", mark("Hull number"), check_hull, hull_likeness, hull_key, has_parts=True),)
