"""One segment with what is still true of it, seen through a scope: which rows one reader may find."""

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from liaison.matching.search_document import NO_AUDIENCE
from liaison.matching.segments import Segment
from liaison.matching.vocabulary import frozen

ROWS_AT_ONCE = 1 << 16
"""Rows that are looked at together."""
_SCOPES_REMEMBERED = 64

Array = npt.NDArray[Any]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Scope:
    """What a reader may find: records of these audiences up to his level, and all that he is the source of.

    A record that names a second audience is found where both are among these.

    Of these kinds only, where kinds are named, and of none of the hidden sources but himself. Not what lies in a
    closed holding or bears a closed condition (bits): of others by `closed`, of anybody by `closed_to_all`.
    """

    audiences: frozenset[int]
    level: int
    source: bytes | None = None
    kinds: frozenset[str] | None = None
    hidden: frozenset[bytes] = frozenset()
    closed_holdings: frozenset[int] = frozenset()
    closed: int = 0
    closed_to_all: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """One segment with what is still true of it. Masks per scope are remembered while the layer lives."""

    segment: Segment
    alive: Mask
    in_memory: bool
    masks: "OrderedDict[Scope | None, Mask]" = field(default_factory=OrderedDict)

    def admitted(self, scope: Scope | None) -> Mask:
        """Return which rows the scope admits."""
        known = self.masks.get(scope)
        if known is None:
            known = self.masks[scope] = frozen(self._admitted(slice(None), scope), "|b1")
            while len(self.masks) > _SCOPES_REMEMBERED:
                self.masks.popitem(last=False)
        return known

    def admitted_of(self, rows: Array, scope: Scope | None) -> Iterator[Array]:
        """Yield those of the rows that the scope admits, in their order, some at a time.

        Only these rows are looked at: a mask of a large segment costs more than a look-up may.
        """
        for start in range(0, len(rows), ROWS_AT_ONCE):
            some = rows[start : start + ROWS_AT_ONCE]
            yield some[self._admitted(some, scope)]

    def admits(self, row: int, scope: Scope | None) -> bool:
        """Decide like `admitted_of` for one row, in a fraction of its time."""
        if scope is None or not self.alive[row]:
            return bool(self.alive[row])
        arrays = self.segment.arrays
        if scope.kinds is not None and self.segment.kind(row) not in scope.kinds:
            return False
        conditions = int(arrays["conditions"][row])
        if conditions & scope.closed_to_all:
            return False
        source = self.segment.sources[arrays["source"][row]]
        if source == scope.source:
            return True
        if conditions & scope.closed or int(arrays["holding"][row]) in scope.closed_holdings:
            return False
        released = arrays["level"][row] <= scope.level and int(arrays["audience"][row]) in scope.audiences
        also = int(arrays["also"][row])
        return bool(released) and (also == NO_AUDIENCE or also in scope.audiences) and source not in scope.hidden

    def without(self, record_ids: Sequence[bytes]) -> "Layer":
        """Return the layer with those ids hidden; itself if it has none of them."""
        rows = self.segment.rows_of(record_ids)
        if not len(rows) or not self.alive[rows].any():
            return self
        alive = self.alive.copy()
        alive[rows] = False
        return Layer(self.segment, alive, self.in_memory)

    def _admitted(self, rows: Array | slice, scope: Scope | None) -> Mask:
        if scope is None:
            return self.alive[rows]
        arrays = self.segment.arrays
        audiences = np.array(sorted(scope.audiences), dtype=np.int32)
        admitted = np.isin(arrays["audience"][rows], audiences) & (arrays["level"][rows] <= scope.level)
        also = arrays["also"][rows]
        if (also != NO_AUDIENCE).any():
            admitted &= (also == NO_AUDIENCE) | np.isin(also, audiences)
        if scope.closed:
            admitted &= (arrays["conditions"][rows] & np.int16(scope.closed)) == 0
        if scope.closed_holdings:
            closed = np.array(sorted(scope.closed_holdings), dtype=np.int32)
            admitted &= ~np.isin(arrays["holding"][rows], closed)
        if scope.hidden:
            shown = np.array([source not in scope.hidden for source in self.segment.sources], dtype=np.bool_)
            admitted &= shown[arrays["source"][rows]]
        if scope.source in self.segment.sources:
            admitted |= arrays["source"][rows] == self.segment.sources.index(scope.source)
        if scope.closed_to_all:
            admitted &= (arrays["conditions"][rows] & np.int16(scope.closed_to_all)) == 0
        if scope.kinds is not None:
            asked = np.array([kind in scope.kinds for kind in self.segment.kinds], dtype=np.bool_)
            admitted &= asked[arrays["kind"][rows]]
        return admitted & self.alive[rows]
