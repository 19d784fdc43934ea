"""`liaison demo` as a newcomer runs it: one command, a page, a hit; and all of it ends with the command."""

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from liaison.apps.training.public import offer
from tests.conftest import REPOSITORY

pytestmark = [pytest.mark.postgres, pytest.mark.timeout(600)]

FIRST_PAGE_SECONDS_MAX = 240  # on a busy machine; `make demo` on a quiet one takes a quarter of a minute
STOP_SECONDS_MAX = 90
PAUSE_SECONDS = 0.2
SMALL = ["--people", "20", "--documents", "40"]


class Demo:
    """A demo that runs in a home of its own."""

    def __init__(self, home: Path) -> None:
        self.home = home
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("LIAISON_", "PYTEST_"))}
        self.environment = {**kept, "LIAISON_HOME": str(home)}
        self.said = home.parent / "said"
        with self.said.open("wb") as said:
            self.process = subprocess.Popen(
                [*COMMAND, "demo", "--port", "18480", *SMALL],
                cwd=REPOSITORY, env=self.environment, stdout=said, stderr=subprocess.STDOUT,
            )  # fmt: skip

    def address(self) -> str:
        """Wait for the welcome, and return the address in it."""
        found = self.wait_for(r"Liaison is at (http://\S+)")
        return found.group(1)

    def wait_for(self, words: str) -> re.Match[str]:
        """Wait until it says this."""
        deadline = time.monotonic() + FIRST_PAGE_SECONDS_MAX
        while time.monotonic() < deadline:
            said = self.said.read_text(errors="replace")
            if found := re.search(words, said):
                return found
            assert self.process.poll() is None, said
            time.sleep(PAUSE_SECONDS)
        raise AssertionError(f"not said in time: {words}\n{self.said.read_text(errors='replace')}")

    def liaison(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run another command in the same home."""
        return subprocess.run(
            [*COMMAND, *words], cwd=REPOSITORY, env=self.environment, capture_output=True, text=True, check=False
        )

    def end(self) -> int:
        """End it as a supervisor does."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(STOP_SECONDS_MAX)

    def others(self) -> list[int]:
        """Return the processes that work in this home, but not the command itself."""
        mark = f"LIAISON_HOME={self.home}".encode()
        found = []
        for entry in Path("/proc").iterdir():
            with contextlib.suppress(OSError, ValueError):
                if mark in (entry / "environ").read_bytes().split(b"\0") and int(entry.name) != self.process.pid:
                    found.append(int(entry.name))
        return found


COMMAND = [sys.executable, "-m", "liaison.cli.main"]


@pytest.fixture
def demo() -> Iterator[Demo]:
    """A demo in a fresh home, ended afterwards whatever happened."""
    folder = Path(tempfile.mkdtemp(prefix="liaison-demo-"))
    folder.chmod(0o711)
    running = Demo(folder / "home")
    try:
        yield running
    finally:
        if running.process.poll() is None:
            running.end()
        running.liaison("db", "stop")
        shutil.rmtree(folder, ignore_errors=True)


def follow_the_page(demo: Demo, address: str) -> None:
    """Do what “Synchronise a national system” says, in a folder of its own, and see what it promises."""
    page = (REPOSITORY / "docs/how-to/synchronise-a-national-system.md").read_text(encoding="utf-8")
    program, promised = (
        re.search(r"```python\n(.*?)```", page, re.DOTALL),
        re.findall(r"```text\n(.*?)```", page, re.DOTALL),
    )
    folder = demo.home.parent / "register"
    folder.mkdir()
    environment = dict(os.environ)
    (folder / "national_system.py").write_text(program[1], encoding="utf-8")

    def run(*words: str) -> str:
        done = subprocess.run(
            [sys.executable, "national_system.py", *words],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    run("key", address)
    added = demo.liaison("members", "add-key", str(folder / "register.pub"), "--as", "qm.admin")
    assert added.returncode == 0, added.stderr
    made = demo.liaison("members", "add-program", "register.qm", "--purpose", "investigate", "--as", "qm.admin")
    assert made.returncode == 0, made.stderr
    environment["LIAISON_TOKEN"] = made.stdout.strip()
    sent = run("send", address, added.stdout.strip())
    assert [line.split()[:2] for line in sent.splitlines()] == [["PASS-1", "done"], ["PASS-2", "done"]]
    assert int(run("follow", address).split()[0]) > 2
    assert run("compare", address) == promised[1]


class TestGivenAFreshHome:
    def test_when_a_newcomer_starts_the_demo_then_he_has_a_page_and_a_hit_and_everything_ends_with_it(self, demo):
        address = demo.address()

        with urllib.request.urlopen(address, timeout=30) as page:
            assert page.status == 200
        demo.wait_for("The invented world is complete")
        asked = demo.liaison("query", "--as", "qm.border", "--json", offer())
        answer = json.loads(asked.stdout)
        assert {hit["database"] for hit in answer["hits"]} == {"persons", "travel_documents"}

        follow_the_page(demo, address)

        again = demo.liaison("demo")
        assert again.returncode == 1
        assert "served already" in again.stderr

        assert demo.end() == 0
        assert demo.others() == []
