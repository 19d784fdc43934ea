"""Kana by the Hepburn system of passports, and foreign names without the vowels that kana has to add."""

import re
from collections.abc import Iterator

from liaison.names.romanise import romanise

_HIRAGANA = range(0x3041, 0x3097)
_TO_KATAKANA = 0x60
_ROWS = {
    "アイウエオ": "a i u e o", "カキクケコ": "ka ki ku ke ko", "ガギグゲゴ": "ga gi gu ge go",
    "サシスセソ": "sa shi su se so", "ザジズゼゾ": "za ji zu ze zo", "タチツテト": "ta chi tsu te to",
    "ダヂヅデド": "da ji zu de do", "ナニヌネノ": "na ni nu ne no", "ハヒフヘホ": "ha hi fu he ho",
    "バビブベボ": "ba bi bu be bo", "パピプペポ": "pa pi pu pe po", "マミムメモ": "ma mi mu me mo",
    "ヤユヨ": "ya yu yo", "ラリルレロ": "ra ri ru re ro", "ワヰヱヲンヴ": "wa i e o n vu",
    "ャュョァィゥェォヮ": "ya yu yo a i u e o wa",
}  # fmt: skip
_KANA = {kana: sound for row, sounds in _ROWS.items() for kana, sound in zip(row, sounds.split(), strict=True)}
_SMALL_Y, _SMALL_VOWEL = frozenset("ャュョ"), frozenset("ァィゥェォヮ")
_SOFT = ("j", "sh", "ch")
_LONG, _DOUBLING = "ー", "ッ"
_LONG_VOWELS = ((re.compile("ou|oo"), "o"), (re.compile("uu"), "u"))
# Passports write m for n before b, m and p.
_BEFORE_LIPS = re.compile("n(?=[bmp])")
_ADDED_VOWEL = re.compile("(?<=[kgsfbpmlrvz])u(?![aeiou])|(?<=ts)u(?![aeiou])|(?<=[td])o(?=[^aeiouy]|$)")


def read(word: str) -> Iterator[str]:
    """Yield the word by Hepburn, with short vowels as passports write them, and without added vowels."""
    hepburn = _hepburn(word)
    short = hepburn
    for spelling, vowel in _LONG_VOWELS:
        short = spelling.sub(vowel, short)
    yield short
    yield hepburn
    yield _BEFORE_LIPS.sub("m", short)
    yield _ADDED_VOWEL.sub("", short)
    yield _ADDED_VOWEL.sub("", short).replace("r", "l")


def _hepburn(word: str) -> str:
    out: list[str] = []
    doubled = False
    for letter in word:
        kana = chr(ord(letter) + _TO_KATAKANA) if ord(letter) in _HIRAGANA else letter
        if kana == _DOUBLING:
            doubled = True
        elif kana in _SMALL_Y and out and out[-1].endswith("i"):
            stem = out[-1][:-1]
            out[-1] = stem + (_KANA[kana][1:] if stem in _SOFT else _KANA[kana])
        elif kana in _SMALL_VOWEL and out and out[-1][-1:] in ("i", "u", "e", "o"):
            out[-1] = (out[-1][:-1] or "w") + _KANA[kana]
        elif kana != _LONG:
            sound = _KANA.get(kana, "") or romanise(letter)
            out.append(sound[:1] + sound if doubled else sound)
            doubled = False
    return "".join(out)
