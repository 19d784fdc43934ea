"""What changed among the records that a viewer sees, in the order of the ledger, page by page.

Each record comes at the place of its newest change, as it is now. One that he may not see any more comes once more,
as gone, if this feed ever gave it to him; a record that he never could see leaves no trace: the entries are walked
without asking for him, but a page holds, counts and is cut by what row-level security shows him only. What is not to
be copied is read in place and does not come here.
"""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from liaison.apps.audit import public as audit
from liaison.apps.exchange.feed_cursor import Scope, cursor_at, place_of
from liaison.apps.exchange.models import Given
from liaison.apps.members import public as members
from liaison.apps.records import public as records
from liaison.databases import all_databases
from liaison.refusal import Finding, Refused, mark
from liaison.rows.viewing import viewing
from liaison.viewer import Right, Viewer

PAGE_MAX = 500
PAGE_DEFAULT = 100
SCANNED_MAX = 10_000
"""Entries of the ledger that one page walks over. The ledger's size is public: it is in every checkpoint."""
_BLOCK = 500
_ACTIONS = "records."
_WITHDRAWN, _ERASED = "records.withdrawn", "records.erased"


class Op(StrEnum):
    """What last happened to a record. `gone`: the viewer may not see it any more, or it was erased."""

    ENTERED = "entered"
    CHANGED = "changed"
    WITHDRAWN = "withdrawn"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Change:
    """One record of a page; `card` is None where it is gone."""

    op: Op
    reference: str
    database: str
    card: records.RecordCard | None


@dataclass(frozen=True, slots=True)
class FeedPage:
    """Some changes, the cursor to ask with next, and whether there is more to ask for at once."""

    changes: tuple[Change, ...]
    cursor: str
    more: bool


@dataclass(frozen=True, slots=True)
class _Step:
    """What one entry of the ledger means for the viewer; `gone` is the memory of a record that he sees no more."""

    seq: int
    record_id: UUID
    gone: Given | None


def changes(viewer: Viewer, *, after: str = "", database: str = "", limit: int = PAGE_DEFAULT) -> FeedPage:
    """Return the next changes after a cursor, of one database or of all; the look is committed before.

    A copy of everything is a bureau's business, so that it asks for the right to enter records too. Raise Refused
    where the cursor does not hold any more.
    """
    viewer.needs(Right.READ_RECORDS)
    viewer.needs(Right.ENTER_RECORDS)
    if database and database not in all_databases():
        raise Refused(_unknown_database(database))
    scope = Scope(viewer, database)
    place = place_of(after, scope)
    size = audit.ledger_state().size
    until = min(place + SCANNED_MAX, size)
    entries = audit.numbered_between(place, until, action=_ACTIONS)
    most = max(1, min(limit, PAGE_MAX))
    with viewing(viewer):
        steps = list(itertools.islice(_steps(entries, scope), most + 1))
        shown = steps[:most]
        read = records.cards([one.record_id for one in shown if not one.gone], viewer)
        cards = {card.id: card for card in read if card.may_be_copied_by(viewer)}
        _remember(list(cards.values()), scope)
        pairs = [(card.id, card.source_id) for card in cards.values()]
        audit.look(audit.Look.by(viewer, kind="delivery", shown=pairs, notes={"feed": database or "all"}))
    is_cut = len(steps) > most
    return FeedPage(
        changes=tuple(change for step in shown if (change := _change(step, cards))),
        cursor=cursor_at(shown[-1].seq if is_cut else until, scope),
        more=is_cut or until < size,
    )


def _steps(entries: Sequence[audit.SequencedEntry], scope: Scope) -> Iterator[_Step]:
    """Yield what the entries mean for the viewer: the newest of each record that he sees, and ends of others."""
    told: set[UUID] = set()
    shown: set[UUID] = set()
    wanted = {scope.database} if scope.database else set(all_databases())
    for start in range(0, len(entries), _BLOCK):
        block = entries[start : start + _BLOCK]
        seen = records.newest(list({entry.subject for entry in block}), scope.viewer)
        ends = _ends([entry for entry in block if entry.subject not in seen], scope)
        for entry in block:
            newest = seen.get(entry.subject)
            is_newest = newest is not None and newest.entry_id == entry.entry_id and newest.kind in wanted
            if newest is not None and is_newest and newest.record_id not in shown:
                shown.add(newest.record_id)
                yield _Step(entry.seq, newest.record_id, None)
            gone = ends.get(entry.seq)
            if gone is not None and entry.subject not in told and gone.kind in wanted:
                told.add(entry.subject)
                yield _Step(entry.seq, entry.subject, gone)


def _ends(entries: Sequence[audit.SequencedEntry], scope: Scope) -> dict[int, Given]:
    """Return, by its number, each entry with which a record that was given ended for the viewer.

    What happens to a record after that is hidden from him and stays so.
    """
    hidden = {entry.subject for entry in entries}
    if not hidden:
        return {}
    rows = Given.objects.filter(user_id=scope.viewer.user_id, scope=scope.memory, record_id__in=list(hidden))
    given = {row.record_id: row for row in rows}
    ends: dict[int, Given] = {}
    for record_id, history in itertools.groupby(audit.numbered_of(list(given), action=_ACTIONS), key=_subject):
        before = ""
        for entry in history:
            if _is_end(entry.action, before, sees_closed=given[record_id].sees_closed):
                ends[entry.seq] = given[record_id]
            before = entry.action
    return ends


def _is_end(action: str, before: str, *, sees_closed: bool) -> bool:
    if sees_closed:
        return action == _ERASED != before
    return action in (_WITHDRAWN, _ERASED) and before not in (_WITHDRAWN, _ERASED)


def _subject(entry: audit.SequencedEntry) -> UUID:
    return entry.subject


def _remember(cards: Sequence[records.RecordCard], scope: Scope) -> None:
    """Remember that these records were given to the user, to tell him of their end."""
    viewer = scope.viewer
    ours = members.answered_for(viewer)
    Given.objects.bulk_create(
        (
            Given(
                user_id=viewer.user_id,
                scope=scope.memory,
                record_id=card.id,
                kind=card.kind,
                reference=card.reference,
                sees_closed=card.source_id in ours,
            )
            for card in cards
        ),
        ignore_conflicts=True,
    )


def _change(step: _Step, cards: Mapping[UUID, records.RecordCard]) -> Change | None:
    """Return a step as it is shown; None for a record that ended this very moment, of which a later entry tells."""
    if step.gone:
        return Change(Op.GONE, step.gone.reference, step.gone.kind, None)
    card = cards.get(step.record_id)
    return Change(_op(card), card.reference, card.kind, card) if card else None


def _op(card: records.RecordCard) -> Op:
    if card.status == Op.WITHDRAWN:
        return Op.WITHDRAWN
    return Op.ENTERED if card.version == 1 else Op.CHANGED


def _unknown_database(kind: str) -> Finding:
    return Finding(
        code="feed.no_database",
        problem=mark("There is no database “%(kind)s”."),
        remedy=mark("Choose one from the register of databases."),
        field="database",
        values={"kind": kind[:40]},
    )
