"""What programs ask of screening beside the question itself: advice before entering, and matches from partners."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Schema

from liaison.apps.screening.entry_advice import advice
from liaison.apps.screening.partner_checks import Submission
from liaison.apps.screening.partner_matches import PAGE_MAX, MatchCard, matches
from liaison.databases import all_databases
from liaison.refusal import Finding, Refused, mark

router = Router(tags=["records"])


class AdviceIn(Schema):
    """A record as it would be entered. `besides`: the reference of the record that it would change."""

    database: str
    fields: dict[str, Any]
    besides: str = ""


class DuplicateOut(Schema):
    """A record that may be about the same."""

    reference: str
    title: str
    source: str
    score: float
    by_number: bool


class AdviceOut(Schema):
    """Who may be there already, and about how many of the last questions it would answer (null: below the floor)."""

    duplicates: list[DuplicateOut]
    forecast_about: int | None
    forecast_floor: int
    forecast_days: int


@router.post("/records/advice", response=AdviceOut, operation_id="advise_record")
def advise(request: HttpRequest, record: AdviceIn) -> AdviceOut:
    """What to know before entering: proposals of duplicates among what the caller may see, and a forecast of hits."""
    viewer = request.auth  # type: ignore[attr-defined]  # set by the bearer authentication of the interface
    if record.database not in all_databases():
        raise Refused(_no_database(record.database))
    found = advice(record.database, record.fields, viewer=viewer, besides=record.besides)
    if found.findings:
        raise Refused(*found.findings)
    return AdviceOut(
        duplicates=[
            DuplicateOut(
                reference=one.card.reference,
                title=one.card.title,
                source=one.card.source_code,
                score=round(one.score, 4),
                by_number=one.by_number,
            )
            for one in found.duplicates
        ],
        forecast_about=found.forecast.about,
        forecast_floor=found.forecast.floor,
        forecast_days=found.forecast.days,
    )


def _no_database(kind: str) -> Finding:
    return Finding(
        code="records.no_database",
        problem=mark("There is no database “%(kind)s”."),
        remedy=mark("Choose one from the register of databases."),
        field="database",
        values={"kind": kind[:40]},
    )


class SubmittedOut(Schema):
    """What the partner submitted, and its own number of the matter."""

    number: str
    country: str
    own_number: str


class PartnerMatchOut(Schema):
    """A record that a private partner's submission points at. `submitted` is null once it is not kept any more."""

    reference: str
    partner: str
    partner_name: str
    asked_at: datetime
    found_at: datetime
    kind: str
    how: str
    record: str
    source: str
    submitted: SubmittedOut | None


class PartnerMatchesOut(Schema):
    """One page of the matches, newest first, with the number of pages and of matches."""

    matches: list[PartnerMatchOut]
    page: int
    pages: int
    total: int


@router.get("/gateway/matches", response=PartnerMatchesOut, operation_id="list_partner_matches", tags=["gateway"])
def list_partner_matches(request: HttpRequest, page: int = Query(1, ge=1, le=PAGE_MAX)) -> PartnerMatchesOut:
    """The matches from private partners that the caller's body is told of; the look is entered first."""
    found = matches(request.auth, page=page)  # type: ignore[attr-defined]  # set by the bearer authentication
    return PartnerMatchesOut(
        matches=[_match(one) for one in found.matches], page=found.number, pages=found.pages, total=found.total
    )


def _match(one: MatchCard) -> PartnerMatchOut:
    said = one.submitted
    return PartnerMatchOut(
        reference=one.reference,
        partner=one.partner_code,
        partner_name=one.partner_name,
        asked_at=one.asked_at,
        found_at=one.found_at,
        kind=one.kind,
        how=one.how,
        record=one.card.reference,
        source=one.card.source_code,
        submitted=_submitted(said) if said else None,
    )


def _submitted(said: Submission) -> SubmittedOut:
    return SubmittedOut(number=said.number, country=said.country, own_number=said.own_number)
