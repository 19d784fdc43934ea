"""A long list: the memory of an import does not grow with it, and killed anywhere it goes on."""

import json
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from liaison.apps.audit import public as audit
from liaison.apps.exchange import public as exchange
from liaison.apps.members.public import Role
from liaison.apps.records import public as records
from tests.budgets import budget, some
from tests.factories.members import a_viewer

pytestmark = pytest.mark.postgres
FEW, MANY = 4_000, budget(24_000, 60_000)
GROWTH_BYTES_A_ROW_MAX = 400
"""Two keyed digests of 16 bytes, room to sort them, and what Python does not give back; a row itself takes 2,000."""

IMPORT = """
    import json, os, resource, signal, sys
    from pathlib import Path

    os.environ["DJANGO_SETTINGS_MODULE"] = "liaison.config.settings"
    import django

    django.setup()
    from liaison.apps.exchange import public as exchange
    from liaison.apps.members import public as members
    from liaison.viewer import Purpose

    path, deadly = Path(sys.argv[1]), sys.argv[2:]
    told = 0

    def watch(step, done, total):
        global told
        told += step == (deadly or [""])[0]
        if deadly and told == int(deadly[1]):
            os.kill(os.getpid(), signal.SIGKILL)

    officer = members.viewer_by_name("qm.importer", Purpose.IDENTIFY)
    report = exchange.import_list("ftm", path, by=officer, progress=watch)
    most = [resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    print(json.dumps({"status": report.status, "bytes": [1024 * one for one in most]}))
"""


def a_long_list(path: Path, count: int, *, first: int = 0) -> Path:
    """Passports of QM that were stolen, and every tenth a person."""
    with path.open("w", encoding="utf-8") as file:
        for number in range(first, first + count):
            told = (
                {"name": [f"Dilara Voss {number}"], "birthDate": ["1984-03-12"], "gender": ["female"]}
                if number % 10 == 0
                else {"number": [f"QM{number:08}"], "country": ["qm"], "summary": ["stolen"]}
            )
            schema = "Person" if number % 10 == 0 else "Passport"
            file.write(json.dumps({"id": f"qm-{number}", "schema": schema, "properties": told}) + "\n")
    return path


def run_import(database, path: Path, *deadly: str) -> subprocess.CompletedProcess[str]:
    """Run it in a process of its own; `deadly` names the step and at which telling of it the process is killed."""
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(IMPORT), str(path), *deadly],
        env=database.environment(),
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        timeout=600,
    )


def keys_of(by) -> set[str]:
    return {
        held.foreign_key
        for kind in ("persons", "travel_documents")
        for page in records.held_actively(kind, by.reader_id, viewer=by)
        for held in page
    }


def test_the_memory_of_an_import_does_not_grow_with_its_list(committed_db, tmp_path):
    a_viewer("QM", Role.BUREAU_OFFICER, name="qm.importer")
    few, many = [
        run_import(committed_db, a_long_list(tmp_path / f"{count}.json", count, first=count)) for count in (FEW, MANY)
    ]

    assert few.returncode == many.returncode == 0, few.stderr + many.stderr
    told = [json.loads(done.stdout) for done in (few, many)]
    assert [one["status"] for one in told] == ["done", "done"]
    for before, after in zip(told[0]["bytes"], told[1]["bytes"], strict=True):
        assert after - before < GROWTH_BYTES_A_ROW_MAX * (MANY - FEW) + 24 * 1024 * 1024


@pytest.mark.parametrize("deadly", some([("entering", "1"), ("reading", "5"), ("entering", "2")], 3))
def test_killed_anywhere_and_run_again_it_ends_the_same(committed_db, tmp_path, deadly):
    by = a_viewer("QM", Role.BUREAU_OFFICER, name="qm.importer")
    path = a_long_list(tmp_path / "list.json", exchange.BATCH_ROWS * 2 + 100)

    killed = run_import(committed_db, path, *deadly)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    kept = keys_of(by)
    assert len(kept) == (exchange.BATCH_ROWS * int(deadly[1]) if deadly[0] == "entering" else 0)

    report = exchange.import_list("ftm", path, by=by)

    assert report.status == "done"
    assert sum(tally.unchanged for tally in report.tallies.values()) == len(kept)
    assert keys_of(by) == {f"qm-{number}" for number in range(exchange.BATCH_ROWS * 2 + 100)}
    assert list(audit.verify()) == []


def test_what_an_import_puts_aside_has_no_name_and_cannot_be_read_on_the_disk(tmp_path, monkeypatch):
    from liaison.files.spool import Spool

    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    spool = Spool()
    spool.append(b"Dilara Voss " * 1_000)

    handle = Path(f"/proc/self/fd/{spool._file.fileno()}")
    assert list(tmp_path.iterdir()) == []
    assert handle.stat().st_size > 0
    assert b"Dilara" not in handle.read_bytes()
    assert b"".join(spool.blocks()) == b"Dilara Voss " * 1_000
    spool.close()
