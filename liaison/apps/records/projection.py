"""Compares every current row with the content that its last entry sealed; the ledger's verifier calls it."""

import json
from collections.abc import Iterator, Mapping

from liaison.apps.audit import public as audit
from liaison.apps.records.documents import record_document
from liaison.apps.records.models import Record
from liaison.refusal import Finding, mark

CHUNK = 1000
_UNSAID: Mapping[str, object] = {"conditions": []}
"""What documents from before a part was written are taken to say of it."""


def differences() -> Iterator[Finding]:
    """Yield a finding for each row that says something else than what was entered (system role)."""
    rows = Record.objects.using("system").exclude(status=Record.Status.ERASED)
    rows = rows.select_related("source", "audience").order_by("pk")
    chunk: list[Record] = []
    for row in rows.iterator(chunk_size=CHUNK):
        chunk.append(row)
        if len(chunk) == CHUNK:
            yield from _compare(chunk)
            chunk = []
    yield from _compare(chunk)


def _compare(rows: list[Record]) -> Iterator[Finding]:
    documents = audit.system_contents([row.entry_id for row in rows])
    for row in rows:
        sealed = documents.get(row.entry_id)
        if sealed is None:
            yield _altered(row, "content")
            continue
        yield from (_altered(row, name) for name in _differing(row, json.loads(sealed)))


def _differing(row: Record, document: Mapping[str, object]) -> list[str]:
    fields = document["fields"]
    assert isinstance(fields, Mapping)
    current = record_document(
        row, fields, source=row.source.code, audience=row.audience.expression, reason=str(document["reason"])
    )
    return [name for name in current if current[name] != document.get(name, _UNSAID.get(name))]


def _altered(row: Record, name: str) -> Finding:
    return Finding(
        code="verify.altered_current_row",
        problem=mark("The current row of %(reference)s differs from its last entry in “%(name)s”."),
        remedy=mark("Restore the row from the ledger's content, and find out who wrote past the services."),
        values={"reference": row.reference, "name": name},
    )
