"""Fits what the evidence of names weighs, on the people who choose; prints `name` of `data/weights.toml`.

python -m benchmarks.matching_quality.fit

Each pair of a case and a candidate is a row: true or false, and the features of the name, which are linear in the
weights, so that the engine itself tells them: it is asked once with each weight alone. A logistic regression within
bounds then says how much each feature moves the odds. Dates, nationality and sex are taken as they stand in the file
(an offset), because the cases take them from the record, which a border does not.

A run needs scipy, which Liaison does not.
"""

import json
import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize  # type: ignore[import-untyped]

from benchmarks.beside import told
from benchmarks.matching_quality import cases as cases_
from benchmarks.matching_quality import people
from benchmarks.matching_quality.engines import question
from benchmarks.matching_quality.measures import Case
from liaison.matching import PersonIndex
from liaison.matching import row_scoring as column
from liaison.matching.scoring import Scorer
from liaison.matching.search_document import read_search_document
from liaison.matching.searching import rows_to_score
from liaison.matching.weights import Weights, weights

Array = npt.NDArray[Any]

INNOCENTS, INNOCENTS_SEED = 8_000, 15
SMOOTHING = 3e-6
LARGE = 20.0
_SINGLE = ("whole", "contradicting", "contradicting_nat", "extra_nat", "resembling")
_BOUNDS = {
    "whole": (0.0, LARGE),
    "contradicting": (-LARGE, 0.0),
    "contradicting_nat": (-LARGE, 0.0),
    "extra_nat": (-LARGE, 0.0),
    "resembling": (0.2, 0.6),
    "turned": (-0.6, 0.0),
    "shuffled": (-1.5, 0.0),
}


def main() -> None:
    """Fit and print."""
    listed = people.listed()
    made = cases_.on_side(cases_.made(listed), "chooses")
    ordinary = told("benchmarks.travellers", INNOCENTS, "--seed", INNOCENTS_SEED)
    cases = [*made, *cases_.common(ordinary)]
    features, offset, true = rows(cases, PersonIndex.build([person.record() for person in listed]))
    names = [*_names(weights())]
    found = _fitted(features, offset, true, [_BOUNDS.get(name, (0.0, LARGE)) for name in names])
    share = sum(bool(case["truth"]) for case in cases) / len(cases)
    crowd = float(found[-1]) - math.log(share / (1 - share))
    print(
        json.dumps({"rows": len(true), "true": int(true.sum()), "share": round(share, 3), "crowd": round(crowd, 2)})
    )
    for name, value in zip(names, found, strict=False):
        print(f"{name:24} {value:7.3f}")


def _names(whole: Weights) -> list[str]:
    total, least, most = (whole.name[place] for place in (0, 2, 4))
    lines = [
        f"{name} from {knot:g}"
        for name, knots in (("total", total), ("least", least), ("most", most))
        for knot in knots[:-1]
    ]
    return [*lines, *_SINGLE, "turned", "shuffled"]


def rows(cases: Sequence[Case], index: PersonIndex) -> tuple[Array, Array, Array]:
    """Return the features of each candidate of each case, what else is known of it (nats), and whether it is true."""
    (layer,) = index._layers._layers
    mask, whole = layer.admitted(None), weights()
    alone = list(_alone(whole))
    features, offsets, truths = [], [], []
    for case in cases:
        scorer = Scorer(read_search_document(question(case)))
        (chosen,) = rows_to_score([layer], [mask], scorer.asked)
        if not len(chosen):
            continue
        table = scorer._table(layer.segment, chosen)
        name = table[:, column.AGREEMENT] + table[:, column.DIFFERENCE] + table[:, column.ORDER]
        offsets.append(table[:, column.TOTAL] - name)
        columns = []
        for one in alone:
            scorer._weights = one
            told_by = scorer._table(layer.segment, chosen)
            columns.append(told_by[:, column.AGREEMENT] + told_by[:, column.DIFFERENCE] + told_by[:, column.ORDER])
        features.append(np.stack(columns, axis=1))
        ids = [index._ids[layer.segment.record_id(row)] for row in chosen.tolist()]
        truths.append(np.array([key in case["truth"] for key in ids]))
    return np.concatenate(features), np.concatenate(offsets), np.concatenate(truths)


def _alone(whole: Weights) -> list[Weights]:
    """Return weights in which each weight of a name stands alone, as one."""
    nothing = [np.zeros_like(part) if place % 2 or place == 6 else part for place, part in enumerate(whole.name)]
    out = []
    for place in (1, 3, 5, 6):
        for at in range(len(whole.name[place])):
            name = [part.copy() for part in nothing]
            name[place][at] = 1.0
            out.append(whole._replace(name=tuple(name), order=np.zeros(3)))
    for at in (1, 2):
        order = np.zeros(3)
        order[at] = 1.0
        out.append(whole._replace(name=tuple(part.copy() for part in nothing), order=order))
    return out


def _fitted(features: Array, offset: Array, true: Array, bounds: Sequence[tuple[float, float]]) -> Array:
    """Return the weights, and last the prior, that make the rows likeliest."""
    sign = np.where(true, 1.0, -1.0)
    whole = np.hstack([features, np.ones((len(features), 1))])

    def loss(found: Array) -> tuple[float, Array]:
        margin = sign * (whole @ found + offset)
        pull = -sign / (1 + np.exp(np.clip(margin, -50, 50)))
        slope = whole.T @ pull / len(true) + SMOOTHING * found
        return float(np.logaddexp(0, -margin).mean() + SMOOTHING * found @ found / 2), slope

    start = np.zeros(whole.shape[1])
    result = minimize(
        loss, start, jac=True, method="L-BFGS-B", bounds=[*bounds, (-LARGE, LARGE)], options={"maxiter": 2000}
    )
    return np.asarray(result.x)


if __name__ == "__main__":
    main()
