"""Whether a row says the same as the content behind it: asked before anybody believes a signature over either."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from uuid import UUID

from liaison.apps.records.models import Record
from liaison.ledger.entries import SALT_BYTES, content_digest


@dataclass(frozen=True, slots=True)
class Sealed:
    """What the content behind a row is: its kind, its salted digest, and whether the row says the same as it."""

    kind: str
    digest: bytes
    agrees: bool


NOT_OPENED = Sealed("", b"", agrees=False)
"""Of a card that was not read from a row: nothing vouches for it."""


class IndexedRow(NamedTuple):
    """The columns of a row that the index asks for, named as the row has them."""

    id: UUID
    kind: str
    source_id: UUID
    audience_id: int
    level: int
    holding_id: int
    conditions: int
    status: str
    entry_id: UUID
    reference: str
    version: int
    declared_version: int
    expires_on: date
    foreign_key: str
    signing_id: UUID | None


def sealed_of(row: Record | IndexedRow, document: Mapping[str, object], salted: bytes) -> Sealed:
    """Return what the content behind a row is; `salted` is that content with its salt before it."""
    said = (row.reference, row.version, row.status, row.level, row.expires_on.isoformat(), row.foreign_key)
    names = ("reference", "version", "status", "level", "expires_on", "foreign_key")
    kind = f"{row.kind}@{row.declared_version}"
    agrees = said == tuple(document[name] for name in names) and kind == document["kind"]
    return Sealed(kind, content_digest(salted[:SALT_BYTES], salted[SALT_BYTES:]), agrees)
