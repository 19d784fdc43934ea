"""Number plates: one comparable form whatever the country, and whether a plate of that country looks like this.

Who asks often does not know the country, so that the comparable form never depends on it. A letter loses its marks:
Ö is O, for a camera and a foreign keyboard see O. Who typed OE for Ö finds it in the second search, and the other way
round; so does who asks for Bochum (BO) find Börde (BÖ), and sees the difference in what the record says.

>>> check_plate("bö-ab 123").normal, check_plate("А 123 ВС 77", "RU").normal
('BOAB123', 'A123BC77')
"""

import json
import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from liaison.identifiers import remarks
from liaison.identifiers.plain_text import cleaned
from liaison.identifiers.schemes import Checked, Verdict
from liaison.identifiers.scripts import scripts_in
from liaison.identifiers.spelling import is_one_number, is_placeholder, look_alikes, misreading_key, plain
from liaison.refusal import Finding, mark

LENGTH_MAX = 12
LIKELY_LENGTHS = range(2, 11)
USUAL_LENGTHS = range(4, 9)

_SCHEME = "plate"
_DATA = Path(__file__).parent / "data"
_SHORTHAND = re.compile(r"\[[^\]]*\]|\{[^}]*\}|[A9]")
_MEANT = {"A": "[A-Z]", "9": "[0-9]"}
_SPELT_OUT = {"Ä": "AE", "Ö": "OE", "Ü": "UE", "Å": "AA", "Ø": "OE"}
_SPELT_OUT_LATIN = re.compile("([AOU])E")
_BLANKS = "0X"
_LIKE_DIGITS = str.maketrans("ЗБЧ", "364")
_LOOKED_FOR = frozenset(("Latn", "Cyrl", "Grek"))
_VOWELS = frozenset("AEIOUY")
_WITHOUT_DIGITS = range(3, 8)


def check_plate(text: str, country: str = "") -> Checked:
    """Return the plate in the form that is equal for all its spellings; a country adds doubts, never a refusal."""
    normal = plain(text)
    if not normal:
        return remarks.empty(_SCHEME)
    findings = remarks.of_spelling(_SCHEME, text)
    unusual = []
    if look_alikes(text) and len(scripts_in(text) & _LOOKED_FOR) > 1:
        unusual.append(_mixed_scripts())
    if is_placeholder(normal, repeated=_BLANKS):
        unusual.append(remarks.placeholder(_SCHEME))
    if len(normal) > LENGTH_MAX:
        unusual.append(remarks.too_long(_SCHEME, length=len(normal), most=LENGTH_MAX))
    elif not fits(normal, country):
        unusual.append(_unusual_for(country.upper()))
    verdict = Verdict.DOUBTFUL if unusual else Verdict.UNCHECKED
    return remarks.judged(normal, verdict, [*findings, *unusual], _spelt_otherwise(text, normal))


def fits(normal: str, country: str) -> bool:
    """Whether a plate in its comparable form looks like one of the country; so does all where we know no format."""
    known = _formats().get(country.upper())
    return known is None or known.fullmatch(normal) is not None


def plate_likeness(text: str) -> float:
    """Return how likely the text is a plate: letters and digits in a length that plates have."""
    said = text.strip()
    normal = plain(said)
    if len(normal) not in LIKELY_LENGTHS:
        return 0.0
    if not any(map(str.isdecimal, normal)):
        return 0.2 if _is_cluster_of_consonants(said) else 0.0
    if not is_one_number(said):
        return 0.0
    if normal.isdecimal():
        return 0.2
    return 0.5 if len(normal) in USUAL_LENGTHS else 0.3


def plate_key(normal: str) -> str:
    """Return the key that usual misreadings leave alone, also Cyrillic letters that look like digits."""
    return misreading_key(normal).translate(_LIKE_DIGITS)


def _is_cluster_of_consonants(said: str) -> bool:
    """Whether a word without digits may be a plate rather than a name: upper case, Latin, and hard to pronounce."""
    wordlike = said.isascii() and said.isalpha() and said.isupper()
    return wordlike and len(said) in _WITHOUT_DIGITS and not _VOWELS & set(said)


def _spelt_otherwise(text: str, normal: str) -> list[str]:
    """Return the plate with its German and Nordic letters spelt out, or with what may spell one out as one letter."""
    composed = cleaned(unicodedata.normalize("NFC", text)).upper()
    spelt_out = "".join(_SPELT_OUT.get(letter, letter) for letter in composed)
    return [plain(spelt_out), _SPELT_OUT_LATIN.sub(r"\1", normal)]


def _unusual_for(country: str) -> Finding:
    return Finding(
        "plate.doubtful",
        mark("Number plates of the country %(country)s are not known to look like this."),
        mark("Compare it with the plate, and the country with its sign; leave it if both are right."),
        source="Wikipedia, Vehicle registration plates",
        values={"country": country},
    )


def _mixed_scripts() -> Finding:
    return Finding(
        "plate.mixed_scripts",
        mark("The plate mixes letters of several scripts that look alike."),
        mark("Type it in one script, as it is on the plate."),
    )


@cache
def _formats() -> Mapping[str, re.Pattern[str]]:
    rows = json.loads((_DATA / "plate_formats.json").read_text("utf-8"))["countries"]
    return {country: re.compile("|".join(map(_pattern, shapes))) for country, (_, *shapes) in rows.items()}


def _pattern(shape: str) -> str:
    return _SHORTHAND.sub(lambda found: _MEANT.get(found.group(), found.group()), shape)
