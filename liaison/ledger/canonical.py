"""The one spelling of a JSON value (RFC 8785), so that two parties who mean the same value hash the same bytes.

Numbers are whole and within what every JSON reader keeps exactly; anything finer is a string. Text is kept as given:
nothing is normalised.

>>> canonical_json({"b": [1, None], "a": "é"}).decode()
'{"a":"é","b":[1,null]}'
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import TypeAlias

Json: TypeAlias = "bool | int | str | list[Json] | tuple[Json, ...] | Mapping[str, Json] | None"

INTEGER_MAX = 2**53 - 1
DEPTH_MAX = 64
_DIGITS_MAX = len(str(INTEGER_MAX)) + 1
_SURROGATE = re.compile("[\ud800-\udfff]")


def canonical_json(value: Json) -> bytes:
    """Return the only RFC 8785 spelling of a value.

    Keys are sorted by their UTF-16 code units. Floats, integers beyond 2^53-1, unpaired surrogates, keys that are not
    text, values that are not JSON and nesting deeper than DEPTH_MAX are a ValueError that names the place.
    """
    ordered = _ordered(value)
    return json.dumps(ordered, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def parse_json(data: bytes) -> Json:
    """Return the value of any JSON text in UTF-8 that could be written canonically; the spelling may be loose.

    A key given twice, a float, an integer out of range, a byte order mark or broken UTF-8 is a ValueError.
    """
    try:
        value = json.loads(
            data.decode("utf-8"),
            object_pairs_hook=_object_without_duplicates,
            parse_float=_refuse_number,
            parse_constant=_refuse_number,
            parse_int=_integer,
        )
    except RecursionError:
        raise ValueError(f"The JSON text is nested deeper than {DEPTH_MAX} levels.") from None
    _ordered(value)
    return value


def parse_canonical(data: bytes) -> Json:
    """Return the value of a canonical JSON text; any other spelling of it is a ValueError."""
    value = parse_json(data)
    if canonical_json(value) != data:
        raise ValueError("The JSON text is not in its canonical spelling (RFC 8785).")
    return value


class _Unspeakable(ValueError):
    """A value without canonical spelling; `place` grows outwards while the error rises."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem, self.place = problem, ""

    def within(self, step: str) -> "_Unspeakable":
        self.place = f"{step}{self.place}"
        return self

    def __str__(self) -> str:
        return f"${self.place}: {self.problem}"


def _ordered(value: Json, depth: int = 0) -> object:
    """Return the value with every object's keys in canonical order, after looking at every part of it."""
    if value is None or value is True or value is False:
        return value
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, int):
        return _whole(value)
    if depth >= DEPTH_MAX:
        raise _Unspeakable(f"the value is nested deeper than {DEPTH_MAX} levels")
    if isinstance(value, Mapping):
        return _ordered_object(value, depth)
    if isinstance(value, list | tuple):
        return _ordered_list(value, depth)
    raise _Unspeakable(f"{type(value).__name__} has no canonical spelling; decimals and days are text")


def _ordered_object(value: Mapping[str, Json], depth: int) -> dict[str, object]:
    found, key = {}, ""
    try:
        for key in _sorted_keys(value):
            found[key] = _ordered(value[key], depth + 1)
    except _Unspeakable as problem:
        raise problem.within(f".{key}" if key else "") from None
    return found


def _ordered_list(value: Sequence[Json], depth: int) -> list[object]:
    found: list[object] = []
    try:
        for item in value:
            found.append(_ordered(item, depth + 1))
    except _Unspeakable as problem:
        raise problem.within(f"[{len(found)}]") from None
    return found


def _sorted_keys(value: Mapping[str, Json]) -> list[str]:
    all_ascii = True
    for key in value:
        if not isinstance(key, str):
            raise _Unspeakable(f"a key must be text, not {type(key).__name__}")
        if not key.isascii():
            all_ascii = False
            _text(key)
    return sorted(value) if all_ascii else sorted(value, key=_utf16)


def _utf16(key: str) -> bytes:
    return key.encode("utf-16-be")


def _text(value: str) -> str:
    if not value.isascii() and _SURROGATE.search(value):
        raise _Unspeakable("an unpaired surrogate is not text")
    return value


def _whole(value: int) -> int:
    if not -INTEGER_MAX <= value <= INTEGER_MAX:
        raise _Unspeakable("an integer beyond 2^53-1 has no canonical spelling; write it as text")
    return int(value)


def _object_without_duplicates(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    found = dict(pairs)
    if len(found) != len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise ValueError(f"The key {twice!r} is given twice.")
    return found


def _refuse_number(text: str) -> Json:
    raise ValueError(f"{text[:_DIGITS_MAX]} is not a whole number; decimals are written as text.")


def _integer(text: str) -> int:
    if len(text) > _DIGITS_MAX:
        raise ValueError("An integer beyond 2^53-1 has no canonical spelling; write it as text.")
    return int(text)
