"""When somebody may see records in an emergency that their source keeps from him, who decides it and how it ends.

Our own design (mark D; finding F100 of other systems), so that a refusal names the policy of this installation. Who
asks and who decides are two persons of two bodies; the source learns of it at the moment of approval; time ends it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from liaison.databases import all_databases
from liaison.identifiers import references
from liaison.refusal import Finding, Refused, mark
from liaison.viewer import Purpose, ReaderKind

HOURS_MAX, WAITING_HOURS, RECORDS_MAX = "glass.hours_max", "glass.waiting_hours", "glass.records_max"
REASON_LENGTH_MIN, REASON_LENGTH_MAX, DOCUMENT_LENGTH_MAX = 20, 1_000, 200
PARTIES = frozenset({ReaderKind.BUREAU, ReaderKind.REGIONAL_BODY, ReaderKind.SECRETARIAT})
"""Bodies whose people ask and decide. Agencies and partners ask through their bureau or the secretariat."""
SOURCES = PARTIES | {ReaderKind.PARTNER}
"""Bodies whose records can be opened. Never the commission's: it is independent."""
PROTECTED_STATUSES = frozenset({"victim", "witness"})
"""Persons whose records only a danger to life opens."""


@dataclass(frozen=True, slots=True)
class Ground:
    """One reason of the closed list for which the glass may be broken.

    `protected`: it opens records of victims and witnesses. `whole`: it may open all records of one body, not only
    those that are named. `document`: it names the decision that it rests on.
    """

    code: str
    label: str
    purposes: frozenset[Purpose]
    protected: bool = False
    whole: bool = False
    document: bool = False


_GROUNDS = (
    Ground(
        "danger_to_life",
        mark("Somebody's life is in danger now"),
        frozenset({Purpose.LOCATE, Purpose.WARN, Purpose.IDENTIFY, Purpose.WANTED, Purpose.INVESTIGATE}),
        protected=True,
        whole=True,
    ),
    Ground(
        "security_incident",
        mark("The security of police data is broken or about to be"),
        frozenset({Purpose.INVESTIGATE, Purpose.IDENTIFY, Purpose.ANALYSE}),
        whole=True,
    ),
    Ground(
        "court_order",
        mark("A court orders it"),
        frozenset({Purpose.INVESTIGATE, Purpose.IDENTIFY, Purpose.WANTED}),
        document=True,
    ),
)
GROUNDS: dict[str, Ground] = {ground.code: ground for ground in _GROUNDS}


class State(StrEnum):
    """Where an opening stands."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    REJECTED = "rejected"
    ENDED = "ended"
    EXPIRED = "expired"


class Actor(StrEnum):
    """Who moves an opening on: one who asked, the body that decides, the source of the records, or time."""

    ASKER = "asker"
    DECIDER = "decider"
    SOURCE = "source"
    CLOCK = "clock"


@dataclass(frozen=True, slots=True)
class Move:
    """One step of the life cycle."""

    verb: str
    state: State
    actors: frozenset[Actor]
    to: State


MOVES = (
    Move("approve", State.PROPOSED, frozenset({Actor.DECIDER}), State.APPROVED),
    Move("reject", State.PROPOSED, frozenset({Actor.DECIDER}), State.REJECTED),
    Move("end", State.PROPOSED, frozenset({Actor.ASKER}), State.ENDED),
    Move("end", State.APPROVED, frozenset({Actor.ASKER, Actor.DECIDER, Actor.SOURCE}), State.ENDED),
    Move("expire", State.PROPOSED, frozenset({Actor.CLOCK}), State.EXPIRED),
    Move("expire", State.APPROVED, frozenset({Actor.CLOCK}), State.EXPIRED),
)
"""The life of an opening: what services, buttons, documents and tests read. What ended stays ended."""


def moved(verb: str, state: State, actors: Iterable[Actor]) -> State | None:
    """Return where this verb leads when one of these actors uses it; None where he may not."""
    wanted = frozenset(actors)
    return next(
        (move.to for move in MOVES if (move.verb, move.state) == (verb, state) and move.actors & wanted), None
    )


def state_at(stored: State, *, waits_until: datetime, ends_at: datetime | None, moment: datetime) -> State:
    """Return the state that an opening is in at a moment: time ends it by itself, whatever is stored."""
    if stored is State.PROPOSED and waits_until <= moment:
        return State.EXPIRED
    if stored is State.APPROVED and ends_at is not None and ends_at <= moment:
        return State.EXPIRED
    return stored


@dataclass(frozen=True, slots=True)
class Party:
    """A body: its kind, and the bureau that connects it or itself (`family`)."""

    kind: ReaderKind
    family: UUID


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked for: exact references, or with none all records of the source that are asked for one by one."""

    ground: str
    purpose: Purpose
    reason: str
    hours: int
    named: tuple[str, ...] = ()
    document: str = ""


@dataclass(frozen=True, slots=True)
class Limits:
    """The policy values of the day."""

    hours_max: int
    records_max: int


