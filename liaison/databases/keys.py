"""Exact search keys: one place where what the index stores and what a query asks agree.

- `doc:<number>` and `doc:<number>:<country>`: a document's normalised number;
- `docx:<key>`: the same with usual slips of reading folded, for a second search;
- `docr:<head>:<n>`: a block of blank documents, all numbers that begin with head and go on with n digits; `docrx:` is
  its form for the second search. A range is a handful of blocks and a number lies in one block for each n, so that a
  range is found by exact keys and no interval is searched;
- `ref:<text>`: the reference that a list gives its entry;
- `<scheme>:<normal>`: an identifier of a thing (a VIN, a plate, an IMO number) in its comparable form;
- `<scheme>x:<key>`: the same with usual slips of reading folded, for a second search;
- `<scheme>g:<piece>`: three characters in a row of an identifier of which an officer may know only a part, its ends
  marked. A pattern is found by all pieces that it surely has, and then compared with what was found.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from liaison.identifiers.documents import RANGE_LENGTH_MAX, NumberRange, confusion_key, normalise_number
from liaison.identifiers.identify import Reading, ReadingKind
from liaison.identifiers.mrz import Mrz
from liaison.identifiers.plain_text import folded
from liaison.identifiers.registry import SCHEMES, scheme_named

PIECE = 3
ANY, ONE = "*", "?"

_TAIL = re.compile(r"[0-9]*\Z")


@dataclass(frozen=True, slots=True)
class Pattern:
    """A part of an identifier: its normal form with `*` for any characters and `?` for one. Made by `pattern_of`."""

    scheme: str
    text: str

    def fits(self, normal: str) -> bool:
        """Whether an identifier in its normal form can be the one meant."""
        wanted = "".join(
            ".*" if letter == ANY else "." if letter == ONE else re.escape(letter) for letter in self.text
        )
        return re.fullmatch(wanted, normal) is not None


def is_exact_key(key: str) -> bool:
    """Whether a key says that two numbers are the same: no folding, no piece, no block, no list's own reference."""
    kind = key.partition(":")[0]
    return kind == "doc" or kind in SCHEMES


def has_wildcards(text: str) -> bool:
    """Whether the text leaves something of a number open."""
    return ANY in text or ONE in text


def pattern_of(scheme: str, text: str) -> Pattern:
    """Return the pattern that a text with wildcards means: what stands between them in its comparable form."""
    normal = scheme_named(scheme).normal
    parts = re.split(f"([{re.escape(ANY + ONE)}]+)", text.strip())
    said = "".join(part if set(part) <= {ANY, ONE} else normal(part) for part in parts if part)
    return Pattern(scheme, re.sub(r"\*+", ANY, said))


def keys_for_query(reading: Reading) -> list[str]:
    """Return every key that a reading asks for: exact ones first, then those of the second search."""
    return _distinct([*exact_keys(reading), *second_chance_keys(reading)])


def exact_keys(reading: Reading) -> list[str]:
    """Return the keys of what the reading says, as it stands."""
    keys = [key for number, country in _numbers(reading) for key in _asked_exactly(number, country)]
    if reading.kind is ReadingKind.DOCUMENT_NUMBER:
        keys.append(reference_key(str(reading.value)))
    if reading.kind is ReadingKind.IDENTIFIER:
        normal = scheme_named(reading.scheme).normal(str(reading.value))
        keys += [f"{reading.scheme}:{normal}"] if normal else []
    return _distinct(keys)


def second_chance_keys(reading: Reading) -> list[str]:
    """Return the keys that also allow for slips of reading: for use where the exact ones find nothing."""
    keys: list[str] = []
    for number, _ in _numbers(reading):
        easily_read = confusion_key(number)
        keys += [f"docx:{easily_read}", *_blocks_around("docrx", easily_read)]
    if isinstance(reading.value, Mrz):
        keys += [f"doc:{normalise_number(other)}" for other in reading.value.number_alternatives]
    if reading.kind is ReadingKind.IDENTIFIER:
        scheme = scheme_named(reading.scheme)
        checked = scheme.check(str(reading.value), "")
        keys += [f"{scheme.name}:{other}" for other in checked.alternatives]
        keys += [f"{scheme.name}x:{scheme.confusion(normal)}" for normal in (checked.normal, *checked.alternatives)]
    return _distinct(keys)


def document_keys(number: str, country: str = "") -> list[str]:
    """Return the keys under which a document is stored; none for a text without letters and digits."""
    plain = normalise_number(number)
    return _distinct([*_document(plain, country), f"docx:{confusion_key(plain)}"]) if plain else []


def range_keys(numbers: NumberRange) -> list[str]:
    """Return the keys under which a range of blank documents is stored: at most 36 for each digit that varies."""
    blocks = list(numbers.blocks())
    exact = [f"docr:{head}:{free}" for head, free in blocks]
    return _distinct([*exact, *(f"docrx:{confusion_key(head)}:{free}" for head, free in blocks)])


def reference_key(text: str) -> str:
    """Return the key under which a list's own reference is stored.

    >>> reference_key("QDi.001") == reference_key("qdi 001")
    True
    """
    return f"ref:{folded(text).replace(' ', '')}"


def identifier_keys(scheme: str, text: str, country: str = "") -> list[str]:
    """Return the keys under which an identifier is stored; none for a text without anything to compare.

    >>> identifier_keys("imo", "IMO 9074729")[:1]
    ['imo:9074729']
    """
    known = scheme_named(scheme)
    normal = known.normal(text, country)
    if not normal:
        return []
    pieces = [f"{scheme}g:{piece}" for piece in _pieces(f"^{normal}$")] if known.has_parts else []
    return _distinct([f"{scheme}:{normal}", f"{scheme}x:{known.confusion(normal)}", *pieces])


def part_keys(pattern: Pattern) -> list[str]:
    """Return the keys that every identifier has which fits the pattern; none where it says too little to search."""
    ended = ("" if pattern.text.startswith(ANY) else "^") + pattern.text + ("" if pattern.text.endswith(ANY) else "$")
    runs = re.split(f"[{re.escape(ANY + ONE)}]+", ended)
    return _distinct(f"{pattern.scheme}g:{piece}" for run in runs for piece in _pieces(run))


def _pieces(text: str) -> Iterator[str]:
    yield from (text[start : start + PIECE] for start in range(len(text) - PIECE + 1))


def _numbers(reading: Reading) -> Iterator[tuple[str, str]]:
    if isinstance(reading.value, Mrz):
        country = reading.value.issuing_country
        number = normalise_number(reading.value.number)
        if number:
            yield number, country.alpha2 if country else ""
    elif reading.kind is ReadingKind.DOCUMENT_NUMBER:
        yield normalise_number(str(reading.value)), ""


def _asked_exactly(number: str, country: str) -> Iterator[str]:
    yield from _document(number, country)
    yield from _blocks_around("docr", number)


def _document(number: str, country: str) -> Iterator[str]:
    yield f"doc:{number}"
    if country:
        yield f"doc:{number}:{country}"


def _blocks_around(prefix: str, number: str) -> Iterator[str]:
    """Yield the blocks that this number may lie in, one for each count of free digits at its end."""
    tail = _TAIL.search(number)
    digits = min(len(tail.group()) if tail else 0, RANGE_LENGTH_MAX)
    if digits:
        yield from (f"{prefix}:{number[: len(number) - free]}:{free}" for free in range(digits + 1))


def _distinct(keys: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(keys))
