"""Records as a viewer may see them: rows read by key under row-level security, fields opened from their content."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet

from liaison.apps.audit import public as audit
from liaison.apps.members import public as members
from liaison.apps.records.few import few
from liaison.apps.records.models import Part, Record
from liaison.apps.records.parts import PartCard, part_card, rows_of, whole_fields, wishes_of
from liaison.apps.records.sealed import NOT_OPENED, Sealed, sealed_of
from liaison.databases import all_databases
from liaison.databases.declaration import FieldChange, diff, title, upcast
from liaison.databases.pictures import pictures_of
from liaison.databases.restricting import Wish, spelled
from liaison.ledger.entries import SALT_BYTES
from liaison.refusal import Absent, Finding, mark
from liaison.rows.clock import now
from liaison.rows.viewing import viewing
from liaison.rules.handling import Condition, conditions_of, forbids_copies
from liaison.viewer import Level, Right, Viewer

PAGE_SIZE = 50
PAGE_MAX = 10_000
COPIED_AT_ONCE = 500
VERSIONS_SHOWN_MAX = 100


@dataclass(frozen=True, slots=True)
class RecordCard:
    """One record with its opened fields, as the viewer may see it.

    `fields` are all that he sees; `open_fields` those that everybody sees who sees the record, and the only ones that
    the record's own content may hold; `parts` what he sees besides.
    """

    id: UUID
    reference: str
    kind: str
    title: str
    source_id: UUID
    source_code: str
    audience: str
    level: Level
    conditions: int
    status: str
    entered_at: datetime
    changed_at: datetime
    expires_on: date
    foreign_key: str
    version: int
    fields: Mapping[str, object]
    read_on: date
    entry_id: UUID | None = None
    signing_id: UUID | None = None
    sealed: Sealed = NOT_OPENED
    open_fields: Mapping[str, object] | None = None
    parts: tuple[PartCard, ...] = ()

    @property
    def is_in_force(self) -> bool:
        """Whether it may answer a query: neither withdrawn nor past its last day (RPD art. 49)."""
        return self.status == Record.Status.ACTIVE and self.expires_on >= self.read_on

    @property
    def wishes(self) -> tuple[Wish, ...]:
        """Whom the source lets see which statements; nothing where the viewer is not the source."""
        return wishes_of(self.parts)

    @property
    def restricted(self) -> tuple[tuple[str, object], ...]:
        """The statements, as field and value, that the viewer sees and others who see the record may not."""
        seen = {(one.field, spelled(one.value)): one.value for part in self.parts for one in part.statements}
        return tuple((name, value) for (name, _), value in sorted(seen.items()))

    def fields_for_copies(self, viewer: Viewer) -> Mapping[str, object]:
        """Return what a file may hold that the viewer takes away: of others only what is open.

        A file has no room to say that a statement is not for everybody.
        """
        is_own = self.source_id == viewer.reader_id
        return self.fields if is_own or self.open_fields is None else self.open_fields

    def audiences_of(self, field: str) -> tuple[str, ...]:
        """Return who sees what is restricted of a field, to its source; nothing to others."""
        return tuple(sorted({wish.audience for wish in self.wishes if wish.field == field}))

    @property
    def handling(self) -> tuple[Condition, ...]:
        """The conditions under which it may be used, to be shown wherever the record is."""
        return conditions_of(self.conditions)

    @property
    def is_not_to_be_copied(self) -> bool:
        """Whether its source alone may export or print it."""
        return forbids_copies(self.conditions)

    def may_be_copied_by(self, viewer: Viewer) -> bool:
        """Whether the viewer's body may export or print it: the source always may."""
        return self.source_id == viewer.reader_id or not self.is_not_to_be_copied


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a record: when, by whose bureau, and what it changed."""

    number: int
    at: datetime
    action: str
    reason: str
    entry_id: UUID
    sequence: int | None
    changes: tuple[FieldChange, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list, with shown and total."""

    cards: tuple[RecordCard, ...]
    number: int
    pages: int
    total: int


@dataclass(frozen=True, slots=True)
class Extent:
    """How many records a copy would hold, and the last of them; None where there is none.

    `left_out` are those that the viewer may read and their conditions keep out of the copy.
    """

    count: int
    until: UUID | None
    left_out: int = 0


def cards(ids: Sequence[UUID], viewer: Viewer) -> list[RecordCard]:
    """Return the cards of those records that the viewer may see, in the order asked."""
    viewer.needs(Right.READ_RECORDS)
    with viewing(viewer):
        rows = Record.objects.raw("select * from records_rows_of(%s)", [list(ids)])
        found = {card.id: card for card in opened_rows(rows)}
    return [found[record_id] for record_id in ids if record_id in found]


