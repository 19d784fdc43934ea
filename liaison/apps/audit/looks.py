"""Questions about looks, each on behalf of a Viewer: PostgreSQL's policies say of which he may know.

The newest come first. A page goes on where the one before it ended: at a moment, of which so many looks were shown.
So a cursor holds nothing but what its reader has seen.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from liaison.apps.audit.entries import fetch
from liaison.apps.audit.values import LookCard, LookKind
from liaison.rows.viewing import viewing
from liaison.viewer import Viewer

LOOKS_MAX = 500
SUBJECTS_MAX = 100
SKIPPED_MAX = 100_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FOREVER = datetime(9999, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)

_OF_SUBJECTS = """
select s.event_id, s.at, s.kind, s.reader, s.purpose, e.actor, e.count, s.subject
  from unnest(%(subjects)s::uuid[]) as asked (subject)
 cross join lateral (
    select f.event_id, f.at, f.kind, f.reader, f.purpose, f.subject from audit_event_subject f
     where f.subject = asked.subject and f.at >= %(since)s and f.at <= %(until)s {among}
     order by f.at desc, f.event_id desc limit %(depth)s) s
  left join audit_event e on e.id = s.event_id and e.at = s.at
 order by s.at desc, s.event_id desc, s.subject offset %(skip)s limit %(limit)s
"""
_AMONG = "and f.reader = any(%(readers)s::uuid[])"
_OF_ACTOR = """
select id, at, kind, reader, purpose, actor, count from audit_event
 where actor = %(actor)s and at >= %(since)s and at <= %(until)s {kinds}
 order by at desc, id desc offset %(skip)s limit %(limit)s
"""
_COUNT_OF_ACTOR = """
select count(*) from (
    select 1 from audit_event where actor = %s and at >= %s and kind = 'query' limit %s) as asked
"""
_KINDS = "and kind = any(%(kinds)s::text[])"
_AT_PLACES = """
select e.id, e.at, e.kind, e.reader, e.purpose, e.actor, e.count
  from unnest(%s::uuid[], %s::timestamptz[]) as place (id, at)
  join audit_event e on e.id = place.id and e.at = place.at
"""
_SHOWN = """
select s.event_id, s.subject from audit_event_subject s
 where s.event_id = any(%s::uuid[]) and s.at >= %s and s.at <= %s order by s.event_id, s.subject
"""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A time from which looks are asked for, and where a page begins: after `skip` looks of the moment `until`."""

    since: datetime = EPOCH
    until: datetime = FOREVER
    skip: int = 0

    def after(self, shown: Sequence[LookCard]) -> "Stretch":
        """Return where the page after these looks begins."""
        last = shown[-1].at
        same = sum(1 for card in shown if card.at == last)
        return Stretch(self.since, last, same + (self.skip if last == self.until else 0))

    def token(self) -> str:
        """Return the place as a cursor: the microseconds of its moment, and how many to pass over.

        >>> Stretch(until=EPOCH + timedelta(seconds=2), skip=3).token()
        '2000000.3'
        """
        return f"{(self.until - EPOCH) // _TICK}.{self.skip}"

    def at(self, token: str) -> "Stretch | None":
        """Return this stretch from a cursor on; itself where there is none, None for what is no cursor."""
        if not token:
            return self
        moment, point, skip = token.partition(".")
        digits = moment + skip
        if not (point and moment and skip and digits.isascii() and digits.isdigit() and len(token) <= 30):
            return None
        until = EPOCH + timedelta(microseconds=int(moment)) if len(moment) <= 17 else FOREVER
        if not self.since <= until <= self.until or int(skip) > SKIPPED_MAX:
            return None
        return Stretch(self.since, until, int(skip))


ALWAYS = Stretch()


@dataclass(frozen=True, slots=True)
class LookWith:
    """One look that named two subjects: when, by which body, and the other of the two."""

    at: datetime
    reader: UUID
    subject: UUID


def looks_at(
    subject: UUID, viewer: Viewer, limit: int, *, readers: Iterable[UUID] | None = None, stretch: Stretch = ALWAYS
) -> list[LookCard]:
    """Return the newest looks at a subject: to its source all of members, to others those of their own body.

    The acting person is known to who audits in his own body and to oversight; the source learns the body only. What
    oversight and the commission look at, and what was refused, is shown to no bureau. `readers` are the bodies that
    the viewer may know of, where he does not know all.
    """
    return looks_at_any([subject], viewer, limit, readers=readers, stretch=stretch)


