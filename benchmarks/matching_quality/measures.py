"""What is counted of an engine's answers: who is found, at what price in innocents, how sure, how even."""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

Case = Mapping[str, Any]
RATE = 0.01
PRIORS = (0.5, 0.01)
"""Shares of questions that are about a listed person, under which a score should be the share of right answers."""
FIRST = 10
_BINS = 10
_NEVER = -math.inf
_SURE = 1e-9
_GROUPS = {
    "glued and split": ("concat", "split"),
    "reading and typing errors": ("ocr", "mrz", "typo1", "typo2"),
}


class Answer(NamedTuple):
    """The ids that an engine proposes, best first, and their scores."""

    ids: tuple[str, ...]
    scores: tuple[float, ...]

    @property
    def top(self) -> float:
        """The best score; below every threshold when nobody is proposed."""
        return self.scores[0] if self.scores else _NEVER

    def of(self, truth: Iterable[str]) -> float:
        """Return the best score of a true record."""
        wanted = set(truth)
        return next((score for key, score in zip(self.ids, self.scores, strict=True) if key in wanted), _NEVER)

    def rank(self, truth: Iterable[str]) -> float:
        """Return the place of the first true record, from 1; infinite where there is none."""
        wanted = set(truth)
        return next((place for place, key in enumerate(self.ids, start=1) if key in wanted), math.inf)


Pair = tuple[Case, Answer]


def answerable(case: Case) -> bool:
    """Whether the name of a case could find its record: not a nom de guerre that shares nothing with it."""
    return bool(case["truth"]) and case.get("lexical") is not False


def threshold(scores: Iterable[float], rate: float) -> float:
    """Return the lowest threshold that at most this share of the scores reaches; none of none: nobody is found."""
    ordered = sorted(scores, reverse=True)
    if not ordered:
        return math.inf
    allowed = int(rate * len(ordered))
    return math.nextafter(ordered[allowed], math.inf) if allowed < len(ordered) else _NEVER


def table(cases: Sequence[Case], answers: Sequence[Answer], prior: float | None = None) -> dict[str, Any]:
    """Return all figures of one engine over one set of cases.

    `prior` is what the engine takes for the share of questions about a listed person; None: it does not say.
    """
    pairs = list(zip(cases, answers, strict=True))
    positives = [pair for pair in pairs if answerable(pair[0])]
    innocent = [pair for pair in pairs if pair[0]["kind"] == "negative"]
    ordinary = [pair for pair in innocent if pair[0]["sub"] != "recombined"]
    at, at_ordinary = (threshold([answer.top for _, answer in some], RATE) for some in (innocent, ordinary))
    return {
        "cases": {
            "all": len(pairs),
            "answerable": len(positives),
            "innocent": len(innocent),
            "of them ordinary": len(ordinary),
            "namesakes": sum(case["kind"] == "namesake" for case in cases),
        },
        **ranks(positives),
        "threshold": _told(at),
        "found at 1 %": _found(positives, at),
        "found at 1 % of ordinary innocents": _found(positives, at_ordinary),
        "found of what shares nothing": _found(_without_likeness(pairs), at),
        "namesakes flagged": _flagged(pairs, at, kind="namesake"),
        "recombined flagged": _flagged(pairs, at, sub="recombined"),
        "ties": ties([answer for _, answer in positives]),
        "calibration": {str(share): calibration(pairs, share, prior) for share in PRIORS},
        "slices": _sliced(positives, at, at_ordinary),
    }


def ranks(positives: Sequence[Pair]) -> dict[str, float | None]:
    """Return how often a true record is first, among the first five, and among the first fifty."""
    return {
        f"R@{count}": share(positives, lambda case, answer, count=count: answer.rank(case["truth"]) <= count)
        for count in (1, 5, 50)
    }


def _found(pairs: Sequence[Pair], at: float) -> float | None:
    return share(pairs, lambda case, answer: answer.of(case["truth"]) >= at)


def _flagged(pairs: Sequence[Pair], at: float, **which: str) -> float | None:
    some = [pair for pair in pairs if all(pair[0][name] == value for name, value in which.items())]
    return share(some, lambda _, answer: answer.top >= at)


def _without_likeness(pairs: Sequence[Pair]) -> list[Pair]:
    return [pair for pair in pairs if pair[0]["truth"] and not answerable(pair[0])]


