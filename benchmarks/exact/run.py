"""How long does an exact look-up among 100 million keys take, and what does a key cost? See README.md.

python -m benchmarks.exact.run [--keys 100000000] [--vehicles 1000000] [--repeats 5] [--folder DIR] [--write]
"""

import argparse
import gc
import json
import os
import platform
import random
import resource
import statistics
import string
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import chain
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from liaison.databases.keys import identifier_keys, part_keys, pattern_of
from liaison.matching import (
    IndexDocument,
    Layers,
    Scope,
    SearchDocument,
    Segment,
    combine,
    open_segment,
    write_segment,
)
from liaison.matching.exact_columns import bucket_table, columns_of
from liaison.matching.exact_keys import exact_bytes, exact_hash
from liaison.matching.segments import Array, typed

RESULTS = Path(__file__).resolve().parent / "results"
KEYS_OF_A_RECORD = 4
PIECE_KEYS = 5_000_000
AUDIENCES = 25
SOURCES = tuple(bytes([number]) * 16 for number in range(1, 41))
SCOPE = Scope(audiences=frozenset(range(20)), level=1, source=SOURCES[0])
LAYER_SHARES = (0.01, 0.001)
TAIL_RECORDS = (1000, 200, 50)
QUESTIONS = 20_000
HUNDREDS = 300
COLD_QUESTIONS = 500
PARTIAL_QUESTIONS = 300
PARTIAL_MOST = 50
PLATE = [string.ascii_uppercase] * 2 + [string.digits] * 4 + [string.ascii_uppercase] * 2
PARTS: dict[str, Callable[[str], str]] = {
    "AB1234??": lambda text: f"{text[:6]}??",
    "AB1*": lambda text: f"{text[:3]}*",
    "*234C*": lambda text: f"*{text[3:7]}*",
    "?B12*CD": lambda text: f"?{text[1:4]}*{text[6:]}",
}
BASELINE_QUESTIONS = 2_000
COUNTRY = "QM"
_PRIME, _STEP = 999_999_937, 500_000_003


def number(record: int) -> str:
    """Return the document number of a record: two letters and nine digits, another for each."""
    return f"Q{chr(65 + record % 26)}{record * _STEP % _PRIME:09d}"


def keys(record: int) -> tuple[str, ...]:
    """Return the four keys of a travel document."""
    text = number(record)
    return f"doc:{text}", f"doc:{text}:{COUNTRY}", f"docx:{text}", f"number:{text}"


def plate(record: int) -> str:
    """Return the number plate of a vehicle: two letters, four digits, two letters, drawn by its number."""
    drawn = random.Random(record)
    return "".join(drawn.choice(letters) for letters in PLATE)


def plate_keys(record: int) -> list[str]:
    """Return the keys of a plate, its pieces among them."""
    return identifier_keys("plate", plate(record), COUNTRY)


def piece(first: int, count: int, keys_of: Callable[[int], Sequence[str]] = keys) -> Segment:
    """Return a segment of records without names, as `segment_of` makes it, at the price of their hashes only."""
    drawn = np.random.default_rng(first)
    hashed = [[exact_bytes(key) for key in keys_of(record)] for record in range(first, first + count)]
    ids = np.sort(drawn.integers(0, 1 << 63, count, dtype=np.uint64))
    blob = msgspec.msgpack.encode(SearchDocument())
    hashes = b"".join(chain.from_iterable(hashed))
    exact = columns_of(hashes, np.repeat(np.arange(count), [len(one) for one in hashed]))
    nothing = np.zeros(count + 1, dtype=np.int64)
    columns: dict[str, Array] = {
        "id_high": ids,
        "id_low": np.arange(first, first + count),
        "audience": drawn.integers(0, AUDIENCES, count),
        "source": np.arange(count) % len(SOURCES),
        "level": drawn.integers(0, 3, count),
        "kind": nothing[1:],
        "seq": np.arange(first, first + count),
        "blob_at": np.arange(count + 1) * len(blob),
        "blob": np.frombuffer(blob * count, dtype=np.uint8),
        "birth_at": nothing,
        "feature_at": nothing[:1],
        "exact_high": exact.high,
        "exact_low": exact.low,
        "exact_row": exact.row,
        "exact_at": bucket_table(exact.high),
    }
    empty = dict.fromkeys(("birth_first", "birth_last", "name_row", "feature_key", "feature_name"), nothing[:0])
    return Segment(typed(columns | empty), SOURCES, ("travel_documents",))


