"""People by the million, invented of Faker's words: what makes an index large.

A nationality comes as often as it has people. Its words follow Zipf's law, as names do: the first of 20,000 family
names of a country has one in eleven people, and the tail is long. Where Faker has too few words, the beginning of one
and the end of another make a new one; East Asia has few family names, and given names of two. Each person has a full
birth date, a nationality and a sex, and two names: as in a passport, and as a list would have him in another spelling
or with another given name.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.beside import told

SEED = 17
FAMILY_WORDS, GIVEN_WORDS = 20_000, 3_000
CHUNK = 100_000
BORN = (np.datetime64("1940-01-01"), np.datetime64("2009-12-31"))
_SPELLINGS = (("kh", "h"), ("ou", "u"), ("ee", "i"), ("y", "i"), ("c", "k"), ("sh", "ch"), ("v", "w"), ("ph", "f"))

Told = Mapping[str, Any]
Words = npt.NDArray[np.object_]


@dataclass(frozen=True, slots=True)
class _Nation:
    country: str
    millions: float
    given: Words
    family: Words


def population(count: int, seed: int = SEED, words: Sequence[Told] | None = None) -> Iterator[dict[str, Any]]:
    """Yield so many people as records of an index, the same for the same seed.

    `words` are what `benchmarks.travellers --words` tells of each nationality, which is asked unless they are given.
    """
    dice = np.random.default_rng(seed)
    nations = [_nation(one) for one in (words or _words_of_all())]
    often = np.array([nation.millions for nation in nations])
    for first in range(0, count, CHUNK):
        size = min(CHUNK, count - first)
        yield from _chunk(first, dice.choice(len(nations), size, p=often / often.sum()), nations, dice)


@cache
def _words_of_all() -> tuple[Told, ...]:
    return tuple(told("benchmarks.travellers", "--words"))


def _chunk(
    first: int, which: npt.NDArray[np.int64], nations: Sequence[_Nation], dice: np.random.Generator
) -> Iterator[dict[str, Any]]:
    size = len(which)
    words = {name: np.empty(size, dtype=object) for name in ("given", "second", "family")}
    for place, nation in enumerate(nations):
        here = np.flatnonzero(which == place)
        words["given"][here] = nation.given[_zipf(len(nation.given), len(here), dice)]
        words["second"][here] = nation.given[_zipf(len(nation.given), len(here), dice)]
        words["family"][here] = nation.family[_zipf(len(nation.family), len(here), dice)]
    days = BORN[0] + dice.integers(0, int((BORN[1] - BORN[0]).astype(int)), size)
    women = dice.random(size) < 0.5
    columns = (words["given"], words["second"], words["family"], np.datetime_as_string(days), women, which)
    for number, (given, second, family, day, woman, nation_at) in enumerate(
        zip(*(column.tolist() for column in columns), strict=True), start=first
    ):
        other = f"{family} {_respelled(given)}" if number % 2 else f"{given} {second} {_respelled(family)}"
        yield {
            "id": f"p{number}",
            "names": [f"{given} {family}", other],
            "birth_dates": [day],
            "nationalities": [nations[nation_at].country],
            "sex": "F" if woman else "M",
        }


def _nation(told_of: Told) -> _Nation:
    dice = np.random.default_rng(list(told_of["country"].encode()))
    return _Nation(
        told_of["country"],
        told_of["millions"],
        _vocabulary(told_of["given"], GIVEN_WORDS, dice, whole=told_of["few families"]),
        _vocabulary(told_of["family"], len(told_of["family"]) if told_of["few families"] else FAMILY_WORDS, dice),
    )


def _vocabulary(words: Sequence[str], size: int, dice: np.random.Generator, *, whole: bool = False) -> Words:
    """Return so many words in an order that says nothing: those given, and new ones of two, cut or `whole`."""
    listed = list(dict.fromkeys(words))
    dice.shuffle(listed)
    heads, tails = dice.integers(0, len(listed), (2, max(0, size - len(listed))))
    for head, tail in zip(heads.tolist(), tails.tolist(), strict=True):
        one, other = listed[head], listed[tail]
        listed.append(f"{one} {other}" if whole else one[: (len(one) + 1) // 2] + other[len(other) // 2 :].lower())
    return np.array(listed[:size], dtype=object)


def _zipf(words: int, count: int, dice: np.random.Generator) -> npt.NDArray[np.int64]:
    reached = np.cumsum(1 / np.arange(1, words + 1))
    return np.searchsorted(reached, dice.random(count) * reached[-1])


def _respelled(word: str) -> str:
    for one, other in _SPELLINGS:
        if one in word:
            return word.replace(one, other, 1)
    return word
