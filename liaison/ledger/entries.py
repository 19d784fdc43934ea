"""The body of a ledger entry, and how it and its content are bound to their salts.

A body holds opaque ids, a moment and digests: no name, number or free text about a person. The salt hides even these
from whoever holds only the leaf.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import MappingProxyType
from uuid import UUID

from liaison.ledger.canonical import Json, canonical_json, parse_canonical

VERSION = 1
SALT_BYTES = 32
_ACTION = re.compile(r"[a-z][a-z_]*\.[a-z][a-z_]*")
_KIND = re.compile(r"(?:[a-z][a-z_]*@[1-9][0-9]{0,5})?")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_KEYS = {"v", "id", "at", "action", "kind", "subject", "actor", "source", "content", "notes"}
_NO_NOTES: Mapping[str, Json] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Entry:
    """One change to one subject, as the ledger keeps it for ever.

    `action` is `noun.verb_past`; `kind` is `persons@1` where there is content, else may be empty; `content` is the
    `content_digest` in lower-case hex, None where there is none. `notes` are small JSON values for programs.
    """

    id: UUID
    at: datetime
    action: str
    subject: UUID
    actor: UUID
    source: UUID
    kind: str = ""
    content: str | None = None
    notes: Mapping[str, Json] = field(default_factory=lambda: _NO_NOTES)

    def __post_init__(self) -> None:
        if not _ACTION.fullmatch(self.action):
            raise ValueError(f"An action is written noun.verb_past, not {self.action!r}.")
        if not _KIND.fullmatch(self.kind):
            raise ValueError(f"A kind is written name@version, not {self.kind!r}.")
        if self.content is not None and not _DIGEST.fullmatch(self.content):
            raise ValueError("A content digest is 64 lower-case hexadecimal digits.")

    def to_bytes(self) -> bytes:
        """Return the canonical body."""
        return canonical_json(
            {
                "v": VERSION,
                "id": str(self.id),
                "at": moment_text(self.at),
                "action": self.action,
                "kind": self.kind,
                "subject": str(self.subject),
                "actor": str(self.actor),
                "source": str(self.source),
                "content": self.content,
                "notes": self.notes,
            }
        )


def parse_entry(body: bytes) -> Entry:
    """Return the entry of a canonical body; anything but exactly what `to_bytes` writes is a ValueError."""
    found = parse_canonical(body)
    if not isinstance(found, dict) or found.keys() != _KEYS or found["v"] != VERSION:
        raise ValueError(f"This is not the body of an entry of version {VERSION}.")
    notes, content = found["notes"], found["content"]
    if not isinstance(notes, dict) or not (content is None or isinstance(content, str)):
        raise ValueError("The notes of an entry are an object and its content is a digest or null.")
    entry = Entry(
        id=UUID(_text(found, "id")),
        at=parse_moment(_text(found, "at")),
        action=_text(found, "action"),
        kind=_text(found, "kind"),
        subject=UUID(_text(found, "subject")),
        actor=UUID(_text(found, "actor")),
        source=UUID(_text(found, "source")),
        content=content,
        notes=notes,
    )
    if entry.to_bytes() != body:
        raise ValueError("The body of an entry spells an id or a moment in another way than we do.")
    return entry


def leaf_data(salt: bytes, body: bytes) -> bytes:
    """Return what the leaf hash of an entry or event covers: its salt and its body."""
    return _salt(salt) + body


def content_digest(salt: bytes, content: bytes) -> bytes:
    """Return the digest by which an entry names its content.

    The salt is random, of its own, and kept with the sealed content, so that it dies with it: what then remains in
    the entry cannot be tried against guesses.
    """
    return hashlib.sha256(_salt(salt) + content).digest()


def moment_text(at: datetime) -> str:
    """Return an aware moment in UTC to the microsecond, always of 27 characters: 2026-03-01T08:15:30.000000Z."""
    if at.utcoffset() is None:
        raise ValueError("A moment without a time zone is not a moment.")
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ").zfill(27)


def parse_moment(text: str) -> datetime:
    """Return the moment that `moment_text` wrote; any other spelling is a ValueError."""
    at = datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
    if moment_text(at) != text:
        raise ValueError(f"A moment is written like 2026-03-01T08:15:30.000000Z, not {text!r}.")
    return at


def _salt(salt: bytes) -> bytes:
    if len(salt) != SALT_BYTES:
        raise ValueError(f"A salt has {SALT_BYTES} bytes.")
    return salt


def _text(found: Mapping[str, Json], key: str) -> str:
    value = found[key]
    if not isinstance(value, str):
        raise ValueError(f"{key} of an entry is text.")
    return value
