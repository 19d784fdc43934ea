"""Who is found, at what price in innocents? See README.md beside this file.

python -m benchmarks.matching_quality.run [--quick] [--side judges] [--peers] [--travellers 200000]
    [--padded 22000 1000000] [--write NAME]
"""

import argparse
import json
import random
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks import machines
from benchmarks.beside import told
from benchmarks.matching_quality import cases as cases_
from benchmarks.matching_quality import crossing, engines, pairs, people
from benchmarks.matching_quality.engines import Engine, Record
from benchmarks.matching_quality.measures import Answer, Case, answerable, ranks, table
from benchmarks.population import population
from liaison.names import script_of

RESULTS = Path(__file__).parent / "results"
INNOCENTS_SEED, WRITINGS_SEED = 12, 13
WRITINGS = 4_000
"""Invented people of whom those with a non-Latin writing are listed in Latin letters and asked for in their own."""
PEER_CASES = 1_500
PEER_TRAVELLERS = 2_000
PADDED_CASES = 1_000
PADDING_SEED = 23


def main() -> None:
    """Ask all cases of all engines, print the tables, and keep them if asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="only this engine and the development cases: no Faker")
    parser.add_argument("--side", default="judges", choices=("chooses", "judges"))
    parser.add_argument("--peers", action="store_true", help="ask the engines of others, too")
    parser.add_argument("--travellers", type=int, default=20_000, help="how many cross the border; 0: nobody")
    parser.add_argument(
        "--padded", type=int, nargs="*", default=[], help="list sizes, filled up with invented people"
    )
    parser.add_argument("--write", metavar="NAME", help="keep the answer in results/NAME.json")
    asked = parser.parse_args()
    began = time.perf_counter()
    out = {"machine": machines.machine()} | (quick() if asked.quick else whole(asked))
    out["minutes"] = round((time.perf_counter() - began) / 60, 1)
    text = json.dumps(out, indent=1, ensure_ascii=False)
    print(text)
    if asked.write:
        RESULTS.mkdir(exist_ok=True)
        (RESULTS / f"{asked.write}.json").write_text(text + "\n", encoding="utf-8")


def quick(data: Path = people.DATA) -> dict[str, Any]:
    """Return the table of this engine over the development cases."""
    cases, records = people.development(data)
    return {"development": {"liaison": _judged(engines.Liaison(records), cases, records)}}


def whole(asked: argparse.Namespace) -> dict[str, Any]:
    """Return all that is asked for, set by set and engine by engine."""
    development, records = people.development()
    listed = people.listed()
    made = cases_.on_side(cases_.made(listed), asked.side)
    made += cases_.common(told("benchmarks.travellers", cases_.common_count(made), "--seed", INNOCENTS_SEED))
    own = [person.record() for person in listed]
    out: dict[str, Any] = {"people": {"development": len(records), asked.side: len(own)}}
    out["development"] = dict(_each(development, records, asked.peers))
    out[asked.side] = dict(_each(made, own, asked.peers))
    if asked.travellers:
        out["border"] = _border(made, own, asked)
    out["writings"] = _writings(own)
    out["padded"] = {str(size): _padded(made, own, size) for size in asked.padded}
    return out


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


def _border(cases: Sequence[Case], records: Sequence[Record], asked: argparse.Namespace) -> dict[str, Any]:
    """Return what travellers cost each engine; for peers fewer cross, and none of them may be stopped."""
    travellers = list(told("benchmarks.travellers", asked.travellers))
    dated = [case for case in cases if answerable(case)]
    ours = engines.Liaison(records)
    out = {ours.name: _crossed(ours, travellers, dated)}
    if asked.peers:
        sample = _sample(dated, PEER_CASES)
        with engines.peers(records) as others:
            for engine in others:
                out[engine.name] = _crossed(engine, travellers[:PEER_TRAVELLERS], sample)
    return out


def _crossed(engine: Engine, travellers: Sequence[Case], cases: Sequence[Case]) -> dict[str, Any]:
    _say(f"{engine.name}: {len(travellers)} travellers")
    answers, _ = _answers(engine, cases)
    return crossing.border(crossing.tops(engine, travellers), cases, answers)


def _writings(records: Sequence[Record]) -> dict[str, Any]:
    """Return how invented people who are listed in Latin letters are found as they write themselves."""
    dice = random.Random(WRITINGS_SEED)
    cases, listed = [], []
    for one in told("benchmarks.travellers", WRITINGS, "--seed", WRITINGS_SEED):
        if script_of(one["name"]).value == "latin" or not one["latin"]:
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
