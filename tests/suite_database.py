"""One throw-away PostgreSQL server for a run of the suite, and a fresh copy of the schema for whoever asks.

All processes of a run share the server. The first that needs it starts it and migrates a template database; each
worker clones its own from it, and so does each test that must see committed data.
"""

import contextlib
import fcntl
import os
import secrets
import shutil
import sys
import tempfile
import uuid
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from liaison.config.keys import SESSION_KEY_FILE, make_keys
from liaison.postgres import Role, Wishes, ensure, stop
from liaison.postgres.private_files import create_private
from liaison.postgres.roles import prepare_database
from liaison.postgres.server import superuser_conninfo

PREFIX = "liaison-suite-"
TEMPLATE = "suite_template"
MEMORY, MEMORY_BYTES_MIN = Path("/dev/shm"), 6 * 2**30
FIRST_PORT, PORTS_APART = 21_000, 50
"""Each worker's programs look for a free port from one of its own: two that start at once would choose the same."""
ALIASES = {"default": Role.APP, "system": Role.SYSTEM, "owner": Role.OWNER}
KEPT_SETTINGS = ("LIAISON_SAMPLES", "LIAISON_REQUIRE", "LIAISON_PROOF", "LIAISON_CHROMIUM", "LIAISON_PG_BIN")