def partial(vehicles: int, repeats: int) -> dict[str, Any]:
    """Return the time of finding the first 50 vehicles that have all pieces of a part of a plate."""
    segment = piece(0, vehicles, plate_keys)
    layers = Layers.opened([(segment, np.ones(len(segment), dtype=bool))])
    answer: dict[str, Any] = {"vehicles": vehicles, "keys": len(segment.arrays["exact_row"])}
    for name, part in PARTS.items():
        runs, found = [], []
        for repeat in range(repeats):
            drawn = random.Random(repeat)
            parts = [part(plate(drawn.randrange(vehicles))) for _ in range(PARTIAL_QUESTIONS)]
            wanted = [part_keys(pattern_of("plate", text)) for text in parts]
            runs.append(microseconds(lambda one: layers.having_all(one, SCOPE, PARTIAL_MOST), wanted))
            found += [len(layers.having_all(one, SCOPE, PARTIAL_MOST)[0]) for one in wanted]
        answer[f"like {name}"] = {"found, mean": round(statistics.mean(found), 1), "microseconds": spread(runs)}
    return answer


def written(path: Path, first: int, count: int) -> None:
    """Write one piece."""
    write_segment(path, piece(first, count))


def built(folder: Path, first: int, count: int) -> tuple[Path, dict[str, float]]:
    """Write the segment of so many records, made in pieces by all cores and joined; return how long that took."""
    path = folder / f"{first}.segment"
    starts = range(first, first + count, PIECE_KEYS // KEYS_OF_A_RECORD)
    began = time.perf_counter()
    with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("spawn")) as pool:
        waiting = [
            pool.submit(written, folder / f"piece-{start}", start, min(starts.step, first + count - start))
            for start in starts
        ]
        for one in waiting:
            one.result()
    hashed = time.perf_counter()
    parts = [open_segment(folder / f"piece-{start}") for start in starts]
    joined = combine([(part, np.ones(len(part), dtype=bool)) for part in parts])
    combined = time.perf_counter()
    write_segment(path, joined)
    took = {"hash": hashed - began, "join": combined - hashed, "write": time.perf_counter() - combined}
    for start in starts:
        (folder / f"piece-{start}").unlink()
    return path, {name: round(seconds, 1) for name, seconds in took.items()}


def layered(folder: Path, whole: Segment, records: int) -> Layers:
    """Return the segment under two smaller ones and a tail in memory."""
    segments, first = [whole], records
    for share in LAYER_SHARES:
        count = max(1, int(records * share))
        segments.append(open_segment(built(folder, first, count)[0]))
        first += count
    layers = Layers.opened((one, np.ones(len(one), dtype=bool)) for one in segments)
    for count in TAIL_RECORDS:
        layers = layers.with_changes(_documents(first, count))
        first += count
    return layers


def _documents(first: int, count: int) -> list[IndexDocument]:
    return [
        IndexDocument(
            record.to_bytes(16, "big"), "travel_documents", SOURCES[1], record % AUDIENCES, 1, {"keys": keys(record)}
        )
        for record in range(first, first + count)
    ]


def asked(records: int, *, hits: bool, seed: int) -> Callable[[], str]:
    """Return what draws one key at random: of a record there is, or of one far beyond all."""
    drawn = random.Random(seed)
    beyond = 0 if hits else 2 * records + 10_000_000

    def one() -> str:
        return keys(beyond + drawn.randrange(records))[drawn.randrange(KEYS_OF_A_RECORD)]

    return one


def microseconds(question: Callable[[Any], object], values: Sequence[Any]) -> dict[str, float]:
    """Return the quantiles of the time of one question."""
    taken = []
    for value in values:
        began = time.perf_counter_ns()
        question(value)
        taken.append(time.perf_counter_ns() - began)
    taken.sort()
    return {name: taken[int(len(taken) * part)] / 1000 for name, part in (("p50", 0.5), ("p95", 0.95), ("p99", 0.99))}


def measured(layers: Layers, scope: Scope | None, records: int, repeats: int) -> dict[str, Any]:
    """Return the time of single look-ups and of questions of 100 keys, of keys there are and keys there are not."""
    answer: dict[str, Any] = {}
    for name, hits in (("hit", True), ("no record", False)):
        single, hundred, found = [], [], 0
        for repeat in range(repeats):
            draw = asked(records, hits=hits, seed=repeat)
            singles = [[draw()] for _ in range(QUESTIONS)]
            single.append(microseconds(lambda one: layers.exact(one, scope), singles))
            hundreds = [[draw() for _ in range(100)] for _ in range(HUNDREDS)]
            hundred.append(microseconds(lambda one: layers.exact(one, scope), hundreds))
            found += sum(bool(layers.exact(one, scope)) for one in singles[:1000])
        answer[name] = {
            "one key, microseconds": spread(single),
            "100 keys, microseconds": spread(hundred),
            "found of 1000": round(found / repeats),
        }
    return answer


