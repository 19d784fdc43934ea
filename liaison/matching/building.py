"""Makes a segment of documents: flat columns while reading, one sort of each kind of key at the end.

A word of a name is the same wherever it comes, so that it is kept once, in the vocabulary, and names are numbers of
words.
"""

from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise

import msgspec
import numpy as np

from liaison.matching.exact_columns import bucket_table, columns_of
from liaison.matching.exact_keys import HASH_BYTES, exact_bytes, keys_of
from liaison.matching.ragged import offsets, sorted_pairs
from liaison.matching.search_document import (
    WEAK_ALIAS,
    IndexDocument,
    Name,
    read_search_document,
    shown_of,
)
from liaison.matching.segments import Array, Segment, typed
from liaison.matching.vocabulary import Vocabulary, pair_key

_PROGRESS_EVERY = 1000
_CODE_CHARACTERS = 4
SEXES: Mapping[str, int] = {"": 0, "F": 1, "M": 2}
WEAK = 1
"""The mark of a name that its source itself calls weak."""

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
        self._births: list[tuple[int, int, bool]] = []
        self._birth_counts = array("q")
        self._nations: list[int] = []
        self._nation_counts = array("q")
        self._sexes = array("b")
        self._vocabulary = Vocabulary()
        self._words = array("q")
        self._word_counts = array("q")
        self._name_counts = array("q")
        self._name_kinds = array("b")
        self._pairs: list[int] = []
        self._pair_rows = array("q")
        self._exact = bytearray()
        self._exact_counts = array("q")

    def add(self, document: IndexDocument) -> None:
        """Take in the document of the next row."""
        content = read_search_document(document.content, kind=document.kind)
        self._blobs.append(_encoder.encode(shown_of(content)))
        self._births += [(date.first, date.last, date.approximate) for date in content.birth_dates]
        self._birth_counts.append(len(content.birth_dates))
        nations = [country_number(code) for code in content.nationalities]
        self._nations += nations
        self._nation_counts.append(len(nations))
        self._sexes.append(SEXES[content.sex])
        self._name_counts.append(len(content.names))
        for name in content.names:
            self._add_name(name)
        hashes = dict.fromkeys(map(exact_bytes, keys_of(document.content, content)))
        self._exact += b"".join(hashes)
        self._exact_counts.append(len(hashes))
        self._rows += 1

    def _add_name(self, name: Name) -> None:
        self._words.extend([self._vocabulary.at(token) for token in name.tokens])
        self._word_counts.append(len(name.tokens))
        self._name_kinds.append(WEAK if name.kind == WEAK_ALIAS else 0)
        for first, second in pairwise(name.tokens):
            key = pair_key(first, second)
            if key is not None:
                self._pairs.append(key)
                self._pair_rows.append(self._rows)

    def columns(self) -> dict[str, Array]:
        """Return the columns of all rows."""
        births = np.array(self._births, dtype=np.int64).reshape(-1, 3)
        rows = np.arange(self._rows, dtype=np.int32)
        exact = columns_of(self._exact, np.repeat(rows, self._exact_counts))
        assert len(exact.row) * HASH_BYTES == len(self._exact), "a row for each key"
        vocabulary, place = self._vocabulary.columns()
        words = place[np.array(self._words, dtype=np.int64)]
        names = {
            "name_at": offsets(np.array(self._name_counts)),
            "name_word_at": offsets(np.array(self._word_counts)),
            "name_word": words,
            "name_kind": np.array(self._name_kinds, dtype=np.uint8),
        }
        return {
            "blob_at": offsets(np.array([len(blob) for blob in self._blobs], dtype=np.int64)),
            "blob": np.frombuffer(b"".join(self._blobs), dtype=np.uint8),
            "birth_at": offsets(np.array(self._birth_counts)),
            "birth_first": births[:, 0],
            "birth_last": births[:, 1],
            "birth_rough": births[:, 2],
            "nation_at": offsets(np.array(self._nation_counts)),
            "nation": np.array(self._nations, dtype=np.uint32),
            "sex": np.array(self._sexes, dtype=np.uint8),
            **names,
            **vocabulary,
            **word_postings(names, len(place)),
            **pair_columns(np.array(self._pairs, dtype=np.uint64), np.array(self._pair_rows, dtype=np.uint64)),
            "exact_high": exact.high,
            "exact_low": exact.low,
            "exact_row": exact.row,
            "exact_at": bucket_table(exact.high),
        }


def country_number(code: str) -> int:
    """Return a code of a country, of four letters at most, as a number."""
    return int.from_bytes(code[:_CODE_CHARACTERS].encode("ascii", "replace")[:_CODE_CHARACTERS], "little")


def word_postings(names: Mapping[str, Array], words: int) -> dict[str, Array]:
    """Return for each word of the vocabulary the sorted rows that have it in a name, once each."""
    lengths: Array = np.diff(names["name_word_at"].astype(np.int64))
    row_of_name = np.repeat(np.arange(len(names["name_at"]) - 1, dtype=np.uint64), np.diff(names["name_at"]))
    rows = np.repeat(row_of_name, lengths)
    owners, rows = sorted_pairs(names["name_word"], rows)
    return {"post_at": offsets(np.bincount(owners, minlength=words)), "post_row": rows}


def pair_columns(keys: Array, rows: Array) -> dict[str, Array]:
    """Return the keys of neighbouring words with their rows, sorted, once each."""
    hashes, owners = sorted_pairs(keys, rows)
    return {"pair_hash": hashes, "pair_row": owners}
