"""The embedded server's life: started, found again, recovered after a crash, stopped by the one who started it.

"Runs" means that it answers, never that a process with its number exists. After `kill -9` a dead postmaster may stay
as a zombie (in a container without init for ever): its lock files are then removed, in no other case, since the lock
on shared memory must hold.
"""

import contextlib
import fcntl
import os
import secrets
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import psycopg
from psycopg import pq, sql
from psycopg.conninfo import make_conninfo

from liaison.postgres import connections
from liaison.postgres.accounts import Account, server_account
from liaison.postgres.binaries import Binaries, find_binaries
from liaison.postgres.connections import DATABASE, PORT, Access, Role, parsed, read_access, write_access
from liaison.postgres.places import Places, make_home, make_places, places
from liaison.postgres.private_files import PRIVATE_FILE, create_private, write_private
from liaison.postgres.roles import prepare_database, prepare_roles
from liaison.postgres.wishes import Wishes
from liaison.refusal import Finding, Refused, mark

SUPERUSER = "liaison_bootstrap"
START_SECONDS_MAX = 60
STOP_SECONDS_MAX = 60
INITDB_SECONDS_MAX = 300
PAUSE_SECONDS = 0.1
LOG_BYTES_SHOWN_MAX = 1500
BUILTIN_LOCALE_MAJOR_MIN = 17
PASSWORD_BYTES = 24
USERS_FILE = "pg.users"
BORROWED_FILE = "pg.borrowed"

_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "256MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "effective_cache_size": "1GB",
    "max_wal_size": "2GB",
    "wal_compression": "on",
    "checkpoint_timeout": "15min",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "password_encryption": "scram-sha-256",
    # The log holds no values: neither statements nor the details of an error, which repeat the row.
    "log_statement": "none",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length_on_error": "0",
    "log_min_duration_statement": "-1",
}
_DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
_FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class State(StrEnum):
    """What can be seen of a server from outside."""

    EXTERNAL = "external"
    ABSENT = "absent"
    STOPPED = "stopped"
    RUNNING = "running"


@dataclass(frozen=True, slots=True)
class Server:
    """A server that answers. `started` tells whether this very call started it."""

    home: Path
    wishes: Wishes
    started: bool
    version: str

    def parameters(self, role: Role) -> dict[str, str]:
        """Return the libpq parameters of one role."""
        return connections.parameters(self.home, self.wishes, role)

    def url(self, role: Role) -> str:
        """Return the same as a URL."""
        return connections.url(self.home, self.wishes, role)

    def connect(self, role: Role) -> psycopg.Connection:
        """Return a new connection as one role, each statement its own transaction."""
        return psycopg.connect(make_conninfo(**self.parameters(role)), autocommit=True)


def ensure(home: Path, wishes: Wishes | None = None) -> Server:
    """Return a server that answers: the external one if one is named, else the embedded one, found or started."""
    wishes = wishes or Wishes()
    if wishes.external:
        return _external(make_home(home), wishes)
    refuse_embedded_in_production(wishes)
    return _embedded(make_home(home), wishes)


def setup(home: Path, wishes: Wishes | None = None) -> Server:
    """Make the roles and the rights of the database, on an external server too. Can be run twice."""
    wishes = wishes or Wishes()
    if wishes.database_url:
        _prepare_external(make_home(home), wishes)
    return ensure(home, wishes)


def stop(home: Path) -> bool:
    """Stop the embedded server cleanly; return False when none was running. Its data stay."""
    if not home.exists():
        return False
    home = make_home(home)
    account = server_account()
    found = places(home, account)
    with _alone(found):
        if not found.pid_file.exists():
            return False
        if not _answers(found) and _is_left_over(found, account):
            _remove_left_over(found)
            return False
        binaries = _binaries_in_use(found, account)
        options = ("-m", "fast", "-w", "-t", STOP_SECONDS_MAX)
        ran = account.run(
            binaries.folder / "pg_ctl",
            "-D",
            found.data,
            *options,
            "stop",
            seconds=STOP_SECONDS_MAX + PAUSE_SECONDS + 5,
        )
        if ran.returncode and _answers(found):
            raise _not_following(found, "postgres.not_stopping", ran.stderr)
        keep_running(home)
        return True


def state(home: Path, wishes: Wishes | None = None) -> State:
    """Return what can be seen of the server. Nothing is started."""
    if wishes is not None and wishes.external:
        return State.EXTERNAL
    if not home.exists():
        return State.ABSENT
    found = places(home.resolve(), server_account())
    if _answers(found):
        return State.RUNNING
    return State.STOPPED if (found.data / "PG_VERSION").exists() else State.ABSENT


