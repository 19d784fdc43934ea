"""Segments on top of each other, seen through a scope: what one reader may find, in all that is known now.

A newer segment hides the rows of an older one with the same id; a withdrawn id hides them without putting anything in
their place. Layers are values: a change makes new ones, so that a search that runs meanwhile sees one state.

Non-interference: every cap, cut-off and tie is decided on rows that the scope admits, in an order that depends on
nothing else; so what a reader may not find changes none of his answers.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from liaison.matching.birth_dates import BirthDate
from liaison.matching.building import segment_of
from liaison.matching.combining import combine
from liaison.matching.exact_keys import document_keys
from liaison.matching.exact_search import Found, having_all, having_any
from liaison.matching.explanation import Evidence, Part
from liaison.matching.features import query_features
from liaison.matching.layer import Layer, Mask, Scope
from liaison.matching.scoring import Scorer
from liaison.matching.search_document import IndexDocument, Name, SearchDocument, read_search_document
from liaison.matching.segments import Segment

COARSE_MAX = 1024
"""Names that are looked at more closely, per name asked."""
SCORED_MAX = 32
"""Candidates that are scored, per name asked."""
SCORED_FITTING_MAX = 16
"""Candidates that are scored because their birth date fits besides, per name asked."""
POSTINGS_MAX = 1_000_000
"""Postings of admitted rows that are added up, per name asked."""
TAIL_SEGMENTS_MAX = 6
"""Segments in memory before the smaller ones are joined."""
_ROUNDING = 1e-9


class Candidate(NamedTuple):
    """A record that the engine proposes: not judged, only scored."""

    record_id: bytes
    kind: str
    score: float
    explanation: tuple[Part, ...]


class _Coarse(NamedTuple):
    """Candidates as columns, best first, equals by id: so that they sort the same wherever they lie."""

    weight: Any
    high: Any
    low: Any
    layer: Any
    row: Any

    def first(self, count: int) -> "_Coarse":
        """Return the best so many."""
        return _Coarse(*(column[:count] for column in self))

    def only(self, mask: Mask) -> "_Coarse":
        """Return those of the mask, in their order."""
        return _Coarse(*(column[mask] for column in self))

    def places(self) -> set[tuple[int, int]]:
        """Return layer and row of each."""
        return set(zip(self.layer.tolist(), self.row.tolist(), strict=True))


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
        return sum(int(layer.admitted(scope)[0].sum()) for layer in self._layers)

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
        asked = read_search_document(query)
        scorer = Scorer(asked)
        weighed: list[tuple[float, Segment, int, list[Evidence]]] = []
        for layer, row in self._rows_to_score(asked, scope):
            segment = self._layers[layer].segment
            if kinds is None or segment.kind(row) in kinds:
                evidence = scorer.evidence(segment.document(row))
                weighed.append((math.fsum(found.nats for found in evidence), segment, row, evidence))
        if not weighed or limit <= 0:
            return []
        least = sorted((nats for nats, *_ in weighed), reverse=True)[:limit][-1] - _ROUNDING
        shown = []
        for nats, segment, row, evidence in weighed:
            if nats >= least:
                score, parts = scorer.explain(evidence)
                shown.append(Candidate(segment.record_id(row), segment.kind(row), score, parts))
        shown.sort(key=lambda candidate: (-candidate.score, candidate.record_id))
        return [candidate for candidate in shown if candidate.score >= threshold][:limit]

    def _rows_to_score(self, asked: SearchDocument, scope: Scope | None) -> set[tuple[int, int]]:
        by_key = having_any(self._layers, document_keys(asked), scope)
        chosen = {(layer, row) for _, layer, row, _ in by_key}
        for name in asked.names:
            chosen |= self._rows_by_name(name, asked.birth_dates, scope)
        return chosen

    def _rows_by_name(self, name: Name, births: Sequence[BirthDate], scope: Scope | None) -> set[tuple[int, int]]:
        """Return the best by name alone and the best by name among those whose birth date fits.

        Two lists, so that giving a birth date can only add: who would be scored without it still is.
        """
        coarse = self._coarse(name, scope)
        chosen = coarse.first(SCORED_MAX).places()
        if births:
            chosen |= coarse.only(self._birth_fits(coarse, births)).first(SCORED_FITTING_MAX).places()
        return chosen

    def _coarse(self, name: Name, scope: Scope | None) -> _Coarse:
        """Return the admitted records that share most with the name, best first, at most COARSE_MAX."""
        masks = [layer.admitted(scope)[1] for layer in self._layers]
        names: list[list[Any]] = [[] for _ in self._layers]
        weights: list[list[Any]] = [[] for _ in self._layers]
        gathered = 0
        for feature in query_features(name.tokens):
            postings = [_postings(layer, feature.key, mask) for layer, mask in zip(self._layers, masks, strict=True)]
            count = sum(len(found) for found in postings)
            if gathered + count > POSTINGS_MAX:
                continue
            gathered += count
            for index, found in enumerate(postings):
                if len(found):
                    names[index].append(found)
                    weights[index].append(np.full(len(found), feature.weight, dtype=np.int64))
        parts = [
            self._best_of_layer(index, np.concatenate(names[index]), np.concatenate(weights[index]))
            for index in range(len(self._layers))
            if names[index]
        ]
        if not parts:
            return _Coarse(*(np.empty(0, dtype=np.int64) for _ in _Coarse._fields))
        columns = _Coarse(*(np.concatenate(column) for column in zip(*parts, strict=True)))
        order = np.lexsort((columns.low, columns.high, -columns.weight))[:COARSE_MAX]
        return _Coarse(*(column[order] for column in columns))

    def _best_of_layer(self, index: int, names: Any, weights: Any) -> _Coarse:
        """Return the best records of one layer; a record is as good as its best name."""
        arrays = self._layers[index].segment.arrays
        totals = np.bincount(names, weights=weights, minlength=self._layers[index].segment.names)
        hit = np.flatnonzero(totals)
        rows = arrays["name_row"][hit]
        # Names are kept in the order of their records and records in the order of their ids: ties stay in id order.
        starts = np.flatnonzero(np.diff(rows, prepend=-1))
        best = np.maximum.reduceat(totals[hit], starts).astype(np.int64)
        rows = rows[starts]
        if len(best) > COARSE_MAX:
            chosen = np.argsort(-best, kind="stable")[:COARSE_MAX]
            best, rows = best[chosen], rows[chosen]
        layer = np.full(len(rows), index, dtype=np.int64)
        return _Coarse(best, arrays["id_high"][rows], arrays["id_low"][rows], layer, rows.astype(np.int64))

    def _birth_fits(self, coarse: _Coarse, births: Sequence[BirthDate]) -> Mask:
        """Return which candidates have a birth date that one of these overlaps."""
        fits = np.zeros(len(coarse.row), dtype=bool)
        for index, layer in enumerate(self._layers):
            here = np.flatnonzero(coarse.layer == index)
            arrays = layer.segment.arrays
            at = arrays["birth_at"]
            rows = coarse.row[here]
            counts = at[rows + 1] - at[rows]
            owner = np.repeat(here, counts)
            places = np.arange(len(owner)) + np.repeat(at[rows] - (np.cumsum(counts) - counts), counts)
            firsts, lasts = arrays["birth_first"][places], arrays["birth_last"][places]
            for birth in births:
                fits[owner[(firsts <= birth.last) & (lasts >= birth.first)]] = True
        return fits

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


def _postings(layer: Layer, key: int, admitted: Mask) -> Any:
    arrays = layer.segment.arrays
    keys = arrays["feature_key"]
    at = int(np.searchsorted(keys, np.uint64(key)))
    if at == len(keys) or keys[at] != np.uint64(key):
        return np.empty(0, dtype=np.int32)
    names = arrays["feature_name"][arrays["feature_at"][at] : arrays["feature_at"][at + 1]]
    return names[admitted[names]]
