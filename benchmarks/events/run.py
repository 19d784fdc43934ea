"""How many looks a second are committed before their answers while an import runs? See README.md beside this file.

python -m benchmarks.events.run [--seconds 20] [--repeats 5] [--only WORDS] [--write]
"""

# ruff: noqa: PLC0415  # the home must exist before Django reads where it is
import argparse
import asyncio
import contextlib
import json
import multiprocessing
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks import homes
from benchmarks.events import killing

RESULTS = Path(__file__).parent / "results"
CASES = Path(__file__).parent / "cases.json"
WARM_UP_SECONDS = 2.0
MILLISECONDS = 1_000
QUANTILES = {"p50": 0.5, "p95": 0.95, "p99": 0.99, "max": 1.0}


def main() -> None:
    """Measure every case, print the answer, and freeze it if asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=20.0, help="of each measurement")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--only", default="", help="cases whose name has these words")
    parser.add_argument("--write", action="store_true", help="keep the answer in results/")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="liaison-bench-") as folder:
        Path(folder).chmod(0o711)
        home = Path(folder) / "home"
        homes.start(home)
        try:
            answer = _measure(home, seconds=asked.seconds, repeats=asked.repeats, only=asked.only)
        finally:
            homes.stop(home)
    text = json.dumps(answer, indent=2)
    print(text)
    if asked.write:
        RESULTS.mkdir(exist_ok=True)
        (RESULTS / f"{time.strftime('%Y-%m-%d')}.json").write_text(text + "\n")


def _measure(home: Path, *, seconds: float, repeats: int, only: str) -> dict[str, Any]:
    cases = [case for case in json.loads(CASES.read_text()) if only in case["name"]]
    answer: dict[str, Any] = {"machine": homes.machine(), "seconds": seconds, "repeats": repeats, "cases": []}
    for case in cases:
        runs = []
        for _ in range(repeats):
            fsync = homes.fsync_ms(home)
            runs.append({"fsync_ms_p50": fsync} | _run(home, case, seconds=seconds))
        answer["cases"].append({"case": case, "spread": homes.spread(runs)})
    answer["verify_finds"] = _verified()
    return answer


def _run(home: Path, case: dict[str, Any], *, seconds: float) -> dict[str, float]:
    if "kill" in case:
        return killing.killed(home, case, viewer=_viewer)
    return _writers(case, seconds=seconds) if "writers" in case else _looks(case, seconds=seconds)


def _looks(case: dict[str, Any], *, seconds: float) -> dict[str, float]:
    """Looks asked for at a fixed rate, or as fast as `crowd` askers can, beside importers and the sequencer."""
    spawn = multiprocessing.get_context("spawn")
    stop, imported = spawn.Event(), spawn.Value("l", 0)
    helpers = [spawn.Process(target=_sequence, args=[stop])]
    helpers += [spawn.Process(target=_import, args=[stop, imported, case["batch"]]) for _ in range(case["importers"])]
    for helper in helpers:
        helper.start()
    deadline = time.monotonic() + 60
    while case["importers"] and not imported.value and time.monotonic() < deadline:
        time.sleep(0.05)
    before = imported.value
    ask = _at_a_rate if case["per_second"] else _as_a_crowd
    asyncio.run(ask(case, WARM_UP_SECONDS))
    before, began = imported.value, time.monotonic()
    try:
        taken, refused = asyncio.run(ask(case, seconds))
        passed = time.monotonic() - began
        imported_count = imported.value - before
    finally:
        stop.set()
        for helper in helpers:
            helper.join(30)
    return {
        "looks_per_second": len(taken) / passed,
        "refused": refused,
        "entries_imported_per_second": imported_count / passed,
        **_quantiles(taken),
    }


async def _at_a_rate(case: dict[str, Any], seconds: float) -> tuple[list[float], int]:
    """Open loop: the n-th look is due at a fixed time, and late is late, whoever is slow.

    Returns how long each took that was committed, and how many could not be in time, whose answers would be refused.
    """
    began, taken, running = time.perf_counter(), [], set()
    for number in range(int(case["per_second"] * seconds)):
        due = began + number / case["per_second"]
        if (wait := due - time.perf_counter()) > 0:
            await asyncio.sleep(wait)
        task = asyncio.create_task(_one_look(due, taken))
        running.add(task)
        task.add_done_callback(running.discard)
    await asyncio.gather(*running)
    return taken, int(case["per_second"] * seconds) - len(taken)


async def _as_a_crowd(case: dict[str, Any], seconds: float) -> tuple[list[float], int]:
    """Closed loop: each of the crowd asks again as soon as it is answered."""
    until, taken, asked = time.perf_counter() + seconds, [], 0

    async def asker() -> None:
        nonlocal asked
        while (began := time.perf_counter()) < until:
            asked += 1
            await _one_look(began, taken)

    await asyncio.gather(*(asker() for _ in range(case["crowd"])))
    return taken, asked - len(taken)


async def _one_look(due: float, taken: list[float]) -> None:
    from liaison.apps.audit import public as audit

    viewer = _viewer()
    shown = [(viewer.user_id, viewer.reader_id), (viewer.reader_id, viewer.reader_id)]
    with contextlib.suppress(audit.EventsUnavailable):
        await audit.look_async(audit.Look.by(viewer, kind="query", shown=shown))
        taken.append(time.perf_counter() - due)


def _import(stop: Any, imported: Any, batch: int) -> None:
    """Record batches of entries with content as fast as one process can."""
    homes.django()
    from liaison.apps.audit import public as audit
    from liaison.ledger.canonical import canonical_json
    from liaison.rows.public import new_id, viewing

    viewer = _viewer()
    content = canonical_json({"fields": {"names": [{"text": "Invented Person " * 4}] * 8}})
    while not stop.is_set():
        drafts = [
            audit.EntryDraft("records.entered", new_id(), viewer.reader_id, content=content, kind="persons@1")
            for _ in range(batch)
        ]
        with viewing(viewer):
            audit.record_many(drafts, by=viewer)
        with imported.get_lock():
            imported.value += batch


def _sequence(stop: Any) -> None:
    homes.django()
    from liaison.apps.audit import public as audit

    audit.run_sequencer(stop, policy=audit.SequencerPolicy(checkpoint_seconds=5))


def _writers(case: dict[str, Any], *, seconds: float) -> dict[str, float]:
    """Threads that each commit one entry a transaction, with or without a NOTIFY in it."""
    from liaison.apps.audit.installation import connect

    until, taken = time.perf_counter() + seconds, []

    def writer() -> None:
        with connect("system", application="bench") as connection:
            while (began := time.perf_counter()) < until:
                with connection.transaction():
                    connection.execute("insert into audit_cursor values (gen_random_uuid()::text, 0)")
                    if case["notify"]:
                        connection.execute("select pg_notify('liaison_pending', '')")
                taken.append(time.perf_counter() - began)

    _at_once(writer, case["writers"])
    return {"commits_per_second": len(taken) / seconds, **_quantiles(taken)}


def _at_once(work: Callable[[], None], count: int) -> None:
    threads = [threading.Thread(target=work) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _verified() -> int:
    from liaison.apps.audit import public as audit
    from liaison.apps.audit import sequencer
    from liaison.apps.audit.installation import connect

    audit.stop_event_writer()
    with connect("system", application="bench") as connection:
        while sequencer.number_pending(connection)[0] + sequencer.root_events(connection):
            pass
    return sum(1 for _ in audit.verify())


def _quantiles(taken: list[float]) -> dict[str, float]:
    ordered = sorted(taken)
    at = {name: ordered[min(len(ordered) - 1, int(len(ordered) * part))] for name, part in QUANTILES.items()}
    return {f"ms_{name}": value * MILLISECONDS for name, value in at.items()}


def _viewer() -> Any:
    from uuid import UUID

    from liaison.viewer import Purpose, ReaderKind, Right, Viewer

    return Viewer(
        user_id=UUID("01890000-0000-7000-8000-000000000011"),
        reader_id=UUID("01890000-0000-7000-8000-000000000012"),
        reader_code="QM",
        reader_kind=ReaderKind.BUREAU,
        purpose=Purpose.IDENTIFY,
        rights=frozenset({Right.QUERY, Right.ENTER_RECORDS}),
    )


if __name__ == "__main__":
    main()
