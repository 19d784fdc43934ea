"""Exact keys as sorted columns of 16 bytes each, and a small table that says where to look.

Columns: the upper 64 bits of a key's hash, the lower 32, and the row that has it, sorted by all three: the rows of
one key lie together, in the order of their ids. Hashes are spread evenly, so that their first bits tell the place:
the table holds where each such bucket begins. In a large segment it has 8 bytes for BUCKET_KEYS keys or more, and a
look-up reads a few pages of the file; in a small one it has a bucket for each key or two, which is quicker still.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

BUCKET_KEYS = 128
"""The table of a large segment has at most one bucket for so many keys."""
MERGED_AT_ONCE = 1 << 20
"""Keys that are sorted at once when segments are joined."""
_BUCKET_BITS_MAX = 24
_BUCKETS_ANYWAY = 1 << 16
_HASH_BITS = 64
_ROW_BITS = np.uint64(32)
_ROW_MASK = np.uint64(0xFFFFFFFF)

Array = npt.NDArray[Any]


class ExactColumns(NamedTuple):
    """Upper and lower bits of each key's hash (uint64, uint32) and its row (int32)."""

    high: Array
    low: Array
    row: Array


class ExactKeys:
    """Finds where the rows of a key lie. It reads the columns through plain views, which cost least for one value."""

    __slots__ = ("_at", "_high", "_low", "_shift", "rows")

    def __init__(self, columns: ExactColumns, at: Array) -> None:
        self.rows = columns.row
        self._high, self._low, self._at = columns.high.data, columns.low.data, at.data
        self._shift = _HASH_BITS - (len(at) - 1).bit_length() + 1

    def span(self, high: int, low: int) -> tuple[int, int]:
        """Return from where to where in `rows` the rows of a key lie; both are equal when nothing has it."""
        bucket = high >> self._shift
        end = self._at[bucket + 1]
        first = bisect_left(self._high, high, self._at[bucket], end)
        if first == end or self._high[first] != high:
            return first, first
        last = first + 1
        if last == end or self._high[last] != high:
            return first, last if self._low[first] == low else first
        last = bisect_right(self._high, high, last, end)
        return bisect_left(self._low, low, first, last), bisect_right(self._low, low, first, last)

    def rows_of(self, hashed: tuple[int, int]) -> Array:
        """Return the rows that have a key, in their order."""
        first, last = self.span(*hashed)
        return self.rows[first:last]


def bucket_table(high: Array) -> Array:
    """Return where each bucket of the sorted hashes begins, and last their number (int64, 2^bits + 1 of them)."""
    buckets_max = max(1, len(high) // BUCKET_KEYS, min(len(high), _BUCKETS_ANYWAY))
    bits = min(_BUCKET_BITS_MAX, buckets_max.bit_length() - 1)
    buckets = np.arange(1, 1 << bits, dtype=np.uint64) << np.uint64(_HASH_BITS - bits if bits else 0)
    return np.concatenate([[0], np.searchsorted(high, buckets), [len(high)]]).astype(np.int64)


def columns_of(hashes: bytes | bytearray, rows: Array) -> ExactColumns:
    """Return the sorted columns of keys, 12 bytes each one after the other, and of the rows that have them."""
    split = np.frombuffer(hashes, dtype=[("high", ">u8"), ("low", ">u4")])
    high, low = split["high"].astype(np.uint64), split["low"].astype(np.uint32)
    return _sorted(ExactColumns(high, low, rows.astype(np.int32)))


def _sorted(columns: ExactColumns) -> ExactColumns:
    order = np.argsort(columns.high, kind="stable")
    high, low, rows = (column[order] for column in columns)
    is_same = high[1:] == high[:-1]
    if not is_same.any():
        return ExactColumns(high, low, rows)
    if (low[1:] != low[:-1])[is_same].any():  # two keys agree in 64 bits: in an honest life this never happens
        return ExactColumns(*(column[np.lexsort((rows, low, high))] for column in (high, low, rows)))
    run = np.zeros(len(high), dtype=np.uint64)
    np.cumsum(~is_same, out=run[1:])
    placed = run << _ROW_BITS | rows.astype(np.uint64)
    placed.sort(kind="stable")
    return ExactColumns(high, low, (placed & _ROW_MASK).astype(np.int32))


def merged(parts: Sequence[tuple[ExactColumns, Array]]) -> ExactColumns:
    """Return the columns of several parts as one.

    With each part comes the new number of each of its rows, -1 for a row that goes. Beside the result it needs
    memory for MERGED_AT_ONCE keys and little more.
    """
    most = sum(len(columns.row) for columns, _ in parts)
    out = ExactColumns(np.empty(most, np.uint64), np.empty(most, np.uint32), np.empty(most, np.int32))
    done = 0
    highs = [columns.high for columns, _ in parts]
    for spans in slices_by_key(highs, _borders(highs)):
        taken = _sorted(_joined([_kept(*part, span) for part, span in zip(parts, spans, strict=True)]))
        end = done + len(taken.row)
        for whole, piece in zip(out, taken, strict=True):
            whole[done:end] = piece
        done = end
    return ExactColumns(*(whole[:done] for whole in out))


def _kept(columns: ExactColumns, new_row: Array, span: slice) -> ExactColumns:
    rows = new_row[columns.row[span]]
    stays = rows >= 0
    if stays.all():
        return ExactColumns(columns.high[span], columns.low[span], rows.astype(np.int32))
    return ExactColumns(columns.high[span][stays], columns.low[span][stays], rows[stays].astype(np.int32))


def _joined(pieces: Sequence[ExactColumns]) -> ExactColumns:
    return ExactColumns(*(np.concatenate(column) for column in zip(*pieces, strict=True)))


def slices_by_key(columns: Sequence[Array], borders: Array) -> Iterator[list[slice]]:
    """Yield for each range of values, cut before each of the borders, the slice of every sorted column."""
    cuts = [np.searchsorted(column, borders).tolist() for column in columns]
    starts = [[0, *cut] for cut in cuts]
    ends = [[*cut, len(column)] for cut, column in zip(cuts, columns, strict=True)]
    for step in range(len(borders) + 1):
        yield [slice(start[step], end[step]) for start, end in zip(starts, ends, strict=True)]


def _borders(columns: Sequence[Array]) -> Array:
    """Return the values at which to cut, so that about MERGED_AT_ONCE of all lie between two of them."""
    steps = -(-sum(map(len, columns)) // MERGED_AT_ONCE)
    if steps <= 1:
        return np.empty(0, dtype=np.uint64)
    longest = max(columns, key=len)
    return np.unique(longest[[len(longest) * step // steps for step in range(1, steps)]])
