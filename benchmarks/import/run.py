"""How many records a second does one import bring in, searchable at its end? See README.md beside this file.

python -m benchmarks.import.run [--records 1000000] [--queries-per-second 2] [--write]
"""

# ruff: noqa: PLC0415  # the home must exist before Django reads where it is; the programs started are our own
import argparse
import contextlib
import http.client
import json
import os
import random
import socket
import subprocess
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from benchmarks import homes
from benchmarks.invented import word

RESULTS = Path(__file__).parent / "results"
RECORDS = 1_000_000
STOCK = 2_000
PERSONS_IN_TEN = 3
SEED = 20_260_101
QUIET_SECONDS = 15.0
NUMBERED_SECONDS_MAX = 2.0
SAMPLE_SECONDS = 0.5
START_SECONDS_MAX = 60.0
FOUND_SECONDS_MAX = 600.0
TICKS = os.sysconf("SC_CLK_TCK")
MIB = 1024 * 1024


def main() -> None:
    """Measure one import, print the answer, and freeze it if asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=RECORDS)
    parser.add_argument("--queries-per-second", type=float, default=2.0)
    parser.add_argument("--write", action="store_true", help="keep the answer in results/")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="liaison-bench-") as folder:
        Path(folder).chmod(0o711)
        home = Path(folder) / "home"
        homes.start(home)
        try:
            answer = _measure(home, Path(folder), asked)
        finally:
            homes.stop(home)
    text = json.dumps(answer, indent=2)
    print(text)
    if asked.write:
        RESULTS.mkdir(exist_ok=True)
        (RESULTS / f"{time.strftime('%Y-%m-%d')}-{asked.records}.json").write_text(text + "\n")


def write_list(path: Path, count: int, *, prefix: str) -> list[tuple[str, str]]:
    """Write so many entities and return what finds some of them: the last of each kind, and a few of all along.

    Three of ten are persons with three names, a birth date, a nationality and a number; the others stolen passports.
    """
    dice = random.Random(SEED)
    findable: list[tuple[str, str]] = []
    with path.open("w", encoding="utf-8") as file:
        for number in range(count):
            is_person = number % 10 < PERSONS_IN_TEN
            entity = _person(prefix, number, dice) if is_person else _passport(prefix, number, dice)
            file.write(json.dumps(entity, ensure_ascii=False, separators=(",", ":")) + "\n")
            if number % max(1, count // 50) == 0 or number >= count - 10:
                findable.append(_question(entity))
    return findable


def _person(prefix: str, number: int, dice: random.Random) -> dict[str, Any]:
    given, second, family, maiden = word(dice), word(dice), word(dice, longer=True), word(dice, longer=True)
    return {
        "id": f"{prefix}-{number}",
        "schema": "Person",
        "properties": {
            "name": [f"{given} {second} {family}"],
            "alias": [f"{given} {maiden}"],
            "weakAlias": [f"{second} {family[:4]}"],
            "birthDate": [f"{dice.randrange(1940, 2005)}-{dice.randrange(1, 13):02}-{dice.randrange(1, 29):02}"],
            "nationality": ["qm"],
            "gender": [dice.choice(("female", "male"))],
            "idNumber": [f"{prefix.upper()}{number:08}"],
            "topics": ["wanted"],
        },
    }


def _passport(prefix: str, number: int, dice: random.Random) -> dict[str, Any]:
    issued = dice.randrange(2014, 2024)
    return {
        "id": f"{prefix}-{number}",
        "schema": "Passport",
        "properties": {
            "number": [f"{prefix.upper()}{number:08}"],
            "country": ["qm"],
            "type": ["passport"],
            "startDate": [f"{issued}-{dice.randrange(1, 13):02}-{dice.randrange(1, 29):02}"],
            "endDate": [str(issued + 10)],
            "summary": [dice.choice(("stolen", "lost", "stolen_blank", "revoked"))],
        },
    }


def _question(entity: dict[str, Any]) -> tuple[str, str]:
    told = entity["properties"]
    return ("name", told["name"][0]) if "name" in told else ("document_number", told["number"][0])


def _measure(home: Path, folder: Path, asked: argparse.Namespace) -> dict[str, Any]:
    from liaison.apps.members import public as members
    from liaison.cli.session import StoredLogin, store_login
    from liaison.viewer import Purpose

    port = _free_port()
    token = _a_token(members, Purpose.IDENTIFY)
    store_login(home, StoredLogin(f"http://127.0.0.1:{port}", token))
    stock, brought = folder / "stock.json", folder / "entities.ftm.json"
    questions = write_list(stock, STOCK, prefix="qs")
    last = write_list(brought, asked.records, prefix="qm")[-1]
    with homes.program(home, "work") as work, homes.program(home, "serve", "--port", str(port)) as serve:
        _wait_for_door(port)
        _run_import(home, stock)
        _until_found(port, token, questions[-1])
        client = Client(port, token, questions, per_second=asked.queries_per_second)
        quiet = client.during(lambda: time.sleep(QUIET_SECONDS))
        watch = Watch(home, work=work.pid, serve=serve.pid)
        fsync = homes.fsync_ms(home)
        began = time.monotonic()
        taken: dict[str, float] = {}

        def bring_in() -> None:
            taken["cpu_import"] = _run_import(home, brought)
            taken["import"] = time.monotonic() - began
            _until_found(port, token, last)
            taken["searchable"] = time.monotonic() - began

        with watch:
            busy = client.during(bring_in)
        spent = watch.cpu() | {"import and jail": taken["cpu_import"]}
        afterwards = client.during(lambda: time.sleep(QUIET_SECONDS))
        answered = _held_and_numbered()
    assert answered["records"] == asked.records + STOCK, "every record of the lists is held"
    assert answered["unnumbered"] == 0, "every entry is numbered"
    return {
        "machine": homes.machine() | {"fsync_ms_p50": round(fsync, 2)},
        "records": asked.records,
        "file_mib": round(brought.stat().st_size / MIB, 1),
        "seconds_import": round(taken["import"], 1),
        "seconds_searchable": round(taken["searchable"], 1),
        "records_per_second": round(asked.records / taken["searchable"]),
        "cpu_us_per_record": {name: round(seconds / asked.records * 1e6, 1) for name, seconds in spent.items()},
        "cpu_us_per_record_total": round(sum(spent.values()) / asked.records * 1e6, 1),
        "memory_mib_most": watch.most(),
        "memory_mib_over_time": watch.course(),
        "queries_before": quiet,
        "queries_meanwhile": busy,
        "queries_after": afterwards,
    }


class Client:
    """Another user, who asks the same questions all the time; each is due at a fixed moment, and late is late."""

    def __init__(self, port: int, token: str, questions: list[tuple[str, str]], *, per_second: float) -> None:
        self._port, self._token, self._questions, self._pause = port, token, questions, 1 / per_second

    def during(self, work: Any) -> dict[str, float]:
        """Ask while the work is done, and return the quantiles of the answers' times in milliseconds."""
        taken: list[float] = []
        stop = threading.Event()
        asker = threading.Thread(target=self._ask, args=(taken, stop))
        asker.start()
        try:
            work()
        finally:
            stop.set()
            asker.join()
        ordered = sorted(taken)
        at = {"p50": 0.5, "p95": 0.95, "p99": 0.99, "max": 1.0}
        quantiles = {f"ms_{name}": ordered[min(len(ordered) - 1, int(len(ordered) * q))] for name, q in at.items()}
        return {"queries": len(taken)} | {name: round(value * 1000, 1) for name, value in quantiles.items()}

    def _ask(self, taken: list[float], stop: threading.Event) -> None:
        began, number = time.monotonic(), 0
        while not stop.is_set():
            due = began + number * self._pause
            time.sleep(max(0.0, due - time.monotonic()))
            ask(self._port, self._token, self._questions[number % len(self._questions)])
            taken.append(time.monotonic() - due)
            number += 1


