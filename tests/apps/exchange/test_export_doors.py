"""Copies at their doors: page, interface and command give what the service allows, whole or not at all."""

import csv
import dataclasses
import io
import json
import stat

import pytest
from django.conf import settings
from django.test import Client

from liaison.apps.exchange import fetching
from liaison.apps.exchange import public as exchange
from liaison.apps.members import public as members
from liaison.apps.members.public import Role
from liaison.apps.records import public as records
from liaison.cli import main
from liaison.cli import records as command
from liaison.refusal import NotAllowed, Refused
from liaison.viewer import Level, Viewer
from tests.apps.exchange.test_fetching import in_the_test, serving, whole
from tests.databases.records_of import PNG
from tests.factories.members import a_browser, a_viewer
from tests.factories.records import a_person, a_record

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def a_key(monkeypatch) -> None:
    """The suite's home has no key of its own when the settings are read."""
    monkeypatch.setattr(settings._wrapped, "SECRET_KEY", "a key of this test only")


def a_program(viewer: Viewer) -> dict[str, str]:
    """The headers of a program that holds a token of that user."""
    return {"Authorization": f"Bearer {members.issue_token(by=viewer, label='system', days=1)}"}


def cells(data: bytes) -> list[str]:
    return [cell for row in csv.reader(io.StringIO(data.decode("utf-8-sig"))) for cell in row]


class TestGivenAnOfficerOfABureau:
    def test_the_list_leads_to_the_form_and_the_form_gives_the_copy(self):
        owner = a_viewer("QM")
        a_record(owner, fields=a_person("=Elsa Quendrix"))
        browser = a_browser(owner)

        assert "/export/persons/" in browser.get("/databases/persons/").content.decode()
        assert "Take the copy" in browser.get("/export/persons/").content.decode()
        answer = browser.post("/export/persons/", {"format": "csv", "separator": ",", "step": "copy"})

        assert answer.status_code == 200
        assert answer["Content-Type"] == "text/csv; charset=utf-8"
        assert answer["Content-Disposition"].startswith('attachment; filename="liaison-persons-')
        assert answer["Cache-Control"] == "no-store"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "'=Elsa Quendrix" in cells(answer.content)

    def test_it_says_what_would_be_lost_by_name(self):
        owner = a_viewer("QM")
        a_record(owner, fields=a_person("Elsa Quendrix", portrait=PNG))

        page = a_browser(owner).post("/export/persons/", {"format": "ftm", "separator": ",", "step": "losses"})

        assert "persons.portrait" in page.content.decode()
        assert "Quendrix" not in page.content.decode()

    def test_another_bureau_gets_only_what_it_may_see(self):
        owner, reader = a_viewer("QM"), a_viewer("QN")
        a_record(owner, fields=a_person("Hidden Elsewhere"), audience="all -QN")
        a_record(owner, fields=a_person("Shown Everybody"))

        answer = a_browser(reader).post("/export/persons/", {"format": "csv", "separator": ";", "step": "copy"})

        assert b"Shown Everybody" in answer.content
        assert b"Hidden" not in answer.content

    @pytest.mark.parametrize("more", [{"format": "pdf"}, {"separator": "=="}])
    def test_what_there_is_not_is_refused(self, more):
        chosen = {"format": "csv", "separator": ",", "step": "copy"} | more
        assert a_browser(a_viewer("QM")).post("/export/persons/", chosen).status_code == 422

    def test_an_unknown_database_is_absent(self):
        browser = a_browser(a_viewer("QM"))
        assert browser.get("/export/ghosts/").status_code == 404
        assert browser.get("/export/ghosts/template/").status_code == 404

    def test_the_empty_table_names_the_columns(self):
        answer = a_browser(a_viewer("QM")).get("/export/vehicles/template/?separator=;")
        assert answer.content.startswith(b"\xef\xbb\xbfforeign_key;")
        assert 'filename="liaison-vehicles-template.csv"' in answer["Content-Disposition"]


class TestGivenAnOfficerAtTheCounter:
    def test_no_door_lets_him_carry_off_a_database(self):
        a_record(a_viewer("QM"))
        officer = a_viewer("QM", Role.FRONTLINE_OFFICER)
        browser = a_browser(officer)

        assert "/export/" not in browser.get("/databases/persons/").content.decode()
        assert browser.get("/export/persons/").status_code == 403
        assert browser.post("/export/persons/", {"format": "csv", "separator": ","}).status_code == 403
        assert Client().get("/api/v1/databases/persons/export", headers=a_program(officer)).status_code == 403
        with pytest.raises(NotAllowed):
            exchange.export("persons", format="csv", viewer=officer)


class TestGivenAProgram:
    def test_it_gets_each_format_and_the_losses_in_a_header(self):
        owner = a_viewer("QM")
        a_record(owner, fields=a_person("Elsa Quendrix", portrait=PNG))
        program = a_program(owner)

        for format_ in exchange.Format:
            answer = Client().get(f"/api/v1/databases/persons/export?format={format_}", headers=program)
            assert answer.status_code == 200
            assert b"Quendrix" in answer.content
            assert answer["Liaison-Records"] == "1"
            assert ("persons.portrait" in json.loads(answer["Liaison-Lost"])) == (format_ in {"csv", "ftm"})

    def test_it_is_refused_as_everywhere(self):
        program = a_program(a_viewer("QM"))
        for query, status in (("persons/export?format=pdf", 400), ("ghosts/export", 422), ("ghosts/template", 422)):
            assert Client().get(f"/api/v1/databases/{query}", headers=program).status_code == status
        assert Client().get("/api/v1/databases/persons/export").status_code == 401
        assert Client().get("/api/v1/databases/goods/template", headers=program).content.startswith(b"\xef\xbb\xbf")

    @pytest.mark.parametrize(("level", "marking"), [*zip(Level, ("AMBER", "AMBER+STRICT", "RED"), strict=True)])
    def test_a_copy_for_partners_says_how_it_may_be_used(self, level, marking):
        owner = a_viewer("QM", level=Level.CONFIDENTIAL)
        a_record(owner, level=level)

        bundle = json.loads(exchange.copy_of("persons", format="stix", viewer=owner).content)
        event = json.loads(exchange.copy_of("persons", format="misp", viewer=owner).content)

        assert f"TLP:{marking}" in {one.get("name") for one in bundle["objects"]}
        assert f"tlp:{marking.lower()}" in json.dumps(event)


