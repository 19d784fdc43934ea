"""An immutable part of the index: arrays in one file that every worker maps into memory and shares.

A segment knows, for each record, who may find it (audience, source, level), the bytes that scoring reads, the
features of its names and its exact keys. It is never changed: newer segments lie on top of older ones (`layers`),
and erasing a record rewrites the segment without it (`combine`), so that neither a name nor a hash of it is left in
the file.

File: 8 bytes of magic, 8 bytes with the length of the header, the header (JSON: format, digest, tables, sections),
the sections, each at a multiple of 64 bytes.
"""

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt

from liaison.matching.exact_keys import keys_of
from liaison.matching.features import exact_hash, name_features
from liaison.matching.search_document import IndexDocument, SearchDocument, read_search_document
from liaison.refusal import Finding, Refused, mark

FORMAT = 1
"""Raised whenever the file or what names and matching put into it changes; older files are then built anew."""

_MAGIC = b"LIAISONx"
_ALIGNMENT = 64
_HEADER_BYTES_MAX = 1 << 24
_PROGRESS_EVERY = 1000
_FILE_MODE = 0o600

Array = npt.NDArray[Any]

SECTIONS: Mapping[str, str] = {
    "id_high": "<u8",
    "id_low": "<u8",
    "audience": "<i4",
    "source": "<i4",
    "level": "|i1",
    "kind": "<i4",
    "seq": "<i8",
    "blob_at": "<i8",
    "blob": "|u1",
    "birth_at": "<i8",
    "birth_first": "<i4",
    "birth_last": "<i4",
    "name_row": "<i4",
    "feature_key": "<u8",
    "feature_at": "<i8",
    "feature_name": "<i4",
    "exact_high": "<u8",
    "exact_low": "<u8",
    "exact_row": "<i4",
}

_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(SearchDocument)


class SegmentUnreadable(Refused):
    """A segment file is of another format, cut off or damaged; building the index again replaces it."""


@dataclass(frozen=True, slots=True)
class Segment:
    """The arrays by name (`SECTIONS`), the sources (16 bytes each) and kinds that rows point to."""

    arrays: Mapping[str, Array]
    sources: tuple[bytes, ...]
    kinds: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.arrays["id_high"])

    @property
    def names(self) -> int:
        """How many names it holds."""
        return len(self.arrays["name_row"])

    def record_id(self, row: int) -> bytes:
        """Return the 16 bytes of a record's id."""
        high, low = self.arrays["id_high"][row], self.arrays["id_low"][row]
        return int(high).to_bytes(8, "big") + int(low).to_bytes(8, "big")

    def kind(self, row: int) -> str:
        """Return the database of a record."""
        return self.kinds[self.arrays["kind"][row]]

    def document(self, row: int) -> SearchDocument:
        """Return what scoring compares of a record."""
        at = self.arrays["blob_at"]
        return _decoder.decode(self.arrays["blob"][at[row] : at[row + 1]].tobytes())

    def rows_of(self, record_ids: Iterable[bytes]) -> npt.NDArray[np.int64]:
        """Return the rows of those ids that are here."""
        wanted = sorted(set(record_ids))
        if not wanted or not len(self):
            return np.empty(0, dtype=np.int64)
        high = np.array([int.from_bytes(one[:8], "big") for one in wanted], dtype=np.uint64)
        low = np.array([int.from_bytes(one[8:], "big") for one in wanted], dtype=np.uint64)
        first = np.searchsorted(self.arrays["id_high"], high, side="left")
        last = np.searchsorted(self.arrays["id_high"], high, side="right")
        rows = [
            begin + np.flatnonzero(self.arrays["id_low"][begin:end] == part)
            for begin, end, part in zip(first, last, low, strict=True)
            if begin < end
        ]
        return np.concatenate(rows) if rows else np.empty(0, dtype=np.int64)


class _Prepared(NamedTuple):
    document: IndexDocument
    blob: bytes
    births: list[tuple[int, int]]
    features: list[Array]
    exact: list[bytes]


