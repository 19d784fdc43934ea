"""The operations of yente's protocol, under one address that a client takes as its base: `/api/v1/yente`."""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils.translation import gettext
from ninja import Field, Header, Query, Router, Schema
from pydantic import ConfigDict

from liaison.api.callers import viewer_of
from liaison.apps.index import public as index
from liaison.apps.yente import algorithm, services
from liaison.apps.yente.datasets import DEFAULT, datasets_of, kinds_asked
from liaison.apps.yente.entities import entity_of
from liaison.apps.yente.wire import (
    LISTED_MAX,
    AlgorithmsOut,
    AnswersOut,
    CatalogOut,
    EntityOut,
    MatchIn,
    SearchOut,
    StatusOut,
    Text,
    entity_out,
    matches_out,
    search_out,
)
from liaison.databases import all_databases
from liaison.formats.ftm_asking import THING
from liaison.rules.use import Ground
from liaison.viewer import Right

SEARCH_TEXT_MAX, RESULTS_MAX, OFFSET_MAX = 2_000, 100, 1_000
Listed = Annotated[list[Text], Field(max_length=LISTED_MAX)]

router = Router(tags=["yente"], by_alias=True)


class Narrowed(Schema):
    """Which datasets are asked and what a client wants to be told of."""

    include_dataset: Listed = Field(default_factory=list)
    exclude_dataset: Listed = Field(default_factory=list)
    exclude_schema: Listed = Field(default_factory=list)
    topics: Listed = Field(default_factory=list)
    changed_since: datetime | None = None


class MatchOptions(Narrowed):
    """How much of an answer is wanted. `threshold` decides `match` alone; below `cutoff` nothing is told."""

    limit: int = Field(5, ge=1, le=RESULTS_MAX)
    threshold: float | None = Field(None, ge=0, le=1)
    cutoff: float = Field(0.0, ge=0, le=1)
    algorithm: str = Field("", max_length=100)
    exclude_entity_ids: Listed = Field(default_factory=list)


class SearchOptions(Narrowed):
    """What is looked for. `fuzzy` and `simple` change nothing: search is always tolerant and knows no operators.

    `sort`, `filter` and `facets` are refused: what would be passed over in silence could mislead.
    """

    model_config = ConfigDict(populate_by_name=True)

    q: str = Field(max_length=SEARCH_TEXT_MAX)
    schema_: str = Field(THING, alias="schema", max_length=100)
    countries: Listed = Field(default_factory=list)
    limit: int = Field(10, ge=1, le=RESULTS_MAX)
    offset: int = Field(0, ge=0, le=OFFSET_MAX)
    fuzzy: bool = False
    simple: bool = False
    sort: list[str] = Field(default_factory=list, max_length=0)
    filter: list[str] = Field(default_factory=list, max_length=0)
    facets: list[str] = Field(default_factory=list, max_length=0)


Reason = Header("", alias="Liaison-Reason", max_length=500, description="Why: a code of the list of reasons.")
Reference = Header("", alias="Liaison-Reference", max_length=500, description="The number of the case or incident.")


@router.post("/match/{dataset}", response=AnswersOut, operation_id="yente_match")
def match(
    request: HttpRequest,
    dataset: str,
    asked: MatchIn,
    options: Query[MatchOptions],
    reason: str = Reason,
    reference: str = Reference,
) -> dict[str, Any]:
    """Answer queries by example: persons, organisations, vessels, aircraft, vehicles and so on. Each is a look."""
    viewer = viewer_of(request)
    algorithm.check_algorithm(options.algorithm)
    wanted = services.Wanted(
        kinds_asked(dataset, include=options.include_dataset, exclude=options.exclude_dataset, viewer=viewer),
        services.Filters(
            exclude_schemata=tuple(options.exclude_schema),
            exclude_ids=frozenset(options.exclude_entity_ids),
            topics=frozenset(options.topics),
            changed_since=options.changed_since,
        ),
        least_score=options.cutoff,
        most=options.limit,
    )
    ground = Ground(asked.config.reason or reason, asked.config.reference or reference)
    examples = {key: (one.schema_, one.properties) for key, one in asked.queries.items()}
    threshold = services.match_score(viewer) if options.threshold is None else options.threshold
    answered = services.match(examples, wanted, ground=ground, viewer=viewer)
    return {
        "responses": {
            key: matches_out(one, sent_id=asked.queries[key].id, threshold=threshold) for key, one in answered.items()
        },
        "limit": options.limit,
    }


@router.get("/search/{dataset}", response=SearchOut, operation_id="yente_search")
def search(
    request: HttpRequest,
    dataset: str,
    options: Query[SearchOptions],
    reason: str = Reason,
    reference: str = Reference,
) -> dict[str, Any]:
    """Answer what somebody typed into a box: a name in any script, a number, a reference. It is a look."""
    viewer = viewer_of(request)
    wanted = services.Wanted(
        kinds_asked(dataset, include=options.include_dataset, exclude=options.exclude_dataset, viewer=viewer),
        services.Filters(
            schema=options.schema_,
            exclude_schemata=tuple(options.exclude_schema),
            countries=frozenset(options.countries),
            topics=frozenset(options.topics),
            changed_since=options.changed_since,
        ),
        most=options.limit,
        skip=options.offset,
    )
    answer = services.search(options.q, wanted, ground=Ground(reason, reference), viewer=viewer)
    return search_out(answer, limit=options.limit, offset=options.offset)


@router.get("/entities/{reference}", response=EntityOut, operation_id="yente_entity")
def entity(request: HttpRequest, reference: str, nested: bool = True) -> dict[str, Any]:
    """One record that the caller may see and that is in force; hidden and unknown references are answered alike."""
    card = services.entity(reference, viewer_of(request))
    return entity_out(entity_of(card, nested=nested))


@router.get("/algorithms", response=AlgorithmsOut, operation_id="yente_algorithms")
def algorithms(request: HttpRequest) -> dict[str, Any]:
    """The one algorithm that there is, and what its features are."""
    viewer_of(request).needs(Right.QUERY)
    docs = {str(name): {"description": said} for name, said in algorithm.FEATURES.items()}
    return {
        "algorithms": [{"name": algorithm.NAME, "description": algorithm.DESCRIPTION, "docs": docs}],
        "default": algorithm.NAME,
        "best": algorithm.NAME,
    }


@router.get("/catalog", response=CatalogOut, operation_id="yente_catalog")
def catalog(request: HttpRequest) -> dict[str, Any]:
    """The databases that the caller may ask, as datasets, and `default`: all of them."""
    kinds = datasets_of(viewer_of(request))
    index.freshness()
    listed = [(kind, gettext(all_databases()[kind].label), gettext(all_databases()[kind].purpose)) for kind in kinds]
    everything = {"name": DEFAULT, "title": "Liaison", "summary": "", "children": [*kinds]}
    single = [{"name": name, "title": title, "summary": said, "children": []} for name, title, said in listed]
    return {
        "datasets": [{**one, "load": True, "index_current": True} for one in (everything, *single)],
        "current": [DEFAULT, *kinds],
        "outdated": [],
        "index_stale": False,
    }


@router.get("/healthz", response=StatusOut, operation_id="yente_healthz", auth=None)
def healthz(request: HttpRequest) -> dict[str, Any]:
    """Say that the process answers; a probe needs no token."""
    return {"status": "ok"}


@router.get("/readyz", response=StatusOut, operation_id="yente_readyz", auth=None)
def readyz(request: HttpRequest) -> dict[str, Any]:
    """Say whether the index can answer; 503 while it cannot."""
    index.freshness()
    return {"status": "ok"}
