"""The number of a thing, whole, misread or half known: one round trip over all databases."""

import json

import pytest
from django.db import connections

from liaison.apps.audit import public as audit
from liaison.apps.index import public as index
from liaison.apps.members.public import Role
from liaison.apps.policies import public as policies
from liaison.apps.records import public as records
from liaison.apps.screening import public as screening
from liaison.apps.screening.public import How, Question
from liaison.refusal import Refused
from tests.factories.index import catch_up, following
from tests.factories.members import a_viewer
from tests.factories.records import a_document, a_person, a_record
from tests.factories.screening import WHY, a_question, events_of


def a_vessel(name="Blue Heron", **more):
    return {
        "names": [{"text": name, "kind": "primary"}],
        "event": "stolen",
        "imo": ["9074729"],
        "registrations": [
            {"number": "QM-4471-KL", "country": "QM", "kind": "current"},
            {"number": "QN 88 120 Z", "country": "QN", "kind": "former"},
        ],
        **more,
    }


@pytest.fixture
def world(committed_db):
    owner = a_viewer("QM")
    vessel = a_record(owner, kind="vessels", fields=a_vessel())
    hidden = a_record(owner, kind="vessels", fields=a_vessel("Grey Heron", imo=["8814275"]), audience="")
    with following():
        yield owner, vessel, hidden
    audit.stop_event_writer()


def hits(answer):
    return [hit for group in answer.groups for hit in group.hits]


def found(question, viewer=None):
    return {hit.card.reference: hit for hit in hits(screening.ask(question, viewer=viewer or a_viewer("QN")))}


class TestGivenTheNumberOfAThing:
    @pytest.mark.parametrize("text", ["IMO 9074729", "imo9074729", "9074729", "ＩＭＯ ９０７４７２９"])
    def test_the_box_finds_it_in_any_spelling(self, world, text):
        _, vessel, _ = world

        hit = found(a_question(text=text))[vessel]

        assert hit.how is How.NUMBER
        assert ("imo", "9074729") in [(one.identified.scheme, one.identified.text) for one in hit.matches]

    def test_its_field_finds_it_with_and_without_the_kind_of_number(self, world):
        _, vessel, _ = world

        assert vessel in found(a_question(identifier="9074729"))
        assert vessel in found(a_question(identifier="9074729", identifier_kind="imo"))
        assert found(a_question(identifier="9074729", identifier_kind="vin")) == {}

    def test_a_former_number_finds_it_and_is_said_to_be_former(self, world):
        _, vessel, _ = world

        (match,) = found(a_question(text="QN88120Z"))[vessel].matches

        assert match.identified.qualifier == "Former"

    def test_a_number_that_is_easily_misread_is_told_apart(self, world):
        _, vessel, _ = world

        hit = found(a_question(identifier="QN 8B I20 2", identifier_kind="serial"))[vessel]

        assert (hit.how, hit.score) == (How.MISREAD, 0.8)
        assert hit.word == "Number that is easily misread as this one"

    def test_a_name_finds_it_but_not_where_a_person_is_meant(self, world):
        _, vessel, _ = world

        assert vessel in found(a_question(text="Blue Heron"))
        assert vessel not in found(a_question(name="Blue Heron", birth_date="1984"))

    def test_one_question_finds_documents_people_and_things_at_once(self, world):
        owner, vessel, _ = world
        person = a_record(owner, fields=a_person(documents=[{"number": "QM4471KL", "country": "QM"}]))
        document = a_record(owner, kind="travel_documents", fields=a_document("QM4471KL"))
        catch_up()

        assert set(found(a_question(text="QM 4471 KL"))) == {vessel, person, document}

    def test_a_hidden_thing_is_not_found(self, world):
        owner, _, hidden = world

        assert found(a_question(text="IMO 8814275")) == {}
        assert set(found(a_question(text="IMO 8814275"), owner)) == {hidden}

    @pytest.mark.parametrize(("question", "code"), [
        (a_question(identifier="9074729", identifier_kind="number"), "query.no_such_kind"),
        (a_question(identifier="---", identifier_kind="imo"), "query.no_identifier"),
        (a_question(identifier="x" * 501), "query.too_long"),
    ])  # fmt: skip
    def test_what_cannot_be_asked_is_refused_with_what_to_do(self, world, question, code):
        with pytest.raises(Refused) as refused:
            screening.ask(question, viewer=a_viewer("QN"))
        assert refused.value.code == code

    def test_a_number_that_nobody_has_reads_no_record(self, world, django_assert_max_num_queries, monkeypatch):
        asked = []
        monkeypatch.setattr(records, "cards", lambda ids, viewer: asked.append(list(ids)) or [])

        assert screening.ask(a_question(text="IMO 9319466"), viewer=a_viewer("QN")).hits == 0
        assert asked in ([], [[]])


