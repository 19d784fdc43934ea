"""Keeps the segment files of one home: folds what the ledger tells into them, and leaves nothing of the erased.

One process of a home works at a time (a lock on a file, for each step). A folded change is a new small segment;
segments of like size are joined, so that there are few. A row that is not true any more goes with the next rewrite
of its segment: at once when its record is erased, else within the hour.
"""

import contextlib
import gc
import logging
import math
import os
import secrets
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import accumulate, islice
from pathlib import Path
from uuid import UUID

import psycopg
from django.db import Error as DatabaseError
from django.db import connections

from liaison.apps.audit import public as audit
from liaison.apps.index.documents import all_documents, state_of
from liaison.apps.index.folder import Manifest, Piece, alone, load, publish, unpublish, write_piece
from liaison.apps.index.ids import all_ids
from liaison.matching import combine, segment_of

STEP_SECONDS = 0.25
RETRY_SECONDS = 1.0
ENTRIES_MAX = 10_000
FOLD_ENTRIES = 5_000
FOLD_SECONDS = 20.0
BULK_ENTRIES = 500
BULK_SECONDS = 1.0
"""Of an import nobody waits longer: workers leave its records to the builder."""
DIRTY_SECONDS_MAX = 3_000.0
JOINED_AT_ONCE = 4
DEAD_SHARE_MAX = 0.2
JOINED_RECORDS_MAX = 5_000_000
JOINED_IN_BULK_MAX = 100_000
"""While an import brings more, nothing larger is joined: it would hold up what is to be found next by seconds."""
BULK_OVER_SECONDS = 5.0
"""So long after the last of an import the rest is joined."""
RECORDS_OF_A_PIECE = 50_000
NICENESS = 5
"""Of the builder's own thread: whoever asks a question goes first, and the sequencer beside it too."""
COLLECTED_AT = (100_000, 20, 20)
"""Python looks for cycles among new objects when there are so many: thousands of documents hold none, and looking
through them again and again took a third of the builder's time."""
ERASED = ".erased"

_log = logging.getLogger(__name__)


def run_builder(stop: threading.Event) -> None:
    """Keep the segments true until `stop` is set. A lost database or a full disk is waited out."""
    gc.freeze()
    gc.set_threshold(*COLLECTED_AT)
    os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)
    builder = Builder()
    try:
        while not stop.is_set():
            try:
                if not builder.step():
                    stop.wait(STEP_SECONDS)
            except (DatabaseError, psycopg.Error, OSError):
                _log.exception("The index could not be brought up to date; trying again.")
                _close()
                stop.wait(RETRY_SECONDS)
    finally:
        _close()


def _close() -> None:
    for alias in ("system", "default"):
        with contextlib.suppress(DatabaseError, psycopg.Error):
            connections[alias].close()


def build(progress: Callable[[int], None] | None = None) -> int:
    """Build the whole index anew from the records and return how many it holds."""
    with alone() as folder:
        return sum(piece.records for piece in _built(folder, progress).pieces)


def rewrite(ids: Iterable[UUID]) -> int:
    """Leave nothing of these records in any segment, no name and no hash; return how many files had something."""
    with alone() as folder:
        manifest = load(folder)
        if manifest is None:
            unpublish(folder)
            return 0
        wanted = all_ids(ids)
        held = [piece for piece in manifest.pieces if len(piece.segment.rows_of(wanted))]
        if held:
            hidden = [_hidden(piece, wanted, now=time.time()) for piece in manifest.pieces]
            kept = _rewritten(folder, hidden, {piece.file for piece in held})
            publish(folder, cursor=manifest.cursor, seq=manifest.seq, pieces=kept)
        return len(held)


class Builder:
    """What the builder remembers from step to step: the manifest that it wrote, what waits, and since when."""

    def __init__(self) -> None:
        self._manifest: Manifest | None = None
        self._waiting: list[audit.SequencedEntry] = []
        self._waiting_since: float | None = None
        self._bulk_at = -math.inf

    def step(self, *, at_once: bool = False) -> bool:
        """Fold what waits if it is much, old, an erasure, or `at_once`; return whether files changed."""
        with alone() as folder:
            before = self._manifest
            self._manifest = load(folder, known=before.pieces if before else ())
            if self._manifest is None or audit.Cursor(self._manifest.cursor).seq != self._manifest.seq:
                self._manifest, self._waiting = _built(folder, None), []
                return True
            if before is None or (before.cursor, before.seq) != (self._manifest.cursor, self._manifest.seq):
                self._waiting = []
            self._waiting += _entries_after(self._manifest, self._waiting)
            if not self._is_due(self._waiting, at_once=at_once) and not self._is_untidy(self._manifest.pieces):
                return False
            if len(self._waiting) >= BULK_ENTRIES:
                self._bulk_at = time.monotonic()
            most = JOINED_IN_BULK_MAX if self._is_bulk() else JOINED_RECORDS_MAX
            self._manifest, self._waiting = _folded(folder, self._manifest, self._waiting, joined_max=most), []
            self._waiting_since = None
            return True

    def _is_bulk(self) -> bool:
        return time.monotonic() - self._bulk_at < BULK_OVER_SECONDS

    def _is_untidy(self, pieces: Sequence[Piece]) -> bool:
        """Whether something that is not true any more lies too long, or what an import left is to be joined."""
        return _aged(pieces) or (not self._is_bulk() and bool(_alike(pieces, JOINED_RECORDS_MAX)))

    def _is_due(self, entries: Sequence[audit.SequencedEntry], *, at_once: bool) -> bool:
        if not entries:
            self._waiting_since = None
            return False
        now = time.monotonic()
        self._waiting_since = self._waiting_since or now
        erased = any(entry.action.endswith(ERASED) for entry in entries)
        waited = now - self._waiting_since
        bulk = len(entries) >= FOLD_ENTRIES or (len(entries) >= BULK_ENTRIES and waited >= BULK_SECONDS)
        return at_once or erased or bulk or waited >= FOLD_SECONDS


