"""An immutable part of the index: arrays in one file that every worker maps into memory and shares.

A segment knows, for each record, who may find it (audience, source, level), what scoring compares (the words of its
names, birth dates, nationalities, sex), the bytes that an explanation shows, and its exact keys. It is never changed:
newer segments lie on top of older ones (`layers`), and erasing a record rewrites the segment without it (`combine`),
so that neither a name nor a hash of it is left in the file. `building` makes one of documents, `combining` one of
several.

File: 8 bytes of magic, 8 bytes with the length of the header, the header (JSON: format, digest, tables, sections),
the sections, each at a multiple of 64 bytes.
"""

import hashlib
import json
import mmap
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from struct import Struct
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from liaison.matching.exact_columns import ExactColumns, ExactKeys
from liaison.matching.search_document import Shown
from liaison.matching.vocabulary import KEY_SECTIONS, WORD_SECTIONS, arguments, frozen
from liaison.refusal import Finding, Refused, mark

FORMAT = 5
"""Raised whenever the file or what names and matching put into it changes; older files are then built anew."""

_MAGIC = b"LIAISONx"
_ALIGNMENT = 64
_HEADER_BYTES_MAX = 1 << 24
_FILE_MODE = 0o600

Array = npt.NDArray[Any]

SECTIONS: Mapping[str, str] = {
    "id_high": "<u8",
    "id_low": "<u8",
    "audience": "<i4",
    "also": "<i4",
    "source": "<i4",
    "level": "|i1",
    "holding": "<i4",
    "conditions": "<i2",
    "vouched": "|i1",
    "kind": "|u1",
    "seq": "<i8",
    "blob_at": "<i8",
    "blob": "|u1",
    "birth_at": "<u4",
    "birth_first": "<i4",
    "birth_last": "<i4",
    "birth_rough": "|u1",
    "nation_at": "<u4",
    "nation": "<u4",
    "sex": "|u1",
    "name_at": "<u4",
    "name_word_at": "<u4",
    "name_word": "<u4",
    "name_kind": "|u1",
    **WORD_SECTIONS,
    **KEY_SECTIONS,
    "post_at": "<u4",
    "post_row": "<u4",
    "pair_hash": "<u4",
    "pair_row": "<u4",
    "exact_high": "<u8",
    "exact_low": "<u4",
    "exact_row": "<i4",
    "exact_at": "<i8",
}

_id_bytes = Struct(">QQ").pack
_decoder = msgspec.msgpack.Decoder(Shown)


class SegmentUnreadable(Refused):
    """A segment file is of another format, cut off or damaged; building the index again replaces it."""


@dataclass(frozen=True, slots=True)
class Segment:
    """The arrays by name (`SECTIONS`), the sources (16 bytes each) and kinds that rows point to.

    `words` are the columns of its vocabulary as the kernels take them; `workspaces` are lent to searches.
    """

    arrays: Mapping[str, Array]
    sources: tuple[bytes, ...]
    kinds: tuple[str, ...]
    exact: ExactKeys = field(init=False, repr=False, compare=False)
    words: tuple[Array, ...] = field(init=False, repr=False, compare=False)
    workspaces: list[Any] = field(init=False, repr=False, compare=False, default_factory=list)

    def __post_init__(self) -> None:
        object.__setattr__(self, "exact", ExactKeys(self.exact_columns, self.arrays["exact_at"]))
        object.__setattr__(self, "words", arguments(self.arrays))

    def __len__(self) -> int:
        return len(self.arrays["id_high"])

    @property
    def names(self) -> int:
        """How many names it holds."""
        return len(self.arrays["name_kind"])

    @property
    def exact_columns(self) -> ExactColumns:
        """The columns of its exact keys."""
        return ExactColumns(self.arrays["exact_high"], self.arrays["exact_low"], self.arrays["exact_row"])

    def record_id(self, row: int) -> bytes:
        """Return the 16 bytes of a record's id."""
        return _id_bytes(self.arrays["id_high"][row], self.arrays["id_low"][row])

    def kind(self, row: int) -> str:
        """Return the database of a record."""
        return self.kinds[self.arrays["kind"][row]]

    def shown(self, row: int) -> Shown:
        """Return what an explanation shows of a record."""
        at = self.arrays["blob_at"]
        return _decoder.decode(self.arrays["blob"][at[row] : at[row + 1]].tobytes())

    def rows_of(self, record_ids: Iterable[bytes]) -> npt.NDArray[np.int64]:
        """Return the rows of those ids that are here."""
        wanted = b"".join(sorted(set(record_ids)))
        if not wanted or not len(self):
            return np.empty(0, dtype=np.int64)
        high, low = np.frombuffer(wanted, dtype=">u8").astype(np.uint64).reshape(-1, 2).T
        first = np.searchsorted(self.arrays["id_high"], high, side="left")
        last = np.searchsorted(self.arrays["id_high"], high, side="right")
        here = first < last
        rows = [
            begin + np.flatnonzero(self.arrays["id_low"][begin:end] == part)
            for begin, end, part in zip(first[here], last[here], low[here], strict=True)
        ]
        return np.concatenate(rows) if rows else np.empty(0, dtype=np.int64)


