"""Reported errors over REST: what a reader tells a source, and what the source says to it."""

from datetime import datetime
from typing import Literal

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status

from liaison.api.acts import ActOut
from liaison.api.callers import viewer_of
from liaison.apps.audit import public as audit
from liaison.apps.records import error_reports

router = Router(tags=["reported errors"])


class ErrorIn(Schema):
    """What is wrong: `wrong_field`, `wrong_person`, `out_of_date`, `should_not_be` or `other`, and in words."""

    what: str
    text: str
    field: str = ""


class AnswerIn(Schema):
    """What became of it: `corrected`, `withdrawn` or `kept`, and in words."""

    outcome: str
    text: str


class ErrorOut(Schema):
    """One report and its clock. `record` is empty where the caller may not see the record any more.

    `acts` are empty in a list, and where the words are erased.
    """

    reference: str
    record: str
    source: str
    reporter: str
    what: str
    field: str
    status: str
    outcome: str
    text: str
    answer: str
    reported_at: datetime
    acknowledge_by: datetime
    answer_by: datetime
    acknowledged_at: datetime | None
    answered_at: datetime | None
    overdue: bool
    acts: list[ActOut]


class ErrorsOut(Schema):
    """One page of reports, the earliest due first."""

    reports: list[ErrorOut]
    page: int
    pages: int
    total: int


@router.post("/records/{reference}/errors", response={201: ErrorOut}, operation_id="report_error")
def report_error(request: HttpRequest, reference: str, told: ErrorIn) -> Status:
    """Tell the record's source what is wrong with it. A clock starts; nothing is changed by it."""
    viewer = viewer_of(request)
    made = error_reports.report_error(reference, what=told.what, text=told.text, field=told.field, by=viewer)
    return Status(201, _out(error_reports.report(made, viewer)))


@router.get("/errors", response=ErrorsOut, operation_id="list_errors")
def list_errors(
    request: HttpRequest,
    role: Literal["source", "reporter"] = Query(
        "source", description="`source`: reported to the caller's body; `reporter`: reported by it."
    ),
    page: int = Query(1, ge=1, le=10_000),
) -> ErrorsOut:
    """What was reported to the caller's body, or by it."""
    viewer = viewer_of(request)
    found = error_reports.reports(viewer, to_us=role == "source", page=page)
    shown = dict.fromkeys((one.record_id, one.source.id) for one in found.reports)
    audit.look(audit.Look.by(viewer, kind="view", shown=shown))
    return ErrorsOut(
        reports=[_out(one) for one in found.reports], page=found.number, pages=found.pages, total=found.total
    )


@router.get("/errors/{reference}", response=ErrorOut, operation_id="read_error")
def read_error(request: HttpRequest, reference: str) -> ErrorOut:
    """One report, to its source and its reporter alone."""
    viewer = viewer_of(request)
    found = error_reports.report(reference, viewer)
    audit.look(audit.Look.by(viewer, kind="view", shown=[(found.record_id, found.source.id)]))
    return _out(found)


@router.post("/errors/{reference}/acknowledge", response=ErrorOut, operation_id="acknowledge_error")
def acknowledge_error(request: HttpRequest, reference: str) -> ErrorOut:
    """Say on behalf of the source that the report has been seen."""
    viewer = viewer_of(request)
    error_reports.acknowledge(reference, by=viewer)
    return _out(error_reports.report(reference, viewer))


@router.post("/errors/{reference}/answer", response=ErrorOut, operation_id="answer_error")
def answer_error(request: HttpRequest, reference: str, said: AnswerIn) -> ErrorOut:
    """Say on behalf of the source what became of the report."""
    viewer = viewer_of(request)
    error_reports.answer(reference, outcome=said.outcome, text=said.text, by=viewer)
    return _out(error_reports.report(reference, viewer))


def _out(card: error_reports.ReportCard) -> ErrorOut:
    return ErrorOut(
        reference=card.reference,
        record=card.record_reference,
        source=card.source.code,
        reporter=card.reporter.code,
        what=card.what,
        field=card.field,
        status=card.status,
        outcome=card.outcome,
        text=card.text,
        answer=card.answer,
        reported_at=card.reported_at,
        acknowledge_by=card.acknowledge_by,
        answer_by=card.answer_by,
        acknowledged_at=card.acknowledged_at,
        answered_at=card.answered_at,
        overdue=card.is_overdue,
        acts=[ActOut(action=one.action, at=one.at, signature=one.verdict.value) for one in card.acts],
    )
