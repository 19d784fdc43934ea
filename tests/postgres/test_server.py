"""The server's life: started once, found again, recovered after a crash, private to its account."""

import contextlib
import json
import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest

from liaison.postgres import Role, State, Wishes, ensure, keep_running, revive, running, setup, state, stop
from liaison.postgres.accounts import Account, server_account
from liaison.postgres.binaries import find_binaries
from liaison.postgres.places import SYSTEM_HOMES, Places, places
from liaison.postgres.server import superuser_conninfo
from liaison.refusal import Refused
from tests.postgres.conftest import QUICK

pytestmark = pytest.mark.postgres
AS_ROOT = os.geteuid() == 0


def of(home: Path) -> Places:
    return places(home.resolve(), server_account())


def postmaster(home: Path) -> int:
    return int(of(home).pid_file.read_text().split()[0])


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def answer(home: Path, statement: str = "select 1") -> object:
    with ensure(home, QUICK).connect(Role.APP) as connection:
        row = connection.execute(statement).fetchone()
    return row and row[0]


class TestGivenANewHome:
    def test_when_it_is_ensured_then_a_private_server_answers(self, new_home: Path):
        server = ensure(new_home, QUICK)

        assert server.started
        assert answer(new_home, "select current_user::text") == "liaison_app"
        assert answer(new_home, "show listen_addresses") == ""
        assert answer(new_home, "show server_encoding") == "UTF8"
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(host=server.parameters(Role.APP)["host"], user="liaison_app", dbname="liaison")
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(host=server.parameters(Role.APP)["host"], user="liaison_bootstrap", dbname="postgres")

    def test_when_it_is_ensured_then_only_its_accounts_can_read_it(self, new_home: Path):
        ensure(new_home, QUICK)

        found = of(new_home)
        assert mode(found.folder) == mode(found.data) == 0o700
        assert mode(new_home) == (0o711 if AS_ROOT else 0o700)
        for name in ("database.json", "pg.superuser", "pg.lock"):
            assert mode(new_home / name) == 0o600, name

    def test_when_a_durable_one_is_ensured_then_it_waits_for_the_disk(self, new_home: Path):
        with running(new_home) as server, server.connect(Role.APP) as connection:
            said = {name: connection.execute(f"show {name}").fetchone()[0] for name in ("fsync", "full_page_writes")}
            assert said == {"fsync": "on", "full_page_writes": "on"}
            assert connection.execute("show synchronous_commit").fetchone() == ("on",)

    def test_when_nothing_was_done_then_it_is_absent_and_nothing_is_stopped(self, new_home: Path):
        assert state(new_home) is State.ABSENT
        assert stop(new_home) is False
        assert not new_home.exists()

    def test_when_eight_come_at_once_then_one_starts_it_and_all_are_answered(self, new_home: Path):
        servers: list[object] = []
        threads = [threading.Thread(target=lambda: servers.append(ensure(new_home, QUICK))) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert sorted(server.started for server in servers) == [False] * 7 + [True]

    @pytest.mark.parametrize("survived", ["data.new", "data"])
    def test_when_making_it_was_cut_then_the_next_call_makes_it(self, home: Path, survived: str):
        found = of(home)
        found.data.rename(found.folder / survived)
        (home / "database.json").unlink()

        assert answer(home) == 1

    def test_when_its_data_are_gone_then_that_is_not_taken_for_a_new_home(self, home: Path):
        shutil.rmtree(of(home).data)

        with pytest.raises(Refused, match="Mount the disk"):
            ensure(home, QUICK)
        assert not of(home).data.exists()


class TestGivenARunningServer:
    def test_when_it_is_ensured_again_then_it_is_found(self, home: Path):
        ensure(home, QUICK)
        before = postmaster(home)

        began = time.perf_counter()
        again = ensure(home, QUICK)

        assert not again.started
        assert postmaster(home) == before
        assert time.perf_counter() - began < 5

    def test_when_it_is_stopped_then_it_is_stopped_once_and_its_data_stay(self, home: Path):
        ensure(home, QUICK)
        a_table(home)

        assert stop(home) is True
        assert stop(home) is False
        assert state(home) is State.STOPPED
        assert ensure(home, QUICK).started
        assert rows(home) == 1

    def test_when_the_block_that_started_it_ends_first_then_it_runs_until_the_last_one_ends(self, home: Path):
        first, second = ExitStack(), ExitStack()
        assert first.enter_context(running(home, QUICK)).started
        assert not second.enter_context(running(home, QUICK)).started

        first.close()
        assert state(home) is State.RUNNING
        second.close()
        assert state(home) is State.STOPPED

    def test_when_it_ran_before_the_block_then_it_runs_on_after_it(self, home: Path):
        ensure(home, QUICK)
        with running(home, QUICK):
            pass

        assert state(home) is State.RUNNING

    def test_when_it_is_to_be_kept_then_the_end_of_the_block_that_started_it_is_not_its_end(self, home: Path):
        with running(home, QUICK):
            keep_running(home)

        assert state(home) is State.RUNNING

    def test_when_a_user_of_it_was_killed_then_the_next_one_to_leave_stops_it(self, home: Path):
        child = os.fork()
        if child == 0:
            with running(home, QUICK):
                (home / "ready").touch()
                time.sleep(60)
            os._exit(0)
        while not (home / "ready").exists():
            time.sleep(0.05)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)

        with running(home, QUICK) as found:
            assert not found.started
        assert state(home) is State.STOPPED

    def test_when_a_forked_child_leaves_the_block_then_it_runs_on(self, home: Path):
        with ExitStack() as block:
            block.enter_context(running(home, QUICK))
            child = os.fork()
            if child == 0:
                block.close()
                os._exit(0)
            os.waitpid(child, 0)
            assert state(home) is State.RUNNING

    def test_the_programs_of_others_cannot_enter_as_superuser_through_the_roles(self, home: Path):
        for role in Role:
            with ensure(home, QUICK).connect(role) as connection:
                weak = connection.execute(
                    "select rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication"
                    " from pg_roles where rolname = current_user"
                ).fetchone()
                assert weak == (False,)
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    connection.execute("copy (select 1) to program 'true'")

    def test_its_log_does_not_repeat_the_row_that_was_refused(self, home: Path):
        with ensure(home, QUICK).connect(Role.OWNER) as connection:
            connection.execute("create table people (name text unique)")
            connection.execute("insert into people values ('MORVANI')")
            with pytest.raises(psycopg.errors.UniqueViolation):
                connection.execute("insert into people values ('MORVANI')")
            with pytest.raises(psycopg.Error):
                connection.execute("select 'MORVANI'::integer")

        logged = of(home).log.read_text()
        assert "duplicate key" in logged
        assert logged.count("MORVANI") <= 1  # a value that cannot be read is named by the message itself


