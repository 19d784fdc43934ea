"""Erasing a record for good: its entry says so, its key dies with the key that wrapped it, the journal keeps it so.

The ledger is the list of intentions: an entry whose action ends in `.erased` is committed first, with the record's
own change. What follows can be cut at any point and done again: a line in the journal, then in one transaction the
end of contents and key and the new wrapping of the bucket's other keys, then the end of the old bucket key. It is
finished when the key row is gone and the bucket has one key file.
"""

import contextlib
import fcntl
import os
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO
from uuid import UUID

import psycopg
from django.db import transaction

from liaison.apps.audit.entries import id_of, record_many, written
from liaison.apps.audit.installation import connect, home, vault
from liaison.apps.audit.record_keys import LOCK_CLASS, lock_key
from liaison.apps.audit.values import SYSTEM_ID, EntryDraft
from liaison.apps.audit.vault import BUCKETS, Vault, bucket_of, private_folder, sync_folder, unwrap, wrap
from liaison.ledger.erasures import BEGINNING, Erasure, Journal, journal_line, line_digest, read_journal
from liaison.refusal import Finding, Refused, mark
from liaison.viewer import Viewer

ERASED = ".erased"
LOCK_WAIT = "60s"
_REASON = re.compile(r"[a-z][a-z_]{0,63}")
_TAIL_BYTES = 4096
_replayed: list[Callable[[Sequence[UUID]], None]] = []


def erase(subject: UUID, *, source: UUID, by: Viewer, reason: str, action: str = "records.erased") -> UUID:
    """Erase one record's contents for good when the caller's transaction commits; see `erase_many`."""
    return erase_many([(subject, source)], by=by, reason=reason, action=action)[0]


def erase_many(
    subjects: Iterable[tuple[UUID, UUID]], *, by: Viewer, reason: str, action: str = "records.erased"
) -> list[UUID]:
    """Erase the contents of these (subject, source) pairs for good when the caller's transaction commits.

    Each leaves an entry, whose ids are returned. The caller has checked the right and changes its own rows in the
    same transaction. `reason` is a code, as it stays in the ledger for ever: any other text is a Refused.
    """
    assert action.endswith(ERASED), "followers know an erasure by the end of its action"
    if not _REASON.fullmatch(reason):
        raise Refused(_reason_is_no_code())
    pairs = list(subjects)
    drafts = [
        EntryDraft(action=action, subject=subject, source=source, notes={"reason": reason})
        for subject, source in pairs
    ]
    entries = record_many(drafts, by=by)
    transaction.on_commit(partial(finish_erasures, [subject for subject, _ in pairs]))
    return entries


def finish_erasures(subjects: Sequence[UUID] | None = None) -> int:
    """Carry out every erasure that the ledger or the journal tells of and that is not finished; return how many.

    `subjects` limits the search to these. Safe to run at any time, in several processes and after any crash.
    """
    with connect("system", application="liaison erasure") as connection:
        connection.execute("select set_config('lock_timeout', %s, false)", [LOCK_WAIT])
        told = _told_by_ledger(connection, subjects)
        _keep_in_journal(told, knowing_all=subjects is None)
        wanted = {erasure.subject for erasure in told}
        if subjects is None:
            wanted |= {erasure.subject for erasure in read_erasures().erasures}
        left = _still_there(connection, wanted)
        by_bucket = defaultdict(list)
        for subject in left:
            by_bucket[bucket_of(subject)].append(subject)
        for bucket in _unfinished_buckets(by_bucket, everywhere=subjects is None):
            _rotate(connection, bucket, by_bucket[bucket])
    return len(left)


def replay_erasures() -> int:
    """Before any door opens: erase again what a restored database brought back, and mend what it cannot open.

    Returns how many records were erased again. Each gets a new entry where the restored ledger has none, so that the
    index and the other followers drop it too.
    """
    with connect("system", application="liaison erasure") as connection:
        _mend_wrappings(connection)
        told = {erasure.subject for erasure in _told_by_ledger(connection, None)}
        journalled = {erasure.subject for erasure in read_erasures().erasures}
        returned = _still_there(connection, journalled - told)
        with connection.transaction():
            _tell_again(connection, returned)
    count = finish_erasures()
    for listener in _replayed if returned else ():
        listener(returned)
    return count


