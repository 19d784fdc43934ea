"""When an answer leaves, and how long it is: on ticks and in size classes, so that neither tells what was left out.

How long it took to find that a record may not be shown is less than a tick, so that the tick hides it; so does the
size class for who watches the line. `tests/doors/test_timing.py` measures what is left.
"""

TICK_SECONDS = 0.005
SIZE_CLASS_BYTES = 4_096


def until_tick(elapsed_seconds: float) -> float:
    """Return for how many seconds an answer waits that took so many until now: at most a tick, never nothing."""
    return TICK_SECONDS - elapsed_seconds % TICK_SECONDS


def padded(body: bytes) -> bytes:
    """Return a body with spaces behind it up to its size class; JSON and HTML read the same with them."""
    return body + b" " * (-len(body) % SIZE_CLASS_BYTES)
