"""What does it cost that everybody sees only what he may, with 5,000 audiences? See README.md beside this file.

python -m benchmarks.access.run [--records 1000000] [--home DIR] [--pairs 400] [--fill-only] [--write]
"""

# ruff: noqa: PLC0415  # the home must exist before Django reads where it is
import argparse
import contextlib
import gc
import json
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from benchmarks import homes
from benchmarks.access import world as worlds
from benchmarks.access.baseline import Baseline
from benchmarks.access.world import CASES, EVERY, FEW, HALF, World, viewer_of

RESULTS = Path(__file__).parent / "results"
RECORDS = 1_000_000
PAIRS = 400
WARM_UP_PAIRS = 20
INDEX_SECONDS_MAX = 3_600.0
DRAWS = 1_000
NANOSECONDS_A_MILLISECOND = 1_000_000
WHY = {"reason": "investigation", "reference": "BENCH 1/26"}
REFERENCE = re.compile(rb"/records/([A-Z0-9-]+)/")


def main() -> None:
    """Fill a home unless it is filled, measure, print the answer, and freeze it if asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=RECORDS)
    parser.add_argument("--home", type=Path, help="a home to fill and keep; a filled one is used as it is")
    parser.add_argument("--pairs", type=int, default=PAIRS, help="how often each question is put both ways")
    parser.add_argument("--fill-only", action="store_true")
    parser.add_argument("--write", action="store_true", help="keep the answer in results/")
    asked = parser.parse_args()
    with contextlib.ExitStack() as stack:
        home = asked.home or _throw_away(stack)
        homes.start(home)
        stack.callback(homes.stop, home)
        world = World.kept(home) or _filled(home, asked.records)
        if asked.fill_only:
            return
        text = json.dumps(measured(home, world, pairs=asked.pairs), indent=2)
    print(text)
    if asked.write:
        RESULTS.mkdir(exist_ok=True)
        (RESULTS / f"{time.strftime('%Y-%m-%d')}-{world.records}.json").write_text(text + "\n")


def _throw_away(stack: contextlib.ExitStack) -> Path:
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="liaison-bench-")))
    folder.chmod(0o711)
    return folder / "home"


def _filled(home: Path, records: int) -> World:
    world = worlds.fill(records, say=lambda text: print(text, file=sys.stderr, flush=True))
    _system("analyze")
    world.keep(home)
    return world


def measured(home: Path, world: World, *, pairs: int) -> dict[str, Any]:
    """Return what each question costs with access control and without, while membership rests and changes."""
    from liaison.apps.index import public as index

    fsync = homes.fsync_ms(home)
    with homes.program(home, "work"):
        index.start_follower()
        try:
            _until_indexed()
            gc.collect()
            gc.freeze()
            answer = {"at_rest": _put(home, world, pairs=pairs)}
            with _changing(home, CASES["changes_per_second"]) as changes:
                answer["while_membership_changes"] = _put(home, world, pairs=pairs)
            answer["changes"] = changes
        finally:
            index.stop_follower()
    return {
        "machine": homes.machine() | {"fsync_ms_p50": round(fsync, 2)},
        "records": world.records,
        "audiences": world.audiences,
        "readers": len(world.sources) + 1,
        "pairs": pairs,
        "seen": {code: _seen(code) for code in (EVERY, HALF, FEW)},
        **answer,
    }


def _put(home: Path, world: World, *, pairs: int) -> dict[str, Any]:
    """Put every question both ways, in pairs, and return what each cost."""
    with Baseline(home) as baseline:
        return {
            name: _paired(question, pairs, baseline, only_visible=only_visible)
            for name, question, only_visible in _questions(world, baseline)
        }


def _questions(world: World, baseline: Baseline) -> Iterator[tuple[str, Callable[[int], bytes], bool]]:
    """Yield each question with its name; whether its counterpart knows only the records that the viewer may see."""
    yield "person query, who may see all", _query(world, EVERY), False
    yield "person query, who may see about half", _query(world, HALF), False
    yield "person query, who may see 100", _query(world, FEW), False
    yield "record page, who may see all", _record_page(EVERY), False
    yield "record page, who may see 100", _record_page(FEW), False
    baseline.keep_visible(viewer_of(FEW))
    yield "list page, who may see 100", _list_page(FEW), True


def _query(world: World, code: str) -> Callable[[int], bytes]:
    """Return what asks for a person by the whole service: candidates, rows, look and journal."""
    from liaison.apps.screening.question import Question
    from liaison.apps.screening.services import ask

    def put(number: int) -> bytes:
        question = Question(**world.questions[number % len(world.questions)], **WHY)
        answer = ask(question, viewer=viewer)
        return "".join(hit.card.reference for group in answer.groups for hit in group.hits).encode()

    viewer = viewer_of(code)
    return put


def _record_page(code: str) -> Callable[[int], bytes]:
    from liaison.apps.records import public as records

    references = [card.reference for card in records.listing("persons", viewer_of(code)).cards]
    browser = _browser(code)

    def put(number: int) -> bytes:
        return _page(browser, f"/records/{references[number % len(references)]}/")

    return put


def _list_page(code: str) -> Callable[[int], bytes]:
    browser = _browser(code)
    return lambda _number: _page(browser, "/databases/persons/")


def _browser(code: str) -> Any:
    """Return a browser in which the body's officer is signed in."""
    from django.conf import settings
    from django.test import Client

    from liaison.apps.members import sessions
    from liaison.apps.members.queries import standing_of

    viewer = viewer_of(code)
    standing = standing_of(viewer.user_id, viewer.purpose)
    assert standing is not None, "made by the fill"
    client = Client(headers={"host": "localhost"})
    session = client.session
    sessions.begin(session, standing, proved=True)
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    return client


