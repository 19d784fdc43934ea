"""Emergency openings over REST: the same verbs and questions as the pages."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema, Status

from liaison.api.acts import ActOut
from liaison.api.callers import viewer_of
from liaison.apps.glass import queries, reading, services, signed
from liaison.apps.signatures import public as signatures
from liaison.viewer import Level, Purpose, Viewer

router = Router(tags=["emergency openings"])


class AskIn(Schema):
    """What is asked for. `ground` is `danger_to_life`, `security_incident` or `court_order`.

    `source` and `decider` are codes of bodies; without `named` any record of the source is read by its reference.
    """

    ground: str
    purpose: Purpose
    source: str = Field(max_length=20)
    decider: str = Field(default="XS", max_length=20)
    reason: str = Field(max_length=1_000)
    hours: int
    named: list[str] = Field(default_factory=list, max_length=200)
    document: str = Field(default="", max_length=200)


class ApprovalIn(Schema):
    """How far the second person opens: 1 for official use, 2 for restricted, 3 for confidential."""

    level: Level = Level.OFFICIAL_USE


class LookOut(Schema):
    """One look through the glass; `record` is empty where the caller may not see the record."""

    at: datetime
    record: str


class OpeningOut(Schema):
    """One opening, with its words, its two persons and every look, to those who may know of it."""

    reference: str
    ground: str
    purpose: str
    named: list[str]
    hours: int
    records_max: int
    asker: str
    asked_by: str
    decider: str
    decided_by: str
    source: str
    reason: str
    document: str
    state: str
    level: int
    asked_at: datetime
    waits_until: datetime
    decided_at: datetime | None
    ends_at: datetime | None
    ended_at: datetime | None
    acknowledged_at: datetime | None
    looks: list[LookOut]
    acts: list[ActOut]


class OpeningsOut(Schema):
    """One page of openings, the newest first, without their looks and acts."""

    openings: list[OpeningOut]
    page: int
    pages: int
    total: int


class GlassRecordOut(Schema):
    """One record through the glass: nothing but its fields and who answers for it."""

    opening: str
    reference: str
    database: str
    title: str
    source: str
    status: str
    level: int
    entered_at: datetime
    changed_at: datetime
    fields: dict[str, Any]


@router.post("/openings", response={201: OpeningOut}, operation_id="ask_opening")
def ask(request: HttpRequest, asked: AskIn) -> Status:
    """Ask another body to open records of a third to the caller himself; whether there are any is not told."""
    viewer = viewer_of(request)
    reference = services.ask(**asked.dict(), by=viewer)
    return Status(201, _out(reference, viewer))


@router.get("/openings", response=OpeningsOut, operation_id="list_openings")
def list_openings(
    request: HttpRequest,
    side: Literal["of_us", "by_us", "for_us"] = Query(
        "of_us", description="`of_us`: of our records; `by_us`: asked for by us; `for_us`: to be decided by us."
    ),
    page: int = Query(1, ge=1, le=1_000),
) -> OpeningsOut:
    """Openings of the caller's records, by his body, or that it decides."""
    found = queries.openings(viewer_of(request), side=side, page=page)
    shown = [_opening_out(card) for card in found.openings]
    return OpeningsOut(openings=shown, page=found.number, pages=found.pages, total=found.total)


@router.get("/openings/{reference}", response=OpeningOut, operation_id="read_opening")
def read_opening(request: HttpRequest, reference: str) -> OpeningOut:
    """One opening with every look through it."""
    return _out(reference, viewer_of(request))


@router.post("/openings/{reference}/approve", response=OpeningOut, operation_id="approve_opening")
def approve(request: HttpRequest, reference: str, approval: ApprovalIn) -> OpeningOut:
    """Open the records, as a second person; the source is told at once."""
    viewer = viewer_of(request)
    services.approve(reference, level=approval.level, by=viewer)
    return _out(reference, viewer)


@router.post("/openings/{reference}/reject", response=OpeningOut, operation_id="reject_opening")
def reject(request: HttpRequest, reference: str) -> OpeningOut:
    """Refuse what was asked for, as a second person."""
    viewer = viewer_of(request)
    services.reject(reference, by=viewer)
    return _out(reference, viewer)


@router.post("/openings/{reference}/end", response=OpeningOut, operation_id="end_opening")
def end(request: HttpRequest, reference: str) -> OpeningOut:
    """End an opening at once: whoever asked, who decides, or the source."""
    viewer = viewer_of(request)
    services.end(reference, by=viewer)
    return _out(reference, viewer)


@router.post("/openings/{reference}/seen", response=OpeningOut, operation_id="acknowledge_opening")
def acknowledge(request: HttpRequest, reference: str) -> OpeningOut:
    """Say for the source that it has seen it."""
    viewer = viewer_of(request)
    services.acknowledge(reference, by=viewer)
    return _out(reference, viewer)


@router.get("/openings/{reference}/records/{called}", response=GlassRecordOut, operation_id="read_through_the_glass")
def read(request: HttpRequest, reference: str, called: str) -> GlassRecordOut:
    """One record through the glass; the look is committed before the answer leaves."""
    card, shown = reading.read(reference, called, by=viewer_of(request))
    return GlassRecordOut(
        opening=card.reference,
        reference=shown.reference,
        database=shown.kind,
        title=shown.title,
        source=shown.source_code,
        status=shown.status,
        level=int(shown.level),
        entered_at=shown.entered_at,
        changed_at=shown.changed_at,
        fields=dict(shown.fields),
    )


def _out(reference: str, viewer: Viewer) -> OpeningOut:
    card = queries.opening(reference, viewer)
    return _opening_out(card, queries.looks(card, viewer), signed.acts(card, viewer))


def _opening_out(
    card: queries.OpeningCard,
    looks: Sequence[queries.OpeningLook] = (),
    acts: Sequence[signatures.SignedAct] = (),
) -> OpeningOut:
    words = card.words or queries.Words("")
    return OpeningOut(
        reference=card.reference,
        ground=card.ground.code,
        purpose=card.purpose.value,
        named=list(card.named),
        hours=card.hours,
        records_max=card.records_max,
        asker=card.asker.code,
        asked_by=words.asked_by,
        decider=card.decider.code,
        decided_by=words.decided_by,
        source=card.source.code,
        reason=words.reason,
        document=words.document,
        state=card.state.value,
        level=int(card.level),
        asked_at=card.asked_at,
        waits_until=card.waits_until,
        decided_at=card.decided_at,
        ends_at=card.ends_at,
        ended_at=card.ended_at,
        acknowledged_at=card.acknowledged_at,
        looks=[LookOut(at=one.at, record=one.reference) for one in looks],
        acts=[ActOut(action=one.action, at=one.at, signature=one.verdict.value) for one in acts],
    )
