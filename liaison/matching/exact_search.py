"""Records by exact keys, in segments on top of each other: by any of them, or by all of them at once.

Non-interference: which records are returned, in which order and where they are cut off is decided on rows that the
scope admits. Rows that it hides cost time where many of them share a key, and change nothing else.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from liaison.matching.exact_keys import exact_hash
from liaison.matching.layer import Layer, Scope
from liaison.matching.search_document import KEYS_MAX

EXACT_MAX = 1000
"""Records that one exact question can return."""
FEW = 24
"""Rows that are looked at one by one, because that is faster."""
LOOKED_AT_MAX = 2_000_000
"""Admitted records of one key that are compared with the other keys."""

Array = npt.NDArray[Any]


class Found(NamedTuple):
    """A record found by an exact key, and the key."""

    record_id: bytes
    kind: str
    key: str


Place = tuple[bytes, int, int, str]
"""A record found by a key: its id, in which layer and row it lies, and the key. Plain, for there may be many."""


def having_any(layers: Sequence[Layer], keys: Iterable[str], scope: Scope | None) -> list[Place]:
    """Return the admitted records that have one of the keys, by id, once for each key; at most EXACT_MAX."""
    hashed = [(key, exact_hash(key)) for key in dict.fromkeys(keys)]
    found: list[Place] = []
    for index, layer in enumerate(layers):
        segment = layer.segment
        span = segment.exact.span
        for key, (high, low) in hashed:
            first, last = span(high, low)
            if first < last:
                for row in _first(layer, segment.exact.rows[first:last], scope):
                    found.append((segment.record_id(row), index, row, key))
    return sorted(found)[:EXACT_MAX] if len(found) > 1 else found


def _first(layer: Layer, rows: Array, scope: Scope | None) -> list[int]:
    """Return the first EXACT_MAX admitted rows: rows lie in the order of their ids."""
    if len(rows) <= FEW:
        return [row for row in rows.tolist() if layer.admits(row, scope)][:EXACT_MAX]
    found: list[int] = []
    for some in layer.admitted_of(rows, scope):
        found += some.tolist()
        if len(found) >= EXACT_MAX:
            break
    return found[:EXACT_MAX]


def having_all(
    layers: Sequence[Layer], keys: Iterable[str], scope: Scope | None, limit: int
) -> tuple[list[bytes], bool]:
    """Return the ids of the first `limit` admitted records that have all of the keys, and whether there may be more.

    Where every one of the keys has more than LOOKED_AT_MAX admitted records, so many of one key are looked at, the
    first by id: what they give is returned, and that there may be more. No key asks for nothing, and no record has
    more than KEYS_MAX.
    """
    hashed = sorted({exact_hash(key) for key in keys})
    if not layers or not 0 < len(hashed) <= KEYS_MAX or limit <= 0:
        return [], False
    postings = [[layer.segment.exact.rows_of(one) for one in hashed] for layer in layers]
    is_wide = _is_wide(layers, postings, scope)
    begun = _first_of_one_key(layers, [of_layer[0] for of_layer in postings], scope) if is_wide else None
    found: list[bytes] = []
    for index, layer in enumerate(layers):
        fewest, *others = sorted(postings[index], key=len)
        asked = layer.admitted_of(fewest, scope) if begun is None else iter([begun[index]])
        rows = _in_all(asked, others if begun is None else postings[index][1:], limit + 1)
        found += [layer.segment.record_id(row) for row in rows]
    found.sort()
    return found[:limit], is_wide or len(found) > limit


def _in_all(asked: Iterator[Array], others: Sequence[Array], most: int) -> list[int]:
    """Return the first rows, at most so many, that are in all the others too."""
    found: list[int] = []
    if not all(map(len, others)):
        return found
    for rows in asked:
        for other in others:
            place = np.minimum(np.searchsorted(other, rows), len(other) - 1)
            rows = rows[other[place] == rows]
        found += rows[: most - len(found)].tolist()
        if len(found) >= most:
            break
    return found


def _is_wide(layers: Sequence[Layer], postings: Sequence[Sequence[Array]], scope: Scope | None) -> bool:
    """Whether every key has more than LOOKED_AT_MAX admitted records."""
    by_key = list(zip(*postings, strict=True))
    if any(sum(map(len, of_key)) <= LOOKED_AT_MAX for of_key in by_key):
        return False
    return all(_count(layers, of_key, scope) > LOOKED_AT_MAX for of_key in by_key)


def _count(layers: Sequence[Layer], of_key: Sequence[Array], scope: Scope | None) -> int:
    """Return how many admitted records a key has; when they are more than LOOKED_AT_MAX, any number above it."""
    count = 0
    for layer, rows in zip(layers, of_key, strict=True):
        for some in layer.admitted_of(rows, scope):
            count += len(some)
            if count > LOOKED_AT_MAX:
                return count
    return count


def _first_of_one_key(layers: Sequence[Layer], of_key: Sequence[Array], scope: Scope | None) -> list[Array]:
    """Return for each layer its share of the first LOOKED_AT_MAX admitted records of a key by id."""
    kept = [_taken(layer.admitted_of(rows, scope)) for layer, rows in zip(layers, of_key, strict=True)]
    arrays = [layer.segment.arrays for layer in layers]
    high, low = (
        np.concatenate([one[name][rows] for one, rows in zip(arrays, kept, strict=True)])
        for name in ("id_high", "id_low")
    )
    owner = np.repeat(np.arange(len(layers)), [len(rows) for rows in kept])
    shares = np.bincount(owner[np.lexsort((low, high))[:LOOKED_AT_MAX]], minlength=len(layers))
    return [rows[:share] for rows, share in zip(kept, shares.tolist(), strict=True)]


def _taken(pieces: Iterator[Array]) -> Array:
    """Return the first LOOKED_AT_MAX rows."""
    taken, count = [np.empty(0, dtype=np.int32)], 0
    for piece in pieces:
        taken.append(piece)
        count += len(piece)
        if count >= LOOKED_AT_MAX:
            break
    return np.concatenate(taken)[:LOOKED_AT_MAX]
