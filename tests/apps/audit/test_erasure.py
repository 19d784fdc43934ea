"""Erasing: nothing of it can be opened again, its neighbours stay, and no crash or restore brings it back."""

import base64
import hashlib
import signal
import subprocess
import sys
import threading
import time
import unicodedata
from itertools import product
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from cryptography.exceptions import InvalidTag
from django.conf import settings
from django.db import connections

from liaison.apps.audit import erasure
from liaison.apps.audit import public as audit
from liaison.apps.audit.erasure import finish_erasures, read_erasures
from liaison.apps.audit.installation import vault
from liaison.apps.audit.vault import WRAPPED_BYTES, BucketKey, bucket_of, unwrap
from liaison.postgres.server import superuser_conninfo
from liaison.refusal import Refused
from liaison.rows.public import new_id, viewing
from tests.apps.audit.world import (
    NAME,
    a_draft,
    a_viewer,
    an_entry,
    found,
    numbered,
    rooted_and_signed,
)
from tests.budgets import budget, some

STEPS = (
    "_keep_in_journal",
    "_rotate",
    "Vault.renew",
    "_wrapped_anew",
    "Vault.keep_rewrapped",
    "Vault.destroy",
)
KILLED_AT = """
import django, os, signal, sys
from uuid import UUID
django.setup()
from liaison.apps.audit import erasure, vault
from tests.apps.audit.world import a_viewer
from liaison.rows.public import viewing
step, when, subject, user, reader = sys.argv[1:]
owner, _, name = step.rpartition(".")
owner = getattr(vault, owner) if owner else erasure
real = getattr(owner, name)
def dying(*given, **named):
    if when == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    real(*given, **named)
    os.kill(os.getpid(), signal.SIGKILL)
setattr(owner, name, dying)
import dataclasses
viewer = dataclasses.replace(a_viewer(), user_id=UUID(user), reader_id=UUID(reader))
with viewing(viewer):
    erasure.erase(UUID(subject), source=viewer.reader_id, by=viewer, reason="source_decision")
"""


def an_erasure(viewer, subject):
    """Erase a record as its bureau would."""
    with viewing(viewer):
        return audit.erase(subject, source=viewer.reader_id, by=viewer, reason="source_decision")


def neighbours(viewer, subject, count=3):
    """Record so many others in the same bucket."""
    return [an_entry(viewer, subject=UUID(bytes=new_id().bytes[:15] + subject.bytes[15:]))[0] for _ in range(count)]


class TestGivenAnErasedRecord:
    def test_when_anybody_reads_then_its_content_is_absent_and_its_history_tells(self, committed_db):
        viewer = a_viewer()
        entry, subject = an_entry(viewer)

        an_erasure(viewer, subject)

        with viewing(viewer):
            assert audit.contents([entry]) == {}
            assert audit.latest_content([subject]) == {}
            assert [card.action for card in audit.history(subject)] == ["records.entered", "records.erased"]
        assert audit.system_contents([entry]) == {}
        rooted_and_signed()
        assert found() == set()

    def test_when_others_of_its_bucket_are_read_then_they_open(self, committed_db):
        viewer = a_viewer()
        _, subject = an_entry(viewer)
        others = neighbours(viewer, subject)
        versions = vault().versions(bucket_of(subject))

        an_erasure(viewer, subject)

        with viewing(viewer):
            assert audit.contents(others).keys() == set(others)
        assert vault().versions(bucket_of(subject)) == [versions[-1] + 1]

    def test_when_the_erasing_transaction_is_rolled_back_then_it_stays(self, committed_db):
        viewer = a_viewer()
        entry, subject = an_entry(viewer)

        with pytest.raises(ZeroDivisionError), viewing(viewer):
            audit.erase(subject, source=viewer.reader_id, by=viewer, reason="source_decision")
            raise ZeroDivisionError

        audit.replay_erasures()
        with viewing(viewer):
            assert audit.contents([entry]).keys() == {entry}
        assert subject not in {one.subject for one in read_erasures().erasures}

    def test_when_the_reason_is_free_text_then_it_is_refused(self, committed_db):
        viewer = a_viewer()
        _, subject = an_entry(viewer)

        with pytest.raises(Refused, match="cannot be free text"), viewing(viewer):
            audit.erase(subject, source=viewer.reader_id, by=viewer, reason=f"{NAME} asked for it")

    def test_when_several_are_erased_at_once_then_each_has_its_entry(self, committed_db):
        viewer = a_viewer()
        subjects = [an_entry(viewer)[1] for _ in range(4)]

        with viewing(viewer):
            pairs = [(subject, viewer.reader_id) for subject in subjects]
            entries = erasure.erase_many(pairs, by=viewer, reason="retention_expired")

        assert len(set(entries)) == 4
        with viewing(viewer):
            assert audit.latest_content(subjects) == {}

    def test_when_a_writer_holds_the_bucket_key_then_its_record_can_be_read_later(self, committed_db):
        viewer, other = a_viewer(), a_viewer()
        _, subject = an_entry(viewer)
        neighbour = UUID(bytes=new_id().bytes[:15] + subject.bytes[15:])
        eraser = threading.Thread(target=_erases, args=[viewer, subject])
        with viewing(other):
            entry = audit.record(a_draft(other, subject=neighbour), by=other)
            eraser.start()
            time.sleep(0.3)
            late = UUID(bytes=new_id().bytes[:15] + subject.bytes[15:])
            second = audit.record(a_draft(other, subject=late), by=other)
            assert eraser.is_alive(), "the old bucket key lives as long as somebody wraps with it"
        eraser.join()

        with viewing(other):
            assert audit.contents([entry, second]).keys() == {entry, second}
        rooted_and_signed()
        assert found() == set()

    def test_when_somebody_greps_a_dump_and_all_files_then_neither_name_nor_hash_is_there(self, committed_db):
        viewer, name = a_viewer(), "Zephyrine Quillonbray"
        _, subject = an_entry(viewer, name=name)
        neighbours(viewer, subject)
        audit.look(audit.Look.by(viewer, kind="view", shown=[(subject, viewer.reader_id)]))
        documents = [a_draft(viewer, subject=subject, name=name).content, name.encode()]
        before = _dump(committed_db)

        an_erasure(viewer, subject)
        rooted_and_signed()

        everything = b"\n".join(_dump(committed_db)) + _files(Path(settings.LIAISON_HOME))
        for trace in _traces(name, documents):
            assert trace not in everything.lower()
        assert str(subject).encode() in everything
        assert not _opens_with_any_file(before, subject)


