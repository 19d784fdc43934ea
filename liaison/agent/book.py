"""The agent's own book of what it signed: lines are only ever added, each with the digest of the one before.

It belongs to the bureau, not to the installation: the two can be laid side by side.
"""

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from liaison.agent.files import PRIVATE_FILE
from liaison.ledger.canonical import Json, canonical_json
from liaison.ledger.statements import Statement
from liaison.refusal import Finding, Refused, mark

FILE = "signed.log"
START = "0" * 64


@dataclass(frozen=True, slots=True)
class Line:
    """One line: when, by which key, what was signed, or why not."""

    at: str
    key: str
    outcome: str
    statement: Statement


class Book:
    """The book of one body. One process writes; any may read."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE
        self._before: str | None = None

    def write(self, line: Line) -> None:
        """Add a line, on disk when this returns."""
        descriptor = os.open(self._path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW, PRIVATE_FILE)
        with os.fdopen(descriptor, "a+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            if self._before is None:
                self._before = _last(self._path)
            said: dict[str, Json] = {
                "at": line.at,
                "key": line.key,
                "outcome": line.outcome,
                "statement": line.statement,
                "before": self._before,
            }
            written = canonical_json(said)
            file.write(written + b"\n")
            file.flush()
            os.fdatasync(file.fileno())
            self._before = _digest(written)

    def lines(self) -> Iterator[Line]:
        """Yield the lines, oldest first; raise Refused where one was changed, moved or taken out."""
        before = START
        for number, written in enumerate(_written(self._path), start=1):
            said = _parsed(written)
            if said is None or said.get("before") != before:
                raise Refused(_altered(number))
            statement = said["statement"]
            assert isinstance(statement, dict), "as it was parsed"
            before = _digest(written)
            yield Line(str(said["at"]), str(said["key"]), str(said["outcome"]), statement)


def _parsed(written: bytes) -> dict[str, Json] | None:
    try:
        said = json.loads(written)
        whole = canonical_json(said) == written and isinstance(said.get("statement"), dict)
        return said if whole else None
    except ValueError:
        return None


def _written(path: Path) -> Iterator[bytes]:
    if path.exists():
        with path.open("rb") as file:
            yield from (line.rstrip(b"\n") for line in file)


def _last(path: Path) -> str:
    """Return the digest of the last line, whatever came before."""
    last = None
    for last in _written(path):  # noqa: B007 - the last one is wanted
        pass
    return START if last is None else _digest(last)


def _digest(written: bytes) -> str:
    return hashlib.sha256(written).hexdigest()


def _altered(number: int) -> Finding:
    return Finding(
        code="agent.altered_book",
        problem=mark("Line %(number)s of the agent's book is not what was written, or a line before it is missing."),
        remedy=mark("Keep the file as it is, and find out who wrote past the agent."),
        values={"number": number},
    )
