"""How long does the desk of data protection wait among ten million looks? See README.md beside this file.

python -m benchmarks.looks.run [--events 1000000] [--repeats 3] [--write]
"""

# ruff: noqa: PLC0415  # the home must exist before Django reads where it is
import argparse
import dataclasses
import json
import os
import platform
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results"
CASES = Path(__file__).parent / "cases.json"
MONTHS = 12
BATCH = 250_000
SUBJECTS_EACH = 50
"""So many events for each record: ten million looks are at 200,000 records."""
OFFICERS_EACH = 2_000
HOT_SHARE, BUSY_SHARE, LARGE_SHARE = 0.03, 0.01, 0.2
"""Of all looks: those at the hottest record, those by the busiest officer, those of the body that is asked."""
MILLISECONDS = 1_000
BODIES = ("QM", "QN", "QO", "QP", "QQ")

_BATCH = """
with made as (
    select number, clock_timestamp() as now, random() as whose, random() as which, random() as what,
           %(begins)s::timestamptz + random() * (%(ends)s::timestamptz - %(begins)s::timestamptz) as at
      from generate_series(%(first)s::integer, %(last)s::integer) as number
), drawn as (
    select ('01890000-0000-7000-8000-' || lpad(to_hex(number), 12, '0'))::uuid as id, at,
           case when what < 0.6 then 'query' when what < 0.9 then 'view' when what < 0.97 then 'export'
                else 'delivery' end as kind,
           case when whose < %(busy)s then %(busy_officer)s::uuid
                when whose < %(busy)s + %(usual_officer_share)s then %(usual_officer)s::uuid
                when whose < %(large)s then pg_temp.bench_id(3, 1 + (which * %(officers)s / 5)::int)
                else pg_temp.bench_id(4, 1 + (which * %(officers)s)::int) end as actor,
           case when whose < %(large)s then %(reader)s::uuid
                else (%(readers)s::uuid[])[1 + (whose * 1e6)::bigint %% cardinality(%(readers)s::uuid[])]
                end as reader,
           case when which < %(hot)s then %(hot_subject)s::uuid
                when which < %(hot)s + %(usual_subject_share)s then %(usual_subject)s::uuid
                else pg_temp.bench_id(5, 1 + (which * which * %(subjects)s)::int) end as subject,
           what
      from made
), events as (
    insert into audit_event (id, at, kind, actor, reader, purpose, count, salt, body)
    select id, at, kind, actor, reader, 'identify', case when what < 0.3 then 0 else 1 end,
           sha256(uuid_send(id)), convert_to(rpad('{"invented":"event"}', 330), 'UTF8') from drawn
)
insert into audit_event_subject (event_id, at, subject, source, reader, kind, purpose)
select id, at, subject, %(reader)s::uuid, reader, kind, 'identify' from drawn where what >= 0.3
"""
_ID = """
create function pg_temp.bench_id(kind integer, number integer) returns uuid language sql immutable as $$
    select ('0189000' || kind || '-0000-7000-8000-' || lpad(to_hex(number), 12, '0'))::uuid
$$
"""


@dataclasses.dataclass
class World:
    """Who asks about what."""

    viewers: dict[str, Any]
    subjects: dict[str, list[Any]]
    officers: dict[str, Any]
    accounts: dict[str, str]


def main() -> None:
    """Fill a home of its own, measure every case, print the answer, and freeze it if asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--write", action="store_true", help="keep the answer in results/")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="liaison-bench-") as folder:
        Path(folder).chmod(0o711)
        home = Path(folder) / "home"
        _start(home)
        try:
            answer = _measure(home, events=asked.events, repeats=asked.repeats)
        finally:
            _stop(home)
    text = json.dumps(answer, indent=2)
    print(text)
    if asked.write:
        RESULTS.mkdir(exist_ok=True)
        (RESULTS / f"{time.strftime('%Y-%m-%d')}-{asked.events}.json").write_text(text + "\n")


def _measure(home: Path, *, events: int, repeats: int) -> dict[str, Any]:
    world = _world()
    began = time.perf_counter()
    _fill(home, world, events)
    filled = time.perf_counter() - began
    answer: dict[str, Any] = {
        "machine": _machine(),
        "events": events,
        "fill_seconds": round(filled, 1),
        "repeats": repeats,
        "gigabytes": _gigabytes(),
        "cases": [],
    }
    for case in json.loads(CASES.read_text()):
        taken, lines = [], 0
        for _ in range(repeats):
            began = time.perf_counter()
            lines = _ask(case, world)
            taken.append((time.perf_counter() - began) * MILLISECONDS)
        spread = {"median": statistics.median(taken), "least": min(taken), "most": max(taken), "first": taken[0]}
        answer["cases"].append(
            {"name": case["name"], "ms": {name: round(value, 1) for name, value in spread.items()}, "lines": lines}
        )
        print(f"{case['name']}: {spread['median']:.0f} ms, {lines} lines", flush=True)
    return answer


def _ask(case: dict[str, Any], world: World) -> int:
    """Ask one question as the desk's services do, its own look included; return how many lines came."""
    from liaison.apps.looks import public as looks
    from liaison.apps.looks.models import Round

    viewer = world.viewers[case["as"]]
    if case["ask"] == "draw":
        Round.objects.using("system").all().delete()
        return looks.draw(world.viewers["steward"])
    if case["ask"] == "signals":
        Round.objects.using("system").all().delete()
        return looks.raise_signals(world.viewers["steward"])
    if case["ask"] in ("officer", "table"):
        question = looks.Question(officer=world.accounts[case["officer"]])
        if case["ask"] == "table":
            return sum(1 for _ in looks.table(question, viewer))
        return _page(lambda cursor: looks.ask(question, viewer, cursor=cursor), case.get("page", 1))
    references = world.subjects["person" if case["ask"] == "person" else case["subject"]]
    days: dict[str, Any] = {}
    if "days" in case:
        from datetime import timedelta

        from liaison.rows.clock import now

        days = {"since": now().date() - timedelta(days=case["days"])}
    question = looks.Question(tuple(references), **days)
    return _page(lambda cursor: looks.ask(question, viewer, cursor=cursor), case.get("page", 1))


