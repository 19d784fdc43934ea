"""The one who numbers committed entries, extends the tree, roots the looks in it and signs checkpoints.

Several processes may run it: the holder of an advisory lock works, the others wait for its death. Whatever it does is
one transaction guarded by the size it started from, so that even two who both think they hold the lock do no harm.

It looks every BEAT_SECONDS instead of being notified: NOTIFY takes one lock for the whole cluster and holds it
through the commit's disk write, which would put all writers in one queue (`benchmarks/events` measures it).
"""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import psycopg

from liaison.apps.audit.cursors import LEDGER_CHANNEL
from liaison.apps.audit.erasure import ERASED, append_entry, finish_erasures
from liaison.apps.audit.installation import connect
from liaison.apps.audit.retention import let_months_go
from liaison.apps.audit.signing import public_key, signed_checkpoint
from liaison.apps.audit.values import SYSTEM_ID, EntryDraft
from liaison.ledger.entries import leaf_data
from liaison.ledger.events import ROOTED, rooted_notes
from liaison.ledger.tree import Frontier, extend, leaf_hash

BEAT_SECONDS = 0.04
BATCH_MAX = 5_000
EVENTS_MAX = 20_000
ROOTING_SECONDS = 1.0
UPKEEP_SECONDS = 3_600.0
ERASURE_GRACE_SECONDS = 5.0
ERASURE_RETRY_SECONDS = 60.0
LEADER_LOCK = 0x4C494149534F4E
TAKEOVER_SECONDS = 0.25
RECONNECT_SECONDS = 0.5
MONTHS_AHEAD = 2

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SequencerPolicy:
    """What the sequencer's keeper passes in. `event_months_kept` is asked anew each time; None keeps every look."""

    checkpoint_seconds: float = 60.0
    event_months_kept: Callable[[], int] | None = None


class _TreeMoved(Exception):
    """Somebody else extended the tree: this process no longer holds the lock."""


def run_sequencer(stop: threading.Event, *, policy: SequencerPolicy) -> None:
    """Work until `stop` is set, or wait for the death of the one who works. A lost database is waited for."""
    _log.info("Checkpoints of this ledger are verified with the key %s", public_key())
    while not stop.is_set():
        try:
            with connect("system", application="liaison sequencer") as connection:
                if _leads(connection, stop):
                    _Sequencer(connection, policy).work(stop)
        except (psycopg.Error, OSError, _TreeMoved):
            _log.exception("The sequencer lost its database or its lock, and begins again.")
            stop.wait(RECONNECT_SECONDS)


def number_pending(connection: psycopg.Connection[Any]) -> tuple[int, bool]:
    """Number one batch of committed entries; return how many, and whether an erasure was among them."""
    with connection.transaction():
        rows = connection.execute(
            "select p.position, e.id, e.salt, e.body, e.action from audit_pending p"
            " join audit_entry e on e.id = p.entry_id order by p.position limit %s",
            [BATCH_MAX],
        ).fetchall()
        if not rows:
            return 0, False
        leaves = [leaf_hash(leaf_data(bytes(salt), bytes(body))) for _, _, salt, body, _ in rows]
        first = _grow(connection, leaves)
        with connection.cursor().copy("copy audit_leaf (seq, entry_id, leaf) from stdin") as copy:
            for number, (row, leaf) in enumerate(zip(rows, leaves, strict=True), start=first):
                copy.write_row((number, row[1], leaf))
        connection.execute("delete from audit_pending where position = any(%s)", [[row[0] for row in rows]])
        connection.execute("select pg_notify(%s, %s)", [LEDGER_CHANNEL, str(first + len(rows) - 1)])
    return len(rows), any(row[4].endswith(ERASED) for row in rows)


def root_events(connection: psycopg.Connection[Any]) -> int:
    """Write one entry whose notes hold the root over all looks committed since the last; return how many."""
    with connection.transaction():
        rows = connection.execute(
            "select p.event_id, p.at, e.salt, e.body from audit_event_pending p"
            " join audit_event e on e.id = p.event_id and e.at = p.at order by p.event_id limit %s",
            [EVENTS_MAX],
        ).fetchall()
        if not rows:
            return 0
        leaves = [leaf_hash(leaf_data(bytes(salt), bytes(body))) for _, _, salt, body in rows]
        ids = [row[0] for row in rows]
        notes = rooted_notes(leaves)
        entry = append_entry(connection, EntryDraft(action=ROOTED, subject=SYSTEM_ID, source=SYSTEM_ID, notes=notes))
        connection.execute(
            "insert into audit_event_root (entry_id, at, position, event_id, event_at, leaf)"
            " select %s, (select at from audit_entry where id = %s), * from"
            " unnest(%s::integer[], %s::uuid[], %s::timestamptz[], %s::bytea[])",
            [entry, entry, list(range(len(rows))), ids, [row[1] for row in rows], leaves],
        )
        connection.execute("delete from audit_event_pending where event_id = any(%s::uuid[])", [ids])
    return len(rows)