def choose_folder() -> Path:
    """Return this process's folder of the run, and point LIAISON_HOME at it before Django reads its settings."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    if worker == "main" or "LIAISON_HOME" not in os.environ:
        for name in [name for name in os.environ if name.startswith("LIAISON_") and name not in KEPT_SETTINGS]:
            del os.environ[name]
        _sweep()
        run = Path(tempfile.mkdtemp(prefix=PREFIX, dir=_place())).resolve()
        run.chmod(0o711)
        (run / "pid").write_text(str(os.getpid()))
        _keep_compiled(Path(sys.prefix) / "compiled")
    else:
        run = Path(os.environ["LIAISON_HOME"]).parent
    os.environ["LIAISON_PORT"] = str(
        FIRST_PORT + PORTS_APART * int(worker.removeprefix("gw").removeprefix("main") or 0)
    )
    home = run / worker
    home.mkdir(exist_ok=True, mode=0o700)
    os.environ["LIAISON_HOME"] = str(home)
    if not (home / SESSION_KEY_FILE).exists():
        create_private(home / SESSION_KEY_FILE, secrets.token_hex())  # settings read it as soon as they are imported
    return run


def _keep_compiled(folder: Path) -> None:
    """Where Python may leave nothing compiled beside its sources, let it keep that in a folder of the environment.

    Else each worker, and each of the hundreds of programs that tests start, compiles everything it imports again.
    """
    if not sys.dont_write_bytecode:
        return
    sys.dont_write_bytecode, sys.pycache_prefix = False, str(folder)
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = str(folder)


def end(run: Path) -> None:
    """Stop the server of a run and remove everything of it."""
    stop(run / "cluster")
    shutil.rmtree(run, ignore_errors=True)


def _place() -> Path:
    """Return where a run keeps its databases, which need not last: in memory if there is plenty of it."""
    usable = MEMORY.is_dir() and os.access(MEMORY, os.W_OK | os.X_OK)
    plenty = usable and shutil.disk_usage(MEMORY).free >= MEMORY_BYTES_MIN
    return MEMORY if plenty else Path(tempfile.gettempdir())


def _sweep() -> None:
    """Remove what a run left behind that was killed."""
    for run in (found for folder in {_place(), Path(tempfile.gettempdir())} for found in folder.glob(f"{PREFIX}*")):
        with contextlib.suppress(OSError, ValueError):
            pid = int((run / "pid").read_text())
            if run.stat().st_uid == os.geteuid() and not _alive(pid):
                end(run)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


class SuiteDatabase:
    """The server of this run, seen from one worker."""

    def __init__(self, run: Path) -> None:
        self.run = run
        self.cluster = run / "cluster"
        self.wishes = Wishes(pg_bin=_pg_bin(), durable=False)
        with _alone(run / "lock"):
            self.server = ensure(self.cluster, self.wishes)
            if not (run / "migrated").exists():
                self._migrate_template()
                (run / "migrated").touch()
        self._share_keys()
        self.own = self.clone()
        self.use(self.own)

    def clone(self) -> str:
        """Return the name of a new database with the migrated schema and nothing in it."""
        name = f"suite_{uuid.uuid4().hex[:16]}"
        with _alone(self.run / "lock"), self._superuser() as connection:
            connection.execute(
                sql.SQL("create database {} template {} owner {} strategy file_copy").format(
                    sql.Identifier(name), sql.Identifier(TEMPLATE), sql.Identifier(Role.OWNER.value)
                )
            )
        return name

    def drop(self, name: str) -> None:
        """Remove a clone, whoever is still connected to it."""
        with self._superuser() as connection:
            connection.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))

    def use(self, name: str) -> None:
        """Point Django's three aliases, in every thread, at a database; connections of this thread are closed."""
        from django.db import connections

        connections.close_all()
        for alias, role in ALIASES.items():
            found = self.server.parameters(role)
            connections.settings[alias].update(
                NAME=name, USER=found["user"], PASSWORD=found["password"], HOST=found["host"], PORT=found["port"]
            )
        self.current = name

    def url(self, role: Role) -> str:
        """Return the URL of the database in use, as one role."""
        from urllib.parse import quote

        found = self.server.parameters(role)
        host = quote(found["host"], safe="")
        return f"postgresql://{found['user']}:{found['password']}@/{self.current}?host={host}&port={found['port']}"

    def environment(self) -> dict[str, str]:
        """Return what a program of its own needs in its environment to work on the database in use."""
        own = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
        return own | {
            "LIAISON_DATABASE_OWNER_URL": self.url(Role.OWNER),
            "LIAISON_DATABASE_APP_URL": self.url(Role.APP),
            "LIAISON_DATABASE_SYSTEM_URL": self.url(Role.SYSTEM),
        }

    def as_role(self, role: Role) -> psycopg.Connection:
        """Return a connection to the database in use, outside Django's."""
        return psycopg.connect(
            make_conninfo(**{**self.server.parameters(role), "dbname": self.current}), autocommit=True
        )

    def superuser(self) -> psycopg.Connection:
        """Return a superuser's connection to the database in use: for what no role of ours could do."""
        return psycopg.connect(make_conninfo(self._superuser_conninfo, dbname=self.current), autocommit=True)

    def analyze(self) -> None:
        """Let the planner know what tables hold, as the server does by itself within a minute of a large change.

        A vacuum that comes along while the first rows of a table are not committed yet leaves it with none.
        """
        with self.superuser() as connection:
            connection.execute("analyze")

    def _migrate_template(self) -> None:
        from django.core.management import call_command

        with self._superuser() as connection:
            connection.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(TEMPLATE)))
            connection.execute(
                sql.SQL("create database {} owner {}").format(
                    sql.Identifier(TEMPLATE), sql.Identifier(Role.OWNER.value)
                )
            )
        with psycopg.connect(make_conninfo(self._superuser_conninfo, dbname=TEMPLATE), autocommit=True) as inside:
            prepare_database(inside)
        make_keys(self.cluster)
        self._share_keys()
        self.use(TEMPLATE)
        call_command("migrate", verbosity=0)
        self.use("postgres")

    def _share_keys(self) -> None:
        home = Path(os.environ["LIAISON_HOME"])
        for key in self.cluster.glob("*.key"):
            if not (home / key.name).exists():
                os.link(key, home / key.name)

    def _superuser(self) -> psycopg.Connection:
        return psycopg.connect(self._superuser_conninfo, autocommit=True)

    @cached_property
    def _superuser_conninfo(self) -> str:
        """Remembered: to find it takes a process as the server's account, and each clone asks for it twice."""
        return superuser_conninfo(self.cluster)


def _pg_bin() -> Path | None:
    named = os.environ.get("LIAISON_PG_BIN")
    return Path(named) if named else None


@contextlib.contextmanager
def _alone(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
