"""Asking: one question on behalf of one viewer, and the answer, with its look committed before it is returned."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from liaison.apps.audit import public as audit
from liaison.apps.index import public as index
from liaison.apps.policies import public as policies
from liaison.apps.records import public as records
from liaison.apps.screening import journal
from liaison.apps.screening.instructions import Instruction, instruction_for
from liaison.apps.screening.question import Question, Understood, understand
from liaison.databases import all_databases
from liaison.databases.declaration import search_document
from liaison.identifiers.identify import Reading
from liaison.ledger.canonical import canonical_json
from liaison.matching.explanation import Part
from liaison.refusal import Absent, Finding, mark
from liaison.rows.clock import now
from liaison.rows.viewing import viewing
from liaison.viewer import Right, Viewer

SHOWN_SCORE = "screening.score_shown_percent"
SHOWN_MOST = "screening.candidates_max"
EXACT_SCORE = 1.0
MISREAD_SCORE = 0.8
STRONG_SCORE = 0.9
PEOPLE_FIRST = "persons"
"""An officer sees that somebody may be armed before he sees that a paper is stolen."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One record that could be meant: how likely, why, and what to do."""

    card: records.RecordCard
    score: float
    word: str
    parts: tuple[Part, ...]
    instruction: Instruction
    by_number: bool


@dataclass(frozen=True, slots=True)
class Group:
    """The hits of one database, best first."""

    kind: str
    label: str
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What an officer is told. No group means: no instruction for you."""

    readings: tuple[Reading, ...]
    findings: tuple[Finding, ...]
    groups: tuple[Group, ...]
    searched: tuple[str, ...]
    freshness: index.Freshness
    asked_at: datetime
    event_id: UUID

    @property
    def reading(self) -> Reading | None:
        """What the box was most likely meant as; None when only fields were filled in."""
        return self.readings[0] if self.readings else None

    @property
    def hits(self) -> int:
        """How many records are shown."""
        return sum(len(group.hits) for group in self.groups)


@dataclass(frozen=True, slots=True)
class _Found:
    score: float
    parts: tuple[Part, ...]
    by_number: bool


def ask(question: Question, *, viewer: Viewer) -> Answer:
    """Answer one question from all databases at once.

    The engine proposes; every row shown is re-read by key under row-level security; the look is committed before this
    returns. Raises Refused for an empty or malformed question and where the index is too old to answer.
    """
    viewer.needs(Right.QUERY)
    with viewing(viewer):
        asked_at = now()
        understood = understand(question, today=asked_at.date())
        limits = policies.values([SHOWN_SCORE, SHOWN_MOST])
        freshness = index.freshness()
        found = _candidates(understood, viewer, threshold=limits[SHOWN_SCORE] / 100, limit=limits[SHOWN_MOST])
        cards = _reread(understood, found, viewer)
        hits = [_hit(card, found.get(card.id), understood) for card in cards]
        look = audit.Look.by(viewer, kind="query", shown=[(card.id, card.source_id) for card in cards])
    event_id = audit.look(look)
    with viewing(viewer):
        journal.write(event_id=event_id, text=_as_asked(question), found=bool(hits), viewer=viewer)
    return Answer(
        readings=understood.readings,
        findings=understood.findings,
        groups=_grouped(hits),
        searched=tuple(database.label for database in all_databases().values()),
        freshness=freshness,
        asked_at=asked_at,
        event_id=event_id,
    )


def _candidates(understood: Understood, viewer: Viewer, *, threshold: float, limit: int) -> dict[UUID, _Found]:
    """Return the best evidence for each record that the engine proposes, at most `limit` of each kind of evidence."""
    found: dict[UUID, _Found] = {}
    for person in understood.people:
        for candidate in index.candidates(person, viewer, limit, threshold=threshold, kinds=_named_kinds()):
            best = found.get(candidate.record_id)
            if best is None or candidate.score > best.score:
                found[candidate.record_id] = _Found(candidate.score, tuple(candidate.explanation), by_number=False)
    for record_id in index.exact(understood.keys, viewer)[:limit]:
        found.setdefault(record_id, _Found(EXACT_SCORE, (), by_number=True))
    return found


def _named_kinds() -> frozenset[str]:
    """Return the databases whose records have names; all others are found by their numbers alone."""
    return frozenset(kind for kind, database in all_databases().items() if database.search_keys.names)


def _reread(understood: Understood, found: Mapping[UUID, _Found], viewer: Viewer) -> list[records.RecordCard]:
    """Return the rows behind the candidates as they are now: a late index can hide, never leak."""
    cards = [
        card
        for card in records.cards(list(found), viewer)
        if card.status == "active" and (not found[card.id].by_number or _still_has_key(card, understood.keys))
    ]
    if understood.reference:
        try:
            named = records.record(understood.reference, viewer)
        except Absent:
            return cards
        if named.id not in found:
            cards.append(named)
    return cards


def _still_has_key(card: records.RecordCard, keys: Sequence[str]) -> bool:
    return not _keys_of(card).isdisjoint(keys)


def _keys_of(card: records.RecordCard) -> frozenset[str]:
    keys = search_document(all_databases()[card.kind], card.fields)["keys"]
    assert isinstance(keys, list)
    return frozenset(keys)


def _hit(card: records.RecordCard, found: _Found | None, understood: Understood) -> Hit:
    named = found is None
    same = named or not _keys_of(card).isdisjoint(understood.exact_keys)
    score = found.score if found else EXACT_SCORE
    if found and found.by_number and not same:
        score = MISREAD_SCORE
    return Hit(
        card=card,
        score=score,
        word=_word(score, by_number=named or (found is not None and found.by_number), same=same),
        parts=found.parts if found else (),
        instruction=instruction_for(card.kind, card.fields),
        by_number=named or (found is not None and found.by_number),
    )


def _word(score: float, *, by_number: bool, same: bool) -> str:
    if by_number:
        return mark("Same number") if same else mark("Number that is easily misread as this one")
    return mark("Strong resemblance") if score >= STRONG_SCORE else mark("Resemblance")


def _grouped(hits: Sequence[Hit]) -> tuple[Group, ...]:
    groups = []
    for kind, database in all_databases().items():
        own = sorted((hit for hit in hits if hit.card.kind == kind), key=lambda hit: (-hit.score, hit.card.reference))
        if own:
            groups.append(Group(kind, database.label, tuple(own)))
    return tuple(sorted(groups, key=lambda group: (group.kind != PEOPLE_FIRST, -group.hits[0].score)))


def _as_asked(question: Question) -> bytes:
    return canonical_json({name: getattr(question, name) for name in Question.__dataclass_fields__})
