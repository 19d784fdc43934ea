"""Makes one segment of several, or of one without its erased rows: all arrays are new, and hold what is kept only.

Rows lie in the order of their ids in every segment, so that each part's rows and names keep their order. The words
that are used still become one vocabulary; a word of erased records only is not among them.
"""

from collections.abc import Sequence
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from liaison.matching import vocabulary
from liaison.matching.building import pair_columns, segment_of, word_postings
from liaison.matching.exact_columns import bucket_table, merged
from liaison.matching.ragged import offsets, spread
from liaison.matching.segments import Array, Segment, typed

_ROW_COLUMNS = ("id_high", "id_low", "audience", "also", "level", "holding", "conditions", "vouched", "seq", "sex")
_GONE = -1

Mask = npt.NDArray[np.bool_]
Part = tuple[Segment, Mask]
Told = TypeVar("Told", str, bytes)


def combine(parts: Sequence[Part]) -> Segment:
    """Return one segment of the rows that each part keeps; a record id may be kept in one part only."""
    if not parts:
        return segment_of(())
    kept = [np.flatnonzero(keep) for _, keep in parts]
    order = _order(parts, kept)
    new_rows = _new_places([len(segment) for segment, _ in parts], kept, order)
    columns = {name: _gathered(_column(parts, name), kept)[order] for name in _ROW_COLUMNS}
    columns["source"], sources = _told(
        [segment.sources for segment, _ in parts], _column(parts, "source"), kept, order
    )
    columns["kind"], kinds = _told([segment.kinds for segment, _ in parts], _column(parts, "kind"), kept, order)
    lengths = _gathered([np.diff(at) for at in _column(parts, "blob_at")], kept)[order]
    columns["blob_at"] = offsets(lengths)
    columns["blob"] = _blob([segment for segment, _ in parts], columns["blob_at"], new_rows)
    columns |= _ragged(parts, "birth_at", ("birth_first", "birth_last", "birth_rough"), kept, order)
    columns |= _ragged(parts, "nation_at", ("nation",), kept, order)
    columns |= _names(parts, kept, order)
    columns |= _pairs(parts, new_rows)
    exact = merged([(segment.exact_columns, rows) for (segment, _), rows in zip(parts, new_rows, strict=True)])
    columns |= {"exact_high": exact.high, "exact_low": exact.low, "exact_row": exact.row}
    columns["exact_at"] = bucket_table(exact.high)
    return Segment(typed(columns), sources, kinds)


def _column(parts: Sequence[Part], name: str) -> list[Array]:
    return [segment.arrays[name] for segment, _ in parts]


def _gathered(columns: Sequence[Array], places: Sequence[Array]) -> Array:
    """Return the values at those places of each part, one part after the other."""
    return np.concatenate([column[at] for column, at in zip(columns, places, strict=True)])


def _order(parts: Sequence[Part], kept: Sequence[Array]) -> Array:
    """Return in which order the kept rows, one part after the other, lie by their ids."""
    high, low = (_gathered(_column(parts, name), kept) for name in ("id_high", "id_low"))
    order = np.argsort(high, kind="stable")
    is_same = np.diff(high[order]) == 0
    if is_same.any():
        order = np.lexsort((low, high))
        is_twice = (np.diff(high[order]) == 0) & (np.diff(low[order]) == 0)
        assert not is_twice.any(), "a record id is kept in one part only"
    return order


def _new_places(lengths: Sequence[int], kept: Sequence[Array], order: Array) -> list[Array]:
    """Return for each part the new place of each of its old ones; -1 where it goes."""
    place = np.empty(len(order), dtype=np.int32)
    place[order] = np.arange(len(order), dtype=np.int32)
    out, before = [], 0
    for length, at in zip(lengths, kept, strict=True):
        new = np.full(length, _GONE, dtype=np.int32)
        new[at] = place[before : before + len(at)]
        before += len(at)
        out.append(new)
    return out


