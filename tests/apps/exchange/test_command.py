"""`liaison records`: what people read, what programs read, and the exit status."""

import dataclasses
import io
import json
from datetime import UTC, datetime
from uuid import UUID

import pytest

from liaison.apps.exchange import public as exchange
from liaison.apps.members.public import Role
from liaison.cli import main, records
from liaison.refusal import Finding
from tests.apps.exchange.world import NEW, a_file, an_operator, people
from tests.factories.members import a_viewer

MOMENT = datetime(2026, 2, 27, 12, 0, tzinfo=UTC)
REPORT = exchange.ImportReport(
    id=UUID(int=1),
    reference="IM-2026-7K4M2P-C",
    list_name="un-sc",
    list_label="Consolidated list",
    source_code="UN",
    status="done",
    file_name="list.xml",
    edition_at=MOMENT,
    complete=True,
    started_at=MOMENT,
    ended_at=MOMENT,
    run_by=UUID(int=2),
    run_by_name="Invented Officer",
    approved_by=None,
    approved_by_name="",
    tallies={"persons": exchange.Tally(read=160, unchanged=160)},
    unkept={"INDIVIDUAL/VERSIONNUM": 160},
    findings=(),
    findings_not_shown=0,
    reasons=(),
)
BAD_ROW = exchange.RowFinding(
    5,
    "QMi.002",
    True,
    Finding("un_xml.row_refused", "It has no name.", "Line %(line)s.", values={"line": 5}, field="NAME"),
)


class Terminal(io.StringIO):
    """A stream that people look at."""

    def isatty(self) -> bool:
        return True


class TestGivenAReport:
    def test_people_read_what_became_of_the_list(self):
        lines = records.as_text(REPORT).splitlines()

        assert lines[:2] == ["Consolidated list, edition of 27 Feb 2026", "Import IM-2026-7K4M2P-C: done"]
        assert lines[4].split() == ["persons", "160", "0", "0", "0", "160", "0"]
        assert "No change: the records are as the list says." in lines
        assert "  INDIVIDUAL/VERSIONNUM      160" in lines

    def test_people_read_each_bad_row_and_how_many_are_not_shown(self):
        many = dataclasses.replace(REPORT, findings=(BAD_ROW,) * 60, findings_not_shown=5)

        text = records.as_text(many)

        assert "  line 5, QMi.002, NAME (LEFT OUT): It has no name. Line 5." in text
        assert "... and 15 more" in text

    def test_a_waiting_one_says_what_the_second_person_types(self):
        reason = Finding("exchange.many_withdrawals", "It would withdraw much.", "Look.", source="policy: two")
        text = records.as_text(dataclasses.replace(REPORT, status="waiting", reasons=(reason,)))

        assert "! It would withdraw much. Look. (policy: two)" in text
        assert text.endswith("liaison records approve-import IM-2026-7K4M2P-C")

    @pytest.mark.parametrize("status", records.SAID)
    def test_every_state_is_said(self, status):
        assert records.SAID[status] in records.as_text(
            dataclasses.replace(REPORT, status=status, tallies={}, unkept={})
        )

    def test_programs_read_json(self):
        told = json.loads(json.dumps(records.as_json(dataclasses.replace(REPORT, findings=(BAD_ROW,)))))

        assert told["counts"]["persons"]["unchanged"] == 160
        assert told["findings"][0]["said"] == "It has no name. Line 5."


class TestGivenAProgressBar:
    def test_on_a_terminal_one_line_fills_up(self):
        stream = Terminal()
        bar = records.ProgressBar(stream)

        for done in (0, 5, 10):
            bar.show("entering", done, 10)
        bar.end()

        assert stream.getvalue().count("\n") == 1
        assert "[###############...............]  50%" in stream.getvalue()
        assert stream.getvalue().endswith("100%\n")

    def test_elsewhere_each_step_is_one_line(self):
        stream = io.StringIO()
        bar = records.ProgressBar(stream)

        for step in ("reading", "reading", "entering"):
            bar.show(step, 1, 0)
        bar.end()

        assert stream.getvalue() == "reading ...\nentering ...\n"


@pytest.mark.django_db
class TestGivenTheCommand:
    def test_it_imports_waits_for_a_second_person_and_acts(self, tmp_path, monkeypatch, capsys):
        first, second = an_operator(), an_operator()
        monkeypatch.setattr(records, "give_way", lambda: None)  # for good: the suite's own process could not go back
        newer = str(a_file(tmp_path, *people(15), generated_at=NEW, name="newer.xml"))

        def run(viewer, *arguments: str) -> tuple[int, dict]:
            monkeypatch.setattr(records, "signed_in", lambda *_, **__: viewer)
            status = main.main(["records", *arguments, "--json"])
            return status, json.loads(capsys.readouterr().out)

        assert run(first, "import", "un-sc", str(a_file(tmp_path, *people(20))))[0] == 0
        status, told = run(first, "import", "un-sc", newer, "--apply")
        assert (status, told["status"], told["counts"]["persons"]["withdrawn"]) == (1, "waiting", 5)
        assert run(first, "approve-import", told["reference"])[0] == 1
        assert run(second, "approve-import", told["reference"])[1]["status"] == "approved"
        assert run(second, "import", "un-sc", newer, "--apply")[1]["status"] == "done"
        assert run(first, "show-import", told["reference"])[1]["approved_by"] == "Invented Officer"
        assert [one["status"] for one in run(first, "imports")[1]] == ["done", "done"]
        assert run(a_viewer("QM", Role.FRONTLINE_OFFICER), "imports")[0] == 1


def test_the_help_names_every_list():
    assert set(records.LISTS) == set(exchange.LISTS)
