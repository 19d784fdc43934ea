"""Parts of records: what fewer readers see than the record, kept beside it, opened with it and signed like it.

A record's content holds nothing of what is restricted. Each audience that sees more has a part: a row of its own
under row-level security, a content of its own under a key of its own, entries of its own. The book is the part of the
source alone: all that is kept, where it stood, and the wishes by which the next version is split again. Who may see a
part is PostgreSQL's business; whoever reads here gets the parts that his transaction shows.
"""

import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import cast
from uuid import UUID

from liaison.apps.audit import public as audit
from liaison.apps.members import public as members
from liaison.apps.records.models import BOOK, PART_SLOTS, ClosedContent, Part
from liaison.apps.records.releases import Audience, released_part
from liaison.apps.signatures import public as signatures
from liaison.databases import all_databases
from liaison.databases.declaration import upcast
from liaison.databases.restricting import NOBODY, Split, Statement, Wish, merged, restored, spelled, split
from liaison.ledger.canonical import Json, canonical_json
from liaison.ledger.entries import SALT_BYTES, content_digest
from liaison.ledger.statements import Version
from liaison.rows.clock import now
from liaison.rules.liberty import could_lead_to_arrest
from liaison.viewer import Level, Viewer

PART = "record_part@1"
"""The kind of a part's content."""
WRITTEN = "records.fields_restricted"
AUDIENCES_MAX = PART_SLOTS - 1


@dataclass(frozen=True, slots=True)
class PartCard:
    """A part as it was opened. `wishes` are in the book alone; `agrees`: its row says the same as its content."""

    id: UUID
    slot: int
    audience: str
    version: int
    statements: tuple[Statement, ...]
    wishes: tuple[Wish, ...]
    reason: str
    changed_at: datetime
    entry_id: UUID
    claim: signatures.Claim
    agrees: bool

    @property
    def is_book(self) -> bool:
        """Whether it is the source's own book of all that is kept."""
        return self.slot == BOOK


@dataclass(frozen=True, slots=True)
class Kept:
    """The record whose parts are written: what of its header they follow."""

    id: UUID
    reference: str
    kind: str
    source_id: UUID
    source_code: str
    audience_id: int
    level: Level
    conditions: int


@dataclass(frozen=True, slots=True)
class _Content:
    """What a part is to say."""

    audience: str
    statements: tuple[Statement, ...] = ()
    wishes: tuple[Wish, ...] = ()
    said: dict[str, Json] = field(init=False)

    def __post_init__(self) -> None:
        said = {
            "statements": [_said(one) for one in self.statements],
            "wishes": [_wished(one) for one in self.wishes],
        }
        object.__setattr__(self, "said", said)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to keep."""
        return not self.statements and not self.wishes


def rows_of(record_ids: Sequence[UUID], *, using: str = "default") -> dict[UUID, list[Part]]:
    """Return the active parts of these records that the transaction shows, by record."""
    found: dict[UUID, list[Part]] = {}
    for row in Part.objects.using(using).raw("select * from records_parts_of(%s)", [list(record_ids)]):
        found.setdefault(row.record_id, []).append(row)
    return found


def part_card(row: Part, salted: bytes, *, reference: str, source: str) -> PartCard:
    """Return the part of a record of this reference and source from its row and its salted content."""
    document = json.loads(salted[SALT_BYTES:])
    digest = content_digest(salted[:SALT_BYTES], salted[SALT_BYTES:])
    said = (reference, source, row.slot, row.version, str(row.status), row.declared_version)
    names = ("reference", "source", "slot", "version", "status", "declared_version")
    database = f"{document['database']}@{document['declared_version']}"
    statements = tuple(Statement(one["field"], one["value"], one["at"]) for one in document["statements"])
    return PartCard(
        id=row.id,
        slot=row.slot,
        audience=str(document["audience"]),
        version=row.version,
        statements=_present(database, statements),
        wishes=tuple(Wish(one["field"], one["audience"], one["value"]) for one in document["wishes"]),
        reason=str(document["reason"]),
        changed_at=row.changed_at,
        entry_id=row.entry_id,
        claim=signatures.Claim(
            row.signing_id, row.source_id, Version(source, reference, row.version, str(document["kind"]), digest)
        ),
        agrees=said == tuple(document[name] for name in names) and document["kind"] == PART,
    )


def whole_fields(open_fields: Mapping[str, object], parts: Sequence[PartCard]) -> Mapping[str, object]:
    """Return what a viewer sees of a record: the open fields and those of the parts that he sees."""
    for part in parts:
        if part.is_book:
            return restored(open_fields, part.statements)
    return merged(open_fields, [one for part in parts for one in part.statements]) if parts else open_fields


def wishes_of(parts: Iterable[PartCard]) -> tuple[Wish, ...]:
    """Return the source's wishes, which the book among its parts holds."""
    return next((part.wishes for part in parts if part.is_book), ())


