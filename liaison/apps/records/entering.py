"""What a record must be to be entered, and entering many at once: checked first, then written with their entries.

A draft that was checked becomes a `Prepared`: its fields in normal form and canonical spelling, so that an import can
check each row while it reads and write it later without reading it again.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from django.db import IntegrityError

from liaison.apps.audit import public as audit
from liaison.apps.members import public as members
from liaison.apps.policies import public as policies
from liaison.apps.records.documents import DocumentForm
from liaison.apps.records.models import FOREIGN_KEY_LENGTH_MAX, Record
from liaison.apps.records.parts import Kept, write_parts
from liaison.apps.records.releases import Audience, holding_of, released
from liaison.apps.records.restricting import checked_wishes, restricted_findings, special_policy
from liaison.apps.signatures import public as signatures
from liaison.databases import all_databases
from liaison.databases.declaration import Database, checked
from liaison.databases.restricting import Split, Wish, split
from liaison.identifiers import references
from liaison.ledger.canonical import Json, canonical_json
from liaison.ledger.statements import Version
from liaison.refusal import Finding, Refused, mark
from liaison.rows.bulk import copy_rows
from liaison.rows.clock import now
from liaison.rows.draws import Draw, draws
from liaison.rows.ids import new_id
from liaison.rows.viewing import viewing
from liaison.rules import handling, special_data
from liaison.rules.liberty import could_lead_to_arrest
from liaison.viewer import Level, Right, Viewer

WRITTEN_AT_ONCE_MAX = 5_000
"""Rows of one transaction: more would hold the keys of their buckets too long for an erasure that waits."""
DRAWS_MAX = 20
FINDINGS_SHOWN_MAX = 50
_NOBODY = UUID(int=0)
_ALWAYS_RIGHT = frozenset({"", "all"})
"""Audiences that need no look at who is who: most records of an import have one of them."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A record that somebody wants to enter.

    `source_id` is the body that answers for it, the viewer's own reader when None. `foreign_key` is the source's own
    key for it, by which a later edition of a list finds it again. `expires_on` may be earlier than retention asks.
    `conditions` are the codes of handling conditions. `recorded_on` is the day of the first entry where there was
    one. A level below what the rules ask for such a record is raised to it. `restricted` are statements among
    `fields` that fewer see than the record.
    """

    kind: str
    fields: Mapping[str, object]
    audience: str = "all"
    level: Level = Level.OFFICIAL_USE
    expires_on: date | None = None
    foreign_key: str = ""
    source_id: UUID | None = None
    conditions: frozenset[str] = frozenset()
    recorded_on: date | None = None
    restricted: tuple[Wish, ...] = ()


class Prepared(NamedTuple):
    """A draft that was checked, by `prepare`: `fields` are canonical JSON of its normal form, the rest as drafted.

    `conditions` are bits of `liaison.rules.handling`, those that follow from the fields among them. `arrest`: it
    could lead to one, so that it is not entered without its bureau's signature. `fields` are all of them, also those
    that are `restricted`.
    """

    kind: str
    fields: bytes
    audience: str
    level: Level
    expires_on: date | None
    foreign_key: str
    source_id: UUID | None
    conditions: int
    arrest: bool = False
    restricted: tuple[Wish, ...] = ()


def check(draft: Draft, *, by: Viewer) -> list[Finding]:
    """Return every reason why this draft would be refused; an empty list means that it may be entered."""
    return _checked(draft, by).findings


def prepare(draft: Draft, *, by: Viewer) -> Prepared:
    """Return the draft ready to be written; raise Refused with every reason why it may not be."""
    checked_draft = _checked(draft, by)
    if checked_draft.findings:
        raise Refused(*checked_draft.findings)
    return Prepared(
        kind=draft.kind,
        fields=canonical_json(checked_draft.normal),  # type: ignore[arg-type]  # JSON
        audience=members.canonical_audience(draft.audience),
        level=max(draft.level, checked_draft.level_min),
        expires_on=draft.expires_on,
        foreign_key=draft.foreign_key,
        source_id=draft.source_id,
        conditions=checked_draft.conditions,
        arrest=could_lead_to_arrest(draft.kind, checked_draft.normal),
        restricted=checked_draft.wishes,
    )


class _Checked(NamedTuple):
    """A draft's normal form, whole where nothing is wrong; everything that is; and what follows from its fields."""

    normal: dict[str, object]
    findings: list[Finding]
    conditions: int = 0
    level_min: Level = Level.OFFICIAL_USE
    wishes: tuple[Wish, ...] = ()


