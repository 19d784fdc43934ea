"""Seeded chance that falls the same on every machine: whole numbers only, and no choice that depends on a library.

>>> [Dice(7, 1).below(100) for _ in range(2)]
[33, 33]
"""

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random
from typing import TypeVar

Item = TypeVar("Item")

_STREAM_WIDTH = 1 << 32


class Dice:
    """One stream of chance; the same seed and number always throw the same."""

    __slots__ = ("_bits",)

    def __init__(self, seed: int, number: int = 0) -> None:
        self._bits = Random(seed * _STREAM_WIDTH + number).getrandbits  # noqa: S311 - repeats, on purpose

    def below(self, bound: int) -> int:
        """Return a whole number from 0 to bound - 1; the bias of 32 bits over such small bounds is harmless here."""
        return (self._bits(32) * bound) >> 32

    def between(self, smallest: int, largest: int) -> int:
        """Return a whole number from smallest to largest, both included."""
        return smallest + self.below(largest - smallest + 1)

    def one_of(self, items: Sequence[Item]) -> Item:
        """Return one of the items, each as likely as the others."""
        return items[self.below(len(items))]

    def common_first(self, items: Sequence[Item]) -> Item:
        """Return one of the items, the first ones oftener, as names are shared out among people."""
        return items[min(self.below(len(items)), self.below(len(items)))]

    def happens(self, percent: int) -> bool:
        """Whether something happens that happens in so many of a hundred cases."""
        return self.below(100) < percent

    def day(self, first: date, last: date) -> date:
        """Return a day from first to last, both included."""
        return first + timedelta(days=self.below((last - first).days + 1))
