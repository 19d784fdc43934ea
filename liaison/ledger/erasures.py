"""One line of the journal of erasures, which is kept outside the database and its backups.

A restore replays it before any door opens, so that what was erased does not come back. A line names the erased
subject by its opaque id and the digest of the line before it: a line that was altered, dropped or moved is seen, and
a last line that a crash tore in two is told from one that was tampered with.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from liaison.ledger.canonical import Json, canonical_json, parse_canonical
from liaison.ledger.entries import moment_text, parse_moment

VERSION = 1
BEGINNING = "0" * 64
_KEYS = {"v", "at", "subject", "entry", "previous"}


@dataclass(frozen=True, slots=True)
class Erasure:
    """The record key of `subject` was destroyed, as ledger entry `entry` says."""

    at: datetime
    subject: UUID
    entry: UUID


@dataclass(frozen=True, slots=True)
class Journal:
    """What a journal holds; `last` is the digest that the next line names, `torn` the bytes of an unfinished line."""

    erasures: tuple[Erasure, ...]
    last: str
    torn: bytes = b""


def journal_line(erasure: Erasure, previous: str) -> bytes:
    """Return the line, with its newline, that follows a line of digest `previous` (BEGINNING for the first)."""
    value: dict[str, Json] = {
        "v": VERSION,
        "at": moment_text(erasure.at),
        "subject": str(erasure.subject),
        "entry": str(erasure.entry),
        "previous": previous,
    }
    return canonical_json(value) + b"\n"


def line_digest(line: bytes) -> str:
    """Return the digest by which the next line names this one; `line` includes its newline."""
    return hashlib.sha256(line).hexdigest()


def read_journal(lines: Iterable[bytes]) -> Journal:
    """Return the erasures of a journal's lines.

    A last line without its newline was torn by a crash: it is returned as `torn` and counts for nothing. Any other
    line that is not the one that was written there is a ValueError that names its number.
    """
    erasures, last, torn = [], BEGINNING, b""
    for number, line in enumerate(lines, start=1):
        if torn:
            raise ValueError(f"Line {number - 1} of the journal of erasures has no end.")
        if line.endswith(b"\n"):
            erasures.append(_erasure(line, number, last))
            last = line_digest(line)
        else:
            torn = line
    return Journal(tuple(erasures), last, torn)


def _erasure(line: bytes, number: int, previous: str) -> Erasure:
    try:
        found = parse_canonical(line[:-1])
        if not isinstance(found, dict) or found.keys() != _KEYS or found["v"] != VERSION:
            raise ValueError("not an erasure")
        at, subject, entry = str(found["at"]), UUID(str(found["subject"])), UUID(str(found["entry"]))
        erasure = Erasure(parse_moment(at), subject, entry)
    except ValueError as problem:
        raise ValueError(f"Line {number} of the journal of erasures was altered.") from problem
    if found["previous"] != previous:
        raise ValueError(f"Before line {number} of the journal of erasures a line was altered, moved or dropped.")
    return erasure
