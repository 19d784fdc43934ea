"""Asking: one question on behalf of one viewer, and the answer, with its look committed before it is returned."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from liaison.apps.audit import public as audit
from liaison.apps.index import public as index
from liaison.apps.policies import public as policies
from liaison.apps.records import public as records
from liaison.apps.screening import journal
from liaison.apps.screening.example import Example, understand_example
from liaison.apps.screening.instructions import NOT_VOUCHED_FOR, Instruction, instruction_for
from liaison.apps.screening.narrowing import WHOLE, Narrowing
from liaison.apps.screening.question import Question, Understood, asked_how, understand
from liaison.apps.signatures.public import Verdict
from liaison.databases import all_databases
from liaison.databases.declaration import Database, search_document
from liaison.databases.keys import part_keys
from liaison.databases.things import Identified, identifiers_of
from liaison.identifiers.identify import Reading
from liaison.ledger.canonical import canonical_json
from liaison.matching.explanation import Part
from liaison.refusal import Absent, Finding, NotAllowed, Refused, mark
from liaison.rows.clock import now
from liaison.rows.viewing import viewing
from liaison.rules import handling, special_data
from liaison.rules.liberty import could_lead_to_arrest
from liaison.rules.use import ADMINISTRATIVE_USE, REFERENCE_LENGTH_MAX, Asked, Ground, needs_policy, review
from liaison.viewer import Right, Viewer

SHOWN_SCORE = "screening.score_shown_percent"
SHOWN_MOST = "screening.candidates_max"
PARTIAL_MOST = "screening.partial_max"
EXACT_SCORE = 1.0
MISREAD_SCORE = 0.8
PART_SCORE = 0.7
LOOKED_AT_FACTOR = 4
"""So many times more records than are shown are compared with a partial number: its pieces may stand elsewhere."""
STRONG_SCORE = 0.9
NO_LOOK_YET = UUID(int=0)
PEOPLE_FIRST = "persons"
"""An officer sees that somebody may be armed before he sees that a paper is stolen."""


class How(StrEnum):
    """How a record was found."""

    RESEMBLANCE = "resemblance"  # scored by names and what goes with them
    NUMBER = "number"  # a number or reference, the same
    MISREAD = "misread"  # a number that is easily misread as the one asked for
    PART = "part"  # a number that fits what is known of it


@dataclass(frozen=True, slots=True)
class Match:
    """One number of a record that fits the question, and how."""

    identified: Identified
    how: How


@dataclass(frozen=True, slots=True)
class Hit:
    """One record that could be meant: how likely, why, and what to do."""

    card: records.RecordCard
    score: float
    word: str
    parts: tuple[Part, ...]
    instruction: Instruction
    how: How
    matches: tuple[Match, ...] = ()
    signature: Verdict | None = None
    """Whether its source vouches for it; None where nobody's liberty hangs on it."""

    @property
    def picture_numbers(self) -> range:
        """The numbers of the record's pictures, from 1; none where it has none."""
        return range(1, records.picture_count(self.card) + 1)

    @property
    def by_number(self) -> bool:
        """Whether a number found it, rather than a name."""
        return self.how is not How.RESEMBLANCE


