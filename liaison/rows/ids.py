"""Identifiers of rows: UUIDv7 (RFC 9562), made here so that no SQL default needs PostgreSQL 18."""

import secrets
import threading
import time
from uuid import UUID

from liaison.rows.draws import Draw

_NANOSECONDS_A_MILLISECOND = 1_000_000
_FRACTION_BITS = 12
_last_tick = 0
_lock = threading.Lock()


def new_id(draw: Draw = secrets.token_bytes) -> UUID:
    """Return a new id. Those of one process sort in the order in which they were made.

    48 bits of milliseconds, 12 bits of their fraction (RFC 9562 section 6.2, method 3), 62 random bits, which
    a batch draws from a source of its own.
    """
    tick = _next_tick()
    milliseconds, fraction = tick >> _FRACTION_BITS, tick & (1 << _FRACTION_BITS) - 1
    number = milliseconds << 80 | 0x7 << 76 | fraction << 64 | 0b10 << 62 | int.from_bytes(draw(8)) >> 2
    return UUID(int=number)


def _next_tick() -> int:
    global _last_tick
    milliseconds, rest = divmod(time.time_ns(), _NANOSECONDS_A_MILLISECOND)
    tick = milliseconds << _FRACTION_BITS | (rest << _FRACTION_BITS) // _NANOSECONDS_A_MILLISECOND
    with _lock:
        _last_tick = max(tick, _last_tick + 1)
        return _last_tick