@contextlib.contextmanager
def running(home: Path, wishes: Wishes | None = None) -> Iterator[Server]:
    """A server that answers within the block.

    One that was started by such a block is stopped when the last block ends, in whichever process; one that runs
    anyway (`liaison db up`, an external one) is left alone.
    """
    wishes = wishes or Wishes()
    if wishes.external:
        yield ensure(home, wishes)
        return
    refuse_embedded_in_production(wishes)
    found = make_home(home)
    user = os.getpid()
    with _shared(found / USERS_FILE) as descriptor:
        server = ensure(home, wishes)
        if server.started:
            (found / BORROWED_FILE).touch(PRIVATE_FILE)
        try:
            yield server
        finally:
            if os.getpid() == user and (found / BORROWED_FILE).exists() and _last_user(descriptor):
                stop(home)


def keep_running(home: Path) -> None:
    """Leave a running server alone from now on, even if a block had started it."""
    (home / BORROWED_FILE).unlink(missing_ok=True)


def revive(home: Path, wishes: Wishes | None = None) -> bool:
    """Start the embedded server again if it crashed, and return whether it had to be.

    A server that was stopped removes its pid file, a crashed one leaves it: so nothing is started against the will of
    whoever stopped it.
    """
    wishes = wishes or Wishes()
    if wishes.external or not home.exists():
        return False
    account = server_account()
    found = places(home.resolve(), account)
    if _answers(found) or not found.pid_file.exists():
        return False
    with _alone(found):
        if _answers(found) or not found.pid_file.exists():
            return False
        _start(found, account, _binaries_in_use(found, account))
        return True


def superuser_conninfo(home: Path) -> str:
    """Return how the bootstrap superuser of an embedded server connects; for this package and the test suite."""
    found = places(home, server_account())
    return make_conninfo(
        host=str(found.sockets),
        port=PORT,
        user=SUPERUSER,
        dbname="postgres",
        password=found.superuser_password.read_text(encoding="utf-8"),
        connect_timeout=connections.CONNECT_SECONDS_MAX,
    )


def refuse_embedded_in_production(wishes: Wishes) -> None:
    """Raise Refused where the operator has not said that this machine keeps the database itself."""
    if wishes.production and not wishes.allow_embedded:
        raise Refused(
            Finding(
                code="postgres.embedded_in_production",
                problem=mark("LIAISON_ENV is production, and no database server is named."),
                remedy=mark(
                    "Name one in LIAISON_DATABASE_URL. If this machine really is to keep the database itself, "
                    "set LIAISON_ALLOW_EMBEDDED=1."
                ),
                field="LIAISON_DATABASE_URL",
            )
        )


def _embedded(home: Path, wishes: Wishes) -> Server:
    account = server_account()
    found = places(home, account)
    access = read_access(home)
    if access is not None and access.parameters.get("host") == str(found.sockets) and _answers(found):
        return Server(home, wishes, started=False, version=_data_version(found))
    with _alone(found):
        make_places(found, account)
        started = False
        if not _answers(found):
            binaries = find_binaries(wishes.pg_bin, account)
            if not (found.data / "PG_VERSION").exists():
                _refuse_lost_data(found, access)
                _create_cluster(found, account, binaries, durable=wishes.durable)
            _refuse_another_major(found, binaries)
            _write_settings(found, account, durable=wishes.durable)
            _start(found, account, binaries)
            started = True
        _prepare_embedded(found)
    return Server(home, wishes, started=started, version=_data_version(found))


def _create_cluster(found: Places, account: Account, binaries: Binaries, *, durable: bool) -> None:
    """Run initdb beside the place and move the result in: a cut in between leaves no half cluster."""
    draft = found.folder / "data.new"
    shutil.rmtree(draft, ignore_errors=True)
    password = create_private(found.superuser_password, secrets.token_urlsafe(PASSWORD_BYTES))
    handed_over = found.folder / "superuser.new"
    handed_over.unlink(missing_ok=True)
    write_private(handed_over, password)
    account.owns(handed_over)
    locale = (
        ("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C")
        if binaries.major >= BUILTIN_LOCALE_MAJOR_MIN
        else ("--locale=C",)
    )
    try:
        ran = account.run(
            binaries.folder / "initdb",
            *("-D", draft, "-U", SUPERUSER, "-E", "UTF8", *locale),
            *("--auth=scram-sha-256", f"--pwfile={handed_over}", "--no-instructions", "--data-checksums"),
            *(() if durable else ("--no-sync",)),
            seconds=INITDB_SECONDS_MAX,
        )
    finally:
        handed_over.unlink(missing_ok=True)
    if ran.returncode:
        raise Refused(
            Finding(
                code="postgres.initdb_failed",
                problem=mark("A new database could not be made in %(folder)s: %(said)s"),
                remedy=mark("Look at the free space and the permissions of that folder (`liaison doctor`)."),
                values={"folder": found.folder, "said": ran.stderr.strip()[-LOG_BYTES_SHOWN_MAX:]},
            )
        )
    with (draft / "postgresql.conf").open("a", encoding="utf-8") as file:
        file.write("\ninclude 'liaison.conf'\n")
    _write_settings_in(draft, found, account, durable=durable)
    draft.rename(found.data)


