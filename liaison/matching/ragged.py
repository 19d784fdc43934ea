"""Values of many lengths, one after the other in one array, with the offsets at which each begins."""

from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
_BITS, _MASK = np.uint64(32), np.uint64(0xFFFFFFFF)


def offsets(lengths: Array) -> Array:
    """Return where values of these lengths begin when they lie one after the other, and last where all end."""
    at = np.zeros(len(lengths) + 1, dtype=np.int64)
    np.cumsum(lengths, out=at[1:])
    return at


def spread(at: Array, order: Array) -> Array:
    """Return the indices that bring variable-length values, kept at offsets, into the given order."""
    at = at.astype(np.int64)
    lengths = np.diff(at)[order]
    starts = np.repeat(at[:-1][order] - offsets(lengths)[:-1], lengths)
    return np.arange(int(lengths.sum()), dtype=np.int64) + starts


def sorted_pairs(first: Array, second: Array) -> tuple[Array, Array]:
    """Return pairs of two numbers of 32 bits, sorted by the first and then the second, once each."""
    pairs = np.unique(first.astype(np.uint64) << _BITS | second.astype(np.uint64))
    return (pairs >> _BITS).astype(np.uint32), (pairs & _MASK).astype(np.uint32)