def _entries_after(manifest: Manifest, waiting: Sequence[audit.SequencedEntry]) -> list[audit.SequencedEntry]:
    """Return what came behind the entries that wait, no more than are folded at once."""
    last = waiting[-1].seq if waiting else manifest.seq
    return audit.Cursor(manifest.cursor).read(ENTRIES_MAX - len(waiting), after=last)


def _built(folder: Path, progress: Callable[[int], None] | None) -> Manifest:
    """Return an index made of all records. The old one is gone first: it may be of another database."""
    unpublish(folder)
    cursor = audit.Cursor(f"{audit.INDEX_CURSORS}{secrets.token_hex(8)}")
    seq = audit.ledger_state().size
    # Before the first numbered entry there is nothing to tell this database from another: the entries will tell all.
    documents = all_documents() if seq else iter(())
    pieces: list[Piece] = []
    done = 0
    while batch := list(islice(documents, RECORDS_OF_A_PIECE)):
        pieces.append(write_piece(folder, segment_of(batch)))
        done += len(batch)
        if progress:
            progress(done)
    pieces = _joined(folder, pieces, JOINED_RECORDS_MAX)
    cursor.advance(seq)
    manifest = publish(folder, cursor=cursor.name, seq=seq, pieces=pieces)
    _log.info("Built the index of %s records.", done)
    return manifest


def _folded(
    folder: Path, manifest: Manifest, entries: Sequence[audit.SequencedEntry], *, joined_max: int
) -> Manifest:
    documents, gone = state_of(entry.subject for entry in entries)
    touched = sorted({*gone, *(document.record_id for document in documents)})
    erased = all_ids(dict.fromkeys(entry.subject for entry in entries if entry.action.endswith(ERASED)))
    now = time.time()
    pieces = [_hidden(piece, touched, now=now) for piece in manifest.pieces]
    stale = {piece.file for piece in pieces if len(piece.segment.rows_of(erased)) or _is_stale(piece, now=now)}
    pieces = _rewritten(folder, pieces, stale)
    if documents:
        pieces.append(write_piece(folder, segment_of(documents)))
    seq = entries[-1].seq if entries else manifest.seq
    published = publish(folder, cursor=manifest.cursor, seq=seq, pieces=_joined(folder, pieces, joined_max))
    audit.Cursor(manifest.cursor).advance(seq)
    return published


def _hidden(piece: Piece, record_ids: Sequence[bytes], *, now: float) -> Piece:
    """Return the piece with those records not true any more."""
    rows = piece.segment.rows_of(record_ids)
    if not len(rows) or not piece.alive[rows].any():
        return piece
    alive = piece.alive.copy()
    alive[rows] = False
    return replace(piece, alive=alive, dirty_since=piece.dirty_since or now)


def _aged(pieces: Iterable[Piece]) -> bool:
    now = time.time()
    return any(piece.dirty_since and now - piece.dirty_since > DIRTY_SECONDS_MAX for piece in pieces)


def _is_stale(piece: Piece, *, now: float) -> bool:
    dead = len(piece.alive) - piece.records
    aged = bool(piece.dirty_since) and now - piece.dirty_since > DIRTY_SECONDS_MAX
    return aged or dead > DEAD_SHARE_MAX * len(piece.alive)


def _rewritten(folder: Path, pieces: Sequence[Piece], files: set[str]) -> list[Piece]:
    """Return the pieces, those files of them replaced by new ones that hold only what is true."""
    kept = []
    for piece in pieces:
        if piece.file not in files:
            kept.append(piece)
        elif piece.records:
            kept.append(write_piece(folder, combine([(piece.segment, piece.alive)])))
    return kept


def _joined(folder: Path, pieces: Sequence[Piece], most: int) -> list[Piece]:
    """Return the pieces, those of like size joined as soon as there are JOINED_AT_ONCE, to `most` records at once.

    So each record is written again once for each power of JOINED_AT_ONCE that the index has grown by, and of each
    size there are few files.
    """
    kept = list(pieces)
    while alike := _alike(kept, most):
        joined = write_piece(folder, combine([(piece.segment, piece.alive) for piece in alike]))
        gone = {piece.file for piece in alike}
        kept = [joined, *(piece for piece in kept if piece.file not in gone)]
    return sorted(kept, key=lambda piece: -piece.records)


def _alike(pieces: Sequence[Piece], most: int) -> list[Piece]:
    """Return pieces of like size that should be one, the smallest such that hold `most` together; none if too few."""
    sizes: dict[int, list[Piece]] = {}
    for piece in pieces:
        sizes.setdefault(int(math.log(max(1, piece.records), JOINED_AT_ONCE)), []).append(piece)
    for _, alike in sorted(sizes.items()):
        sums = accumulate(sorted(piece.records for piece in alike))
        fitting = sum(total <= most for total in sums)
        if fitting >= JOINED_AT_ONCE:
            return sorted(alike, key=lambda piece: piece.records)[:fitting]
    return []
