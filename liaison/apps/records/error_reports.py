"""“Report an error”: any reader tells the source what is wrong with a record, and a clock runs until it is answered.

The source says first that it has seen the report, then what became of it (RPD art. 12: quality is the source's,
and whoever notices an error tells it). A report changes nothing by itself. Only source and reporter see it.
"""

import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from django.db import connections
from django.db.models import Case, DateTimeField, F, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce

from liaison.apps.audit import public as audit
from liaison.apps.members import public as members
from liaison.apps.policies import public as policies
from liaison.apps.records.models import ErrorReport, Record
from liaison.apps.records.queries import PAGE_MAX, RecordCard, absent, record
from liaison.apps.signatures import public as signatures
from liaison.databases import all_databases
from liaison.identifiers import references
from liaison.ledger.canonical import Json
from liaison.refusal import Absent, Finding, Refused, mark
from liaison.rows.clock import now
from liaison.rows.viewing import DOORS, viewing
from liaison.viewer import Right, Viewer

ACKNOWLEDGE_HOURS = "records.error_ack_hours"
ANSWER_DAYS = "records.error_answer_days"
OPEN_MAX = "records.error_open_max"
REFERENCE_PREFIX = "ER"
TEXT_LENGTH_MAX = 2_000
PAGE_SIZE = 50
What, Outcome, Status = ErrorReport.What, ErrorReport.Outcome, ErrorReport.Status


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportLine:
    """One report in a list on its record's page: what it is about, and its clock."""

    reference: str
    what: str
    status: str
    outcome: str
    acknowledge_by: datetime
    answer_by: datetime
    read_at: datetime

    @property
    def due(self) -> datetime | None:
        """Return until when the source has to do something next; None when it has answered."""
        if self.status == Status.ANSWERED:
            return None
        return self.acknowledge_by if self.status == Status.OPEN else self.answer_by

    @property
    def is_overdue(self) -> bool:
        """Whether the source is late."""
        return self.due is not None and self.due < self.read_at


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportCard(ReportLine):
    """One report with its words, empty once the record is erased; `record_reference` where the record may be seen."""

    record_id: UUID
    record_reference: str
    kind: str
    source: members.ReaderCard
    reporter: members.ReaderCard
    field: str
    text: str
    answer: str
    reported_at: datetime
    acknowledged_at: datetime | None
    answered_at: datetime | None
    may_answer: bool
    acts: tuple[signatures.SignedAct, ...] = ()
    """What was said of it and signed by whom it is from, where one report was asked for."""

    @property
    def signed(self) -> dict[str, str]:
        """Return of each act whether who did it put his body's name to it."""
        return {one.action: one.verdict.value for one in self.acts}


@dataclass(frozen=True, slots=True)
class ReportsPage:
    """One page of reports: those not answered first, the earliest due first."""

    reports: tuple[ReportCard, ...]
    number: int
    pages: int
    total: int


class _Words(msgspec.Struct):
    text: str
    answer: str = ""


def report_error(reference: str, *, what: str, text: str, by: Viewer, field: str = "") -> str:
    """Tell a record's source what is wrong with it; return the report's reference. The clock starts.

    Raise Absent alike for a record that is hidden and one that is not there, and Refused for a report without words,
    of a field that the database has not, and where the body has too many open on this record.
    """
    card = record(reference, by)
    if findings := _findings(card, what, text, field):
        raise Refused(*findings)
    with viewing(by):
        _one_at_a_time(card, by)
        open_ones = ErrorReport.objects.filter(record_id=card.id, reporter_id=by.reader_id)
        most = policies.value(OPEN_MAX)
        if open_ones.exclude(status=Status.ANSWERED).count() >= most:
            raise Refused(_too_many(most))
        moment = now()
        row = ErrorReport.objects.create(
            reference=references.make(REFERENCE_PREFIX, moment.year, secrets.token_bytes),
            record_id=card.id,
            source_id=card.source_id,
            reporter_id=by.reader_id,
            reported_by=by.user_id,
            level=card.level,
            what=what,
            field=field,
            reported_at=moment,
            acknowledge_by=moment + timedelta(hours=policies.value(ACKNOWLEDGE_HOURS)),
            answer_by=moment + timedelta(days=policies.value(ANSWER_DAYS)),
        )
        _hold(card)
        _enter("error_reports.made", row, by, _Words(text.strip()))
    return row.reference


def acknowledge(reference: str, *, by: Viewer) -> None:
    """Say on behalf of the source that the report has been seen; again it changes nothing."""
    by.needs(Right.ENTER_RECORDS)
    with viewing(by):
        row = _to_answer(reference, by)
        if row.status != Status.OPEN:
            return
        row.status, row.acknowledged_at = Status.ACKNOWLEDGED, now()
        row.save(update_fields=["status", "acknowledged_at"])
        _enter("error_reports.acknowledged", row, by, _words([row]).get(row.pk, _Words("")))