def write_parts(
    kept: Kept, split: Split, wishes: Sequence[Wish], *, reason: str, pen: signatures.Pen, by: Viewer
) -> bool:
    """Bring the parts of a locked record to what its split asks; return whether something changed.

    The caller lets the pen sign before its transaction ends. `reason` is read by the source alone; without one the
    last stays.
    """
    rows = {row.slot: row for row in Part.objects.filter(record_id=kept.id).order_by("slot")}
    if not rows and not wishes:
        return False
    cards = _cards(kept, [row for row in rows.values() if row.status == Part.Status.ACTIVE])
    said = reason or (cards[BOOK].reason if BOOK in cards else "")
    wanted = {BOOK: _Content(NOBODY, split.book, tuple(wishes))}
    placed = _placed([one for one in split.kept if one != NOBODY], rows, cards)
    wanted |= {slot: _Content(audience, split.kept[audience]) for slot, audience in placed.items()}
    arrest = could_lead_to_arrest(kept.kind, split.open)
    changed = False
    for slot in range(PART_SLOTS):
        content, card = wanted.get(slot, _Content(NOBODY)), cards.get(slot)
        if _is_so(card, content):
            continue
        _write(
            kept, slot, rows.get(slot), content, reason=said if slot == BOOK else "", pen=pen, by=by, arrest=arrest
        )
        changed = True
    return changed


def close_contents(kept: Kept, wishes: Sequence[Wish], *, but: UUID) -> None:
    """Close to all but its source those earlier contents of a record that tell what is restricted from now on.

    `but` is the entry of its present version. What never stood in the open closes nothing.
    """
    old = [one.entry_id for one in audit.history(kept.id) if one.has_content and one.entry_id != but]
    database = all_databases()[kept.kind]
    for entry_id, content in audit.contents(old).items():
        document = json.loads(content)
        if split(database, upcast(document["kind"], document["fields"]), wishes).book:
            ClosedContent.objects.bulk_create(
                [ClosedContent(entry_id=entry_id, record_id=kept.id, source_id=kept.source_id)], ignore_conflicts=True
            )


def history_with_parts(record_id: UUID, entries: Sequence[audit.EntryCard]) -> list[audit.EntryCard]:
    """Return the entries on a record with those on all the parts it ever had, oldest first: for its source."""
    parts = Part.objects.filter(record_id=record_id).values_list("pk", flat=True)
    beside = [one for part in parts for one in audit.history(part)]
    return sorted([*entries, *beside], key=lambda one: one.at)


def erase_parts(record_ids: Sequence[UUID], *, reason: str, by: Viewer) -> None:
    """Erase all parts of records, in the transaction of whoever has locked and erases the records."""
    rows = Part.objects.filter(record_id__in=list(record_ids)).exclude(status=Part.Status.ERASED)
    subjects = list(rows.order_by("pk").values_list("pk", "source_id"))
    if subjects:
        audit.erase_many(subjects, by=by, reason=reason)
        rows.update(status=Part.Status.ERASED, changed_at=now())


def end_erased_parts(record_ids: Sequence[UUID]) -> None:
    """End the parts of records that were erased again after a restore (system role)."""
    rows = Part.objects.using("system").filter(record_id__in=list(record_ids))
    rows.update(status=Part.Status.ERASED, changed_at=now("system"))


def records_behind(ids: Sequence[UUID]) -> dict[UUID, UUID]:
    """Return the record of each of these ids that is a part's (system role)."""
    return dict(Part.objects.using("system").filter(pk__in=list(ids)).values_list("pk", "record_id"))


def slots_of(record_ids: Sequence[UUID]) -> dict[UUID, frozenset[int]]:
    """Return which slots these records use or ever used; records without parts are left out (system role)."""
    found: dict[UUID, set[int]] = {}
    rows = Part.objects.using("system").filter(record_id__in=list(record_ids))
    for record_id, slot in rows.values_list("record_id", "slot"):
        found.setdefault(record_id, set()).add(slot)
    return {record_id: frozenset(slots) for record_id, slots in found.items()}


def _cards(kept: Kept, rows: Sequence[Part]) -> dict[int, PartCard]:
    salted = audit.salted_contents([row.entry_id for row in rows])
    return {
        row.slot: part_card(row, salted[row.entry_id], reference=kept.reference, source=kept.source_code)
        for row in rows
        if row.entry_id in salted
    }


