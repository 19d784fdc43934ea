"""A border: what one threshold costs ordinary travellers, by script, nationality and sex, and whom it finds."""

import gzip
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.matching_quality.engines import Engine
from benchmarks.matching_quality.measures import Answer, Case, Pair, answerable, born_of, share, threshold
from benchmarks.matching_quality.words import script_of
from liaison import names
from liaison.names import tokens_of

ALARMS = 1 / 10_000
"""False alarms at which people are found."""
EVEN = 1 / 1_000
"""False alarms at which scripts are compared: at one in ten thousand too few happen to compare."""
BORN = ("full birth date", "year only", "no birth date")
COMPARED_MIN = 1_000
"""Of a script or nationality with fewer travellers a rate says nothing."""


def tops(engine: Engine, travellers: Iterable[Case]) -> list[tuple[Case, float]]:
    """Return the best score that anybody of the list has for each traveller."""
    return [(traveller, engine.ask(traveller).top) for traveller in travellers]


def border(alarms: Sequence[tuple[Case, float]], cases: Sequence[Case], answers: Sequence[Answer]) -> dict[str, Any]:
    """Return who is found at one false alarm in ten thousand, and how evenly alarms at one in a thousand fall."""
    at = threshold([top for _, top in alarms], ALARMS)
    even = threshold([top for _, top in alarms], EVEN)
    pairs = [pair for pair in zip(cases, answers, strict=True) if answerable(pair[0])]
    dated = [pair for pair in pairs if born_of(pair[0]) == BORN[0]]
    return {
        "travellers": len(alarms),
        "allowed": int(ALARMS * len(alarms)),
        "found at 1 in 10,000": {
            "threshold": at,
            "all": _found(pairs, at),
            **{born: _found([pair for pair in pairs if born_of(pair[0]) == born], at) for born in BORN},
            "full birth date that is right": _found([pair for pair in dated if "dob_" not in pair[0]["sub"]], at),
        },
        "alarms at 1 in 1,000": _evenness(alarms, even),
        "unknown words": _unknown(alarms, dated),
    }


def _found(pairs: Sequence[Pair], at: float) -> float | None:
    return share(pairs, lambda case, answer: answer.of(case["truth"]) >= at)


def _evenness(alarms: Sequence[tuple[Case, float]], at: float) -> dict[str, Any]:
    by_script = _rates(alarms, at, lambda case: script_of(case["name"]))
    compared = [one["rate"] for one in by_script.values() if one["travellers"] >= COMPARED_MIN]
    return {
        "threshold": at,
        "worst by best script": round(max(compared) / min(compared), 2) if compared else None,
        "script": by_script,
        "writing": _rates(alarms, at, lambda case: case["writing"]),
        "nationality": _rates(alarms, at, lambda case: case["country"]),
        "sex": _rates(alarms, at, lambda case: {"F": "women", "M": "men"}[case["sex"]]),
    }


def _rates(alarms: Sequence[tuple[Case, float]], at: float, key: Any) -> dict[str, dict[str, float]]:
    """Return how many of each kind are stopped, and the rate with half an alarm more, so that it is never 0."""
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for case, top in alarms:
        counts[key(case)][0] += 1
        counts[key(case)][1] += top >= at
    return {
        kind: {"travellers": count, "alarms": stopped, "rate": round((stopped + 0.5) / (count + 0.5), 6)}
        for kind, (count, stopped) in sorted(counts.items())
    }


def _unknown(alarms: Sequence[tuple[Case, float]], dated: Sequence[Pair]) -> dict[str, Any]:
    """Return the figure for travellers none of whose words is in the package's own tables of names."""
    known = known_words()
    some = [top for case, top in alarms if not known & {token.form for token in tokens_of(case["name"])}]
    return {
        "words known": len(known),
        "travellers": len(some),
        "found at 1 in 10,000 with a full birth date": _found(dated, threshold(some, ALARMS)) if some else None,
    }


def known_words() -> set[str]:
    """Return every word of the tables of liaison.names that say how rare words are, as the engine would read it.

    Compiled files (.bin) only say which words are one name.
    """
    folder = Path(next(iter(names.__path__))) / "data"
    found: set[str] = set()
    for path in sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix not in _COMPILED):
        for line in _text_of(path).splitlines():
            found |= {token.form for token in tokens_of(line.translate(_BREAKS)) if len(token.form) > 1}
    return found


def _text_of(path: Path) -> str:
    """Return the text of a data file; one that is none would be knowledge that nobody counts."""
    if path.suffix == ".gz":
        return gzip.decompress(path.read_bytes()).decode()
    return path.read_text(encoding="utf-8")


_COMPILED = (".pyc", ".bin")
_BREAKS: Mapping[int, str] = {ord(mark): " " for mark in "\"'(),:;=[]{}\t|#/"}
