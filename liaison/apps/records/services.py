"""Entering, changing, withdrawing and erasing records: one transaction, one entry per record."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from uuid import UUID

from django.db.models import F

from liaison.apps.audit import public as audit
from liaison.apps.members import public as members
from liaison.apps.records.documents import record_document
from liaison.apps.records.entering import (
    FINDINGS_SHOWN_MAX,
    Draft,
    check,
    enter_prepared,
    prepare,
    prepare_many,
    signing_note,
)
from liaison.apps.records.error_reports import close_reports, erase_reports
from liaison.apps.records.field_previews import FieldsPreview, fields_preview
from liaison.apps.records.models import Record
from liaison.apps.records.parts import Kept, close_contents, end_erased_parts, erase_parts, write_parts
from liaison.apps.records.queries import RecordCard, absent, cards_of
from liaison.apps.records.releases import Audience, released
from liaison.apps.records.restricting import checked_wishes, restricted_findings, special_policy
from liaison.apps.records.restrictions import REASON_LENGTH_MAX, no_reason
from liaison.apps.signatures import public as signatures
from liaison.databases import all_databases
from liaison.databases.declaration import normalise, validate
from liaison.databases.restricting import Wish, adds, carried, split
from liaison.ledger.canonical import canonical_json
from liaison.ledger.statements import Version
from liaison.refusal import Finding, Refused, mark
from liaison.rows.clock import now
from liaison.rows.viewing import viewing
from liaison.rules import handling, special_data
from liaison.rules.liberty import could_lead_to_arrest
from liaison.viewer import Level, Right, Viewer

BATCH = 500

Progress = Callable[[int, int], None]


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
        entered += enter_prepared(prepare_many(drafts[start : start + BATCH], by=by), by=by)
        if progress:
            progress(len(entered), len(drafts))
    return entered


def change(reference: str, fields: Mapping[str, object], *, by: Viewer) -> int:
    """Replace the fields of an own record; return its new version. Equal fields change nothing.

    Raise Absent for one that was withdrawn, be it a moment ago by a colleague: only a list brings a record back.
    """
    by.needs(Right.ENTER_RECORDS)
    with viewing(by):
        card = own_cards([reference], by=by)[reference]
        if card.status != Record.Status.ACTIVE:
            raise absent(reference)
        pen = signatures.Pen(by=by)
        version = _change(card, fields, pen=pen, by=by)
        pen.sign()
        return version


def change_many(changes: Sequence[tuple[str, Mapping[str, object]]], *, by: Viewer) -> list[int]:
    """Replace the fields of several own records in transactions of at most BATCH; return their new versions."""
    by.needs(Right.ENTER_RECORDS)
    versions: list[int] = []
    for start in range(0, len(changes), BATCH):
        with viewing(by):
            chunk = changes[start : start + BATCH]
            cards = own_cards([reference for reference, _ in chunk], by=by)
            pen = signatures.Pen(by=by)
            versions += [_change(cards[reference], fields, pen=pen, by=by) for reference, fields in chunk]
            pen.sign()
    return versions


def restrict(
    reference: str,
    *,
    audience: str,
    level: Level,
    reason: str,
    by: Viewer,
    conditions: Iterable[str] | None = None,
) -> int:
    """Change who may see an own record and how it is handled, at any time (RPD art. 58); return its new version.

    `conditions` are the codes of handling conditions; None leaves them as they are. Whoever falls out finds the
    record no more from this moment on, whoever comes in finds it. The entry says by a salted digest whom it reaches
    now. What is so already changes nothing. Raise Refused for a level below what the rules ask for such a record.
    """
    by.needs(Right.ENTER_RECORDS)
    with viewing(by):
        card = own_cards([reference], by=by)[reference]
        if card.status != Record.Status.ACTIVE:
            raise absent(reference)
        wanted = release_of(card, audience=audience, level=level, conditions=conditions, by=by)
        if wanted == Audience(card.audience, card.level, card.conditions):
            return card.version
        parts = {"status": card.status, "reason": reason.strip()}
        pen = signatures.Pen(by=by)
        version = write_version(card, parts, pen=pen, by=by, release=wanted)
        pen.sign()
        return version


def release_of(
    card: RecordCard, *, audience: str, level: Level, conditions: Iterable[str] | None, by: Viewer
) -> Audience:
    """Return who would see an own record so restricted; raise Refused with every reason why it may not be."""
    codes = None if conditions is None else frozenset(conditions)
    if findings := [*members.audience_findings(audience, by), *handling.review(codes or ())]:
        raise Refused(*findings)
    before = handling.chosen_of(card.conditions)
    chosen = before if codes is None else handling.bits_of(codes)
    wanted = Audience(members.canonical_audience(audience), level, chosen | (card.conditions & ~before))
    if findings := _level_findings(wanted):
        raise Refused(*findings)
    return wanted


def preview_of(draft: Draft, *, by: Viewer) -> FieldsPreview:
    """Return who would see a draft that may be entered, and what of it; raise Refused for one that may not."""
    prepared = prepare(draft, by=by)
    audience = Audience(prepared.audience, prepared.level, prepared.conditions)
    return fields_preview(draft.kind, audience, json.loads(prepared.fields), prepared.restricted, by)


def withdraw(reference: str, *, reason: str, by: Viewer) -> None:
    """Withdraw an own record: it answers no query from now on; its history stays."""
    withdraw_many([reference], reason=reason, by=by)


def withdraw_many(references_: Sequence[str], *, reason: str, by: Viewer) -> int:
    """Withdraw several own records in transactions of at most BATCH; return how many were still active."""
    by.needs(Right.WITHDRAW_RECORDS)
    withdrawn = 0
    for start in range(0, len(references_), BATCH):
        with viewing(by):
            pen = signatures.Pen(by=by)
            parts = {"status": Record.Status.WITHDRAWN.value, "reason": reason}
            for card in own_cards(references_[start : start + BATCH], by=by).values():
                if card.status == Record.Status.ACTIVE:
                    write_version(card, parts, pen=pen, by=by)
                    withdrawn += 1
            pen.sign()
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
        erase_reports([record.id], reason=reason, by=by)
        erase_parts([record.id], reason=reason, by=by)
        Record.objects.filter(pk=record.pk).update(
            status=Record.Status.ERASED, foreign_key="", changed_at=now(), version=record.version + 1
        )


def end_erased_again(ids: Sequence[UUID]) -> None:
    """End the rows of records that a restored backup brought back and whose erasure was done again (system role)."""
    rows = Record.objects.using("system").filter(pk__in=list(ids))
    rows.update(status=Record.Status.ERASED, foreign_key="", changed_at=now("system"), version=F("version") + 1)
    close_reports(ids)
    end_erased_parts(ids)


def own_cards(references_: Sequence[str], *, by: Viewer) -> dict[str, RecordCard]:
    """Return the locked, current cards of records that this viewer answers for; raise Absent for any other."""
    rows = list(Record.objects.select_for_update().filter(reference__in=references_).exclude(status="erased"))
    ours = members.answered_for(by)
    cards = {card.reference: card for card in cards_of([row for row in rows if row.source_id in ours])}
    for reference in references_:
        if reference not in cards:
            raise absent(reference)
    return cards


def _change(card: RecordCard, fields: Mapping[str, object], *, pen: signatures.Pen, by: Viewer) -> int:
    database = all_databases()[card.kind]
    if findings := validate(database, fields):
        raise Refused(*findings[:FINDINGS_SHOWN_MAX])
    wanted = normalise(database, fields)
    if wanted == card.fields and card.status == Record.Status.ACTIVE:
        return card.version
    wishes = carried(card.fields, wanted, card.wishes)
    return _write_split(card, wanted, wishes, reason="", pen=pen, by=by)


def restrict_fields(reference: str, wishes: Iterable[Wish], *, reason: str, by: Viewer) -> int:
    """Say anew which statements of an own record fewer see than the record (RPD art. 58); return its version.

    These wishes take the place of all there were; without any, everything is open again. What is restricted leaves
    the record's own content at once, and its earlier contents become the source's alone, as they tell it. The reason
    is read by the source alone. Raise Refused with everything that is wrong.
    """
    by.needs(Right.ENTER_RECORDS)
    with viewing(by):
        card = own_cards([reference], by=by)[reference]
        if card.status != Record.Status.ACTIVE:
            raise absent(reference)
        normal = wishes_for(card, wishes, by=by)
        if not 0 < len(reason.strip()) <= REASON_LENGTH_MAX:
            raise Refused(no_reason())
        pen = signatures.Pen(by=by)
        version = _write_split(card, card.fields, normal, reason=reason.strip(), pen=pen, by=by)
        pen.sign()
        return version


def wishes_for(card: RecordCard, wishes: Iterable[Wish], *, by: Viewer) -> tuple[Wish, ...]:
    """Return wishes for an own record in normal form; raise Refused with every reason why they may not be."""
    database = all_databases()[card.kind]
    normal, findings = checked_wishes(database, wishes, by)
    recorded_on = card.entered_at.date()
    if findings := findings or restricted_findings(database, card.fields, normal, recorded_on=recorded_on):
        raise Refused(*findings)
    return normal


def _write_split(
    card: RecordCard,
    fields: Mapping[str, object],
    wishes: Sequence[Wish],
    *,
    reason: str,
    pen: signatures.Pen,
    by: Viewer,
) -> int:
    """Write what of these fields is open as the record's next version, if that differs, and the rest as its parts."""
    database = all_databases()[card.kind]
    if findings := restricted_findings(database, fields, wishes, recorded_on=card.entered_at.date()):
        raise Refused(*findings[:FINDINGS_SHOWN_MAX])
    parted, version, entry_id = split(database, fields, wishes), card.version, card.entry_id
    level, conditions = card.level, card.conditions
    if parted.open != card.open_fields or card.status != Record.Status.ACTIVE:
        if (release := _release_of(card, parted.open)) is not None:
            level, conditions = release.level, release.conditions
        parts = {"status": Record.Status.ACTIVE.value, "fields": parted.open}
        version, entry_id = _write(card, parts, pen=pen, by=by, release=release, action="records.changed")
    kept = Kept(
        id=card.id,
        reference=card.reference,
        kind=card.kind,
        source_id=card.source_id,
        source_code=card.source_code,
        audience_id=members.audience_id(card.audience),
        level=level,
        conditions=conditions,
    )
    write_parts(kept, parted, wishes, reason=reason, pen=pen, by=by)
    if adds(card.wishes, wishes):
        assert entry_id is not None, "a card of a row has an entry"
        close_contents(kept, wishes, but=entry_id)
    return version


