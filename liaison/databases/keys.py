"""The exact keys by which a record is found: one form for the records that are kept and the questions that are asked.

A key is kept in the form in which the usual misreadings fall together (O and 0, I and 1 ...) and without its country,
so that a question that knows less finds no less; whether a number agrees to the letter is seen when the row is read.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from liaison.identifiers.documents import NumberRange, confusion_key, normalise_number

NUMBER = "number:"
LISTING = "list:"


@dataclass(frozen=True, slots=True)
class RecordKeys:
    """What finds one record exactly: numbers, ranges of numbers, and references that a list gave it."""

    numbers: tuple[str, ...] = ()
    ranges: tuple[NumberRange, ...] = ()
    listings: tuple[str, ...] = ()

    def keys(self) -> list[str]:
        """Return the keys that the index keeps."""
        return [*map(number_key, self.numbers), *map(listing_key, self.listings)]

    def range_documents(self) -> list[dict[str, str]]:
        """Return the ranges as the index keeps them."""
        return [
            {"key": NUMBER, "first": confusion_key(series.first), "last": confusion_key(series.last)}
            for series in self.ranges
        ]

    def holds_any(self, keys: Iterable[str]) -> bool:
        """Whether one of the keys finds this record."""
        own = set(self.keys())
        return any(key in own or self._in_a_range(key) for key in keys)

    def agrees_exactly(self, numbers: Iterable[str]) -> bool:
        """Whether one of the numbers is the record's to the letter, no misreading allowed for."""
        own = {normalise_number(number) for number in (*self.numbers, *self.listings)}
        return any(
            normalise_number(number) in own or any(series.contains(number) for series in self.ranges)
            for number in numbers
        )

    def _in_a_range(self, key: str) -> bool:
        number = key.removeprefix(NUMBER)
        return key.startswith(NUMBER) and any(
            len(number) == len(series.first)
            and confusion_key(series.first) <= number <= confusion_key(series.last)
            and number.startswith(confusion_key(series.prefix))
            for series in self.ranges
        )


def number_key(number: str) -> str:
    """Return the key of a document number.

    >>> number_key("ab 12-34") == number_key("A8I234")
    True
    """
    return NUMBER + confusion_key(number)


def listing_key(reference: str) -> str:
    """Return the key of the reference that a list gave a record, like `QDi.001`."""
    return LISTING + normalise_number(reference)


def keys_for_numbers(texts: Sequence[str]) -> list[str]:
    """Return the keys that a question tries for texts that may be numbers or references of a list."""
    tried = [key for text in texts if normalise_number(text) for key in (number_key(text), listing_key(text))]
    return list(dict.fromkeys(tried))


def numbers_of(documents: object) -> tuple[str, ...]:
    """Return the numbers of a record's documents."""
    listed = documents if isinstance(documents, list | tuple) else []
    return tuple(str(one["number"]) for one in listed if isinstance(one, Mapping) and one.get("number"))
