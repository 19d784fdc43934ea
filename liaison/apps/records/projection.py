"""Compares every current row with the content that its last entry sealed; the ledger's verifier calls it."""

import json
from collections.abc import Iterator, Mapping
from uuid import UUID

from liaison.apps.audit import public as audit
from liaison.apps.records.documents import record_document
from liaison.apps.records.models import Part, Record
from liaison.apps.signatures import public as signatures
from liaison.ledger.entries import SALT_BYTES, content_digest
from liaison.ledger.statements import Version
from liaison.refusal import Finding, mark

CHUNK = 1000
_UNSAID: Mapping[str, object] = {"conditions": []}
"""What documents from before a part was written are taken to say of it."""
SIGNING = "signing"
"""Under which note an entry names the signature of its content."""


def unsigned_versions() -> Iterator[Finding]:
    """Yield a finding for each version and act, old or new, whose signature is not what its entry says (system role).

    Versions that wait for their signer are not among them, nor those that nobody was to sign.
    """
    for chunk in audit.entries_noting(SIGNING, CHUNK):
        waiting = signatures.waiting_ids({UUID(said) for _, _, said in chunk})
        salted = audit.system_salted_contents([entry_id for entry_id, _, said in chunk if UUID(said) not in waiting])
        versions = {entry_id: content for entry_id, content in salted.items() if _is_version(content)}
        asked = [
            (entry_id, signatures.Claim(UUID(said), source, version_of(versions[entry_id])))
            for entry_id, source, said in chunk
            if entry_id in versions
        ]
        found = signatures.verdicts([one for _, one in asked], using="system")
        for (entry_id, _), verdict in zip(asked, found, strict=True):
            if verdict is not signatures.Verdict.VERIFIED:
                yield _not_signed(entry_id)
        yield from map(_not_signed, signatures.unsigned_acts(one for one in salted.items() if one[0] not in versions))


def version_of(salted: bytes) -> Version:
    """Return what a body signs of a version, made from its content with its salt before it."""
    document = json.loads(salted[SALT_BYTES:])
    digest = content_digest(salted[:SALT_BYTES], salted[SALT_BYTES:])
    return Version(document["source"], document["reference"], document["version"], document["kind"], digest)


def _is_version(salted: bytes) -> bool:
    """Whether this is the content of a record's version, and not of an act on one."""
    return json.loads(salted[SALT_BYTES:]).keys() >= {"reference", "version", "kind", "source"}


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


def differing_parts() -> Iterator[Finding]:
    """Yield a finding for each part that says something else than what its newest entry sealed (system role)."""
    rows = Part.objects.using("system").exclude(status=Part.Status.ERASED)
    rows = rows.select_related("record", "source", "audience").order_by("pk")
    chunk: list[Part] = []
    for row in rows.iterator(chunk_size=CHUNK):
        chunk.append(row)
        if len(chunk) == CHUNK:
            yield from _compare_parts(chunk)
            chunk = []
    yield from _compare_parts(chunk)


def _compare_parts(rows: list[Part]) -> Iterator[Finding]:
    documents = audit.system_contents([row.entry_id for row in rows])
    newest = audit.system_newest_with_content([row.id for row in rows])
    for row in rows:
        sealed = documents.get(row.entry_id)
        if sealed is None or newest.get(row.id) != row.entry_id:
            yield _altered(row.record, "content")
            continue
        document = json.loads(sealed)
        said = {
            "reference": row.record.reference,
            "source": row.record.source_id == row.source_id and row.source.code,
            "database": row.record.kind,
            "slot": row.slot,
            "version": row.version,
            "status": str(row.status),
            "audience": row.audience.expression,
            "declared_version": row.declared_version,
        }
        yield from (_altered(row.record, name) for name in said if said[name] != document[name])


def _differing(row: Record, document: Mapping[str, object]) -> list[str]:
    fields = document["fields"]
    assert isinstance(fields, Mapping)
    current = record_document(
        row, fields, source=row.source.code, audience=row.audience.expression, reason=str(document["reason"])
    )
    return [name for name in current if current[name] != document.get(name, _UNSAID.get(name))]


def _not_signed(entry_id: UUID) -> Finding:
    return Finding(
        code="verify.not_signed",
        problem=mark("What entry %(entry)s holds is not signed by its body as the entry says."),
        remedy=mark("Compare with the book of the bureau's agent, and find out who wrote past the services."),
        values={"entry": entry_id},
    )


def _altered(row: Record, name: str) -> Finding:
    return Finding(
        code="verify.altered_current_row",
        problem=mark("The current row of %(reference)s differs from its last entry in “%(name)s”."),
        remedy=mark("Restore the row from the ledger's content, and find out who wrote past the services."),
        values={"reference": row.reference, "name": name},
    )
