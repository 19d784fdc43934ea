"""The document that is sealed for each version of a record: its header and its fields, as one JSON object."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from liaison.apps.records.models import Record
from liaison.ledger.canonical import Json, canonical_json
from liaison.rules import handling


def record_document(
    record: Record, fields: Mapping[str, object], *, source: str, audience: str, reason: str
) -> dict[str, Json]:
    """Return what is hashed and sealed: everything that the current row says, so that the two can be compared."""
    return {
        "kind": f"{record.kind}@{record.declared_version}",
        "reference": record.reference,
        "source": source,
        "status": str(record.status),
        "audience": audience,
        "level": int(record.level),
        "conditions": list(handling.codes_of(record.conditions)),
        "expires_on": record.expires_on.isoformat(),
        "foreign_key": record.foreign_key,
        "version": record.version,
        "reason": reason,
        "fields": cast(Json, fields),  # the declaration keeps nothing but JSON
    }


_OPEN = ("fields", "foreign_key", "reference")
"""What differs from record to record of one batch, in the order of the canonical spelling."""


@dataclass(frozen=True, slots=True)
class DocumentForm:
    """The canonical document of new records that have all but their fields, foreign key and reference in common."""

    parts: tuple[bytes, ...]

    @classmethod
    def of(cls, record: Record, *, source: str, audience: str) -> "DocumentForm":
        """Return the form of records like this one, entered for the first time."""
        document = record_document(record, {}, source=source, audience=audience, reason="")
        rest, parts = canonical_json({**document, **dict.fromkeys(_OPEN)}), []
        for name in _OPEN:
            before, found, rest = rest.partition(f'"{name}":null'.encode())
            assert found, "a document has fields, a foreign key and a reference, in this order"
            parts.append(before + f'"{name}":'.encode())
        return cls((*parts, rest))

    def filled(self, *, fields: bytes, foreign_key: str, reference: str) -> bytes:
        """Return what `canonical_json` makes of the whole document; `fields` are canonical already."""
        before_fields, before_key, before_reference, rest = self.parts
        return b"".join(
            (
                before_fields,
                fields,
                before_key,
                canonical_json(foreign_key),
                before_reference,
                canonical_json(reference),
                rest,
            )
        )
