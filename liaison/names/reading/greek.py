"""Greek by ELOT 743 (ISO 843), as passports write it, and by ear."""

import re
import unicodedata
from collections.abc import Iterator

from liaison.names.romanise import romanise

_LETTERS = dict(zip("αβγδεζηθικλμνξοπρστυφχψως", (
    "a", "v", "g", "d", "e", "z", "i", "th", "i", "k", "l", "m", "n", "x", "o", "p", "r", "s", "t", "y", "f", "ch",
    "ps", "o", "s"), strict=True))  # fmt: skip
_EAR = str.maketrans(_LETTERS | {"χ": "h", "υ": "i", "φ": "f", "η": "i", "γ": "g", "θ": "th"})
_OLD = str.maketrans(_LETTERS | {"β": "b", "φ": "ph", "η": "e", "χ": "ch"})
_ELOT = str.maketrans(_LETTERS)
_VOICELESS = "(?=[θκξπσςτφχψ]|$)"
_DIGRAPHS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile("ου"), "ou"), (re.compile("αυ" + _VOICELESS), "af"), (re.compile("αυ"), "av"),
    (re.compile("ευ" + _VOICELESS), "ef"), (re.compile("ευ"), "ev"), (re.compile("ηυ" + _VOICELESS), "if"),
    (re.compile("ηυ"), "iv"), (re.compile("^μπ|μπ$"), "b"), (re.compile("γγ"), "ng"), (re.compile("γξ"), "nx"),
    (re.compile("γχ"), "nch"),
)  # fmt: skip
_SOUNDS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile("μπ"), "b"), (re.compile("ντ"), "d"), (re.compile("γκ|γγ"), "g"), (re.compile("τζ"), "j"),
    (re.compile("ει|οι|υι"), "i"), (re.compile("αι"), "e"), (re.compile("ου"), "u"), (re.compile("γι(?=[αεο])"), "y"),
)  # fmt: skip
# Inside a word the first of two letters for b, d or g may still be heard.
_NASALS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile("(?<!^)μπ"), "mb"), (re.compile("(?<!^)ντ"), "nd"), (re.compile("(?<!^)γκ"), "ng"),
    (re.compile("ει|οι|υι"), "i"), (re.compile("ου"), "u"),
)  # fmt: skip


def read(word: str) -> Iterator[str]:
    """Yield the word by ELOT 743, by ear in two ways, and as scholars wrote it."""
    parted = unicodedata.normalize("NFD", word).replace("ι\u0308", "i").replace("υ\u0308", "i")
    bare = "".join(letter for letter in parted if not unicodedata.combining(letter))
    standard = _replaced(bare, _DIGRAPHS)
    yield romanise(standard.translate(_ELOT))
    yield romanise(_replaced(_replaced(bare, _SOUNDS), _DIGRAPHS).translate(_EAR))
    yield romanise(_replaced(_replaced(bare, _NASALS), _DIGRAPHS).translate(_EAR))
    yield romanise(bare.translate(_OLD))


def _replaced(word: str, rules: tuple[tuple[re.Pattern[str], str], ...]) -> str:
    for spelling, sound in rules:
        word = spelling.sub(sound, word)
    return word
