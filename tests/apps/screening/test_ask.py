"""One question, one answer: what is found, for whom, with what reasons, and the look that it leaves."""

from datetime import date

import pytest

from liaison.apps.audit import public as audit
from liaison.apps.index import public as index
from liaison.apps.members.public import Role
from liaison.apps.records import public as records
from liaison.apps.screening import public as screening
from liaison.apps.screening.public import Question
from liaison.identifiers import mrz
from liaison.refusal import Absent, NotAllowed, Refused
from tests.factories.agents import signing
from tests.factories.index import following
from tests.factories.members import a_viewer
from tests.factories.records import a_document, a_person, a_record
from tests.factories.screening import a_question

PASSPORT = {
    "issuer": "QMM",
    "number": "QM4471203",
    "surname": "Quendrix",
    "given_names": "Elsa",
    "birth": date(1984, 3, 12),
    "sex": "F",
    "expiry": date(2031, 1, 1),
}


@pytest.fixture
def world(committed_db):
    """A person and a stolen passport of QM that everybody may see, and an index that follows."""
    with signing("QM"):
        owner = a_viewer("QM")
        yield from _world(owner)


def _world(owner):
    person = a_record(
        owner,
        fields=a_person(
            "Elsa Quendrix",
            names=[
                {"text": "Elsa Quendrix", "kind": "primary", "script": "Latn"},
                {"text": "Эльза Квендрикс", "kind": "strong_alias", "script": "Cyrl"},
            ],
            documents=[{"number": "QM4471203", "kind": "passport", "country": "QM"}],
        ),
    )
    document = a_record(owner, kind="travel_documents")
    with following():
        yield owner, person, document
    audit.stop_event_writer()


def references(answer):
    return {hit.card.reference for group in answer.groups for hit in group.hits}


class TestGivenAnOfficerOfAnotherCountry:
    @pytest.mark.parametrize(
        "text", ["Elsa Quendrix", "QUENDRIX, Elsa", "Эльза Квендрикс", "elsa  quendrix", "Elza Kvendriks"]
    )
    def test_a_name_finds_the_person_in_any_form(self, world, text):
        _, person, _ = world
        answer = screening.ask(a_question(text=text), viewer=a_viewer("QN", Role.FRONTLINE_OFFICER))

        assert person in references(answer)

    @pytest.mark.parametrize("text", ["QM4471203", "qm 447 1203", "QM-4471203"])
    def test_a_number_finds_the_document_and_its_holder(self, world, text):
        _, person, document = world
        answer = screening.ask(a_question(text=text), viewer=a_viewer("QN"))

        assert references(answer) == {person, document}

    def test_a_machine_readable_zone_finds_both(self, world):
        _, person, document = world
        zone = "\n".join(mrz.make(mrz.Format.TD3, **PASSPORT))

        answer = screening.ask(a_question(text=zone), viewer=a_viewer("QN"))

        assert references(answer) == {person, document}
        assert answer.readings[0].kind.value == "mrz"

    def test_a_reference_finds_its_record(self, world):
        _, person, _ = world

        assert references(screening.ask(a_question(text=person), viewer=a_viewer("QN"))) == {person}

    def test_each_hit_has_reasons_that_sum_to_its_score_and_an_instruction(self, world):
        answer = screening.ask(a_question(text="Elsa Quendrix", birth_date="1984"), viewer=a_viewer("QN"))

        (hit,) = answer.groups[0].hits
        assert sum(part.contribution for part in hit.parts) == pytest.approx(hit.score)
        assert hit.instruction.never == "Never detain on this alone."

    def test_somebody_else_is_no_instruction_for_you(self, world):
        answer = screening.ask(a_question(text="Orvill Thandeka"), viewer=a_viewer("QN"))

        assert answer.groups == ()
        assert answer.hits == 0
        assert answer.searched

    def test_the_look_is_committed_before_the_answer_and_the_source_sees_it(self, world):
        owner, person, _ = world
        officer = a_viewer("QN", Role.FRONTLINE_OFFICER)

        answer = screening.ask(a_question(text="Elsa Quendrix"), viewer=officer)

        card = records.record(person, owner)
        (look,) = [look for look in audit_looks(card, owner) if look.event_id == answer.event_id]
        assert (look.reader, look.actor) == (officer.reader_id, None)


