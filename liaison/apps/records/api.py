"""Records over REST: the same questions as the pages ask."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

import msgspec
from django.http import HttpRequest
from ninja import Field as JsonField
from ninja import Router, Schema, Status

from liaison.api.problems import finding_out
from liaison.apps.audit import public as audit
from liaison.apps.members import public as members
from liaison.apps.policies import public as policies
from liaison.apps.records import checks, queries, services
from liaison.apps.records.field_api import FieldRestriction, RestrictedOut, wishes_of
from liaison.databases import all_databases
from liaison.databases.declaration import Database, Field
from liaison.databases.restricting import WISHES_MAX
from liaison.refusal import Finding, Refused, mark
from liaison.viewer import Level, Right

router = Router(tags=["records"])

REASON_LENGTH_MAX = 500


class ContactOut(Schema):
    """The desk that answers for a record; `always`: by day and night."""

    desk: str
    phone: str
    email: str
    always: bool


class RecordOut(Schema):
    """One record with its fields in the form that its declaration gives them.

    `restricted` are statements among them that not everybody sees who sees the record: they are not to be passed on.
    """

    reference: str
    database: str
    title: str
    source: str
    status: str
    level: int
    conditions: list[str]
    version: int
    entered_at: datetime
    changed_at: datetime
    expires_on: date
    fields: dict[str, Any]
    restricted: list[RestrictedOut]
    contact: ContactOut | None


class FieldOut(Schema):
    """One declared field or part of a group (`plates.number`)."""

    name: str
    label: str
    type: str
    scheme: str
    required: bool
    many: bool
    sensitive: bool
    choices: list[str]


class DatabaseOut(Schema):
    """One database of the register (RPD art. 33)."""

    kind: str
    version: int
    label: str
    purpose: str
    reference_prefix: str
    who_may_enter: str
    who_may_query: list[str]
    purposes: list[str]
    retention: str
    retention_years: int
    identifiers: list[str]
    fields: list[FieldOut]


class DraftIn(Schema):
    """A record to be entered. `confirm_doubts`: it was compared, what is unusual about it is as written.

    `conditions` are codes of handling conditions, `restricted` statements that fewer see than the record.
    """

    database: str
    fields: dict[str, Any]
    audience: str = "all"
    level: int = 1
    conditions: list[str] = JsonField(default_factory=list, max_length=20)
    expires_on: date | None = None
    foreign_key: str = ""
    restricted: list[FieldRestriction] = JsonField(default_factory=list, max_length=WISHES_MAX)
    confirm_doubts: bool = False


class ChangeIn(Schema):
    """What a record's fields are from now on: all of them, not only those that differ.

    What is restricted stays so, by its value.
    """

    fields: dict[str, Any]
    confirm_doubts: bool = False


class WithdrawalIn(Schema):
    """Why a record is withdrawn."""

    reason: str


class RestrictionIn(Schema):
    """Who may see a record from now on, up to which level a reader is vetted, and why.

    `conditions` are codes of handling conditions; left out, they stay as they are.
    """

    audience: str = JsonField(max_length=4_000)
    level: int = 1
    conditions: list[str] | None = None
    reason: str = JsonField(min_length=1, max_length=REASON_LENGTH_MAX)


class EnteredOut(Schema):
    """Which record was written, and its version."""

    reference: str
    version: int


class CheckedOut(Schema):
    """What would keep a record from being entered, and what is only unusual about it."""

    findings: list[dict[str, Any]]
    doubts: list[dict[str, Any]]


@router.get("/databases", response=list[DatabaseOut], operation_id="list_databases")
def databases(request: HttpRequest) -> list[DatabaseOut]:
    """The register of databases: what each holds, for which purpose, who enters and asks, and how long it is kept."""
    held = policies.values([database.retention_policy for database in all_databases().values()])
    return [_database_out(database, held[database.retention_policy]) for database in all_databases().values()]


def _database_out(database: Database, years: int) -> DatabaseOut:
    return DatabaseOut(
        kind=database.kind,
        version=database.version,
        label=str(database.label),
        purpose=str(database.purpose),
        reference_prefix=database.reference_prefix,
        who_may_enter=database.who_may_enter.value,
        who_may_query=sorted(database.who_may_query),
        purposes=sorted(database.purposes),
        retention=database.retention_policy,
        retention_years=years,
        identifiers=list(database.search_keys.identifiers),
        fields=[out for field in database.fields for out in _field_out(field, "")],
    )


def _field_out(field: Field, group: str) -> Iterator[FieldOut]:
    name = f"{group}.{field.name}" if group else field.name
    yield FieldOut(
        name=name,
        label=str(field.label),
        type=str(field.type),
        scheme=field.scheme,
        required=field.required,
        many=field.many,
        sensitive=field.sensitive,
        choices=[choice.value for choice in field.choices],
    )
    for part in field.parts:
        yield from _field_out(part, name)


@router.post("/records/check", response=CheckedOut, operation_id="check_record")
def check(request: HttpRequest, draft: DraftIn) -> CheckedOut:
    """What would be said if this record were entered; nothing is written."""
    viewer = request.auth  # type: ignore[attr-defined]  # set by the bearer authentication of the interface
    viewer.needs(Right.ENTER_RECORDS)
    findings = services.check(_draft(draft), by=viewer)
    doubts = [] if findings else checks.doubts_of(draft.database, draft.fields)
    return CheckedOut(findings=[_said(one) for one in findings], doubts=[_said(one) for one in doubts])


@router.post("/records", response={201: EnteredOut}, operation_id="enter_record")
def enter(request: HttpRequest, draft: DraftIn) -> Status[EnteredOut]:
    """Enter one record. Doubts refuse it unless they are confirmed."""
    viewer = request.auth  # type: ignore[attr-defined]  # set by the bearer authentication of the interface
    viewer.needs(Right.ENTER_RECORDS)
    _sure(draft.database, draft.fields, confirmed=draft.confirm_doubts)
    return Status(201, EnteredOut(reference=services.enter(_draft(draft), by=viewer), version=1))


@router.put("/records/{reference}", response=EnteredOut, operation_id="change_record")
def change(request: HttpRequest, reference: str, change: ChangeIn) -> EnteredOut:
    """Replace the fields of a record of the caller's own body; equal fields change nothing."""
    viewer = request.auth  # type: ignore[attr-defined]  # set by the bearer authentication of the interface
    viewer.needs(Right.ENTER_RECORDS)
    card = queries.own_record(reference, viewer)
    if findings := checks.check_change(card, change.fields, by=viewer):
        raise Refused(*findings)
    _sure(card.kind, change.fields, confirmed=change.confirm_doubts)
    return EnteredOut(reference=reference, version=services.change(reference, change.fields, by=viewer))


