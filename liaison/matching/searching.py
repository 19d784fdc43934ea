"""Whom to score for a query: the rows whose names share most with it, in all layers, as one reader may find them.

Non-interference: every cap, cut-off and tie is decided on rows that the scope admits, in an order that depends on
nothing else, so that what a reader may not find changes none of his answers.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from liaison.matching import birth_kernels, gathering
from liaison.matching.asked import Asked, AskedName
from liaison.matching.kernels import STEPS
from liaison.matching.layer import Layer, Mask
from liaison.matching.segments import Segment
from liaison.matching.sound_costs import BETWEEN, LEFT_OUT, OTHER_SOUND

SCORED_MAX = 64
"""Candidates that are scored for their name, per name asked."""
SCORED_FITTING_MAX = 64
"""Candidates that are scored because their birth date or nationality fits besides, per name asked."""
SHARE_OF_BEST_MIN = 0.4
"""Nobody is scored who shares less than this part of what the best candidate shares."""
INSERTED_MAX = 400_000
"""Postings of admitted rows that may bring in new candidates, per name asked; what is commoner only adds to them."""

_FITS = np.zeros(10, dtype=np.int32)
for _kind, _nats in {
    birth_kernels.SAME_DAY: 6.0,
    birth_kernels.NEW_YEARS_DAY: 4.0,
    birth_kernels.SAME_MONTH: 4.0,
    birth_kernels.SAME_YEAR: 2.0,
    birth_kernels.SWAPPED: 3.0,
    birth_kernels.CENTURY: 3.0,
    birth_kernels.WITHIN_RANGE: 1.0,
    birth_kernels.ONE_DIGIT: 1.0,
}.items():
    _FITS[_kind] = round(_nats * STEPS)
_SAME_NATION = STEPS

Array = npt.NDArray[Any]


class _Workspace:
    """Arrays as long as a segment, lent to one search at a time. Scores are zero when it is given back."""

    def __init__(self, segment: Segment) -> None:
        self.word_stamp = np.zeros(len(segment.arrays["word_role"]), dtype=np.uint32)
        self.row_stamp = np.zeros(len(segment), dtype=np.uint32)
        self.score = np.zeros(len(segment), dtype=np.int32)
        self.touched = np.zeros(len(segment), dtype=np.uint32)
        self._next = 1

    def marks(self, count: int) -> int:
        """Return the first of so many marks that no stamp has."""
        if self._next + count >= 1 << 32:
            self.word_stamp.fill(0)
            self.row_stamp.fill(0)
            self._next = 1
        first = self._next
        self._next += count
        return first


@contextmanager
def _lent(segment: Segment) -> Iterator[_Workspace]:
    try:
        space = segment.workspaces.pop()
    except IndexError:
        space = _Workspace(segment)
    yield space
    # A search that failed leaves scores behind: its workspace is dropped.
    segment.workspaces.append(space)


class _Found(NamedTuple):
    """Rows of one layer with their coarse scores."""

    layer: int
    rows: Array
    scores: Array


def rows_to_score(layers: Sequence[Layer], masks: Sequence[Mask], asked: Asked) -> list[Array]:
    """Return for each layer the rows to score, in their order."""
    chosen: list[list[Array]] = [[] for _ in layers]
    for name in asked.names:
        for found in _rows_by_name(layers, masks, name, asked):
            for layer, rows in found:
                chosen[layer].append(rows)
    return [np.unique(np.concatenate(some)) if some else np.empty(0, np.int64) for some in chosen]


def _rows_by_name(
    layers: Sequence[Layer], masks: Sequence[Mask], name: AskedName, asked: Asked
) -> Iterator[list[tuple[int, Array]]]:
    """Yield the best by name alone, and the best by name among those whose birth date or nationality fits.

    Two lists, so that giving a birth date can only add: who would be scored without it still is.
    """
    like = [_like(layer.segment, name) for layer in layers]
    order, inserts = _turns(layers, masks, like, len(name.share))
    joined_said = (name.joined_said * STEPS).astype(np.int32)
    plain, fitting = [], []
    for index, (layer, mask, (at, words, said)) in enumerate(zip(layers, masks, like, strict=True)):
        arrays = layer.segment.arrays
        with _lent(layer.segment) as space:
            first = space.marks(len(name.share) + len(name.joined))
            count = gathering.gather(
                at, words, said, name.share, order, inserts, arrays["post_at"], arrays["post_row"],
                name.joined, joined_said, arrays["pair_hash"], arrays["pair_row"],
                mask, space.score, space.row_stamp, first, space.touched,
            )  # fmt: skip
            rows, scores, cut = gathering.best_rows(space.score, space.touched, count, SCORED_MAX)
            plain.append(_Found(index, rows, scores))
            if len(asked.births) or len(asked.nations):
                rows, scores = gathering.best_fitting(
                    space.score, space.touched, count, SCORED_FITTING_MAX, cut,
                    asked.births, arrays["birth_at"], arrays["birth_first"], arrays["birth_last"],
                    arrays["birth_rough"], _FITS, asked.nations, arrays["nation_at"], arrays["nation"], _SAME_NATION,
                )  # fmt: skip
                fitting.append(_Found(index, rows, scores))
            gathering.forget(space.score, space.touched, count)
    yield _first(layers, plain, SCORED_MAX)
    yield _first(layers, fitting, SCORED_FITTING_MAX)


def _like(segment: Segment, name: AskedName) -> tuple[Array, Array, Array]:
    with _lent(segment) as space:
        return gathering.like_words(
            name.words, name.keys_at, name.keys, segment.words, segment.arrays["key_hash"],
            segment.arrays["key_word"], space.word_stamp, space.marks(len(name.share)),
            BETWEEN, OTHER_SOUND, LEFT_OUT,
        )  # fmt: skip


def _turns(
    layers: Sequence[Layer], masks: Sequence[Mask], like: Sequence[tuple[Array, Array, Array]], units: int
) -> tuple[Array, Array]:
    """Return in which order the units are added up, rarest first, and which of them bring in new candidates.

    Only where the words have many postings is it counted how many of them are admitted: the order decides nothing
    unless some may not insert.
    """
    postings = sum(
        gathering.postings_of_units(at, words, layer.segment.arrays["post_at"])
        for layer, (at, words, _) in zip(layers, like, strict=True)
    )
    if postings <= INSERTED_MAX:
        return np.arange(units), np.ones(units, dtype=bool)
    counts = np.zeros(units, dtype=np.int64)
    for layer, mask, (at, words, _) in zip(layers, masks, like, strict=True):
        arrays = layer.segment.arrays
        counts += gathering.rows_of_units(at, words, arrays["post_at"], arrays["post_row"], mask)
    order = np.argsort(counts, kind="stable")
    before = np.cumsum(counts[order]) - counts[order]
    inserts = np.zeros(units, dtype=bool)
    inserts[order] = before + counts[order] <= INSERTED_MAX
    rarest = order[np.flatnonzero(counts[order])[:1]]
    inserts[rarest] = True
    return order, inserts


def _first(layers: Sequence[Layer], found: Sequence[_Found], wanted: int) -> list[tuple[int, Array]]:
    """Return the best rows of all layers together, equals by id; none that shares far less than the best."""
    best_score = max((int(one.scores.max()) for one in found if len(one.scores)), default=0)
    least = int(best_score * SHARE_OF_BEST_MIN)
    found = [_Found(one.layer, one.rows[one.scores >= least], one.scores[one.scores >= least]) for one in found]
    if len(found) == 1:
        return [(found[0].layer, found[0].rows)]
    if not found:
        return []
    layer = np.concatenate([np.full(len(one.rows), one.layer) for one in found])
    rows = np.concatenate([one.rows for one in found])
    scores = np.concatenate([one.scores for one in found])
    high, low = (
        np.concatenate([layers[one.layer].segment.arrays[name][one.rows] for one in found])
        for name in ("id_high", "id_low")
    )
    best = np.lexsort((low, high, -scores))[:wanted]
    return [(one.layer, rows[best][layer[best] == one.layer]) for one in found]