def _checked(draft: Draft, by: Viewer) -> _Checked:
    database = all_databases().get(draft.kind)
    if database is None:
        return _Checked({}, [_unknown_database(draft.kind)])
    normal, findings = checked(database, draft.fields)
    findings = [*findings, *_around(draft, database, by)]
    wishes: tuple[Wish, ...] = ()
    if draft.restricted and not findings:
        wishes, found = checked_wishes(database, draft.restricted, by)
        findings += found or restricted_findings(database, normal, wishes, recorded_on=draft.recorded_on)
    chosen = 0 if findings else handling.bits_of(draft.conditions)
    if not special_data.concerns(database, normal):
        return _Checked(normal, findings, chosen, wishes=wishes)
    policy = special_policy()
    follow = special_data.conditions(database, normal, recorded_on=draft.recorded_on or now().date(), policy=policy)
    findings += special_data.findings(database, normal, follow, policy)
    return _Checked(normal, findings, chosen | follow, special_data.level_min(follow, policy), wishes)


def years_kept(database: Database, conditions: int) -> tuple[int, str]:
    """Return for how many years a record with these conditions is kept at most, and the policy value that says so."""
    years, name = policies.value(database.retention_policy), database.retention_policy
    if not conditions & handling.MINOR.bit:
        return years, name
    policy = special_policy()
    return special_data.retention_years(conditions, years, policy), special_data.retention_policy(conditions, name)


def prepare_many(drafts: Iterable[Draft], *, by: Viewer) -> list[Prepared]:
    """Return the drafts ready to be written; raise Refused with what is wrong with any of them."""
    prepared: list[Prepared] = []
    findings: list[Finding] = []
    for draft in drafts:
        try:
            prepared.append(prepare(draft, by=by))
        except Refused as refused:
            findings += refused.findings
    if findings:
        raise Refused(*findings[:FINDINGS_SHOWN_MAX])
    return prepared


def enter_prepared(rows: Sequence[Prepared], *, by: Viewer) -> list[str]:
    """Enter checked records, all or none, in one transaction of at most WRITTEN_AT_ONCE_MAX; return their references.

    A foreign key that the source has used is a Refused.
    """
    by.needs(Right.ENTER_RECORDS)
    assert len(rows) <= WRITTEN_AT_ONCE_MAX, "the caller keeps its batches bounded"
    if not rows:
        return []
    try:
        with viewing(by):
            pen = signatures.Pen(by=by)
            forms = {group: _form(group, pen, by) for group in {_group(row) for row in rows}}
            draw = draws()
            headers = _write_headers([_header(row, forms[_group(row)], draw) for row in rows], draw)
            entries = [_entry(row, header, forms[_group(row)]) for row, header in zip(rows, headers, strict=True)]
            recorded = audit.record_all(entries, by=by, ids=[header.entry_id for header in headers], first=True)
            for row, header, one in zip(rows, headers, recorded, strict=True):
                _sign_with(pen, row, header, forms[_group(row)], one)
                if row.restricted:
                    _restrict(pen, row, header, forms[_group(row)], by)
            pen.sign()
    except IntegrityError as error:
        if "a_source_uses_its_own_key_once" in str(error):
            raise Refused(_key_used()) from None
        raise
    return [header.reference for header in headers]


