"""Handling conditions and people whom the law protects, at the doors: who sees, what is refused, what a copy says."""

import json

import pytest
from django.test import Client

from liaison.apps.audit import public as audit
from liaison.apps.audit.installation import connect
from liaison.apps.audit.sequencer import number_pending
from liaison.apps.exchange import public as exchange
from liaison.apps.members import public as members
from liaison.apps.records import public as records
from liaison.apps.records.models import Record
from liaison.apps.records.projection import differences
from liaison.apps.screening import public as screening
from liaison.refusal import Absent, Refused
from liaison.rows.viewing import viewing
from liaison.rules import handling
from liaison.viewer import Level, Purpose, Viewer
from tests.factories.index import following
from tests.factories.members import REASON, a_browser, a_viewer, an_agency
from tests.factories.records import a_document, a_person, a_record
from tests.factories.screening import a_question

FRONTLINE = members.Role.FRONTLINE_OFFICER
VICTIM = a_person("Vera Quendrix", person_status="victim")


def entered(owner: Viewer, *conditions: str, kind: str = "travel_documents", fields: dict | None = None) -> str:
    draft = records.Draft(kind, fields or a_document(), conditions=frozenset(conditions))
    return records.enter(draft, by=owner)


def a_program(viewer: Viewer) -> dict[str, str]:
    return {"Authorization": f"Bearer {members.issue_token(by=viewer, label='system', days=1)}"}


@pytest.mark.django_db
class TestGivenAConditionOfTheSource:
    def test_what_is_not_to_be_passed_on_is_no_agencys(self):
        owner, bureau = a_viewer("QM"), a_viewer("QN")
        agency = a_viewer(an_agency("QN-CU"))
        reference = entered(owner, "no_onward")

        assert [one.code for one in records.record(reference, bureau).handling] == ["no_onward"]
        with pytest.raises(Absent):
            records.record(reference, agency)

    def test_intelligence_is_not_for_the_counter(self):
        owner = a_viewer("QM")
        reference = entered(owner, "intelligence")

        assert records.record(reference, a_viewer("QN")).reference == reference
        with pytest.raises(Absent):
            records.record(reference, a_viewer("QN", FRONTLINE))
        assert records.record(reference, a_viewer("QM", FRONTLINE)).reference == reference, "its own body sees it"

    def test_it_is_changed_by_the_source_and_kept_when_only_the_audience_is(self):
        owner = a_viewer("QM")
        reference = entered(owner, "ask_first")

        records.restrict(reference, audience="list:QN", level=owner.level, reason=REASON, by=owner)
        assert records.record(reference, owner).conditions == handling.ASK_FIRST.bit
        records.restrict(
            reference, audience="list:QN", level=owner.level, reason=REASON, by=owner, conditions=["no_evidence"]
        )

        assert records.record(reference, owner).conditions == handling.NO_EVIDENCE.bit

    def test_nobody_sets_what_follows_from_the_fields(self):
        with pytest.raises(Refused, match="no handling condition “deceased”"):
            entered(a_viewer("QM"), "deceased")

    def test_page_and_interface_show_it_and_a_page_that_is_not_to_be_copied_prints_nothing(self):
        owner, reader = a_viewer("QM"), a_viewer("QN")
        reference = entered(owner, "ask_first", "no_copy")

        page = a_browser(reader).get(f"/records/{reference}/").content.decode()
        own = a_browser(owner).get(f"/records/{reference}/").content.decode()

        assert "Not for action without the source." in page
        assert "li-print-only" in page
        assert "data-prints" not in page
        assert "data-prints" in own
        said = Client().get(f"/api/v1/records/{reference}", headers=a_program(reader)).json()
        assert said["conditions"] == ["ask_first", "no_copy"]

    def test_a_program_sets_and_previews_it(self):
        owner = a_viewer("QM")
        an_agency("QM-BP")
        client, token = Client(), a_program(owner)
        body = {"database": "travel_documents", "fields": a_document(), "conditions": ["no_onward"]}

        made = client.post("/api/v1/records", json.dumps(body), content_type="application/json", headers=token)
        asked = {"database": "travel_documents", "audience": "all", "conditions": ["no_onward"]}
        said = client.get("/api/v1/releases", asked, headers=token).json()

        assert made.status_code == 201, made.content
        assert records.record(made.json()["reference"], owner).conditions == handling.NO_ONWARD.bit
        assert said["kept_out"] == ["QM-BP"]
        assert {"QN", "QO"} <= set(said["holds"])
        assert "number" in said["fields"]
        wrong = client.get("/api/v1/releases", {"database": "none"}, headers=token)
        assert wrong.status_code == 422


@pytest.mark.django_db
class TestGivenACopy:
    @pytest.mark.parametrize(("form", "carries"), [("csv", False), ("ftm", False), ("stix", True), ("misp", True)])
    def test_conditions_go_with_it_or_the_record_stays(self, form, carries):
        owner, reader = a_viewer("QM"), a_viewer("QN")
        numbers = {"QM0000001": (), "QM0000002": ("ask_first",), "QM0000003": ("no_copy",)}
        for number, conditions in numbers.items():
            entered(owner, *conditions, fields=a_document(number))

        copy = exchange.copy_of("travel_documents", format=form, viewer=reader)
        own = exchange.copy_of("travel_documents", format=form, viewer=owner)

        found = {number for number in numbers if number.encode() in copy.content}
        assert found == {"QM0000001", "QM0000002"} if carries else {"QM0000001"}
        assert copy.left_out == 3 - len(found)
        assert (own.left_out, b"QM0000003" in own.content) == (0, True)
        assert (b"ask_first" in copy.content) == carries


