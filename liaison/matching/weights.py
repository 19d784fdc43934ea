"""What evidence weighs: the numbers of `data/weights.toml`, as the kernels and the explanations take them."""

import math
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from liaison.matching.birth_dates import Agreement

Array = npt.NDArray[np.float64]


class Weights(NamedTuple):
    """Nats of each kind of evidence, and the share of questions that are about somebody listed.

    `name` is what `kernels.compare` takes; `births` are in the order of Agreement; `rest`: the same nationality,
    another, the same sex, the other. `crowd`: being one of many candidates.
    """

    name: tuple[Array, ...]
    order: Array
    weak: float
    births: Array
    rest: tuple[float, float, float, float]
    share: float
    crowd: float

    @property
    def prior(self) -> float:
        """The log-odds, before anything is compared, that a candidate is the person asked for."""
        return math.log(self.share / (1.0 - self.share)) + self.crowd


@cache
def weights() -> Weights:
    """Return the weights of this version."""
    told = tomllib.loads(files("liaison.matching").joinpath("data/weights.toml").read_text(encoding="utf-8"))
    name = told["name"]
    single = [name["whole"], name["contradicting"], name["contradicting_nat"], name["extra_nat"], name["resembling"]]
    return Weights(
        (*_line(name["total"]), *_line(name["least"]), *_line(name["most"]), _array(single)),
        _array([0.0, name["turned"], name["shuffled"]]),
        name["weak_alias"],
        _array([told["birth_date"][kind.value] for kind in Agreement]),
        (told["nationality"]["same"], told["nationality"]["other"], told["sex"]["same"], told["sex"]["other"]),
        told["prior"]["share"],
        told["prior"]["crowd"],
    )


def _line(told: Mapping[str, Sequence[float]]) -> tuple[Array, Array]:
    assert len(told["knots"]) == len(told["slopes"]) + 1, "a slope between each two knots"
    return _array(told["knots"]), _array(told["slopes"])


def _array(values: Sequence[Any]) -> Array:
    return np.array(values, dtype=np.float64)