class _Header(NamedTuple):
    """The columns of a record's row."""

    id: UUID
    reference: str
    kind: str
    declared_version: int
    source_id: UUID
    audience_id: int
    level: int
    holding_id: int
    conditions: int
    status: str
    entered_at: datetime
    changed_at: datetime
    expires_on: date
    foreign_key: str
    version: int
    entry_id: UUID
    signing_id: UUID | None


class _Group(NamedTuple):
    """What many rows of a batch have in common."""

    kind: str
    audience: str
    level: Level
    expires_on: date | None
    source_id: UUID | None
    conditions: int


class _Form(NamedTuple):
    """What the rows of one group are written with, worked out once.

    `notes`: the digest of who will see them, and under which id they are signed.
    """

    header: _Header
    document: DocumentForm
    notes: Mapping[str, Json]
    source: str


def _group(row: Prepared) -> _Group:
    return _Group(row.kind, row.audience, row.level, row.expires_on, row.source_id, row.conditions)


def _form(group: _Group, pen: signatures.Pen, by: Viewer) -> _Form:
    database, moment = all_databases()[group.kind], now()
    source = members.readers([group.source_id or by.reader_id])[group.source_id or by.reader_id]
    record = Record(
        id=_NOBODY,
        kind=database.kind,
        declared_version=database.version,
        source_id=source.id,
        audience_id=members.audience_id(group.audience),
        level=group.level,
        holding_id=holding_of(source.id, database.kind),
        conditions=group.conditions,
        entered_at=moment,
        changed_at=moment,
        expires_on=_expiry(group, database, moment.date()),
        version=1,
        entry_id=_NOBODY,
        signing_id=pen.signing_of(source.id),
    )
    return _Form(
        header=_Header(*(getattr(record, column) for column in _Header._fields)),
        document=DocumentForm.of(record, source=source.code, audience=group.audience),
        notes={
            "release": released(record, Audience(group.audience, Level(group.level), group.conditions)),
            **signing_note(record.signing_id),
        },
        source=source.code,
    )


def signing_note(signing_id: UUID | None) -> dict[str, Json]:
    """Return what an entry notes of the signature that covers its content; nothing where there will be none."""
    return {"signing": str(signing_id)} if signing_id else {}


def _split(row: Prepared) -> Split:
    return split(all_databases()[row.kind], json.loads(row.fields), row.restricted)


def _restrict(pen: signatures.Pen, row: Prepared, header: _Header, form: _Form, by: Viewer) -> None:
    kept = Kept(
        id=header.id,
        reference=header.reference,
        kind=header.kind,
        source_id=header.source_id,
        source_code=form.source,
        audience_id=header.audience_id,
        level=Level(header.level),
        conditions=header.conditions,
    )
    write_parts(kept, _split(row), row.restricted, reason="", pen=pen, by=by)


def _header(row: Prepared, form: _Form, draw: Draw) -> _Header:
    return form.header._replace(id=new_id(draw), foreign_key=row.foreign_key, entry_id=new_id(draw))


def _entry(row: Prepared, header: _Header, form: _Form) -> audit.EntryDraft:
    fields = canonical_json(_split(row).open) if row.restricted else row.fields  # type: ignore[arg-type]  # JSON
    return audit.EntryDraft(
        action="records.entered",
        subject=header.id,
        source=header.source_id,
        kind=f"{header.kind}@{header.declared_version}",
        content=form.document.filled(fields=fields, foreign_key=header.foreign_key, reference=header.reference),
        notes=form.notes,
    )


def _sign_with(pen: signatures.Pen, row: Prepared, header: _Header, form: _Form, recorded: audit.Recorded) -> None:
    assert recorded.digest is not None, "a version has content"
    kind = f"{header.kind}@{header.declared_version}"
    version = Version(form.source, header.reference, header.version, kind, recorded.digest)
    weight = signatures.Weight.LIBERTY if row.arrest else signatures.Weight.OTHER
    pen.put(header.source_id, header.entry_id, version, weight)