def segment_of(documents: Iterable[IndexDocument], progress: Callable[[int], None] | None = None) -> Segment:
    """Return a segment in memory; of two documents with one id the later counts.

    `progress` is told how many are read, now and then and at the end.
    """
    prepared: dict[bytes, _Prepared] = {}
    count = 0
    for count, document in enumerate(documents, start=1):
        assert len(document.record_id) == 16, "a record id is 16 bytes"
        assert len(document.source) == 16, "a source id is 16 bytes"
        prepared[document.record_id] = _prepare(document)
        if progress and count % _PROGRESS_EVERY == 0:
            progress(count)
    if progress:
        progress(count)
    return _assemble([prepared[record_id] for record_id in sorted(prepared)])


def _prepare(document: IndexDocument) -> _Prepared:
    content = read_search_document(document.content, kind=document.kind)
    return _Prepared(
        document=document,
        blob=_encoder.encode(content),
        births=[(date.first, date.last) for date in content.birth_dates],
        features=[name_features(name.tokens) for name in content.names],
        exact=[exact_hash(key) for key in keys_of(document.content, content)],
    )


def _assemble(prepared: Sequence[_Prepared]) -> Segment:
    documents = [one.document for one in prepared]
    sources = tuple(sorted({document.source for document in documents}))
    kinds = tuple(sorted({document.kind for document in documents}))
    source_at = {source: index for index, source in enumerate(sources)}
    kind_at = {kind: index for index, kind in enumerate(kinds)}
    names = [(row, features) for row, one in enumerate(prepared) for features in one.features]
    exact = [(row, digest) for row, one in enumerate(prepared) for digest in one.exact]
    exact_words = np.frombuffer(b"".join(digest for _, digest in exact), dtype=">u8").reshape(-1, 2)
    ids = np.frombuffer(b"".join(document.record_id for document in documents), dtype=">u8").reshape(-1, 2)
    columns: dict[str, object] = {
        "id_high": ids[:, 0],
        "id_low": ids[:, 1],
        "audience": [document.audience for document in documents],
        "source": [source_at[document.source] for document in documents],
        "level": [document.level for document in documents],
        "kind": [kind_at[document.kind] for document in documents],
        "seq": [document.seq for document in documents],
        "blob_at": _offsets([len(one.blob) for one in prepared]),
        "blob": np.frombuffer(b"".join(one.blob for one in prepared), dtype=np.uint8),
        "birth_at": _offsets([len(one.births) for one in prepared]),
        "birth_first": [first for one in prepared for first, _ in one.births],
        "birth_last": [last for one in prepared for _, last in one.births],
        "name_row": [row for row, _ in names],
        **_postings(
            np.concatenate([features for _, features in names]) if names else np.empty(0, np.uint64),
            np.repeat(np.arange(len(names)), [len(features) for _, features in names]),
        ),
        **_exact_columns(exact_words[:, 0], exact_words[:, 1], np.array([row for row, _ in exact])),
    }
    return Segment(_typed(columns), sources, kinds)


def _typed(columns: Mapping[str, object]) -> dict[str, Array]:
    return {name: np.ascontiguousarray(columns[name], dtype=np.dtype(kind)) for name, kind in SECTIONS.items()}


def _offsets(lengths: Array | Sequence[int]) -> Array:
    at = np.zeros(len(lengths) + 1, dtype=np.int64)
    np.cumsum(np.asarray(lengths, dtype=np.int64), out=at[1:])
    return at


def _postings(keys: Array, names: Array) -> dict[str, Array]:
    """Return the sorted keys, once each, and for each the sorted names that carry it."""
    order = np.lexsort((names, keys))
    keys, names = keys[order], names[order]
    distinct, counts = np.unique(keys, return_counts=True)
    return {"feature_key": distinct, "feature_at": _offsets(counts), "feature_name": names}


def _exact_columns(high: Array, low: Array, rows: Array) -> dict[str, Array]:
    order = np.lexsort((rows, low, high))
    return {"exact_high": high[order], "exact_low": low[order], "exact_row": rows[order]}


