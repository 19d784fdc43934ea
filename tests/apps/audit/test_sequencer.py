"""Numbering what was committed: nothing lost, no gap, no order that a reader could miss, whoever dies."""

import contextlib
import os
import random
import signal
import subprocess
import sys
import threading
import time
from datetime import timedelta

import psycopg
import pytest
from django.db import connections

from liaison.apps.audit import public as audit
from liaison.apps.audit import sequencer
from liaison.apps.audit.installation import connect
from liaison.apps.audit.signing import public_key
from liaison.ledger.checkpoints import verify as verify_note
from liaison.ledger.proofs import inclusion_proof, verify_inclusion
from liaison.rows.public import new_id, now, viewing
from tests.apps.audit.world import (
    a_draft,
    a_running_sequencer,
    a_viewer,
    an_entry,
    found,
    numbered,
    rooted_and_signed,
)
from tests.budgets import budget

WRITERS = 3
SEQUENCER = """
import django, threading
django.setup()
from liaison.apps.audit import public as audit
print("up", flush=True)
audit.run_sequencer(threading.Event(), policy=audit.SequencerPolicy(checkpoint_seconds=0.2))
"""


class TestGivenCommittedEntries:
    def test_when_numbered_then_each_has_a_proof_under_the_signed_root(self, committed_db):
        viewer = a_viewer()
        with viewing(viewer):
            audit.record_many([a_draft(viewer) for _ in range(21)], by=viewer)

        note = rooted_and_signed()

        checkpoint = verify_note(note, keys=[public_key()]).checkpoint
        with connect("system", application="test") as connection:
            leaves = connection.execute("select leaf from audit_leaf order by seq").fetchall()
            nodes = {(0, index): leaf for index, (leaf,) in enumerate(leaves)}
            nodes |= {
                (level, index): hash_
                for level, index, hash_ in connection.execute("select level, index, hash from audit_node")
            }
        for index, (leaf,) in enumerate(leaves):
            proof = inclusion_proof(index, 21, lambda level, at: nodes[level, at])
            assert verify_inclusion(leaf, index=index, size=21, proof=proof, root=checkpoint.root)

    def test_when_the_backlog_is_longer_than_a_batch_then_all_of_it_is_numbered_in_order(
        self, committed_db, monkeypatch
    ):
        monkeypatch.setattr(sequencer, "BATCH_MAX", 7)
        viewer = a_viewer()
        with viewing(viewer):
            entries = audit.record_many([a_draft(viewer) for _ in range(50)], by=viewer)

        numbered()

        assert [one.entry_id for one in audit.Cursor("test").read(100)] == entries
        assert found() == set()

    def test_when_the_clock_is_set_back_then_their_order_stays(self, committed_db, clock, monkeypatch):
        viewer, subject = a_viewer(), new_id()
        first, _ = an_entry(viewer, subject=subject, name="before")
        numbered()
        clock.move(days=-40)
        monkeypatch.setattr("liaison.rows.ids._last_tick", 0)
        monkeypatch.setattr(time, "time_ns", lambda: 1_000_000_000_000_000_000)
        second, _ = an_entry(viewer, subject=subject, name="after")
        third, _ = an_entry(viewer, subject=subject, name="last")
        audit.look(audit.Look.by(viewer, kind="view", shown=[(subject, viewer.reader_id)]))

        rooted_and_signed()

        assert second < first
        with viewing(viewer):
            history = audit.history(subject)
            assert audit.latest_content([subject])[subject][0] == third
        assert [card.entry_id for card in history] == [first, second, third]
        assert [card.seq for card in history] == [1, 2, 3]
        assert history[1].at < history[0].at - timedelta(days=39)
        assert found() == set()

    def test_when_an_earlier_one_commits_later_then_the_reader_does_not_miss_it(self, committed_db):
        slow, quick = a_viewer(), a_viewer()
        written, go_on = threading.Event(), threading.Event()
        thread = threading.Thread(target=_records_and_waits, args=[slow, written, go_on])
        thread.start()
        written.wait(10)
        an_entry(quick)
        numbered()
        cursor = audit.Cursor("reader")
        read = cursor.read(10)
        cursor.advance(read[-1].seq)

        go_on.set()
        thread.join()
        numbered()

        assert [one.source for one in read] == [quick.reader_id]
        assert [one.source for one in cursor.read(10)] == [slow.reader_id]

    def test_when_nothing_is_new_then_no_further_checkpoint_is_signed(self, committed_db):
        an_entry(a_viewer())

        assert rooted_and_signed() == rooted_and_signed()