class TestGivenAServerThatWasKilled:
    @pytest.mark.parametrize("whom", ["postmaster", "everybody"])
    def test_when_it_is_ensured_then_it_answers_and_what_was_committed_is_there(self, home: Path, whom: str):
        ensure(home, QUICK)
        a_table(home)
        kill(home, everybody=whom == "everybody")

        again = ensure(home, QUICK)

        assert again.started
        assert rows(home) == 1

    def test_when_its_orphans_still_hold_the_memory_then_it_waits_for_them(self, home: Path):
        """An orphan that is in the middle of a statement keeps the memory block until it notices."""
        server = ensure(home, QUICK)
        a_table(home)
        busy = server.connect(Role.APP)
        with contextlib.suppress(psycopg.Error):
            orphan = threading.Thread(target=lambda: sleeping(busy), daemon=True)
            orphan.start()
            time.sleep(0.2)
            os.kill(postmaster(home), signal.SIGKILL)
            assert ensure(home, QUICK).started
        assert rows(home) == 1

    def test_when_a_zombie_holds_its_number_then_it_starts_all_the_same(self, home: Path):
        ensure(home, QUICK)
        a_table(home)
        kill(home, everybody=True)
        with a_zombie() as zombie:
            leave_behind(home, zombie)

            assert ensure(home, QUICK).started
            assert rows(home) == 1

    def test_when_another_program_got_its_number_then_it_starts_and_the_other_lives(self, home: Path):
        ensure(home, QUICK)
        kill(home, everybody=True)
        other = subprocess.Popen(["sleep", "60"])
        try:
            leave_behind(home, other.pid)

            assert ensure(home, QUICK).started
            assert other.poll() is None
        finally:
            other.kill()
            other.wait()

    def test_when_the_number_is_of_another_homes_server_then_both_run(self, home: Path, folder: Path):
        other_home = folder / "other"
        ensure(home, QUICK)
        kill(home, everybody=True)
        with running(other_home, QUICK):
            leave_behind(home, postmaster(other_home))

            assert ensure(home, QUICK).started
            assert state(other_home) is State.RUNNING

    def test_when_it_is_stopped_instead_then_the_left_over_is_cleared(self, home: Path):
        ensure(home, QUICK)
        kill(home, everybody=True)
        with a_zombie() as zombie:
            leave_behind(home, zombie)

            assert stop(home) is False
            assert not of(home).pid_file.exists()

    def test_when_whoever_held_the_lock_was_killed_then_the_next_one_gets_it(self, home: Path):
        ensure(home, QUICK)
        stop(home)
        holding = (
            "import fcntl, sys, time\n"
            "f = open(sys.argv[1], 'r+'); fcntl.flock(f, fcntl.LOCK_EX); print('held', flush=True); time.sleep(60)"
        )
        holder = subprocess.Popen([sys.executable, "-c", holding, str(of(home).lock)], stdout=subprocess.PIPE)
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        threading.Timer(0.5, holder.kill).start()

        assert ensure(home, QUICK).started
        assert holder.wait() == -signal.SIGKILL
        holder.stdout.close()


