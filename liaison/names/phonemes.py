"""A romanised word in small numbers for sounds, as the engine compares them.

Romanisations of one sound differ by country ("ou", "oo", "u"); what they agree on becomes one code here, so that an
edit distance over codes weighs sounds and not letters. No language is assumed: what stays ambiguous ("j", "c") keeps
its letter, and the costs of the distance say how near it is to its neighbours.
"""

import re
from functools import lru_cache

PHONEMES_MAX = 48
ALPHABET = "abcdefghijklmnoprstuvyzSCZXGTJ0123456789"
"""The sounds in the order of their codes, 1 to 40; 0 is none. S C Z X G T J: sh ch zh kh gh ts dzh."""

_SPELLINGS = {
    "shch": "SC", "tsch": "C", "sch": "S", "tch": "C", "dzh": "J", "dj": "J", "sh": "S", "ch": "C", "zh": "Z",
    "kh": "X", "gh": "G", "th": "t", "dh": "d", "ph": "f", "ts": "T", "tz": "T", "cz": "C", "sz": "S", "ck": "k",
    "qu": "k", "eau": "o", "ou": "u", "oo": "u", "ee": "i", "ow": "ov", "ie": "i", "ey": "ei", "ay": "ai", "iy": "i",
    "ij": "i", "yi": "i", "yy": "i", "ii": "i", "uu": "u", "x": "ks", "q": "k", "w": "v",
}  # fmt: skip
_SPELLING = re.compile("|".join(sorted(_SPELLINGS, key=lambda spelling: (-len(spelling), spelling))))
_GLIDE = re.compile("y(?![aeou])")
_DOUBLED = re.compile(r"(.)\1+")
_CODES = str.maketrans({letter: chr(index + 1) for index, letter in enumerate(ALPHABET)})


@lru_cache(maxsize=1 << 16)
def phonemes(form: str) -> bytes:
    """Return the codes of a word in the letters a to z and digits; at most PHONEMES_MAX, doubled sounds once.

    A y before a, e, o or u is a glide and keeps its code; every other y is the vowel i.

    >>> phonemes("yusuf") == phonemes("yousouf"), phonemes("schmidt") == phonemes("shmidt")
    (True, True)
    """
    sounds = _GLIDE.sub("i", _SPELLING.sub(_spelled, form))
    return _DOUBLED.sub(r"\1", sounds)[:PHONEMES_MAX].translate(_CODES).encode("latin-1")


def _spelled(found: re.Match[str]) -> str:
    return _SPELLINGS[found[0]]
