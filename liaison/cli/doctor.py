"""`liaison doctor`: looks at this machine and this home, and names for each wrong thing what puts it right."""

import argparse
import ctypes.util
import dataclasses
import json
import shutil
import stat
import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

import psycopg

from liaison.cli.serve import port_is_free, served_address
from liaison.cli.setup import know_apps, unapplied_migrations
from liaison.config.env import Environment, environment
from liaison.config.keys import missing_keys
from liaison.postgres import Role, State, check_role, ensure, state
from liaison.postgres.accounts import server_account
from liaison.postgres.binaries import find_binaries
from liaison.refusal import Refused

GIBIBYTE = 1024**3
FREE_BYTES_MIN = 1 * GIBIBYTE
FREE_BYTES_WISHED = 5 * GIBIBYTE
SKEW_WISHED = timedelta(seconds=2)
SKEW_MAX = timedelta(seconds=30)
FONT_SECONDS_MAX = 20
SECRET_NAMES = ("*.key", "*.json", "pg.superuser")
SECRETS_LOOKED_AT_MAX = 10_000
OPEN_TO_OTHERS = 0o077
HOME_OPEN_TO_OTHERS = 0o066
LIBRARIES = ("pango-1.0", "pangoft2-1.0")
FONTS = {"ar": "Arabic", "ru": "Cyrillic", "zh-cn": "Chinese"}
EXAMPLE = """example:
  liaison doctor --json
"""


class Health(StrEnum):
    """How bad a finding is: only `broken` stops anything."""

    WELL = "well"
    WEAK = "weak"
    BROKEN = "broken"


@dataclasses.dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at, in plain words, and the command that puts it right."""

    name: str
    health: Health
    words: str
    command: str = ""


def register(subparsers: Any) -> None:  # Any: argparse keeps the type of its subparsers private
    """Add the command."""
    parser = subparsers.add_parser(
        "doctor",
        help="look whether this machine and this home are well",
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--json", action="store_true", help="for programs")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print every check; return 1 if something is broken."""
    checks = list(examine(environment()))
    if arguments.json:
        print(json.dumps([dataclasses.asdict(check) for check in checks], ensure_ascii=False, indent=2))
    else:
        for check in checks:
            print(f"{check.health.value:>6}  {check.name}: {check.words}")
            if check.command:
                print(f"        -> {check.command}")
    return 1 if any(check.health is Health.BROKEN for check in checks) else 0


def examine(chosen: Environment) -> Iterator[Check]:
    """Look at everything, the cheap things first. Nothing is started or changed."""
    looks: tuple[Callable[[Environment], Iterator[Check]], ...] = (
        disk,
        home_folder,
        secrets,
        keys,
        database,
        port,
        fonts,
        pango,
    )
    for look in looks:
        yield from look(chosen)


def disk(chosen: Environment) -> Iterator[Check]:
    """Room for the database and the index."""
    there = next(folder for folder in (chosen.home, *chosen.home.parents) if folder.exists())
    free = shutil.disk_usage(there).free
    words = f"{free / GIBIBYTE:.1f} GiB free for {chosen.home}"
    if free < FREE_BYTES_MIN:
        yield Check("disk", Health.BROKEN, f"{words}; the database may stop writing", f"df -h {there}")
    elif free < FREE_BYTES_WISHED:
        yield Check("disk", Health.WEAK, f"{words}; soon too little", f"df -h {there}")
    else:
        yield Check("disk", Health.WELL, words)


def home_folder(chosen: Environment) -> Iterator[Check]:
    """Others may pass through the home at most, never list it or write into it."""
    if not chosen.home.exists():
        yield Check("home", Health.WEAK, f"{chosen.home} does not exist yet", "liaison db setup")
        return
    mode = stat.S_IMODE(chosen.home.stat().st_mode)
    if mode & HOME_OPEN_TO_OTHERS:
        yield Check(
            "home", Health.BROKEN, f"{chosen.home} is open to others (mode {mode:o})", f"chmod go-rw {chosen.home}"
        )
    else:
        yield Check("home", Health.WELL, f"{chosen.home} (mode {mode:o})")


def secrets(chosen: Environment) -> Iterator[Check]:
    """Every key file is for its owner alone."""
    if not chosen.home.exists():
        return
    loose = [path for path in _secret_files(chosen.home) if path.stat().st_mode & OPEN_TO_OTHERS]
    for path in loose:
        yield Check("secrets", Health.BROKEN, f"{path} can be read by others", f"chmod 600 {path}")
    if not loose:
        yield Check("secrets", Health.WELL, "key files are for their owner alone")


def keys(chosen: Environment) -> Iterator[Check]:
    """The keys that the doors cannot do without."""
    missing = missing_keys(chosen.home)
    if missing:
        yield Check("keys", Health.WEAK, f"not made yet: {', '.join(missing)}", "liaison db setup")
    else:
        yield Check("keys", Health.WELL, "all there")


