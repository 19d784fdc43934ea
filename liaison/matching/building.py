"""Makes a segment of documents: flat columns while reading, one sort of each kind of key at the end.

A word of a name has the same features wherever it comes, so that they are hashed once for each word, and only the
features of the distinct words are sorted by hash; the many postings are sorted by small numbers.
"""

from array import array
from collections.abc import Callable, Iterable, Sequence
from itertools import chain

import msgspec
import numpy as np

from liaison.matching.exact_columns import bucket_table, columns_of
from liaison.matching.exact_keys import HASH_BYTES, exact_bytes, keys_of
from liaison.matching.features import name_features, parts_of_name
from liaison.matching.search_document import IndexDocument, SearchDocument, read_search_document
from liaison.matching.segments import Array, Segment, typed
from liaison.names import Token

_PROGRESS_EVERY = 1000
_NAME_BITS = np.uint64(32)
_NAME_MASK = np.uint64(0xFFFFFFFF)

_encoder = msgspec.msgpack.Encoder()


def segment_of(documents: Iterable[IndexDocument], progress: Callable[[int], None] | None = None) -> Segment:
    """Return a segment in memory; of two documents with one id the later counts.

    `progress` is told how many are done, now and then and at the end.
    """
    latest = {document.record_id: document for document in documents}
    assert all(len(record_id) == 16 for record_id in latest), "a record id is 16 bytes"
    ordered = [latest[record_id] for record_id in sorted(latest)]
    assert all(len(document.source) == 16 for document in ordered), "a source id is 16 bytes"
    contents = _Contents()
    for count, document in enumerate(ordered, start=1):
        contents.add(document)
        if progress and count % _PROGRESS_EVERY == 0:
            progress(count)
    if progress:
        progress(len(ordered))
    sources = tuple(sorted({document.source for document in ordered}))
    kinds = tuple(sorted({document.kind for document in ordered}))
    return Segment(typed(_row_columns(ordered, sources, kinds) | contents.columns()), sources, kinds)


def _row_columns(
    documents: Sequence[IndexDocument], sources: Sequence[bytes], kinds: Sequence[str]
) -> dict[str, Array]:
    source_at = {source: index for index, source in enumerate(sources)}
    kind_at = {kind: index for index, kind in enumerate(kinds)}
    ids = np.frombuffer(b"".join(document.record_id for document in documents), dtype=">u8").reshape(-1, 2)
    return {
        "id_high": ids[:, 0],
        "id_low": ids[:, 1],
        "audience": np.array([document.audience for document in documents], dtype=np.int32),
        "also": np.array([document.also for document in documents], dtype=np.int32),
        "source": np.array([source_at[document.source] for document in documents], dtype=np.int32),
        "level": np.array([document.level for document in documents], dtype=np.int8),
        "holding": np.array([document.holding for document in documents], dtype=np.int32),
        "conditions": np.array([document.conditions for document in documents], dtype=np.int16),
        "vouched": np.array([document.vouched for document in documents], dtype=np.int8),
        "kind": np.array([kind_at[document.kind] for document in documents], dtype=np.int32),
        "seq": np.array([document.seq for document in documents], dtype=np.int64),
    }


class _Contents:
    """What the documents hold, as flat lists that grow by row."""

    def __init__(self) -> None:
        self._rows = 0
        self._blobs: list[bytes] = []
        self._births: list[tuple[int, int]] = []
        self._birth_counts = array("q")
        self._name_rows = array("i")
        self._parts: dict[tuple[Token, ...], int] = {}
        self._name_parts = array("i")
        self._part_counts = array("i")
        self._exact = bytearray()
        self._exact_counts = array("q")

    def add(self, document: IndexDocument) -> None:
        """Take in the document of the next row."""
        content = read_search_document(document.content, kind=document.kind)
        self._blobs.append(_encoder.encode(content))
        self._births += [date[:2] for date in content.birth_dates]
        self._birth_counts.append(len(content.birth_dates))
        if content.names:
            self._add_names(content)
        hashes = dict.fromkeys(map(exact_bytes, keys_of(document.content, content)))
        self._exact += b"".join(hashes)
        self._exact_counts.append(len(hashes))
        self._rows += 1

    def _add_names(self, content: SearchDocument) -> None:
        known = self._parts
        for name in content.names:
            parts = parts_of_name(name.tokens)
            self._name_parts.extend([known.setdefault(part, len(known)) for part in parts])
            self._part_counts.append(len(parts))
            self._name_rows.append(self._rows)

    def columns(self) -> dict[str, Array]:
        """Return the columns of all rows."""
        births = np.array(self._births, dtype=np.int32).reshape(-1, 2)
        rows = np.arange(self._rows, dtype=np.int32)
        exact = columns_of(self._exact, np.repeat(rows, self._exact_counts))
        assert len(exact.row) * HASH_BYTES == len(self._exact), "a row for each key"
        return {
            "blob_at": offsets(np.array([len(blob) for blob in self._blobs], dtype=np.int64)),
            "blob": np.frombuffer(b"".join(self._blobs), dtype=np.uint8),
            "birth_at": offsets(np.array(self._birth_counts)),
            "birth_first": births[:, 0],
            "birth_last": births[:, 1],
            "name_row": np.array(self._name_rows, dtype=np.int32),
            **self._postings(),
            "exact_high": exact.high,
            "exact_low": exact.low,
            "exact_row": exact.row,
            "exact_at": bucket_table(exact.high),
        }

    def _postings(self) -> dict[str, Array]:
        features = [name_features(part) for part in self._parts]
        lengths = np.array([len(one) for one in features], dtype=np.int64)
        hashes = np.fromiter(chain.from_iterable(features), dtype=np.uint64, count=int(lengths.sum()))
        keys, numbers = np.unique(hashes, return_inverse=True)
        parts = np.array(self._name_parts, dtype=np.int64)
        names = np.repeat(np.arange(len(self._name_rows)), self._part_counts)
        numbers = numbers[spread(offsets(lengths), parts)]
        return postings(keys, numbers, np.repeat(names, lengths[parts]))


def offsets(lengths: Array) -> Array:
    """Return where values of these lengths begin when they lie one after the other, and last where all end."""
    at = np.zeros(len(lengths) + 1, dtype=np.int64)
    np.cumsum(lengths, out=at[1:])
    return at


def spread(at: Array, order: Array) -> Array:
    """Return the indices that bring variable-length values, kept at offsets, into the given order."""
    lengths = np.diff(at)[order]
    starts = np.repeat(at[:-1][order] - offsets(lengths)[:-1], lengths)
    return np.arange(int(lengths.sum()), dtype=np.int64) + starts


def postings(keys: Array, numbers: Array, names: Array) -> dict[str, Array]:
    """Return the sorted keys that some name has, and for each the sorted names that have it, once each.

    `numbers` and `names` are pairs: the place of a key in `keys`, and a name that has it.
    """
    pairs = numbers.astype(np.uint64) << _NAME_BITS | names.astype(np.uint64)
    pairs.sort(kind="stable")
    pairs = once_each(pairs)
    counts = np.bincount((pairs >> _NAME_BITS).astype(np.int64), minlength=len(keys))
    used = np.flatnonzero(counts)
    return {
        "feature_key": keys[used],
        "feature_at": offsets(counts[used]),
        "feature_name": (pairs & _NAME_MASK).astype(np.int32),
    }


def once_each(ordered: Array) -> Array:
    """Return sorted values without those that equal the one before."""
    is_new = np.ones(len(ordered), dtype=bool)
    np.not_equal(ordered[1:], ordered[:-1], out=is_new[1:])
    return ordered[is_new]
