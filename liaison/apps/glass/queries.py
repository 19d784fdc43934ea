"""Openings as a viewer may know of them: what he asked for, what he decides, and what was opened of his records."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import msgspec
from django.db.models import Q

from liaison.apps.audit import public as audit
from liaison.apps.glass.models import Opening
from liaison.apps.members import public as members
from liaison.apps.records import public as records
from liaison.refusal import Absent, Finding, mark
from liaison.rows.clock import now
from liaison.rows.viewing import viewing
from liaison.rules.break_glass import GROUNDS, Actor, Ground, State, moved, state_at
from liaison.viewer import Level, Purpose, Right, Viewer

PAGE_SIZE, PAGE_MAX, LOOKS_SHOWN_MAX = 50, 1_000, 200


class Words(msgspec.Struct):
    """The sealed words of an opening, and the names of its two persons, whose accounts others do not read."""

    reason: str
    document: str = ""
    asked_by: str = ""
    decided_by: str = ""


@dataclass(frozen=True, slots=True)
class OpeningCard:
    """One opening as this viewer knows it. `actors`: in whose place he may move it on."""

    id: UUID
    reference: str
    ground: Ground
    purpose: Purpose
    named: tuple[str, ...]
    hours: int
    records_max: int
    asker: members.ReaderCard
    decider: members.ReaderCard
    source: members.ReaderCard
    state: State
    level: Level
    asked_at: datetime
    waits_until: datetime
    decided_at: datetime | None
    ends_at: datetime | None
    ended_at: datetime | None
    acknowledged_at: datetime | None
    words: Words | None
    is_mine: bool
    actors: frozenset[Actor]

    def may(self, verb: str) -> bool:
        """Whether this viewer may use a verb of the life cycle now."""
        return moved(verb, self.state, self.actors) is not None

    @property
    def may_decide(self) -> bool:
        """Whether this viewer may approve or reject it now."""
        return self.may("approve")

    @property
    def may_end(self) -> bool:
        """Whether this viewer may end it at once."""
        return self.may("end")

    @property
    def may_read(self) -> bool:
        """Whether it shows records to this viewer now."""
        return self.is_mine and self.state is State.APPROVED

    @property
    def may_acknowledge(self) -> bool:
        """Whether this viewer may say for the source that it has seen it."""
        return Actor.SOURCE in self.actors and self.acknowledged_at is None


@dataclass(frozen=True, slots=True)
class OpeningLook:
    """One look through the glass; `reference` is empty where the viewer may not see the record."""

    at: datetime
    reference: str


@dataclass(frozen=True, slots=True)
class OpeningsPage:
    """One page of openings, the newest first."""

    openings: tuple[OpeningCard, ...]
    number: int
    pages: int
    total: int


SIDES = ("of_us", "by_us", "for_us")
"""Openings of our records, asked for by us, and to be decided by us."""


def openings(viewer: Viewer, *, side: str, page: int = 1) -> OpeningsPage:
    """Return one page of the openings of our records, by us, or that we decide; oversight sees everybody's."""
    page = max(1, min(page, PAGE_MAX))
    with viewing(viewer):
        rows = Opening.objects.select_related("source").filter(_on(side, viewer)).order_by("-asked_at", "-pk")
        total = rows.count()
        cards = _cards(list(rows[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]), viewer)
    return OpeningsPage(tuple(cards), page, max(1, -(-total // PAGE_SIZE)), total)


def opening(reference: str, viewer: Viewer) -> OpeningCard:
    """Return one opening; raise Absent alike for one that is hidden and one that is not there."""
    with viewing(viewer, savepoint=False):
        rows = list(Opening.objects.select_related("source").filter(reference=reference))
        if not rows:
            raise absent(reference)
        return _cards(rows, viewer)[0]


def looks(card: OpeningCard, viewer: Viewer) -> list[OpeningLook]:
    """Return the newest looks through an opening, with the references of records that the viewer may see."""
    with viewing(viewer):
        found = audit.looks_with(card.id, viewer, kind=audit.LookKind.GLASS, limit=LOOKS_SHOWN_MAX)
        called = records.references_of([one.subject for one in found], viewer)
    return [OpeningLook(one.at, called.get(one.subject, "")) for one in found]


def waiting_count(viewer: Viewer) -> int:
    """Return how many openings wait for this viewer: to be decided, or to be seen by the source they were made of."""
    with viewing(viewer, savepoint=False):
        to_see = _answered_by(viewer) & Q(acknowledged_at__isnull=True, decided_at__isnull=False)
        wanted = to_see & Q(status__in=("approved", "ended"))
        if viewer.may(Right.APPROVE_GLASS):
            to_decide = Q(decider_id=viewer.reader_id, status="proposed", waits_until__gt=now())
            wanted |= to_decide & ~Q(asked_by=viewer.user_id)
        return Opening.objects.filter(wanted).count()


def absent(reference: str) -> Absent:
    """Return the one answer for an opening that is hidden or was never there."""
    return Absent(
        Finding(
            code="glass.absent",
            problem=mark("There is no emergency opening %(reference)s for you."),
            remedy=mark("Check the reference in the list of emergency openings."),
            values={"reference": reference[:24]},
        )
    )


def _on(side: str, viewer: Viewer) -> Q:
    if side == "by_us":
        return Q(asker_id=viewer.reader_id)
    if side == "for_us":
        return Q(decider_id=viewer.reader_id)
    told = Q(decided_at__isnull=False, status__in=("approved", "ended"))
    return told if viewer.may(Right.OVERSEE) else told & _answered_by(viewer)


def _answered_by(viewer: Viewer) -> Q:
    return Q(source_id__in=members.answered_for(viewer))


def _cards(rows: Sequence[Opening], viewer: Viewer) -> list[OpeningCard]:
    bodies = members.readers([one for row in rows for one in (row.asker_id, row.decider_id, row.source_id)])
    words, moment, ours = _words(rows), now(), members.answered_for(viewer)
    return [_card(row, bodies, words.get(row.pk), viewer, moment, ours=row.source_id in ours) for row in rows]


def _card(
    row: Opening,
    bodies: Mapping[UUID, members.ReaderCard],
    words: Words | None,
    viewer: Viewer,
    moment: datetime,
    *,
    ours: bool,
) -> OpeningCard:
    return OpeningCard(
        id=row.pk,
        reference=row.reference,
        ground=GROUNDS[row.ground],
        purpose=Purpose(row.purpose),
        named=tuple(row.named),
        hours=row.hours,
        records_max=row.records_max,
        asker=bodies[row.asker_id],
        decider=bodies[row.decider_id],
        source=bodies[row.source_id],
        state=state_at(State(row.status), waits_until=row.waits_until, ends_at=row.ends_at, moment=moment),
        level=Level(row.level),
        asked_at=row.asked_at,
        waits_until=row.waits_until,
        decided_at=row.decided_at,
        ends_at=row.ends_at,
        ended_at=row.ended_at,
        acknowledged_at=row.acknowledged_at,
        words=words,
        is_mine=row.asked_by == viewer.user_id,
        actors=frozenset(_actors(row, viewer, ours=ours)),
    )


def _actors(row: Opening, viewer: Viewer, *, ours: bool) -> list[Actor]:
    found = []
    if row.asked_by == viewer.user_id:
        found.append(Actor.ASKER)
    elif row.decider_id == viewer.reader_id and viewer.may(Right.APPROVE_GLASS):
        found.append(Actor.DECIDER)
    speaks = viewer.may(Right.AUDIT) or viewer.may(Right.ENTER_RECORDS)
    if speaks and ours and row.decided_at is not None and row.status in {"approved", "ended"}:
        found.append(Actor.SOURCE)
    return found


def _words(rows: Sequence[Opening]) -> dict[UUID, Words]:
    found = audit.latest_content([row.pk for row in rows])
    return {subject: msgspec.json.decode(content, type=Words) for subject, (_, content) in found.items()}
