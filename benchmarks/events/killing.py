"""What is found of the looks that were answered, when their door or the database's server is killed with -9.

Nothing is allowed to end in order: the door is a process of its own that says which looks were answered, and what it
had said is then looked for in the table. A look that is found though nobody was answered does no harm.
"""

# ruff: noqa: PLC0415  # the home must exist before Django reads where it is
import asyncio
import contextlib
import multiprocessing
import os
import random
import signal
import threading
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any
from uuid import UUID

from benchmarks import homes

START_SECONDS_MAX = 60.0
KILLED_AFTER_SECONDS = (0.5, 3.0)
ID_BYTES = 16


def killed(home: Path, case: dict[str, Any], *, viewer: Callable[[], Any]) -> dict[str, float]:
    """Let a crowd ask at one door, kill what the case names at a moment drawn by lot, and count what is found."""
    spawn = multiprocessing.get_context("spawn")
    hears, says = spawn.Pipe(duplex=False)
    door = spawn.Process(target=_door, args=[says, case["crowd"], viewer])
    door.start()
    says.close()
    answered: list[tuple[float, UUID]] = []
    ear = threading.Thread(target=_listen, args=[hears, answered])
    ear.start()
    _wait(lambda: bool(answered))
    began = time.monotonic()
    time.sleep(random.Random(os.urandom(8)).uniform(*KILLED_AFTER_SECONDS))
    took = time.monotonic() - began
    while_asked = sum(at >= began for at, _ in list(answered))
    if case["kill"] == "server":
        _kill_server(home)
    os.kill(door.pid or 0, signal.SIGKILL)
    door.join()
    ear.join()
    if case["kill"] == "server":
        _revive(home)
    ids = {event for _, event in answered}
    found = _found(ids)
    return {
        "looks_per_second": while_asked / took,
        "answered": len(ids),
        "answered_and_found": len(found),
        "answered_and_lost": len(ids - found),
    }


def _door(says: Connection, crowd: int, viewer: Callable[[], Any]) -> None:
    """Answer as many as a crowd asks; each answer is said aloud only after its look was acknowledged."""
    homes.django()
    from liaison.apps.audit import public as audit

    one = viewer()
    shown = [(one.user_id, one.reader_id), (one.reader_id, one.reader_id)]

    async def asker() -> None:
        while True:
            event = await audit.look_async(audit.Look.by(one, kind="query", shown=shown))
            says.send_bytes(event.bytes)

    async def all_of_them() -> None:
        await asyncio.gather(*(asker() for _ in range(crowd)), return_exceptions=True)

    asyncio.run(all_of_them())
    threading.Event().wait()  # the server is gone: nobody is answered any more, until this is killed


def _listen(hears: Connection, answered: list[tuple[float, UUID]]) -> None:
    try:
        while True:
            said = hears.recv_bytes()
            assert len(said) == ID_BYTES, "one answer is one message"
            answered.append((time.monotonic(), UUID(bytes=said)))
    except (EOFError, OSError):
        return  # the door was killed, perhaps in the middle of a word


def _kill_server(home: Path) -> None:
    """Kill the postmaster first, so that it tells nobody, and then every process that it had started."""
    (found,) = home.glob("**/postmaster.pid")
    postmaster = int(found.read_text().split()[0])
    children = [int(one) for one in Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()]
    for pid in (postmaster, *children):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def _revive(home: Path) -> None:
    from django.db import connections

    from liaison.apps.audit import public as audit
    from liaison.postgres import Wishes, revive

    audit.stop_event_writer()
    connections.close_all()
    _wait(lambda: revive(home, Wishes()))


def _found(ids: set[UUID]) -> set[UUID]:
    from liaison.apps.audit.cursors import system_fetch

    return {row[0] for row in system_fetch("select id from audit_event where id = any(%s)", [list(ids)])}


def _wait(holds: Callable[[], bool]) -> None:
    until = time.monotonic() + START_SECONDS_MAX
    while not holds():
        assert time.monotonic() < until, "it did not come to that"
        time.sleep(0.05)