def database(chosen: Environment) -> Iterator[Check]:
    """Which server, whether it answers, whether its clock and its schema are right."""
    seen = state(chosen.home, chosen.wishes)
    if seen in {State.ABSENT, State.STOPPED}:
        yield from _programs(chosen)
        words = "has not been made yet" if seen is State.ABSENT else "is not running"
        command = "liaison db setup" if seen is State.ABSENT else "liaison db up"
        yield Check("database", Health.WEAK, f"the embedded server {words}", command)
        return
    try:
        server = ensure(chosen.home, chosen.wishes)
        with server.connect(Role.APP) as connection:
            version = connection.info.parameter_status("server_version")
            yield Check("database", Health.WELL, f"{seen.value}, PostgreSQL {version} answers")
            yield _clock(connection)
            check_role(connection)
        with server.connect(Role.SYSTEM) as connection:
            check_role(connection)
    except Refused as refused:
        yield Check(
            "database",
            Health.BROKEN,
            " ".join(finding.problem % finding.values for finding in refused.findings),
            refused.findings[0].remedy % refused.findings[0].values,
        )
        return
    except psycopg.Error as failed:
        yield Check("database", Health.BROKEN, f"it does not answer: {failed}".strip(), "liaison db setup")
        return
    yield Check("roles", Health.WELL, "the doors own nothing and cannot bypass row-level security")
    yield from _schema()


def port(chosen: Environment) -> Iterator[Check]:
    """Whether the doors could listen."""
    address = f"{chosen.bind} port {chosen.port}"
    if (served := served_address(chosen.home)) is not None:
        yield Check("port", Health.WELL, f"this home is served at {served}")
    elif port_is_free(chosen.bind, chosen.port):
        yield Check("port", Health.WELL, f"{address} is free")
    else:
        yield Check(
            "port", Health.BROKEN, f"another program listens on {address}", f"liaison serve --port {chosen.port + 1}"
        )


def fonts(_chosen: Environment) -> Iterator[Check]:
    """Whether names in other scripts can be printed."""
    program = shutil.which("fc-list")
    if program is None:
        yield Check(
            "fonts", Health.WEAK, "fc-list is missing, so fonts cannot be looked at", "apt install fontconfig"
        )
        return
    without = [script for code, script in FONTS.items() if not _has_font(program, code)]
    if without:
        yield Check(
            "fonts",
            Health.WEAK,
            f"no font for {', '.join(without)}: printed names would show boxes",
            "apt install fonts-noto-core fonts-noto-cjk",
        )
    else:
        yield Check("fonts", Health.WELL, f"there are fonts for {', '.join(FONTS.values())}")


def pango(_chosen: Environment) -> Iterator[Check]:
    """Whether documents can be printed to PDF."""
    without = [name for name in LIBRARIES if ctypes.util.find_library(name) is None]
    if without:
        yield Check(
            "pango",
            Health.WEAK,
            f"{', '.join(without)} is missing: no PDF, only pages to print",
            "apt install libpango-1.0-0 libpangoft2-1.0-0",
        )
    else:
        yield Check("pango", Health.WELL, "documents can be printed to PDF")


def _programs(chosen: Environment) -> Iterator[Check]:
    try:
        found = find_binaries(chosen.pg_bin, server_account())
    except Refused as refused:
        finding = refused.findings[0]
        yield Check("programs", Health.BROKEN, finding.problem % finding.values, finding.remedy % finding.values)
    else:
        yield Check("programs", Health.WELL, f"PostgreSQL {found.version} from the {found.origin}")


def _clock(connection: psycopg.Connection) -> Check:
    row = connection.execute("select clock_timestamp()").fetchone()
    assert row is not None, "the clock always tells"
    skew = abs(row[0] - datetime.now(UTC))
    words = f"the database's clock and this machine's differ by {skew.total_seconds():.2f} s"
    if skew > SKEW_MAX:
        return Check("clock", Health.BROKEN, f"{words}: viewers would not be believed", "timedatectl set-ntp true")
    return Check("clock", Health.WEAK if skew > SKEW_WISHED else Health.WELL, words)


def _schema() -> Iterator[Check]:
    know_apps()
    missing = unapplied_migrations()
    if missing:
        yield Check(
            "schema",
            Health.BROKEN,
            f"{len(missing)} migrations have not run, first {missing[0]}",
            "liaison db migrate",
        )
    else:
        yield Check("schema", Health.WELL, "it is this release's")


def _secret_files(home: Path) -> list[Path]:
    """Return the secret files of the home; what is below the server's own folder is the server's."""
    found = [path for name in SECRET_NAMES for path in home.glob(name)]
    found += [path for path in (home / "keys").rglob("*") if path.is_file()]
    return sorted(found)[:SECRETS_LOOKED_AT_MAX]


def _has_font(program: str, language: str) -> bool:
    ran = subprocess.run(
        [program, f":lang={language}", "family"], capture_output=True, timeout=FONT_SECONDS_MAX, check=False
    )
    return bool(ran.stdout.strip())
