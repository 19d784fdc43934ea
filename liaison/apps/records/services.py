"""Entering, changing, withdrawing and erasing records: one transaction, one entry per record."""

import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F

from liaison.apps.audit import public as audit
from liaison.apps.members import public as members
from liaison.apps.policies import public as policies
from liaison.apps.records.documents import record_document
from liaison.apps.records.models import FOREIGN_KEY_LENGTH_MAX, Record
from liaison.apps.records.queries import RecordCard, absent, own_card
from liaison.databases import all_databases
from liaison.databases.declaration import Database, normalise, validate
from liaison.identifiers import references
from liaison.ledger.canonical import canonical_json
from liaison.refusal import Finding, Refused, mark
from liaison.rows.bulk import copy_rows
from liaison.rows.clock import now
from liaison.rows.ids import new_id
from liaison.rows.viewing import viewing
from liaison.viewer import Level, Right, Viewer

BATCH = 500
DRAWS_MAX = 8
FINDINGS_SHOWN_MAX = 50
COLUMNS = (
    "id", "reference", "kind", "declared_version", "source_id", "audience_id", "level", "status",
    "entered_at", "changed_at", "expires_on", "foreign_key", "version", "entry_id",
)  # fmt: skip

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Draft:
    """A record that somebody wants to enter.

    `source_id` is the body that answers for it, the viewer's own reader when None. `foreign_key` is the source's own
    key for it, by which a later edition of a list finds it again. `expires_on` may be earlier than retention asks.
    """

    kind: str
    fields: Mapping[str, object]
    audience: str = "all"
    level: Level = Level.OFFICIAL_USE
    expires_on: date | None = None
    foreign_key: str = ""
    source_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class _Terms:
    """What holds for a whole batch, read once."""

    by: Viewer
    moment: datetime
    years: Mapping[str, int]
    audiences: Mapping[str, int]


def check(draft: Draft, *, by: Viewer) -> list[Finding]:
    """Return every reason why this draft would be refused; an empty list means that it may be entered."""
    database = all_databases().get(draft.kind)
    if database is None:
        return [_unknown_database(draft.kind)]
    findings = list(validate(database, draft.fields))
    if len(draft.foreign_key) > FOREIGN_KEY_LENGTH_MAX:
        findings.append(_long_foreign_key())
    if database.who_may_enter == "issuing_country" and draft.fields.get("country") != by.country:
        findings.append(_not_the_issuer())
    return findings


def enter(draft: Draft, *, by: Viewer) -> str:
    """Enter one record and return its reference."""
    return enter_many([draft], by=by)[0]


def enter_many(drafts: Sequence[Draft], *, by: Viewer, progress: Progress | None = None) -> list[str]:
    """Enter records in transactions of at most BATCH and return their references in order.

    Nothing of a batch is written when one of its drafts is refused; earlier batches stay.
    """
    by.needs(Right.ENTER_RECORDS)
    entered: list[str] = []
    for start in range(0, len(drafts), BATCH):
        entered += _enter_batch(drafts[start : start + BATCH], by=by)
        if progress:
            progress(len(entered), len(drafts))
    return entered


def change(reference: str, fields: Mapping[str, object], *, by: Viewer) -> int:
    """Replace the fields of an own record; return its new version. Equal fields change nothing."""
    return change_many([(reference, fields)], by=by)[0]


def change_many(changes: Sequence[tuple[str, Mapping[str, object]]], *, by: Viewer) -> list[int]:
    """Replace the fields of several own records in transactions of at most BATCH; return their new versions."""
    by.needs(Right.ENTER_RECORDS)
    versions: list[int] = []
    for start in range(0, len(changes), BATCH):
        with viewing(by):
            chunk = changes[start : start + BATCH]
            cards = own_cards([reference for reference, _ in chunk], by=by)
            versions += [_change(cards[reference], fields, by=by) for reference, fields in chunk]
    return versions


def withdraw(reference: str, *, reason: str, by: Viewer) -> None:
    """Withdraw an own record: it answers no query from now on; its history stays."""
    withdraw_many([reference], reason=reason, by=by)


