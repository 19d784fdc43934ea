"""Who is found, at what price in innocents? See README.md beside this file.

python -m benchmarks.matching_quality.run [--quick] [--side judges] [--parts border padded] [--peers]
    [--travellers 200000] [--padded 22000 1000000] [--write NAME]
"""

import argparse
import json
import random
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks import machines
from benchmarks.beside import told
from benchmarks.matching_quality import cases as cases_
from benchmarks.matching_quality import crossing, engines, pairs, people
from benchmarks.matching_quality.engines import Engine, Record
from benchmarks.matching_quality.measures import Answer, Case, answerable, ranks, table
from benchmarks.matching_quality.words import script_of
from benchmarks.population import population

RESULTS = Path(__file__).parent / "results"
INNOCENTS_SEED, WRITINGS_SEED, CROSSED_SEED = 12, 13, 14
WRITINGS = 4_000
"""Invented people of whom those with a non-Latin writing are listed in Latin letters and asked for in their own."""
PARTS = ("development", "own", "writings", "border", "padded")
PEER_CASES = 1_000
PEER_TRAVELLERS = 1_000
PADDED_CASES = 1_000
PADDING_SEED = 23


def main() -> None:
    """Ask all cases of all engines, print the tables, and keep them if asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="only this engine and the development cases: no Faker")
    parser.add_argument("--side", default="judges", choices=("chooses", "judges"))
    parser.add_argument("--parts", nargs="*", default=PARTS, choices=PARTS, help="which questions; all by default")
    parser.add_argument("--peers", action="store_true", help="ask the engines of others, too")
    parser.add_argument("--travellers", type=int, default=20_000, help="how many cross the border")
    parser.add_argument(
        "--padded", type=int, nargs="*", default=[], help="list sizes, filled up with invented people"
    )
    parser.add_argument("--write", metavar="NAME", help="put each part into results/NAME.json as soon as it is there")
    asked = parser.parse_args()
    out = {}
    for name, part in [("development", quick())] if asked.quick else whole(asked):
        out[name] = part
        if asked.write:
            _keep(RESULTS / f"{asked.write}.json", name, part)
    print(json.dumps(out, indent=1, ensure_ascii=False))


def _keep(path: Path, name: str, part: Mapping[str, Any]) -> None:
    """Put a part into a file of results, in place of an earlier one of its name, and say beside it what ran it."""
    path.parent.mkdir(exist_ok=True)
    kept = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {"machine": {}}
    kept["machine"][name] = machines.machine() | {"day": time.strftime("%Y-%m-%d")}
    kept[name] = part
    path.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def quick(data: Path = people.DATA) -> dict[str, Any]:
    """Return the table of this engine over the development cases."""
    cases, records = people.development(data)
    return {"liaison": _judged(engines.Liaison(records), cases, records)}


def whole(asked: argparse.Namespace) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each part that is asked for, and again with each further engine."""
    if "development" in asked.parts:
        yield from _grown("development", _each(*people.development(), asked.peers))
    listed = people.listed()
    own = [person.record() for person in listed]
    made = cases_.on_side(cases_.made(listed), asked.side)
    if "own" in asked.parts:
        ordinary = told("benchmarks.travellers", cases_.common_count(made), "--seed", INNOCENTS_SEED)
        yield from _grown(asked.side, _each([*made, *cases_.common(ordinary)], own, asked.peers))
    if "writings" in asked.parts:
        yield "writings", _writings(own)
    if "border" in asked.parts:
        yield from _grown("border", _border(made, own, asked))
    if "padded" in asked.parts:
        yield "padded", {str(size): _padded(made, own, size) for size in asked.padded}