@dataclass(frozen=True, slots=True)
class Group:
    """The hits of one database, best first."""

    kind: str
    label: str
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What an officer is told. No group means: no instruction for you. `more`: more records fit than are shown."""

    readings: tuple[Reading, ...]
    findings: tuple[Finding, ...]
    groups: tuple[Group, ...]
    searched: tuple[str, ...]
    freshness: index.Freshness
    asked_at: datetime
    event_id: UUID
    more: bool = False

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
    parts: tuple[Part, ...] = ()
    how: How = How.RESEMBLANCE


def ask(question: Question | Example, *, viewer: Viewer, narrowing: Narrowing = WHOLE) -> Answer:
    """Answer one question from all databases at once.

    The engine proposes; every row shown is re-read by key under row-level security; the look is committed before this
    returns. Raises Refused for an empty or malformed question, for one that was typed and does not say why (RPD art.
    10), and where the index is too old to answer.
    """
    return ask_all([(question, narrowing)], viewer=viewer)[0]


def ask_all(asked: Sequence[tuple[Question | Example, Narrowing]], *, viewer: Viewer) -> list[Answer]:
    """Answer several questions as `ask` does, each with a look of its own; all of them or, with a refusal, none."""
    viewer.needs(Right.QUERY)
    _needs_a_police_purpose(viewer)
    with viewing(viewer):
        at = now()
        needs = needs_policy(viewer.purpose)
        limits = policies.values([SHOWN_SCORE, SHOWN_MOST, PARTIAL_MOST, REFERENCE_LENGTH_MAX, needs], at=at)
        reviewed = [_reviewed(question, limits, viewer, at=at) for question, _ in asked]
        freshness = index.freshness()
        drafts = [
            _answer(one, limits, viewer, narrowing, freshness=freshness, at=at)
            for one, (_, narrowing) in zip(reviewed, asked, strict=True)
        ]
        looks = [_look(one, draft, viewer) for one, draft in zip(reviewed, drafts, strict=True)]
        event_ids = audit.look_all(looks)  # committed on a connection of their own: nothing below takes them back
        answers = [replace(draft, event_id=event_id) for draft, event_id in zip(drafts, event_ids, strict=True)]
        lines = [
            journal.Line(answer.event_id, _as_asked(one.question), found=answer.hits > 0)
            for one, answer in zip(reviewed, answers, strict=True)
        ]
        journal.write(lines, viewer=viewer, day=at.date())
    return answers


@dataclass(frozen=True, slots=True)
class _Reviewed:
    """A question that may be answered: what it asks, and what its look says of how it came to be."""

    question: Question | Example
    understood: Understood
    notes: Mapping[str, str]


def _reviewed(question: Question | Example, limits: Mapping[str, int], viewer: Viewer, *, at: datetime) -> _Reviewed:
    if isinstance(question, Example):
        understood, asked = understand_example(question), Asked.TYPED
    else:
        understood = understand(question, today=at.date())
        asked = asked_how(question, understood, lane=viewer.may(Right.READ_LANE))
    ground = Ground(question.reason, question.reference)
    length_max, needs = limits[REFERENCE_LENGTH_MAX], limits[needs_policy(viewer.purpose)]
    lacks = review(ground, asked=asked, purpose=viewer.purpose, needs=needs, length_max=length_max)
    if lacks:
        raise Refused(*lacks, *understood.doubts)
    reason = question.reason.strip()
    return _Reviewed(question, understood, {"asked": asked.value} | ({"reason": reason} if reason else {}))


def _answer(
    reviewed: _Reviewed,
    limits: Mapping[str, int],
    viewer: Viewer,
    narrowing: Narrowing,
    *,
    freshness: index.Freshness,
    at: datetime,
) -> Answer:
    """Return the answer to one question that was reviewed, which nobody may have before its look is committed."""
    understood = reviewed.understood
    hits, more = _hits(understood, limits, viewer, narrowing)
    return Answer(
        readings=understood.readings,
        findings=(*understood.findings, *_doubts(hits)),
        groups=_grouped(hits),
        searched=tuple(database.label for database in _searched(viewer, narrowing).values()),
        freshness=freshness,
        asked_at=at,
        event_id=NO_LOOK_YET,
        more=more,
    )


def _look(reviewed: _Reviewed, answer: Answer, viewer: Viewer) -> audit.Look:
    """Return the look that an answer is: what it shows, in the order of its groups."""
    shown = [(hit.card.id, hit.card.source_id) for group in answer.groups for hit in group.hits]
    return audit.Look.by(viewer, kind="query", shown=shown, notes=reviewed.notes)


def _hits(
    understood: Understood, limits: Mapping[str, int], viewer: Viewer, narrowing: Narrowing
) -> tuple[list[Hit], bool]:
    """Return what is shown, and whether more records fit.

    Where only some records are wanted, more are proposed than may be shown: the wanted ones may stand behind others.
    """
    least = max(limits[SHOWN_SCORE] / 100, narrowing.least_score)
    proposed = limits[SHOWN_MOST] * (LOOKED_AT_FACTOR if narrowing.wanted else 1)
    found = _candidates(understood, viewer, narrowing, threshold=least, limit=proposed)
    unsure = narrowing.wanted is not None and len(found) >= proposed
    fitting, more = _fitting(understood, viewer, limit=limits[PARTIAL_MOST] * LOOKED_AT_FACTOR)
    found = fitting | found
    cards, cut = _cut(_reread(understood, found, viewer, narrowing), found, limit=limits[PARTIAL_MOST])
    vouched = _vouched(cards, viewer)
    hits = [_hit(card, found.get(card.id), vouched.get(card.id), understood) for card in cards]
    shown, left_out = _narrowed(hits, narrowing, most=limits[SHOWN_MOST])
    return shown, more or cut or left_out or unsure


def _narrowed(hits: list[Hit], narrowing: Narrowing, *, most: int) -> tuple[list[Hit], bool]:
    """Return the hits that are wanted, at most so many, and whether some behind them are left out."""
    if narrowing is WHOLE:
        return hits, False
    kept = [hit for hit in hits if hit.score >= narrowing.least_score]
    best = sorted(kept, key=lambda hit: (-hit.score, hit.card.reference))[narrowing.skip :]
    told = most if narrowing.most is None else min(most, narrowing.most)
    return best[:told], told < len(best)


def _needs_a_police_purpose(viewer: Viewer) -> None:
    """Raise NotAllowed for whatever is not on the closed list (RPD art. 10(2))."""
    if not viewer.purpose.is_police:
        raise NotAllowed(
            Finding(
                code="use.no_police_purpose",
                problem=mark("Police data is searched for a police purpose alone."),
                remedy=mark("Choose one of the eight purposes."),
                source=f"policy: {ADMINISTRATIVE_USE}",
                field="purpose",
            )
        )


def _searched(viewer: Viewer, narrowing: Narrowing) -> dict[str, Database]:
    """Return the databases that the viewer's body may ask, and that are meant."""
    return {kind: one for kind, one in all_databases().items() if viewer.may_query(kind) and narrowing.opens(kind)}


