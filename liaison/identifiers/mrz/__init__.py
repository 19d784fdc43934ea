"""The machine-readable zone of travel documents (ICAO Doc 9303 parts 3 to 7), read from whatever was pasted.

`parse` reads passports (TD3), cards (TD1, TD2), visas (MRV-A, MRV-B) and the former French identity card. It gives a
verdict for each check digit and says what deviates, but never refuses to search because of a deviation. `make` writes
zones, for tests and the demonstration.
"""

from liaison.identifiers.mrz.checks import Check, Verdict, check_digit
from liaison.identifiers.mrz.fragments import Fragment, fragment
from liaison.identifiers.mrz.layouts import Format
from liaison.identifiers.mrz.reading import TEXT_LENGTH_MAX, Mrz, looks_like_mrz, parse
from liaison.identifiers.mrz.repair import Repair
from liaison.identifiers.mrz.transliteration import forms, transliterate
from liaison.identifiers.mrz.writing import make

__all__ = [
    "TEXT_LENGTH_MAX",
    "Check",
    "Format",
    "Fragment",
    "Mrz",
    "Repair",
    "Verdict",
    "check_digit",
    "forms",
    "fragment",
    "looks_like_mrz",
    "make",
    "parse",
    "transliterate",
]