class TestGivenSomebodyWhoWatches:
    def test_when_the_server_crashed_then_it_is_revived_once(self, home: Path):
        ensure(home, QUICK)
        a_table(home)
        kill(home, everybody=True)

        assert revive(home, QUICK) is True
        assert revive(home, QUICK) is False
        assert rows(home) == 1

    def test_when_it_was_stopped_or_never_made_then_it_is_let_be(self, home: Path, folder: Path):
        ensure(home, QUICK)
        stop(home)

        assert revive(home, QUICK) is False
        assert state(home) is State.STOPPED
        assert revive(folder / "none", QUICK) is False
        assert revive(home, Wishes(app_url="postgresql://x@/y")) is False


class TestGivenFoldersAbove:
    def test_when_a_server_is_started_then_no_folder_above_is_opened(self, folder: Path):
        above = folder / "a" / "b"
        above.mkdir(parents=True)
        for path in (folder / "a", above):
            path.chmod(0o711 if AS_ROOT else 0o700)
        before = {path: path.stat().st_mode for path in above_and(above)}

        with running(above / "home", QUICK):
            pass

        assert {path: path.stat().st_mode for path in before} == before

    @pytest.mark.skipif(not AS_ROOT, reason="root: only root starts a server for another account")
    def test_when_root_keeps_its_home_below_a_closed_folder_then_the_data_lie_elsewhere(self, folder: Path):
        closed = folder / "closed"
        closed.mkdir(mode=0o700)
        home = closed / "home"
        try:
            with running(home, QUICK) as server:
                found = of(home)
                assert found.folder.is_relative_to(SYSTEM_HOMES)
                assert mode(closed) == 0o700
                assert (found.folder.parent / "home").read_text().strip() == str(home)
                assert mode(found.folder) == 0o700
                assert found.folder.stat().st_uid == server_account().uid
                assert server.connect(Role.APP).execute("select 1").fetchone() == (1,)
        finally:
            shutil.rmtree(found.folder.parent)

    def test_when_the_path_is_too_long_for_a_socket_then_the_socket_lies_elsewhere(self, folder: Path):
        home = folder / ("long" * 12) / ("longer" * 10) / "home"
        with running(home, QUICK):
            found = of(home)
            assert found.data.is_relative_to(folder)
            assert not found.socket.is_relative_to(folder)
            assert mode(found.sockets) == 0o700
            assert answer(home) == 1
        shutil.rmtree(found.sockets)

    def test_when_somebody_laid_a_folder_for_the_socket_before_then_it_is_refused(self, folder: Path):
        home = folder / ("long" * 12) / ("longer" * 10) / "home"
        home.mkdir(parents=True, mode=0o711)
        found = of(home)
        found.sockets.mkdir(mode=0o777)
        found.sockets.chmod(0o777)
        try:
            with pytest.raises(Refused, match="not private"):
                ensure(home, QUICK)
        finally:
            found.sockets.rmdir()

    def test_a_path_with_spaces_and_apostrophes_is_only_a_path(self, home: Path, folder: Path):
        strange = home.rename(folder / "my own it's home; #1 & (ü) 100%")
        with running(strange, QUICK):
            assert answer(strange) == 1

    @pytest.mark.parametrize("name", ['a "home"', "a, home", "a $HOME", "a `home`", "a\\home", "a\nhome"])
    def test_a_path_that_a_shell_would_read_is_refused(self, folder: Path, name: str):
        with pytest.raises(Refused, match="another folder"):
            ensure(folder / name, QUICK)
        assert not (folder / name).exists()

    @pytest.mark.skipif(not AS_ROOT, reason="root: only root can make a folder of another account")
    def test_when_the_home_is_of_another_account_then_it_is_refused(self, new_home: Path):
        new_home.mkdir()
        os.chown(new_home, pwd.getpwnam("nobody").pw_uid, -1)

        with pytest.raises(Refused, match="belongs to user"):
            ensure(new_home, QUICK)
        os.chown(new_home, 0, -1)


