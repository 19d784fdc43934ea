"""Who saw, changed and received a record: what each reader may know of it, and that nothing else changes it."""

import dataclasses
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from liaison.apps.audit import public as audit
from liaison.apps.looks import public as looks
from liaison.apps.members.public import Role
from liaison.apps.records import public as records
from liaison.refusal import Refused
from liaison.viewer import Purpose, ReaderKind, Right
from tests.apps.looks.world import a_dpo, a_looked_at_record, an_auditor, look
from tests.budgets import budget
from tests.factories.members import a_viewer, an_agency
from tests.factories.records import a_person


@pytest.fixture(autouse=True)
def no_writer_stays():
    """A test's database goes with it, so that the writer has to let go of it."""
    yield
    audit.stop_event_writer()


def seen_by(viewer, card):
    """Return (body, kind) of what this viewer is told of looks, newest first."""
    return [(one.body.code, one.kind) for one in looks.story(card, viewer).seen]


class TestGivenLooksOfSeveralBodies:
    def test_when_the_source_asks_then_it_learns_bodies_kinds_purposes_and_minutes(self, committed_db):
        owner = a_viewer("QM")
        card = a_looked_at_record(owner)
        look(a_viewer("QN", purpose=Purpose.LOCATE), card)
        look(a_viewer("QO"), card, kind="export")

        exported, viewed = looks.story(card, owner).seen

        assert (exported.body.code, exported.kind, exported.is_receipt) == ("QO", "export", True)
        assert (viewed.body.code, viewed.purpose, viewed.person) == ("QN", "locate", "")
        assert (viewed.at.second, viewed.at.microsecond) == (0, 0)

    def test_when_another_reader_asks_then_he_learns_of_his_own_bodys_looks_alone(self, committed_db):
        owner, reader = a_viewer("QM"), a_viewer("QN")
        card = a_looked_at_record(owner)
        look(owner, card)
        look(a_viewer("QN"), card, kind="query")
        look(a_viewer("QO"), card)

        assert seen_by(reader, card) == [("QN", "query")]
        assert [one.action for one in looks.story(card, reader).changed] == ["records.entered"]

    def test_when_the_source_asks_then_it_sees_no_look_of_oversight_or_the_commission(self, committed_db):
        owner, auditor = a_viewer("QM"), an_auditor()
        card = a_looked_at_record(owner)
        look(auditor, card)
        look(dataclasses.replace(a_viewer("XC"), rights=frozenset({Right.READ_RECORDS})), card)
        audit.look(audit.Look.by(a_viewer("QN"), kind="denial", shown=[(card.id, card.source_id)]))
        audit.look(audit.Look.by(a_dpo("QN"), kind="inspection", shown=[(card.id, card.source_id)]))

        assert seen_by(owner, card) == []
        assert audit.looks_at(card.id, a_viewer("XS", Role.LIST_OPERATOR), 9) == []
        assert {one.kind for one in audit.looks_at(card.id, auditor, 9)} == {"view", "denial", "inspection"}

    def test_when_the_commission_asks_then_it_alone_sees_its_own(self, committed_db):
        card = a_looked_at_record(a_viewer("QM"))
        member = a_viewer("XC")
        look(member, card)

        assert len(audit.looks_at(card.id, a_viewer("XC"), 9)) == 1
        assert audit.looks_at(card.id, an_auditor(), 9) == []
        assert audit.looks_by(member.user_id, an_auditor(), 9) == []

    def test_when_an_agency_looked_then_the_source_does_not_know_it_and_its_bureau_does(self, committed_db):
        owner = a_viewer("QM")
        card = a_looked_at_record(owner)
        code = an_agency("QN-CU")
        agent = a_viewer(code, Role.FRONTLINE_OFFICER)
        look(agent, card)

        assert agent.reader_kind is ReaderKind.AGENCY
        assert seen_by(owner, card) == []
        assert seen_by(a_viewer("QN", Role.BUREAU_SUPERVISOR), card) == [("QN-CU", "view")]

    def test_when_it_is_ones_own_body_then_who_audits_learns_the_name_and_others_do_not(self, committed_db):
        owner = a_viewer("QM")
        card = a_looked_at_record(owner)
        look(owner, card)

        (to_supervisor,) = looks.story(card, a_viewer("QM", Role.BUREAU_SUPERVISOR)).seen
        (to_colleague,) = looks.story(card, a_viewer("QM", Role.BUREAU_OFFICER)).seen
        (to_himself,) = looks.story(card, owner).seen

        assert (to_supervisor.person, to_supervisor.is_own) == ("Invented Officer", False)
        assert (to_colleague.person, to_himself.person, to_himself.is_own) == ("", "Invented Officer", True)

    def test_when_there_are_more_than_fit_then_pages_show_each_once(self, committed_db):
        owner = a_viewer("QM")
        card = a_looked_at_record(owner)
        for _ in range(7):
            look(a_viewer("QN"), card)

        first = looks.story(card, owner, size=4)
        second = looks.story(card, owner, size=4, cursor=first.next_cursor)

        assert (len(first.seen), len(second.seen), second.next_cursor) == (4, 3, "")
        assert min(one.at for one in first.seen) >= max(one.at for one in second.seen)

    @pytest.mark.parametrize("cursor", ["x", "1", "1.", ".1", "9" * 29, "-1.0", "1.999999999"])
    def test_when_the_cursor_is_none_then_it_is_refused(self, committed_db, cursor):
        owner = a_viewer("QM")
        card = a_looked_at_record(owner)

        with pytest.raises(Refused, match="not the place"):
            looks.story(card, owner, cursor=cursor)

    def test_when_somebody_changes_it_then_the_change_is_told_with_its_entry(self, committed_db):
        owner = a_viewer("QM")
        card = a_looked_at_record(owner)
        records.change(card.reference, a_person(birth_dates=["1984-03-13"]), by=owner)

        told = looks.story(card, a_viewer("QN")).changed

        assert [one.action for one in told] == ["records.changed", "records.entered"]
        assert {one.person for one in told} == {""}