def looks_at_any(
    subjects: Sequence[UUID],
    viewer: Viewer,
    limit: int,
    *,
    readers: Iterable[UUID] | None = None,
    stretch: Stretch = ALWAYS,
) -> list[LookCard]:
    """Return the newest looks at any of at most SUBJECTS_MAX subjects; a look at two of them is there twice."""
    assert len(subjects) <= SUBJECTS_MAX, "the caller bounds what is asked for"
    assert limit <= LOOKS_MAX, "the caller asks for bounded pages"
    asked = {
        "subjects": list(dict.fromkeys(subjects)),
        "since": stretch.since,
        "until": stretch.until,
        "skip": stretch.skip,
        "limit": limit,
        "depth": stretch.skip + limit,
    }
    if readers is not None:
        asked["readers"] = list(readers)
    with viewing(viewer, savepoint=False):
        rows = fetch(_OF_SUBJECTS.format(among="" if readers is None else _AMONG), asked)
    return [_card(row) for row in rows]


def looks_by(
    actor: UUID,
    viewer: Viewer,
    limit: int,
    *,
    stretch: Stretch = ALWAYS,
    kinds: Iterable[LookKind] | None = None,
) -> list[LookCard]:
    """Return the newest looks of one user: to himself, to who audits in his body, and to oversight."""
    assert limit <= LOOKS_MAX, "the caller asks for bounded pages"
    asked = {
        "actor": actor,
        "since": stretch.since,
        "until": stretch.until,
        "skip": stretch.skip,
        "limit": limit,
    }
    if kinds is not None:
        asked["kinds"] = [kind.value for kind in kinds]
    with viewing(viewer, savepoint=False):
        rows = fetch(_OF_ACTOR.format(kinds="" if kinds is None else _KINDS), asked)
    return [_card(row) for row in rows]


def queries_since(since: datetime, viewer: Viewer, most: int) -> int:
    """Return how many questions the viewer's own account has asked since a moment, counted up to `most`."""
    with viewing(viewer, savepoint=False):
        ((count,),) = fetch(_COUNT_OF_ACTOR, [viewer.user_id, since, most])
    return int(count)


def looks_of(places: Sequence[tuple[UUID, datetime]], viewer: Viewer) -> dict[UUID, LookCard]:
    """Return those of these looks, by id and moment, whose person the viewer may know."""
    if not places:
        return {}
    with viewing(viewer, savepoint=False):
        rows = fetch(_AT_PLACES, [[event_id for event_id, _ in places], [at for _, at in places]])
    return {card.event_id: card for card in map(_card, rows)}


def subjects_shown(cards: Sequence[LookCard], viewer: Viewer) -> dict[UUID, list[UUID]]:
    """Return what these looks showed, by look, as far as the viewer may know it."""
    if not cards:
        return {}
    moments = [card.at for card in cards]
    with viewing(viewer, savepoint=False):
        rows = fetch(_SHOWN, [[card.event_id for card in cards], min(moments), max(moments)])
    shown: dict[UUID, list[UUID]] = {}
    for event_id, subject in rows:
        shown.setdefault(event_id, []).append(subject)
    return shown


def _card(row: tuple[object, ...]) -> LookCard:
    event_id, at, kind, reader, purpose, actor, count, *subject = row
    return LookCard(event_id, at, LookKind(kind), reader, purpose, actor, count, subject[0] if subject else None)  # type: ignore[arg-type]  # the columns of the statements above


def looks_with(subject: UUID, viewer: Viewer, *, kind: LookKind, limit: int) -> list[LookWith]:
    """Return the newest looks of a kind that name this subject, each with what else it named.

    Whoever may not know of a look at the other subject does not get it.
    """
    with viewing(viewer, savepoint=False):
        rows = fetch(
            "select s.at, s.reader, s.subject from audit_event_subject mine join audit_event_subject s"
            " on s.event_id = mine.event_id and s.at = mine.at where mine.subject = %s and mine.kind = %s"
            " and s.subject <> mine.subject order by s.at desc, s.event_id desc limit %s",
            [subject, kind.value, min(limit, LOOKS_MAX)],
        )
    return [LookWith(*row) for row in rows]
