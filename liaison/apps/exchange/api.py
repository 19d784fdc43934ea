"""Synchronisation over REST: signed batches in, comparisons of what is open, changes out."""

from datetime import datetime
from typing import Any

import msgspec
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest
from ninja import Router, Schema

from liaison.api.problems import finding_out
from liaison.apps.exchange import batches
from liaison.apps.exchange.batch_document import too_large
from liaison.apps.exchange.batch_queries import BatchReport, ItemReport
from liaison.apps.exchange.signed import PAYLOAD_BYTES_MAX
from liaison.refusal import Refused

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