def cold(path: Path, records: int, repeats: int) -> dict[str, Any]:
    """Return the time of single look-ups after the system has dropped the file's pages."""
    answer = {}
    for name, hits in (("hit", True), ("no record", False)):
        runs = []
        for repeat in range(repeats):
            gc.collect()  # the earlier mapping must be gone, or its pages stay
            drop(path)
            segment = open_segment(path)
            layers = Layers.opened([(segment, np.ones(len(segment), dtype=bool))])
            draw = asked(records, hits=hits, seed=1000 + repeat)
            runs.append(
                microseconds(
                    lambda one, seen=layers: seen.exact(one, SCOPE), [[draw()] for _ in range(COLD_QUESTIONS)]
                )
            )
            del segment, layers
        answer[name] = spread(runs)
    return answer


def drop(path: Path) -> None:
    """Ask the system to forget the pages of a file."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
    finally:
        os.close(handle)


def baseline(segment: Segment, records: int, repeats: int) -> dict[str, Any]:
    """Return the time of the plain way: a binary search over the whole column by numpy, and nothing more."""
    column = segment.arrays["exact_high"]
    runs = []
    for repeat in range(repeats):
        draw = asked(records, hits=True, seed=2000 + repeat)
        drawn = [draw() for _ in range(BASELINE_QUESTIONS)]
        runs.append(microseconds(lambda key: np.searchsorted(column, np.uint64(exact_hash(key)[0])), drawn))
    return spread(runs)


def spread(runs: Sequence[dict[str, float]]) -> dict[str, dict[str, float]]:
    """Return the median, least and most of each figure over the repeats."""
    return {
        name: {
            "median": round(statistics.median(run[name] for run in runs), 2),
            "least": round(min(run[name] for run in runs), 2),
            "most": round(max(run[name] for run in runs), 2),
        }
        for name in runs[0]
    }


def machine() -> dict[str, object]:
    """Return what ran it."""
    with Path("/proc/cpuinfo").open() as lines:
        processor = next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), "unknown")
    return {
        "processor": processor,
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
        "python": platform.python_version(),
        "numpy": np.__version__,
    }


def main() -> None:
    """Measure, print the answer, and freeze it if asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keys", type=int, default=100_000_000)
    parser.add_argument("--vehicles", type=int, default=1_000_000, help="whose plates are asked for in part")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--folder", type=Path, help="a folder with room for 90 bytes a key; default: a temporary one")
    parser.add_argument("--write", action="store_true", help="keep the answer in results/")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder, prefix="liaison-exact-") as folder:
        answer = run(Path(folder), keys_wanted=options.keys, repeats=options.repeats)
    answer["partial plates"] = partial(options.vehicles, options.repeats)
    text = json.dumps(answer, indent=1)
    print(text)
    if options.write:
        RESULTS.mkdir(exist_ok=True)
        (RESULTS / f"{time.strftime('%Y-%m-%d')}.json").write_text(text + "\n")


def run(folder: Path, *, keys_wanted: int, repeats: int) -> dict[str, Any]:
    """Build, look up, and return all figures."""
    records = keys_wanted // KEYS_OF_A_RECORD
    path, took = built(folder, 0, records)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    began = time.perf_counter()
    segment = open_segment(path)
    opened = (time.perf_counter() - began) * 1000
    count = len(segment.arrays["exact_row"])
    assert count == records * KEYS_OF_A_RECORD, "no two keys share a hash"
    columns = sum(segment.arrays[name].nbytes for name in ("exact_high", "exact_low", "exact_row"))
    alone = Layers.opened([(segment, np.ones(records, dtype=bool))])
    together = layered(folder, segment, records)
    answer = {
        "machine": machine(),
        "keys": count,
        "records": records,
        "repeats": repeats,
        "bytes a key": columns / count,
        "bytes a key with the table": round((columns + segment.arrays["exact_at"].nbytes) / count, 4),
        "file, bytes a key": round(path.stat().st_size / count, 1),
        "build_seconds": took,
        "join_memory_mb_max": memory,
        "open_ms": round(opened, 2),
        "one segment, everything admitted": measured(alone, None, records, repeats),
        "one segment, a scope of 20 audiences": measured(alone, SCOPE, records, repeats),
        f"{len(together._layers)} layers, the same scope": measured(together, SCOPE, records, repeats),
        "a binary search by numpy, its hash included, that only says where the key would be": baseline(
            segment, records, repeats
        ),
    }
    del alone, together, segment
    answer["one segment, cold cache, the same scope"] = cold(path, records, repeats)
    return answer


if __name__ == "__main__":
    main()
