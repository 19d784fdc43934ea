"""`liaison serve`: the doors, on one address, in N identical processes."""

import argparse
import contextlib
import fcntl
import json
import os
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from liaison.cli.setup import keep_erased, know_apps, refuse_missing_keys, refuse_unready
from liaison.config.env import PORT_MAX, WORKERS_MAX, environment
from liaison.postgres import Role, running
from liaison.postgres.private_files import PRIVATE_FILE
from liaison.refusal import Finding, Refused, mark

LOCK_FILE = "serve.lock"
STOP_SECONDS_MAX = 20
BACKLOG = 2048
EXAMPLE = """example:
  liaison serve --port 8000 --workers 2
"""


def register(subparsers: Any) -> None:  # Any: argparse keeps the type of its subparsers private
    """Add the command."""
    parser = subparsers.add_parser(
        "serve",
        help="answer pages, programs and queries",
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--bind", default=None, help="the address (LIAISON_BIND, default 127.0.0.1)")
    parser.add_argument("--port", type=int, default=None, help="the port (LIAISON_PORT, default 8000)")
    parser.add_argument("--workers", type=int, default=None, help="how many processes (LIAISON_WORKERS, default 1)")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Serve until told to stop."""
    chosen = environment()
    bind = arguments.bind or chosen.bind
    port = chosen.port if arguments.port is None else arguments.port
    workers = chosen.workers if arguments.workers is None else arguments.workers
    _refuse_numbers(port, workers)
    refuse_missing_keys(chosen)
    with running(chosen.home, chosen.wishes) as server, alone(chosen.home, f"http://{_host(bind)}:{port}"):
        know_apps()
        refuse_unready(server, Role.APP, Role.SYSTEM)
        keep_erased()
        refuse_taken_port(bind, port)
        print(f"Liaison answers at http://{_host(bind)}:{port}/", file=sys.stderr)
        return _serve(bind, port, workers)


@contextlib.contextmanager
def alone(home: Path, address: str) -> Iterator[None]:
    """Hold the home for one `serve`; raise Refused saying who holds it. The system frees the lock of a dead one."""
    descriptor = os.open(home / LOCK_FILE, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, PRIVATE_FILE)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refused(_held(home)) from None
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, json.dumps({"pid": os.getpid(), "address": address}).encode(), 0)
        yield
        os.ftruncate(descriptor, 0)
    finally:
        os.close(descriptor)


def served_address(home: Path) -> str | None:
    """Return the address at which this home is served now, or None."""
    try:
        with (home / LOCK_FILE).open("r+") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return str(_holder(home).get("address", "another address"))
    except FileNotFoundError:
        return None
    return None


def refuse_taken_port(bind: str, port: int) -> None:
    """Raise Refused when another program listens there."""
    if not port_is_free(bind, port):
        raise Refused(
            Finding(
                code="serve.port_taken",
                problem=mark("Another program listens on %(bind)s port %(port)s, or this account may not."),
                remedy=mark("Stop it, or choose another port: `liaison serve --port %(next)s`."),
                field="LIAISON_PORT",
                values={"bind": bind, "port": port, "next": port + 1},
            )
        )


def port_is_free(bind: str, port: int) -> bool:
    """Whether one could listen there now."""
    family = socket.AF_INET6 if ":" in bind else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((bind, port))
            tried.listen(1)
        except OSError:
            return False
    return True


def _serve(bind: str, port: int, workers: int) -> int:
    import uvicorn  # noqa: PLC0415 - a third of a second, which other commands do not pay

    uvicorn.run(
        "liaison.config.asgi:application",
        host=bind,
        port=port,
        workers=workers,
        lifespan="on",
        access_log=False,  # an address with its query may name a person
        server_header=False,
        backlog=BACKLOG,
        log_level="warning",
        timeout_graceful_shutdown=STOP_SECONDS_MAX,
    )
    return 0


def _held(home: Path) -> Finding:
    holder = _holder(home)
    return Finding(
        code="serve.already_served",
        problem=mark("This home is served already, at %(address)s, by process %(pid)s."),
        remedy=mark("Use that one, stop it, or give this one a home of its own (LIAISON_HOME)."),
        field="LIAISON_HOME",
        values={"address": holder.get("address", "?"), "pid": holder.get("pid", "?")},
    )


def _holder(home: Path) -> dict[str, Any]:
    try:
        return json.loads((home / LOCK_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}  # it has only just begun, or is just ending


def _refuse_numbers(port: int, workers: int) -> None:
    findings = [
        Finding(
            code="serve.wrong_number",
            problem=mark("%(name)s must be a number from 1 to %(most)s, not %(given)s."),
            remedy=mark("Correct it and start again."),
            field=name,
            values={"name": name, "most": most, "given": given},
        )
        for name, given, most in (("--port", port, PORT_MAX), ("--workers", workers, WORKERS_MAX))
        if not 1 <= given <= most
    ]
    if findings:
        raise Refused(*findings)


def _host(bind: str) -> str:
    return f"[{bind}]" if ":" in bind else bind