def _page(ask: Callable[[str], Any], number: int) -> int:
    """Return how many lines a page has; a later one is asked for at once, by the place where it begins."""
    page = ask("")
    if number > 1 and page.next_cursor:
        moment, _ = page.next_cursor.split(".")
        page = ask(f"{moment}.{(number - 1) * 50}")
    return len(page.lines)


def _world() -> World:
    """Found the bodies, their people, and a few records; all invented."""
    from liaison.apps.members import public as members
    from liaison.apps.members.public import Role
    from liaison.apps.records import public as records
    from tests.factories.members import a_house, a_viewer
    from tests.factories.records import a_person, a_record

    a_house()
    owner = a_viewer("QM")
    busy = a_viewer("QM", Role.FRONTLINE_OFFICER, name="busy.qm")
    usual = a_viewer("QM", Role.FRONTLINE_OFFICER, name="usual.qm")
    references = [a_record(owner, fields=a_person(f"Elsa Quendrix {number}")) for number in range(10)]
    ids = {one.reference: one.id for one in records.named(references)}
    return World(
        viewers={
            "source": a_viewer("QM", Role.DATA_PROTECTION_OFFICER),
            "other": a_viewer("QN", Role.DATA_PROTECTION_OFFICER),
            "oversight": a_viewer("XS", Role.AUDITOR),
            "steward": members.steward_of(owner.reader_id),
        },
        subjects={
            "hot": references[:1],
            "usual": references[1:2],
            "person": references,
            "ids": [ids[one] for one in references[:2]],
        },
        officers={"busy": busy.user_id, "usual": usual.user_id},
        accounts={"busy": "busy.qm", "usual": "usual.qm"},
    )


def _fill(home: Path, world: World, events: int) -> None:
    """Write looks of a year as the server's superuser of this home alone: no role of a running system could."""
    import psycopg
    from psycopg.conninfo import make_conninfo

    from liaison.apps.members import public as members
    from liaison.postgres.server import superuser_conninfo

    large = members.reader_by_code("QM").id
    others = [members.reader_by_code(code).id for code in BODIES[1:]]
    with psycopg.connect(make_conninfo(superuser_conninfo(home), dbname="liaison"), autocommit=True) as connection:
        connection.execute("set synchronous_commit = off")
        connection.execute(_ID)
        for month in range(MONTHS, -1, -1):
            connection.execute("update liaison_clock set ahead = make_interval(months => %s)", [-month])
            connection.execute("select audit_ensure_months(2)")
        begins, ends = connection.execute(
            "select date_trunc('month', now() - make_interval(months => %s)), now()", [MONTHS - 1]
        ).fetchone()
        for first in range(1, events + 1, BATCH):
            last = min(first + BATCH - 1, events)
            connection.execute(
                _BATCH,
                {
                    "first": first,
                    "last": last,
                    "begins": begins,
                    "ends": ends,
                    "busy": BUSY_SHARE,
                    "large": LARGE_SHARE,
                    "hot": HOT_SHARE,
                    "busy_officer": world.officers["busy"],
                    "hot_subject": world.subjects["ids"][0],
                    "usual_officer": world.officers["usual"],
                    "usual_officer_share": OFFICERS_EACH / events,
                    "usual_subject": world.subjects["ids"][1],
                    "usual_subject_share": SUBJECTS_EACH / events,
                    "reader": large,
                    "readers": others,
                    "officers": max(10, events // OFFICERS_EACH),
                    "subjects": max(100, events // SUBJECTS_EACH),
                },
            )
            print(f"{last} looks written", flush=True)
        connection.execute("analyze")


def _gigabytes() -> float:
    from liaison.apps.audit.entries import fetch

    ((size,),) = fetch("select pg_database_size(current_database())", [])
    return round(size / 1e9, 2)


def _machine() -> dict[str, object]:
    from liaison.apps.audit.entries import fetch

    ((version,),) = fetch("show server_version", [])
    with Path("/proc/cpuinfo").open() as lines:
        processor = next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), "unknown")
    return {
        "processor": processor,
        "cores": os.cpu_count(),
        "load_before": os.getloadavg()[0],
        "python": platform.python_version(),
        "postgresql": version,
    }


def _start(home: Path) -> None:
    for name in [name for name in os.environ if name.startswith("LIAISON_") and name != "LIAISON_PG_BIN"]:
        del os.environ[name]
    os.environ["LIAISON_HOME"] = str(home)
    from liaison.config.keys import make_keys
    from liaison.postgres import setup

    setup(home)
    make_keys(home)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "liaison.config.settings")
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


def _stop(home: Path) -> None:
    from django.db import connections

    from liaison.apps.audit import public as audit
    from liaison.postgres import stop

    audit.stop_event_writer()
    connections.close_all()
    stop(home)


if __name__ == "__main__":
    main()
