"""What of an answer a program wants: less than it might be shown, never more."""

from collections.abc import Callable
from dataclasses import dataclass

from liaison.apps.records.public import RecordCard


@dataclass(frozen=True, slots=True)
class Narrowing:
    """Which databases (`kinds`; None: all), and which hits of theirs.

    Of those that are `wanted`, have at least `least_score` and come behind the first `skip`, the best `most` are
    told. Only what is told is in the look.
    """

    kinds: frozenset[str] | None = None
    least_score: float = 0.0
    skip: int = 0
    most: int | None = None
    wanted: Callable[[RecordCard], bool] | None = None

    def opens(self, kind: str) -> bool:
        """Whether this database is asked."""
        return self.kinds is None or kind in self.kinds

    def wants(self, card: RecordCard) -> bool:
        """Whether this record is to be told of."""
        return self.opens(card.kind) and (self.wanted is None or self.wanted(card))


WHOLE = Narrowing()