class TestGivenTwoWorldsThatDifferInHiddenLooks:
    def test_when_events_of_one_moment_are_many_then_the_cursor_passes_over_them_exactly(self, committed_db):
        stretch = audit.Stretch()
        cards = [audit.LookCard(None, stretch.since + timedelta(days=1), "view", None, "", None) for _ in range(3)]
        once = stretch.after(cards)

        assert stretch.at(once.token()) == once
        assert once.after(cards).skip == 6

    @settings(
        max_examples=budget(6, 60),
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(
        hidden=st.lists(
            st.tuples(
                st.sampled_from(("QO", "oversight", "commission", "QP-AG")), st.sampled_from(("view", "export"))
            ),
            max_size=6,
        )
    )
    def test_then_a_reader_is_told_the_same(self, two_worlds, hidden):
        reader, bodies, plain, other = two_worlds
        look(reader, plain)
        look(reader, other)
        for who, kind in hidden:
            look(bodies[who], other, kind=kind)

        first, second = looks.story(plain, reader), looks.story(other, reader)

        assert [(one.kind, one.body) for one in first.seen] == [(one.kind, one.body) for one in second.seen]
        assert bool(first.next_cursor) == bool(second.next_cursor)


@pytest.fixture
def two_worlds(committed_db):
    """A reader, bodies whose looks he may not know of, and two records: only one of them do those look at."""
    owner, reader = a_viewer("QM"), a_viewer("QN")
    bodies = {
        "QO": a_viewer("QO"),
        "oversight": an_auditor(),
        "commission": a_viewer("XC"),
        "QP-AG": a_viewer(an_agency("QP-AG"), Role.FRONTLINE_OFFICER),
    }
    return reader, bodies, a_looked_at_record(owner), a_looked_at_record(owner, "Abel Quendrix")
