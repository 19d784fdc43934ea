"""A record as an entity of FollowTheMoney, as the viewer may see it, with what has to be known before it is used.

A yente client shows properties and drops what it does not know. So the instruction, the conditions and that a
statement is not for everybody stand in `notes`, first of all, and once more apart in `liaison`, for programs.
"""

from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext

from liaison.apps.records.public import RecordCard
from liaison.apps.screening.public import Hit, How
from liaison.apps.yente import algorithm
from liaison.formats import ftm_writing
from liaison.formats.ftm_tables import properties_of
from liaison.formats.losses import Outgoing
from liaison.refusal import mark

SCORE_DIGITS = 4
_NOTED_IN = ("notes", "description")
_OF_HOW = {How.NUMBER: algorithm.NUMBER, How.MISREAD: algorithm.MISREAD, How.PART: algorithm.PART}
_NOT_FOR_EVERYBODY = mark("The source shows it to few. Do not speak of it to others who see this record.")


@dataclass(frozen=True, slots=True)
class Handling:
    """What somebody has to know who uses the record: as in every other answer of the interface.

    `restricted` are the statements, as field and value, that others who see the record do not see.
    """

    database: str
    source: str
    conditions: list[str]
    asks: list[str]
    restricted: list[tuple[str, object]]
    do: str = ""
    never: str = ""
    signature: str = ""


@dataclass(frozen=True, slots=True)
class Entity:
    """One entity as it is sent."""

    id: str
    caption: str
    schema: str
    properties: dict[str, list[object]]
    datasets: list[str]
    first_seen: datetime
    last_change: datetime
    liaison: Handling
    referents: list[str] = field(default_factory=list)
    target: bool = True


@dataclass(frozen=True, slots=True)
class Feature:
    """What one kind of evidence adds to the score or takes from it, and what was compared."""

    score: float
    detail: str
    query: str
    candidate: str


def written(card: RecordCard) -> ftm_writing.Alone:
    """Return the entity that the card is, without what has to be known of its use."""
    return ftm_writing.alone(Outgoing(card.kind, card.reference, card.source_code, card.fields), card.title)


def entity_of(card: RecordCard, hit: Hit | None = None, *, nested: bool = True) -> Entity:
    """Return a record as an entity; a hit adds what to do. `nested`: what a list says of it is an entity inside."""
    said, handling = written(card), _handling(card, hit)
    properties: dict[str, list[object]] = {name: [*values] for name, values in said.properties.items()}
    noted_in = next(name for name in _NOTED_IN if name in properties_of(said.schema))
    if noted := _notes(handling):
        properties[noted_in] = [*noted, *properties.get(noted_in, [])]
    if nested and said.listing:
        properties["sanctions"] = [_listing(card, said.listing)]
    return Entity(
        id=card.reference,
        caption=card.title,
        schema=said.schema,
        properties=properties,
        datasets=[card.kind],
        first_seen=card.entered_at,
        last_change=card.changed_at,
        liaison=handling,
    )


def features_of(hit: Hit) -> dict[str, Feature]:
    """Return why a hit has its score, by kind of evidence, in the order in which it was added up; they sum to it."""
    if not hit.parts:
        fitting = [match.identified.text for match in hit.matches]
        name = _OF_HOW.get(hit.how, algorithm.NUMBER)
        return {name: Feature(round(hit.score, SCORE_DIGITS), gettext(hit.word), "", ", ".join(fitting))}
    found: dict[str, Feature] = {}
    for part in hit.parts:
        said = gettext(part.message) if part.message else ""
        detail = said % part.values if part.values else said
        before = found.get(part.feature.value)
        found[part.feature.value] = Feature(
            part.contribution + (before.score if before else 0.0),
            _both(before.detail if before else "", detail, " "),
            _both(before.query if before else "", part.left),
            _both(before.candidate if before else "", part.right),
        )
    return found


def _both(first: str, second: str, between: str = ", ") -> str:
    return between.join(dict.fromkeys(text for text in (first, second) if text))


def _handling(card: RecordCard, hit: Hit | None) -> Handling:
    return Handling(
        database=card.kind,
        source=card.source_code,
        conditions=[one.code for one in card.handling],
        asks=[gettext(one.asks) for one in card.handling],
        restricted=list(card.restricted),
        do=gettext(hit.instruction.do) if hit else "",
        never=gettext(hit.instruction.never) if hit else "",
        signature=hit.signature.value if hit and hit.signature else "",
    )


def _notes(handling: Handling) -> list[str]:
    few = []
    if handling.restricted:
        names = ", ".join(dict.fromkeys(name for name, _ in handling.restricted))
        few = [f"{names}: {gettext(_NOT_FOR_EVERYBODY)}"]
    return [text for text in (handling.do, handling.never, *handling.asks, *few) if text]


def _listing(card: RecordCard, listing: dict[str, list[str]]) -> dict[str, object]:
    """Return what a list says of the record as the entity that FollowTheMoney has for it."""
    key = f"{card.reference}.listing"
    caption = next((said[0] for said in listing.values() if said), key)
    return {
        "id": key,
        "caption": caption,
        "schema": "Sanction",
        "properties": {name: said for name, said in listing.items() if said},
        "datasets": [card.kind],
        "referents": [],
        "target": False,
    }
