"""The desk of data protection: what it answers, that it knows no more than it may, and that asking is a look."""

import pytest

from liaison.apps.audit import public as audit
from liaison.apps.looks import desk
from liaison.apps.looks import public as looks
from liaison.apps.members.public import Role
from liaison.apps.records import public as records
from liaison.refusal import Absent, NotAllowed, Refused
from tests.apps.audit.world import found, rooted_and_signed
from tests.apps.looks.world import a_dpo, a_looked_at_record, an_auditor, look
from tests.factories.members import a_viewer, an_agency, days_from_now

Question = looks.Question


@pytest.fixture(autouse=True)
def no_writer_stays():
    """A test's database goes with it, so that the writer has to let go of it."""
    yield
    audit.stop_event_writer()


def at(*cards, **days):
    """Return the question who looked at these records."""
    return Question(tuple(card.reference for card in cards), **days)


def name_of(viewer):
    """Return the sign-in name of a viewer."""
    from liaison.apps.members.queries import own_name

    return own_name(viewer)


class TestGivenAQuestionAboutRecords:
    def test_when_data_protection_asks_then_it_learns_its_own_people_by_name_and_others_by_body(self, committed_db):
        owner = a_viewer("QM")
        card = a_looked_at_record(owner)
        look(owner, card)
        look(a_viewer("QN"), card)

        theirs, ours = looks.ask(at(card), a_dpo()).lines

        assert (theirs.body.code, theirs.officer, theirs.query) == ("QN", None, None)
        assert (ours.body.code, ours.officer.id, ours.references) == ("QM", owner.user_id, (card.reference,))

    def test_when_a_third_body_asks_then_it_learns_nothing_as_for_a_record_that_never_was(self, committed_db):
        card = a_looked_at_record(a_viewer("QM"), audience="list:QN")
        look(a_viewer("QN"), card)
        third = a_dpo("QO")

        assert looks.ask(at(card), third) == looks.ask(Question(("RP-2026-AAAAAA-A",)), third)

    def test_when_several_records_are_of_one_person_then_all_looks_come_newest_first(self, committed_db):
        owner = a_viewer("QM")
        first, second = a_looked_at_record(owner), a_looked_at_record(owner, "Elsa Kvendriks")
        look(owner, first)
        look(owner, second)
        look(owner, first)

        lines = looks.ask(at(first, second), a_dpo()).lines

        assert [line.references[0] for line in lines] == [first.reference, second.reference, first.reference]

    def test_when_the_record_was_taken_away_then_ones_own_looks_are_still_answered_for(self, committed_db):
        owner, reader = a_viewer("QM"), a_viewer("QN")
        card = a_looked_at_record(owner)
        look(reader, card)
        taken = "Only for QO from now on."
        records.restrict(card.reference, audience="list:QO", level=card.level, reason=taken, by=owner)

        assert len(looks.ask(at(card), a_dpo("QN")).lines) == 1

    def test_when_pages_follow_each_other_then_each_look_is_there_once(self, committed_db):
        owner = a_viewer("QM")
        card = a_looked_at_record(owner)
        look(owner, card, times=7)
        dpo = a_dpo()

        first = looks.ask(at(card), dpo, size=3)
        second = looks.ask(at(card), dpo, size=3, cursor=first.next_cursor)
        third = looks.ask(at(card), dpo, size=3, cursor=second.next_cursor)

        moments = [line.at for page in (first, second, third) for line in page.lines]
        assert len(moments) == 7
        assert moments == sorted(moments, reverse=True)
        assert third.next_cursor == ""

    def test_when_days_are_given_then_looks_of_other_days_stay_out(self, committed_db, clock):
        owner = a_viewer("QM")
        card = a_looked_at_record(owner)
        look(owner, card)
        clock.move(days=3)
        look(owner, card, kind="query")
        dpo = a_dpo()

        today = looks.ask(at(card, since=days_from_now(0), until=days_from_now(0)), dpo)
        before = looks.ask(at(card, until=days_from_now(-1)), dpo)

        assert [line.kind for line in today.lines] == ["query"]
        assert [line.kind for line in before.lines] == ["view"]


