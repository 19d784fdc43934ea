"""The strings that find a record exactly: document numbers and whatever else its database declares.

A key is any string; `number_key` makes the one of a document. The numbers of documents are kept in the form in which
usual misreadings fall together and without their country, so that a question that knows less finds no less. A range
of numbers is kept as its first and last number behind its prefix.
"""

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from liaison.matching.search_document import KEYS_MAX, SearchDocument

_TRAILING_DIGITS = re.compile(r"(?P<prefix>.*?)(?P<digits>[0-9]{1,18})$", re.DOTALL)


class NumberRange(NamedTuple):
    """The numbers first to last, of so many digits, behind one prefix."""

    prefix: str
    digits: int
    first: int
    last: int


def number_key(misread: str) -> str:
    """Return the key of a document number in the form in which usual misreadings fall together."""
    return f"number:{misread}"


def keys_of(content: Mapping[str, object], read: SearchDocument) -> list[str]:
    """Return every key under which a record is kept, at most KEYS_MAX."""
    return list(dict.fromkeys([*_declared(content), *document_keys(read)]))[:KEYS_MAX]


def _declared(content: Mapping[str, object]) -> list[str]:
    keys = content.get("keys")
    return [key for key in keys if isinstance(key, str) and key.strip()] if isinstance(keys, list | tuple) else []


def document_keys(read: SearchDocument) -> list[str]:
    """Return the keys of the documents of a query or record."""
    return list(dict.fromkeys(number_key(document.misread) for document in read.documents))


def ranges_of(content: Mapping[str, object]) -> list[NumberRange]:
    """Return the readable ranges: mappings with `key` (what stands before the number), `first` and `last`.

    First and last are numbers with a common prefix and as many digits; others are left out.
    """
    given = content.get("ranges")
    if not isinstance(given, list | tuple):
        return []
    read = (_range(one) for one in given[:KEYS_MAX] if isinstance(one, Mapping))
    return [found for found in read if found]


def _range(given: Mapping[str, object]) -> NumberRange | None:
    before = str(given.get("key") or "")
    first = split_number(before + str(given.get("first") or ""))
    last = split_number(before + str(given.get("last") or ""))
    if not first or not last or first[:2] != last[:2] or first[2] > last[2]:
        return None
    return NumberRange(first[0], first[1], first[2], last[2])


def split_number(key: str) -> tuple[str, int, int] | None:
    """Return what stands before the trailing digits, how many they are and their number; None without any.

    >>> split_number("passport:QM:AB001234")
    ('PASSPORT:QM:AB', 6, 1234)
    """
    found = _TRAILING_DIGITS.match(key.strip().upper())
    if not found:
        return None
    return found["prefix"], len(found["digits"]), int(found["digits"])


def range_lookups(keys: Iterable[str]) -> list[tuple[str, str, int, int]]:
    """Return, for each key that ends in digits, the key itself, its prefix, the count of digits and the number."""
    return [(key, *found) for key in keys if (found := split_number(key))]