@pytest.mark.parametrize(("step", "when"), some([*product(STEPS, ("before", "after"))], 3))
class TestGivenAnErasureThatIsKilled:
    def test_when_the_next_start_looks_then_it_is_finished(self, committed_db, step, when):
        viewer = a_viewer()
        entry, subject = an_entry(viewer)
        others = neighbours(viewer, subject)

        arguments = [step, when, str(subject), str(viewer.user_id), str(viewer.reader_id)]
        ended = subprocess.run(
            [sys.executable, "-c", KILLED_AT, *arguments],
            env=committed_db.environment() | {"DJANGO_SETTINGS_MODULE": "liaison.config.settings"},
        )
        assert ended.returncode == -signal.SIGKILL
        numbered()
        audit.replay_erasures()

        with viewing(viewer):
            assert audit.contents([entry, *others]).keys() == set(others)
        assert len(vault().versions(bucket_of(subject))) == 1
        assert subject in {one.subject for one in read_erasures().erasures}
        rooted_and_signed()
        assert found() == set()


class TestGivenAnOldBackup:
    def test_when_it_is_restored_then_the_erased_stays_erased_and_the_others_open(self, committed_db):
        viewer = a_viewer()
        entry, subject = an_entry(viewer)
        others = neighbours(viewer, subject)
        numbered()
        told: list[UUID] = []
        audit.on_erasure_replayed(told.extend)

        with RestoredToBefore(committed_db, lambda: an_erasure(viewer, subject)):
            assert audit.replay_erasures() == 1

            with viewing(viewer):
                assert audit.contents([entry, *others]).keys() == set(others)
                assert [card.action for card in audit.history(subject)] == ["records.entered", "records.erased"]
            assert told == [subject]
            assert audit.replay_erasures() == 0
            rooted_and_signed()
            assert found() == set()

    def test_when_it_is_older_than_the_record_then_nothing_is_made_up(self, committed_db):
        viewer = a_viewer()
        an_entry(viewer)

        def later():
            an_erasure(viewer, an_entry(viewer)[1])

        with RestoredToBefore(committed_db, later):
            assert audit.replay_erasures() == 0
            rooted_and_signed()
            assert found() == set()

    def test_when_it_was_restored_then_the_ledger_says_so(self, committed_db):
        viewer = a_viewer()
        an_entry(viewer)
        numbered()

        audit.note_restore(viewer)
        numbered()

        assert [one.action for one in audit.Cursor("test").read(9)] == ["records.entered", "ledger.restored"]