def _candidates(
    understood: Understood, viewer: Viewer, narrowing: Narrowing, *, threshold: float, limit: int
) -> dict[UUID, _Found]:
    """Return the best evidence for each record that the engine proposes, at most `limit` of each kind of evidence."""
    found: dict[UUID, _Found] = {}
    named = _named_kinds(of_a_person=understood.of_a_person)
    kinds = frozenset(kind for kind in named if narrowing.opens(kind))
    for person in understood.people:
        for candidate in index.candidates(person, viewer, limit, threshold=threshold, kinds=kinds):
            best = found.get(candidate.record_id)
            if best is None or candidate.score > best.score:
                found[candidate.record_id] = _Found(candidate.score, tuple(candidate.explanation))
    same = index.exact(understood.exact_keys, viewer)[:limit] if understood.exact_keys else []
    misread = index.exact(understood.misread_keys, viewer)[: limit - len(same)] if understood.misread_keys else []
    for record_id in same:
        found.setdefault(record_id, _Found(EXACT_SCORE, how=How.NUMBER))
    for record_id in misread:
        found.setdefault(record_id, _Found(MISREAD_SCORE, how=How.MISREAD))
    return found


def _fitting(understood: Understood, viewer: Viewer, *, limit: int) -> tuple[dict[UUID, _Found], bool]:
    """Return records with a number that has all known pieces, at most `limit`, and whether there are more."""
    found: dict[UUID, _Found] = {}
    more = False
    for pattern in understood.patterns:
        ids, cut = index.having_all(part_keys(pattern), viewer, limit)
        found |= {record_id: _Found(PART_SCORE, how=How.PART) for record_id in ids}
        more = more or cut
    kept = sorted(found)[:limit]
    return {record_id: found[record_id] for record_id in kept}, more or len(kept) < len(found)


def _named_kinds(*, of_a_person: bool) -> frozenset[str]:
    """Return the databases whose records have names; where a person is meant, only those that know a birth date."""
    return frozenset(
        kind
        for kind, database in all_databases().items()
        if database.search_keys.names and (database.search_keys.birth_dates or not of_a_person)
    )


def _reread(
    understood: Understood, found: Mapping[UUID, _Found], viewer: Viewer, narrowing: Narrowing
) -> list[records.RecordCard]:
    """Return the rows behind the candidates as they are now: a late index can hide, never leak."""
    searched = _searched(viewer, narrowing)
    cards = [
        card
        for card in records.cards(list(found), viewer)
        if card.kind in searched
        and _answers(card, viewer)
        and narrowing.wants(card)
        and _still_fits(card, found[card.id], understood)
    ]
    if understood.reference:
        try:
            named = records.record(understood.reference, viewer)
        except Absent:
            return cards
        is_meant = named.kind in searched and narrowing.wants(named)
        if named.id not in found and is_meant and _answers(named, viewer):
            cards.append(named)
    return cards


def _answers(card: records.RecordCard, viewer: Viewer) -> bool:
    """Whether the record answers a question for this purpose: in force, and under no condition that forbids it.

    Asked of the fields too: a record that was entered before conditions were kept bears none.
    """
    is_own = card.source_id == viewer.reader_id
    closed = handling.closed_to_purpose(viewer.purpose) if is_own else handling.closed_to(viewer)
    conditions = card.conditions | special_data.status_conditions(card.fields)
    return card.is_in_force and not conditions & closed


def _cut(
    cards: Sequence[records.RecordCard], found: Mapping[UUID, _Found], *, limit: int
) -> tuple[list[records.RecordCard], bool]:
    """Return the cards, those found by a part of a number at most `limit`, and whether some were left out."""
    partial = [card.id for card in cards if card.id in found and found[card.id].how is How.PART]
    left_out = frozenset(partial[limit:])
    return [card for card in cards if card.id not in left_out], bool(left_out)


