"""How many of the people asked for are found, at what cost in false answers and time. See README.md."""

import argparse
import json
import os
import platform
import resource
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from liaison.matching import PersonIndex, Result

SAMPLES = Path(os.environ.get("LIAISON_SAMPLES", Path(__file__).resolve().parents[3] / "shared"))
RESULTS = Path(__file__).resolve().parent / "results"
FALSE_POSITIVE_RATES = (0.01, 0.05)
LIMIT = 10


def lines(path: Path) -> list[dict[str, Any]]:
    """Return the JSON objects of a file, one a line."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def person(record: Mapping[str, Any]) -> dict[str, object]:
    """Return a record of the development data as the engine takes it."""
    return {
        "id": record["id"],
        "names": [record["name"]],
        "birth_dates": record["dobs"],
        "nationalities": [code.upper() for code in record["countries"]],
        "documents": [{"number": number} for number in record["docs"]],
    }


def question(case: Mapping[str, Any]) -> dict[str, object]:
    """Return a case as a query."""
    return {
        "names": [case["name"]],
        "birth_dates": [case["dob"]] if case["dob"] else [],
        "nationalities": [case["country"].upper()] if case["country"] else [],
    }


def ask(
    index: PersonIndex, cases: Iterable[Mapping[str, Any]]
) -> tuple[list[list[Result]], list[float], list[float]]:
    """Return the answers, and how many milliseconds each took: on the clock, and of the processor."""
    answers, took, worked = [], [], []
    for case in cases:
        started, began = time.perf_counter(), time.thread_time()
        answers.append(index.search(question(case), limit=LIMIT))
        took.append((time.perf_counter() - started) * 1000)
        worked.append((time.thread_time() - began) * 1000)
    return answers, took, worked


def spread(repeats: list[list[float]]) -> dict[str, Any]:
    """Return p50, p95 and p99 of each repeat: their median, least and most."""
    out = {}
    for name, share in (("p50", 0.5), ("p95", 0.95), ("p99", 0.99)):
        values = [percentile(one, share) for one in repeats]
        out[name] = {
            "median of repeats": round(statistics.median(values), 2),
            "spread": [round(min(values), 2), round(max(values), 2)],
        }
    return out


def threshold_at(scores: list[float], rate: float) -> float:
    """Return the lowest score that at most this share of the negatives reaches."""
    ordered = sorted(scores, reverse=True)
    allowed = int(rate * len(ordered))
    return min(1.0, ordered[allowed] + 1e-12) if allowed < len(ordered) else 0.0


def percentile(values: list[float], share: float) -> float:
    """Return the value that this share of the values stays under."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def judged(cases: list[dict[str, Any]], answers: list[list[Result]]) -> dict[str, Any]:
    """Return recall by slice at each false positive rate, and what namesakes and ranks do there."""
    best = [answer[0].score if answer else 0.0 for answer in answers]
    truth = [
        max((result.score for result in answer if result.id in case["truth"]), default=0.0)
        for case, answer in zip(cases, answers, strict=True)
    ]
    negatives = [score for case, score in zip(cases, best, strict=True) if case["kind"] == "negative"]
    out: dict[str, Any] = {}
    for rate in FALSE_POSITIVE_RATES:
        threshold = threshold_at(negatives, rate)
        slices: dict[str, list[bool]] = defaultdict(list)
        for case, top, true in zip(cases, best, truth, strict=True):
            if case["kind"] in ("negative", "namesake"):
                slices[f"false {case['kind']} {case['sub']}"].append(top >= threshold)
                continue
            found = true >= threshold
            slices[f"{case['kind']} {case['sub']}"].append(found)
            slices[f"script {case['script']}"].append(found)
            slices["all positives"].append(found)
            if case.get("lexical") is not False:
                slices["all positives that share a word or sound"].append(found)
        out[f"at {rate:.0%} of negatives"] = {
            "threshold": round(threshold, 6),
            "slices": {
                name: {"share": round(sum(hits) / len(hits), 4), "cases": len(hits)}
                for name, hits in sorted(slices.items())
            },
        }
    ranked = [
        bool(answer) and answer[0].id in case["truth"]
        for case, answer in zip(cases, answers, strict=True)
        if case["truth"]
    ]
    out["right record first"] = round(sum(ranked) / len(ranked), 4)
    return out


def main() -> None:
    """Run the benchmark and print the result; with --freeze NAME keep it in results/."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--freeze", metavar="NAME", help="write results/NAME.json")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--copies", type=int, default=1, help="index the records this many times over (cost only)")
    parser.add_argument("--misses", metavar="SLICE", help="print the cases of a slice that are not found first")
    options = parser.parse_args()
    cases = lines(SAMPLES / "data" / "screening_dev.jsonl")
    records = lines(SAMPLES / "data" / "screening_dev_records.jsonl")
    started = time.perf_counter()
    index = PersonIndex.build(
        {**person(record), "id": record["id"] if not copy else f"{record['id']}/{copy}"}
        for copy in range(options.copies)
        for record in records
    )
    built = time.perf_counter() - started
    answers, first, _ = ask(index, cases)
    repeats = [ask(index, cases) for _ in range(options.repeats)]
    result = {
        "records": len(records) * options.copies,
        "cases": len(cases),
        "quality": judged(cases, answers),
        "build_seconds": round(built, 2),
        "first_pass_ms": {"p50": round(percentile(first, 0.5), 2), "p95": round(percentile(first, 0.95), 2)},
        "latency_ms": spread([took for _, took, _ in repeats]),
        "processor_ms": spread([worked for _, _, worked in repeats]),
        "memory_mb_max": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "machine": {
            "cpus": os.cpu_count(),
            "processor": platform.machine(),
            "python": platform.python_version(),
            "load_average": [round(load, 1) for load in os.getloadavg()],
        },
    }
    if options.misses:
        for case, answer in zip(cases, answers, strict=True):
            if options.misses in f"{case['kind']} {case['sub']}":
                print(case["name"], case["dob"], "|", case.get("primary"), case["truth"], file=sys.stderr)
                for found in answer[:3]:
                    parts = [(part.feature, round(part.evidence, 1)) for part in found.explanation[1:]]
                    print("    ", found.id, round(found.score, 3), found.explanation[1].right, parts, file=sys.stderr)
    text = json.dumps(result, indent=1, ensure_ascii=False)
    print(text)
    if options.freeze:
        (RESULTS / f"{options.freeze}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
