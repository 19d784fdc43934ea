"""Values of many lengths, one after the other in one array, with the offsets at which each begins."""

from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]


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


def once_each(ordered: Array) -> Array:
    """Return sorted values without those that equal the one before."""
    is_new = np.ones(len(ordered), dtype=bool)
    np.not_equal(ordered[1:], ordered[:-1], out=is_new[1:])
    return ordered[is_new]
