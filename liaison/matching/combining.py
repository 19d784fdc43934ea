"""Makes one segment of several, or of one without its erased rows: all arrays are new, and hold what is kept only.

Rows lie in the order of their ids in every segment, so that each part's rows and names keep their order and its
postings are merged, not sorted anew. Large columns are joined a range of keys or a run of rows at a time: beside
its parts and its result this needs little memory.
"""

from collections.abc import Sequence
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from liaison.matching.building import offsets, once_each, postings, segment_of, spread
from liaison.matching.exact_columns import bucket_table, merged, slices_by_key
from liaison.matching.segments import Array, Segment, typed

POSTINGS_AT_ONCE = 1 << 20
"""Postings that are merged at once."""
_ROW_COLUMNS = ("id_high", "id_low", "audience", "also", "level", "holding", "conditions", "vouched", "seq")
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
    columns |= _births(parts, kept, order)
    columns |= _names(parts, new_rows)
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


def _births(parts: Sequence[Part], kept: Sequence[Array], order: Array) -> dict[str, Array]:
    lengths = _gathered([np.diff(at) for at in _column(parts, "birth_at")], kept)
    places = [spread(at, rows) for at, rows in zip(_column(parts, "birth_at"), kept, strict=True)]
    moved = spread(offsets(lengths), order)
    columns = {name: _gathered(_column(parts, name), places)[moved] for name in ("birth_first", "birth_last")}
    return {"birth_at": offsets(lengths[order]), **columns}


def _names(parts: Sequence[Part], new_rows: Sequence[Array]) -> dict[str, Array]:
    rows = [row[name_row] for row, name_row in zip(new_rows, _column(parts, "name_row"), strict=True)]
    kept = [np.flatnonzero(row != _GONE) for row in rows]
    gathered = _gathered(rows, kept)
    order = np.argsort(gathered, kind="stable")
    new_names = _new_places([len(row) for row in rows], kept, order)
    return {"name_row": gathered[order], **_postings([segment for segment, _ in parts], new_names)}


def _postings(segments: Sequence[Segment], new_names: Sequence[Array]) -> dict[str, Array]:
    names = np.empty(sum(len(segment.arrays["feature_name"]) for segment in segments), dtype=np.int32)
    keys, counts = [np.empty(0, np.uint64)], [np.empty(0, np.int64)]
    done = 0
    for spans in slices_by_key([segment.arrays["feature_key"] for segment in segments], _borders(segments)):
        merged_here = _merged_postings(segments, new_names, spans)
        end = done + len(merged_here["feature_name"])
        names[done:end] = merged_here["feature_name"]
        keys.append(merged_here["feature_key"])
        counts.append(np.diff(merged_here["feature_at"]))
        done = end
    return {
        "feature_key": np.concatenate(keys),
        "feature_at": offsets(np.concatenate(counts)),
        "feature_name": names[:done],
    }


def _borders(segments: Sequence[Segment]) -> Array:
    """Return the features at which to cut, so that about POSTINGS_AT_ONCE postings lie between two of them."""
    steps = -(-sum(len(segment.arrays["feature_name"]) for segment in segments) // POSTINGS_AT_ONCE)
    if steps <= 1:
        return np.empty(0, dtype=np.uint64)
    largest = max(segments, key=lambda segment: len(segment.arrays["feature_name"])).arrays
    at = largest["feature_at"]
    cuts = np.searchsorted(at, [int(at[-1]) * step // steps for step in range(1, steps)])
    return np.unique(largest["feature_key"][cuts[cuts < len(largest["feature_key"])]])


def _merged_postings(
    segments: Sequence[Segment], new_names: Sequence[Array], spans: Sequence[slice]
) -> dict[str, Array]:
    keys = [segment.arrays["feature_key"][span] for segment, span in zip(segments, spans, strict=True)]
    distinct = once_each(np.sort(np.concatenate(keys), kind="stable"))
    numbers, names = [], []
    for segment, new_name, span, own in zip(segments, new_names, spans, keys, strict=True):
        at = segment.arrays["feature_at"][span.start : span.stop + 1]
        name = new_name[segment.arrays["feature_name"][at[0] : at[-1]]]
        number = np.repeat(np.searchsorted(distinct, own), np.diff(at))
        stays = name != _GONE
        numbers.append(number[stays])
        names.append(name[stays])
    return postings(distinct, np.concatenate(numbers), np.concatenate(names))
