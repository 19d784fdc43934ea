"""Imports of a list: what goes in, what is shown first, what needs two persons, what is refused."""

import gzip
import json

import pytest

from liaison.apps.audit import public as audit
from liaison.apps.exchange import public as exchange
from liaison.apps.exchange.models import ImportRun
from liaison.apps.members import public as members
from liaison.apps.members.public import Role
from liaison.apps.records import public as records
from liaison.refusal import Absent, NotAllowed, Refused
from liaison.rows.viewing import viewing
from tests.apps.exchange.world import NEW, OLD, a_file, active, an_operator, held, imported, people, tally
from tests.factories.members import a_viewer
from tests.formats.lists import a_birth, an_alias, an_entity, an_individual

pytestmark = pytest.mark.django_db

NEWEST = "2026-04-01T00:00:00Z"
ONE_ENTERED = exchange.Tally(read=1, entered=1)


class TestGivenNoListYet:
    def test_when_one_is_imported_then_all_of_it_is_there_on_behalf_of_its_publisher(self, tmp_path):
        operator, told = an_operator(), []
        plain = a_file(
            tmp_path, an_individual(1, "DILARA VOSS", inside=an_alias("Dila")), an_entity(2, "VOSS TRADING")
        )
        packed = tmp_path / "list.xml.gz"
        packed.write_bytes(gzip.compress(plain.read_bytes()))

        report = imported(packed, by=operator, progress=lambda *step: told.append(step))

        assert (report.status, report.complete, f"{report.edition_at:%Y-%m-%d}") == ("done", True, "2026-02-01")
        assert report.tallies == {"persons": ONE_ENTERED, "organisations": ONE_ENTERED}
        (card,) = records.listing("persons", a_viewer("QM", Role.FRONTLINE_OFFICER)).cards
        assert (card.source_code, card.title, card.foreign_key) == ("UN", "DILARA VOSS", "1")
        assert [step[0] for step in told] == ["reading", "reading", "entering"]
        assert told[-1] == ("entering", 2, 2)
        with viewing(operator):
            assert [entry.action for entry in audit.history(card.id)] == ["records.entered"]
            assert [entry.action for entry in audit.history(report.id)] == ["imports.begun", "imports.finished"]

    def test_when_some_rows_are_bad_then_each_is_reported_and_the_others_go_in(self, tmp_path):
        operator = an_operator()
        nameless = "<INDIVIDUAL><DATAID>2</DATAID><REFERENCE_NUMBER>QMi.002</REFERENCE_NUMBER></INDIVIDUAL>\n"
        odd = an_individual(3, "MARA ORR", inside=a_birth(DATE="1966-13-40") + an_alias("Zarqil", "Superb"))
        strange = an_individual(1, inside="<SHOE_SIZE>44</SHOE_SIZE>")

        report = imported(a_file(tmp_path, strange, nameless, odd), by=operator)

        assert tally(report) == exchange.Tally(read=3, entered=2, refused=1)
        assert [(row.line, row.listing, row.refused, row.finding.field) for row in report.findings] == [
            (5, "QMi.002", True, "FIRST_NAME"),
            (6, "QMi.003", False, "INDIVIDUAL_ALIAS/QUALITY"),
            (6, "QMi.003", False, "INDIVIDUAL_DATE_OF_BIRTH/DATE"),
        ]
        assert report.unkept == {"INDIVIDUAL/VERSIONNUM": 2, "INDIVIDUAL/SHOE_SIZE": 1}
        assert active(operator) == {"1", "3"}
        with viewing(operator):
            kept = json.dumps(ImportRun.objects.get().report)
        assert not [word for word in ("DILARA", "MARA", "1966", "Zarqil") if word in kept]


