"""The document that is sealed for each version of a record: its header and its fields, as one JSON object."""

from collections.abc import Mapping
from typing import cast

from liaison.apps.records.models import Record
from liaison.ledger.canonical import Json


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
        "expires_on": record.expires_on.isoformat(),
        "foreign_key": record.foreign_key,
        "version": record.version,
        "reason": reason,
        "fields": cast(Json, fields),  # the declaration keeps nothing but JSON
    }
