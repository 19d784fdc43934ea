"""Segments on top of each other, seen through a scope: what one reader may find, in all that is known now.

A newer segment hides the rows of an older one with the same id; a withdrawn id hides them without putting anything in
their place. Layers are values: a change makes new ones, so that a search that runs meanwhile sees one state.

Non-interference: every cap, cut-off and tie is decided on rows that the scope admits, in an order that depends on
nothing else; so what a reader may not find changes none of his answers.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from liaison.matching.building import segment_of
from liaison.matching.combining import combine
from liaison.matching.exact_keys import document_keys
from liaison.matching.exact_search import Found, having_all, having_any
from liaison.matching.explanation import Part
from liaison.matching.layer import Layer, Mask, Scope
from liaison.matching.search_document import IndexDocument, read_search_document
from liaison.matching.segments import Segment

TAIL_SEGMENTS_MAX = 6
"""Segments in memory before the smaller ones are joined."""
_ROUNDING = 1e-9


class Candidate(NamedTuple):
    """A record that the engine proposes: not judged, only scored."""

    record_id: bytes
    kind: str
    score: float
    explanation: tuple[Part, ...]


class Layers:
    """Segments and changes, oldest first. A value: `with_changes` and `without` return new ones."""

    def __init__(self, segments: Iterable[Segment] = ()) -> None:
        self._layers: tuple[Layer, ...] = ()
        for segment in segments:
            self._layers = (*self._hidden(_ids(segment)), Layer(segment, np.ones(len(segment), dtype=bool), False))

    @classmethod
    def opened(cls, parts: Iterable[tuple[Segment, Mask]]) -> "Layers":
        """Return layers of segments of which it is known which rows are true still; an id is true in one at most."""
        return _layers(Layer(segment, alive, False) for segment, alive in parts)

    def __len__(self) -> int:
        return sum(int(layer.alive.sum()) for layer in self._layers)

    @property
    def tail_records(self) -> int:
        """How many records live in memory only."""
        return sum(int(layer.alive.sum()) for layer in self._layers if layer.in_memory)

    def _hidden(self, record_ids: Sequence[bytes]) -> tuple[Layer, ...]:
        return tuple(layer.without(record_ids) for layer in self._layers)

    def without(self, record_ids: Iterable[bytes]) -> "Layers":
        """Return layers in which those records cannot be found."""
        return _layers(self._hidden(sorted(set(record_ids))))

    def with_changes(self, documents: Iterable[IndexDocument]) -> "Layers":
        """Return layers in which those documents take the place of the earlier ones with their ids."""
        segment = segment_of(documents)
        if not len(segment):
            return self
        layers = [*self._hidden(_ids(segment)), Layer(segment, np.ones(len(segment), dtype=bool), True)]
        return _layers(_tail_joined(layers))

    def document_count(self, scope: Scope | None) -> int:
        """Return how many records the scope admits."""
        return sum(int(layer.admitted(scope).sum()) for layer in self._layers)

    def vouched(self, record_ids: Iterable[bytes], scope: Scope | None) -> dict[bytes, bool]:
        """Return of those records that the scope admits whether the index knows them as vouched for."""
        wanted = sorted(set(record_ids))
        return {
            layer.segment.record_id(row): bool(layer.segment.arrays["vouched"][row])
            for layer in self._layers
            for row in layer.segment.rows_of(wanted).tolist()
            if layer.admits(row, scope)
        }

    def exact(self, keys: Iterable[str], scope: Scope | None) -> list[Found]:
        """Return the admitted records that have one of the keys, by id; at most EXACT_MAX."""
        return [
            Found(record_id, self._layers[layer].segment.kind(row), key)
            for record_id, layer, row, key in having_any(self._layers, keys, scope)
        ]

    def having_all(self, keys: Iterable[str], scope: Scope | None, limit: int) -> tuple[list[bytes], bool]:
        """Return the ids of the first `limit` admitted records that have all of the keys, and whether more may.

        See `exact_search.having_all` for what is answered where too many records have every one of the keys.
        """
        return having_all(self._layers, keys, scope, limit)

    def search(
        self,
        query: Mapping[str, object],
        *,
        scope: Scope | None,
        limit: int = 5,
        threshold: float = 0.0,
        kinds: frozenset[str] | None = None,
    ) -> list[Candidate]:
        """Return the likeliest admitted records, best first, equals by id; of these kinds only if they are named."""
        # Importing the compiler takes a second: only a program that searches pays for it.
        from liaison.matching.scoring import ScoredRows, Scorer  # noqa: PLC0415
        from liaison.matching.searching import rows_to_score  # noqa: PLC0415

        asked = read_search_document(query)
        scorer = Scorer(asked)
        weighed: list[ScoredRows] = []
        by_key = having_any(self._layers, document_keys(asked), scope)
        masks = [layer.admitted(scope) for layer in self._layers]
        for index, rows in enumerate(rows_to_score(self._layers, masks, scorer.asked)):
            segment = self._layers[index].segment
            numbered = {row for _, layer, row, _ in by_key if layer == index}
            rows = np.union1d(rows, np.array(sorted(numbered), dtype=np.int64)) if numbered else rows
            if kinds is not None:
                rows = rows[[segment.kind(row) in kinds for row in rows.tolist()]]
            if len(rows):
                weighed.append(scorer.scored(segment, rows, numbered))
        if not weighed or limit <= 0:
            return []
        totals = np.concatenate([some.totals for some in weighed])
        least = np.partition(totals, -limit)[-limit] if len(totals) > limit else totals.min()
        shown = []
        for some in weighed:
            for scored in some.at_least(float(least) - _ROUNDING):
                score, parts = scorer.explain(scored)
                segment, row = scored.segment, scored.row
                shown.append(Candidate(segment.record_id(row), segment.kind(row), score, parts))
        shown.sort(key=lambda candidate: (-candidate.score, candidate.record_id))
        return [candidate for candidate in shown if candidate.score >= threshold][:limit]

    def tail(self) -> Segment:
        """Return what lives in memory only, as one segment."""
        return combine([(layer.segment, layer.alive) for layer in self._layers if layer.in_memory])


def _layers(layers: Iterable[Layer]) -> Layers:
    whole = Layers()
    whole._layers = tuple(layer for layer in layers if layer.alive.any())
    return whole


def _ids(segment: Segment) -> list[bytes]:
    return [segment.record_id(row) for row in range(len(segment))]


def _tail_joined(layers: Sequence[Layer]) -> Sequence[Layer]:
    """Join the newest segments in memory while one is half as large as the one before it, or they are many."""
    kept = list(layers)
    while len(kept) > 1 and kept[-1].in_memory and kept[-2].in_memory:
        older, newer = kept[-2], kept[-1]
        many = sum(layer.in_memory for layer in kept) > TAIL_SEGMENTS_MAX
        if not many and 2 * len(newer.segment) < len(older.segment):
            break
        joined = combine([(older.segment, older.alive), (newer.segment, newer.alive)])
        kept[-2:] = [Layer(joined, np.ones(len(joined), dtype=bool), True)]
    return kept