def _write_settings(found: Places, account: Account, *, durable: bool) -> None:
    _write_settings_in(found.data, found, account, durable=durable)


def _write_settings_in(data: Path, found: Places, account: Account, *, durable: bool) -> None:
    folder = str(found.sockets).replace("\\", "\\\\").replace('"', '\\"')
    settings = {**_SETTINGS, **(_DURABLE if durable else _FAST), "unix_socket_directories": f'"{folder}"'}
    lines = [f"{name} = '{value.replace(chr(39), chr(39) * 2)}'\n" for name, value in settings.items()]
    path = data / "liaison.conf"
    write_private(
        path,
        "# Written at each start; put your own settings into postgresql.conf below the include.\n" + "".join(lines),
    )
    account.owns(path)


def _start(found: Places, account: Account, binaries: Binaries) -> None:
    """Start the server and return when it answers.

    Retried until the deadline: a server that is just stopping, or whose orphaned children still hold its shared
    memory, lets go after a moment.
    """
    deadline = time.monotonic() + START_SECONDS_MAX
    said = ""
    while not _answers(found):
        if time.monotonic() > deadline:
            raise _not_following(found, "postgres.not_starting", said)
        if found.pid_file.exists():
            if _is_left_over(found, account):
                _remove_left_over(found)
            elif _pid_runs(found):
                time.sleep(PAUSE_SECONDS)
                continue
        ran = account.run(
            binaries.folder / "pg_ctl",
            *("-D", found.data, "-w", "-t", START_SECONDS_MAX, "-l", found.log, "start"),
            seconds=START_SECONDS_MAX + 5,
        )
        if ran.returncode:
            said = ran.stderr
            time.sleep(PAUSE_SECONDS)


def _answers(found: Places) -> bool:
    """Whether the server takes connections now. Asked without a password and without a process."""
    if not found.socket.exists():
        return False
    asked = make_conninfo(host=str(found.sockets), port=PORT, dbname="postgres", connect_timeout="2")
    return pq.PGconn.ping(asked.encode()) == pq.Ping.OK