class TestGivenAnImportedList:
    def test_when_newer_editions_come_then_they_show_first_and_act_with_apply(self, tmp_path):
        operator = an_operator()
        first = a_file(tmp_path, *people(100))
        imported(first, by=operator)
        before = held(operator)

        again = imported(first, by=operator)
        assert (again.status, again.changes_anything) == ("done", False)
        assert tally(again) == exchange.Tally(read=100, unchanged=100)
        assert held(operator) == before
        assert {card.version for card in records.listing("persons", operator).cards} == {1}

        renamed = an_individual(1, "DILARA VOSS RENAMED")
        newer = a_file(
            tmp_path, renamed, *people(98, first=2), an_individual(500), generated_at=NEW, name="newer.xml"
        )
        shown = imported(newer, by=operator)
        would = exchange.Tally(read=100, entered=1, changed=1, unchanged=98, withdrawn=1)
        assert (shown.status, tally(shown)) == ("shown", would)
        assert held(operator) == before

        done = imported(newer, by=operator, apply=True)
        assert (done.status, done.reference, tally(done)) == ("done", shown.reference, would)
        assert active(operator) == {str(number) for number in range(1, 100)} | {"500"}
        assert held(operator)["1"][1]["names"][0]["text"] == "DILARA VOSS RENAMED"
        gone = records.by_foreign_key("persons", members.reader_by_code("UN").id, viewer=operator)["100"]
        assert (gone.status, records.versions(gone, operator)[0].reason[-22:]) == (
            "withdrawn",
            "edition of 2026-03-01.",
        )

        newest = a_file(tmp_path, *people(100), an_individual(500), generated_at=NEWEST, name="newest.xml")
        assert tally(imported(newest, by=operator, apply=True)).changed == 2
        assert "100" in active(operator)

    def test_when_it_is_older_then_it_waits_and_never_becomes_the_newest(self, tmp_path):
        operator = an_operator()
        imported(a_file(tmp_path, *people(2), generated_at=NEW), by=operator)

        assert imported(a_file(tmp_path, *people(2), generated_at=OLD, name="old.xml"), by=operator).status == "done"
        between = a_file(tmp_path, *people(3), generated_at="2026-02-15T00:00:00Z", name="between.xml")
        report = imported(between, by=operator)

        assert (report.status, [reason.code for reason in report.reasons]) == ("waiting", ["exchange.older_edition"])
        assert active(operator) == {"1", "2"}


class TestGivenAnEditionThatOnePersonMayNotImportAlone:
    def test_when_a_second_person_approves_then_it_acts_when_it_is_run_again(self, tmp_path):
        first, second = an_operator(), an_operator()
        imported(a_file(tmp_path, *people(20)), by=first)
        newer = a_file(tmp_path, *people(15), generated_at=NEW, name="newer.xml")

        shown = imported(newer, by=first)
        report = imported(newer, by=first, apply=True)
        assert (shown.status, report.status, report.reference) == ("shown", "waiting", shown.reference)
        assert [reason.source for reason in report.reasons] == ["policy: exchange.withdrawals_alone_permille"]
        with pytest.raises(Refused, match="yourself"):
            exchange.approve_import(report.reference, by=first)
        with pytest.raises(NotAllowed):
            exchange.approve_import(report.reference, by=a_viewer("XS", Role.POLICY_OFFICER))
        assert imported(newer, by=first, apply=True).status == "waiting"
        assert len(active(first)) == 20

        approved = exchange.approve_import(report.reference, by=second)
        assert (approved.status, approved.approved_by) == ("approved", second.user_id)
        with pytest.raises(Refused, match="does not wait"):
            exchange.approve_import(report.reference, by=second)
        other = a_file(tmp_path, *people(14), generated_at=NEW, name="other.xml")
        assert imported(other, by=first, apply=True).status == "waiting"

        done = imported(newer, by=first, apply=True)
        assert (done.status, done.reference, tally(done).withdrawn) == ("done", report.reference, 5)
        with viewing(first):
            actions = [entry.action for entry in audit.history(report.id)]
        assert actions[-3:] == ["imports.approved", "imports.begun", "imports.finished"]

    def test_when_more_would_be_withdrawn_than_was_approved_then_it_waits_again(self, tmp_path):
        first, second = an_operator(), an_operator()
        imported(a_file(tmp_path, *people(20)), by=first)
        newer = a_file(tmp_path, *people(15), generated_at=NEW, name="newer.xml")
        exchange.approve_import(imported(newer, by=first, apply=True).reference, by=second)
        imported(a_file(tmp_path, *people(30), name="more.xml"), by=first)

        assert imported(newer, by=first, apply=True).status == "waiting"

    def test_when_it_lacks_its_end_then_it_waits_and_withdraws_nothing_even_then(self, tmp_path):
        first, second = an_operator(), an_operator()
        cut = a_file(tmp_path, *people(5), generated_at=NEW, cut=True)

        report = imported(cut, by=first)
        assert (report.status, report.complete) == ("waiting", False)
        assert active(first) == set()

        exchange.approve_import(report.reference, by=second)
        assert imported(cut, by=first, apply=True).status == "done"
        shorter = a_file(tmp_path, *people(3), an_individual(77), generated_at=NEWEST, cut=True, name="shorter.xml")
        exchange.approve_import(imported(shorter, by=first, apply=True).reference, by=second)
        done = imported(shorter, by=first, apply=True)
        assert (done.status, tally(done).entered, tally(done).withdrawn) == ("done", 1, 0)
        assert len(active(first)) == 6


