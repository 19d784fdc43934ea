"""How much it says that two names share a word, in nats.

The surprise of meeting the word by chance among people of the culture in which it is commonest: -ln of the greatest
share over cultures. So a Korean or Chinese name costs its bearer no more than a Spanish one. Never taken from what an
index holds: what a reader may not see must not change what he is told.
"""

import math
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from pathlib import Path

from liaison.names.compounds import ARTICLE, parts_of, read_whole
from liaison.names.normalise import normalise
from liaison.names.readings import form_of
from liaison.names.script import Script
from liaison.names.skeleton import skeleton

INFORMATION_MAX = 12.0
_DATA = Path(__file__).parent / "data"
_FREQUENCIES = _DATA / "frequencies.tsv"
_COUNTS = _DATA / "counts.txt"
_PER_MILLE = 1000.0
_KNOWN_MIN = 2.5
_SPELLED_BASE, _SPELLED_LETTER, _SPELLED_MAX = 4.0, 0.6, 9.0
_BONES_BASE, _BONES_LETTER, _BONES_MAX = 3.5, 1.0, 8.5
_SAME_BONES = 1.5
_BONES_TELLING = 3
# Rarer than this, a word takes next to nothing from one of the same sound that no table knows.
_SHARE_TELLING = 0.0015
_LATIN_ARTICLES = ("al", "el")


@lru_cache(maxsize=1 << 15)
def information_of(form: str, bones: str, script: Script) -> float:
    """Return what sharing a word of a name says, in nats, in (0, INFORMATION_MAX].

    A word that no table knows is judged by its length; one that only sounds like a common word, by that word.

    >>> information_of("kim", "KM", Script.LATIN) < information_of("zorbakan", "SRBKN", Script.LATIN)
    True
    """
    if script.writes_vowels:
        found = min(_SPELLED_MAX, _SPELLED_BASE + _SPELLED_LETTER * len(form))
    else:
        found = min(_BONES_MAX, _BONES_BASE + _BONES_LETTER * len(bones))
    share = _shares().get(form) or _with_article(form)
    if share:
        found = min(found, max(_KNOWN_MIN, -math.log(share)))
    sounding = _shares_of_bones().get(bones) if len(bones) >= _BONES_TELLING else None
    if sounding:
        found = min(found, max(_KNOWN_MIN, _SAME_BONES - math.log(sounding)))
    return found


def _with_article(form: str) -> float:
    """Return the share of a word that the Arabic article is written together with: half of those who bear it."""
    bare = form[len(_LATIN_ARTICLES[0]) :]
    return _shares().get(bare, 0.0) / 2 if form.startswith(_LATIN_ARTICLES) and len(bare) > _BONES_TELLING else 0.0


@cache
def _shares() -> dict[str, float]:
    """Return the greatest share, of 1, of each known form over all cultures."""
    shares: dict[str, float] = {}
    for form, share in (*_of_lists(), *_of_counts()):
        if share > shares.get(form, 0.0):
            shares[form] = share
    return shares


@cache
def _shares_of_bones() -> dict[str, float]:
    shares: dict[str, float] = {}
    for form, share in _shares().items():
        if share < _SHARE_TELLING:
            continue
        bones = skeleton.__wrapped__(form, form)  # once for each: not worth a place in what is remembered
        if len(bones) >= _BONES_TELLING and share > shares.get(bones, 0.0):
            shares[bones] = share
    return shares


def _of_lists() -> Iterator[tuple[str, float]]:
    for line in _lines(_FREQUENCIES):
        form, per_mille, _ = line.split("\t")
        yield form, float(per_mille) / _PER_MILLE


def _of_counts() -> Iterator[tuple[str, float]]:
    for line in _lines(_COUNTS):
        per_mille, colon, words = line.partition(": ")
        if colon and per_mille.isdecimal():
            for form in _forms(words.split()):
                yield form, float(per_mille) / _PER_MILLE


def _forms(words: Iterable[str]) -> Iterator[str]:
    """Yield the forms of each word as a name's words have them: romanised, parted, without the Arabic article."""
    for word in words:
        plain = normalise(word).removeprefix(ARTICLE)
        if form := read_whole(plain) or form_of(plain):
            yield from parts_of(form)


def _lines(path: Path) -> Iterator[str]:
    for line in path.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            yield line
