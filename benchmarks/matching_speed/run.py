"""How long does one question take among a thousand to ten million people? See README.md beside this file.

python -m benchmarks.matching_speed.run [--people 1000000] [--queries 4000] [--peers] [--write NAME]
"""

import argparse
import gc
import json
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks import homes, machines
from benchmarks.matching_quality.engines import Engine, peers
from benchmarks.matching_quality.slips import NAME_SLIPS, slipped
from benchmarks.population import SEED, population
from liaison.matching import IndexDocument, Layers, open_segment, segment_of, write_segment

RESULTS = Path(__file__).parent / "results"
PEOPLE, QUERIES = 20_000, 4_000
HIT_SHARE = 0.25
STRANGERS_SEED = 29
WARM_UP = 50
LIMIT = 10
PARTS = 4
"""Each question is put once, so that the spread is that of parts of the questions."""
CHANGES = 20
PEER_QUERIES, PEER_WARM_UP = 200, 5
PEER_PEOPLE_MAX = 1_000_000
"""More than that rapidfuzz cannot hold here: it keeps every name as Python text."""
MB = 1 << 20

Query = Mapping[str, Any]


def main() -> None:
    """Invent people, build, ask, print the answer, and keep it if asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=PEOPLE)
    parser.add_argument("--queries", type=int, default=QUERIES)
    parser.add_argument("--peers", action="store_true", help="ask the engines of others, too")
    parser.add_argument("--write", metavar="NAME", help="keep the answer in results/NAME-PEOPLE.json")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="liaison-bench-") as folder:
        text = json.dumps(measured(Path(folder), asked.people, asked.queries, with_peers=asked.peers), indent=2)
    print(text)
    if asked.write:
        RESULTS.mkdir(exist_ok=True)
        (RESULTS / f"{asked.write}-{asked.people}.json").write_text(text + "\n", encoding="utf-8")


def measured(folder: Path, people: int, queries: int, *, with_peers: bool) -> dict[str, Any]:
    """Return what building, starting, asking and changing cost at this size."""
    began = time.perf_counter()
    records = list(population(people))
    invented = time.perf_counter() - began
    questions = list(drawn(records, population(queries + WARM_UP, STRANGERS_SEED)))
    out: dict[str, Any] = {
        "machine": machines.machine() | {"fsync_ms_p50": round(homes.fsync_ms(folder), 2)},
        "people": people,
        "names": 2 * people,
        "queries": queries,
        "seconds": {"inventing": round(invented, 1)},
    }
    path = folder / "index"
    out["seconds"] |= _built(path, records)
    out["bytes"] = {"file": path.stat().st_size, "a person": round(path.stat().st_size / people, 1)}
    out["start"] = _started(path, questions[0])
    if with_peers:
        with peers(records[:PEER_PEOPLE_MAX]) as others:
            out["peers"] = {engine.name: _of_peer(engine, questions) for engine in others}
    ids = {_record_id(number): record["id"] for number, record in enumerate(records)}
    del records
    gc.collect()
    gc.freeze()
    out["ours"] = _asked(path, questions, ids)
    return out


def drawn(records: Sequence[Mapping[str, Any]], strangers: Iterable[Mapping[str, Any]]) -> Iterator[Query]:
    """Yield a question for each stranger; a quarter are about somebody who is there instead, misspelt: `truth`."""
    dice = random.Random(SEED)
    for stranger in strangers:
        known = dice.random() < HIT_SHARE
        about = dice.choice(records) if known else stranger
        name = dice.choice(about["names"])
        wrong = slipped(name, ("", ""), dice.choice(NAME_SLIPS), dice) if known else None
        date, luck = about["birth_dates"][0], dice.random()
        yield {
            "names": [wrong or name],
            "birth_dates": [date] if luck < 0.5 else [date[:4]] if luck < 0.75 else [],
            "nationalities": about["nationalities"] if dice.random() < 0.85 else [],
            "sex": about["sex"] if dice.random() < 0.5 else "",
            "truth": about["id"] if known else None,
        }


def _built(path: Path, records: Iterable[Mapping[str, Any]]) -> dict[str, float]:
    documents = [_document(number, record) for number, record in enumerate(records)]
    began = time.perf_counter()
    segment = segment_of(documents)
    built = time.perf_counter() - began
    write_segment(path, segment)
    return {"building": round(built, 2), "writing": round(time.perf_counter() - began - built, 2)}


def _document(number: int, record: Mapping[str, Any]) -> IndexDocument:
    return IndexDocument(_record_id(number), "persons", bytes(16), audience=0, level=0, content=record)


def _record_id(number: int) -> bytes:
    """Return sixteen bytes that lie as evenly as those of real records."""
    return (number * 0x9E3779B97F4A7C15 % (1 << 64)).to_bytes(8, "big") + number.to_bytes(8, "big")


def _started(path: Path, question: Query) -> dict[str, float]:
    """Return how long a new process takes until its first answer from the file, which the disk cache holds."""
    command = [sys.executable, "-m", "benchmarks.matching_speed.starting", str(path)]
    began = time.perf_counter()
    done = subprocess.run(
        command, input=json.dumps(question), cwd=homes.REPOSITORY, capture_output=True, text=True, check=True
    )
    whole = time.perf_counter() - began
    return json.loads(done.stdout) | {"with Python and imports, seconds": round(whole, 3)}


def _asked(path: Path, questions: Sequence[Query], ids: Mapping[bytes, str]) -> dict[str, Any]:
    layers = Layers([open_segment(path)])

    def ask(question: Query) -> str | None:
        found = layers.search(question, scope=None, limit=LIMIT)
        return ids.get(found[0].record_id) if found else None

    return {
        "limit": LIMIT,
        **_timed(ask, questions),
        "change searchable, ms": _changed(layers),
        "memory": {"mapped_mb": round(path.stat().st_size / MB, 1), "most_mb": _memory_mb()},
    }


def _of_peer(engine: Engine, questions: Sequence[Query]) -> dict[str, Any]:
    def ask(question: Query) -> str | None:
        case = {
            "name": question["names"][0],
            "dob": next(iter(question["birth_dates"]), None),
            "country": next(iter(question["nationalities"]), None),
            "sex": question["sex"],
        }
        answer = engine.ask(case)
        return answer.ids[0] if answer.ids else None

    some = questions[: PEER_WARM_UP + PEER_QUERIES]
    return {"engine": engine.about, **_timed(ask, some, PEER_WARM_UP, beside_ms=lambda: engine.beside_ms)}


def _timed(
    ask: Callable[[Query], str | None],
    questions: Sequence[Query],
    warm_up: int = WARM_UP,
    beside_ms: Callable[[], float] = float,
) -> dict[str, Any]:
    """Return how long questions take on the clock and of the processor, after others warmed the engine up."""
    for question in questions[:warm_up]:
        ask(question)
    clock, processor, right = [], [], []
    for question in questions[warm_up:]:
        beside, began, used = beside_ms(), time.perf_counter(), time.thread_time()
        first = ask(question)
        clock.append((time.perf_counter() - began) * homes.MILLISECONDS)
        processor.append((time.thread_time() - used) * homes.MILLISECONDS + beside_ms() - beside)
        if question["truth"] is not None:
            right.append(first == question["truth"])
    return {
        "asked": len(clock),
        "about somebody there": len(right),
        "of them first": round(sum(right) / len(right), 4) if right else None,
        "clock_ms": _quantiles(clock),
        "processor_ms": _quantiles(processor),
    }


def _quantiles(times: Sequence[float]) -> dict[str, Any]:
    """Return the quantiles of all, and the least and most that parts of the questions have."""
    parts = [times[part::PARTS] for part in range(PARTS)]
    out = {}
    for name, at in (("p50", 0.5), ("p95", 0.95), ("p99", 0.99)):
        of_parts = [_quantile(part, at) for part in parts]
        out[name] = {
            "all": round(_quantile(times, at), 3),
            "least": round(min(of_parts), 3),
            "most": round(max(of_parts), 3),
        }
    return out


def _quantile(times: Sequence[float], at: float) -> float:
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, int(len(ordered) * at))]


def _changed(layers: Layers) -> dict[str, float]:
    """Return how long it takes until a person that is new is found: making the layers, and the search."""
    taken = []
    for number, stranger in enumerate(population(CHANGES, STRANGERS_SEED + 1), start=1 << 40):
        began = time.perf_counter()
        layers = layers.with_changes([_document(number, stranger)])
        found = layers.search(stranger, scope=None, limit=LIMIT)
        taken.append((time.perf_counter() - began) * homes.MILLISECONDS)
        assert _record_id(number) in {one.record_id for one in found}, stranger
    return {"median": round(statistics.median(taken), 1), "most": round(max(taken), 1)}


def _memory_mb() -> float:
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)


if __name__ == "__main__":
    main()
