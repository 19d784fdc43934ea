"""Names and nothing else: does the true pair score higher than the wrong pair that looks most like it?

The wrong record is chosen by what no engine here uses: shared runs of three letters of the romanised names.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from benchmarks.matching_quality.engines import Engine, Record
from benchmarks.matching_quality.measures import Case, answerable, area
from benchmarks.matching_quality.words import words_of

_RUN = 3

Trio = tuple[Case, Record, Record]
"""A case, its true record and the wrong one."""


def trios(cases: Sequence[Case], records: Sequence[Record]) -> list[Trio]:
    """Return each answerable case with its true record and the hardest wrong one."""
    hardest = _Hardest(records)
    by_id = {record["id"]: record for record in records}
    out = []
    for case in cases:
        true = next((by_id[key] for key in case["truth"] if key in by_id), None)
        if true is not None and answerable(case):
            out.append((case, true, records[hardest.of(case["name"], set(case["truth"]))]))
    return out


def separated(engine: Engine, asked: Sequence[Trio]) -> dict[str, Any]:
    """Return how often true pairs score higher than wrong ones: over all pairs, and case by case."""
    scores = [engine.alike(case["name"], (true, wrong)) for case, true, wrong in asked]
    right, wrong = (list(some) for some in zip(*scores, strict=True))
    won = sum((one > other) + (one == other) / 2 for one, other in scores)
    return {"pairs": len(asked), "AUC": round(area(right, wrong), 4), "won case by case": round(won / len(asked), 4)}


class _Hardest:
    def __init__(self, records: Sequence[Record]) -> None:
        self._ids = [record["id"] for record in records]
        postings: Mapping[str, list[int]] = defaultdict(list)
        sizes = []
        for place, record in enumerate(records):
            runs = _runs(record["names"][0])
            sizes.append(len(runs))
            for run in runs:
                postings[run].append(place)
        self._postings = {run: np.array(places) for run, places in postings.items()}
        self._sizes = np.array(sizes)

    def of(self, name: str, truth: set[str]) -> int:
        """Return the place of the record that shares most with a name and is not a true one."""
        runs = _runs(name)
        found = [self._postings[run] for run in runs if run in self._postings]
        shared = np.bincount(np.concatenate(found), minlength=len(self._ids)) if found else np.zeros(len(self._ids))
        likeness = shared / (len(runs) + self._sizes - shared)
        best = np.argsort(-likeness, kind="stable")[: len(truth) + 1]
        return next(int(place) for place in best if self._ids[place] not in truth)


def _runs(name: str) -> frozenset[str]:
    padded = [f"^{word}$" for word in words_of(name)]
    return frozenset(word[at : at + _RUN] for word in padded for at in range(len(word) - _RUN + 1))