def _told(
    tables: Sequence[Sequence[Told]], columns: Sequence[Array], kept: Sequence[Array], order: Array
) -> tuple[Array, tuple[Told, ...]]:
    """Return a column that points into one table of all values that are used still, and that table."""
    values = sorted({value for table in tables for value in table})
    place = {value: index for index, value in enumerate(values)}
    mapped = [
        np.array([place[value] for value in table], dtype=np.int32)[column]
        for table, column in zip(tables, columns, strict=True)
    ]
    numbers = _gathered(mapped, kept)[order]
    used = np.unique(numbers)
    return np.searchsorted(used, numbers), tuple(values[index] for index in used)


def _blob(segments: Sequence[Segment], at: Array, new_rows: Sequence[Array]) -> Array:
    """Return the bytes of all rows, copied by runs of rows that lay together already."""
    out = np.empty(int(at[-1]), dtype=np.uint8)
    whole = out.data
    for segment, rows in zip(segments, new_rows, strict=True):
        from_rows = np.flatnonzero(rows != _GONE)
        to_rows = rows[from_rows]
        first = np.flatnonzero(np.diff(from_rows, prepend=-2) + np.diff(to_rows, prepend=-2) != 2)
        last = np.append(first[1:], len(from_rows))[: len(first)] - 1
        old_at = segment.arrays["blob_at"]
        blob = segment.arrays["blob"].data
        begins, ends = at[to_rows[first]].tolist(), at[to_rows[last] + 1].tolist()
        for begin, end, old_begin, old_end in zip(
            begins, ends, old_at[from_rows[first]].tolist(), old_at[from_rows[last] + 1].tolist(), strict=True
        ):
            whole[begin:end] = blob[old_begin:old_end]
    return out


def _ragged(
    parts: Sequence[Part], at: str, names: Sequence[str], kept: Sequence[Array], order: Array
) -> dict[str, Array]:
    """Return columns of several values a row, and their offsets."""
    lengths = _gathered([np.diff(one.astype(np.int64)) for one in _column(parts, at)], kept)
    places = [spread(one, rows) for one, rows in zip(_column(parts, at), kept, strict=True)]
    moved = spread(offsets(lengths), order)
    columns = {name: _gathered(_column(parts, name), places)[moved] for name in names}
    return {at: offsets(lengths[order]), **columns}


def _names(parts: Sequence[Part], kept: Sequence[Array], order: Array) -> dict[str, Array]:
    """Return the names of the kept rows, the words that they still use, and who has each word."""
    of_part = [spread(at, rows) for at, rows in zip(_column(parts, "name_at"), kept, strict=True)]
    word_places = [spread(at, names) for at, names in zip(_column(parts, "name_word_at"), of_part, strict=True)]
    words = [column[places] for column, places in zip(_column(parts, "name_word"), word_places, strict=True)]
    used = [(segment.arrays, np.unique(some)) for (segment, _), some in zip(parts, words, strict=True)]
    columns, moved = vocabulary.merged(used)
    new_words = np.concatenate([new[some] for new, some in zip(moved, words, strict=True)])
    lengths = _gathered([np.diff(at.astype(np.int64)) for at in _column(parts, "name_word_at")], of_part)
    counts = _gathered([np.diff(at.astype(np.int64)) for at in _column(parts, "name_at")], kept)
    name_order = spread(offsets(counts), order)
    columns |= {
        "name_at": offsets(counts[order]),
        "name_word_at": offsets(lengths[name_order]),
        "name_word": new_words[spread(offsets(lengths), name_order)],
        "name_kind": _gathered(_column(parts, "name_kind"), of_part)[name_order],
    }
    return columns | word_postings(columns, len(columns["word_role"]))


def _pairs(parts: Sequence[Part], new_rows: Sequence[Array]) -> dict[str, Array]:
    keys, rows = [], []
    for (segment, _), new in zip(parts, new_rows, strict=True):
        row = new[segment.arrays["pair_row"]]
        stays = row != _GONE
        keys.append(segment.arrays["pair_hash"][stays].astype(np.uint64))
        rows.append(row[stays].astype(np.uint64))
    return pair_columns(np.concatenate(keys), np.concatenate(rows))