class TestGivenAFeed:
    def test_what_is_not_to_be_copied_does_not_come_and_the_others_bring_their_conditions(self, committed_db):
        owner, reader = a_viewer("QM"), a_viewer("QN")
        first = entered(owner, "ask_first", fields=a_document("QM0000001"))
        hidden = entered(owner, "no_copy", fields=a_document("QM0000002"))
        with connect("system", application="liaison test") as connection:
            while number_pending(connection)[0]:
                pass

        page = exchange.changes(reader)
        own = exchange.changes(owner)

        assert [change.reference for change in page.changes] == [first]
        assert {change.reference for change in own.changes} == {first, hidden}
        audit.stop_event_writer()

    def test_rows_and_sealed_documents_say_the_same(self, committed_db):
        owner = a_viewer("QM")
        entered(owner, "ask_first", "no_copy")
        reference = a_record(owner, fields=VICTIM)
        records.restrict(
            reference, audience="", level=Level.CONFIDENTIAL, reason=REASON, by=owner, conditions=["no_onward"]
        )

        assert list(differences()) == []


@pytest.mark.django_db
class TestGivenAVictim:
    def test_the_record_is_restricted_by_itself(self):
        owner = a_viewer("QM")

        card = records.record(a_record(owner, fields=VICTIM), owner)

        assert (card.level, [one.code for one in card.handling]) == (Level.RESTRICTED, ["protected"])
        with pytest.raises(Refused, match="at least the level 2") as refused:
            records.restrict(card.reference, audience="all", level=Level.OFFICIAL_USE, reason=REASON, by=owner)
        assert refused.value.findings[0].source == "policy: special_data.protected_level_min"

    def test_a_suspect_who_proves_a_victim_is_hidden_at_once(self):
        owner, reader = a_viewer("QM"), a_viewer("QN")
        reference = a_record(owner, fields=a_person("Vera Quendrix"))
        assert records.record(reference, reader).level is Level.OFFICIAL_USE

        records.change(reference, VICTIM, by=owner)

        with pytest.raises(Absent):
            records.record(reference, reader)
        vetted = a_viewer("QN", level=Level.RESTRICTED)
        assert records.record(reference, vetted).reference == reference
        with viewing(members.for_purpose(vetted, Purpose.WANTED)):
            assert not Record.objects.filter(reference=reference).exists()

    def test_and_a_victim_who_proves_a_suspect_keeps_the_level_that_was_set(self):
        owner = a_viewer("QM")
        reference = a_record(owner, fields=VICTIM)

        records.change(reference, a_person("Vera Quendrix"), by=owner)

        card = records.record(reference, owner)
        assert (card.level, card.conditions) == (Level.RESTRICTED, 0), "widening is the source's own act"


@pytest.mark.django_db
class TestGivenAMinor:
    def test_a_legal_basis_is_asked_for_and_two_years_are_the_most(self):
        owner = a_viewer("QM")
        child = a_person("Mika Quendrix", birth_dates=["2014"], person_status="missing")

        with pytest.raises(Refused, match="no legal basis"):
            a_record(owner, fields=child)
        card = records.record(a_record(owner, fields={**child, "legal_basis": "Act 7, section 4"}), owner)

        assert [one.code for one in card.handling] == ["minor"]
        assert (card.expires_on.year - card.entered_at.year, card.expires_on.day) == (2, card.entered_at.day)

    def test_who_was_a_minor_then_stays_one_when_the_record_is_changed_later(self, clock):
        owner = a_viewer("QM")
        child = a_person("Mika Quendrix", birth_dates=["2010-01-01"], legal_basis="Act 7")
        reference = a_record(owner, fields=child)

        clock.move(days=700)
        records.change(reference, {**child, "nationalities": ["QN"]}, by=owner)

        assert [one.code for one in records.record(reference, owner).handling] == ["minor"]


class TestGivenAQuestion:
    def test_the_officer_reads_the_conditions_and_the_wanted_are_not_looked_for_among_victims(self, committed_db):
        owner = a_viewer("QM", level=Level.RESTRICTED)
        reader = a_viewer("QN", level=Level.RESTRICTED)
        entered(owner, "ask_first", fields=a_document("QM7654321"))
        a_record(owner, fields=VICTIM)
        with following():
            (hit,) = _hits(screening.ask(a_question("QM7654321"), viewer=reader))
            assert [one.code for one in hit.card.handling] == ["ask_first"]
            question = a_question(name="Vera Quendrix", birth_date="1984-03-12")
            assert len(_hits(screening.ask(question, viewer=reader))) == 1
            for asking in (reader, owner):
                wanted = members.for_purpose(asking, Purpose.WANTED)
                assert _hits(screening.ask(question, viewer=wanted)) == []
        audit.stop_event_writer()


def _hits(answer):
    return [hit for group in answer.groups for hit in group.hits]
