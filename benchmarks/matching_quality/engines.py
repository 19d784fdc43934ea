"""The engines that are asked: ours, and beside it what packages of others offer, each as its own documents use it.

An engine is built of records and answers a case with its first fifty.
"""

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import version
from typing import Any, Protocol

import numpy as np
from rapidfuzz import fuzz, process

from benchmarks.beside import Peer
from benchmarks.matching_quality.measures import Answer
from benchmarks.matching_quality.words import words_of
from liaison.matching import PersonIndex
from liaison.matching.weights import weights

LIMIT = 50
SHORTLIST = 100
YEAR_POINTS = 10.0
"""What an equal or another year of birth adds or takes of rapidfuzz's 100: screening scripts do something like it."""
RAPIDFUZZ = "rapidfuzz"
ALGORITHMS = ("logic-v1", "logic-v2")

Record = Mapping[str, Any]


class Engine(Protocol):
    """What is measured: one record set in, fifty scored ids out for each case."""

    name: str
    about: str
    prior: float | None
    beside_ms: float
    """What a process beside this one has spent of a processor so far."""

    def ask(self, case: Mapping[str, Any]) -> Answer:
        """Return the first fifty for a case."""

    def alike(self, name: str, records: Sequence[Record]) -> list[float]:
        """Return what a name alone scores against the name of each record, alone, too."""


def question(case: Mapping[str, Any]) -> dict[str, Any]:
    """Return a case as a query."""
    return {
        "names": [case["name"]],
        "birth_dates": [case["dob"]] if case["dob"] else [],
        "nationalities": [case["country"].upper()] if case["country"] else [],
        "sex": case.get("sex") or "",
    }


class Liaison:
    """This engine."""

    name = "liaison"
    about = "PersonIndex of liaison.matching"
    beside_ms = 0.0

    def __init__(self, records: Sequence[Record]) -> None:
        self._index = PersonIndex.build(records)
        self.prior: float | None = weights().share

    def ask(self, case: Mapping[str, Any]) -> Answer:
        """Return the first fifty for a case."""
        found = self._index.search(question(case), limit=LIMIT)
        return Answer(tuple(str(one.id) for one in found), tuple(one.score for one in found))

    def alike(self, name: str, records: Sequence[Record]) -> list[float]:
        """Return the scores from an index of these names alone; nothing for who is no candidate."""
        index = PersonIndex.build({"id": place, "names": record["names"]} for place, record in enumerate(records))
        found = {one.id: one.score for one in index.search({"names": [name]}, limit=len(records))}
        return [found.get(place, 0.0) for place in range(len(records))]


class RapidFuzz:
    """rapidfuzz as most use it: the whole name, romanised, against all names; sorted words; a share for the year."""

    name = RAPIDFUZZ
    about = f"rapidfuzz {version('rapidfuzz')}: token_sort_ratio of names romanised by anyascii, +-10 for the year"
    prior: float | None = None
    beside_ms = 0.0

    def __init__(self, records: Sequence[Record]) -> None:
        self._ids = [str(record["id"]) for record in records]
        self._names = [_plain(record["names"][0]) for record in records]
        self._years = [{_year(date) for date in record["birth_dates"]} for record in records]

    def shortlist(self, name: str, count: int) -> tuple[list[int], list[float]]:
        """Return the places of the records with the most alike names, and how alike they are, of 100."""
        scores = process.cdist([_plain(name)], self._names, scorer=fuzz.token_sort_ratio, dtype=np.float32)[0]
        places = np.argsort(-scores, kind="stable")[:count]
        return places.tolist(), scores[places].tolist()

    def ask(self, case: Mapping[str, Any]) -> Answer:
        """Return the first fifty for a case."""
        places, scores = self.shortlist(case["name"], LIMIT)
        year = (case["dob"] or "")[:4]
        shown = []
        for place, score in zip(places, scores, strict=True):
            known = self._years[place]
            dated = 0.0 if not year or not known else YEAR_POINTS if year in known else -YEAR_POINTS
            shown.append(((score + dated) / (100.0 + YEAR_POINTS), self._ids[place]))
        return _answer(shown)

    def alike(self, name: str, records: Sequence[Record]) -> list[float]:
        """Return the likeness of the names."""
        return [fuzz.token_sort_ratio(_plain(name), _plain(record["names"][0])) / 100 for record in records]


class Nomenklatura:
    """nomenklatura's matcher over the hundred records with the most alike names (its index is a server's)."""

    prior: float | None = None

    def __init__(self, records: Sequence[Record], algorithm: str) -> None:
        self.beside_ms = 0.0
        self.name = f"nomenklatura {algorithm}"
        self._shortlist = RapidFuzz(records)
        self._ids = [str(record["id"]) for record in records]
        self._peer = Peer("benchmarks.matching_quality.peer", algorithm)
        told = self._peer.ask([_sent(record) for record in records])
        packages = ", ".join(f"{package} {number}" for package, number in told.items())
        self.about = f"{packages}; over the {SHORTLIST} most alike by rapidfuzz"

    def ask(self, case: Mapping[str, Any]) -> Answer:
        """Return the first fifty for a case."""
        places, _ = self._shortlist.shortlist(case["name"], SHORTLIST)
        told = self._peer.ask({"query": question(case), "places": places})
        self.beside_ms += told["ms"]
        return _answer(list(zip(told["scores"], (self._ids[place] for place in places), strict=True)))

    def alike(self, name: str, records: Sequence[Record]) -> list[float]:
        """Return what names alone score."""
        bare = [{"names": record["names"], "birth_dates": [], "nationalities": []} for record in records]
        return self._peer.ask({"query": {**bare[0], "names": [name]}, "records": bare})["scores"]

    def close(self) -> None:
        """End the process that compares."""
        self._peer.close()


@contextlib.contextmanager
def peers(records: Sequence[Record]) -> Iterator[list[Engine]]:
    """Give the engines of others."""
    with contextlib.ExitStack() as stack:
        compared = [Nomenklatura(records, algorithm) for algorithm in ALGORITHMS]
        for one in compared:
            stack.callback(one.close)
        yield [RapidFuzz(records), *compared]


def _answer(shown: list[tuple[float, str]]) -> Answer:
    """Return the first fifty of what is shown; equals stay in its order, as a server's candidates would."""
    first = sorted(shown, key=lambda one: -one[0])[:LIMIT]
    return Answer(tuple(key for _, key in first), tuple(score for score, _ in first))


def _sent(record: Record) -> dict[str, Any]:
    """Return a record as followthemoney holds dates: text; of a range its two ends."""
    dates = [end for date in record["birth_dates"] for end in _ends(date)]
    return {name: record.get(name) for name in ("names", "nationalities", "sex")} | {"birth_dates": dates}


def _ends(date: object) -> list[str]:
    if isinstance(date, Mapping):
        return [str(date[name]) for name in ("text", "from", "to") if date.get(name)]
    return [str(date)]


def _year(date: object) -> str:
    return _ends(date)[0][:4]


def _plain(name: str) -> str:
    return " ".join(words_of(name))
