"""Which signed batches there were, and what became of their items."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from liaison.apps.exchange.batch_document import Document
from liaison.apps.exchange.batch_items import Outcome
from liaison.apps.exchange.models import Batch, ItemResult
from liaison.apps.exchange.queries import PAGE_MAX, PAGE_SIZE
from liaison.apps.members import public as members
from liaison.refusal import Absent, Finding, mark
from liaison.rows.viewing import viewing
from liaison.viewer import Right, Viewer

_OPEN_TO = frozenset({Right.ENTER_RECORDS, Right.OVERSEE})


@dataclass(frozen=True, slots=True)
class ItemReport:
    """What became of one item. Its operation, database and key are known only to who brings the batch again."""

    position: int
    outcome: Outcome
    reference: str
    version: int | None
    findings: tuple[Finding, ...]
    op: str = ""
    database: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class BatchReport:
    """One batch, with what became of its items where they were asked for."""

    id: UUID
    reference: str
    reader_code: str
    number: str
    sequence: int | None
    made_at: datetime
    received_at: datetime
    ended_at: datetime | None
    sent_by_name: str
    key_id: str
    payload_digest: str
    status: str
    item_count: int
    tallies: Mapping[str, int]
    items: tuple[ItemReport, ...] = ()


@dataclass(frozen=True, slots=True)
class BatchesPage:
    """One page of the batches, newest first, without their items."""

    reports: tuple[BatchReport, ...]
    number: int
    pages: int
    total: int


def batch_report(reference: str, viewer: Viewer, *, document: Document | None = None) -> BatchReport:
    """Return one batch with its items, named as in `document` where it is at hand; raise Absent alike when hidden."""
    with viewing(viewer):
        batch = Batch.objects.filter(reference=reference).first()
        if batch is None:
            raise _absent(reference)
        results = list(ItemResult.objects.filter(batch_id=batch.pk).order_by("position"))
    return _reports([batch], viewer, items=tuple(_item(result, document) for result in results))[0]


def batch_reports(viewer: Viewer, *, page: int = 1) -> BatchesPage:
    """Return one page of the batches that the viewer may see; raise NotAllowed when they are none of his business."""
    if not viewer.rights & _OPEN_TO:
        viewer.needs(Right.ENTER_RECORDS)
    page = max(1, min(page, PAGE_MAX))
    with viewing(viewer):
        rows = Batch.objects.order_by("-received_at", "-id")
        total = rows.count()
        shown = list(rows[(page - 1) * PAGE_SIZE : page * PAGE_SIZE])
    return BatchesPage(tuple(_reports(shown, viewer)), page, max(1, -(-total // PAGE_SIZE)), total)


def _item(result: ItemResult, document: Document | None) -> ItemReport:
    named = document.items[result.position] if document else None
    return ItemReport(
        position=result.position,
        outcome=Outcome(result.outcome),
        reference=result.reference,
        version=result.version,
        findings=tuple(Finding(**found) for found in result.findings),
        op=named.op if named else "",
        database=named.database if named else "",
        key=named.key if named else "",
    )


def _reports(batches: Sequence[Batch], viewer: Viewer, *, items: tuple[ItemReport, ...] = ()) -> list[BatchReport]:
    readers = members.readers([batch.reader_id for batch in batches])
    names = {card.id: card.display_name for card in members.users(viewer)} if batches else {}
    return [
        BatchReport(
            id=batch.id,
            reference=batch.reference,
            reader_code=readers[batch.reader_id].code,
            number=batch.number,
            sequence=batch.sequence,
            made_at=batch.made_at,
            received_at=batch.received_at,
            ended_at=batch.ended_at,
            sent_by_name=names.get(batch.sent_by, ""),
            key_id=batch.key_id,
            payload_digest=bytes(batch.payload_digest).hex(),
            status=batch.status,
            item_count=batch.item_count,
            tallies=batch.tallies,
            items=items,
        )
        for batch in batches
    ]


def _absent(reference: str) -> Absent:
    return Absent(
        Finding(
            code="batches.absent",
            problem=mark("You have no batch %(reference)s."),
            remedy=mark("Check the reference in the list of batches."),
            values={"reference": reference[:24]},
        )
    )