def withdraw_many(references_: Sequence[str], *, reason: str, by: Viewer) -> int:
    """Withdraw several own records in transactions of at most BATCH; return how many were still active."""
    by.needs(Right.WITHDRAW_RECORDS)
    withdrawn = 0
    for start in range(0, len(references_), BATCH):
        with viewing(by):
            for card in own_cards(references_[start : start + BATCH], by=by).values():
                if card.status == Record.Status.ACTIVE:
                    _write_version(card, {"status": Record.Status.WITHDRAWN.value, "reason": reason}, by=by)
                    withdrawn += 1
    return withdrawn


def erase(reference: str, *, reason: str, by: Viewer) -> None:
    """Destroy the key of an own record: no version of it can be read again, here or on any copy.

    `reason` is a code, like `commission_decision`, as it stays in the ledger for ever.
    """
    by.needs(Right.ERASE_RECORDS)
    with viewing(by):
        record = Record.objects.select_for_update().filter(reference=reference, source_id=by.reader_id).first()
        if record is None:
            raise absent(reference)
        audit.erase(record.id, source=record.source_id, by=by, reason=reason)
        Record.objects.filter(pk=record.pk).update(
            status=Record.Status.ERASED, foreign_key="", changed_at=now(), version=record.version + 1
        )


def end_erased_again(ids: Sequence[UUID]) -> None:
    """End the rows of records that a restored backup brought back and whose erasure was done again (system role)."""
    rows = Record.objects.using("system").filter(pk__in=list(ids))
    rows.update(status=Record.Status.ERASED, foreign_key="", changed_at=now("system"), version=F("version") + 1)


def own_cards(references_: Sequence[str], *, by: Viewer) -> dict[str, RecordCard]:
    """Return the locked, current cards of records that this viewer answers for; raise Absent for any other."""
    rows = list(Record.objects.select_for_update().filter(reference__in=references_).exclude(status="erased"))
    cards = {row.reference: own_card(row) for row in rows if _answers_for(row, by)}
    for reference in references_:
        if reference not in cards:
            raise absent(reference)
    return cards


def _answers_for(record: Record, by: Viewer) -> bool:
    return record.source_id == by.reader_id or by.may(Right.IMPORT_LISTS)


def _enter_batch(drafts: Sequence[Draft], *, by: Viewer) -> list[str]:
    findings = [finding for draft in drafts for finding in check(draft, by=by)]
    if findings:
        raise Refused(*findings[:FINDINGS_SHOWN_MAX])
    with viewing(by):
        terms = _terms(drafts, by)
        sources = members.readers([draft.source_id or by.reader_id for draft in drafts])
        rows = [_row(draft, terms, sources) for draft in drafts]
        return _write_rows(rows, by=by)


def _terms(drafts: Iterable[Draft], by: Viewer) -> _Terms:
    databases = all_databases()
    kinds = {draft.kind for draft in drafts}
    held = policies.values([databases[kind].retention_policy for kind in kinds])
    return _Terms(
        by=by,
        moment=now(),
        years={kind: held[databases[kind].retention_policy] for kind in kinds},
        audiences={expression: members.audience_id(expression) for expression in {d.audience for d in drafts}},
    )


@dataclass(frozen=True, slots=True)
class _NewRow:
    record: Record
    draft: Draft
    source_code: str
    database: Database
    fields: Mapping[str, object]


def _row(draft: Draft, terms: _Terms, sources: Mapping[UUID, members.ReaderCard]) -> _NewRow:
    database = all_databases()[draft.kind]
    source = sources[draft.source_id or terms.by.reader_id]
    record = Record(
        id=new_id(),
        kind=database.kind,
        declared_version=database.version,
        source_id=source.id,
        audience_id=terms.audiences[draft.audience],
        level=draft.level,
        entered_at=terms.moment,
        changed_at=terms.moment,
        expires_on=_expiry(draft, terms),
        foreign_key=draft.foreign_key,
        version=1,
    )
    return _NewRow(record, draft, source.code, database, normalise(database, draft.fields))


def _expiry(draft: Draft, terms: _Terms) -> date:
    today = terms.moment.date()
    latest = _years_after(today, terms.years[draft.kind])
    wanted = draft.expires_on or latest
    if today < wanted <= latest:
        return wanted
    raise Refused(
        Finding(
            code="records.retention",
            problem=mark("The record would end on %(wanted)s; here it may be kept from tomorrow to %(latest)s."),
            remedy=mark("Choose an earlier end, or leave it empty."),
            source=f"policy: {all_databases()[draft.kind].retention_policy}",
            field="expires_on",
            values={"wanted": wanted.isoformat(), "latest": latest.isoformat()},
        )
    )


