"""The forms in which a yente client sends and reads: those of its protocol, and `liaison` beside them."""

from datetime import datetime
from typing import Annotated, Any

from ninja import Field, Schema
from pydantic import ConfigDict

from liaison.apps.screening.public import Answer, Hit
from liaison.apps.yente.entities import Entity, entity_of, features_of
from liaison.apps.yente.services import QUERIES_MAX, Matched

TEXT_LENGTH_MAX, VALUES_MAX, PROPERTIES_MAX, KEY_LENGTH_MAX = 500, 40, 100, 200
LISTED_MAX = 100

Text = Annotated[str, Field(max_length=TEXT_LENGTH_MAX)]
Values = Annotated[list[Text], Field(max_length=VALUES_MAX)]
Properties = Annotated[
    dict[Annotated[str, Field(max_length=KEY_LENGTH_MAX)], Values], Field(max_length=PROPERTIES_MAX)
]
Key = Annotated[str, Field(max_length=KEY_LENGTH_MAX)]


class _Aliased(Schema):
    """A form with a member that Python has another use for."""

    model_config = ConfigDict(populate_by_name=True)


class ExampleIn(_Aliased):
    """Whom or what one asks for: an entity of FollowTheMoney with all that is known. `id` is the sender's own."""

    id: Text | None = None
    schema_: str = Field(alias="schema", max_length=TEXT_LENGTH_MAX)
    properties: Properties


class ConfigIn(Schema):
    """Why these queries are asked; each is read from the headers of the request where it is not here."""

    model_config = ConfigDict(extra="forbid")

    reason: Text = ""
    reference: Text = ""


class MatchIn(Schema):
    """Queries by example, each under a key of the sender's own. Scores cannot be weighed otherwise: no `weights`."""

    queries: Annotated[dict[Key, ExampleIn], Field(min_length=1, max_length=QUERIES_MAX)]
    weights: Annotated[dict[str, float], Field(max_length=0)] = Field(default_factory=dict)
    config: ConfigIn = Field(default_factory=ConfigIn)


class StatementOut(Schema):
    """A statement that others who see the record do not see."""

    field: str
    value: Any


class LiaisonOut(Schema):
    """What has to be known before an entity is used. `conditions` are codes, `asks` what each asks of the reader.

    `signature` says of what could lead to an arrest whether its source vouches for it: `verified`, `unsigned` or
    `not_believed`; empty for all else.
    """

    database: str
    source: str
    conditions: list[str]
    asks: list[str]
    restricted: list[StatementOut]
    do: str
    never: str
    signature: str


class EntityOut(_Aliased):
    """A record as an entity. What to do, and under which conditions, stands first in `notes` and in `liaison`."""

    id: str
    caption: str
    schema_: str = Field(alias="schema")
    properties: dict[str, list[Any]]
    datasets: list[str]
    referents: list[str]
    target: bool
    first_seen: datetime
    last_change: datetime
    liaison: LiaisonOut


class FeatureOut(Schema):
    """What one kind of evidence adds to the score or takes from it, and what was compared."""

    score: float
    detail: str
    query: str
    candidate: str


class ScoredOut(EntityOut):
    """An entity that could be meant: how likely, and why. The scores of `explanations` sum to `score`.

    `features` are the same without words. `match`: the score is at least the threshold; somebody still has to look.
    """

    score: float
    match: bool
    features: dict[str, float]
    explanations: dict[str, FeatureOut]


class TotalOut(Schema):
    """How many entities fit: exactly (`eq`), or that many and more (`gte`)."""

    value: int
    relation: str


class MatchesOut(_Aliased):
    """The answer to one query. `query` is what was read of it; `event` the look that was entered for it."""

    status: int = 200
    query: dict[str, Any]
    results: list[ScoredOut]
    total: TotalOut
    event: str


class AnswersOut(Schema):
    """The answers, by the keys of the queries."""

    responses: dict[str, MatchesOut]
    limit: int


class SearchOut(Schema):
    """The answer to a search. `facets` are not counted here."""

    results: list[EntityOut]
    facets: dict[str, Any]
    total: TotalOut
    limit: int
    offset: int
    event: str


class AlgorithmOut(Schema):
    """One algorithm, and what its features are."""

    name: str
    description: str
    docs: dict[str, dict[str, str]]


class AlgorithmsOut(Schema):
    """The algorithms by which is matched."""

    algorithms: list[AlgorithmOut]
    default: str
    best: str


class DatasetOut(Schema):
    """One dataset: a database, or all of them."""

    name: str
    title: str
    summary: str
    load: bool
    index_current: bool
    children: list[str]


class CatalogOut(Schema):
    """The datasets that the caller may ask."""

    datasets: list[DatasetOut]
    current: list[str]
    outdated: list[str]
    index_stale: bool


class StatusOut(Schema):
    """That it works."""

    status: str = "ok"


def matches_out(matched: Matched, *, sent_id: str | None, threshold: float) -> dict[str, Any]:
    """Return the answer to one example, in the language now active."""
    asked, answer = matched.asked, matched.answer
    query = {"schema": asked.schema, "properties": asked.kept} | ({"id": sent_id} if sent_id is not None else {})
    hits = hits_of(answer)
    return {
        "query": query,
        "results": [_scored(hit, threshold) for hit in hits],
        "total": _total(answer),
        "event": str(answer.event_id),
    }


def search_out(answer: Answer, *, limit: int, offset: int) -> dict[str, Any]:
    """Return the answer to a search, in the language now active."""
    return {
        "results": [entity_out(entity_of(hit.card, hit)) for hit in hits_of(answer)],
        "facets": {},
        "total": _total(answer),
        "limit": limit,
        "offset": offset,
        "event": str(answer.event_id),
    }


def hits_of(answer: Answer) -> list[Hit]:
    """Return the hits of all databases, best first."""
    hits = [hit for group in answer.groups for hit in group.hits]
    return sorted(hits, key=lambda hit: (-hit.score, hit.card.reference))


def entity_out(entity: Entity) -> dict[str, Any]:
    """Return an entity as it is sent."""
    said = entity.liaison
    return {
        "id": entity.id,
        "caption": entity.caption,
        "schema": entity.schema,
        "properties": entity.properties,
        "datasets": entity.datasets,
        "referents": entity.referents,
        "target": entity.target,
        "first_seen": entity.first_seen,
        "last_change": entity.last_change,
        "liaison": {
            "database": said.database,
            "source": said.source,
            "conditions": said.conditions,
            "asks": said.asks,
            "restricted": [{"field": name, "value": value} for name, value in said.restricted],
            "do": said.do,
            "never": said.never,
            "signature": said.signature,
        },
    }


def _scored(hit: Hit, threshold: float) -> dict[str, Any]:
    explained = features_of(hit)
    score = min(1.0, max(0.0, hit.score))
    told: dict[str, Any] = {
        "score": score,
        "match": score >= threshold,
        "features": {name: one.score for name, one in explained.items()},
        "explanations": {
            name: {"score": one.score, "detail": one.detail, "query": one.query, "candidate": one.candidate}
            for name, one in explained.items()
        },
    }
    return entity_out(entity_of(hit.card, hit, nested=False)) | told


def _total(answer: Answer) -> dict[str, Any]:
    return {"value": answer.hits, "relation": "gte" if answer.more else "eq"}
