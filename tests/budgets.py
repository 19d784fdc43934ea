"""How much a property is tried: little in `make test`, much in `make proof`."""

import os


def budget(small: int, large: int) -> int:
    """Return `small`, or `large` under LIAISON_PROOF=1."""
    return large if os.environ.get("LIAISON_PROOF") == "1" else small
