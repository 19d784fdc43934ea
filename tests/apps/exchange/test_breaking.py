"""Imports in a breaking world: killed half-way, two at once, a full disk. Real commits, real processes."""

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from liaison.apps.exchange import public as exchange
from liaison.apps.exchange.locks import alone
from liaison.apps.exchange.services import BATCH_ROWS
from liaison.postgres import Role as DatabaseRole
from liaison.refusal import Refused
from tests.apps.exchange.world import NEW, a_file, active, an_operator, held, imported, people, tally

pytestmark = pytest.mark.postgres
MORE_THAN_ONE_BATCH = BATCH_ROWS + 30

FULL_DISK = """
create function disk_full() returns trigger language plpgsql as $$
begin
    if (select count(*) from records_record) >= {rows} then
        raise exception 'could not extend file: No space left on device' using errcode = '53100';
    end if;
    return new;
end $$;
create trigger disk_full before insert on records_record for each row execute function disk_full();
"""
SPACE_AGAIN = "drop trigger disk_full on records_record; drop function disk_full();"


def test_an_import_that_is_killed_half_way_goes_on_when_it_is_run_again(committed_db, tmp_path):
    operator = an_operator("killed.operator")
    path = a_file(tmp_path, *people(MORE_THAN_ONE_BATCH))

    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(KILLED_AFTER_THE_FIRST_BATCH), str(path)],
        env=committed_db.environment(),
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert len(active(operator)) == BATCH_ROWS
    (left,) = exchange.import_reports(operator).reports
    assert left.status == "under_way"

    report = imported(path, by=operator)

    assert (report.status, report.reference) == ("done", left.reference)
    assert tally(report) == exchange.Tally(
        read=MORE_THAN_ONE_BATCH, entered=MORE_THAN_ONE_BATCH - BATCH_ROWS, unchanged=BATCH_ROWS
    )
    assert active(operator) == {str(number) for number in range(1, MORE_THAN_ONE_BATCH + 1)}
    assert {status for status, _ in held(operator).values()} == {"active"}


KILLED_AFTER_THE_FIRST_BATCH = """
    import os, signal, sys
    from pathlib import Path

    os.environ["DJANGO_SETTINGS_MODULE"] = "liaison.config.settings"
    import django

    django.setup()
    from liaison.apps.exchange import public as exchange
    from liaison.apps.members import public as members
    from liaison.viewer import Purpose

    def die(step, done, total):
        if step == "entering":
            os.kill(os.getpid(), signal.SIGKILL)

    operator = members.viewer_by_name("killed.operator", Purpose.IDENTIFY)
    exchange.import_list("un-sc", Path(sys.argv[1]), by=operator, progress=die)
"""


def test_two_imports_of_one_list_at_once_the_second_is_refused_and_hears_who_runs(committed_db, tmp_path):
    first, second = an_operator(), an_operator()
    path = a_file(tmp_path, *people(3))
    other = a_file(tmp_path, *people(2), generated_at=NEW, name="other.xml")
    heard = []

    def meanwhile(step: str, done: int, total: int) -> None:
        with pytest.raises(Refused) as refused:
            imported(other, by=second)
        heard.append((refused.value.code, refused.value.findings[0].values["name"]))

    report = imported(path, by=first, progress=meanwhile)

    assert set(heard) == {("exchange.busy", "Invented Officer")}
    assert (report.status, tally(report).entered) == ("done", 3)
    with alone("un-sc") as is_free:
        assert is_free


def test_a_run_that_died_is_closed_when_another_file_comes(committed_db, tmp_path):
    operator = an_operator()

    def die(step: str, done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        imported(a_file(tmp_path, *people(3)), by=operator, progress=die)
    imported(a_file(tmp_path, *people(2), generated_at=NEW, name="other.xml"), by=operator)

    assert [report.status for report in exchange.import_reports(operator).reports] == ["done", "stopped"]


def test_when_the_disk_is_full_nothing_is_half_written_and_it_goes_on_with_space(committed_db, tmp_path):
    operator = an_operator()
    path = a_file(tmp_path, *people(MORE_THAN_ONE_BATCH))
    with committed_db.as_role(DatabaseRole.OWNER) as owner:
        owner.execute(FULL_DISK.format(rows=BATCH_ROWS + 10))

        with pytest.raises(Refused, match="disk") as refused:
            imported(path, by=operator)
        owner.execute(SPACE_AGAIN)

    assert refused.value.code == "exchange.disk_full"
    assert len(active(operator)) == BATCH_ROWS

    report = imported(path, by=operator)
    assert (report.status, tally(report).unchanged) == ("done", BATCH_ROWS)
    assert len(active(operator)) == MORE_THAN_ONE_BATCH


def test_the_lock_goes_with_the_process_that_holds_it(committed_db, tmp_path):
    an_operator()
    holding = """
    import os, sys
    os.environ["DJANGO_SETTINGS_MODULE"] = "liaison.config.settings"
    import django

    django.setup()
    from liaison.apps.exchange.locks import alone

    with alone("un-sc") as is_free:
        print(is_free, flush=True)
        sys.stdin.read()
    """
    holder = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(holding)],
        env=committed_db.environment(),
        cwd=Path(__file__).parents[3],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout is not None
    assert holder.stdout.readline().strip() == "True"
    with alone("un-sc") as is_free:
        assert not is_free

    os.kill(holder.pid, signal.SIGKILL)
    holder.wait()

    assert any(_free() for _ in range(100))


def _free() -> bool:
    with alone("un-sc") as is_free:
        return is_free
