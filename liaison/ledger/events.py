"""The body of an access event, and the root by which the ledger covers all events since the last.

An event is a salted leaf like an entry (`entries.leaf_data`), but it lives in partitions that are dropped when their
time is over. What stays is one ledger entry for each batch, of action ROOTED, whose notes are `rooted_notes`: how
many events, and the root over their leaf hashes in the order of their positions, which count from 0. When the events
of a month are dropped, an entry of action LET_GO says so: `month`, how many `looks`, and `kept_since`, a month too.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from liaison.ledger.canonical import INTEGER_MAX, Json, canonical_json, parse_canonical
from liaison.ledger.entries import moment_text, parse_moment
from liaison.ledger.tree import root

VERSION = 1
ROOTED = "events.rooted"
LET_GO = "events.let_go"
_PURPOSE = re.compile(r"[a-z][a-z_]*")
_KEYS = {"v", "id", "at", "kind", "user", "reader", "purpose", "subjects", "count", "notes"}
_NO_NOTES: Mapping[str, Json] = MappingProxyType({})


class EventKind(StrEnum):
    """What kind of look, or refused look, it was.

    A delivery is what a body's own system took by the feed; an inspection is a question about looks, an opening shows
    the text of somebody's query.
    """

    QUERY = "query"
    VIEW = "view"
    EXPORT = "export"
    PRINT = "print"
    DELIVERY = "delivery"
    INSPECTION = "inspection"
    OPENING = "opening"
    DENIAL = "denial"
    SIGN_IN = "sign_in"
    GLASS = "glass"


@dataclass(frozen=True, slots=True)
class Event:
    """One look: who (opaque ids), when, why, at which subjects, and how many records were shown."""

    id: UUID
    at: datetime
    kind: EventKind
    user: UUID
    reader: UUID
    purpose: str
    subjects: tuple[UUID, ...] = ()
    count: int = 0
    notes: Mapping[str, Json] = field(default_factory=lambda: _NO_NOTES)

    def __post_init__(self) -> None:
        if not _PURPOSE.fullmatch(self.purpose):
            raise ValueError(f"A purpose is one lower-case word, not {self.purpose!r}.")
        if isinstance(self.count, bool) or not 0 <= self.count <= INTEGER_MAX:
            raise ValueError("A count is a whole number from 0.")

    def to_bytes(self) -> bytes:
        """Return the canonical body."""
        return canonical_json(
            {
                "v": VERSION,
                "id": str(self.id),
                "at": moment_text(self.at),
                "kind": self.kind.value,
                "user": str(self.user),
                "reader": str(self.reader),
                "purpose": self.purpose,
                "subjects": [str(subject) for subject in self.subjects],
                "count": self.count,
                "notes": self.notes,
            }
        )


def parse_event(body: bytes) -> Event:
    """Return the event of a canonical body; anything but exactly what `to_bytes` writes is a ValueError."""
    found = parse_canonical(body)
    if not isinstance(found, dict) or found.keys() != _KEYS or found["v"] != VERSION:
        raise ValueError(f"This is not the body of an event of version {VERSION}.")
    subjects, notes, count = found["subjects"], found["notes"], found["count"]
    if not isinstance(subjects, list) or not isinstance(notes, dict) or not isinstance(count, int):
        raise ValueError("Subjects of an event are a list, its notes an object and its count a number.")
    event = Event(
        id=UUID(str(found["id"])),
        at=parse_moment(str(found["at"])),
        kind=EventKind(str(found["kind"])),
        user=UUID(str(found["user"])),
        reader=UUID(str(found["reader"])),
        purpose=str(found["purpose"]),
        subjects=tuple(UUID(str(subject)) for subject in subjects),
        count=count,
        notes=notes,
    )
    if event.to_bytes() != body:
        raise ValueError("The body of an event spells a value in another way than we do.")
    return event


def events_root(leaf_hashes: Iterable[bytes]) -> bytes:
    """Return the root over the leaf hashes of a batch of events, in the order of their positions."""
    return root(leaf_hashes)


def rooted_notes(leaf_hashes: Iterable[bytes]) -> dict[str, Json]:
    """Return the notes of the ROOTED entry that covers this batch."""
    leaves = list(leaf_hashes)
    return {"count": len(leaves), "root": events_root(leaves).hex()}
