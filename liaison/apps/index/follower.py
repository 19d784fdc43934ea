"""Each worker's view of the index: the mapped segments, and on top of them what the ledger told since.

A thread waits for the sequencer's notice (and looks by itself every POLL_SECONDS), reads the new entries, and puts
the present state of their records on top. Searches use one immutable state; the thread replaces it. When the thread
cannot reach the database, the state ages and is refused: no answer is better than an old one.
"""

import contextlib
import logging
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

import psycopg
from django.db import Error as DatabaseError
from django.db import connections

from liaison.apps.audit import public as audit
from liaison.apps.index.documents import state_of
from liaison.apps.index.folder import Manifest, identity_on_disk, index_folder, load
from liaison.apps.index.ids import record_of
from liaison.apps.index.scopes import Scopes
from liaison.apps.index.values import Freshness, not_built, too_old
from liaison.apps.policies import public as policies
from liaison.matching import IndexDocument, Layers, Scope, warm_up
from liaison.rows.clock import now
from liaison.rows.raw import own_connection
from liaison.viewer import Viewer

CHANNEL = "liaison_ledger"
POLL_SECONDS = 0.25
RETRY_SECONDS = 0.5
START_SECONDS_MAX = 5.0
STOP_SECONDS_MAX = 10.0
POLICY_SECONDS = 5.0
ENTRIES_MAX = 10_000
BULK_ENTRIES = 500
"""So many new records at once are an import: the builder folds them soon, and mapping its file costs nothing."""
BULK_SECONDS_MAX = 15.0
"""So long without a new file, and the worker helps itself: sooner it would take what the builder needs."""
BULK_PAUSE_SECONDS = 0.2
AGE_POLICY = "index.age_seconds_max"
_RECORDS, _ENTERED, _ERASED = "records.", "records.entered", ".erased"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class State:
    """What is known now. At `at`, `checked` on this process's own clock, the ledger held nothing after `seq`."""

    layers: Layers
    seq: int
    at: datetime
    checked: float
    age_seconds_max: int


class _Whole(NamedTuple):
    """A look at the ledger: at `at`, `checked` on this process's own clock, it held nothing after `seq`."""

    seq: int
    at: datetime
    checked: float


