"""Writing looks: each is committed before its answer leaves, many with one disk write.

One thread per process holds one connection of the doors' role. What is asked for while it commits goes into its next
batch, so a lone look waits for one commit and a crowd shares one.
"""

import asyncio
import contextlib
import dataclasses
import logging
import os
import queue
import secrets
import threading
import time
from collections.abc import Sequence
from concurrent.futures import Future, InvalidStateError
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import psycopg
from psycopg.types.range import Range

from liaison.apps.audit.installation import connect, settings_of
from liaison.apps.audit.values import STANDING_NOTE, EventsUnavailable, Look
from liaison.ledger.entries import SALT_BYTES
from liaison.ledger.events import Event
from liaison.rows.ids import new_id

BATCH_MAX = 200
QUEUED_MAX = 10_000
ANSWER_SECONDS_MAX = 5.0
STOP_SECONDS_MAX = 10.0
RECONNECT_SECONDS = 0.25
MONTHS_AHEAD = 2

_log = logging.getLogger(__name__)
_unset = datetime(2000, 1, 1, tzinfo=UTC)
_no_months: Range[datetime] = Range(empty=True)

_INSERT_EVENTS = """
insert into audit_event (id, at, kind, actor, reader, purpose, count, salt, body, standing)
select * from unnest(%s::uuid[], %s::timestamptz[], %s::text[], %s::uuid[], %s::uuid[], %s::text[], %s::bigint[],
                     %s::bytea[], %s::bytea[], %s::text[])
"""
_INSERT_SUBJECTS = """
insert into audit_event_subject (event_id, at, subject, source, reader, kind, purpose, standing)
select * from unnest(%s::uuid[], %s::timestamptz[], %s::uuid[], %s::uuid[], %s::uuid[], %s::text[], %s::text[],
                     %s::text[])
"""
_INSERT_PENDING = "insert into audit_event_pending (event_id, at) select * from unnest(%s::uuid[], %s::timestamptz[])"


@dataclass(frozen=True, slots=True)
class _Asked:
    """A look that waits for its batch, and whom to tell."""

    look: Look
    event: Event
    answer: "Future[UUID]"


class EventWriter:
    """The thread that commits looks in batches. `submit` from any thread; each look's future ends with its batch."""

    def __init__(self) -> None:
        self.process = os.getpid()
        self._queue: queue.Queue[_Asked | None] = queue.Queue(maxsize=QUEUED_MAX)
        self._connection: psycopg.Connection[Any] | None = None
        self._months = _no_months
        self._not_before = 0.0
        self._thread = threading.Thread(target=self._run, name="liaison-events", daemon=True)
        self._thread.start()

    @property
    def alive(self) -> bool:
        """Whether it still takes looks, in this process."""
        return self._thread.is_alive() and self.process == os.getpid()

    def submit(self, look: Look) -> "Future[UUID]":
        """Queue the look; EventsUnavailable if too many wait. A look that cannot be written is a ValueError here."""
        asked = _Asked(look, _event(look), Future())
        try:
            self._queue.put_nowait(asked)
        except queue.Full:
            raise EventsUnavailable from None
        return asked.answer

    def stop(self) -> None:
        """Commit what is queued and end the thread."""
        self._queue.put(None)
        self._thread.join(STOP_SECONDS_MAX)

    def _run(self) -> None:
        while batch := self._next_batch():
            asked = [item for item in batch if item is not None]
            if asked:
                self._answer(asked)
            if len(asked) < len(batch):
                break
        self._disconnect()

    def _next_batch(self) -> list[_Asked | None]:
        """Whatever waits, at most BATCH_MAX looks; waits for the first. None in it asks to stop."""
        batch = [self._queue.get()]
        with contextlib.suppress(queue.Empty):
            while batch[-1] is not None and len(batch) < BATCH_MAX:
                batch.append(self._queue.get_nowait())
        return batch

    def _answer(self, asked: Sequence[_Asked]) -> None:
        try:
            events = self._commit(asked)
        except Exception:
            _log.exception("A batch of %s looks could not be written.", len(asked))
            self._disconnect()
            self._not_before = time.monotonic() + RECONNECT_SECONDS
            for item in asked:
                _end(item.answer, EventsUnavailable())
            return
        for item, event in zip(asked, events, strict=True):
            _end(item.answer, event.id)

    def _commit(self, asked: Sequence[_Asked]) -> list[Event]:
        connection, at = self._ready()
        if at not in self._months:
            self._ensure_months(connection)
        events = [dataclasses.replace(item.event, at=at) for item in asked]
        with connection.pipeline(), connection.transaction():
            _insert(connection, events, [item.look for item in asked])
        return events

    def _ready(self) -> tuple[psycopg.Connection[Any], datetime]:
        """A connection that answers, and the database's clock. One that died while it was idle is made anew."""
        was_open = self._connection is not None
        try:
            connection = self._connected()
            row = connection.execute("select liaison_now()").fetchone()
        except psycopg.OperationalError:
            if not was_open:
                raise
            self._disconnect()
            return self._ready()
        assert row is not None, "one row was selected"
        return connection, row[0]

    def _connected(self) -> psycopg.Connection[Any]:
        """The connection, to the database that Django's settings now name: a suite changes it between tests."""
        if self._connection is not None and self._connection.info.dbname != settings_of("default")["NAME"]:
            self._disconnect()
        if self._connection is None:
            if time.monotonic() < self._not_before:
                raise EventsUnavailable
            self._connection = connect("default", application="liaison events")
            self._connection.execute("set synchronous_commit = on")
            self._months = _no_months
        return self._connection

    def _ensure_months(self, connection: psycopg.Connection[Any]) -> None:
        row = connection.execute("select audit_ensure_months(%s)", [MONTHS_AHEAD]).fetchone()
        assert row is not None, "one row was selected"
        self._months = row[0]

    def _disconnect(self) -> None:
        if self._connection is not None:
            with contextlib.suppress(psycopg.Error):
                self._connection.close()
            self._connection = None