class TestGivenAPartOfANumber:
    @pytest.mark.parametrize("part", ["QM-447*", "*71-KL", "QM44?1KL", "*4471*", "qm 4?71 k*", "QN 88*"])
    def test_what_fits_is_found(self, world, part):
        _, vessel, _ = world

        hit = found(a_question(text=part))[vessel]

        assert (hit.how, hit.word) == (How.PART, "Fits what is known of the number")
        assert all(one.how is How.PART for one in hit.matches)

    @pytest.mark.parametrize("part", ["QM-448*", "*72-KL", "QM44?2KL", "4471*", "QM4471K?L", "QN 88?0Z"])
    def test_what_does_not_fit_is_not(self, world, part):
        assert found(a_question(text=part)) == {}

    def test_pieces_in_another_order_do_not_fit(self, world):
        owner, vessel, _ = world
        other = a_vessel("Red Heron", imo=["9319466"], registrations=[{"number": "KL4471QM", "country": "QM"}])
        a_record(owner, kind="vessels", fields=other)
        catch_up()

        assert set(found(a_question(identifier="QM4*KL", identifier_kind="serial"))) == {vessel}

    @pytest.mark.parametrize("text", ["QM-447*", "*4471*"])
    def test_without_a_reason_it_is_refused(self, world, text):
        with pytest.raises(Refused) as refused:
            screening.ask(Question(text=text), viewer=a_viewer("QN"))
        assert [finding.code for finding in refused.value.findings] == ["use.reason_needed", "use.reference_needed"]

    @pytest.mark.parametrize("text", ["*", "A?B?C", "*71*"])
    def test_too_little_is_refused(self, world, text):
        with pytest.raises(Refused) as refused:
            screening.ask(a_question(text=text), viewer=a_viewer("QN"))
        assert [finding.code for finding in refused.value.findings] == ["query.part_too_short"]

    def test_no_more_are_shown_than_the_policy_says_and_that_there_are_more(self, world, clock):
        owner, _, _ = world
        for number in range(6):
            fields = a_vessel(
                f"Heron {number}", imo=[], registrations=[{"number": f"ZQ900{number}", "country": "QM"}]
            )
            a_record(owner, kind="vessels", fields=fields)
        operator = a_viewer("XS", Role.POLICY_OFFICER)
        change = policies.propose("screening.partial_max", 4, reason="Small screens at the counter.", by=operator)
        policies.approve(change, by=a_viewer("XS", Role.POLICY_OFFICER))
        clock.move(seconds=1)
        catch_up()

        answer = screening.ask(a_question(text="ZQ90*"), viewer=a_viewer("QN"))
        all_of_it = screening.ask(a_question(text="ZQ9003*"), viewer=a_viewer("QN"))

        assert (answer.hits, answer.more) == (4, True)
        assert (all_of_it.hits, all_of_it.more) == (1, False)

    def test_the_look_says_that_a_part_was_asked_for_and_the_journal_keeps_the_reason(self, world):
        officer = a_viewer("QN")
        answer = screening.ask(a_question(text="QM-447*"), viewer=officer)

        text = screening.open_line(
            answer.event_id, ground="spot_check", words="Spot check of parts.", by=a_viewer("XS", Role.AUDITOR)
        )
        assert WHY["reference"].encode() in text
        (asked,) = events_of(officer)
        assert asked["notes"] == {"asked": "part", "reason": WHY["reason"]}
        assert WHY["reference"] not in json.dumps(asked)

    def test_hidden_things_change_nothing(self, world):
        owner, vessel, _ = world
        asker = a_viewer("QN")
        before = screening.ask(a_question(text="QM-447*"), viewer=asker)
        for number in range(30):
            fields = a_vessel(
                f"Heron {number}", imo=[], registrations=[{"number": f"QM447{number}", "country": "QM"}]
            )
            a_record(owner, kind="vessels", fields=fields, audience="")
        catch_up()
        after = screening.ask(a_question(text="QM-447*"), viewer=asker)

        assert [hit.card.reference for hit in hits(after)] == [hit.card.reference for hit in hits(before)] == [vessel]
        assert after.more is before.more is False


def test_the_engine_itself_needs_no_database_for_a_number_that_nobody_has(committed_db):
    viewer = a_viewer("QN")
    a_record(a_viewer("QM"), kind="vessels", fields=a_vessel())
    with following():
        index.exact(["imo:1234567"], viewer)  # the scope is remembered from here on
        from django.test.utils import CaptureQueriesContext

        with (
            CaptureQueriesContext(connections["default"]) as doors,
            CaptureQueriesContext(connections["system"]) as system,
        ):
            assert index.exact(["imo:9319466", "vin:1HGCM82633A004352"], viewer) == []
        assert (len(doors), [q for q in system.captured_queries if "records_record" in q["sql"]]) == (0, [])
    audit.stop_event_writer()