@router.post("/records/{reference}/withdraw", response={204: None}, operation_id="withdraw_record")
def withdraw(request: HttpRequest, reference: str, withdrawal: WithdrawalIn) -> Status[None]:
    """Withdraw a record of the caller's own body: it answers no query from now on."""
    viewer = request.auth  # type: ignore[attr-defined]  # set by the bearer authentication of the interface
    viewer.needs(Right.WITHDRAW_RECORDS)
    queries.own_record(reference, viewer)
    services.withdraw(reference, reason=withdrawal.reason[:REASON_LENGTH_MAX], by=viewer)
    return Status(204, None)


@router.post("/records/{reference}/restrict", response=EnteredOut, operation_id="restrict_record")
def restrict(request: HttpRequest, reference: str, restriction: RestrictionIn) -> EnteredOut:
    """Change who may see a record of the caller's own body; the same audience and level change nothing."""
    viewer = request.auth  # type: ignore[attr-defined]  # set by the bearer authentication of the interface
    if restriction.level not in list(Level):
        raise Refused(_no_level(restriction.level))
    version = services.restrict(
        reference,
        audience=restriction.audience,
        level=Level(restriction.level),
        reason=restriction.reason,
        conditions=restriction.conditions,
        by=viewer,
    )
    return EnteredOut(reference=reference, version=version)


def _draft(draft: DraftIn) -> services.Draft:
    if draft.level not in list(Level):
        raise Refused(_no_level(draft.level))
    return services.Draft(
        kind=draft.database,
        fields=draft.fields,
        audience=draft.audience,
        level=Level(draft.level),
        conditions=frozenset(draft.conditions),
        expires_on=draft.expires_on,
        foreign_key=draft.foreign_key,
        restricted=tuple(wishes_of(draft.restricted)),
    )


def _sure(kind: str, fields: dict[str, Any], *, confirmed: bool) -> None:
    """Raise Refused with what is unusual, unless the caller said that he compared it."""
    doubts = [] if confirmed or kind not in all_databases() else checks.doubts_of(kind, fields)
    if doubts:
        raise Refused(*doubts, _confirm())


def _said(finding: Finding) -> dict[str, Any]:
    out: dict[str, Any] = msgspec.to_builtins(finding_out(finding))
    return out


def _confirm() -> Finding:
    return Finding(
        code="records.doubts",
        problem=mark("Something about the record is unusual, so it was not entered."),
        remedy=mark("Compare it with its source; if it is as written, send it again with “confirm_doubts”."),
        source="policy: doubts_are_confirmed",
    )


def _no_level(level: int) -> Finding:
    return Finding(
        code="records.no_level",
        problem=mark("There is no level %(level)s."),
        remedy=mark("Use 1 for official use, 2 for restricted, 3 for confidential."),
        source="policy: confidentiality_levels",
        field="level",
        values={"level": level},
    )


@router.get("/records/{reference}", response=RecordOut, operation_id="read_record")
def record(request: HttpRequest, reference: str) -> RecordOut:
    """One record that the caller may see; hidden and unknown references are answered alike."""
    viewer = request.auth  # type: ignore[attr-defined]  # set by the bearer authentication of the interface
    card = queries.record(reference, viewer)
    audit.look(audit.Look.by(viewer, kind="view", shown=[(card.id, card.source_id)]))
    contact = members.contacts([card.source_id], viewer).get(card.source_id)
    return RecordOut(
        reference=card.reference,
        database=card.kind,
        title=card.title,
        source=card.source_code,
        status=card.status,
        level=int(card.level),
        conditions=[one.code for one in card.handling],
        version=card.version,
        entered_at=card.entered_at,
        changed_at=card.changed_at,
        expires_on=card.expires_on,
        fields=dict(card.fields),
        restricted=[RestrictedOut(field=name, value=value) for name, value in card.restricted],
        contact=ContactOut(**asdict(contact)) if contact else None,
    )
