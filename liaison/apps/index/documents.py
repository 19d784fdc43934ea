"""A record as the index keeps it, made from the record's search document and nothing else."""

from collections.abc import Iterable, Iterator
from uuid import UUID

from liaison.apps.records import public as records
from liaison.databases import all_databases
from liaison.databases.search import search_document
from liaison.matching import IndexDocument

ACTIVE = "active"
SNAPSHOTS_AT_ONCE = 5_000
"""Enough that reading the 256 key files once for each batch costs a record next to nothing."""


def state_of(ids: Iterable[UUID]) -> tuple[list[IndexDocument], list[UUID]]:
    """Return the documents of those records that are active now, and the ids of all others."""
    wanted = list(dict.fromkeys(ids))
    documents = []
    for start in range(0, len(wanted), SNAPSHOTS_AT_ONCE):
        found = records.snapshots(wanted[start : start + SNAPSHOTS_AT_ONCE])
        documents += [index_document(snapshot) for snapshot in found if snapshot.status == ACTIVE]
    active = {document.record_id for document in documents}
    return documents, [record_id for record_id in wanted if record_id.bytes not in active]


def all_documents() -> Iterator[IndexDocument]:
    """Yield the documents of all active records, in the order of their ids."""
    after: UUID | None = None
    while page := records.snapshots_after(after, SNAPSHOTS_AT_ONCE):
        yield from (index_document(snapshot) for snapshot in page if snapshot.status == ACTIVE)
        after = page[-1].record_id


def index_document(snapshot: records.Snapshot) -> IndexDocument:
    """Return what the index keeps of one active record."""
    return IndexDocument(
        record_id=snapshot.record_id.bytes,
        kind=snapshot.kind,
        source=snapshot.source_id.bytes,
        audience=snapshot.audience_id,
        level=snapshot.level,
        holding=snapshot.holding_id,
        conditions=snapshot.conditions,
        vouched=snapshot.vouched,
        content=search_document(all_databases()[snapshot.kind], snapshot.fields),
    )
