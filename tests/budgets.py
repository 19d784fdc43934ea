"""How much a test tries: little under `make test`, much under `make proof` (LIAISON_PROOF=1)."""

import os
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")

_SHARE = 4
"""The large budgets below are meant for a fast machine: a quarter of each fits `make proof` in half an hour here."""


def is_proof() -> bool:
    """Whether this is `make proof`."""
    return os.environ.get("LIAISON_PROOF") == "1"


def budget(small: int, large: int) -> int:
    """Return `small`, or a quarter of `large` (never less than `small`) in `make proof`.

    A module that imports this has a budget, so that `make proof` runs it; it leaves all others to `make test`.
    """
    return max(small, large // _SHARE) if is_proof() else small


def some(every: Sequence[T], one_in: int, first: int = 0) -> Sequence[T]:
    """Return all of it in `make proof`, else one in so many, from this one on: where faults are tried one by one.

    As with `budget`, a module that imports this is run by `make proof`.
    """
    return every if is_proof() else every[first % one_in :: one_in]