def _grown(name: str, parts: Iterable[tuple[str, dict[str, Any]]]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield a part once more with each engine that has answered."""
    so_far: dict[str, Any] = {}
    for engine, figures in parts:
        so_far = so_far | {engine: figures}
        yield name, so_far


def _each(cases: Sequence[Case], records: Sequence[Record], with_peers: bool) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the table of each engine; peers answer a sample, and this engine the same sample once more."""
    ours = engines.Liaison(records)
    yield ours.name, _judged(ours, cases, records)
    if not with_peers:
        return
    sample = _sample(cases, PEER_CASES)
    if len(sample) < len(cases):
        yield f"{ours.name}, same sample", _judged(ours, sample, records)
    with engines.peers(records) as others:
        for engine in others:
            yield engine.name, _judged(engine, sample, records)


def _judged(engine: Engine, cases: Sequence[Case], records: Sequence[Record]) -> dict[str, Any]:
    _say(f"{engine.name}: {len(cases)} cases among {len(records)}")
    answers, took = _answers(engine, cases)
    return {
        "engine": engine.about,
        "ms a case": took,
        **table(cases, answers, engine.prior),
        "names only": pairs.separated(engine, pairs.trios(cases, records)),
    }


def _answers(engine: Engine, cases: Sequence[Case]) -> tuple[list[Answer], float]:
    began = time.perf_counter()
    answers = [engine.ask(case) for case in cases]
    return answers, round((time.perf_counter() - began) / max(1, len(cases)) * 1000, 2)


def _border(
    cases: Sequence[Case], records: Sequence[Record], asked: argparse.Namespace
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield what travellers cost each engine; for peers fewer cross, and none of them may be stopped."""
    travellers = list(told("benchmarks.travellers", asked.travellers))
    listed = [case for case in cases if answerable(case)]
    ours = engines.Liaison(records)
    yield ours.name, _crossed(ours, travellers, listed)
    strangers = list(told("benchmarks.travellers", asked.travellers // 2, "--crossed", "--seed", CROSSED_SEED))
    yield f"{ours.name}, names of no list", _crossed(ours, strangers, listed)
    if asked.peers:
        sample = _sample(listed, PEER_CASES)
        with engines.peers(records) as others:
            for engine in others:
                yield engine.name, _crossed(engine, travellers[:PEER_TRAVELLERS], sample)


def _crossed(engine: Engine, travellers: Sequence[Case], cases: Sequence[Case]) -> dict[str, Any]:
    _say(f"{engine.name}: {len(travellers)} travellers")
    answers, _ = _answers(engine, cases)
    return crossing.border(crossing.tops(engine, travellers), cases, answers)


def _writings(records: Sequence[Record]) -> dict[str, Any]:
    """Return how invented people who are listed in Latin letters are found as they write themselves."""
    dice = random.Random(WRITINGS_SEED)
    cases, listed = [], []
    for one in told("benchmarks.travellers", WRITINGS, "--seed", WRITINGS_SEED):
        if script_of(one["name"]) == "latin" or not one["latin"]:
            continue
        listed.append(_listed(one))
        date = dice.choice((one["dob"], one["dob"][:4], None))
        cases.append({**one, "kind": "writing", "sub": one["writing"], "dob": date, "truth": [one["qid"]]})
    engine = engines.Liaison([*records, *listed])
    answers, _ = _answers(engine, cases)
    by_kind: dict[str, Any] = {}
    for kind in sorted({case["sub"] for case in cases}):
        some = [pair for pair in zip(cases, answers, strict=True) if pair[0]["sub"] == kind]
        by_kind[kind] = {"cases": len(some)} | ranks(some)
    return {"all": {"cases": len(cases)} | ranks(list(zip(cases, answers, strict=True)))} | by_kind


def _listed(traveller: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": traveller["qid"],
        "names": [traveller["latin"]],
        "birth_dates": [traveller["dob"]],
        "nationalities": [traveller["country"]],
        "sex": traveller["sex"],
    }


def _padded(cases: Sequence[Case], records: Sequence[Record], size: int) -> dict[str, Any]:
    """Return the ranks among so many people, invented ones with one name each beside those of the lists."""
    _say(f"liaison: {size} people")
    strangers = ({**one, "names": one["names"][:1]} for one in population(size - len(records), PADDING_SEED))
    engine = engines.Liaison([*records, *strangers])
    sample = _sample([case for case in cases if answerable(case)], PADDED_CASES)
    answers, took = _answers(engine, sample)
    return {"cases": len(sample), "ms a case": took} | ranks(list(zip(sample, answers, strict=True)))


def _sample(cases: Sequence[Case], count: int) -> list[Case]:
    """Return so many of the cases, the same ones each time."""
    return random.Random(count).sample(list(cases), count) if len(cases) > count else list(cases)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