def _write_headers(headers: Sequence[_Header], draw: Draw) -> list[_Header]:
    """Write the rows, each under a reference of its own, and return them with it, in the order given.

    References are drawn at random; one that is taken, perhaps by a hidden record, is drawn again for its row alone.
    """
    prefixes = {kind: database.reference_prefix for kind, database in all_databases().items()}
    waiting, written = {header.id: header for header in headers}, dict[UUID, _Header]()
    for _draw in range(DRAWS_MAX):
        drawn = [
            header._replace(reference=references.make(prefixes[header.kind], header.entered_at.year, draw))
            for header in waiting.values()
        ]
        if copy_rows("records_record", _Header._fields, drawn, unless_taken="reference") == len(drawn):
            taken = set()
        else:
            taken = waiting.keys() - set(Record.objects.filter(pk__in=list(waiting)).values_list("pk", flat=True))
        written |= {header.id: header for header in drawn if header.id not in taken}
        waiting = {record_id: header for record_id, header in waiting.items() if record_id in taken}
        if not waiting:
            return [written[header.id] for header in headers]
    raise AssertionError("every drawn reference was taken: the space of references is exhausted")


def _around(draft: Draft, database: Database, by: Viewer) -> Iterator[Finding]:
    """Yield what is wrong with a draft besides its fields."""
    if not by.may_enter(draft.kind):
        yield _not_in_the_agreement(database)
    if draft.audience not in _ALWAYS_RIGHT:
        yield from members.audience_findings(draft.audience, by)
    yield from handling.review(draft.conditions)
    if len(draft.foreign_key) > FOREIGN_KEY_LENGTH_MAX:
        yield _long_foreign_key()
    if database.who_may_enter == "issuing_country" and draft.fields.get("country") != by.country:
        yield _not_the_issuer()


def _expiry(group: _Group, database: Database, today: date) -> date:
    years, policy = years_kept(database, group.conditions)
    latest = years_after(today, years)
    wanted = group.expires_on or latest
    if today < wanted <= latest:
        return wanted
    raise Refused(
        Finding(
            code="records.retention",
            problem=mark("The record would end on %(wanted)s; here it may be kept from tomorrow to %(latest)s."),
            remedy=mark("Choose an earlier end, or leave it empty."),
            source=f"policy: {policy}",
            field="expires_on",
            values={"wanted": wanted.isoformat(), "latest": latest.isoformat()},
        )
    )


def years_after(day: date, years: int) -> date:
    """Return the same day so many years later; 28 February where that year has no 29th."""
    last_of_february = day.month == 2 and day.day == 29
    return date(day.year + years, day.month, 28 if last_of_february else day.day)


def _unknown_database(kind: str) -> Finding:
    return Finding(
        code="records.no_database",
        problem=mark("There is no database “%(kind)s”."),
        remedy=mark("Choose one from the register of databases."),
        field="kind",
        values={"kind": kind[:40]},
    )


def _not_in_the_agreement(database: Database) -> Finding:
    return Finding(
        code="records.not_in_the_agreement",
        problem=mark("The agreement of your body does not let it enter records into “%(label)s”."),
        remedy=mark("Send it to your bureau, or have the agreement renewed."),
        source="policy: members.agreement",
        field="kind",
        values={"label": database.label},
    )


def _long_foreign_key() -> Finding:
    return Finding(
        code="records.foreign_key_too_long",
        problem=mark("The source's own key has more than %(most)s characters."),
        remedy=mark("Send the key that the source's system uses, not a description."),
        field="foreign_key",
        values={"most": FOREIGN_KEY_LENGTH_MAX},
    )


def _not_the_issuer() -> Finding:
    return Finding(
        code="records.not_the_issuer",
        problem=mark("Only the issuing country enters its travel documents."),
        remedy=mark("Send the number to the issuing country's bureau."),
        source="policy: issuing_country_enters",
        field="country",
    )


def _key_used() -> Finding:
    return Finding(
        code="records.foreign_key_used",
        problem=mark("Your bureau has a record with this key of its own already."),
        remedy=mark("Change that record instead of entering it again."),
        field="foreign_key",
    )