class Follower:
    """The state of one process and the thread that keeps it true."""

    def __init__(self) -> None:
        self._state: State | None = None
        self._manifest: Manifest | None = None
        self._seq = 0
        self._tail: dict[bytes, tuple[int, IndexDocument | None]] = {}
        self._left: list[audit.SequencedEntry] = []
        self._whole: _Whole | None = None
        self._layers = Layers()
        self._bulk_since: float | None = None
        self._adopted = 0.0
        self._policy: tuple[float, int] | None = None
        self._scopes = Scopes()
        self._stop = threading.Event()
        self._ready = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to follow, and return when the state is true or after START_SECONDS_MAX."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="index follower", daemon=True)
            self._thread.start()
        self._ready.wait(START_SECONDS_MAX)

    def stop(self) -> None:
        """End the thread. What it knew is not answered from any more."""
        self._stop.set()
        if self._thread:
            self._thread.join(STOP_SECONDS_MAX)
        self._state = None

    def state(self) -> State:
        """Return what is known; raise IndexNotReady when there is nothing yet or it is too old."""
        state = self._state
        if state is None:
            raise not_built()
        age = time.monotonic() - state.checked
        if age > state.age_seconds_max:
            raise too_old(int(age), state.age_seconds_max)
        return state

    def freshness(self) -> Freshness:
        """Return how new the answers are; raise IndexNotReady when they are too old."""
        state = self.state()
        return Freshness(state.seq, state.at, int((time.monotonic() - state.checked) * 1000))

    def scope_of(self, viewer: Viewer) -> Scope:
        """Return what the viewer may find. Who asks for the state first has a scope for all that is in it."""
        return self._scopes.of(viewer)

    def _run(self) -> None:
        warm_up()
        while not self._stop.is_set():
            try:
                with own_connection("system", application_name="liaison index follower") as listener:
                    listener.execute(f"listen {CHANNEL}")
                    while not self._stop.is_set():
                        self.step()
                        if self._bulk_since is not None:
                            self._stop.wait(BULK_PAUSE_SECONDS)
                        _wait_for_notice(listener)
            except (DatabaseError, psycopg.Error, OSError):
                _log.exception("The index follower lost the database; trying again.")
                self._close()
                self._stop.wait(RETRY_SECONDS)
        self._close()

    def _close(self) -> None:
        for alias in ("system", "default"):
            with contextlib.suppress(DatabaseError, psycopg.Error):
                connections[alias].close()

    def step(self) -> bool:
        """Take in what is new; return whether nothing is left. The state stays as it was while there is no index."""
        started = time.monotonic()
        if not self._adopt():
            return False
        at = now("system")
        entries = self._new_entries()
        if entries is None:
            return False
        self._scopes.note_entries(entries[len(self._left) :])  # at once, even of what is left to the builder
        is_all = len(entries) - len(self._left) < ENTRIES_MAX and not self._waits_too_long(at, started)
        waits = self._leaves_to_the_builder(entries, started)
        self._left = entries if waits else []
        if not waits:
            self._apply(entries)
        if is_all and (self._whole is None or not waits):
            self._whole = _Whole(entries[-1].seq if entries else self._seq, at.astimezone(UTC), started)
        self._tell(started)
        return is_all and not waits

    def _tell(self, moment: float) -> None:
        """Let the answers come from what is known now, as old as the last look at the ledger that it holds whole."""
        whole, before = self._whole, self._state
        if whole is not None and whole.seq <= self._seq:
            age_max = self._age_seconds_max(moment)
            self._state = State(self._layers, self._seq, whole.at, whole.checked, age_max)
            self._whole = None
            self._ready.set()
        elif before:
            self._state = State(self._layers, self._seq, before.at, before.checked, before.age_seconds_max)

    def _adopt(self) -> bool:
        """Map the segments of a new manifest under what the tail knows beyond it; return whether there is one."""
        folder = index_folder()
        identity = identity_on_disk(folder)
        if self._manifest and identity == self._manifest.identity:
            return True
        manifest = load(folder, known=self._manifest.pieces if self._manifest else ())
        if manifest is None:
            if not identity:
                self._forget()
            return False
        same_ledger = self._manifest is not None and self._manifest.cursor == manifest.cursor
        if not same_ledger:
            self._forget()
        self._tail = {key: told for key, told in self._tail.items() if told[0] > manifest.seq}
        self._seq = max(self._seq, manifest.seq)
        self._left = [entry for entry in self._left if entry.seq > self._seq]
        self._scopes.end()  # its documents, and the entries that it spares this process, may bring anything
        base = Layers.opened((piece.segment, piece.alive) for piece in manifest.pieces)
        gone = [key for key, (_, document) in self._tail.items() if document is None]
        self._layers = base.without(gone).with_changes(
            document for _, document in self._tail.values() if document is not None
        )
        self._manifest = manifest
        self._adopted = time.monotonic()
        return True

    def _forget(self) -> None:
        """Drop everything: the index is gone or of another state of the database."""
        self._state, self._manifest = None, None
        self._tail, self._layers, self._seq, self._left, self._whole = {}, Layers(), 0, [], None
        self._scopes.end()

    def _new_entries(self) -> list[audit.SequencedEntry] | None:
        """Return the entries that no segment holds: those left to the builder so far, and what came since.

        None if the builder has moved on and is to be adopted first, or if the segments are of another database.
        """
        assert self._manifest, "adopted before"
        cursor = audit.Cursor(self._manifest.cursor)
        last = self._left[-1].seq if self._left else self._seq
        entries = cursor.read(ENTRIES_MAX, after=last)
        if not self._manifest.seq <= cursor.seq <= self._seq:
            return None
        return self._left + entries

    def _leaves_to_the_builder(self, entries: Sequence[audit.SequencedEntry], moment: float) -> bool:
        """Whether to wait for the segment of an import's records instead of making the same thing in each worker.

        Only what was entered waits, and only while the builder brings more: what was changed, withdrawn or erased is
        hidden at once.
        """
        fresh = entries[len(self._left) :]
        if self._state is None or len(entries) < BULK_ENTRIES or any(self._is_urgent(entry) for entry in fresh):
            self._bulk_since = None
            return False
        self._bulk_since = self._bulk_since or moment
        if moment - max(self._bulk_since, self._adopted) < BULK_SECONDS_MAX:
            return moment - self._state.checked < self._state.age_seconds_max / 2
        self._bulk_since = None
        return False

    def _is_urgent(self, entry: audit.SequencedEntry) -> bool:
        of_a_record = entry.action.startswith(_RECORDS)
        changes = of_a_record and (entry.action != _ENTERED or entry.subject.bytes in self._tail)
        return changes or entry.action.endswith(_ERASED)

    def _apply(self, entries: Sequence[audit.SequencedEntry]) -> None:
        fresh = [entry for entry in entries if entry.seq > self._seq]
        if not fresh:
            return
        told = {entry.subject: entry.seq for entry in fresh}
        documents, gone = state_of(told)
        self._scopes.note_documents(documents)
        self._layers = self._layers.without(gone).with_changes(documents)
        last = fresh[-1].seq  # for what a part's entry told of its record
        self._tail |= {one.record_id: (told.get(record_of(one.record_id), last), one) for one in documents}
        self._tail |= {one: (told.get(record_of(one), last), None) for one in gone}
        self._seq = last

    def _waits_too_long(self, at: datetime, moment: float) -> bool:
        """Whether a committed change has no number for longer than an index may be old: nothing can follow it."""
        waiting_since = audit.pending_since()
        return waiting_since is not None and (at - waiting_since).total_seconds() > self._age_seconds_max(moment)

    def _age_seconds_max(self, moment: float) -> int:
        if self._policy is None or moment - self._policy[0] > POLICY_SECONDS:
            self._policy = (moment, policies.value(AGE_POLICY))
        return self._policy[1]


def _wait_for_notice(listener: psycopg.Connection) -> None:
    """Return when the ledger grew, or after POLL_SECONDS."""
    for _ in listener.notifies(timeout=POLL_SECONDS, stop_after=1):
        return