class TestGivenARunningSequencer:
    def test_when_an_entry_is_committed_then_it_is_numbered_soon(self, committed_db):
        viewer = a_viewer()
        with a_running_sequencer():
            an_entry(viewer)
            _until(lambda: audit.ledger_state().size == 1)

    def test_when_a_look_is_written_then_a_root_covers_it_within_two_seconds(self, committed_db):
        viewer = a_viewer()
        with a_running_sequencer(checkpoint_seconds=0.1):
            audit.look(audit.Look.by(viewer, kind="sign_in"))
            _until(lambda: audit.ledger_state().checkpoint_size >= 1, seconds=4)

        assert [one.action for one in audit.Cursor("test").read(10)] == ["events.rooted"]
        assert found() == set()

    def test_when_two_run_then_one_works_and_its_successor_goes_on(self, committed_db):
        viewer = a_viewer()
        with a_running_sequencer():
            with a_running_sequencer():
                an_entry(viewer)
                _until(lambda: audit.ledger_state().size == 1)
            an_entry(viewer)
            _until(lambda: audit.ledger_state().size == 2)

        assert found() == set()

    def test_when_two_number_at_once_without_the_lock_then_no_harm_is_done(self, committed_db, monkeypatch):
        monkeypatch.setattr(sequencer, "BATCH_MAX", 7)
        viewer = a_viewer()
        with viewing(viewer):
            entries = audit.record_many([a_draft(viewer) for _ in range(300)], by=viewer)

        threads = [threading.Thread(target=_numbers_without_the_lock) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert [one.entry_id for one in audit.Cursor("test").read(400)] == entries
        assert found() == set()


@pytest.mark.proof
@pytest.mark.timeout(budget(300, 1200))
class TestGivenWritersAndASequencerThatIsKilled:
    def test_when_it_dies_at_random_then_nothing_is_lost_and_nothing_is_out_of_order(self, committed_db):
        chance = random.Random(20261122)
        stop, written = threading.Event(), []
        writers = [threading.Thread(target=_writes, args=[stop, written]) for _ in range(WRITERS)]
        for writer in writers:
            writer.start()
        follower = _Follower()
        for _ in range(budget(3, 40)):
            with subprocess.Popen(
                [sys.executable, "-c", SEQUENCER],
                env=committed_db.environment() | {"DJANGO_SETTINGS_MODULE": "liaison.config.settings"},
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            ) as process:
                process.stdout.readline()
                time.sleep(chance.uniform(0.05, 0.6))
                process.send_signal(signal.SIGKILL)
            follower.follow()
        stop.set()
        for writer in writers:
            writer.join()
        numbered()
        follower.follow()

        assert follower.seqs == list(range(1, len(written) + 1))
        assert sorted(follower.entries) == sorted(entry for _, _, entry in written)
        place = {entry: seq for seq, entry in enumerate(follower.entries)}
        for subject in {subject for subject, _, _ in written}:
            own = [(order, place[entry]) for one, order, entry in written if one == subject]
            assert [seq for _, seq in sorted(own)] == sorted(seq for _, seq in own)
        assert found() == set()


class _Follower:
    """A reader that reads between the deaths, so that it would miss what is numbered behind its back."""

    def __init__(self):
        self.cursor, self.seqs, self.entries = audit.Cursor("follower"), [], []

    def follow(self):
        while read := self.cursor.read(100):
            self.seqs += [one.seq for one in read]
            self.entries += [one.entry_id for one in read]
            self.cursor.advance(read[-1].seq)


def _writes(stop, written):
    """Change the same three subjects again and again, alone and in crowds, some of it rolled back."""
    viewer, subjects, order = a_viewer(), [new_id() for _ in range(3)], 0
    chance = random.Random(os.urandom(8))
    try:
        while not stop.is_set():
            drafts = [
                a_draft(viewer, subject=subject) for subject in chance.choices(subjects, k=chance.choice([1, 40]))
            ]
            try:
                with viewing(viewer):
                    entries = audit.record_many(drafts, by=viewer)
                    if chance.random() < 0.2:
                        raise InterruptedError
            except InterruptedError:
                continue
            for draft, entry in zip(drafts, entries, strict=True):
                order += 1
                written.append((draft.subject, order, entry))
            time.sleep(budget(0.05, 0.01))
    finally:
        connections.close_all()


def _numbers_without_the_lock():
    with connect("system", application="test") as connection:
        while connection.execute("select exists (select from audit_pending)").fetchone()[0]:
            with contextlib.suppress(psycopg.Error, sequencer._TreeMoved):
                sequencer.number_pending(connection)


def _records_and_waits(viewer, written, go_on):
    try:
        with viewing(viewer):
            audit.record(a_draft(viewer), by=viewer)
            written.set()
            go_on.wait(10)
    finally:
        connections.close_all()


def _until(holds, *, seconds=5.0):
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def test_the_clock_of_an_entry_is_the_databases(committed_db, clock):
    clock.move(days=500)
    viewer = a_viewer()
    _, subject = an_entry(viewer)

    with viewing(viewer):
        (card,) = audit.history(subject)
    assert abs(card.at - now()) < timedelta(minutes=1)
