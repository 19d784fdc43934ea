"""The agent's socket: one line of JSON asks, one line answers. Only its own user and one group may connect."""

import contextlib
import grp
import os
import socket
import socketserver
import stat
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from liaison.agent.desk import Declined, Desk, reply
from liaison.ledger.canonical import Json, canonical_json, parse_json
from liaison.refusal import Finding, Refused, mark

LINE_BYTES_MAX = 8_192
SILENCE_SECONDS_MAX = 600.0
CONNECTIONS_MAX = 256
ANSWER_SECONDS_MAX = 1.0
PATH_BYTES_MAX = 100
"""What an address of a Unix socket has room for on every system, with a little to spare."""
_OWNER_ONLY, _OWNER_AND_GROUP = 0o600, 0o660


class AgentServer(socketserver.ThreadingUnixStreamServer):
    """Serves one body's desk at a path until it is shut down."""

    daemon_threads = True
    request_queue_size = CONNECTIONS_MAX

    def __init__(self, path: Path, desk: Desk, *, group: str = "") -> None:
        _refuse_taken(path)
        self.desk = desk
        self._lines: set[socket.socket] = set()
        before = os.umask(0o177)
        try:
            super().__init__(str(path), _Conversation)
        finally:
            os.umask(before)
        path.chmod(_OWNER_AND_GROUP if group else _OWNER_ONLY)
        if group:
            os.chown(path, -1, _group(group))
        self.path = path

    def server_close(self) -> None:
        """Close, end every conversation, and leave no socket behind."""
        super().server_close()
        self.path.unlink(missing_ok=True)
        for line in list(self._lines):
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)

    def process_request(self, request: Any, client_address: Any) -> None:  # Any: as socketserver has them
        """Begin a conversation, unless there are too many."""
        if len(self._lines) >= CONNECTIONS_MAX:
            self.shutdown_request(request)
            return
        self._lines.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:  # Any: as above
        """End a conversation."""
        self._lines.discard(request)
        super().shutdown_request(request)


class _Conversation(socketserver.StreamRequestHandler):
    timeout = SILENCE_SECONDS_MAX

    def handle(self) -> None:
        assert isinstance(self.server, AgentServer)
        with contextlib.suppress(OSError):
            while line := self.rfile.readline(LINE_BYTES_MAX):
                self.wfile.write(canonical_json(answer_to(line, self.server.desk)) + b"\n")


def answer_to(line: bytes, desk: Desk) -> dict[str, Json]:
    """Return the answer to one line: a signature, who this is, or why not."""
    try:
        asked = parse_json(line)
    except ValueError:
        asked = None
    if asked == {"who": 1}:
        return {"body": desk.body, "keys": [*desk.key_ids]}
    if not isinstance(asked, dict) or asked.keys() != {"key", "statement"} or not isinstance(asked["key"], str):
        return reply(Declined("malformed", "One line asks for one signature: a key and a statement."))
    return reply(desk.answer(asked["statement"], asked["key"]))


@contextlib.contextmanager
def serving(path: Path, desk: Desk, *, group: str = "") -> Iterator[AgentServer]:
    """Serve in a thread of this process while the block runs."""
    with AgentServer(path, desk, group=group) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def _refuse_taken(path: Path) -> None:
    """Take away a socket that a killed agent left; raise Refused where something else is there, or lives."""
    if len(os.fsencode(path)) > PATH_BYTES_MAX:
        raise Refused(_long(path))
    try:
        found = path.stat()
    except FileNotFoundError:
        return
    if not stat.S_ISSOCK(found.st_mode) or found.st_uid != os.geteuid() or _answers(path):
        raise Refused(_taken(path))
    path.unlink()


def _answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        line.settimeout(ANSWER_SECONDS_MAX)
        try:
            line.connect(str(path))
        except OSError:
            return False
        return True


def _group(name: str) -> int:
    try:
        return grp.getgrnam(name).gr_gid
    except KeyError:
        raise Refused(_no_group(name)) from None


def _taken(path: Path) -> Finding:
    return Finding(
        code="agent.socket_taken",
        problem=mark("%(path)s is taken: another agent answers there, or it is not this user's socket."),
        remedy=mark("Stop the other agent, or choose another path for the socket."),
        values={"path": str(path)},
    )


def _long(path: Path) -> Finding:
    return Finding(
        code="agent.long_path",
        problem=mark("%(path)s is too long for the address of a socket."),
        remedy=mark("Name a folder with a shorter path in LIAISON_AGENTS."),
        values={"path": str(path)},
    )


def _no_group(name: str) -> Finding:
    return Finding(
        code="agent.no_group",
        problem=mark("This machine has no group “%(name)s”."),
        remedy=mark("Name the group of the user who runs “liaison serve”."),
        values={"name": name[:40]},
    )
