"""The page “Add a database”, followed literally in a copy of the checkout: what it says is what works."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from liaison.databases import all_databases
from tests.conftest import REPOSITORY

PAGE = REPOSITORY / "docs/how-to/add-a-database.md"
SECONDS_MAX = 240
_STEP = re.compile(r"Make the file `([^`]+)`:\n\n```python\n(.*?)```", re.DOTALL)
_COMMAND = re.compile(r"^    \.venv/bin/python (.+)$", re.MULTILINE)

BEYOND_THE_PAGE = '''
"""What the page promises of the running product."""

import pytest

from liaison.apps.audit import public as audit
from liaison.apps.records import public as records
from liaison.apps.records.forms import inputs
from liaison.apps.screening import public as screening
from liaison.apps.screening.public import Question
from liaison.databases import all_databases
from tests.databases.test_bicycles import a_bicycle
from tests.factories.index import following
from tests.factories.members import a_viewer
from tests.factories.screening import a_question


@pytest.fixture
def bicycle(committed_db):
    reference = records.enter(records.Draft(kind="bicycles", fields=a_bicycle()), by=a_viewer("QM"))
    with following():
        yield reference
    audit.stop_event_writer()


def test_one_that_was_entered_is_found_in_the_one_box_and_by_half_its_number(bicycle):
    whole = screening.ask(a_question(text="wtu 04471 k"), viewer=a_viewer("QN"))
    half = screening.ask(a_question(text="WTU*"), viewer=a_viewer("QN"))

    assert [hit.card.reference for group in whole.groups for hit in group.hits] == [bicycle]
    assert [hit.card.reference for group in half.groups for hit in group.hits] == [bicycle]
    assert bicycle.startswith("RZ-")


def test_its_form_asks_for_its_fields():
    assert [one.path for one in inputs(all_databases()["bicycles"], {})][:3] == [
        "frame_number", "police_code", "bicycle_kind",
    ]
'''


@pytest.fixture(scope="module")
def copy(tmp_path_factory) -> Path:
    """A copy of the checkout in which the page's files were made."""
    folder = tmp_path_factory.mktemp("checkout")
    for name in ("liaison", "tests", "tools"):
        shutil.copytree(REPOSITORY / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(REPOSITORY / "pyproject.toml", folder)
    for path, content in steps():
        assert not (folder / path).exists(), f"{path} is there already"
        (folder / path).write_text(content, encoding="utf-8")
    return folder


def steps() -> list[tuple[str, str]]:
    """Return the files that the page says to make, with their contents."""
    return _STEP.findall(PAGE.read_text(encoding="utf-8"))


def commands() -> list[list[str]]:
    """Return the commands that the page says to run, without the program."""
    return [line.split() for line in _COMMAND.findall(PAGE.read_text(encoding="utf-8"))]


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a Python program in the copy, with nothing of this checkout in the way."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "DJANGO"))}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env={**environment, "PYTHONPATH": str(folder), "PYTHONPYCACHEPREFIX": str(folder.with_name("compiled"))},
        capture_output=True,
        text=True,
        timeout=SECONDS_MAX,
        check=False,
    )


class TestGivenThePage:
    def test_then_it_makes_a_twentieth_database_and_its_test(self):
        assert [path for path, _ in steps()] == ["liaison/databases/bicycles.py", "tests/databases/test_bicycles.py"]
        assert len(all_databases()) == 19

    def test_when_its_files_are_made_then_its_own_test_passes(self, copy):
        tested, _ = commands()

        done = run(copy, *tested)

        assert done.returncode == 0, done.stdout + done.stderr

    def test_when_its_files_are_made_then_the_database_works_in_the_product(self, copy):
        (copy / "tests/apps/records/test_beyond_the_page.py").write_text(BEYOND_THE_PAGE, encoding="utf-8")

        done = run(copy, "-m", "pytest", "-q", "-n", "0", "tests/apps/records/test_beyond_the_page.py")

        assert done.returncode == 0, done.stdout + done.stderr

    def test_when_its_messages_are_gathered_then_what_is_to_be_translated_is_named(self, copy):
        _, gathered = commands()

        done = run(copy, *gathered)

        assert done.returncode == 1
        assert "City bicycle" in (copy / "liaison/locale/es/LC_MESSAGES/django.po").read_text(encoding="utf-8")
        assert run(copy, "tools/messages.py", "check").returncode == 1