def record(reference: str, viewer: Viewer) -> RecordCard:
    """Return one record; raise Absent alike when it is hidden and when it does not exist."""
    viewer.needs(Right.READ_RECORDS)
    with viewing(viewer, savepoint=False):
        found = opened_rows(Record.objects.filter(reference=reference).exclude(status="erased"))
    if not found:
        raise absent(reference)
    return found[0]


def own_record(reference: str, viewer: Viewer) -> RecordCard:
    """Return a record that the viewer's own body answers for; raise Absent for any other."""
    card = record(reference, viewer)
    if card.source_id != viewer.reader_id:
        raise absent(reference)
    return card


def listing(kind: str, viewer: Viewer, *, page: int = 1) -> Page:
    """Return one page of the viewer's active records of a kind, newest first."""
    viewer.needs(Right.READ_RECORDS)
    page = max(1, min(page, PAGE_MAX))
    here = slice((page - 1) * PAGE_SIZE, page * PAGE_SIZE)
    with viewing(viewer):
        rows = Record.objects.filter(kind=kind, status=Record.Status.ACTIVE).order_by("-id")
        known = few([kind], viewer)
        total = rows.count() if known is None else len(known)
        shown = rows[here] if known is None else rows.filter(pk__in=[one.record_id for one in known[here]])
        cards_shown = opened_rows(shown)
    return Page(tuple(cards_shown), page, max(1, -(-total // PAGE_SIZE)), total)


def extent(kind: str, viewer: Viewer, *, own: bool = False, without: int = 0) -> Extent:
    """Return how many records a copy of a kind would hold, and where it ends: what is entered later is not in it.

    `without`: conditions (bits) under which records of others stay out.
    """
    viewer.needs(Right.READ_RECORDS)
    with viewing(viewer):
        rows = _in_force(kind, viewer, own=own, without=without)
        count = rows.count()
        left_out = _in_force(kind, viewer, own=own, without=0).count() - count
        return Extent(count, rows.order_by("-pk").values_list("pk", flat=True).first(), left_out)


def pages_of(
    kind: str, viewer: Viewer, *, until: UUID | None, own: bool = False, without: int = 0
) -> Iterator[list[RecordCard]]:
    """Yield, in pages, the viewer's records of a kind that are in force, in the order of ids up to `until`.

    `own` asks for those only that the viewer's own body answers for, `without` leaves out as in `extent`. Each page
    is a transaction of its own, so that a reader who takes his time holds none.
    """
    viewer.needs(Right.READ_RECORDS)
    after: UUID | None = None
    while until is not None:
        with viewing(viewer):
            rows = _in_force(kind, viewer, own=own, without=without).filter(pk__lte=until).order_by("pk")
            found = list((rows.filter(pk__gt=after) if after else rows)[:COPIED_AT_ONCE])
            page = cards_of(found)
        if not found:
            return
        if page:
            yield page
        after = found[-1].pk


def _in_force(kind: str, viewer: Viewer, *, own: bool, without: int) -> QuerySet[Record]:
    rows = Record.objects.filter(kind=kind, status=Record.Status.ACTIVE, expires_on__gte=now().date())
    if without:
        rows = rows.alias(kept_out=F("conditions").bitand(without))
        rows = rows.filter(Q(source_id=viewer.reader_id) | Q(kept_out=0))
    return rows.filter(source_id=viewer.reader_id) if own else rows


def needing_attention(viewer: Viewer, *, page: int = 1) -> Page:
    """Return one page of the viewer's own active records whose audience names a group that ended, oldest first."""
    viewer.needs(Right.READ_RECORDS)
    page = max(1, min(page, PAGE_MAX))
    with viewing(viewer):
        rows = Record.objects.filter(
            source_id=viewer.reader_id,
            status=Record.Status.ACTIVE,
            audience_id__in=members.audiences_of_ended(viewer),
        ).order_by("pk")
        total = rows.count()
        shown = opened_rows(rows[(page - 1) * PAGE_SIZE : page * PAGE_SIZE])
    return Page(tuple(shown), page, max(1, -(-total // PAGE_SIZE)), total)


def counts(viewer: Viewer) -> dict[str, int]:
    """Return how many active records of each kind the viewer may see."""
    with viewing(viewer):
        known = few(all_databases(), viewer)
        active = Record.objects.filter(status=Record.Status.ACTIVE).order_by()
        counted = active.values_list("kind").annotate(Count("pk"))
        found = dict(counted) if known is None else Counter(one.kind for one in known)
    return {kind: found.get(kind, 0) for kind in all_databases()}


def versions(card: RecordCard, viewer: Viewer, *, entries: Sequence[audit.EntryCard] | None = None) -> list[Version]:
    """Return the versions of a record that the viewer sees, newest first, each with what it changed.

    `entries` are those of its history, from who has read it before.
    """
    with viewing(viewer, savepoint=False):
        known = audit.history(card.id) if entries is None else entries
        entries = [entry for entry in known if entry.has_content][-VERSIONS_SHOWN_MAX:]
        opened = audit.contents([entry.entry_id for entry in entries])
    shown: list[Version] = []
    before: Mapping[str, object] = {}
    for entry in entries:
        if entry.entry_id not in opened:
            continue
        document = json.loads(opened[entry.entry_id])
        fields = current_fields(document)
        changes = tuple(diff(all_databases()[card.kind], before, fields)) if shown else ()
        shown.append(
            Version(
                number=document["version"],
                at=entry.at,
                action=entry.action,
                reason=document["reason"],
                entry_id=entry.entry_id,
                sequence=entry.seq,
                changes=changes,
            )
        )
        before = fields
    return shown[::-1]


def picture_count(card: RecordCard) -> int:
    """Return how many pictures a record holds, its portrait aside."""
    return len(pictures_of(all_databases()[card.kind], card.fields))


def by_foreign_key(kind: str, source_id: UUID, *, viewer: Viewer) -> dict[str, RecordCard]:
    """Return all records of a kind of one source that carry its own key and are not erased, by that key."""
    with viewing(viewer):
        rows = Record.objects.filter(kind=kind, source_id=source_id).exclude(foreign_key="")
        return {card.foreign_key: card for card in opened_rows(rows)}


def cards_of(rows: Sequence[Record]) -> list[RecordCard]:
    """Return the cards of rows that were read under the viewer's rights, in their order."""
    return _open(rows)


def card_of(columns: Mapping[str, object], salted: bytes) -> RecordCard:
    """Return the card of a row and its salted content that another door than the policies has handed out.

    It has no parts: what is restricted stays with whoever the source let see it.
    """
    row = Record(**columns)
    return _card(row, {row.entry_id: salted}, now().date())


def absent(reference: str) -> Absent:
    """Return the one answer for a record that is hidden, erased or was never there."""
    return Absent(
        Finding(
            code="records.absent",
            problem=mark("You have no record %(reference)s."),
            remedy=mark("Check the reference; it may have been withdrawn."),
            values={"reference": reference[:24]},
        )
    )


def current_fields(document: Mapping[str, object]) -> dict[str, object]:
    """Return the fields of a sealed document in the form of the present declaration."""
    fields = document["fields"]
    assert isinstance(fields, Mapping)
    return upcast(str(document["kind"]), fields)


def opened_rows(rows: Iterable[Record]) -> list[RecordCard]:
    """Return the cards of rows read under the viewer's rights; those that were erased are left out."""
    return _open(list(rows))


def _open(rows: Sequence[Record]) -> list[RecordCard]:
    if not rows:
        return []
    beside = rows_of([row.id for row in rows])
    wanted = [row.entry_id for row in rows] + [one.entry_id for found in beside.values() for one in found]
    salted = audit.salted_contents(wanted)
    today = now().date()
    return [_card(row, salted, today, beside.get(row.id, ())) for row in rows if row.entry_id in salted]


def _card(row: Record, salted: Mapping[UUID, bytes], today: date, beside: Sequence[Part] = ()) -> RecordCard:
    document = json.loads(salted[row.entry_id][SALT_BYTES:])
    source = str(document["source"])
    open_fields = current_fields(document)
    parts = tuple(
        part_card(one, salted[one.entry_id], reference=row.reference, source=source)
        for one in beside
        if one.entry_id in salted
    )
    return RecordCard(
        id=row.id,
        reference=row.reference,
        kind=row.kind,
        title=title(all_databases()[row.kind], open_fields),
        source_id=row.source_id,
        source_code=source,
        audience=str(document["audience"]),
        level=Level(row.level),
        conditions=row.conditions,
        status=row.status,
        entered_at=row.entered_at,
        changed_at=row.changed_at,
        expires_on=row.expires_on,
        foreign_key=row.foreign_key,
        version=row.version,
        fields=whole_fields(open_fields, parts),
        read_on=today,
        entry_id=row.entry_id,
        signing_id=row.signing_id,
        sealed=sealed_of(row, document, salted[row.entry_id]),
        open_fields=open_fields,
        parts=parts,
    )
