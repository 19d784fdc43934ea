"""`liaison demo`: a whole installation with an invented world, on this machine, with one command.

It sets up what is missing, writes what the first minute needs, starts `serve` and `work`, says where to sign in and
as whom, and writes the rest of the world while people look around. Ctrl-C stops everything; the home stays.
"""

import argparse
import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from liaison.cli.serve import port_is_free, served_address
from liaison.cli.setup import know_apps, unapplied_migrations
from liaison.config.env import Environment, environment
from liaison.config.keys import make_keys
from liaison.postgres import running, setup
from liaison.postgres.connections import ACCESS_FILE
from liaison.refusal import Finding, Refused, mark

PORTS_TRIED_MAX = 20
FIRST_PAGE_SECONDS_MAX = 180
STOP_SECONDS_MAX = 30
STARTS_MAX = 5
LOOK_SECONDS = 0.2
TELL_SECONDS = 2.0
EXAMPLE = """example:
  liaison demo
  liaison demo --port 8080
  liaison query --as qm.border "P<QMMSOLSIZIK<<TRENIDAN"
"""


def register(subparsers: Any) -> None:  # Any: argparse keeps the type of its subparsers private
    """Add the command."""
    parser = subparsers.add_parser(
        "demo",
        help="try Liaison with an invented world",
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--port", type=int, default=None, help="the port (LIAISON_PORT, default 8000, else a free one)"
    )
    parser.add_argument("--prepare", action="store_true", help="only set up and write the world, then end")
    parser.add_argument("--people", type=int, default=None, help="how many people to invent (5000)")
    parser.add_argument("--documents", type=int, default=None, help="how many stolen documents to invent (100000)")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Set up, begin the world, serve it, and finish it meanwhile."""
    chosen = environment()
    _refuse_production(chosen)
    if address := served_address(chosen.home):
        raise Refused(_served_already(chosen, address))
    with _ended_once(), _database(chosen):
        from liaison.apps.training import public as training  # noqa: PLC0415 - Django is set up only now

        world = _marked(chosen, arguments)
        with training.answering():
            if arguments.prepare:
                world.begin()
                world.finish(threading.Event())
                return 0
            return _serve_and_finish(chosen, world, port=arguments.port or chosen.port)


@dataclass(frozen=True, slots=True)
class _World:
    """The world of this run, and how big it is."""

    people: int
    documents: int

    def begin(self) -> None:
        """Write what the first minute needs."""
        from liaison.apps.training import public as training  # noqa: PLC0415 - Django is set up only now

        training.begin_world()

    def finish(self, stopped: threading.Event) -> None:
        """Write the rest of it, telling how far it is; end early, with nothing half-written, when stopped."""
        from liaison.apps.training import public as training  # noqa: PLC0415 - Django is set up only now

        if training.is_complete(people_count=self.people, document_count=self.documents):
            return
        teller = _Teller(stopped)
        training.finish_world(people_count=self.people, document_count=self.documents, progress=teller.tell)
        _say("The invented world is complete.")


class _Stopped(Exception):
    """The world is left where it is; the next start goes on from there."""


class _Teller:
    """Says now and then how much of the world is written."""

    def __init__(self, stopped: threading.Event) -> None:
        self._stopped = stopped
        self._told_at = time.monotonic()

    def tell(self, noun: str, done: int, total: int) -> None:
        """Say it, or raise _Stopped between two batches."""
        if self._stopped.is_set():
            raise _Stopped
        if done == total or time.monotonic() - self._told_at > TELL_SECONDS:
            self._told_at = time.monotonic()
            _say(f"  {noun}: {done:,} of {total:,}")


@contextlib.contextmanager
def _database(chosen: Environment) -> Iterator[None]:
    """Make the database answer, with roles, keys and schema, until the last user of this home ends."""
    if not (chosen.home / ACCESS_FILE).exists() and not chosen.database_app_url:
        _say(f"Setting up {chosen.home}")
    if chosen.database_url:
        setup(chosen.home, chosen.wishes)
    with running(chosen.home, chosen.wishes):
        make_keys(chosen.home)
        know_apps()
        if unapplied_migrations():
            from django.core.management import call_command  # noqa: PLC0415 - Django is set up only now

            call_command("migrate", verbosity=0)
        yield


def _marked(chosen: Environment, arguments: argparse.Namespace) -> _World:
    """Make sure that this home is a demo and nothing else, and return its world."""
    from liaison.apps.training import public as training  # noqa: PLC0415 - Django is set up only now

    if not training.is_demo(chosen.home):
        training.mark_demo(chosen.home)
    return _World(
        people=training.PEOPLE if arguments.people is None else arguments.people,
        documents=training.DOCUMENTS if arguments.documents is None else arguments.documents,
    )


def _serve_and_finish(chosen: Environment, world: _World, *, port: int) -> int:
    port = _free_port(chosen.bind, port)
    address = f"http://{chosen.bind}:{port}/"
    stopped = threading.Event()
    builder = threading.Thread(target=_finish_quietly, args=(world, stopped), name="world", daemon=True)
    children = [_Child(["work"]), _Child(["serve", "--port", str(port)])]
    try:
        for child in children:
            child.start()
        world.begin()
        _wait_for_first_page(address, children)
        print(_welcome(address), flush=True)
        builder.start()
        return _watch(children)
    except KeyboardInterrupt:
        _say("Stopping.")
        return 0
    finally:
        stopped.set()
        for child in children:
            child.end()
        for child in children:
            child.wait()
        if builder.is_alive():
            builder.join(STOP_SECONDS_MAX)


def _finish_quietly(world: _World, stopped: threading.Event) -> None:
    from django.db import connections  # noqa: PLC0415 - Django is set up only now

    with contextlib.suppress(_Stopped):
        world.finish(stopped)
    connections.close_all()


class _Child:
    """One process of the installation, in a group of its own, so that its workers end with it."""

    def __init__(self, words: Sequence[str]) -> None:
        self.words = list(words)
        self.starts = 0
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, or start it again."""
        self.starts += 1
        command = [sys.executable, "-m", "liaison.cli.main", *self.words]
        self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True)

    @property
    def runs(self) -> bool:
        """Whether it still runs."""
        return self._process is not None and self._process.poll() is None

    def end(self) -> None:
        """Ask it to end."""
        if self.runs and self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                self._process.terminate()

    def wait(self) -> None:
        """Wait until it ended; after a while, end its whole group."""
        if self._process is None:
            return
        try:
            self._process.wait(STOP_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            _say(f"`liaison {self.words[0]}` did not stop by itself.")
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()


def _watch(children: Sequence[_Child]) -> int:
    """Start again what dies; give up on what dies again and again."""
    while True:
        time.sleep(LOOK_SECONDS)
        for child in children:
            if child.runs:
                continue
            if child.starts >= STARTS_MAX:
                _say(f"`liaison {child.words[0]}` ended {child.starts} times; see its words above.")
                return 1
            _say(f"`liaison {child.words[0]}` ended; starting it again.")
            child.start()


def _wait_for_first_page(address: str, children: Sequence[_Child]) -> None:
    deadline = time.monotonic() + FIRST_PAGE_SECONDS_MAX
    while time.monotonic() < deadline:
        if not all(child.runs for child in children):
            break
        try:
            with urllib.request.urlopen(address, timeout=FIRST_PAGE_SECONDS_MAX):  # noqa: S310 - our own address
                return
        except urllib.error.HTTPError:
            return  # it answers
        except OSError:
            time.sleep(LOOK_SECONDS)
    raise Refused(
        Finding(
            code="demo.no_first_page",
            problem=mark("The first page did not come within %(seconds)s seconds."),
            remedy=mark("Read what `serve` and `work` said above, and run `liaison doctor`."),
            values={"seconds": FIRST_PAGE_SECONDS_MAX},
        )
    )


def _welcome(address: str) -> str:
    from liaison.apps.training import public as training  # noqa: PLC0415 - Django is set up only now

    lines = ["", f"  Liaison is at {address}", "", f"  Password of everybody: {training.PASSWORD}", ""]
    lines += [f"  {user.sign_in_name:<14} {user.comes_for}" for user in training.users() if user.comes_for]
    lines += ["", "  Sign in as qm.border and paste this passport into the box:", ""]
    lines += [f"    {line}" for line in training.offer().splitlines()]
    lines += ["", "  Everybody here is invented. Ctrl-C stops it.", ""]
    return "\n".join(lines)


def _free_port(bind: str, wanted: int) -> int:
    for port in range(wanted, wanted + PORTS_TRIED_MAX):
        if port_is_free(bind, port):
            return port
    raise Refused(
        Finding(
            code="demo.no_free_port",
            problem=mark("The ports %(first)s to %(last)s are all taken."),
            remedy=mark("Name another with --port."),
            field="LIAISON_PORT",
            values={"first": wanted, "last": wanted + PORTS_TRIED_MAX - 1},
        )
    )


@contextlib.contextmanager
def _ended_once() -> Iterator[None]:
    """Treat SIGTERM as Ctrl-C, and the second of either as nothing: ending takes a moment and must not be cut."""
    numbers = (signal.SIGINT, signal.SIGTERM)

    def interrupt(*_: object) -> None:
        for number in numbers:
            signal.signal(number, signal.SIG_IGN)
        raise KeyboardInterrupt

    before = {number: signal.signal(number, interrupt) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _refuse_production(chosen: Environment) -> None:
    if chosen.production:
        raise Refused(
            Finding(
                code="demo.production",
                problem=mark("LIAISON_ENV is production, where nobody is invented."),
                remedy=mark("Run the demo on a machine and a home of its own."),
                field="LIAISON_ENV",
            )
        )


def _served_already(chosen: Environment, address: str) -> Finding:
    return Finding(
        code="demo.served_already",
        problem=mark("The home %(home)s is served already, at %(address)s."),
        remedy=mark("Open that address, or stop it first."),
        field="LIAISON_HOME",
        values={"home": chosen.home, "address": address},
    )


def _say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)