class TestGivenAQuestionAboutAnOfficer:
    def test_when_his_own_body_asks_then_it_learns_when_what_and_why(self, committed_db):
        owner, reader = a_viewer("QM"), a_viewer("QN")
        card = a_looked_at_record(owner)
        hidden = a_looked_at_record(owner, "Abel Quendrix", audience="list:QO")
        look(reader, card, kind="query")
        look(reader)
        audit.look(audit.Look.by(reader, kind="view", shown=[(hidden.id, hidden.source_id)]))

        lines = looks.ask(Question(officer=name_of(reader)), a_dpo("QN")).lines

        assert [line.kind for line in lines] == ["view", "view", "query"]
        assert [line.references for line in lines] == [(), (), (card.reference,)]
        assert [line.others for line in lines] == [1, 0, 0]
        assert [line.query is None for line in lines] == [True, True, False]

    def test_when_it_is_somebody_elses_officer_then_there_is_no_such_account(self, committed_db):
        officer = a_viewer("QN")

        with pytest.raises(Absent, match="No account that you may know of"):
            looks.ask(Question(officer=name_of(officer)), a_dpo("QM"))

    def test_when_he_is_of_an_agency_then_its_bureau_asks(self, committed_db):
        agent = a_viewer(an_agency("QM-BP"), Role.FRONTLINE_OFFICER)
        look(agent)

        assert len(looks.ask(Question(officer=name_of(agent)), a_dpo("QM")).lines) == 1

    def test_when_oversight_asks_then_it_learns_about_everybody(self, committed_db):
        officer = a_viewer("QN")
        look(officer)

        (line,) = looks.ask(Question(officer=name_of(officer).upper()), an_auditor()).lines

        assert (line.officer.id, line.body.code) == (officer.user_id, "QN")


class TestGivenAnyQuestion:
    def test_when_it_is_asked_then_a_look_of_its_own_kind_is_committed_and_covered(self, committed_db):
        owner, dpo = a_viewer("QM"), a_dpo()
        card = a_looked_at_record(owner)

        looks.ask(at(card), dpo)

        (own,) = audit.looks_by(dpo.user_id, dpo, 9)
        assert own.kind == "inspection"
        assert [one.kind for one in audit.looks_at(card.id, an_auditor(), 9)] == ["inspection"]
        assert audit.looks_by(dpo.user_id, a_viewer("QM", Role.BUREAU_SUPERVISOR), 9) == []
        rooted_and_signed()
        assert found() == set()

    def test_when_somebody_asks_who_does_not_audit_then_he_is_refused(self, committed_db):
        with pytest.raises(NotAllowed):
            looks.ask(Question(("RP-2026-AAAAAA-A",)), a_viewer("QM", Role.FRONTLINE_OFFICER))

    def test_when_it_is_no_question_then_everything_wrong_is_said(self, committed_db):
        wrong = Question(tuple(f"R{number}" for number in range(21)), "x", days_from_now(1), days_from_now(0))

        with pytest.raises(Refused) as refused:
            looks.ask(wrong, a_dpo())

        assert [one.code for one in refused.value.findings] == ["looks.what", "looks.too_many", "looks.days"]

    def test_when_a_table_is_longer_than_what_is_read_at_once_then_all_of_it_comes(self, committed_db, monkeypatch):
        monkeypatch.setattr(desk, "CSV_AT_ONCE", 2)
        monkeypatch.setattr(desk, "CSV_LINES_MAX", 6)
        owner = a_viewer("QM")
        card = a_looked_at_record(owner)
        look(owner, card, times=5)
        dpo = a_dpo()

        assert len(list(looks.table(at(card), dpo))) == 1 + 5
        look(owner, card, times=5)
        assert len(list(looks.table(at(card), dpo))) == 1 + 6
        assert desk.CSV_AT_ONCE < 500, "a page and one more is what audit gives at once"

    def test_when_a_table_is_asked_for_then_no_cell_is_a_formula_and_all_lines_are_there(self, committed_db):
        officer = a_viewer("QM", name="=cmd.qm")
        look(officer, a_looked_at_record(officer), times=3)

        head, *lines = looks.table(Question(officer="=cmd.qm"), a_dpo())

        assert (head[0], len(lines)) == ("at", 3)
        assert {line[4] for line in lines} == {"'=cmd.qm"}