class TestGivenAnOrdinaryUser:
    @pytest.mark.skipif(not AS_ROOT, reason="root: only root can become another account")
    def test_when_he_starts_recovers_and_stops_a_server_then_all_of_it_is_his(self, folder: Path):
        nobody = pwd.getpwnam("nobody")
        his = Account(nobody.pw_name, nobody.pw_uid, nobody.pw_gid, is_other=True)
        wishes = Wishes(durable=False, pg_bin=find_binaries(None, his).folder)
        home = folder / "his"
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)

        def life() -> list[object]:
            server = ensure(home, wishes)
            with server.connect(Role.APP) as connection:
                who = connection.execute("select current_user::text").fetchone()
            os.kill(int((home / "pg" / "data" / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)
            again = ensure(home, wishes)
            return [os.geteuid(), who, server.started, again.started, stop(home), state(home).value]

        assert as_account(nobody, life) == [nobody.pw_uid, ["liaison_app"], True, True, True, "stopped"]
        assert (home / "pg" / "data").stat().st_uid == nobody.pw_uid
        assert mode(home) == 0o700


class TestGivenWishes:
    def test_when_it_is_production_then_the_embedded_server_is_refused(self, new_home: Path):
        with pytest.raises(Refused, match="LIAISON_ALLOW_EMBEDDED"):
            ensure(new_home, Wishes(production=True))
        assert not new_home.exists()

    def test_when_it_is_allowed_in_production_then_it_starts(self, home: Path):
        assert ensure(home, Wishes(production=True, allow_embedded=True, durable=False)).started

    def test_when_the_named_programs_are_too_old_or_not_there_then_it_is_refused(self, new_home: Path, folder: Path):
        with pytest.raises(Refused, match="LIAISON_PG_BIN"):
            ensure(new_home, Wishes(pg_bin=folder))
        assert not (of(new_home).data).exists()

    def test_when_an_external_server_does_not_answer_then_nothing_is_started(self, new_home: Path, folder: Path):
        wishes = Wishes(database_url=f"postgresql://admin:secret@/liaison?host={folder}")

        with pytest.raises(Refused, match="does not answer") as refused:
            setup(new_home, wishes)
        with pytest.raises(Refused, match="liaison db setup"):
            ensure(new_home, wishes)
        assert "secret" not in str(refused.value)
        assert not of(new_home).folder.exists()
        assert state(new_home, wishes) is State.EXTERNAL


class TestGivenAnExternalServer:
    @pytest.fixture
    def admin_url(self, folder: Path) -> Iterator[str]:
        """Somebody else's server: a role that may make roles, and a database that it owns."""
        with running(folder / "theirs", QUICK):
            with psycopg.connect(superuser_conninfo(folder / "theirs"), autocommit=True) as connection:
                for role in ("liaison_system", "liaison_app", "liaison_owner"):
                    connection.execute("drop database if exists liaison with (force)")
                    connection.execute(f"drop owned by {role}")
                    connection.execute(f"drop role {role}")
                connection.execute("create role admin login createrole password 'password'")
                connection.execute("create database police owner admin")
            yield f"postgresql://admin:password@/police?host={of(folder / 'theirs').sockets}"

    def test_when_it_is_set_up_twice_then_the_roles_connect_and_the_schema_is_closed(
        self, new_home: Path, admin_url: str
    ):
        wishes = Wishes(database_url=admin_url)

        setup(new_home, wishes)
        server = setup(new_home, wishes)

        assert not server.started
        assert not (new_home / "pg").exists()
        assert server.parameters(Role.APP)["dbname"] == "police"
        with server.connect(Role.OWNER) as owner:
            owner.execute("create table mine (id integer)")
        for role in (Role.APP, Role.SYSTEM):
            with server.connect(role) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute("create table theirs (id integer)")
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(server.url(Role.APP).replace("liaison_app", "nobody_else"))

    def test_when_single_urls_are_given_then_they_are_used_as_they_are(self, new_home: Path, admin_url: str):
        setup(new_home, Wishes(database_url=admin_url))
        app_url = ensure(new_home, Wishes(database_url=admin_url)).url(Role.APP)
        (new_home / "database.json").unlink()

        server = ensure(new_home, Wishes(app_url=app_url))

        assert server.connect(Role.APP).execute("select current_user::text").fetchone() == ("liaison_app",)


def as_account(account: pwd.struct_passwd, act: Callable[[], object]) -> object:
    """Do something in a child that has become another account for good, and return what it returned.

    A child and not a new program: the interpreter may lie where that account cannot read.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.setgroups([])
            os.setgid(account.pw_gid)
            os.setuid(account.pw_uid)
            said = json.dumps(act())
        except BaseException as failed:
            said = json.dumps(f"{type(failed).__name__}: {failed}")
        os.write(writing, said.encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        said = pipe.read()
    os.waitpid(child, 0)
    return json.loads(said)


def a_table(home: Path) -> None:
    """Commit a row, so that the system has it: what the suite's quick servers do only at leisure."""
    with ensure(home, QUICK).connect(Role.OWNER) as connection:
        connection.execute("set synchronous_commit = on")
        connection.execute("create table kept (id integer)")
        connection.execute("grant select on kept to liaison_app")
        connection.execute("insert into kept values (1)")


def rows(home: Path) -> object:
    return answer(home, "select count(*) from kept")


def sleeping(connection: psycopg.Connection) -> None:
    with contextlib.suppress(psycopg.Error):
        connection.execute("select pg_sleep(1)")


def kill(home: Path, *, everybody: bool) -> None:
    """kill -9 the postmaster, and its children if so asked, and wait until none of those answers."""
    pid = postmaster(home)
    children = [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    for victim in [pid, *children] if everybody else [pid]:
        with contextlib.suppress(ProcessLookupError):
            os.kill(victim, signal.SIGKILL)
    time.sleep(0.2)


def leave_behind(home: Path, pid: int) -> None:
    """Have the lock files name a process, as after a crash whose number somebody else has now."""
    found = of(home)
    for path in (found.pid_file, found.socket_lock):
        path.write_text(
            f"{pid}\n{found.data}\n{int(time.time())}\n5432\n{found.sockets}\n\n        0         0\nready   \n"
        )
        shutil.chown(path, server_account().uid, server_account().gid)
        path.chmod(0o600)


@contextlib.contextmanager
def a_zombie() -> Iterator[int]:
    """A dead process that nobody has asked about."""
    dead = subprocess.Popen(["true"])
    while Path(f"/proc/{dead.pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z":
        time.sleep(0.01)
    yield dead.pid
    dead.wait()


def above_and(path: Path) -> list[Path]:
    return [path, *path.parents]