def answer(reference: str, *, outcome: str, text: str, by: Viewer) -> None:
    """Say on behalf of the source what became of the report; raise Refused without words and for a second answer."""
    by.needs(Right.ENTER_RECORDS)
    if outcome not in Outcome.values:
        raise Refused(_no_outcome())
    if not 0 < len(text.strip()) <= TEXT_LENGTH_MAX:
        raise Refused(_no_words())
    with viewing(by):
        row = _to_answer(reference, by)
        if row.status == Status.ANSWERED:
            raise Refused(_answered_already())
        moment = now()
        row.status, row.outcome, row.answered_at = Status.ANSWERED, outcome, moment
        row.acknowledged_at = row.acknowledged_at or moment
        row.save(update_fields=["status", "outcome", "answered_at", "acknowledged_at"])
        said = _words([row]).get(row.pk)
        _enter("error_reports.answered", row, by, _Words(said.text if said else "", text.strip()))


def report(reference: str, viewer: Viewer) -> ReportCard:
    """Return one report; raise Absent alike for one that is hidden and one that is not there."""
    viewer.needs(Right.READ_RECORDS)
    with viewing(viewer):
        row = ErrorReport.objects.filter(reference=reference).first()
        if row is None:
            raise _absent(reference)
        return replace(_cards([row], viewer)[0], acts=tuple(_acts_on(row)))


def reports_of(card: RecordCard, viewer: Viewer) -> tuple[ReportLine, ...]:
    """Return the newest reports on a record that the viewer may know of: to the source all, to others their own."""
    with viewing(viewer, savepoint=False):
        rows = list(ErrorReport.objects.filter(record_id=card.id).order_by("-reported_at", "-pk")[:PAGE_SIZE])
        moment = now()
    return tuple(
        ReportLine(
            reference=row.reference,
            what=row.what,
            status=row.status,
            outcome=row.outcome,
            acknowledge_by=row.acknowledge_by,
            answer_by=row.answer_by,
            read_at=moment,
        )
        for row in rows
    )


