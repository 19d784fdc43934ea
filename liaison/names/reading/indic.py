"""The scripts of South Asia, by one table: their Unicode blocks have the same letters at the same places (ISCII).

A consonant carries an a unless a vowel sign or a virama follows; northern languages drop it at the end of a word, and
inside between two open syllables. Styles are those of passports: Hunterian without marks, double vowels by ear,
Bengali o and j, Tamil's hard sounds, z for jh.
"""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

_FIRST, _LAST, _BLOCK = 0x0900, 0x0D7F, 0x80
_BENGALI, _TAMIL, _MALAYALAM = 1, 5, 8
_SOUTHERN = frozenset({5, 6, 7, 8})
_NASAL, _NUKTA, _VIRAMA = frozenset({0x01, 0x02, 0x70}), 0x3C, 0x4D
_LIPS = range(0x2A, 0x2F)
_VOWELS = {
    0x05: "a", 0x06: "a", 0x07: "i", 0x08: "i", 0x09: "u", 0x0A: "u", 0x0B: "ri", 0x0C: "li", 0x0D: "e", 0x0E: "e",
    0x0F: "e", 0x10: "ai", 0x11: "o", 0x12: "o", 0x13: "o", 0x14: "au", 0x72: "e",
}  # fmt: skip
_VOWEL_SIGNS = {
    0x3E: "a", 0x3F: "i", 0x40: "i", 0x41: "u", 0x42: "u", 0x43: "ri", 0x44: "ri", 0x45: "e", 0x46: "e", 0x47: "e",
    0x48: "ai", 0x49: "o", 0x4A: "o", 0x4B: "o", 0x4C: "au", 0x57: "au",
}  # fmt: skip
_CONSONANTS_WRITTEN = "k kh g gh n ch chh j jh n t th d dh n t th d dh n n p ph b bh m y r r l l l v sh sh s h"
_CONSONANTS = dict(zip(range(0x15, 0x3A), _CONSONANTS_WRITTEN.split(" "), strict=True)) | {
    0x58: "q", 0x59: "kh", 0x5A: "g", 0x5B: "z", 0x5C: "r", 0x5D: "rh", 0x5E: "f", 0x5F: "y",
}  # fmt: skip
_DOTTED = {0x15: "q", 0x16: "kh", 0x17: "g", 0x1C: "z", 0x21: "r", 0x22: "rh", 0x2B: "f", 0x2F: "y"}
# Letters of one block alone, and consonants that carry no vowel (khanda ta, the chillus of Malayalam).
_OWN: Mapping[int, Mapping[int, str]] = {
    _BENGALI: {0x2F: "j", 0x70: "r", 0x71: "w"},
    _TAMIL: {0x19: "ng", 0x1A: "s", 0x34: "zh"},
}
_BARE: Mapping[int, Mapping[int, str]] = {
    _BENGALI: {0x4E: "t"},
    _MALAYALAM: {0x7A: "n", 0x7B: "n", 0x7C: "r", 0x7D: "l", 0x7E: "l", 0x7F: "k"},
}
_TAMIL_SOFT = {0x15: "g", 0x19: "n", 0x1A: "ch", 0x1F: "d", 0x24: "d", 0x2A: "b", 0x34: "l"}
_LONG = {0x06: "aa", 0x08: "ee", 0x0A: "oo", 0x3E: "aa", 0x40: "ee", 0x42: "oo"}
_BY_EAR = {0x35: "w", 0x1B: "ch", 0x2D: "v"}
# An a between vowel-consonant and consonant-vowel is not spoken in the north: "kulakarani" is "kulkarni".
_SILENT_A = re.compile("(?<=[aeiou])([^aeiou]h?)a(?=[^aeiou]h?[aeiou])")
_TAMIL_FIRST = re.compile("^[iau](?=[rl])")
_MALAYALAM_T = (("rr", "tt"), ("nr", "nt"))


class _Style(NamedTuple):
    """Consonants and vowels of their own, the vowel that consonants carry, and whether it closes a word."""

    consonants: Mapping[int, str] = {}
    vowels: Mapping[int, str] = {}
    inherent: str = "a"
    closing: bool = False


def read(word: str) -> Iterator[str]:
    """Yield the plain reading, with or without the closing a, as each language speaks it, and with long vowels."""
    block = _block(word)
    southern = block in _SOUTHERN
    plain = _written(word, block, _Style(closing=southern))
    if block == _MALAYALAM:
        for letters, sound in _MALAYALAM_T:
            plain = plain.replace(letters, sound)
    yield plain
    if not southern:
        yield _SILENT_A.sub(r"\1", plain)
    yield _written(word, block, _Style(closing=not southern))
    if block == _TAMIL:
        soft = _written(word, block, _Style(_TAMIL_SOFT, closing=True))
        yield soft
        yield _TAMIL_FIRST.sub("", soft)
    if block == _BENGALI:
        yield _written(word, block, _Style(inherent="o")).replace("oya", "wa")
    yield _written(word, block, _Style(_BY_EAR, _LONG, closing=southern))
    yield plain.replace("jh", "z").replace("j", "z")


def is_indian(word: str) -> bool:
    """Whether a letter of the word is of a block that this table reads."""
    return any(_FIRST <= ord(letter) <= _LAST for letter in word)


def _block(word: str) -> int:
    for letter in word:
        if _FIRST <= ord(letter) <= _LAST:
            return (ord(letter) - _FIRST) // _BLOCK
    return 0


def _written(word: str, block: int, style: _Style) -> str:
    """Return the word letter by letter; `carries` says whether the last consonant still has its own vowel to come."""
    own, bare = _OWN.get(block, {}), _BARE.get(block, {})
    places = [(ord(letter) - _FIRST) % _BLOCK for letter in word if _FIRST <= ord(letter) <= _LAST]
    out: list[str] = []
    carries = False
    for index, place in enumerate(places):
        before = places[index - 1] if index else -1
        consonant = style.consonants.get(place) or own.get(place) or _CONSONANTS.get(place)
        if place == _NUKTA and carries:
            out[-1] = _DOTTED.get(before, out[-1])
        elif place == _VIRAMA or place in _VOWEL_SIGNS:
            carries = False
            out.append(style.vowels.get(place) or _VOWEL_SIGNS.get(place, ""))
        else:
            out.append(style.inherent if carries else "")
            carries = bool(consonant)
            nasal = _nasal(places[index + 1 : index + 2], block) if place in _NASAL else ""
            after_virama = "y" if place == 0x2F and before == _VIRAMA else consonant
            out.append(after_virama or bare.get(place) or style.vowels.get(place) or _VOWELS.get(place) or nasal)
    return "".join(out) + (style.inherent if carries and style.closing else "")


def _nasal(following: list[int], block: int) -> str:
    """Return how the sign for a nasal sounds: m before lips, and at the end of a word in the south."""
    if not following:
        return "m" if block in _SOUTHERN else "n"
    return "m" if following[0] in _LIPS else "n"
