"""Restrictions of databases over REST, and whom a record would reach before it is written."""

from dataclasses import asdict
from datetime import datetime

from django.http import HttpRequest
from ninja import Field as JsonField
from ninja import Query, Router, Schema, Status

from liaison.api.callers import viewer_of
from liaison.apps.records import releases, restrictions
from liaison.refusal import Refused
from liaison.rules import handling
from liaison.viewer import Level, Right

router = Router(tags=["restrictions"])


class ReleaseOut(Schema):
    """Whom a record would reach, by code; bureaus that it would not; and which fields each of them would see."""

    audience: str
    level: int
    conditions: list[str]
    holds: list[str]
    missing: list[str]
    kept_out: list[str]
    fields: list[str]


@router.get("/releases", response=ReleaseOut, operation_id="preview_release")
def preview_release(
    request: HttpRequest,
    database: str = Query(..., description="The database that the record would be of.", max_length=40),
    audience: str = Query("all", max_length=4_000),
    level: int = Query(1, ge=1, le=3),
    conditions: list[str] = Query([], description="Codes of handling conditions."),  # noqa: B008 - read by the framework
) -> ReleaseOut:
    """Whom a record would reach now, restrictions, agreements and conditions counted in; nothing is written."""
    viewer = viewer_of(request)
    viewer.needs(Right.ENTER_RECORDS)
    if findings := [*restrictions.database_findings(database), *handling.review(conditions)]:
        raise Refused(*findings)
    wanted = releases.Audience(audience, Level(level), handling.bits_of(conditions))
    said = releases.preview(database, wanted, viewer)
    return ReleaseOut(
        audience=said.expression,
        level=int(said.level),
        conditions=[one.code for one in said.conditions],
        holds=list(said.holds),
        missing=list(said.missing),
        kept_out=list(said.kept_out),
        fields=[one.name for one in said.fields],
    )


class DatabaseRestrictionIn(Schema):
    """Whom to keep out, of which database (empty: of everything that the body holds), and why."""

    database: str = JsonField("", max_length=40)
    excludes: str = JsonField(max_length=4_000)
    reason: str = JsonField(max_length=restrictions.REASON_LENGTH_MAX)


class MadeOut(Schema):
    """The reference of a restriction."""

    reference: str


class DatabaseRestrictionOut(Schema):
    """One restriction of the caller's body; `lift_reason` where somebody asked to lift it."""

    reference: str
    database: str
    excludes: str
    reason: str
    made_at: datetime
    confirmed_at: datetime
    confirm_by: datetime | None
    overdue: bool
    lift_reason: str
    lift_asked_at: datetime | None


class LiftIn(Schema):
    """Why a restriction is not needed any more."""

    reason: str = JsonField(max_length=restrictions.REASON_LENGTH_MAX)


class DecisionIn(Schema):
    """Whether it is lifted."""

    lift: bool


@router.get("/restrictions", response=list[DatabaseRestrictionOut], operation_id="list_restrictions")
def listing(request: HttpRequest) -> list[DatabaseRestrictionOut]:
    """What the caller's body restricts now; nobody else reads it."""
    return [_out(card) for card in restrictions.restrictions(viewer_of(request))]


@router.post("/restrictions", response={201: MadeOut}, operation_id="restrict_database")
def restrict(request: HttpRequest, sent: DatabaseRestrictionIn) -> Status[MadeOut]:
    """Keep bodies out of a database or of everything, at once."""
    made = restrictions.restrict_database(
        sent.database, excludes=sent.excludes, reason=sent.reason, by=viewer_of(request)
    )
    return Status(201, MadeOut(reference=made))


@router.post("/restrictions/{reference}/confirm", response={204: None}, operation_id="confirm_restriction")
def confirm(request: HttpRequest, reference: str) -> Status[None]:
    """Say that a restriction of everything is still needed, for another year."""
    restrictions.confirm(reference, by=viewer_of(request))
    return Status(204, None)


@router.post("/restrictions/{reference}/lift", response={204: None}, operation_id="ask_to_lift_restriction")
def ask_to_lift(request: HttpRequest, reference: str, sent: LiftIn) -> Status[None]:
    """Ask for a restriction to be lifted; somebody else of the body decides."""
    restrictions.ask_to_lift(reference, reason=sent.reason, by=viewer_of(request))
    return Status(204, None)


@router.post("/restrictions/{reference}/decide", response={204: None}, operation_id="decide_lift_of_restriction")
def decide_lift(request: HttpRequest, reference: str, sent: DecisionIn) -> Status[None]:
    """Lift a restriction that somebody else asked to lift, or leave it."""
    restrictions.decide_lift(reference, approve=sent.lift, by=viewer_of(request))
    return Status(204, None)


def _out(card: restrictions.RestrictionCard) -> DatabaseRestrictionOut:
    said = asdict(card)
    return DatabaseRestrictionOut(
        database=card.kind,
        overdue=card.is_overdue,
        **{name: said[name] for name in DatabaseRestrictionOut.model_fields if name in said},
    )
