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
from liaison.databases.keys import keys_of_record
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
STRONG_SCORE = 0.9


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

    reading: Reading | None
    others: tuple[Reading, ...]
    findings: tuple[Finding, ...]
    groups: tuple[Group, ...]
    searched: tuple[str, ...]
    freshness: index.Freshness
    asked_at: datetime
    event_id: UUID

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
        hits = [_hit(card, found.get(card.id)) for card in cards]
        look = audit.Look.by(viewer, kind="query", shown=[(card.id, card.source_id) for card in cards])
    event_id = audit.look(look)
    with viewing(viewer):
        journal.write(event_id=event_id, text=_as_asked(question), found=bool(hits), viewer=viewer)
    return Answer(
        reading=understood.reading,
        others=understood.others,
        findings=understood.findings,
        groups=_grouped(hits),
        searched=tuple(database.label for database in all_databases().values()),
        freshness=freshness,
        asked_at=asked_at,
        event_id=event_id,
    )


def _candidates(understood: Understood, viewer: Viewer, *, threshold: float, limit: int) -> dict[UUID, _Found]:
    found: dict[UUID, _Found] = {}
    if understood.has_person:
        for candidate in index.candidates(understood.person, viewer, limit):
            if candidate.score >= threshold:
                found[candidate.record_id] = _Found(candidate.score, tuple(candidate.explanation), by_number=False)
    for record_id in index.exact(list(understood.keys), viewer):
        if record_id not in found:
            found[record_id] = _Found(EXACT_SCORE, (), by_number=True)
    return found


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
    return keys_of_record(all_databases()[card.kind], card.fields).holds_any(keys)


def _hit(card: records.RecordCard, found: _Found | None) -> Hit:
    score = found.score if found else EXACT_SCORE
    by_number = found.by_number if found else True
    return Hit(
        card=card,
        score=score,
        word=_word(score, by_number=by_number),
        parts=found.parts if found else (),
        instruction=instruction_for(card.kind, card.fields),
        by_number=by_number,
    )


def _word(score: float, *, by_number: bool) -> str:
    if by_number:
        return mark("Same number")
    return mark("Strong resemblance") if score >= STRONG_SCORE else mark("Resemblance")


def _grouped(hits: Sequence[Hit]) -> tuple[Group, ...]:
    groups = []
    for kind, database in all_databases().items():
        own = sorted((hit for hit in hits if hit.card.kind == kind), key=lambda hit: (-hit.score, hit.card.reference))
        if own:
            groups.append(Group(kind, database.label, tuple(own)))
    return tuple(sorted(groups, key=lambda group: -group.hits[0].score))


def _as_asked(question: Question) -> bytes:
    return canonical_json({name: getattr(question, name) for name in Question.__dataclass_fields__})