def on_erasure_replayed(listener: Callable[[Sequence[UUID]], None]) -> None:
    """Have the listener told of records that were erased again after a restore, to end its own rows of them."""
    _replayed.append(listener)


def read_erasures() -> Journal:
    """Return the journal of erasures; a line that was altered is a ValueError that names it."""
    try:
        with _journal_path().open("rb") as file:
            return read_journal(file)
    except FileNotFoundError:
        return Journal((), BEGINNING)


def _told_by_ledger(connection: psycopg.Connection[Any], subjects: Sequence[UUID] | None) -> list[Erasure]:
    rows = connection.execute(
        "select at, subject, id from audit_entry where action like '%%.erased'"
        " and (%(all)s or subject = any(%(subjects)s::uuid[])) order by position",
        {"all": subjects is None, "subjects": list(subjects or ())},
    ).fetchall()
    return [Erasure(*row) for row in rows]


def _keep_in_journal(told: Sequence[Erasure], *, knowing_all: bool) -> None:
    """Write what the journal lacks. Who knows only his own erasures does not look: a line twice does no harm."""
    with _locked_journal() as file:
        known = {erasure.entry for erasure in _read_open(file).erasures} if knowing_all else set()
        _append(file, [erasure for erasure in told if erasure.entry not in known])


def _still_there(connection: psycopg.Connection[Any], subjects: Iterable[UUID]) -> list[UUID]:
    """Those of the subjects that still have a key or content."""
    rows = connection.execute(
        "select subject from audit_key where subject = any(%(them)s::uuid[])"
        " union select subject from audit_content where subject = any(%(them)s::uuid[])",
        {"them": list(subjects)},
    ).fetchall()
    return [subject for (subject,) in rows]


def _unfinished_buckets(by_bucket: dict[int, list[UUID]], *, everywhere: bool) -> list[int]:
    if not everywhere:
        return sorted(by_bucket)
    keys = vault()
    return [bucket for bucket in range(BUCKETS) if bucket in by_bucket or len(keys.versions(bucket)) > 1]


def _rotate(connection: psycopg.Connection[Any], bucket: int, erased: Sequence[UUID]) -> None:
    """End the contents and keys of the erased, wrap the bucket's other keys anew, destroy the old bucket key.

    The next version is made before we wait for those who hold the old one: whoever makes a key meanwhile takes the
    next version, and nobody waits for us.
    """
    keys = vault()
    with connection.transaction():
        connection.execute("select pg_advisory_xact_lock(%s, %s)", [LOCK_CLASS, lock_key(bucket, 0)])
        old = keys.versions(bucket)
        new = keys.renew(bucket)
        for version in old:
            connection.execute("select pg_advisory_xact_lock(%s, %s)", [LOCK_CLASS, lock_key(bucket, version)])
        connection.execute("delete from audit_content where subject = any(%s::uuid[])", [list(erased)])
        connection.execute("delete from audit_key where subject = any(%s::uuid[])", [list(erased)])
        wrapped = _wrapped_anew(connection, keys, bucket, version=new.version)
        keys.keep_rewrapped(bucket, wrapped, version=new.version)
    for version in old:
        keys.destroy(bucket, version)


def _wrapped_anew(
    connection: psycopg.Connection[Any], keys: Vault, bucket: int, *, version: int
) -> dict[UUID, bytes]:
    new = keys.key(bucket, version)
    under = {number: keys.key(bucket, number) for number in keys.versions(bucket)}
    rows = connection.execute(
        "select subject, kek_version, wrapped from audit_key where bucket = %s for update", [bucket]
    ).fetchall()
    wrapped = {
        subject: wrap(unwrap(wrapped, under=under[number], subject=subject), under=new, subject=subject)
        for subject, number, wrapped in rows
        if number in under
    }
    connection.execute(
        "update audit_key k set kek_version = %s, wrapped = w.wrapped"
        " from unnest(%s::uuid[], %s::bytea[]) as w (subject, wrapped) where k.subject = w.subject",
        [version, list(wrapped), list(wrapped.values())],
    )
    return wrapped