def audit_looks(card, viewer):
    from liaison.rows.viewing import viewing

    with viewing(viewer):
        return audit.looks_at(card.id, viewer, 50)


class TestGivenARecordThatTheOfficerMayNotSee:
    def test_his_answer_is_the_same_as_if_it_did_not_exist(self, world):
        owner, _, _ = world
        officer = a_viewer("QN")
        before = screening.ask(a_question(text="Elsa Quendrix"), viewer=officer)

        a_record(owner, fields=a_person("Elsa Quendrix"), audience="all -QN")
        a_record(owner, kind="travel_documents", fields=a_document("QM4471204"), audience="")
        catch_up()
        after = screening.ask(a_question(text="Elsa Quendrix"), viewer=officer)

        assert [(hit.card.reference, hit.score, hit.parts) for group in after.groups for hit in group.hits] == [
            (hit.card.reference, hit.score, hit.parts) for group in before.groups for hit in group.hits
        ]
        assert screening.ask(a_question(text="QM4471204"), viewer=officer).groups == ()
        assert screening.ask(a_question(text="QM4471204"), viewer=owner).hits == 1

    def test_withdrawn_it_is_not_found_any_more(self, world):
        owner, person, document = world
        records.withdraw(document, reason="found again", by=owner)

        assert references(screening.ask(a_question(text="QM4471203"), viewer=a_viewer("QN"))) == {person}


def catch_up():
    from tests.factories.index import catch_up as wait

    wait()


class TestGivenAQuestionThatAsksNothing:
    @pytest.mark.parametrize("question", [Question(), a_question(text="  \n"), a_question(birth_date="1984")])
    def test_it_is_refused_with_what_to_do(self, world, question):
        with pytest.raises(Refused, match="Nothing was asked"):
            screening.ask(question, viewer=a_viewer("QN"))

    @pytest.mark.parametrize(
        "text", ["A", "A" * 500, "\u0301\u0302\u0303", "<" * 88, "P<" * 300, "\x00\x01", "محمد", "李", "😀" * 40]
    )
    def test_strange_text_is_answered_or_refused_and_never_breaks(self, world, text):
        officer = a_viewer("QN")
        try:
            answer = screening.ask(a_question(text=text), viewer=officer)
        except Refused as refused:
            said = refused.findings[0].remedy
        else:
            said = answer.searched
        assert said

    def test_too_long_a_text_is_refused(self, world):
        with pytest.raises(Refused, match="too long"):
            screening.ask(a_question(text="x" * 2001), viewer=a_viewer("QN"))

    def test_who_may_not_query_is_told_so(self, world):
        with pytest.raises(NotAllowed):
            screening.ask(a_question(text="Elsa"), viewer=a_viewer("QM", Role.BUREAU_ADMINISTRATOR))


class TestGivenTheJournal:
    def test_only_oversight_opens_the_text_of_a_query_and_that_is_a_look(self, world):
        officer, auditor = a_viewer("QN"), a_viewer("XS", Role.AUDITOR)
        answer = screening.ask(a_question(text="Orvill Thandeka"), viewer=officer)

        assert b"Orvill" in screening.open_line(
            answer.event_id, by=auditor, ground="spot_check", words="Spot check 12 of June."
        )
        with pytest.raises(NotAllowed):
            screening.open_line(answer.event_id, by=officer, ground="complaint", words="Out of curiosity.")

    def test_after_its_days_the_text_is_gone_with_its_key(self, world, clock):
        auditor = a_viewer("XS", Role.AUDITOR)
        answer = screening.ask(a_question(text="Orvill Thandeka"), viewer=a_viewer("QN"))

        clock.move(days=30)
        assert screening.purge(days=30) == 0
        clock.move(days=1)
        assert screening.purge(days=30) == 1
        with pytest.raises(Absent):
            screening.open_line(answer.event_id, by=auditor, ground="complaint", words="It is too late.")


def test_an_index_that_does_not_follow_answers_nothing(committed_db):
    index.stop_follower()

    with pytest.raises(Refused) as refusal:
        screening.ask(a_question(text="Elsa"), viewer=a_viewer("QN"))
    assert refusal.value.status == 503