class TestGivenTheJournal:
    def test_when_its_last_line_was_torn_then_the_next_is_whole(self, committed_db):
        viewer = a_viewer()
        an_erasure(viewer, an_entry(viewer)[1])
        journal = Path(settings.LIAISON_HOME) / "erasures" / "journal"
        with journal.open("ab") as file:
            file.write(b'{"at":"2026-0')

        _, subject = an_entry(viewer)
        an_erasure(viewer, subject)

        kept = read_erasures()
        assert kept.erasures[-1].subject == subject
        assert kept.torn == b""

    def test_when_a_line_was_dropped_then_verify_says_so(self, committed_db):
        viewer = a_viewer()
        for _ in range(2):
            an_erasure(viewer, an_entry(viewer)[1])
        journal = Path(settings.LIAISON_HOME) / "erasures" / "journal"
        whole = journal.read_bytes()
        journal.write_bytes(b"".join(whole.splitlines(keepends=True)[1:]))

        assert "altered_journal" in found()
        journal.write_bytes(whole)
        numbered()
        assert found() == set()

    def test_when_erasures_run_at_once_then_no_line_is_lost(self, committed_db):
        viewer = a_viewer()
        subjects = [an_entry(viewer)[1] for _ in range(budget(6, 40))]
        threads = [threading.Thread(target=_erases, args=[viewer, subject]) for subject in subjects]

        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert set(subjects) <= {one.subject for one in read_erasures().erasures}
        assert finish_erasures() == 0


class TestGivenAKeyFileThatIsLost:
    def test_when_somebody_verifies_then_it_is_named(self, committed_db):
        viewer = a_viewer()
        _, subject = an_entry(viewer)
        numbered()
        bucket = bucket_of(subject)
        key = vault().current(bucket)
        path = Path(settings.LIAISON_HOME) / "keys" / "kek" / f"{bucket:02x}" / str(key.version)
        path.rename(path.with_name(".lost"))

        assert found() == {"lost_key"}
        path.with_name(".lost").rename(path)
        assert found() == set()

    def test_when_the_files_are_looked_at_then_only_their_owner_can_read_them(self, committed_db):
        an_entry(a_viewer())
        rooted_and_signed()

        files = [path for path in (Path(settings.LIAISON_HOME) / "keys").rglob("*") if path.is_file()]
        assert files
        assert {path.stat().st_mode & 0o777 for path in files} == {0o600}


class RestoredToBefore:
    """The database as it was before something happened; files beside it stay as they are now, as after a restore."""

    def __init__(self, database, happens):
        self._database, self._happens = database, happens

    def __enter__(self):
        name = f"{self._database.current}_backup"
        with psycopg.connect(superuser_conninfo(self._database.cluster), autocommit=True) as server:
            connections.close_all()
            audit.stop_event_writer()
            server.execute(f"create database {name} template {self._database.current} strategy file_copy")
        self._happens()
        self._before = self._database.current
        self._database.use(name)

    def __exit__(self, *_):
        name = self._database.current
        self._database.use(self._before)
        self._database.drop(name)


def _erases(viewer, subject):
    try:
        an_erasure(viewer, subject)
    finally:
        connections.close_all()


def _dump(database) -> list[bytes]:
    """Every value of every table, bytea raw and the rest as text."""
    values = []
    with psycopg.connect(superuser_conninfo(database.cluster), dbname=database.current) as connection:
        tables = connection.execute(
            "select oid::regclass::text from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace"
        ).fetchall()
        for (table,) in tables:
            for row in connection.execute(f"select * from {table}"):
                values += [bytes(value) if isinstance(value, bytes) else str(value).encode() for value in row]
    return values


def _files(home: Path) -> bytes:
    return b"\n".join(path.read_bytes() for path in home.rglob("*") if path.is_file())


def _traces(name: str, documents: list[bytes]) -> list[bytes]:
    """The name in several spellings, its parts, and unsalted hashes of all of them, raw, hexadecimal and base64."""
    words = [name, *name.split(), unicodedata.normalize("NFD", name), name.upper()]
    plain = [word.encode() for word in words] + documents
    hashes = [hashlib.new(kind, text).digest() for kind in ("md5", "sha1", "sha256", "sha512") for text in plain]
    written = [*plain, *hashes, *(value.hex().encode() for value in plain + hashes)]
    written += [base64.b64encode(value).rstrip(b"=") for value in plain + hashes]
    return [trace.lower() for trace in written]


def _opens_with_any_file(dump: list[bytes], subject: UUID) -> bool:
    """Whether any 32 bytes in any file under the home open any wrapped key in a dump from before the erasure."""
    keys = [path.read_bytes() for path in Path(settings.LIAISON_HOME).rglob("*") if path.is_file()]
    wrapped = [value for value in dump if len(value) == WRAPPED_BYTES]
    for key in (key for key in keys if len(key) == 32):
        for value in wrapped:
            try:
                unwrap(value, under=BucketKey(0, 1, key), subject=subject)
            except InvalidTag:
                continue
            return True
    return False


def test_the_other_bucket_keys_of_that_dump_would_have_opened_it(committed_db):
    viewer = a_viewer()
    _, subject = an_entry(viewer)
    assert _opens_with_any_file(_dump(committed_db), subject)
