"""Looks over REST: the same questions as the pages ask, each a look of its own."""

from datetime import date, datetime

from django.http import HttpRequest
from ninja import Field as JsonField
from ninja import Query, Router, Schema, Status

from liaison.api.callers import viewer_of
from liaison.apps.audit import public as audit
from liaison.apps.looks import checks, desk
from liaison.apps.looks.record_looks import Story, story
from liaison.apps.records import public as records

router = Router(tags=["looks"])

CURSOR_LENGTH_MAX = 40
TEXT_LENGTH_MAX = 1_000


class SeenOut(Schema):
    """One look at a record, to the minute. `person` is empty where the caller may know the body alone."""

    at: datetime
    kind: str
    purpose: str
    body: str
    person: str
    received: bool


class ChangedOut(Schema):
    """One change of a record. `entry` is its number in the ledger, null until it has one."""

    at: datetime
    action: str
    body: str
    person: str
    entry: int | None


class StoryOut(Schema):
    """Who saw, changed and received a record, newest first. `next` is the next page's cursor, empty on the last."""

    reference: str
    seen: list[SeenOut]
    changed: list[ChangedOut]
    next: str


class LooksQuestionIn(Schema):
    """A question of the desk: references, or the sign-in name of an officer; not both."""

    references: list[str] = JsonField(default_factory=list, max_length=desk.REFERENCES_MAX)
    officer: str = JsonField("", max_length=desk.NAME_LENGTH_MAX)
    since: date | None = None
    until: date | None = None
    cursor: str = JsonField("", max_length=CURSOR_LENGTH_MAX)


class LineOut(Schema):
    """One look. `officer` is empty where the caller may know the body alone; `others` counts records not named."""

    at: datetime
    kind: str
    purpose: str
    body: str
    officer: str
    references: list[str]
    others: int


class LinesOut(Schema):
    """One page of looks, newest first. `next` is the cursor of the next page, empty on the last."""

    looks: list[LineOut]
    next: str


class CheckOut(Schema):
    """A spot check in which the caller is asked for the reason of a query of his."""

    reference: str
    state: str
    overdue: bool
    asked_at: datetime
    purpose: str
    records: list[str]
    answer_by: datetime


class ReasonIn(Schema):
    """Why one asked."""

    text: str = JsonField(max_length=TEXT_LENGTH_MAX)


@router.get("/records/{reference}/looks", response=StoryOut, operation_id="read_looks_at_record")
def looks_at_record(
    request: HttpRequest,
    reference: str,
    cursor: str = Query("", max_length=CURSOR_LENGTH_MAX, description="`next` of the page before; empty begins."),
) -> StoryOut:
    """Who saw, changed and received a record, as far as the caller may know.

    The question is itself a look at the record.
    """
    viewer = viewer_of(request)
    card = records.record(reference, viewer)
    audit.look(audit.Look.by(viewer, kind="view", shown=[(card.id, card.source_id)]))
    return _story(story(card, viewer, cursor=cursor))


@router.post("/looks/questions", response=LinesOut, operation_id="ask_who_looked")
def ask_who_looked(request: HttpRequest, asked: LooksQuestionIn) -> LinesOut:
    """Who looked at these records, or what an officer looked at: for who audits, and for oversight.

    Each page is a look of its own, committed before it is answered. A record that is hidden, one that does not exist
    and one at which nobody looked are answered alike.
    """
    references = tuple(dict.fromkeys(one.strip().upper() for one in asked.references))
    question = desk.Question(references, asked.officer.strip(), asked.since, asked.until)
    page = desk.ask(question, viewer_of(request), cursor=asked.cursor)
    return LinesOut(looks=[_line(line) for line in page.lines], next=page.next_cursor)


@router.get("/looks/asked", response=list[CheckOut], operation_id="list_asked_reasons")
def asked(request: HttpRequest) -> list[CheckOut]:
    """The spot checks in which the caller is asked for a reason, those to answer first."""
    return [
        CheckOut(
            reference=one.reference,
            state=one.state,
            overdue=one.is_overdue,
            asked_at=one.asked_at,
            purpose=one.purpose,
            records=list(one.records),
            answer_by=one.answer_by,
        )
        for one in checks.mine(viewer_of(request))
    ]


@router.post("/looks/asked/{reference}", response={204: None}, operation_id="state_reason")
def state_reason(request: HttpRequest, reference: str, reason: ReasonIn) -> Status:
    """State the reason of a query of one's own, once."""
    checks.answer(reference, reason.text, by=viewer_of(request))
    return Status(204, None)


def _story(told: Story) -> StoryOut:
    return StoryOut(
        reference=told.reference,
        seen=[
            SeenOut(
                at=one.at,
                kind=one.kind,
                purpose=one.purpose,
                body=one.body.code,
                person=one.person,
                received=one.is_receipt,
            )
            for one in told.seen
        ],
        changed=[
            ChangedOut(
                at=one.at, action=one.action, body=one.body.code if one.body else "", person=one.person, entry=one.seq
            )
            for one in told.changed
        ],
        next=told.next_cursor,
    )


def _line(line: desk.Line) -> LineOut:
    return LineOut(
        at=line.at,
        kind=line.kind,
        purpose=line.purpose,
        body=line.body.code if line.body else "",
        officer=line.officer.sign_in_name if line.officer else "",
        references=list(line.references),
        others=line.others,
    )