def combine(parts: Sequence[tuple[Segment, npt.NDArray[np.bool_]]]) -> Segment:
    """Return one segment of the rows that each part keeps; a record id may be kept in one part only."""
    sources = tuple(sorted({source for segment, _ in parts for source in segment.sources}))
    kinds = tuple(sorted({kind for segment, _ in parts for kind in segment.kinds}))
    taken = [_taken(segment, keep, sources, kinds) for segment, keep in parts]
    columns = _joined(taken)
    order = np.lexsort((columns["id_low"], columns["id_high"]))
    whole = _reordered(columns, order)
    twice = (np.diff(whole["id_high"]) == 0) & (np.diff(whole["id_low"]) == 0)
    assert not twice.any(), "a record id is kept in one part only"
    used_sources = np.unique(whole["source"])
    used_kinds = np.unique(whole["kind"])
    whole["source"] = np.searchsorted(used_sources, whole["source"])
    whole["kind"] = np.searchsorted(used_kinds, whole["kind"])
    return Segment(
        _typed(whole), tuple(sources[index] for index in used_sources), tuple(kinds[index] for index in used_kinds)
    )


_ROW_COLUMNS = ("id_high", "id_low", "audience", "source", "level", "kind", "seq")


def _taken(
    segment: Segment, keep: npt.NDArray[np.bool_], sources: Sequence[bytes], kinds: Sequence[str]
) -> dict[str, Array]:
    """Return flat columns of the kept rows: postings and births as pairs, offsets as lengths."""
    arrays = segment.arrays
    rows = np.flatnonzero(keep)
    new_row = np.full(len(segment), -1, dtype=np.int64)
    new_row[rows] = np.arange(len(rows))
    out = {name: np.asarray(arrays[name])[rows] for name in _ROW_COLUMNS}
    out["source"] = _mapped(segment.sources, sources)[out["source"]]
    out["kind"] = _mapped(segment.kinds, kinds)[out["kind"]]
    for at, *values in (("blob_at", "blob"), ("birth_at", "birth_first", "birth_last")):
        lengths = np.diff(arrays[at])
        inside = np.repeat(keep, lengths)
        out[at] = lengths[rows]
        out.update({name: np.asarray(arrays[name])[inside] for name in values})
    kept_names = keep[arrays["name_row"]]
    new_name = np.cumsum(kept_names) - 1
    out["name_row"] = new_row[arrays["name_row"][kept_names]]
    keys = np.repeat(arrays["feature_key"], np.diff(arrays["feature_at"]))
    inside = kept_names[arrays["feature_name"]]
    out["feature_key"], out["feature_name"] = keys[inside], new_name[arrays["feature_name"][inside]]
    inside = keep[arrays["exact_row"]]
    out.update({name: np.asarray(arrays[name])[inside] for name in ("exact_high", "exact_low")})
    out["exact_row"] = new_row[arrays["exact_row"][inside]]
    return out


def _mapped(mine: Sequence[object], all_of_them: Sequence[object]) -> npt.NDArray[np.int64]:
    position = {value: index for index, value in enumerate(all_of_them)}
    return np.array([position[value] for value in mine], dtype=np.int64)


def _joined(taken: Sequence[Mapping[str, Array]]) -> dict[str, Array]:
    """Return the columns of several parts one after the other, row and name numbers moved up."""
    rows_before = _offsets([len(part["id_high"]) for part in taken])
    names_before = _offsets([len(part["name_row"]) for part in taken])
    out: dict[str, Array] = {}
    for name in (column for column in SECTIONS if column != "feature_at"):
        moved = [part[name] for part in taken]
        if name.endswith("_row"):
            moved = [column + before for column, before in zip(moved, rows_before, strict=False)]
        elif name == "feature_name":
            moved = [column + before for column, before in zip(moved, names_before, strict=False)]
        out[name] = np.concatenate(moved) if moved else np.empty(0, dtype=np.int64)
    return out


def _reordered(columns: dict[str, Array], order: Array) -> dict[str, Array]:
    """Return whole columns with the rows in the given order and everything that points to a row moved with it."""
    order = order.astype(np.int64)
    new_row = np.empty(len(order), dtype=np.int64)
    new_row[order] = np.arange(len(order))
    out = {name: columns[name][order] for name in _ROW_COLUMNS}
    for at, *values in (("blob_at", "blob"), ("birth_at", "birth_first", "birth_last")):
        gather = _gather(_offsets(columns[at]), order)
        out[at] = _offsets(columns[at][order])
        out.update({name: columns[name][gather] for name in values})
    name_rows = new_row[columns["name_row"].astype(np.int64)]
    name_order = np.argsort(name_rows, kind="stable")
    new_name = np.empty(len(name_order), dtype=np.int64)
    new_name[name_order] = np.arange(len(name_order))
    out["name_row"] = name_rows[name_order]
    out |= _postings(columns["feature_key"].astype(np.uint64), new_name[columns["feature_name"].astype(np.int64)])
    exact_rows = new_row[columns["exact_row"].astype(np.int64)]
    out |= _exact_columns(columns["exact_high"], columns["exact_low"], exact_rows)
    return out


