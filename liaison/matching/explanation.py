"""Why a candidate has its score: the parts that it is the sum of.

Each part says what one kind of evidence adds or takes. Evidence adds up in nats, from a prior; a part's contribution
is what it moves the probability by when its turn comes, so that a part for is never negative, a part against never
positive, and all together are the score.
"""

import math
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import NamedTuple

from liaison.refusal import mark


class Feature(StrEnum):
    """The kinds of evidence, in the order in which they are added up."""

    PRIOR = "prior"
    DOCUMENT = "document"
    NAME = "name"
    NAME_DIFFERENCE = "name_difference"
    NAME_ORDER = "name_order"
    BIRTH_DATE = "birth_date"
    NATIONALITY = "nationality"
    SEX = "sex"


class Part(NamedTuple):
    """One line of an explanation. `left` is the query's side, `right` the record's; both as they were given.

    `evidence` is in nats, `contribution` in the score's own measure. `message` is a message id whose places `values`
    fills.
    """

    feature: Feature
    contribution: float
    evidence: float
    left: str
    right: str
    message: str
    values: Mapping[str, object]


class Evidence(NamedTuple):
    """What was found out about one feature, before it is added up."""

    feature: Feature
    nats: float
    left: str
    right: str
    message: str
    values: Mapping[str, object]


PRIOR_MESSAGE = mark("Before anything was compared.")


def explain(prior: float, evidence: Iterable[Evidence]) -> tuple[float, tuple[Part, ...]]:
    """Return the score, in [0, 1], and the parts that sum to it."""
    before, total = probability(prior), prior
    parts = [Part(Feature.PRIOR, before, prior, "", "", PRIOR_MESSAGE, {})]
    for found in evidence:
        total += found.nats
        after = probability(total)
        parts.append(
            Part(found.feature, after - before, found.nats, found.left, found.right, found.message, found.values)
        )
        before = after
    return math.fsum(part.contribution for part in parts), tuple(parts)


def probability(nats: float) -> float:
    """Return the probability that log-odds stand for."""
    return 1.0 / (1.0 + math.exp(-nats))