def reports(viewer: Viewer, *, to_us: bool, page: int = 1) -> ReportsPage:
    """Return one page of what was reported to the viewer's body, or by it: not answered first, earliest due first."""
    viewer.needs(Right.READ_RECORDS)
    page = max(1, min(page, PAGE_MAX))
    mine = Q(reporter_id=viewer.reader_id)
    with viewing(viewer):
        rows = ErrorReport.objects.filter(_answered_by(viewer) if to_us else mine)
        total = rows.count()
        rows = _by_urgency(rows)[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
        return ReportsPage(tuple(_cards(list(rows), viewer)), page, max(1, -(-total // PAGE_SIZE)), total)


def erase_reports(record_ids: Sequence[UUID], *, reason: str, by: Viewer) -> None:
    """Erase the words of all reports on records, in the transaction of whoever has locked and erases the records."""
    rows = ErrorReport.objects.filter(record_id__in=list(record_ids))
    subjects = list(rows.select_for_update().order_by("pk").values_list("pk", "source_id"))
    if subjects:
        audit.erase_many(subjects, by=by, reason=reason, action="error_reports.erased")
        _close(rows, now())


def close_reports(record_ids: Sequence[UUID]) -> None:
    """Close the reports on records that were erased again after a restore (system role)."""
    _close(ErrorReport.objects.using("system").filter(record_id__in=list(record_ids)), now("system"))


def _close(rows: QuerySet[ErrorReport], moment: datetime) -> None:
    """End the clocks of what nobody can answer any more: the record is gone, and so are the words."""
    rows.exclude(status=Status.ANSWERED).update(
        status=Status.ANSWERED,
        outcome=Outcome.WITHDRAWN,
        acknowledged_at=Coalesce("acknowledged_at", moment),
        answered_at=moment,
    )


def _hold(card: RecordCard) -> None:
    """Keep a record from being erased until this transaction ends; raise Absent where that came first.

    A reader has no right to lock it, but the foreign key that was just written does once it is checked. Without this,
    words written while somebody erases the record would outlive it.
    """
    with connections[DOORS].cursor() as cursor:
        cursor.execute("set constraints all immediate")
        cursor.execute("set constraints all deferred")
    if not Record.objects.filter(pk=card.id).exclude(status=Record.Status.ERASED).exists():
        raise absent(card.reference)


def _by_urgency(rows: QuerySet[ErrorReport]) -> QuerySet[ErrorReport]:
    due = Case(
        When(status=Status.OPEN, then=F("acknowledge_by")),
        When(status=Status.ACKNOWLEDGED, then=F("answer_by")),
        default=Value(None),
        output_field=DateTimeField(),
    )
    return rows.order_by(due.asc(nulls_last=True), "-answered_at", "pk")


def _answered_by(viewer: Viewer) -> Q:
    return Q(source_id__in=members.answered_for(viewer))


def _to_answer(reference: str, by: Viewer) -> ErrorReport:
    rows = ErrorReport.objects.select_for_update(of=("self",)).filter(_answered_by(by), reference=reference)
    row = rows.first()
    if row is None:
        raise _absent(reference)
    return row


def _cards(rows: Sequence[ErrorReport], viewer: Viewer) -> list[ReportCard]:
    bodies = members.readers([row.source_id for row in rows])
    reporters = members.readers_known_to(viewer, [row.reporter_id for row in rows])
    seen = Record.objects.filter(pk__in=[row.record_id for row in rows])
    about = {pk: (reference, kind) for pk, reference, kind in seen.values_list("pk", "reference", "kind")}
    words, moment = _words(rows), now()
    answers_for = members.answered_for(viewer) if viewer.may(Right.ENTER_RECORDS) else frozenset()
    return [
        ReportCard(
            reference=row.reference,
            record_id=row.record_id,
            record_reference=about.get(row.record_id, ("", ""))[0],
            kind=about.get(row.record_id, ("", ""))[1],
            source=bodies[row.source_id],
            reporter=reporters[row.reporter_id],
            what=row.what,
            field=row.field,
            status=row.status,
            outcome=row.outcome,
            text=words[row.pk].text if row.pk in words else "",
            answer=words[row.pk].answer if row.pk in words else "",
            reported_at=row.reported_at,
            acknowledge_by=row.acknowledge_by,
            answer_by=row.answer_by,
            acknowledged_at=row.acknowledged_at,
            answered_at=row.answered_at,
            read_at=moment,
            may_answer=row.source_id in answers_for,
        )
        for row in rows
    ]


def _words(rows: Sequence[ErrorReport]) -> Mapping[UUID, _Words]:
    found = audit.latest_content([row.pk for row in rows])
    return {subject: msgspec.json.decode(content, type=_Words) for subject, (_, content) in found.items()}


def _enter(action: str, row: ErrorReport, by: Viewer, words: _Words) -> None:
    says = {**_says(row), "outcome": row.outcome, "text": words.text, "answer": words.answer}
    done = signatures.Act(
        kind=signatures.REPORT,
        action=action,
        subject=row.pk,
        source=row.source_id,
        reference=row.reference,
        says=says,
    )
    signatures.act(done, by=by)


def _says(row: ErrorReport) -> dict[str, Json]:
    """Return what a row says of the report besides its words, as each act on it repeats it."""
    return {"record": str(row.record_id), "what": row.what, "field": row.field}


def _acts_on(row: ErrorReport) -> Iterator[signatures.SignedAct]:
    """Yield the acts on a report: the reporter's, then its source's. One that the row contradicts is not believed."""
    may_say = {"made": [row.reporter_id], "acknowledged": [row.source_id], "answered": [row.source_id]}
    for one in signatures.acts_on(row.pk, may_say):
        outcome = row.outcome if one.action == "answered" else ""
        agrees = one.says.items() >= {**_says(row), "outcome": outcome}.items()
        yield one if agrees else replace(one, verdict=signatures.Verdict.NOT_BELIEVED)


def _findings(card: RecordCard, what: str, text: str, field: str) -> list[Finding]:
    found = []
    if what not in What.values:
        found.append(
            Finding(
                code="error_reports.no_such_kind",
                problem=mark("Say what kind of error it is."),
                remedy=mark("Choose one of these: %(names)s."),
                field="what",
                values={"names": ", ".join(What.values)},
            )
        )
    if not 0 < len(text.strip()) <= TEXT_LENGTH_MAX:
        found.append(_no_words())
    if field and all_databases()[card.kind].field(field) is None:
        found.append(
            Finding(
                code="error_reports.no_such_field",
                problem=mark("The database has no field of this name."),
                remedy=mark("Choose a field of the record, or leave it out."),
                field="field",
            )
        )
    return found


def _one_at_a_time(card: RecordCard, by: Viewer) -> None:
    """Hold off other reports of this body on this record until the transaction ends: they are counted."""
    with connections[DOORS].cursor() as cursor:
        cursor.execute(
            "select pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"error report {card.id} {by.reader_id}"]
        )


def _no_words() -> Finding:
    return Finding(
        code="error_reports.no_words",
        problem=mark("A sentence or two are needed, and no more than %(most)s characters."),
        remedy=mark("Write what is wrong, or what was done about it, and how you know."),
        field="text",
        values={"most": TEXT_LENGTH_MAX},
    )


def _too_many(most: int) -> Finding:
    return Finding(
        code="error_reports.too_many",
        problem=mark("Your body has %(most)s reports open on this record."),
        remedy=mark("Wait for the source's answer, or call its desk."),
        source=f"policy: {OPEN_MAX}",
        values={"most": most},
    )


def _no_outcome() -> Finding:
    return Finding(
        code="error_reports.no_outcome",
        problem=mark("Say what became of it."),
        remedy=mark("Choose one of these: %(names)s."),
        field="outcome",
        values={"names": ", ".join(Outcome.values)},
    )


def _answered_already() -> Finding:
    return Finding(
        code="error_reports.answered_already",
        problem=mark("This report has been answered already."),
        remedy=mark("Read the answer; whoever still sees an error reports it anew."),
    )


def _absent(reference: str) -> Absent:
    return Absent(
        Finding(
            code="error_reports.absent",
            problem=mark("There is no report %(reference)s for you."),
            remedy=mark("Check the reference in the list of reported errors."),
            values={"reference": reference[:24]},
        )
    )
