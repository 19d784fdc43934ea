"""Synchronisation over REST: signed batches in, comparisons of what is open, changes out."""

from datetime import date, datetime
from typing import Any

import msgspec
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest
from ninja import Query, Router, Schema

from liaison.api.problems import finding_out
from liaison.apps.exchange import batches, feeds
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


class ChangeOut(Schema):
    """One record as it is now; of one that is gone nothing but its reference and database.

    `key` is the source's own and given to the source alone; `digest` is that of its fields, as in reconciliations.
    """

    op: str
    reference: str
    database: str
    version: int | None = None
    source: str = ""
    key: str = ""
    level: int | None = None
    changed_at: datetime | None = None
    expires_on: date | None = None
    digest: str = ""
    fields: dict[str, Any] | None = None


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
        changed_at=card.changed_at,
        expires_on=card.expires_on,
        digest=digest_of(card.fields),
        fields=dict(card.fields),
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
