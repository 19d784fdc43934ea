"""Synchronisation over REST: signed batches in, comparisons of what is open, changes out."""

from datetime import date, datetime
from typing import Any

import msgspec
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest
from ninja import Query, Router, Schema

from liaison.api.problems import finding_out
from liaison.apps.exchange import batches, feeds, reconciling
from liaison.apps.exchange.batch_document import too_large
from liaison.apps.exchange.batch_queries import BatchReport, ItemReport
from liaison.apps.exchange.record_digest import digest_of
from liaison.apps.exchange.signed import PAYLOAD_BYTES_MAX
from liaison.refusal import Refused
from liaison.viewer import Viewer

router = Router(tags=["synchronisation"])

JOSE = "application/jose"
BODY_BYTES_MAX = PAYLOAD_BYTES_MAX
_SIGNED_BODY = {
    "requestBody": {
        "required": True,
        "description": "A JWS in compact form, signed with a key of the caller's body.",
        "content": {JOSE: {"schema": {"type": "string", "maxLength": BODY_BYTES_MAX}}},
    }
}


class TooLarge(Refused):
    """The body has more bytes than are read."""

    status = 413


class ItemOut(Schema):
    """What became of one item: done, unchanged, refused or doubtful."""

    position: int
    op: str
    database: str
    key: str
    outcome: str
    reference: str
    version: int | None
    findings: list[dict[str, Any]]


class BatchOut(Schema):
    """What became of a batch. `digest` is SHA-256 over what was signed, in hexadecimal."""

    reference: str
    batch: str
    sequence: int | None
    digest: str
    key: str
    received_at: datetime
    ended_at: datetime | None
    tallies: dict[str, int]
    items: list[ItemOut]


@router.post("/batches", response=BatchOut, operation_id="send_batch", openapi_extra=_SIGNED_BODY)
def send_batch(request: HttpRequest) -> BatchOut:
    """Carry out a signed batch of creates, changes and deletes, item by item; sent again it changes nothing."""
    viewer = request.auth  # type: ignore[attr-defined]  # set by the bearer authentication of the interface
    return _batch_out(batches.take_batch(_body(request), by=viewer))


class DifferenceOut(Schema):
    """A record on which the two systems differ: `closed_there`, `closed_here` or `different`, and its state here."""

    sort: str
    key: str
    reference: str
    here: str


class ReconciliationOut(Schema):
    """One comparison of what is open there with what is open here; the differences are named to who made it."""

    reference: str
    database: str
    body: str
    started_at: datetime
    ended_at: datetime
    counts: dict[str, int]
    closed_there: list[str]
    different: list[str]
    differences: list[DifferenceOut]


_STOCK = {
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Stock"}}},
    }
}


@router.post("/reconciliations", response=ReconciliationOut, operation_id="reconcile", openapi_extra=_STOCK)
def reconcile(request: HttpRequest) -> ReconciliationOut:
    """Compare what the caller's own system holds open with what is open here. It changes nothing."""
    viewer = request.auth  # type: ignore[attr-defined]  # set by the bearer authentication of the interface
    return _reconciliation_out(reconciling.reconcile(_body(request), by=viewer))


@router.get("/reconciliations/{reference}", response=ReconciliationOut, operation_id="get_reconciliation")
def get_reconciliation(request: HttpRequest, reference: str) -> ReconciliationOut:
    """An earlier comparison: its counts and references, without the keys."""
    viewer = request.auth  # type: ignore[attr-defined]  # set by the bearer authentication of the interface
    return _reconciliation_out(reconciling.reconciliation_report(reference, viewer))


def _reconciliation_out(report: reconciling.ReconciliationReport) -> ReconciliationOut:
    return ReconciliationOut(
        reference=report.reference,
        database=report.database,
        body=report.reader_code,
        started_at=report.started_at,
        ended_at=report.ended_at,
        counts=dict(report.counts),
        closed_there=list(report.closed_there),
        different=list(report.different),
        differences=[
            DifferenceOut(sort=one.sort.value, key=one.key, reference=one.reference, here=one.here)
            for one in report.differences
        ],
    )


class KeptOut(Schema):
    """A statement that not everybody sees who sees the record."""

    field: str
    value: Any


class ChangeOut(Schema):
    """One record as it is now; of one that is gone nothing but its reference and database.

    `restricted` are statements among its fields that are not to be passed on to others who see the record. `key` is
    the source's own and given to the source alone; `digest` is that of its fields, as in reconciliations.
    """

    op: str
    reference: str
    database: str
    version: int | None = None
    source: str = ""
    key: str = ""
    level: int | None = None
    conditions: list[str] = []
    changed_at: datetime | None = None
    expires_on: date | None = None
    digest: str = ""
    fields: dict[str, Any] | None = None
    restricted: list[KeptOut] = []


class ChangesOut(Schema):
    """A page of changes, the cursor for the next, and whether there is more at once."""

    changes: list[ChangeOut]
    cursor: str
    more: bool


@router.get("/records/changes", response=ChangesOut, operation_id="list_changes")
def list_changes(
    request: HttpRequest,
    after: str = Query("", description="The cursor of the last page; empty to begin."),
    database: str = Query("", description="One database; empty for all."),
    limit: int = Query(feeds.PAGE_DEFAULT, ge=1, le=feeds.PAGE_MAX, description="How many changes at most."),
) -> ChangesOut:
    """What changed among the records that the caller may see, in the order of the ledger. Every page is a look."""
    viewer = request.auth  # type: ignore[attr-defined]  # set by the bearer authentication of the interface
    page = feeds.changes(viewer, after=after, database=database, limit=limit)
    return ChangesOut(
        changes=[_change_out(change, viewer) for change in page.changes], cursor=page.cursor, more=page.more
    )


def _change_out(change: feeds.Change, viewer: Viewer) -> ChangeOut:
    card = change.card
    if card is None:
        return ChangeOut(op=change.op.value, reference=change.reference, database=change.database)
    return ChangeOut(
        op=change.op.value,
        reference=change.reference,
        database=change.database,
        version=card.version,
        source=card.source_code,
        key=card.foreign_key if card.source_id == viewer.reader_id else "",
        level=int(card.level),
        conditions=[one.code for one in card.handling],
        changed_at=card.changed_at,
        expires_on=card.expires_on,
        digest=digest_of(card.fields),
        fields=dict(card.fields),
        restricted=[KeptOut(field=name, value=value) for name, value in card.restricted],
    )


def _body(request: HttpRequest) -> bytes:
    try:
        length = int(request.headers.get("Content-Length") or 0)
    except ValueError:
        length = 0
    if length > BODY_BYTES_MAX:
        raise TooLarge(too_large())
    try:
        body = request.body
    except RequestDataTooBig:
        raise TooLarge(too_large()) from None
    if len(body) > BODY_BYTES_MAX:
        raise TooLarge(too_large())
    return body


def _batch_out(report: BatchReport) -> BatchOut:
    return BatchOut(
        reference=report.reference,
        batch=report.number,
        sequence=report.sequence,
        digest=report.payload_digest,
        key=report.key_id,
        received_at=report.received_at,
        ended_at=report.ended_at,
        tallies=dict(report.tallies),
        items=[_item_out(item) for item in report.items],
    )


def _item_out(item: ItemReport) -> ItemOut:
    return ItemOut(
        position=item.position,
        op=item.op,
        database=item.database,
        key=item.key,
        outcome=item.outcome.value,
        reference=item.reference,
        version=item.version,
        findings=[msgspec.to_builtins(finding_out(found)) for found in item.findings],
    )
