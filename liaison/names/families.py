"""Families of one name across languages and scripts: John, Giovanni, Иван, Yahya.

The families are those of Wikidata's names, as the rigour library (MIT licence) groups them, and of the lists in
`data/families.txt`, which people write. Each has a number of 32 bits that is the same on every machine. Two words
that share a number may be one name; how much that says is for the engine to weigh.
"""

import mmap
import re
import sys
from array import array
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

FAMILIES_MAX = 24
WORDS_MAGIC = b"liaison.families.1\n\0\0\0\0\0"
_DATA = Path(__file__).parent / "data"
_LISTED, _SLAVIC = _DATA / "families.txt", _DATA / "slavic.txt"
_TABLE = _DATA / "families.bin"
# -evich, -yevna, -iyovych, -avich, -auna, -ivna, -ich, and the same in other habits of spelling.
_PATRONYMIC_ENDING = re.compile(
    "(?:[iyj]*[eoa][vwu][iy](?:ch|tch|tsch|c|cz)|[iyj]*[eoa][vwu]n[ay]|[iy]+vn[ay]|[iy]n?[iy]?chna|[iy]ch)$"
)
_PERSON = b"liaison-family"


class _Table(NamedTuple):
    """Sorted keys of words, where the families of each begin (one more than there are words), and the families."""

    keys: Sequence[int]
    starts: Sequence[int]
    families: Sequence[int]


def number_of(name: str) -> int:
    """Return the 32 bits that stand for a word or the name of a family."""
    return int.from_bytes(blake2b(name.encode("utf-8", "replace"), digest_size=4, person=_PERSON).digest(), "little")


@lru_cache(maxsize=1 << 15)
def families_of(word: str) -> tuple[int, ...]:
    """Return the numbers, sorted, of the families of one normalised word in its own script; at most FAMILIES_MAX.

    Where a word has more, the families of most words are kept: those in which others are likeliest to be found.

    >>> bool(set(families_of("ivan")) & set(families_of("иван")))
    True
    """
    known = _listed().get(word, ()) + _slavic().get(word, ())
    found = (*known, *_found(_table(), number_of(word)))
    return tuple(sorted(set(found[:FAMILIES_MAX])))


@lru_cache(maxsize=1 << 15)
def families_of_patronymic(form: str) -> tuple[int, ...]:
    """Return the family of a romanised East Slavic patronymic by the given name in it; empty for other words.

    >>> families_of_patronymic("sergeyevich") == families_of_patronymic("serhiiovych") != ()
    True
    """
    ending = _PATRONYMIC_ENDING.search(form)
    return _patronymics().get(form[: ending.start()], ()) if ending else ()


def _found(table: _Table, key: int) -> tuple[int, ...]:
    place = bisect_left(table.keys, key)
    if place == len(table.keys) or table.keys[place] != key:
        return ()
    return tuple(table.families[table.starts[place] : table.starts[place + 1]])


@cache
def _listed() -> dict[str, tuple[int, ...]]:
    """Return the families that people have written down: one line of `data/families.txt` is one family."""
    words: dict[str, tuple[int, ...]] = {}
    for line in _LISTED.read_text(encoding="utf-8").splitlines():
        members = line.partition("#")[0].split()
        for member in members:
            words[member] = (*words.get(member, ()), number_of(f"listed {members[0]}"))
    return words


@cache
def _slavic() -> dict[str, tuple[int, ...]]:
    """Return the families of East Slavic given names: the words before the bar on each line of `data/slavic.txt`."""
    return {word: (number_of(f"slavic {names[0]}"),) for names, _ in _slavic_lines() for word in names}


@cache
def _patronymics() -> dict[str, tuple[int, ...]]:
    return {stem: (number_of(f"patronymic {names[0]}"),) for names, stems in _slavic_lines() for stem in stems}


def _slavic_lines() -> Iterator[tuple[list[str], list[str]]]:
    for line in _SLAVIC.read_text(encoding="utf-8").splitlines():
        names, bar, stems = line.partition(" | ")
        if bar and not line.startswith("#"):
            yield names.split(), [stem for stem in stems.split() if stem != "-"]


@cache
def _table() -> _Table:
    """Return the packaged table, mapped so that all workers of a machine share its pages."""
    with _TABLE.open("rb") as file:
        mapped = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    head = len(WORDS_MAGIC)
    if bytes(mapped[:head]) != WORDS_MAGIC:
        raise ValueError(f"{_TABLE.name} is not a table of families of this version")
    words, families = _numbers(mapped[head : head + 8])
    ends = [head + 8 + 4 * words, head + 8 + 4 * (2 * words + 1), head + 8 + 4 * (2 * words + 1 + families)]
    starts = [head + 8, *ends[:2]]
    return _Table(*(_numbers(mapped[start:end]) for start, end in zip(starts, ends, strict=True)))


def _numbers(part: memoryview) -> Sequence[int]:
    """Return little-endian numbers of 32 bits: the mapped pages themselves on nearly every machine."""
    if sys.byteorder == "little":
        return part.cast("I")
    swapped = array("I", part.tobytes())
    swapped.byteswap()
    return swapped
