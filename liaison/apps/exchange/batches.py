"""Taking a signed batch from a national system: believed, carried out item by item, answered alike if it comes again.

Results are written in the transaction of what they tell, so that the number of results is how far the batch has come:
whoever was killed half-way is sent the same batch again and goes on from there.
"""

import dataclasses
import hashlib
import secrets
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import timedelta

from liaison.apps.audit import public as audit
from liaison.apps.exchange.batch_document import Document, read_document
from liaison.apps.exchange.batch_items import Outcome, Result, blocks, carry_out
from liaison.apps.exchange.batch_queries import BatchReport, batch_report
from liaison.apps.exchange.locks import alone
from liaison.apps.exchange.models import Batch, ItemResult
from liaison.apps.exchange.signed import Signed, opened
from liaison.apps.members import public as members
from liaison.identifiers import references
from liaison.ledger.canonical import Json, canonical_json
from liaison.refusal import Finding, Refused, mark
from liaison.rows.clock import now
from liaison.rows.viewing import viewing
from liaison.viewer import Right, Viewer

REFERENCE_PREFIX = "BA"
AHEAD_MINUTES_MAX = 5
"""How far a sender's clock may be ahead of ours."""
AGE_DAYS_MAX = 7
"""A week's outage is made up for; what is older would undo what people did since by hand."""

Progress = Callable[[int, int], None]


class Busy(Refused):
    """Another batch of the same body is being carried out: try again in a moment."""

    status = 503


def take_batch(data: bytes, *, by: Viewer, progress: Progress | None = None) -> BatchReport:
    """Carry out a signed batch of the viewer's own body and return what became of each item.

    `data` is a JWS in compact form. The same batch again is answered with the same results and changes nothing. Raise
    Refused for what is not believed, and for a batch whose number, count or time does not fit; Busy for a second one
    at the same time.
    """
    by.needs(Right.ENTER_RECORDS)
    by.needs(Right.WITHDRAW_RECORDS)
    signed = opened(data, lambda key_id: _public_key(key_id, by))
    document = read_document(signed.payload)
    with alone(f"batches {by.reader_code}") as is_free:
        if not is_free:
            raise Busy(_busy())
        batch = _begun(document, signed, by)
        if batch.status != Batch.Status.DONE:
            _carry_out(batch, document, by, progress or _silent)
    return batch_report(batch.reference, by, document=document)


def _public_key(key_id: str, by: Viewer) -> bytes | None:
    card = members.live_signing_key(key_id, by)
    return card.public_key if card else None


def _begun(document: Document, signed: Signed, by: Viewer) -> Batch:
    """Return the row of this batch: the one that is there, or a new one with its entry."""
    digest = hashlib.sha256(signed.payload).digest()
    with viewing(by):
        known = Batch.objects.filter(reader_id=by.reader_id, number=document.number).first()
        if known is not None:
            if bytes(known.payload_digest) != digest:
                raise Refused(_number_used())
            return known
        _check_time(document)
        _check_sequence(document, by)
        moment = now()
        batch = Batch.objects.create(
            reference=references.make(REFERENCE_PREFIX, moment.year, secrets.token_bytes),
            reader_id=by.reader_id,
            number=document.number,
            sequence=document.sequence,
            made_at=document.made_at,
            received_at=moment,
            sent_by=by.user_id,
            key_id=signed.key_id,
            payload_digest=digest,
            protected=signed.protected,
            signature=signed.signature,
            item_count=len(document.items),
        )
        _enter("batches.received", batch, by)
    return batch


def _carry_out(batch: Batch, document: Document, by: Viewer, progress: Progress) -> None:
    """Carry out what has no result yet, block by block, each in one transaction with its results."""
    with viewing(by):
        done = ItemResult.objects.filter(batch_id=batch.pk).count()
    for block in blocks(document.items[done:]):
        with viewing(by):
            _keep(batch, carry_out(block, by=by))
        done += len(block)
        progress(done, len(document.items))
    with viewing(by):
        counted = Counter(ItemResult.objects.filter(batch_id=batch.pk).values_list("outcome", flat=True))
        batch.tallies = {outcome.value: counted[outcome.value] for outcome in Outcome}
        batch.status, batch.ended_at = Batch.Status.DONE, now()
        batch.save(update_fields=["tallies", "status", "ended_at"])
        _enter("batches.finished", batch, by)


