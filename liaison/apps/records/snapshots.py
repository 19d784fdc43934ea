"""Records as the index reads them, under the system role: by themselves, and once more with each of their parts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

import msgspec
from django.db.models import QuerySet

from liaison.apps.audit import public as audit
from liaison.apps.records.models import Part, Record
from liaison.apps.records.parts import PartCard, part_card, rows_of, whole_fields
from liaison.apps.records.queries import current_fields
from liaison.apps.records.sealed import IndexedRow, Sealed, sealed_of
from liaison.apps.signatures import public as signatures
from liaison.ledger import statements
from liaison.ledger.entries import SALT_BYTES
from liaison.rules import liberty
from liaison.rules.special_data import status_conditions

_document = msgspec.json.Decoder(dict[str, object])


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A record as the index reads it, under the system role.

    `vouched` is False where it could lead to an arrest and no signature of its source holds for what the row says.
    With a `slot`, it is the record as those see it who see that part too: `also_audience_id` holds them.
    """

    record_id: UUID
    kind: str
    source_id: UUID
    audience_id: int
    level: int
    holding_id: int
    conditions: int
    status: str
    fields: Mapping[str, object]
    vouched: bool
    slot: int | None = None
    also_audience_id: int | None = None


def snapshots(ids: Sequence[UUID]) -> list[Snapshot]:
    """Return these records as the index reads them, withdrawn and erased ones without fields (system role).

    A record with parts comes several times: once as everybody sees it who sees it, and once with each part.
    """
    return _snapshots(Record.objects.using("system").filter(pk__in=list(ids)))


def snapshots_after(after: UUID | None, limit: int) -> list[Snapshot]:
    """Return the next records in the order of their ids, for a full build of the index (system role)."""
    rows = Record.objects.using("system").order_by("pk")
    return _snapshots((rows.filter(pk__gt=after) if after else rows)[:limit])


def _snapshots(rows: QuerySet[Record]) -> list[Snapshot]:
    found = [IndexedRow(*row) for row in rows.values_list(*IndexedRow._fields)]
    active = [row for row in found if row.status == Record.Status.ACTIVE]
    beside = rows_of([row.id for row in active], using="system")
    wanted = [row.entry_id for row in active] + [one.entry_id for parts in beside.values() for one in parts]
    salted = audit.system_salted_contents(wanted)
    documents = {
        row.entry_id: _document.decode(salted[row.entry_id][SALT_BYTES:]) for row in active if row.entry_id in salted
    }
    doubted = _doubted([row for row in found if row.entry_id in documents], documents, salted)
    snapshots_: list[Snapshot] = []
    for row in found:
        whole = _snapshot(row, documents.get(row.entry_id), vouched=row.id not in doubted)
        snapshots_.append(whole)
        if row.entry_id in documents and row.id in beside:
            source = str(documents[row.entry_id]["source"])
            snapshots_ += _with_parts(whole, row, beside[row.id], salted, source)
    return snapshots_


def _with_parts(
    whole: Snapshot, row: IndexedRow, beside: Sequence[Part], salted: Mapping[UUID, bytes], source: str
) -> list[Snapshot]:
    """Return the record as those see it who see one of its parts too, for each part."""
    readable = [one for one in beside if one.entry_id in salted]
    cards = [part_card(one, salted[one.entry_id], reference=row.reference, source=source) for one in readable]
    doubted = _doubted_parts(row, whole, cards)
    return [
        replace(
            whole,
            fields=whole_fields(whole.fields, [card]),
            vouched=whole.vouched and card.id not in doubted,
            slot=card.slot,
            also_audience_id=one.audience_id,
        )
        for one, card in zip(readable, cards, strict=True)
    ]


def _doubted_parts(row: IndexedRow, whole: Snapshot, parts: Sequence[PartCard]) -> frozenset[UUID]:
    """Return the parts of what could lead to an arrest for which no signature of their source holds."""
    if not liberty.could_lead_to_arrest(row.kind, whole.fields):
        return frozenset()
    newest = audit.system_newest_with_content([one.id for one in parts])
    found = signatures.verdicts([one.claim for one in parts], using="system")
    return frozenset(
        one.id
        for one, verdict in zip(parts, found, strict=True)
        if verdict is not signatures.Verdict.VERIFIED or not one.agrees or newest.get(one.id) != one.entry_id
    )


def _doubted(
    rows: Sequence[IndexedRow], documents: Mapping[UUID, Mapping[str, object]], salted: Mapping[UUID, bytes]
) -> frozenset[UUID]:
    """Return the records that could lead to an arrest and for which no signature of their source holds."""
    grave = [row for row in rows if row.kind in liberty.KINDS and _is_grave(row, documents[row.entry_id])]
    if not grave:
        return frozenset()
    newest = audit.system_newest_with_content([row.id for row in grave])
    sealed = [sealed_of(row, documents[row.entry_id], salted[row.entry_id]) for row in grave]
    claims = [
        _claim(row, str(documents[row.entry_id]["source"]), one) for row, one in zip(grave, sealed, strict=True)
    ]
    found = zip(grave, sealed, signatures.verdicts(claims, using="system"), strict=True)
    return frozenset(
        row.id
        for row, one, verdict in found
        if verdict is not signatures.Verdict.VERIFIED or not one.agrees or newest.get(row.id) != row.entry_id
    )


def _is_grave(row: IndexedRow, document: Mapping[str, object]) -> bool:
    return liberty.could_lead_to_arrest(row.kind, current_fields(document))


def _claim(row: IndexedRow, source: str, sealed: Sealed) -> signatures.Claim:
    version = statements.Version(source, row.reference, row.version, sealed.kind, sealed.digest)
    return signatures.Claim(row.signing_id, row.source_id, version)


def _snapshot(row: IndexedRow, document: Mapping[str, object] | None, *, vouched: bool) -> Snapshot:
    fields = current_fields(document) if document else {}
    return Snapshot(
        record_id=row.id,
        kind=row.kind,
        source_id=row.source_id,
        audience_id=row.audience_id,
        level=row.level,
        holding_id=row.holding_id,
        conditions=row.conditions | status_conditions(fields),
        status=row.status if document or row.status != Record.Status.ACTIVE else Record.Status.ERASED.value,
        fields=fields,
        vouched=vouched,
    )
