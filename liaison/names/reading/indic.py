"""The scripts of South Asia, by one table: their Unicode blocks have the same letters at the same places (ISCII).

A consonant carries an a unless a vowel sign or a virama follows; northern languages drop it at the end of a word.
Styles are those of passports: Hunterian without marks, double vowels by ear, Bengali o and j, Tamil's hard sounds.
"""

from collections.abc import Iterator

_FIRST, _LAST, _BLOCK = 0x0900, 0x0D7F, 0x80
_BENGALI, _GURMUKHI, _TAMIL = 1, 2, 5
_SOUTHERN = frozenset({5, 6, 7, 8, 9})
_SIGNS = {0x01: "n", 0x02: "n", 0x03: "h", 0x3D: "", 0x70: "n", 0x71: ""}
_VOWELS = {
    0x05: "a", 0x06: "a", 0x07: "i", 0x08: "i", 0x09: "u", 0x0A: "u", 0x0B: "ri", 0x0C: "li", 0x0D: "e", 0x0E: "e",
    0x0F: "e", 0x10: "ai", 0x11: "o", 0x12: "o", 0x13: "o", 0x14: "au",
}  # fmt: skip
_VOWEL_SIGNS = {
    0x3E: "a", 0x3F: "i", 0x40: "i", 0x41: "u", 0x42: "u", 0x43: "ri", 0x44: "ri", 0x45: "e", 0x46: "e", 0x47: "e",
    0x48: "ai", 0x49: "o", 0x4A: "o", 0x4B: "o", 0x4C: "au", 0x57: "au",
}  # fmt: skip
_VIRAMA, _NUKTA = 0x4D, 0x3C
_DOTTED = {"j": "z", "k": "q", "ph": "f", "d": "r", "dh": "rh"}
_CONSONANTS_WRITTEN = "k kh g gh n ch chh j jh n t th d dh n t th d dh n n p ph b bh m y r r l l l v sh sh s h"
_CONSONANTS = dict(zip(range(0x15, 0x3A), _CONSONANTS_WRITTEN.split(" "), strict=True)) | {
    0x58: "q",
    0x59: "kh",
    0x5A: "g",
    0x5B: "z",
    0x5C: "r",
    0x5D: "rh",
    0x5E: "f",
    0x5F: "y",
}
_BENGALI_LETTERS = {0x2F: "j", 0x2D: "bh", 0x5F: "y", 0x36: "sh", 0x38: "s"}
_TAMIL_LETTERS = {0x15: "k", 0x1A: "s", 0x34: "zh", 0x2A: "p", 0x29: "n", 0x31: "r"}
_TAMIL_SOFT = {0x15: "g", 0x1A: "s", 0x1F: "d", 0x24: "d", 0x2A: "b", 0x34: "l"}
_LONG = {0x06: "aa", 0x08: "ee", 0x0A: "oo", 0x3E: "aa", 0x40: "ee", 0x42: "oo"}
_EMPTY: dict[int, str] = {}


def read(word: str) -> Iterator[str]:
    """Yield the plain reading, with the closing a, with other sounds of the language, and with long vowels."""
    block = _block(word)
    own = _BENGALI_LETTERS if block == _BENGALI else _TAMIL_LETTERS if block == _TAMIL else _EMPTY
    yield _written(word, own, _EMPTY, closing=block in _SOUTHERN)
    yield _written(word, own, _EMPTY, closing=block not in _SOUTHERN)
    if block == _TAMIL:
        yield _written(word, _TAMIL_SOFT, _EMPTY, closing=True)
    if block == _BENGALI:
        yield _written(word, {}, _EMPTY, closing=False, inherent="o")
    yield _written(word, own | {0x35: "w", 0x1B: "ch"}, _LONG, closing=block in _SOUTHERN)


def is_indian(word: str) -> bool:
    """Whether a letter of the word is of a block that this table reads."""
    return any(_FIRST <= ord(letter) <= _LAST for letter in word)


def _block(word: str) -> int:
    for letter in word:
        if _FIRST <= ord(letter) <= _LAST:
            return (ord(letter) - _FIRST) // _BLOCK
    return 0


def _written(word: str, own: dict[int, str], vowels: dict[int, str], *, closing: bool, inherent: str = "a") -> str:
    out: list[str] = []
    open_consonant = False
    for letter in word:
        if not _FIRST <= ord(letter) <= _LAST:
            continue
        place = (ord(letter) - _FIRST) % _BLOCK
        consonant = own.get(place) or _CONSONANTS.get(place)
        if place == _NUKTA and out:
            out[-1] = _DOTTED.get(out[-1], out[-1])
            continue
        if consonant or place in _VOWELS or (_SIGNS.get(place)):
            out.append(inherent if open_consonant else "")
            open_consonant = bool(consonant)
        elif place in _VOWEL_SIGNS or place == _VIRAMA:
            open_consonant = False
        out.append(
            consonant or vowels.get(place) or _VOWELS.get(place) or _VOWEL_SIGNS.get(place) or _SIGNS.get(place, "")
        )
    return "".join(out) + (inherent if open_consonant and closing else "")
