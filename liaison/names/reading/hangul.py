"""Hangul in the spellings of passports and lists, besides the Revised Romanization, which is the form of a word.

Family names have the customary spellings of `data/hangul_families.txt`. Given names follow styles: South Korean
passports by habit (eo as u), McCune-Reischauer of 1939 with its voicing, North Korea's romanisation of 1992, and
English spelling (oo, ee, young).
"""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

_FIRST, _LAST, _VOWELS, _FINALS = 0xAC00, 0xD7A3, 21, 28
_FAMILIES = Path(__file__).parents[1] / "data/hangul_families.txt"


@cache
def family_spellings() -> dict[str, tuple[str, ...]]:
    """Return the customary spellings of each family name in Hangul, the commonest first."""
    rows = (line.split() for line in _FAMILIES.read_text(encoding="utf-8").splitlines() if line[:1] not in ("#", ""))
    return {family: tuple(spellings) for family, *spellings in rows}


class _Style(NamedTuple):
    """Spellings of the parts of a syllable; `voiced` are the initials between vowels and soft consonants."""

    initials: tuple[str, ...]
    voiced: tuple[str, ...]
    vowels: tuple[str, ...]
    finals: tuple[str, ...]


def _row(written: str) -> tuple[str, ...]:
    return tuple("" if part == "-" else part for part in written.split())


_LAST_CONSONANTS = _row("- k k k n n n t l k m l l l p l m p p t t ng t t k t p t")
_HABIT_INITIALS = _row("k kk n d tt r m b pp s ss - j jj ch k t p h")
_HABIT = _Style(
    _HABIT_INITIALS,
    _HABIT_INITIALS,
    _row("a ae ya yae u e yu ye o wa wae oi yo u wo we wi yu eu ui i"),
    _LAST_CONSONANTS,
)
_MCCUNE = _Style(
    _row("k kk n t tt r m p pp s ss - ch tch ch k t p h"),
    _row("g kk n d tt r m b pp s ss - j tch ch k t p h"),
    _row("a ae ya yae o e yo ye o wa wae oe yo u wo we wi yu u ui i"),
    _LAST_CONSONANTS,
)
_NORTH_INITIALS = _row("k kk n t tt r m p pp s ss - j jj ch k t p h")
_NORTH = _MCCUNE._replace(initials=_NORTH_INITIALS, voiced=_NORTH_INITIALS)
_ENGLISH = _Style(
    _HABIT_INITIALS,
    _HABIT_INITIALS,
    _row("a ae ya yae eo e you ye o wa wae oi yo oo wo we wee yoo eu ee i"),
    _LAST_CONSONANTS,
)
# Names from abroad, without the vowel that Korean puts between their consonants.
_ABROAD = _HABIT._replace(
    initials=_row("g kk n d tt l m b pp s ss - j jj ch k t p h"),
    voiced=_row("g kk n d tt l m b pp s ss - j jj ch k t p h"),
    vowels=_row("a a ya ya e e ye ye o wa wae oe yo u wo we wi yu - ui i"),
)
_STYLES = (_HABIT, _MCCUNE, _NORTH, _ENGLISH, _ABROAD)
_SIBILANT, _VOWEL_I, _VOWEL_WI = 9, 20, 16
_SOFT_FINALS = frozenset({0, 4, 8, 16, 21})


def read(word: str) -> Iterator[str]:
    """Yield the customary spellings of a family name, then the word in each style."""
    yield from family_spellings().get(word, ())
    for style in _STYLES:
        yield _written(word, style)


def _written(word: str, style: _Style) -> str:
    out: list[str] = []
    soft = False
    for letter in word:
        code = ord(letter)
        if not _FIRST <= code <= _LAST:
            continue
        rest, final = divmod(code - _FIRST, _FINALS)
        initial, vowel = divmod(rest, _VOWELS)
        sibilant = initial == _SIBILANT and vowel in (_VOWEL_I, _VOWEL_WI)
        out += ["sh" if sibilant else (style.voiced if soft else style.initials)[initial], style.vowels[vowel]]
        out.append(style.finals[final])
        soft = final in _SOFT_FINALS
    return "".join(out)