def _sliced(positives: Sequence[Pair], at: float, at_ordinary: float) -> dict[str, Any]:
    slices: dict[str, list[Pair]] = defaultdict(list)
    for case, answer in positives:
        for name in _slices(case):
            slices[name].append((case, answer))
    return {
        name: {
            "cases": len(some),
            **ranks(some),
            "found": _found(some, at),
            "found, ordinary innocents": _found(some, at_ordinary),
        }
        for name, some in sorted(slices.items())
    }


def _slices(case: Case) -> list[str]:
    born = born_of(case)
    groups = [name for name, subs in _GROUPS.items() if case["kind"] == "corrupt" and case["sub"] in subs]
    sex = {"F": ["women"], "M": ["men"]}.get(case.get("sex_of_person", ""), [])
    return [
        born,
        f"{case['kind']} {case['sub']}",
        f"kind {case['kind']}",
        f"script {case['script']}",
        f"script {case['script']}, {born}",
        *groups,
        *sex,
    ]


def born_of(case: Case) -> str:
    """Return how much of a birth date a case has."""
    return {10: "full birth date", 4: "year only", 0: "no birth date"}[len(case["dob"] or "")]


def share(pairs: Sequence[Pair], test: Callable[..., bool]) -> float | None:
    """Return the share of the pairs that pass; None of none."""
    return round(sum(test(case, answer) for case, answer in pairs) / len(pairs), 4) if pairs else None


def ties(answers: Sequence[Answer]) -> dict[str, float]:
    """Return how often an order says nothing: the first two equal, any two of the first ten, and neighbours there."""
    first = [answer.scores[:FIRST] for answer in answers]
    neighbours = [(one, other) for scores in first for one, other in pairwise(scores)]
    return {
        "first two": _rounded(sum(len(scores) > 1 and scores[0] == scores[1] for scores in first), len(first)),
        "any of ten": _rounded(sum(len(set(scores)) < len(scores) for scores in first), len(first)),
        "neighbours": _rounded(sum(one == other for one, other in neighbours), len(neighbours)),
    }


def _rounded(count: int, of: int) -> float:
    return round(count / of, 4) if of else 0.0


def area(positive: Sequence[float], negative: Sequence[float]) -> float:
    """Return the area under the curve: how often a true pair scores higher than a false one, ties as half."""
    ordered = sorted([(score, True) for score in positive] + [(score, False) for score in negative])
    ranks_of_true, place = 0.0, 0
    while place < len(ordered):
        end = place
        while end < len(ordered) and ordered[end][0] == ordered[place][0]:
            end += 1
        ranks_of_true += (place + 1 + end) / 2 * sum(true for _, true in ordered[place:end])
        place = end
    count = len(positive)
    return (ranks_of_true - count * (count + 1) / 2) / (count * len(negative))


def calibration(pairs: Sequence[Pair], rate: float, prior: float | None = None) -> float | None:
    """Return how far scores are from being shares of right answers, on average (expected error, ten bins).

    A question counts with its first candidate, who is right or not. Questions are weighed so that this `rate` of them
    is about a listed person, and scores moved from the engine's prior to that rate; without one, from the share here.
    """
    asked = [pair for pair in pairs if pair[0]["kind"] != "namesake"]
    listed = sum(bool(case["truth"]) for case, _ in asked)
    if not listed or listed == len(asked):
        return None
    here = listed / len(asked)
    shift = _logit(rate) - _logit(here if prior is None else prior)
    gaps: dict[int, float] = defaultdict(float)
    for case, answer in asked:
        weight = rate / here if case["truth"] else (1 - rate) / (1 - here)
        said = _moved(answer.top, shift) if answer.ids else 0.0
        right = bool(answer.ids) and answer.ids[0] in case["truth"]
        gaps[min(_BINS - 1, int(said * _BINS))] += (said - right) * weight
    return round(sum(abs(gap) for gap in gaps.values()) / len(asked), 4)


def _moved(score: float, shift: float) -> float:
    return 1 / (1 + math.exp(-(_logit(score) + shift)))


def _logit(chance: float) -> float:
    inside = min(max(chance, _SURE), 1 - _SURE)
    return math.log(inside / (1 - inside))


def _told(number: float) -> float | str:
    """Return a number as JSON can hold it."""
    return number if math.isfinite(number) else str(number)