def _mend_wrappings(connection: psycopg.Connection[Any]) -> None:
    """Give the records of a restored database the wrappings that were kept when their bucket was last rotated.

    Erased ones are not among them: their keys stay closed, whatever the backup held.
    """
    keys = vault()
    for bucket in range(BUCKETS):
        version, wrapped = keys.rewrapped(bucket)
        stale = connection.execute(
            "select 1 from audit_key where bucket = %s and kek_version < %s limit 1", [bucket, version]
        ).fetchone()
        if stale:
            connection.execute(
                "update audit_key k set kek_version = %(version)s, wrapped = w.wrapped"
                " from unnest(%(subjects)s::uuid[], %(wrapped)s::bytea[]) as w (subject, wrapped)"
                " where k.subject = w.subject and k.kek_version < %(version)s",
                {"version": version, "subjects": list(wrapped), "wrapped": list(wrapped.values())},
            )


def _tell_again(connection: psycopg.Connection[Any], returned: Sequence[UUID]) -> None:
    """Leave an entry on each record that came back though its erasure is later than the restored ledger."""
    rows = connection.execute(
        "select distinct on (subject) subject, source, split_part(action, '.', 1) from audit_entry"
        " where subject = any(%s::uuid[]) order by subject, position desc",
        [list(returned)],
    ).fetchall()
    for subject, source, noun in rows:
        again = EntryDraft(action=noun + ERASED, subject=subject, source=source, notes={"reason": "restored"})
        append_entry(connection, again)


def append_entry(connection: psycopg.Connection[Any], draft: EntryDraft) -> UUID:
    """Write one entry without content in the installation's own name, in a system connection's transaction."""
    row = connection.execute("select liaison_now(), nextval('audit_position')").fetchone()
    assert row is not None, "one row was selected"
    entry = written(draft, actor=SYSTEM_ID, at=row[0], position=row[1], key=None).entry
    connection.execute(
        "insert into audit_entry"
        " (id, position, at, action, kind, subject, actor, source, content_digest, salt, body)"
        " values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        entry,
    )
    connection.execute("insert into audit_pending (position, entry_id) values (%s, %s)", [entry[1], entry[0]])
    return id_of(entry)


def _journal_path() -> Path:
    return home() / "erasures" / "journal"


@contextlib.contextmanager
def _locked_journal() -> Iterator[BinaryIO]:
    path = _journal_path()
    private_folder(path.parent)
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(handle, "r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield file


def _read_open(file: BinaryIO) -> Journal:
    file.seek(0)
    return read_journal(file)


def _append(file: BinaryIO, erasures: Sequence[Erasure]) -> None:
    """Append the lines and have the disk keep them; a last line that a crash tore is cut off first."""
    if not erasures:
        return
    end, previous = _end(file)
    file.seek(end)
    file.truncate()
    for erasure in erasures:
        line = journal_line(erasure, previous)
        file.write(line)
        previous = line_digest(line)
    file.flush()
    os.fsync(file.fileno())
    sync_folder(_journal_path().parent)


def _end(file: BinaryIO) -> tuple[int, str]:
    """Where the last whole line ends, and its digest."""
    size = file.seek(0, os.SEEK_END)
    start = max(0, size - _TAIL_BYTES)
    file.seek(start)
    tail = file.read()
    whole = tail[: tail.rfind(b"\n") + 1]
    if not whole:
        return 0, BEGINNING
    last = whole[whole.rfind(b"\n", 0, -1) + 1 :]
    return start + len(whole), line_digest(last)


def _reason_is_no_code() -> Finding:
    return Finding(
        code="erasure.reason_is_no_code",
        problem=mark("The reason of an erasure stays in the ledger for ever, so it cannot be free text."),
        remedy=mark("Choose one of the listed reasons."),
        field="reason",
    )