def _keep(batch: Batch, results: Sequence[Result]) -> None:
    ItemResult.objects.bulk_create(
        ItemResult(
            batch_id=batch.pk,
            position=result.position,
            reader_id=batch.reader_id,
            outcome=result.outcome.value,
            reference=result.reference,
            version=result.version,
            findings=[
                dataclasses.asdict(dataclasses.replace(found, values={})) | {"values": dict(found.values)}
                for found in result.findings
            ],
        )
        for result in results
    )


def _check_time(document: Document) -> None:
    moment = now()
    if document.made_at > moment + timedelta(minutes=AHEAD_MINUTES_MAX):
        raise Refused(_from_the_future())
    if document.made_at < moment - timedelta(days=AGE_DAYS_MAX):
        raise Refused(_too_old())


def _check_sequence(document: Document, by: Viewer) -> None:
    """Raise Refused unless a counted batch is the one that comes next, and all before it are finished."""
    if document.sequence is None:
        return
    last = Batch.objects.filter(reader_id=by.reader_id, sequence__isnull=False).order_by("-sequence").first()
    if last is None:
        return
    assert last.sequence is not None, "the last one counts"
    if last.status != Batch.Status.DONE:
        raise Refused(_unfinished(last.sequence))
    if document.sequence != last.sequence + 1:
        raise Refused(_not_next(last.sequence + 1))


def _enter(action: str, batch: Batch, by: Viewer) -> None:
    """Write into the ledger who signed what, and what became of it; nothing of the items."""
    document: dict[str, Json] = {
        "reference": batch.reference,
        "batch": batch.number,
        "sequence": batch.sequence,
        "made_at": batch.made_at.isoformat(),
        "key": batch.key_id,
        "payload_digest": bytes(batch.payload_digest).hex(),
        "protected": batch.protected,
        "signature": batch.signature,
        "items": batch.item_count,
        "tallies": batch.tallies,
    }
    audit.record(
        audit.EntryDraft(
            action=action,
            subject=batch.id,
            source=batch.reader_id,
            kind="batch@1",
            content=canonical_json(document),
        ),
        by=by,
    )


def _silent(done: int, total: int) -> None:
    """Tell nobody."""


def _busy() -> Finding:
    return Finding(
        code="batches.busy",
        problem=mark("Another batch of your body is being carried out."),
        remedy=mark("Send this one again when that one has been answered."),
    )


def _number_used() -> Finding:
    return Finding(
        code="batches.number_used",
        problem=mark("Your body has sent another batch under this number."),
        remedy=mark("Give each batch a number of its own; send one again only as it was."),
        field="batch",
    )


def _from_the_future() -> Finding:
    return Finding(
        code="batches.from_the_future",
        problem=mark("The batch says that it was made at a moment that has not come yet."),
        remedy=mark("Set the clock of the system that made it; it may be %(minutes)s minutes ahead at most."),
        source="policy: batches",
        field="made_at",
        values={"minutes": AHEAD_MINUTES_MAX},
    )


def _too_old() -> Finding:
    return Finding(
        code="batches.too_old",
        problem=mark("The batch was made more than %(days)s days ago."),
        remedy=mark("Reconcile, and make a new batch of what still differs."),
        source="policy: batches",
        field="made_at",
        values={"days": AGE_DAYS_MAX},
    )


def _unfinished(sequence: int) -> Finding:
    return Finding(
        code="batches.unfinished",
        problem=mark("Batch %(sequence)s of your body was interrupted."),
        remedy=mark("Send that one again, as it was; then this one."),
        field="sequence",
        values={"sequence": sequence},
    )


def _not_next(sequence: int) -> Finding:
    return Finding(
        code="batches.not_next",
        problem=mark("The next batch of your body is number %(sequence)s."),
        remedy=mark("Send those that are missing first; leave “sequence” out if your system does not count them."),
        field="sequence",
        values={"sequence": sequence},
    )