def _placed(audiences: Sequence[str], rows: Mapping[int, Part], cards: Mapping[int, PartCard]) -> dict[int, str]:
    """Return the slot of each audience: the one that it has, else one that nobody had, drawn so that it counts none.

    Only where all were used, one that has ended is used again.
    """
    placed = {slot: card.audience for slot, card in cards.items() if slot != BOOK and card.audience in audiences}
    for audience in audiences:
        if audience in placed.values():
            continue
        free = [slot for slot in range(BOOK + 1, PART_SLOTS) if slot not in placed]
        assert free, "the number of audiences was checked"
        placed[secrets.choice([slot for slot in free if slot not in rows] or free)] = audience
    return placed


def _is_so(card: PartCard | None, content: _Content) -> bool:
    if card is None:
        return content.is_empty
    there = _Content(card.audience, card.statements, card.wishes)
    return (there.audience, spelled(there.said)) == (content.audience, spelled(content.said))


def _write(
    kept: Kept,
    slot: int,
    row: Part | None,
    content: _Content,
    *,
    reason: str,
    pen: signatures.Pen,
    by: Viewer,
    arrest: bool,
) -> None:
    """Write the next version of one part: its content, its entry and its row."""
    part = row or Part(record_id=kept.id, source_id=kept.source_id, slot=slot, version=0)
    part.status = Part.Status.ENDED if content.is_empty else Part.Status.ACTIVE
    part.version += 1
    part.changed_at = now()
    part.declared_version = all_databases()[kept.kind].version
    part.audience_id = members.audience_id(content.audience)
    part.signing_id = pen.signing_of(kept.source_id)
    release = Audience(content.audience, kept.level, kept.conditions)
    notes: dict[str, Json] = {"signing": str(part.signing_id)} if part.signing_id else {}
    notes["release"] = released_part(
        kept.source_id,
        kept.kind,
        (kept.audience_id, part.audience_id),
        release,
        {one.field for one in content.statements},
    )
    entry = audit.EntryDraft(
        action=WRITTEN,
        subject=part.id,
        source=kept.source_id,
        kind=PART,
        content=canonical_json(_document(kept, part, content, reason)),
        notes=notes,
    )
    (recorded,) = audit.record_all([entry], by=by)
    assert recorded.digest is not None, "a part has content"
    part.entry_id = recorded.entry_id
    if row is None:
        part.save(force_insert=True)
    else:
        Part.objects.filter(pk=part.pk).update(**{name: getattr(part, name) for name in _COLUMNS})
    version = Version(kept.source_code, kept.reference, part.version, PART, recorded.digest)
    pen.put(kept.source_id, recorded.entry_id, version, _weight(content, arrest=arrest))


_COLUMNS = ("audience_id", "status", "version", "declared_version", "changed_at", "entry_id", "signing_id")


def _weight(content: _Content, *, arrest: bool) -> signatures.Weight:
    if content.is_empty:
        return signatures.Weight.NARROWS
    return signatures.Weight.LIBERTY if arrest else signatures.Weight.OTHER


def _document(kept: Kept, part: Part, content: _Content, reason: str) -> dict[str, Json]:
    return {
        "kind": PART,
        "reference": kept.reference,
        "source": kept.source_code,
        "slot": part.slot,
        "version": part.version,
        "status": str(part.status),
        "audience": content.audience,
        "database": kept.kind,
        "declared_version": part.declared_version,
        "reason": reason,
        **content.said,
    }


def _said(one: Statement) -> dict[str, Json]:
    return {"field": one.field, "value": cast("Json", one.value), "at": one.at}


def _wished(one: Wish) -> dict[str, Json]:
    return {"field": one.field, "audience": one.audience, "value": cast("Json", one.value)}


def _present(database: str, statements: tuple[Statement, ...]) -> tuple[Statement, ...]:
    """Return the statements in the form of the present declaration."""
    kind, _, version = database.partition("@")
    declared = all_databases()[kind]
    if int(version) == declared.version:
        return statements
    fields: dict[str, object] = {}
    for one in statements:
        if one.at is None:
            fields[one.field] = one.value
        else:
            cast("list[object]", fields.setdefault(one.field, [])).append(one.value)
    places = {(one.field, spelled(one.value)): one.at for one in statements}
    return tuple(
        Statement(name, item, places.get((name, spelled(item)), 0) if isinstance(value, list) else None)
        for name, value in upcast(database, fields).items()
        for item in (value if isinstance(value, list) else [value])
    )
