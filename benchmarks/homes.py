"""A home that a benchmark makes for itself, its programs, and what to say of the machine beside an answer."""

# ruff: noqa: PLC0415  # the home must exist before Django reads where it is
import contextlib
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks import machines

REPOSITORY = Path(__file__).resolve().parent.parent
FSYNC_WRITES = 100
MILLISECONDS = 1_000
STOP_SECONDS_MAX = 60


def start(home: Path) -> None:
    """Make the home unless it is there, start its server, connect this process, and migrate."""
    for name in [name for name in os.environ if name.startswith("LIAISON_") and name != "LIAISON_PG_BIN"]:
        del os.environ[name]
    os.environ["LIAISON_HOME"] = str(home)
    from liaison.config.keys import make_keys
    from liaison.postgres import setup

    setup(home)
    make_keys(home)
    django()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


def django() -> None:
    """Set Django up for the home that the environment names; a process that was spawned needs it too."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "liaison.config.settings")
    import django as framework

    framework.setup()


def stop(home: Path) -> None:
    """End this process's connections and the home's server."""
    from django.db import connections

    from liaison.apps.audit import public as audit
    from liaison.postgres import stop as stop_server

    audit.stop_event_writer()
    connections.close_all()
    stop_server(home)


def liaison(*command: str) -> list[str]:
    """Return the command line of one of the programs."""
    return [sys.executable, "-c", "import sys; from liaison.cli.main import main; sys.exit(main())", *command]


@contextlib.contextmanager
def program(home: Path, *command: str) -> Iterator["subprocess.Popen[bytes]"]:
    """Run a program of the home meanwhile; what it says goes into a file of the home."""
    with (home / f"{command[0]}.log").open("wb") as log:
        process = subprocess.Popen(liaison(*command), cwd=REPOSITORY, stderr=log)
        try:
            yield process
        finally:
            process.terminate()
            process.wait(STOP_SECONDS_MAX)


def fsync_ms(folder: Path) -> float:
    """Return the median time of a synchronous write of 8 kB on the disk of the database, in milliseconds."""
    path, block, taken = folder / "fsync-probe", bytes(8192), []
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_DSYNC, 0o600)
    try:
        for _ in range(FSYNC_WRITES):
            began = time.perf_counter()
            os.pwrite(handle, block, 0)
            taken.append(time.perf_counter() - began)
    finally:
        os.close(handle)
        path.unlink()
    return statistics.median(taken) * MILLISECONDS


def machine() -> dict[str, object]:
    """Return what ran it, how busy it was, and our priority over other work (-20 is the highest)."""
    from liaison.apps.audit.entries import fetch

    ((version,),) = fetch("show server_version", [])
    return machines.machine() | {"postgresql": version}


def spread(runs: list[dict[str, float]]) -> dict[str, dict[str, float]]:
    """Return the median, least and most of each figure over the repeats."""
    return {
        name: {
            "median": round(statistics.median(run[name] for run in runs), 2),
            "least": round(min(run[name] for run in runs), 2),
            "most": round(max(run[name] for run in runs), 2),
        }
        for name in runs[0]
    }
