"""The files of the index in one home: segments, and the manifest that says which of them are true.

A change writes new segment files first and then the manifest by an atomic rename, each synced: whoever reads sees the
index before or after, never between. Files that the manifest does not name are left-overs and are removed.
"""

import fcntl
import json
import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from django.conf import settings

from liaison.matching import FORMAT, Segment, SegmentUnreadable, open_segment, sync_folder, write_segment

MANIFEST = "manifest.json"
_LOCK = "lock"
_SUFFIX = ".segment"
_FOLDER_MODE, _FILE_MODE = 0o700, 0o600

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Piece:
    """One segment file: its rows that are true still, and since when (Unix time) it has others; 0 if it has none."""

    file: str
    segment: Segment
    alive: Mask
    dirty_since: float = 0.0

    @property
    def records(self) -> int:
        """How many rows are true."""
        return int(self.alive.sum())


@dataclass(frozen=True, slots=True)
class Manifest:
    """The pieces, and the place in the ledger up to which they hold everything.

    `cursor` names this home's place in the ledger. `identity` is another for each manifest ever written.
    """

    cursor: str
    seq: int
    identity: str
    pieces: tuple[Piece, ...]


def index_folder() -> Path:
    """Return the folder of the index, made for its owner only if it was not there."""
    folder = Path(settings.LIAISON_HOME) / "index"
    folder.mkdir(mode=_FOLDER_MODE, parents=True, exist_ok=True)
    return folder


@contextmanager
def alone() -> Iterator[Path]:
    """Hold the right to change the files, which one process of a home has at a time; return their folder."""
    folder = index_folder()
    descriptor = os.open(folder / _LOCK, os.O_CREAT | os.O_RDWR, _FILE_MODE)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield folder
    finally:
        os.close(descriptor)


def identity_on_disk(folder: Path) -> str:
    """Return the identity of the manifest; empty if there is none that this version can read."""
    return str((_read(folder) or {}).get("identity", ""))


def load(folder: Path, *, known: Sequence[Piece] = ()) -> Manifest | None:
    """Return the manifest with its segments mapped; None if there is none or any of it cannot be used.

    Pieces that are `known` already keep their mapping.
    """
    read = _read(folder)
    if read is None:
        return None
    mapped = {piece.file: piece.segment for piece in known}
    try:
        pieces = tuple(_piece(folder, told, mapped) for told in read["pieces"])
    except (SegmentUnreadable, KeyError, IndexError, TypeError):
        return None
    return Manifest(read["cursor"], read["seq"], read["identity"], pieces)


def _read(folder: Path) -> dict[str, Any] | None:
    try:
        read: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return read if isinstance(read, dict) and read.get("format") == FORMAT else None


def _piece(folder: Path, told: dict[str, Any], mapped: dict[str, Segment]) -> Piece:
    segment = mapped.get(told["file"]) or open_segment(folder / told["file"])
    alive = np.ones(len(segment), dtype=bool)
    alive[np.array(told["dead"], dtype=np.int64)] = False
    return Piece(told["file"], segment, alive, float(told["dirty_since"]))


def write_piece(folder: Path, segment: Segment) -> Piece:
    """Write a segment to a file of its own and return it mapped."""
    name = f"{secrets.token_hex(8)}{_SUFFIX}"
    write_segment(folder / name, segment)
    return Piece(name, open_segment(folder / name), np.ones(len(segment), dtype=bool))


def publish(folder: Path, *, cursor: str, seq: int, pieces: Sequence[Piece]) -> Manifest:
    """Make these pieces the index and remove the files of all others."""
    manifest = Manifest(cursor, seq, secrets.token_hex(8), tuple(pieces))
    content = {
        "format": FORMAT,
        "identity": manifest.identity,
        "cursor": cursor,
        "seq": seq,
        "pieces": [
            {
                "file": piece.file,
                "records": piece.records,
                "dead": np.flatnonzero(~piece.alive).tolist(),
                "dirty_since": piece.dirty_since,
            }
            for piece in pieces
        ],
    }
    being_written = folder / f".{MANIFEST}"
    with os.fdopen(os.open(being_written, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, _FILE_MODE), "w") as file:
        json.dump(content, file)
        file.flush()
        os.fsync(file.fileno())
    being_written.replace(folder / MANIFEST)
    sync_folder(folder)
    _remove_others(folder, {piece.file for piece in pieces})
    return manifest


def unpublish(folder: Path) -> None:
    """Take an index away that belongs to another state of the database; nobody may answer from it."""
    (folder / MANIFEST).unlink(missing_ok=True)
    sync_folder(folder)
    _remove_others(folder, set())


def _remove_others(folder: Path, kept: set[str]) -> None:
    for path in folder.iterdir():
        if path.name not in kept and path.name not in (MANIFEST, _LOCK):
            path.unlink(missing_ok=True)
    sync_folder(folder)