_starting = threading.Lock()
_writer: EventWriter | None = None


def start_event_writer() -> EventWriter:
    """Return this process's event writer, started if it is not; a forked child starts its own."""
    global _writer  # one per process, as this module's docstring says
    with _starting:
        if _writer is None or not _writer.alive:
            _writer = EventWriter()
        return _writer


def stop_event_writer() -> None:
    """Commit what is queued and end this process's event writer, if it runs."""
    global _writer
    with _starting:
        if _writer is not None and _writer.alive:
            _writer.stop()
        _writer = None


def look(event: Look) -> UUID:
    """Write one look and return its id once it is committed; EventsUnavailable if that cannot be had in time.

    After EventsUnavailable nothing may be shown. The look may be there all the same: a look without an answer is
    no harm, an answer without a look is.
    """
    return look_all([event])[0]


def look_all(events: Sequence[Look]) -> list[UUID]:
    """Write several looks as `look` does one, most of them with one disk write, and return their ids in order."""
    writer = start_event_writer()
    answers = [writer.submit(event) for event in events]
    ends = time.monotonic() + ANSWER_SECONDS_MAX
    try:
        return [answer.result(max(0.0, ends - time.monotonic())) for answer in answers]
    except TimeoutError:
        for answer in answers:
            answer.cancel()
        raise EventsUnavailable from None


async def look_async(event: Look) -> UUID:
    """Write one look as `look` does, without holding a thread while it waits."""
    answer = asyncio.wrap_future(start_event_writer().submit(event))
    try:
        return await asyncio.wait_for(answer, ANSWER_SECONDS_MAX)
    except TimeoutError:
        raise EventsUnavailable from None


def _event(look: Look) -> Event:
    return Event(
        id=new_id(),
        at=_unset,
        kind=look.kind,
        user=look.actor,
        reader=look.reader,
        purpose=look.purpose,
        subjects=tuple(shown.subject for shown in look.shown),
        count=look.count,
        notes={**look.notes, STANDING_NOTE: look.standing.value} if look.standing else look.notes,
    )


def _insert(connection: psycopg.Connection[Any], events: Sequence[Event], looks: Sequence[Look]) -> None:
    connection.execute(
        _INSERT_EVENTS,
        [
            [event.id for event in events],
            [event.at for event in events],
            [event.kind.value for event in events],
            [event.user for event in events],
            [event.reader for event in events],
            [event.purpose for event in events],
            [event.count for event in events],
            [secrets.token_bytes(SALT_BYTES) for _ in events],
            [event.to_bytes() for event in events],
            [look.standing.value for look in looks],
        ],
    )
    shown = [
        (
            event.id,
            event.at,
            one.subject,
            one.source,
            event.reader,
            event.kind.value,
            event.purpose,
            look.standing.value,
        )
        for event, look in zip(events, looks, strict=True)
        for one in dict.fromkeys(look.shown)
    ]
    if shown:
        connection.execute(_INSERT_SUBJECTS, [list(column) for column in zip(*shown, strict=True)])
    connection.execute(_INSERT_PENDING, [[event.id for event in events], [event.at for event in events]])


def _end(answer: "Future[UUID]", result: UUID | EventsUnavailable) -> None:
    """Tell the one who waits, if he still does."""
    with contextlib.suppress(InvalidStateError):
        if isinstance(result, EventsUnavailable):
            answer.set_exception(result)
        else:
            answer.set_result(result)
