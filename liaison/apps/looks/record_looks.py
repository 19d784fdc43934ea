"""On a record: who saw it, who changed it, who received it, as far as its reader may know.

The source sees which bodies, when to the minute, how and for which purpose; who audits also which of its own people.
Every other body sees its own looks and the changes that it may read. Nobody sees those of the commission or of
oversight, what was refused, or a body that he may not know of. PostgreSQL decides all of that before anything is
counted or cut, so that what is shown depends on nothing that is not.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from liaison.apps.audit import public as audit
from liaison.apps.members import public as members
from liaison.apps.records import public as records
from liaison.refusal import Finding, Refused, mark
from liaison.rows.viewing import viewing
from liaison.viewer import Right, Viewer

PAGE_SIZE = 50
CHANGES_MAX = 100
RECEIVED = frozenset({audit.LookKind.EXPORT, audit.LookKind.DELIVERY})


@dataclass(frozen=True, slots=True)
class Seen:
    """One look at the record. `person` is empty where the reader may know the body alone."""

    at: datetime
    kind: str
    purpose: str
    body: members.ReaderCard
    person: str
    is_own: bool

    @property
    def is_receipt(self) -> bool:
        """Whether the body took a copy with it."""
        return self.kind in RECEIVED


@dataclass(frozen=True, slots=True)
class Changed:
    """One change of the record: `seq` is its number in the ledger, None until it has one."""

    at: datetime
    action: str
    seq: int | None
    body: members.ReaderCard | None
    person: str


@dataclass(frozen=True, slots=True)
class Story:
    """What became known of a record, newest first. `next_cursor` is empty on the last page."""

    reference: str
    is_own: bool
    seen: tuple[Seen, ...]
    changed: tuple[Changed, ...]
    next_cursor: str


def story(
    card: records.RecordCard,
    viewer: Viewer,
    *,
    cursor: str = "",
    size: int = PAGE_SIZE,
    entries: Sequence[audit.EntryCard] | None = None,
) -> Story:
    """Return who saw, changed and received a record that the viewer may see; raise Refused for a broken cursor.

    `entries` are those of its history, from who has read it before.
    """
    stretch = audit.Stretch().at(cursor)
    if stretch is None:
        raise Refused(broken_cursor())
    with viewing(viewer, savepoint=False):
        bodies = members.bodies_known_to(viewer)
        among = _among(card, viewer, bodies)
        found = audit.looks_at(card.id, viewer, size + 1, readers=among, stretch=stretch)
        history = _history(card, viewer) if entries is None else entries
        changes = history[-CHANGES_MAX:][::-1]
        shown = found[:size]
        people = names_of([look.actor for look in shown] + [entry.actor for entry in changes], viewer)
    return Story(
        reference=card.reference,
        is_own=card.source_id == viewer.reader_id,
        seen=tuple(_seen(look, bodies[look.reader], people, viewer) for look in shown),
        changed=tuple(_changed(entry, bodies, people) for entry in changes),
        next_cursor=stretch.after(shown).token() if len(found) > size else "",
    )


def names_of(ids: Iterable[UUID | None], viewer: Viewer) -> dict[UUID, str]:
    """Return the names of those whom the viewer may know: himself, and where he audits his body's people."""
    wanted = {one for one in ids if one is not None}
    if not viewer.may(Right.AUDIT):
        return dict.fromkeys(wanted & {viewer.user_id}, viewer.user_name)
    return {user_id: one.display_name for user_id, one in members.accounts(wanted, viewer).items()}


def broken_cursor() -> Finding:
    """Return what is said of a cursor that no page gave."""
    return Finding(
        code="looks.broken_cursor",
        problem=mark("This is not the place of a page of looks."),
        remedy=mark("Begin with the first page."),
        field="cursor",
    )


def _history(card: records.RecordCard, viewer: Viewer) -> Sequence[audit.EntryCard]:
    """Return the entries on a record; to its source those on what it restricts of it too."""
    entries = audit.history(card.id)
    is_own = card.source_id == viewer.reader_id
    return records.history_with_parts(card.id, entries) if is_own else entries


def _among(card: records.RecordCard, viewer: Viewer, known: Collection[UUID]) -> Collection[UUID]:
    """Return the bodies whose looks may be shown: to the source and to oversight all that they may know of."""
    if viewer.may(Right.OVERSEE) or card.source_id == viewer.reader_id:
        return known
    return members.own_bodies(viewer) if viewer.may(Right.AUDIT) else [viewer.reader_id]


def _seen(look: audit.LookCard, body: members.ReaderCard, people: dict[UUID, str], viewer: Viewer) -> Seen:
    return Seen(
        at=_minute(look.at),
        kind=look.kind.value,
        purpose=look.purpose,
        body=body,
        person=people.get(look.actor, "") if look.actor else "",
        is_own=look.actor == viewer.user_id,
    )


def _changed(entry: audit.EntryCard, bodies: Mapping[UUID, members.ReaderCard], people: dict[UUID, str]) -> Changed:
    return Changed(_minute(entry.at), entry.action, entry.seq, bodies.get(entry.source), people.get(entry.actor, ""))


def _minute(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)