def _gather(at: Array, order: Array) -> Array:
    """Return the indices that bring variable-length values, kept at offsets, into the order of their rows."""
    lengths = np.diff(at)[order]
    starts = np.repeat(at[:-1][order] - _offsets(lengths)[:-1], lengths)
    return np.arange(int(lengths.sum()), dtype=np.int64) + starts


def write_segment(path: Path, segment: Segment) -> str:
    """Write a segment to a new file, on disk when this returns, and return the digest of its content.

    The file appears whole or not at all, readable by its owner only.
    """
    sections, at = [], 0
    digest = hashlib.blake2b(digest_size=16)
    for name in SECTIONS:
        array = segment.arrays[name]
        digest.update(array.tobytes())
        sections.append({"name": name, "rows": len(array), "at": at})
        at += -(-array.nbytes // _ALIGNMENT) * _ALIGNMENT
    header = json.dumps(
        {
            "format": FORMAT,
            "digest": digest.hexdigest(),
            "bytes": at,
            "sources": [source.hex() for source in segment.sources],
            "kinds": list(segment.kinds),
            "sections": sections,
        }
    ).encode()
    being_written = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with os.fdopen(os.open(being_written, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, _FILE_MODE), "wb") as file:
            file.write(_MAGIC + len(header).to_bytes(8, "little") + header)
            file.write(b"\0" * (-file.tell() % _ALIGNMENT))
            for name in SECTIONS:
                segment.arrays[name].tofile(file)
                file.write(b"\0" * (-file.tell() % _ALIGNMENT))
            file.flush()
            os.fsync(file.fileno())
        being_written.replace(path)
    except BaseException:
        being_written.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)
    return digest.hexdigest()


def sync_folder(folder: Path) -> None:
    """Return when the names of the folder's files are on disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def open_segment(path: Path, *, verify: bool = False) -> Segment:
    """Map a segment file into memory; `verify` reads all of it and compares the digest.

    Refuses (SegmentUnreadable) a file that is of another format, shorter than it says, or damaged.
    """
    header, start = _header(path)
    arrays = {}
    for section in header["sections"]:
        dtype = np.dtype(SECTIONS[section["name"]])
        at, rows = start + int(section["at"]), int(section["rows"])
        arrays[section["name"]] = (
            np.memmap(path, dtype=dtype, mode="r", offset=at, shape=(rows,)) if rows else np.empty(0, dtype=dtype)
        )
    if verify and _digest(arrays) != header["digest"]:
        raise _unreadable(path, "damaged")
    return Segment(arrays, tuple(bytes.fromhex(source) for source in header["sources"]), tuple(header["kinds"]))


def _digest(arrays: Mapping[str, Array]) -> str:
    digest = hashlib.blake2b(digest_size=16)
    for name in SECTIONS:
        digest.update(arrays[name].tobytes())
    return digest.hexdigest()


def _header(path: Path) -> tuple[dict[str, Any], int]:
    try:
        with path.open("rb") as file:
            start = file.read(16)
            length = int.from_bytes(start[8:16], "little")
            if len(start) < 16 or not start.startswith(_MAGIC) or length > _HEADER_BYTES_MAX:
                raise _unreadable(path, "not a segment")
            header = json.loads(file.read(length))
    except (OSError, ValueError) as problem:
        raise _unreadable(path, "cannot be read") from problem
    if header.get("format") != FORMAT or [one["name"] for one in header["sections"]] != list(SECTIONS):
        raise _unreadable(path, "another format")
    first = -(-(16 + length) // _ALIGNMENT) * _ALIGNMENT
    if path.stat().st_size < first + header["bytes"]:
        raise _unreadable(path, "cut off")
    return header, first


def _unreadable(path: Path, why: str) -> SegmentUnreadable:
    return SegmentUnreadable(
        Finding(
            code="index.segment_unreadable",
            problem=mark("The index file %(file)s cannot be used: %(why)s."),
            remedy=mark("Let the index be built again; nothing is lost."),
            values={"file": path.name, "why": why},
        )
    )