class Watch:
    """What the programs of one home use: memory sampled, processor time counted."""

    def __init__(self, home: Path, *, work: int, serve: int) -> None:
        self._roots = {"work": work, "serve": serve, "database": _postmaster(home)}
        self._before = {name: _cpu(pid) for name, pid in self._roots.items()}
        self._after: dict[str, float] = {}
        self._samples: list[dict[str, float]] = []
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._sample, daemon=True)

    def __enter__(self) -> "Watch":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
        self._after = {name: _cpu(pid) for name, pid in self._roots.items()}

    def cpu(self) -> dict[str, float]:
        """Return the seconds of processor of each program and its children."""
        return {name: self._after[name] - self._before[name] for name in self._roots}

    def most(self) -> dict[str, float]:
        """Return the most memory of each, in MiB (proportional set size), and of all at one time."""
        names = sorted({name for sample in self._samples for name in sample})
        most = {name: round(max(sample.get(name, 0.0) for sample in self._samples)) for name in names}
        return most | {"all at once": round(max(sum(sample.values()) for sample in self._samples))}

    def course(self) -> list[dict[str, int]]:
        """Return ten samples all along."""
        every = max(1, len(self._samples) // 10)
        return [{name: round(mib) for name, mib in sample.items()} for sample in self._samples[::every]]

    def _sample(self) -> None:
        while not self._stop.wait(SAMPLE_SECONDS):
            known = {name: _family(pid) for name, pid in self._roots.items()}
            mine = _family(os.getpid()) - {os.getpid()} - set().union(*known.values())
            known["import and jail"] = mine
            sample = {name: sum(_memory(pid) for pid in pids) / MIB for name, pids in known.items()}
            sample["copy of the file"] = sum(_copies(pid) for pid in mine) / MIB
            self._samples.append(sample)


def _family(root: int) -> set[int]:
    children: dict[int, list[int]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            children.setdefault(int(path.read_text().rsplit(")", 1)[1].split()[1]), []).append(int(path.parent.name))
    found, waiting = set(), [root]
    while waiting:
        one = waiting.pop()
        found.add(one)
        waiting += children.get(one, [])
    return found


def _memory(pid: int) -> int:
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return 0


def _copies(pid: int) -> int:
    """The bytes of files that live in memory alone, which no process maps and no set size counts."""
    total = 0
    with contextlib.suppress(OSError):
        for handle in Path(f"/proc/{pid}/fd").iterdir():
            with contextlib.suppress(OSError):
                if "memfd:liaison" in str(handle.readlink()):
                    total += handle.stat().st_blocks * 512
    return total // 2  # the reader in the jail holds the same file


def _cpu(root: int) -> float:
    """The seconds of processor of a process, its children and those of its children that have ended."""
    total = 0
    for pid in _family(root):
        with contextlib.suppress(OSError):
            told = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
            total += sum(int(one) for one in told[11:15])
    return total / TICKS


def _postmaster(home: Path) -> int:
    (found,) = home.glob("**/postmaster.pid")
    return int(found.read_text().split()[0])


def _run_import(home: Path, path: Path) -> float:
    """Run the command itself and return the seconds of processor that it and its jail used."""
    process = subprocess.Popen(
        homes.liaison("records", "import", "ftm", str(path), "--json"),
        cwd=homes.REPOSITORY,
        stdout=(home / "import.json").open("wb"),
        stderr=(home / "import.log").open("ab"),
    )
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    told = (home / "import.json").read_text()
    assert process.returncode == 0, told + (home / "import.log").read_text()
    assert json.loads(told)["status"] == "done", told
    return used.ru_utime + used.ru_stime


WHY = {"reason": "investigation", "reference": "BENCH 1/26"}
"""What is typed needs a reason and the number of a case."""


def ask(port: int, token: str, question: tuple[str, str]) -> dict[str, Any]:
    """Ask the running program one question and return its answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        connection.request("POST", "/api/v1/queries", json.dumps(dict([question]) | WHY), headers)
        response = connection.getresponse()
        answer: dict[str, Any] = json.loads(response.read())
        return answer | {"status": response.status}
    finally:
        connection.close()


def _until_found(port: int, token: str, question: tuple[str, str]) -> None:
    """Return when the record is found: entries are numbered and indexed in order, so all before it are too."""
    until = time.monotonic() + FOUND_SECONDS_MAX
    while time.monotonic() < until:
        answer = ask(port, token, question)
        if answer["status"] == 200 and question[1] in json.dumps(answer, ensure_ascii=False):
            return
        time.sleep(0.2)
    raise AssertionError(f"{question} was not found: {answer}")


def _wait_for_door(port: int) -> None:
    until = time.monotonic() + START_SECONDS_MAX
    while time.monotonic() < until:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.2)
    raise AssertionError("the door did not open")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def _held_and_numbered() -> dict[str, int]:
    from liaison.apps.audit.cursors import system_fetch

    ((records,),) = system_fetch("select count(*) from records_record", [])
    ends = time.monotonic() + NUMBERED_SECONDS_MAX
    while (pending := _pending()) and time.monotonic() < ends:
        time.sleep(0.01)  # the root over the looks of the last second is an entry, too
    return {"records": records, "unnumbered": pending}


def _pending() -> int:
    from liaison.apps.audit.cursors import system_fetch

    ((pending,),) = system_fetch("select count(*) from audit_pending", [])
    return int(pending)


def _a_token(members: Any, purpose: Any) -> str:
    members.found(invented=True)
    user = members.add_user(
        sign_in_name="qm.importer",
        display_name="Invented Officer",
        reader="QM",
        role=members.Role.BUREAU_OFFICER,
        password="a sentence that nobody guesses",
        by=members.system_viewer(),
    )
    viewer = members.viewer_for(user.id, purpose)
    return str(members.issue_token(by=viewer, label="benchmark", days=1))


if __name__ == "__main__":
    main()
