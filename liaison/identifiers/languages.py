"""Languages by their ISO 639 codes or English names, brought to the three letters of ISO 639-3.

>>> alpha3("fr"), alpha3("FRE"), alpha3("French"), alpha3("Klingonese")
('fra', 'fra', 'fra', None)
"""

import json
from functools import cache
from pathlib import Path

from babel import Locale

_DATA = Path(__file__).parent / "data" / "languages.json"


def alpha3(said: str) -> str | None:
    """Return the ISO 639-3 code of a code of two or three letters or of an English name; None for anything else."""
    return _codes().get(said.strip().lower()) or _named().get(said.strip().lower())


@cache
def _codes() -> dict[str, str]:
    """Return every code that is understood: those of three letters, the bibliographic ones and those of two."""
    data = json.loads(_DATA.read_text("utf-8"))
    return {code: code for code in data["three_letters"].split()} | data["other_spellings"] | data["two_letters"]


@cache
def _named() -> dict[str, str]:
    """Return the languages that CLDR names in English."""
    named = Locale("en").languages.items()
    return {name.lower(): code for short, name in named if (code := _codes().get(short))}
