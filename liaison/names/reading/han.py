"""Han letters as Mandarin, Cantonese, Korean, Vietnamese and Japanese records read them.

Letters of given names are read one by one, in Mandarin (pinyin and Wade-Giles) and in Cantonese (the spellings of
Hong Kong's identity cards). Family names have the readings of `data/han_families.txt` besides.
"""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

_DATA = Path(__file__).parents[1] / "data"
_LETTERS, _FAMILIES = _DATA / "han.tsv", _DATA / "han_families.txt"
_SECTION = "== "
_TOGETHER = ("mandarin", "cantonese", "korean", "hokkien", "vietnamese", "japanese")
_SEVERAL = 2


class _Letter(NamedTuple):
    """The readings of one letter: pinyin, the commonest first, and Jyutping; empty where there is none."""

    mandarin: tuple[str, ...]
    cantonese: str


_WADE_WHOLE = {
    "zi": "tzu", "ci": "tzu", "si": "szu", "er": "erh", "you": "yu", "yan": "yen", "ye": "yeh", "yi": "i", "he": "ho",
    "ge": "ko", "ke": "ko", "e": "o", "zhi": "chih", "chi": "chih", "shi": "shih", "ri": "jih", "yong": "yung",
    "gui": "kuei", "kui": "kuei", "guo": "kuo", "kuo": "kuo", "huo": "huo", "xu": "hsu",
}  # fmt: skip
_WADE_INITIALS = {
    "b": "p", "d": "t", "g": "k", "j": "ch", "q": "ch", "x": "hs", "zh": "ch", "z": "ts", "c": "ts", "r": "j",
}  # fmt: skip
_WADE_FINALS = {
    "ong": "ung",
    "ian": "ien",
    "ie": "ieh",
    "ue": "ueh",
    "uo": "o",
    "iong": "iung",
    "v": "u",
    "ve": "ueh",
}
_PINYIN = re.compile("(zh|ch|sh|[bpmfdtnlgkhjqxrzcswy]?)(.*)")
_JYUTPING = re.compile("(ng|gw|kw|[bpmfdtnlgkhwzcsj]?)(.*)")
_HONG_KONG_INITIALS = {"z": "ch", "c": "ch", "j": "y", "g": "k", "gw": "kw", "b": "p", "d": "t"}
_HONG_KONG_FINALS = {
    "aa": "a", "aai": "ai", "aau": "au", "aam": "am", "aan": "an", "aang": "ang", "aap": "ap", "aat": "at",
    "aak": "ak", "am": "am", "an": "an", "ou": "o", "oe": "oe", "oeng": "eung", "oek": "euk", "eoi": "ui",
    "eon": "un", "eot": "ut", "yu": "yu", "yun": "uen", "yut": "uet", "u": "u", "i": "i", "eng": "eng", "ei": "ei",
}  # fmt: skip
_HONG_KONG_WHOLE = {
    "zi": "chi", "ci": "chi", "si": "sze", "zoeng": "cheung", "coeng": "cheung", "m": "ng", "jyu": "yu",
    "jyun": "yuen", "jyut": "yuet", "ji": "yi", "jin": "yin", "jing": "ying", "zaa": "cha", "bo": "po",
    "sam": "sum", "ngou": "ngo",
}  # fmt: skip


def family_reading(word: str) -> str:
    """Return how a family name is read in Mandarin where that is not letter by letter; "" for all others."""
    readings = _families()["mandarin"].get(word, ())
    return readings[0] if readings else ""


def is_compound_family(word: str) -> bool:
    """Whether two or three letters are one family name."""
    return len(word) >= _SEVERAL and any(word in _families()[language] for language in ("mandarin", "japanese"))


def read(word: str) -> Iterator[str]:
    """Yield the readings of a family name by language, then those letter by letter."""
    families = _families()
    named = [families[language].get(word, ()) for language in _TOGETHER]
    yield from (readings[0] for readings in named if readings)
    letters = [_letters().get(letter, _Letter((), "")) for letter in word]
    first = [letter.mandarin[0] if letter.mandarin else "" for letter in letters]
    yield "".join(first).replace("v", "u")
    if all(letter.cantonese for letter in letters):
        yield "".join(_hong_kong(letter.cantonese) for letter in letters)
    yield "".join(map(_wade_giles, first))
    if len(letters) == 1:
        yield from (reading.replace("v", "yu") for reading in letters[0].mandarin)
    yield from (reading for readings in named for reading in readings[1:])


@cache
def _letters() -> dict[str, _Letter]:
    rows = (line.split("\t") for line in _LETTERS.read_text(encoding="utf-8").splitlines() if line[0] != "#")
    return {letter: _Letter(tuple(mandarin.split()), cantonese) for letter, mandarin, cantonese in rows}


@cache
def _families() -> dict[str, dict[str, tuple[str, ...]]]:
    families: dict[str, dict[str, tuple[str, ...]]] = {language: {} for language in _TOGETHER}
    section: dict[str, tuple[str, ...]] = {}
    for line in _FAMILIES.read_text(encoding="utf-8").splitlines():
        if line.startswith(_SECTION):
            section = families[line.removeprefix(_SECTION)]
        elif line and not line.startswith("#"):
            letters, *readings = line.split()
            section[letters] = tuple(readings)
    return families


@cache
def _wade_giles(syllable: str) -> str:
    if syllable in _WADE_WHOLE:
        return _WADE_WHOLE[syllable]
    found = _PINYIN.fullmatch(syllable)
    if not found:
        return syllable
    initial, final = found.groups()
    if initial in ("n", "l", "d", "t", "z", "c", "s", "zh", "ch", "r") and final == "uo":
        final = "o"
    elif final == "uo":
        return _WADE_INITIALS.get(initial, initial) + "uo"
    return _WADE_INITIALS.get(initial, initial) + _WADE_FINALS.get(final, final)


@cache
def _hong_kong(syllable: str) -> str:
    """Return a syllable of Jyutping in the spelling of Hong Kong's identity cards."""
    if syllable in _HONG_KONG_WHOLE:
        return _HONG_KONG_WHOLE[syllable]
    found = _JYUTPING.fullmatch(syllable)
    if not found:
        return syllable
    initial, final = found.groups()
    return _HONG_KONG_INITIALS.get(initial, initial) + _HONG_KONG_FINALS.get(final, final)