def sign_checkpoint(connection: psycopg.Connection[Any]) -> int | None:
    """Sign and keep a checkpoint of the tree as it stands; return its size, None if it was signed before."""
    with connection.transaction():
        row = connection.execute(
            "select size, root from audit_tree where size > coalesce((select max(size) from audit_checkpoint), 0)"
        ).fetchone()
        if row is None:
            return None
        size, root = row[0], bytes(row[1])
        connection.execute(
            "insert into audit_checkpoint (size, root, note, at, cosignatures)"
            " values (%s, %s, %s, liaison_now(), '') on conflict (size) do nothing",
            [size, root, signed_checkpoint(size=size, root=root)],
        )
    return int(size)


class _Sequencer:
    """The holder of the lock, at work on its one connection."""

    def __init__(self, connection: psycopg.Connection[Any], policy: SequencerPolicy) -> None:
        self._connection = connection
        self._policy = policy
        self._erasures_due: float | None = None

    def work(self, stop: threading.Event) -> None:
        next_root = next_checkpoint = next_upkeep = time.monotonic()
        while not stop.is_set():
            numbered = self._number()
            moment = time.monotonic()
            if moment >= next_root:
                root_events(self._connection)
                next_root = moment + ROOTING_SECONDS
            if moment >= next_checkpoint:
                sign_checkpoint(self._connection)
                next_checkpoint = moment + self._policy.checkpoint_seconds
            if moment >= next_upkeep:
                self._keep_up()
                next_upkeep = moment + UPKEEP_SECONDS
            self._finish_erasures(moment)
            if numbered < BATCH_MAX:
                stop.wait(BEAT_SECONDS)

    def _number(self) -> int:
        numbered, erased = number_pending(self._connection)
        if erased and self._erasures_due is None:
            self._erasures_due = time.monotonic() + ERASURE_GRACE_SECONDS
        return numbered

    def _finish_erasures(self, moment: float) -> None:
        """Whoever erased has finished it by now, unless he was killed between his commit and the key's end."""
        if self._erasures_due is None or moment < self._erasures_due:
            return
        self._erasures_due = None
        try:
            finish_erasures()
        except (psycopg.Error, OSError, ValueError):
            _log.exception("An erasure could not be finished; it is tried again.")
            self._erasures_due = moment + ERASURE_RETRY_SECONDS

    def _keep_up(self) -> None:
        self._connection.execute("select audit_ensure_months(%s)", [MONTHS_AHEAD])
        if self._policy.event_months_kept is not None:
            self._let_months_go(self._policy.event_months_kept())

    def _let_months_go(self, months_kept: int) -> None:
        """Looks that are busy, or not in the ledger yet, go the next time: nothing is numbered later for them."""
        try:
            let_months_go(self._connection, months_kept=months_kept)
        except (psycopg.errors.LockNotAvailable, psycopg.errors.RaiseException):
            _log.exception("Months of looks that are out of retention could not be let go; it is tried again.")


def _leads(connection: psycopg.Connection[Any], stop: threading.Event) -> bool:
    """Wait until this connection holds the lock; False if asked to stop before."""
    while not stop.is_set():
        row = connection.execute("select pg_try_advisory_lock(%s)", [LEADER_LOCK]).fetchone()
        if row is not None and row[0]:
            return True
        stop.wait(TAKEOVER_SECONDS)
    return False


def _grow(connection: psycopg.Connection[Any], leaves: list[bytes]) -> int:
    """Extend the tree by these leaves and return the number of the first; _TreeMoved if another did so meanwhile."""
    row = connection.execute("select frontier from audit_tree where id = 1").fetchone()
    assert row is not None, "the migration made the tree's row"
    before = Frontier.from_bytes(bytes(row[0]))
    after, nodes = extend(before, leaves)
    with connection.cursor().copy("copy audit_node (level, index, hash) from stdin") as copy:
        for node in nodes:
            copy.write_row(tuple(node))
    moved = connection.execute(
        "update audit_tree set size = %s, frontier = %s, root = %s where id = 1 and size = %s",
        [after.size, after.to_bytes(), after.root(), before.size],
    )
    if moved.rowcount != 1:
        raise _TreeMoved
    return before.size + 1


__all__ = [
    "SequencerPolicy",
    "number_pending",
    "root_events",
    "run_sequencer",
    "sign_checkpoint",
]