def _still_fits(card: records.RecordCard, found: _Found, understood: Understood) -> bool:
    if found.how is How.PART:
        return bool(_matches(card, understood))
    return found.how is How.RESEMBLANCE or not _keys_of(card).isdisjoint(understood.keys)


def _keys_of(card: records.RecordCard) -> frozenset[str]:
    keys = search_document(all_databases()[card.kind], card.fields)["keys"]
    assert isinstance(keys, list)
    return frozenset(keys)


def _matches(card: records.RecordCard, understood: Understood) -> tuple[Match, ...]:
    """Return which numbers of the record fit the question."""
    identified = identifiers_of(all_databases()[card.kind], card.fields)
    return tuple(Match(one, how) for one in identified if (how := _how(one, understood)))


def _how(identified: Identified, understood: Understood) -> How | None:
    keys = identified.keys
    if not frozenset(keys).isdisjoint(understood.exact_keys):
        return How.NUMBER
    if not frozenset(keys).isdisjoint(understood.misread_keys):
        return How.MISREAD
    normal = identified.normal
    fits = any(one.scheme == identified.scheme and one.fits(normal) for one in understood.patterns)
    return How.PART if fits else None


def _vouched(cards: Sequence[records.RecordCard], viewer: Viewer) -> dict[UUID, Verdict]:
    """Return, of what could lead to an arrest, whether the record's source signed what its row says now.

    Door and index both look, each with its own role, and neither believes a flag.
    """
    grave = [card for card in cards if could_lead_to_arrest(card.kind, card.fields)]
    if not grave:
        return {}
    seconded = index.vouched([card.id for card in grave], viewer)
    found = zip(grave, records.verdicts(grave, viewer), strict=True)
    return {card.id: _agreed(verdict, seconded=card.id in seconded) for card, verdict in found}


def _agreed(verdict: Verdict, *, seconded: bool) -> Verdict:
    """Return what the door found, unless the index, which looked with another role, does not second it."""
    return Verdict.NOT_BELIEVED if verdict is Verdict.VERIFIED and not seconded else verdict


def _doubts(hits: Sequence[Hit]) -> list[Finding]:
    """Return one finding where a record is shown that could lead to an arrest and for which nobody vouches."""
    doubted = [hit.card.reference for hit in hits if hit.signature not in (None, Verdict.VERIFIED)]
    if not doubted:
        return []
    return [
        Finding(
            code="screening.not_vouched_for",
            problem=mark("No signature of its source holds for %(references)s."),
            remedy=mark("Do not arrest on it. Ask the source through your bureau."),
            source="policy: signatures",
            values={"references": ", ".join(sorted(doubted))},
        )
    ]


def _hit(card: records.RecordCard, found: _Found | None, signature: Verdict | None, understood: Understood) -> Hit:
    """Return what is shown of a record; found by its reference where nothing else proposed it."""
    how = found.how if found else How.NUMBER
    score = found.score if found else EXACT_SCORE
    if found and how in (How.NUMBER, How.MISREAD):  # the record may have changed since the index read it
        same = not _keys_of(card).isdisjoint(understood.exact_keys)
        how, score = (How.NUMBER, EXACT_SCORE) if same else (How.MISREAD, MISREAD_SCORE)
    return Hit(
        card=card,
        score=score,
        word=_word(how, score),
        parts=found.parts if found else (),
        instruction=_instruction(card, signature),
        how=how,
        matches=_matches(card, understood),
        signature=signature,
    )


def _instruction(card: records.RecordCard, signature: Verdict | None) -> Instruction:
    if signature not in (None, Verdict.VERIFIED):
        return NOT_VOUCHED_FOR
    return instruction_for(card.kind, card.fields)


def _word(how: How, score: float) -> str:
    match how:
        case How.NUMBER:
            return mark("Same number")
        case How.MISREAD:
            return mark("Number that is easily misread as this one")
        case How.PART:
            return mark("Fits what is known of the number")
    return mark("Strong resemblance") if score >= STRONG_SCORE else mark("Resemblance")


def _grouped(hits: Sequence[Hit]) -> tuple[Group, ...]:
    groups = []
    for kind, database in all_databases().items():
        own = sorted((hit for hit in hits if hit.card.kind == kind), key=lambda hit: (-hit.score, hit.card.reference))
        if own:
            groups.append(Group(kind, database.label, tuple(own)))
    return tuple(sorted(groups, key=lambda group: (group.kind != PEOPLE_FIRST, -group.hits[0].score)))


def _as_asked(question: Question | Example) -> bytes:
    return canonical_json({field.name: _plain(getattr(question, field.name)) for field in fields(question)})


def _plain(value: Any) -> Any:  # Any: a value of a question, which JSON can hold
    return [_plain(one) for one in value] if isinstance(value, tuple) else value
