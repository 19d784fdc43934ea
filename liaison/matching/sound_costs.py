"""What it costs to take one sound for another (`data/sound_costs.toml`), as arrays for the kernels.

A cost is the logarithm of how much rarer the change is than none: small for what romanisations vary (o and u, k and
q), large for what only a slip explains. The same in both directions.
"""

import tomllib
from collections.abc import Mapping
from enum import IntEnum
from importlib.resources import files
from typing import Any

import numpy as np
import numpy.typing as npt

from liaison.names import Script
from liaison.names.phonemes import ALPHABET

SOUNDS = len(ALPHABET) + 1
_OTHER, _MISSING = 3.4, 3.0
_VOWELS = "aeiou"
_EAST_ASIAN = frozenset({Script.HANGUL, Script.HAN, Script.KANA})
_CONSONANTAL = frozenset({Script.ARABIC, Script.HEBREW})
_LETTER_BY_LETTER = frozenset({Script.INDIC, Script.OTHER})

Costs = npt.NDArray[np.float32]


class Between(IntEnum):
    """Which table a pair of scripts is compared by."""

    SPELLED = 0
    CONSONANTAL = 1
    INDIC = 2
    EAST_ASIAN = 3


def _tables() -> tuple[Costs, Costs]:
    """Return what a sound for another costs (table, sound, sound), and what one missing costs (table, sound).

    Sound 0 is none; what it costs to miss it is the least that any sound costs.
    """
    told = tomllib.loads(files("liaison.matching").joinpath("data/sound_costs.toml").read_text(encoding="utf-8"))
    other = np.full((len(Between), SOUNDS, SOUNDS), _OTHER, dtype=np.float32)
    missing = np.full((len(Between), SOUNDS), _MISSING, dtype=np.float32)
    for between in Between:
        for table in dict.fromkeys(("spelled", between.name.lower())):
            _fill(other[between], missing[between], told[table])
        missing[between, 0] = missing[between, 1:].min()
    return other, missing


def _fill(other: Costs, missing: Costs, told: Mapping[str, Any]) -> None:
    for sound in _VOWELS:
        missing[_code(sound)] = told["vowel_missing"]
        for second in _VOWELS:
            _cheaper(other, sound, second, told["vowel"])
    for one in told["missing"].split():
        missing[_code(one[0])] = float(one[1:])
    for one in told["pairs"].split():
        _cheaper(other, one[0], one[1], float(one[2:]))
    np.fill_diagonal(other, 0.0)


def _cheaper(table: Costs, left: str, right: str, cost: float) -> None:
    one, two = _code(left), _code(right)
    table[one, two] = table[two, one] = min(float(table[one, two]), cost)


def _code(sound: str) -> int:
    return ALPHABET.index(sound) + 1


OTHER_SOUND, LEFT_OUT = _tables()

SCRIPTS: Mapping[Script, int] = {script: number for number, script in enumerate(Script)}
"""The number of each script in the arrays of a segment."""


def _between(left: Script, right: Script) -> Between:
    pair = {left, right}
    if pair & _EAST_ASIAN:
        return Between.EAST_ASIAN
    if pair & _CONSONANTAL:
        return Between.CONSONANTAL
    return Between.INDIC if pair & _LETTER_BY_LETTER else Between.SPELLED


BETWEEN = np.array([[_between(left, right) for right in Script] for left in Script], dtype=np.uint8)
"""The table (`Between`) of each pair of scripts, by their numbers."""
