"""A record as the index keeps it, made from the record's search document and nothing else."""

from collections.abc import Iterable, Iterator, Sequence
from uuid import UUID

from liaison.apps.index.ids import document_id
from liaison.apps.records import public as records
from liaison.databases import all_databases
from liaison.databases.search import search_document
from liaison.matching import NO_AUDIENCE, IndexDocument
from liaison.rules.liberty import could_lead_to_arrest

ACTIVE = "active"
SNAPSHOTS_AT_ONCE = 5_000
"""Enough that reading the 256 key files once for each batch costs a record next to nothing."""


def state_of(subjects: Iterable[UUID]) -> tuple[list[IndexDocument], list[bytes]]:
    """Return the documents of what these subjects of entries lead to, and the ids of the index that are no more.

    A subject may be a record or a part of one. A record with parts has several documents: what everybody finds it
    by who sees it, and what it is found by with each part.
    """
    wanted = list(dict.fromkeys(subjects))
    documents: list[IndexDocument] = []
    gone: list[bytes] = []
    for start in range(0, len(wanted), SNAPSHOTS_AT_ONCE):
        chunk = wanted[start : start + SNAPSHOTS_AT_ONCE]
        behind = records.records_behind(chunk)
        ids = list(dict.fromkeys(behind.get(one, one) for one in chunk))
        found = _documents(records.snapshots(ids))
        slots = records.slots_of(ids)
        known = {document_id(one, slot) for one in ids for slot in (None, *slots.get(one, ()))}
        documents += found
        gone += sorted(known - {document.record_id for document in found})
    latest = {document.record_id: document for document in documents}
    return list(latest.values()), [one for one in gone if one not in latest]


def all_documents() -> Iterator[IndexDocument]:
    """Yield the documents of all active records, in the order of their ids."""
    after: UUID | None = None
    while page := records.snapshots_after(after, SNAPSHOTS_AT_ONCE):
        yield from _documents(page)
        after = page[-1].record_id


def _documents(snapshots: Sequence[records.Snapshot]) -> list[IndexDocument]:
    """Return what is found by: of a record with a part nothing where the part adds nothing to find it by.

    Unless somebody could be arrested on it: then the index looks at the part's signature too.
    """
    documents = []
    alone: IndexDocument | None = None
    for snapshot in snapshots:
        if snapshot.status != ACTIVE:
            continue
        document = index_document(snapshot)
        if snapshot.slot is None:
            alone = document
        assert alone is not None, "a record comes before what it is with its parts"
        is_more = snapshot.slot is None or document.content != alone.content
        if is_more or could_lead_to_arrest(snapshot.kind, snapshot.fields):
            documents.append(document)
    return documents


def index_document(snapshot: records.Snapshot) -> IndexDocument:
    """Return what the index keeps of one active record, by itself or with one of its parts."""
    return IndexDocument(
        record_id=document_id(snapshot.record_id, snapshot.slot),
        kind=snapshot.kind,
        source=snapshot.source_id.bytes,
        audience=snapshot.audience_id,
        level=snapshot.level,
        holding=snapshot.holding_id,
        conditions=snapshot.conditions,
        vouched=snapshot.vouched,
        also=NO_AUDIENCE if snapshot.also_audience_id is None else snapshot.also_audience_id,
        content=search_document(all_databases()[snapshot.kind], snapshot.fields),
    )
