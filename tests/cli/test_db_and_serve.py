"""The commands as programs of their own: a home from nothing to nothing, and doors that open and close."""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.suite_database import SuiteDatabase

pytestmark = pytest.mark.postgres
REPOSITORY = Path(__file__).resolve().parent.parent.parent
COMMAND = [sys.executable, "-m", "liaison.cli.main"]
OPENED_SECONDS_MAX = 60


def run(environment: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*COMMAND, *words], cwd=REPOSITORY, env=environment, capture_output=True, text=True)


def told(environment: dict[str, str], *words: str) -> dict[str, object]:
    ran = run(environment, *words, "--json")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return json.loads(ran.stdout)


@pytest.fixture
def empty_home() -> Iterator[dict[str, str]]:
    """An environment that names a home which does not exist yet."""
    folder = Path(tempfile.mkdtemp(prefix="lcli-"))
    if os.geteuid() == 0:
        folder.chmod(0o711)
    compiled = os.environ.get("PYTHONPYCACHEPREFIX", "")
    environment = {"PATH": "/usr/bin:/bin", "LIAISON_HOME": str(folder / "home"), "PYTHONPYCACHEPREFIX": compiled}
    yield environment
    run(environment, "db", "stop")
    shutil.rmtree(folder)


def test_a_home_comes_from_nothing_and_is_stopped_again(empty_home: dict[str, str]):
    assert told(empty_home, "db", "status")["state"] == "absent"

    assert run(empty_home, "db", "migrate").returncode == 0
    assert told(empty_home, "db", "status")["state"] == "stopped"

    assert told(empty_home, "db", "up")["started"] is True
    assert told(empty_home, "db", "up")["started"] is False
    seen = told(empty_home, "db", "status")
    assert (seen["state"], seen["missing_keys"], seen["unapplied"]) == ("running", [], [])
    assert told(empty_home, "db", "migrate") == {"migrated": True}
    assert told(empty_home, "db", "status")["state"] == "running"

    assert told(empty_home, "db", "stop") == {"stopped": True}
    assert told(empty_home, "db", "stop") == {"stopped": False}


def test_a_home_without_keys_is_not_served(empty_home: dict[str, str]):
    ran = run(empty_home, "serve")

    assert ran.returncode == 1
    assert "liaison db setup" in ran.stderr
    assert not Path(empty_home["LIAISON_HOME"]).exists()


def test_wrong_settings_are_all_named(empty_home: dict[str, str]):
    ran = run(empty_home | {"LIAISON_PORT": "fast", "LIAISON_ENV": "test"}, "doctor")

    assert ran.returncode == 1
    assert "LIAISON_PORT" in ran.stderr
    assert "LIAISON_ENV" in ran.stderr
    assert "Traceback" not in ran.stderr


class TestGivenAServedHome:
    @pytest.fixture
    def environment(self, committed_db: SuiteDatabase) -> dict[str, str]:
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        return committed_db.environment() | {"LIAISON_PORT": str(port)}

    def test_when_it_is_opened_then_it_answers_until_it_is_told_to_stop(self, environment: dict[str, str]):
        with served(environment) as (address, serving):
            assert status(f"{address}/sign-in/") == 200
            second = run(environment, "serve")
            assert second.returncode == 1
            assert address in second.stderr
            assert str(serving.pid) in second.stderr

            serving.send_signal(signal.SIGTERM)
            assert serving.wait(timeout=OPENED_SECONDS_MAX) in {0, -signal.SIGTERM}

    def test_when_the_doors_role_is_the_owner_then_it_does_not_open(self, environment: dict[str, str]):
        strong = environment | {"LIAISON_DATABASE_APP_URL": environment["LIAISON_DATABASE_OWNER_URL"]}

        ran = run(strong, "serve")

        assert ran.returncode == 1
        assert "owns" in ran.stderr

    def test_when_a_migration_is_missing_then_it_does_not_open(
        self, environment: dict[str, str], committed_db: SuiteDatabase
    ):
        with committed_db.superuser() as superuser:
            superuser.execute("delete from django_migrations where app = 'rows' and name like '0002%'")

        ran = run(environment, "serve")

        assert ran.returncode == 1
        assert "liaison db migrate" in ran.stderr


@contextlib.contextmanager
def served(environment: dict[str, str]) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """The address and the process of an installation that is being served."""
    address = f"http://127.0.0.1:{environment['LIAISON_PORT']}"
    serving = subprocess.Popen([*COMMAND, "serve"], cwd=REPOSITORY, env=environment)
    try:
        deadline = time.monotonic() + OPENED_SECONDS_MAX
        while status(f"{address}/sign-in/") is None:
            assert serving.poll() is None, "it ended instead of opening"
            assert time.monotonic() < deadline, "it does not open"
            time.sleep(0.1)
        yield address, serving
    finally:
        serving.kill()
        serving.wait()


def status(url: str) -> int | None:
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return answer.status
    except urllib.error.HTTPError as answered:
        return answered.code
    except OSError:
        return None