class TestGivenTheCommand:
    @pytest.fixture
    def run(self, monkeypatch, capsysbinary):
        def run(viewer: Viewer, *words: str) -> tuple[int, bytes, str]:
            monkeypatch.setattr(command, "signed_in", lambda *_, **__: viewer)
            monkeypatch.setattr(command, "give_way", lambda: None)
            monkeypatch.setattr("liaison.cli.setup.set_up_django", lambda: None)
            status = main.main(["records", *words])
            said = capsysbinary.readouterr()
            return status, said.out, said.err.decode()

        return run

    def test_it_writes_a_file_that_only_its_owner_reads(self, run, tmp_path):
        owner = a_viewer("QM")
        a_record(owner, fields=a_person("Elsa Quendrix", portrait=PNG))
        path = tmp_path / "persons.csv"

        status, out, said = run(owner, "export", "persons", "--out", str(path), "--separator", "semicolon")

        assert (status, out) == (0, b"")
        assert b"Quendrix" in path.read_bytes()
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert "1 records of persons" in said
        assert "lost of persons.portrait: 1 records" in said
        assert list(tmp_path.iterdir()) == [path]

    def test_when_it_breaks_off_then_no_half_is_left_and_the_old_one_stays(self, run, tmp_path, monkeypatch):
        owner = a_viewer("QM")
        a_record(owner)
        path = tmp_path / "persons.csv"
        path.write_text("the old one")

        def broken(*_: object, **__: object):
            yield b"half"
            raise OSError(28, "No space left on device")

        monkeypatch.setattr("liaison.formats.csv_writing.write", broken)
        status, _, said = run(owner, "export", "persons", "--out", str(path))

        assert status == 1
        assert "No space left" in said
        assert path.read_text() == "the old one"
        assert list(tmp_path.iterdir()) == [path]

    def test_without_a_file_the_copy_is_the_output(self, run):
        owner = a_viewer("QM")
        a_record(owner, fields=a_person("Elsa Quendrix"))

        status, out, said = run(owner, "export", "persons", "--format", "stix")

        assert status == 0
        assert json.loads(out)["type"] == "bundle"
        assert "nothing is lost" in said

    def test_programs_read_the_losses_as_json(self, run, tmp_path):
        owner = a_viewer("QM")
        a_record(owner, fields=a_person("Elsa Quendrix", portrait=PNG))

        status, out, _ = run(owner, "export", "persons", "--json", "--out", str(tmp_path / "copy.csv"))

        assert (status, json.loads(out)) == (0, {"records": 1, "left_out": 0, "lost": {"persons.portrait": 1}})
        assert run(owner, "export", "persons", "--json")[0] == 1

    def test_it_prints_the_empty_table(self, run):
        status, out, _ = run(a_viewer("QM"), "template", "vehicles", "--separator", "tab")
        assert status == 0
        assert out.startswith(b"\xef\xbb\xbfforeign_key\t")

    def test_a_list_is_fetched_by_url_and_no_word_behind_the_question_mark_is_kept(self, run, monkeypatch):
        owner = a_viewer("QM", Role.BUREAU_SUPERVISOR)
        table = b"foreign_key,vin,event\r\nQM-1,A9TJPNJUBKU100000,stolen\r\n"
        with serving(lambda connection, _: whole(connection, table)) as server:
            monkeypatch.setattr(fetching, "Network", in_the_test)
            allowed = dataclasses.replace(settings.LIAISON, list_hosts=(server.origin,))
            monkeypatch.setattr(settings, "LIAISON", allowed)
            status, out, _ = run(
                owner, "import", "csv-vehicles", "--url", f"{server.origin}/cars.csv?key=secret", "--json"
            )

        told = json.loads(out)
        assert (status, told["status"], told["counts"]["vehicles"]["entered"]) == (0, "done", 1)
        assert told["file"] == f"{server.origin}/cars.csv"
        assert "secret" not in out.decode()
        assert records.listing("vehicles", owner).total == 1

    def test_a_host_that_nobody_allowed_is_not_asked(self, run):
        status, _, said = run(a_viewer("QM"), "import", "csv-vehicles", "--url", "https://lists.example/cars.csv")
        assert status == 1
        assert "the operator has not allowed it" in said

    @pytest.mark.parametrize("words", [[], ["cars.csv", "--url", "https://lists.example/cars.csv"]])
    def test_a_list_comes_from_one_place(self, run, words):
        status, _, said = run(a_viewer("QM"), "import", "csv-vehicles", *words)
        assert status == 1
        assert "one of both" in said


def test_more_bytes_than_memory_should_hold_are_refused(monkeypatch):
    owner = a_viewer("QM")
    a_record(owner)
    monkeypatch.setattr("liaison.apps.exchange.exporting.COPY_BYTES_MAX", 10)

    with pytest.raises(Refused, match="liaison records export"):
        exchange.copy_of("persons", format="csv", viewer=owner)


def test_the_command_knows_the_formats():
    assert set(command.FORMATS) == set(exchange.Format)