def _release_of(card: RecordCard, fields: Mapping[str, object]) -> Audience | None:
    """Return who may see the record with these fields, where they change that: a suspect that proves a victim."""
    database, chosen = all_databases()[card.kind], handling.chosen_of(card.conditions)
    follow, level = 0, card.level
    if special_data.concerns(database, fields):
        policy = special_policy()
        follow = special_data.conditions(database, fields, recorded_on=card.entered_at.date(), policy=policy)
        if findings := special_data.findings(database, fields, follow, policy):
            raise Refused(*findings)
        level = max(level, special_data.level_min(follow, policy))
    now_so = Audience(card.audience, level, chosen | follow)
    return None if now_so == Audience(card.audience, card.level, card.conditions) else now_so


def _level_findings(wanted: Audience) -> list[Finding]:
    least = special_data.level_min(wanted.conditions, special_policy()) if wanted.conditions else wanted.level
    if wanted.level >= least:
        return []
    return [
        Finding(
            code="records.level_too_low",
            problem=mark("A record of a victim or witness has at least the level %(least)s."),
            remedy=mark("Choose that level or a higher one."),
            source=f"policy: {special_data.PROTECTED_LEVEL}",
            field="level",
            values={"least": int(least)},
        )
    ]


_ACTIONS = {Record.Status.ACTIVE.value: "records.changed", Record.Status.WITHDRAWN.value: "records.withdrawn"}