def _is_left_over(found: Places, account: Account) -> bool:
    """Whether the pid in the server's file is a zombie, or a process that is not this server."""
    pid = _pid(found)
    if pid is None:
        return False
    process = Path("/proc") / str(pid)
    try:
        dead = process.joinpath("stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
        name = process.joinpath("comm").read_text().strip()
        owner = process.stat().st_uid
    except OSError:
        return False  # gone, or a system without /proc: PostgreSQL sees to a dead pid itself
    if dead or name != "postgres" or owner != account.uid:
        return True
    try:
        return process.joinpath("cwd").readlink() != found.data
    except OSError:
        return False


def _pid_runs(found: Places) -> bool:
    pid = _pid(found)
    if pid is None:
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _pid(found: Places) -> int | None:
    try:
        return int(found.pid_file.read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return None


def _remove_left_over(found: Places) -> None:
    for path in (found.pid_file, found.socket_lock, found.socket):
        path.unlink(missing_ok=True)


def _prepare_embedded(found: Places) -> None:
    """Make the roles and the database unless the home already knows them."""
    parameters = {"host": str(found.sockets), "port": PORT, "dbname": DATABASE}
    held = read_access(found.home)
    if held is not None and held.parameters == parameters:
        return
    passwords = held.passwords if held is not None else _new_passwords()
    with psycopg.connect(superuser_conninfo(found.home), autocommit=True) as connection:
        prepare_roles(connection, passwords)
        if connection.execute("select 1 from pg_database where datname = %s", [DATABASE]).fetchone() is None:
            connection.execute(
                sql.SQL("create database {} owner {}").format(
                    sql.Identifier(DATABASE), sql.Identifier(Role.OWNER.value)
                )
            )
    inside = make_conninfo(superuser_conninfo(found.home), dbname=DATABASE)
    with psycopg.connect(inside, autocommit=True) as connection:
        prepare_database(connection)
    write_access(found.home, Access(parameters, passwords))


def _prepare_external(home: Path, wishes: Wishes) -> None:
    parameters = parsed(wishes.database_url)
    kept = {key: value for key, value in parameters.items() if key not in {"user", "password"}}
    held = read_access(home)
    passwords = held.passwords if held is not None else _new_passwords()
    try:
        with psycopg.connect(make_conninfo(**parameters), autocommit=True) as connection:
            _refuse_old_server(connection)
            prepare_roles(connection, passwords)
            prepare_database(connection)
    except psycopg.OperationalError as failed:
        raise _unreachable(failed) from failed
    write_access(home, Access(kept, passwords))


def _external(home: Path, wishes: Wishes) -> Server:
    if not wishes.app_url and read_access(home) is None:
        raise Refused(
            Finding(
                code="postgres.not_set_up",
                problem=mark("The external database has no roles for Liaison yet."),
                remedy=mark("Run `liaison db setup` once."),
            )
        )
    try:
        asked = connections.parameters(home, wishes, Role.APP)
        with psycopg.connect(make_conninfo(**asked), autocommit=True) as connection:
            _refuse_old_server(connection)
            version = str(connection.info.server_version // 10000)
    except psycopg.OperationalError as failed:
        raise _unreachable(failed) from failed
    return Server(home, wishes, started=False, version=version)


def _refuse_old_server(connection: psycopg.Connection) -> None:
    major = connection.info.server_version // 10000
    if major < 16:
        raise Refused(
            Finding(
                code="postgres.server_too_old",
                problem=mark("The database server is PostgreSQL %(major)s; Liaison needs 16 or newer."),
                remedy=mark("Upgrade the server, or name another in LIAISON_DATABASE_URL."),
                values={"major": major},
            )
        )


def _unreachable(failed: psycopg.OperationalError) -> Refused:
    return Refused(
        Finding(
            code="postgres.unreachable",
            problem=mark("The database server does not answer: %(said)s"),
            remedy=mark("Look whether it runs and whether LIAISON_DATABASE_URL names it rightly."),
            field="LIAISON_DATABASE_URL",
            values={"said": " ".join(str(failed).split())},
        )
    )


def _refuse_lost_data(found: Places, access: Access | None) -> None:
    """A disk that is not mounted must never look like an installation that has no data."""
    if access is not None:
        raise Refused(
            Finding(
                code="postgres.data_lost",
                problem=mark("This home had a database in %(folder)s, and there is none."),
                remedy=mark("Mount the disk or restore the backup; to begin anew, remove %(access)s."),
                values={"folder": found.data, "access": found.home / connections.ACCESS_FILE},
            )
        )


def _refuse_another_major(found: Places, binaries: Binaries) -> None:
    if _data_version(found) != str(binaries.major):
        raise Refused(
            Finding(
                code="postgres.another_major",
                problem=mark(
                    "The data in %(folder)s are of PostgreSQL %(data)s; the programs found are %(programs)s."
                ),
                remedy=mark(
                    "Name the programs of the data's version in LIAISON_PG_BIN, or move the data with pg_upgrade."
                ),
                values={"folder": found.data, "data": _data_version(found), "programs": binaries.version},
            )
        )


def _data_version(found: Places) -> str:
    return (found.data / "PG_VERSION").read_text(encoding="ascii").strip()


def _binaries_in_use(found: Places, account: Account) -> Binaries:
    """Return the programs that the running server was started with, which it keeps beside its data."""
    try:
        started_as = Path((found.data / "postmaster.opts").read_text(encoding="utf-8").split(" ", 1)[0])
    except OSError:
        return find_binaries(None, account)
    if (started_as.parent / "pg_ctl").exists():
        return Binaries(started_as.parent, _data_version(found), "running")
    return find_binaries(None, account)


def _not_following(found: Places, code: str, said: str) -> Refused:
    try:
        logged = found.log.read_text(encoding="utf-8", errors="replace")[-LOG_BYTES_SHOWN_MAX:]
    except OSError:
        logged = said
    return Refused(
        Finding(
            code=code,
            problem=mark("The embedded PostgreSQL server does not follow. It says: %(said)s"),
            remedy=mark("Read %(log)s; `liaison doctor` looks at space and permissions."),
            values={"said": logged.strip(), "log": found.log},
        )
    )


def _new_passwords() -> dict[str, str]:
    return {role.value: secrets.token_urlsafe(PASSWORD_BYTES) for role in Role}


@contextlib.contextmanager
def _alone(found: Places) -> Iterator[None]:
    """Let one process at a time start or stop the server of this home; the system frees the lock of a dead one."""
    descriptor = os.open(found.lock, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, PRIVATE_FILE)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def _shared(path: Path) -> Iterator[int]:
    """Count as one of the users of a server. Waits for whoever is just stopping it."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, PRIVATE_FILE)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH)
        yield descriptor
    finally:
        os.close(descriptor)


def _last_user(descriptor: int) -> bool:
    """Whether nobody else uses the server; if so, nobody can begin to until the descriptor is closed."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
