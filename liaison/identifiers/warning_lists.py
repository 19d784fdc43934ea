"""Values that never mean anything: “unknown” for a name, a specimen's number, the first day of a program's calendar.

A record that bears one would stop people who have nothing to do with it. The lists are data (data/warning_lists.json)
that people can edit, each with its source; form, programs' interface and import ask the same functions.

>>> is_no_name("F.N.U. / L.N.U."), is_no_name("Nil Kaya"), is_specimen("l898902c<3")
(True, False, True)
"""

import json
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path

from liaison.identifiers.documents import normalise_number
from liaison.identifiers.plain_text import folded

_FILE = Path(__file__).parent / "data" / "warning_lists.json"
_REMEMBERED = 1 << 14


@lru_cache(maxsize=_REMEMBERED)
def is_no_name(text: str) -> bool:
    """Whether the whole text stands for a name that nobody knows."""
    return _joined(folded(text)) in _words()


def name_parts_unknown(text: str) -> list[str]:
    """Return the words of a name that stand for a part that nobody knows."""
    return [word for word in text.split() if folded(word) in _list("name_parts")]


def is_no_text(text: str) -> bool:
    """Whether a text says only that nothing is known."""
    return is_no_name(text)


def is_specimen(number: str) -> bool:
    """Whether this is the number of a specimen that an issuer or ICAO prints."""
    return normalise_number(number) in _list("specimen_documents")


def is_placeholder_date(day: str) -> bool:
    """Whether this day, as YYYY-MM-DD, is one that programs and people put where none is known."""
    return day in _list("dates")


def sources() -> Mapping[str, str]:
    """Return where each list is from."""
    return {name: str(group["source"]) for name, group in _read().items() if name != "about"}


def _joined(words: str) -> str:
    return words.replace(" ", "")


@cache
def _words() -> frozenset[str]:
    return frozenset(_joined(folded(value)) for value in _read()["words"]["values"])


@cache
def _list(name: str) -> frozenset[str]:
    values = _read()[name]["values"]
    if name == "specimen_documents":
        return frozenset(normalise_number(value) for value in values)
    return frozenset(values if name == "dates" else (folded(value) for value in values))


@cache
def _read() -> dict[str, dict[str, list[str]]]:
    read: dict[str, dict[str, list[str]]] = json.loads(_FILE.read_text(encoding="utf-8"))
    return read