def write_version(
    card: RecordCard,
    parts: Mapping[str, object],
    *,
    pen: signatures.Pen,
    by: Viewer,
    release: Audience | None = None,
    action: str = "",
) -> int:
    """Write the next version of a locked record: its content, its entry and its row; `parts` are what changes.

    `release` where it changes who may see it; `action` where that is not what the version is about. The caller lets
    the pen sign before its transaction ends.
    """
    return _write(card, parts, pen=pen, by=by, release=release, action=action)[0]


def _write(
    card: RecordCard,
    parts: Mapping[str, object],
    *,
    pen: signatures.Pen,
    by: Viewer,
    release: Audience | None = None,
    action: str = "",
) -> tuple[int, UUID]:
    """Write the next version; return its number and the id of its entry."""
    record = replace_row(card, status=str(parts["status"]))
    ends = parts.get("expires_on", card.expires_on)
    assert isinstance(ends, date)
    record.expires_on = ends
    database = all_databases()[card.kind]
    fields = parts.get("fields", card.open_fields)
    assert isinstance(fields, Mapping), "a card that was read from a row knows what of it is open"
    signing_id = pen.signing_of(record.source_id)
    audience, notes, columns = card.audience, signing_note(signing_id), dict[str, object]()
    if release is not None:
        audience, record.level, record.conditions = release.expression, release.level, release.conditions
        record.audience_id = members.audience_id(audience)
        notes["release"] = released(record, release)
        columns = {name: getattr(record, name) for name in ("audience_id", "level", "conditions")}
    document = record_document(
        record, fields, source=card.source_code, audience=audience, reason=str(parts.get("reason", ""))
    )
    entry = audit.EntryDraft(
        action=action or (_ACTIONS[record.status] if release is None else "records.restricted"),
        subject=record.id,
        source=record.source_id,
        kind=f"{database.kind}@{database.version}",
        content=canonical_json(document),
        notes=notes,
    )
    (recorded,) = audit.record_all([entry], by=by)
    assert recorded.digest is not None, "a version has content"
    version = Version(card.source_code, record.reference, record.version, entry.kind, recorded.digest)
    pen.put(record.source_id, recorded.entry_id, version, _weight(record, fields, parts))
    Record.objects.filter(pk=record.pk).update(
        status=record.status,
        version=record.version,
        declared_version=database.version,
        changed_at=record.changed_at,
        expires_on=record.expires_on,
        entry_id=recorded.entry_id,
        signing_id=signing_id,
        **columns,
    )
    return record.version, recorded.entry_id


def _weight(record: Record, fields: Mapping[str, object], parts: Mapping[str, object]) -> signatures.Weight:
    """Return what hangs on the signature: new content of who could be arrested; nothing that takes something back."""
    if "fields" not in parts:
        return signatures.Weight.NARROWS
    arrest = could_lead_to_arrest(record.kind, fields)
    return signatures.Weight.LIBERTY if arrest else signatures.Weight.OTHER


def replace_row(card: RecordCard, *, status: str) -> Record:
    """Return an unsaved row that is the card's next version."""
    return Record(
        id=card.id,
        reference=card.reference,
        kind=card.kind,
        declared_version=all_databases()[card.kind].version,
        source_id=card.source_id,
        level=card.level,
        conditions=card.conditions,
        status=status,
        entered_at=card.entered_at,
        changed_at=now(),
        expires_on=card.expires_on,
        foreign_key=card.foreign_key,
        version=card.version + 1,
    )


__all__ = [
    "BATCH",
    "Draft",
    "change",
    "change_many",
    "check",
    "end_erased_again",
    "enter",
    "enter_many",
    "erase",
    "own_cards",
    "restrict",
    "restrict_fields",
    "withdraw",
    "withdraw_many",
    "write_version",
]
