"""A demo world that is really served: the newcomer's own command, in processes of its own, on a small world."""

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser import WIDE, Watched, launched
from tests.suite_database import SuiteDatabase

START_SECONDS_MAX = 180
STOP_SECONDS_MAX = 30
PEOPLE, DOCUMENTS = 60, 120
LIAISON = (sys.executable, "-m", "liaison.cli.main")
PASSWORD = "between two rivers"  # of the invented world; see liaison.apps.training.world.users


class Demo:
    """One running `liaison demo`."""

    def __init__(self, environment: dict[str, str], home: Path) -> None:
        self.environment = environment
        self.home = home
        self.log = home.parent / f"{home.name}.log"
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "liaison.cli.main",
                    "demo",
                    "--people",
                    str(PEOPLE),
                    "--documents",
                    str(DOCUMENTS),
                ],
                env=environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            self.base = self._wait_for(r"Liaison is at (http://[^/\s]+)/")
            self._wait_for(r"(The invented world is complete)")
        except AssertionError:
            self.stop()
            raise

    def said(self) -> str:
        """What the command printed."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    def command(self, *words: str, typed: str = "") -> "subprocess.CompletedProcess[str]":
        """Run another command on the same home; `typed` is what somebody types into it."""
        return subprocess.run(
            [*LIAISON, *words],
            env=self.environment,
            input=typed,
            capture_output=True,
            text=True,
            timeout=120,
        )

    def stop(self) -> int:
        """End it as Ctrl-C does, and return its exit status."""
        self.process.send_signal(signal.SIGINT)
        try:
            return self.process.wait(STOP_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            raise

    def _wait_for(self, pattern: str) -> str:
        end = time.monotonic() + START_SECONDS_MAX
        while time.monotonic() < end and self.process.poll() is None:
            if found := re.search(pattern, self.said()):
                return found[1]
            time.sleep(0.1)
        raise AssertionError(f"the demo did not say {pattern!r}:\n{self.said()[-3000:]}")


@pytest.fixture(scope="session")
def demo(house: SuiteDatabase, django_db_blocker) -> Iterator[Demo]:
    """A small demo world, served: one for all journeys of a worker, for each start takes a quarter of a minute."""
    name, before = house.clone(), house.current
    with tempfile.TemporaryDirectory(prefix="liaison-journey-") as folder, django_db_blocker.unblock():
        home = Path(folder) / "home"
        home.mkdir(mode=0o700)
        for key in house.cluster.glob("*.key"):
            (home / key.name).write_bytes(key.read_bytes())
            (home / key.name).chmod(0o600)
        house.use(name)
        environment = house.environment() | {"LIAISON_HOME": str(home), "PYTHONUNBUFFERED": "1"}
        house.use(before)
        running = Demo(environment, home)
        try:
            yield running
        finally:
            running.stop()
            house.drop(name)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The browser of the machine."""
    with launched() as browser:
        yield browser


@pytest.fixture
def visitor(chromium: Browser, demo: Demo, request: pytest.FixtureRequest) -> Iterator[Watched]:
    """A visitor of the demo; indirect parameters are (light or dark, language). He meets no foreign host."""
    scheme, language = getattr(request, "param", ("light", "en"))
    context = chromium.new_context(base_url=demo.base, viewport=WIDE, color_scheme=scheme, locale=language)
    watched = Watched(context, demo.base)
    yield watched
    context.close()
    assert watched.complaints == []
