"""Random bytes for a batch: one call to the operating system for many small draws."""

import secrets
from collections.abc import Callable

Draw = Callable[[int], bytes]
"""Gives so many random bytes, as `secrets.token_bytes` does."""
BLOCK_BYTES = 4_096


def draws() -> Draw:
    """Return a source for one batch in one thread: each byte comes from the operating system and is given out once.

    It is to be dropped with its batch, so that no process that is forked later holds the same bytes.
    """
    block, at = b"", 0

    def draw(count: int) -> bytes:
        nonlocal block, at
        if at + count > len(block):
            block, at = secrets.token_bytes(max(BLOCK_BYTES, count)), 0
        at += count
        return block[at - count : at]

    return draw