class TestGivenAFileThatIsNoList:
    @pytest.mark.parametrize(
        ("data", "code"),
        [
            (b"<CONSOLIDATED_LIST></X>", "xml.malformed"),
            (b'<CONSOLIDATED_LIST dateGenerated="soon"/>', "exchange.no_date"),
            (b'<CONSOLIDATED_LIST dateGenerated="2999-01-01T00:00:00Z"/>', "exchange.future_edition"),
        ],
        ids=["malformed", "vague", "future"],
    )
    def test_when_it_is_imported_then_it_is_refused_and_the_run_says_why(self, data, code, tmp_path):
        operator = an_operator()
        path = tmp_path / "list.xml"
        path.write_bytes(data)

        with pytest.raises(Refused) as refused:
            imported(path, by=operator)

        assert refused.value.code == code
        (report,) = exchange.import_reports(operator).reports
        assert (report.status, [reason.code for reason in report.reasons]) == ("refused", [code])
        assert active(operator) == set()

    def test_when_the_list_is_unknown_then_the_known_ones_are_named(self, tmp_path):
        with pytest.raises(Refused, match="un-sc"):
            exchange.import_list("eu", tmp_path / "list.xml", by=an_operator())


class TestGivenOtherPeople:
    @pytest.mark.parametrize(
        ("body", "role"),
        [("QM", Role.BUREAU_SUPERVISOR), ("QM", Role.FRONTLINE_OFFICER), ("XS", Role.AUDITOR)],
    )
    def test_when_they_import_then_they_are_refused(self, body, role, tmp_path):
        with pytest.raises(NotAllowed):
            imported(a_file(tmp_path, *people(1)), by=a_viewer(body, role))

    def test_when_they_look_for_imports_then_they_see_no_more_than_they_may(self, tmp_path):
        operator = an_operator()
        reference = imported(a_file(tmp_path, *people(1)), by=operator).reference

        stranger = a_viewer("QM", Role.BUREAU_SUPERVISOR)
        with pytest.raises(NotAllowed):
            exchange.import_reports(a_viewer("QM", Role.FRONTLINE_OFFICER))
        assert exchange.import_reports(stranger).total == 0
        with pytest.raises(Absent):
            exchange.import_report(reference, stranger)
        assert exchange.import_report(reference, a_viewer("XS", Role.AUDITOR)).reference == reference
        assert exchange.import_reports(operator).reports[0].run_by_name == "Invented Officer"
