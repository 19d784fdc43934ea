"""The one spelling of a JSON value (RFC 8785), so that two parties who mean the same value hash the same bytes.

Numbers are whole and within what every JSON reader keeps exactly; anything finer is a string. Text is kept as given:
nothing is normalised.

>>> canonical_json({"b": [1, None], "a": "é"}).decode()
'{"a":"é","b":[1,null]}'
"""

import json
from collections.abc import Mapping
from typing import TypeAlias

Json: TypeAlias = "bool | int | str | list[Json] | tuple[Json, ...] | Mapping[str, Json] | None"

INTEGER_MAX = 2**53 - 1
DEPTH_MAX = 64
_DIGITS_MAX = len(str(INTEGER_MAX)) + 1


def canonical_json(value: Json) -> bytes:
    """Return the only RFC 8785 spelling of a value.

    Keys are sorted by their UTF-16 code units. Floats, integers beyond 2^53-1, unpaired surrogates, keys that are not
    text, values that are not JSON and nesting deeper than DEPTH_MAX are a ValueError that names the place.
    """
    ordered = _ordered(value, "$", 0)
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
    _ordered(value, "$", 0)
    return value


def parse_canonical(data: bytes) -> Json:
    """Return the value of a canonical JSON text; any other spelling of it is a ValueError."""
    value = parse_json(data)
    if canonical_json(value) != data:
        raise ValueError("The JSON text is not in its canonical spelling (RFC 8785).")
    return value


def _ordered(value: Json, place: str, depth: int) -> object:
    """Return the value with every object's keys in canonical order, after looking at every part of it."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return _text(value, place)
    if isinstance(value, int):
        if not -INTEGER_MAX <= value <= INTEGER_MAX:
            raise ValueError(f"{place}: an integer beyond 2^53-1 has no canonical spelling; write it as text.")
        return int(value)
    if depth >= DEPTH_MAX:
        raise ValueError(f"{place}: the value is nested deeper than {DEPTH_MAX} levels.")
    if isinstance(value, list | tuple):
        return [_ordered(item, f"{place}[{number}]", depth + 1) for number, item in enumerate(value)]
    if isinstance(value, Mapping):
        return {key: _ordered(value[key], f"{place}.{key}", depth + 1) for key in _sorted_keys(value, place)}
    raise ValueError(f"{place}: {type(value).__name__} has no canonical spelling; decimals and days are text.")


def _sorted_keys(value: Mapping[str, Json], place: str) -> list[str]:
    for key in value:
        if not isinstance(key, str):
            raise ValueError(f"{place}: a key must be text, not {type(key).__name__}.")
        _text(key, place)
    return sorted(value, key=_utf16)


def _utf16(key: str) -> bytes:
    return key.encode("utf-16-be")


def _text(value: str, place: str) -> str:
    if not value.isascii() and any("\ud800" <= character <= "\udfff" for character in value):
        raise ValueError(f"{place}: an unpaired surrogate is not text.")
    return value


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
