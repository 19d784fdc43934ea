"""What programs ask of screening beside the question itself: advice before a record is entered."""

from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from liaison.apps.screening.entry_advice import advice
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
