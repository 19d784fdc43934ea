"""Asking a body's agent for a signature. Whoever asks holds no key, and believes no answer that does not verify."""

import contextlib
import socket
import threading
from dataclasses import dataclass, field
from pathlib import Path

from liaison.ledger.canonical import Json, canonical_json, parse_json
from liaison.ledger.statements import Statement, decoded

SECONDS_MAX = 3.0
"""An agent far away, at the end of a forwarded socket, answers in a tenth of it."""
LINE_BYTES_MAX = 16_384


class AgentAway(Exception):
    """The agent cannot be reached, or does not answer in time."""


class AgentDeclined(Exception):
    """The agent answers and does not sign."""

    def __init__(self, code: str, said: str) -> None:
        super().__init__(f"{code}: {said}")
        self.code, self.said = code, said


@dataclass
class AgentClient:
    """Asks the agent at one socket; each thread has a connection of its own, kept open."""

    path: Path
    _lines: threading.local = field(default_factory=threading.local, repr=False)

    def sign(self, said: Statement, *, key_id: str) -> bytes:
        """Return the signature of that key over a statement; raise AgentAway or AgentDeclined."""
        answered = self._asked({"key": key_id, "statement": said})
        if "signature" not in answered:
            raise AgentDeclined(str(answered.get("declined", "malformed"))[:40], str(answered.get("said", ""))[:200])
        try:
            return decoded(str(answered["signature"]))
        except ValueError:
            raise AgentAway from None

    def who(self) -> tuple[str, list[str]]:
        """Return whose agent it is and the thumbprints of its keys; raise AgentAway."""
        answered = self._asked({"who": 1})
        keys = answered.get("keys")
        return str(answered.get("body", "")), [str(one) for one in keys] if isinstance(keys, list) else []

    def _asked(self, line: dict[str, Json]) -> dict[str, Json]:
        """Return the answer; an old connection that the agent has closed meanwhile is made anew once."""
        fresh = getattr(self._lines, "file", None) is None
        try:
            return self._conversed(line)
        except (OSError, ValueError) as error:
            self.close()
            if fresh or isinstance(error, TimeoutError):
                raise AgentAway from error
        try:
            return self._conversed(line)
        except (OSError, ValueError) as error:
            self.close()
            raise AgentAway from error

    def _conversed(self, line: dict[str, Json]) -> dict[str, Json]:
        file = getattr(self._lines, "file", None)
        if file is None:
            file = self._connected()
        file.write(canonical_json(line) + b"\n")
        file.flush()
        answered = parse_json(file.readline(LINE_BYTES_MAX))
        if not isinstance(answered, dict):
            raise ValueError("An agent answers with an object.")
        return answered

    def _connected(self) -> "socket.SocketIO":
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.settimeout(SECONDS_MAX)
        try:
            line.connect(str(self.path))
        except OSError:
            line.close()
            raise
        self._lines.socket = line
        self._lines.file = line.makefile("rwb")
        return self._lines.file

    def close(self) -> None:
        """Close this thread's connection; the next question opens another."""
        for name in ("file", "socket"):
            held = getattr(self._lines, name, None)
            if held is not None:
                with contextlib.suppress(OSError):
                    held.close()
                setattr(self._lines, name, None)
