"""What the index gives to others: candidates, its age, and the refusal when it is too old to answer."""

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from uuid import UUID

from liaison.matching import Part
from liaison.refusal import Finding, Refused, mark


@dataclass(frozen=True, slots=True)
class Candidate:
    """A record that could be the one asked for: not judged, and to be read again under the viewer's rights."""

    record_id: UUID
    kind: str
    score: float
    explanation: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Freshness:
    """How new the answers are: every entry up to `seq` is in, and at `at` there was no later one.

    `lag_ms` is how long ago that was.
    """

    seq: int
    at: datetime
    lag_ms: int


class IndexNotReady(Refused):
    """The index is not there yet or does not follow the records: no answer is better than an old one."""

    status = HTTPStatus.SERVICE_UNAVAILABLE


def not_built() -> IndexNotReady:
    """Return the refusal for an index that this program has not got yet."""
    return IndexNotReady(
        Finding(
            code="index.not_built",
            problem=mark("The search index is not ready yet."),
            remedy=mark("Wait a moment; if it stays so, tell the operator to run “liaison work”."),
        )
    )


def too_old(age_seconds: int, age_seconds_max: int) -> IndexNotReady:
    """Return the refusal for an index that has lost touch with the records."""
    return IndexNotReady(
        Finding(
            code="index.too_old",
            problem=mark("The search index is %(age)s seconds old; at most %(most)s are allowed."),
            remedy=mark("Ask again in a moment; if it stays so, tell the operator to run “liaison doctor”."),
            source="policy: index.age_seconds_max",
            values={"age": age_seconds, "most": age_seconds_max},
        )
    )
