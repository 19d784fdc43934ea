"""How much a test tries: little under `make test`, much under `make proof` (LIAISON_PROOF=1)."""

import os

_SHARE = 4
"""The large budgets below are meant for a fast machine: a quarter of each fits `make proof` in half an hour here."""


def budget(small: int, large: int) -> int:
    """Return `small`, or a quarter of `large` (never less than `small`) under LIAISON_PROOF=1."""
    return max(small, large // _SHARE) if os.environ.get("LIAISON_PROOF") == "1" else small