def typed(columns: Mapping[str, Array]) -> dict[str, Array]:
    """Return the columns as `SECTIONS` wants them; those that are so already are not copied."""
    return {name: frozen(columns[name], kind) for name, kind in SECTIONS.items()}


def write_segment(path: Path, segment: Segment) -> str:
    """Write a segment to a new file, on disk when this returns, and return the digest of its content.

    The file appears whole or not at all, readable by its owner only.
    """
    sections, at = [], 0
    for name in SECTIONS:
        array = segment.arrays[name]
        sections.append({"name": name, "rows": len(array), "at": at})
        at += -(-array.nbytes // _ALIGNMENT) * _ALIGNMENT
    digest = _digest(segment.arrays)
    header = json.dumps(
        {
            "format": FORMAT,
            "digest": digest,
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
                file.write(segment.arrays[name].data)
                file.write(b"\0" * (-file.tell() % _ALIGNMENT))
            file.flush()
            os.fsync(file.fileno())
        being_written.replace(path)
    except BaseException:
        being_written.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)
    return digest


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
    header, start, mapped = _mapped(path)
    arrays = {}
    for section in header["sections"]:
        dtype = np.dtype(SECTIONS[section["name"]])
        # Plain views of one mapping: an np.memmap costs several times as much for each value that is read.
        arrays[section["name"]] = np.frombuffer(mapped, dtype, int(section["rows"]), start + int(section["at"]))
    if verify and _digest(arrays) != header["digest"]:
        raise _unreadable(path, "damaged")
    return Segment(arrays, tuple(bytes.fromhex(source) for source in header["sources"]), tuple(header["kinds"]))


def _digest(arrays: Mapping[str, Array]) -> str:
    digest = hashlib.blake2b(digest_size=16)
    for name in SECTIONS:
        digest.update(arrays[name].data)
    return digest.hexdigest()


def _mapped(path: Path) -> tuple[dict[str, Any], int, mmap.mmap]:
    """Return the header of a file, where its first section begins, and the whole file mapped."""
    try:
        with path.open("rb") as file:
            start = file.read(16)
            length = int.from_bytes(start[8:16], "little")
            if len(start) < 16 or not start.startswith(_MAGIC) or length > _HEADER_BYTES_MAX:
                raise _unreadable(path, "not a segment")
            header = json.loads(file.read(length))
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except (OSError, ValueError) as problem:
        raise _unreadable(path, "cannot be read") from problem
    if header.get("format") != FORMAT or [one["name"] for one in header["sections"]] != list(SECTIONS):
        raise _unreadable(path, "another format")
    first = -(-(16 + length) // _ALIGNMENT) * _ALIGNMENT
    if len(mapped) < first + header["bytes"]:
        raise _unreadable(path, "cut off")
    return header, first, mapped


def _unreadable(path: Path, why: str) -> SegmentUnreadable:
    return SegmentUnreadable(
        Finding(
            code="index.segment_unreadable",
            problem=mark("The index file %(file)s cannot be used: %(why)s."),
            remedy=mark("Let the index be built again; nothing is lost."),
            values={"file": path.name, "why": why},
        )
    )