def review(request: Request, *, asker: Party, decider: Party, source: Party, limits: Limits) -> list[Finding]:
    """Return everything that keeps an opening from being asked for; an empty list means that it may be."""
    return [*_said(request), *_bounded(request, limits), *_between(asker, decider, source)]


def decision_findings(*, asked_by: UUID, decides: UUID, made_the_other: bool) -> list[Finding]:
    """Return what keeps a person from deciding: that he asked, or that one of the two made the other's account."""
    if asked_by == decides or made_the_other:
        return [
            _finding(
                "two_persons",
                mark("Who asks and who decides are two persons, and neither has made the other's account."),
                mark("Let another person of your body decide."),
                source="policy: two_persons",
            )
        ]
    return []


def opens(ground: str, kind: str, status: object) -> bool:
    """Whether a ground opens a record with this status of its person (victims and witnesses are protected)."""
    protected = kind == "persons" and status in PROTECTED_STATUSES
    return not protected or (ground in GROUNDS and GROUNDS[ground].protected)


def read_references(text: str) -> tuple[str, ...]:
    """Return the references that a text names, by commas, spaces or lines, each once and as written."""
    return tuple(dict.fromkeys(text.replace(",", " ").replace(";", " ").split()))


def canonical_references(named: Sequence[str]) -> tuple[str, ...]:
    """Return references in their one spelling; raise Refused with every one that is none."""
    prefixes = {one.reference_prefix for one in all_databases().values()}
    found, wrong = [], []
    for text in dict.fromkeys(named):
        try:
            reference = references.parse(text)
        except Refused:
            wrong.append(text)
            continue
        if reference.prefix in prefixes:
            found.append(str(reference))
        else:
            wrong.append(text)
    if wrong:
        raise Refused(*(_no_reference(text) for text in wrong))
    return tuple(dict.fromkeys(found))


def _said(request: Request) -> Iterable[Finding]:
    ground = GROUNDS.get(request.ground)
    if ground is None:
        yield _finding(
            "ground", mark("There is no such ground."), mark("Choose one from the list; there are no others.")
        )
    elif request.purpose not in ground.purposes:
        yield _finding(
            "purpose",
            mark("This ground does not serve that purpose."),
            mark("Choose a purpose that fits the ground."),
        )
    if not REASON_LENGTH_MIN <= len(request.reason.strip()) <= REASON_LENGTH_MAX:
        yield _finding(
            "reason",
            mark("The reason has %(least)s to %(most)s characters."),
            mark("Say what happens, to whom it matters and why nothing else helps in time."),
            least=REASON_LENGTH_MIN,
            most=REASON_LENGTH_MAX,
        )
    if len(request.document.strip()) > DOCUMENT_LENGTH_MAX or (
        ground is not None and ground.document and not request.document.strip()
    ):
        yield _finding(
            "document",
            mark("The decision that this rests on is not named, or in more than %(most)s characters."),
            mark("Write the court, the day and the number."),
            most=DOCUMENT_LENGTH_MAX,
        )
    if ground is not None and not request.named and not ground.whole:
        yield _finding(
            "named",
            mark("This ground opens only records that are named."),
            mark("Write their references."),
        )


def _bounded(request: Request, limits: Limits) -> Iterable[Finding]:
    if not 1 <= request.hours <= limits.hours_max:
        yield _finding(
            "hours",
            mark("Records are opened for 1 to %(most)s hours, not %(hours)s."),
            mark("Choose fewer hours; it can be asked for again."),
            source=f"policy: {HOURS_MAX}",
            most=limits.hours_max,
            hours=request.hours,
        )
    if len(request.named) > limits.records_max:
        yield _finding(
            "named",
            mark("One opening shows at most %(most)s records, and %(count)s are named."),
            mark("Name those that matter first."),
            source=f"policy: {RECORDS_MAX}",
            most=limits.records_max,
            count=len(request.named),
        )


def _between(asker: Party, decider: Party, source: Party) -> Iterable[Finding]:
    if asker.kind not in PARTIES:
        yield _finding(
            "asker",
            mark("Your body does not ask for emergency openings itself."),
            mark("Ask your bureau, or the secretariat."),
        )
    if decider.kind not in PARTIES or decider.family == asker.family:
        yield _finding(
            "decider",
            mark("Another body decides: a bureau, a regional body or the secretariat."),
            mark("Choose one that is not your own, like the secretariat."),
        )
    if source.kind not in SOURCES or source.family == asker.family:
        yield _finding(
            "source",
            mark("Records of this body are not opened this way."),
            mark("Choose the body whose records you need; your own you may read anyway."),
        )


def _no_reference(text: str) -> Finding:
    return _finding(
        "named",
        mark("“%(text)s” is no reference of a record."),
        mark("Write it as it was told to you, like RP-2026-7K4M2P-C."),
        text=text[:24],
    )


def _finding(field: str, problem: str, remedy: str, *, source: str = "policy: glass", **values: object) -> Finding:
    return Finding(code=f"glass.{field}", problem=problem, remedy=remedy, source=source, field=field, values=values)
