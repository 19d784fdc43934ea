"""How much a test tries: little under `make test`, much under `make proof` (LIAISON_PROOF=1)."""

import os

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