def _years_after(day: date, years: int) -> date:
    last_of_february = day.month == 2 and day.day == 29
    return date(day.year + years, day.month, 28 if last_of_february else day.day)


def _write_rows(rows: Sequence[_NewRow], *, by: Viewer) -> list[str]:
    """Write one batch; a reference that was drawn before, perhaps by a hidden record, is drawn again."""
    for _draw in range(DRAWS_MAX):
        for row in rows:
            row.record.reference = references.make(
                row.database.reference_prefix, row.record.entered_at.year, secrets.token_bytes
            )
        try:
            with transaction.atomic():
                entries = audit.record_many([_entry("records.entered", row) for row in rows], by=by)
                for row, entry_id in zip(rows, entries, strict=True):
                    row.record.entry_id = entry_id
                copy_rows("records_record", COLUMNS, [_columns(row.record) for row in rows])
        except IntegrityError as error:
            if "a_source_uses_its_own_key_once" in str(error):
                raise Refused(_key_used()) from None
            continue
        return [row.record.reference for row in rows]
    raise AssertionError("every drawn reference was taken: the space of references is exhausted")


def _entry(action: str, row: _NewRow) -> audit.EntryDraft:
    document = record_document(row.record, row.fields, source=row.source_code, audience=row.draft.audience, reason="")
    return audit.EntryDraft(
        action=action,
        subject=row.record.id,
        source=row.record.source_id,
        kind=f"{row.database.kind}@{row.database.version}",
        content=canonical_json(document),
    )


def _columns(record: Record) -> tuple[object, ...]:
    return tuple(getattr(record, column) for column in COLUMNS)


def _change(card: RecordCard, fields: Mapping[str, object], *, by: Viewer) -> int:
    database = all_databases()[card.kind]
    if findings := validate(database, fields):
        raise Refused(*findings[:FINDINGS_SHOWN_MAX])
    wanted = normalise(database, fields)
    if wanted == card.fields and card.status == Record.Status.ACTIVE:
        return card.version
    return _write_version(card, {"status": Record.Status.ACTIVE.value, "fields": wanted}, by=by)


_ACTIONS = {Record.Status.ACTIVE.value: "records.changed", Record.Status.WITHDRAWN.value: "records.withdrawn"}


def _write_version(card: RecordCard, parts: Mapping[str, object], *, by: Viewer) -> int:
    """Write the next version of a locked record: its content, its entry and its row."""
    record = replace_row(card, status=str(parts["status"]))
    database = all_databases()[card.kind]
    fields = parts.get("fields", card.fields)
    assert isinstance(fields, Mapping)
    document = record_document(
        record, fields, source=card.source_code, audience=card.audience, reason=str(parts.get("reason", ""))
    )
    entry_id = audit.record(
        audit.EntryDraft(
            action=_ACTIONS[record.status],
            subject=record.id,
            source=record.source_id,
            kind=f"{database.kind}@{database.version}",
            content=canonical_json(document),
        ),
        by=by,
    )
    Record.objects.filter(pk=record.pk).update(
        status=record.status,
        version=record.version,
        declared_version=database.version,
        changed_at=record.changed_at,
        entry_id=entry_id,
    )
    return record.version


def replace_row(card: RecordCard, *, status: str) -> Record:
    """Return an unsaved row that is the card's next version."""
    return Record(
        id=card.id,
        reference=card.reference,
        kind=card.kind,
        declared_version=all_databases()[card.kind].version,
        source_id=card.source_id,
        level=card.level,
        status=status,
        entered_at=card.entered_at,
        changed_at=now(),
        expires_on=card.expires_on,
        foreign_key=card.foreign_key,
        version=card.version + 1,
    )


def _unknown_database(kind: str) -> Finding:
    return Finding(
        code="records.no_database",
        problem=mark("There is no database “%(kind)s”."),
        remedy=mark("Choose one from the register of databases."),
        field="kind",
        values={"kind": kind[:40]},
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