def _page(browser: Any, address: str) -> bytes:
    response = browser.get(address)
    assert response.status_code == 200, f"{address}: {response.status_code}"
    return b"".join(sorted(set(REFERENCE.findall(response.content))))


def _paired(put: Callable[[int], bytes], pairs: int, baseline: Baseline, *, only_visible: bool) -> dict[str, Any]:
    """Return the cost of a question, put with access control and without it by turns, in an order drawn by lot."""
    dice = random.Random(worlds.SEED)
    times: dict[bool, list[float]] = {True: [], False: []}
    processor: dict[bool, list[float]] = {True: [], False: []}
    same = 0
    for number in range(-WARM_UP_PAIRS, pairs):
        said: dict[bool, bytes] = {}
        for controlled in dice.sample((True, False), 2):
            with contextlib.nullcontext() if controlled else baseline.without_access(only_visible=only_visible):
                began, used = time.perf_counter(), _processor_ms()
                said[controlled] = put(number)
                took, spent = time.perf_counter() - began, _processor_ms() - used
            if number >= 0:
                times[controlled].append(took * homes.MILLISECONDS)
                processor[controlled].append(spent)
        same += number >= 0 and said[True] == said[False]
    return {
        "ms_with": _quantiles(times[True]),
        "ms_without": _quantiles(times[False]),
        "processor_ms_with": _quantiles(processor[True]),
        "processor_ms_without": _quantiles(processor[False]),
        "access_costs_percent": _costs(times[True], times[False]),
        "access_costs_percent_of_processor": _costs(processor[True], processor[False]),
        "same_answers": same,
    }


def _processor_ms() -> float:
    """Return the processor's time of this thread and of its connection's backend: other work changes it little."""
    from django.db import connection

    connection.ensure_connection()
    backend = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat").read_text(encoding="ascii")
    return time.thread_time() * homes.MILLISECONDS + int(backend.split()[0]) / NANOSECONDS_A_MILLISECOND


def _quantiles(times: Sequence[float]) -> dict[str, float]:
    ordered = sorted(times)
    places = {"p50": 0.5, "p95": 0.95, "p99": 0.99, "most": 1.0}
    return {name: round(ordered[min(len(ordered) - 1, int(len(ordered) * part))], 2) for name, part in places.items()}


def _costs(controlled: Sequence[float], free: Sequence[float]) -> dict[str, float]:
    """Return how much longer the median is with access control, in percent of without, and its 95 % interval."""
    dice = random.Random(worlds.SEED)
    pairs = list(zip(controlled, free, strict=True))
    drawn = sorted(_longer(dice.choices(pairs, k=len(pairs))) for _ in range(DRAWS))
    return {
        "median": round(_longer(pairs), 1),
        "least": round(drawn[int(DRAWS * 0.025)], 1),
        "most": round(drawn[int(DRAWS * 0.975)], 1),
    }


def _longer(pairs: Sequence[tuple[float, float]]) -> float:
    controlled, free = zip(*pairs, strict=True)
    return (statistics.median(controlled) / statistics.median(free) - 1) * 100


@contextlib.contextmanager
def _changing(home: Path, per_second: float) -> Iterator[dict[str, Any]]:
    """Let another process change membership meanwhile; afterwards what is yielded says how long each change took."""
    command = [sys.executable, "-m", "benchmarks.access.changing", str(home), str(per_second)]
    told: dict[str, Any] = {}
    with subprocess.Popen(command, cwd=homes.REPOSITORY, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        try:
            yield told
        finally:
            output, _ = process.communicate()
    told |= json.loads(output)


def _until_indexed() -> None:
    """Return when this process answers from an index that holds everything."""
    from liaison.apps.index import public as index

    until = time.monotonic() + INDEX_SECONDS_MAX
    while time.monotonic() < until:
        with contextlib.suppress(index.IndexNotReady):
            ((size,),) = _system("select size from audit_tree")
            if index.freshness().seq >= size:
                return
        time.sleep(1)
    raise AssertionError("the index did not follow")


def _seen(code: str) -> dict[str, int]:
    from liaison.apps.members import public as members
    from liaison.apps.records import public as records

    viewer = viewer_of(code)
    return {"records": records.counts(viewer)["persons"], "audiences": len(members.audiences_of(viewer))}


def _system(statement: str) -> list[tuple[Any, ...]]:
    from liaison.apps.audit.cursors import system_fetch

    return system_fetch(statement, [])


if __name__ == "__main__":
    main()
