"""Signals: raised from one body's own looks, seen by data protection and oversight, and decided once."""

from datetime import UTC, datetime

import pytest

from liaison.apps.audit import public as audit
from liaison.apps.looks import public as looks
from liaison.apps.looks import signals as services
from liaison.apps.looks.models import Signal
from liaison.apps.members import public as members
from liaison.apps.members.public import Role
from liaison.refusal import Absent, NotAllowed, Refused
from liaison.rows.viewing import viewing
from tests.apps.looks.world import REASON, a_dpo, a_looked_at_record, an_auditor, look
from tests.factories.members import a_viewer

MONDAY = datetime(2031, 6, 2, 10, tzinfo=UTC)
TUESDAY = datetime(2031, 6, 3, 0, 5, tzinfo=UTC)


@pytest.fixture(autouse=True)
def no_writer_stays():
    """A test's database goes with it, so that the writer has to let go of it."""
    yield
    audit.stop_event_writer()


@pytest.fixture
def curious(committed_db, clock):
    """An officer of QM who looked at one record far more often than his colleague, and the signal of it."""
    clock.set_to(MONDAY)
    officer, colleague = (a_viewer("QM", Role.FRONTLINE_OFFICER) for _ in range(2))
    card = a_looked_at_record(a_viewer("QM"))
    look(officer, card, times=16)
    look(officer, card, kind="query")
    look(colleague, card, times=2)
    clock.set_to(TUESDAY)
    assert looks.raise_signals(members.steward_of(officer.reader_id)) == 1
    return officer, card


class TestGivenACuriousOfficer:
    def test_when_data_protection_reads_then_it_sees_what_stands_out_and_no_content(self, curious):
        officer, card = curious

        (signal,) = looks.signals(a_dpo()).signals

        assert (signal.kind, signal.measure, signal.usual) == ("one_record", 17, 2)
        assert (signal.officer.id, signal.record, signal.state) == (officer.user_id, card.reference, "open")

    def test_when_it_is_looked_for_again_then_it_is_raised_once(self, curious, clock):
        officer, _ = curious
        steward = members.steward_of(officer.reader_id)

        assert looks.raise_signals(steward) == 0
        clock.set_to(datetime(2031, 6, 4, 0, 5, tzinfo=UTC))
        assert looks.raise_signals(steward) == 0
        assert looks.signals(a_dpo()).total == 1

    @pytest.mark.parametrize("role", [Role.BUREAU_SUPERVISOR, Role.BUREAU_ADMINISTRATOR, Role.SECURITY_OFFICER])
    def test_when_a_line_manager_asks_then_he_may_not_and_the_database_shows_none(self, curious, role):
        manager = a_viewer("QM", role)

        with pytest.raises(NotAllowed):
            looks.signals(manager)
        with viewing(manager):
            assert Signal.objects.count() == 0

    def test_when_another_bodys_data_protection_asks_then_there_is_none(self, curious):
        assert looks.signals(a_dpo("QN")).total == 0

    def test_when_it_is_dismissed_then_oversight_sees_why_and_can_follow_it_up_all_the_same(self, curious):
        officer, _ = curious
        dpo, auditor = a_dpo(), an_auditor()
        (signal,) = looks.signals(dpo).signals

        looks.dismiss(signal.reference, "It was a training.", by=dpo)
        with pytest.raises(Refused, match="decided before"):
            looks.dismiss(signal.reference, "It was a training.", by=dpo)
        with pytest.raises(Refused, match="decided before"):
            looks.follow_up(signal.reference, by=dpo)
        assert looks.signal(signal.reference, auditor).words[0].text == "It was a training."
        check = looks.follow_up(signal.reference, by=auditor)

        assert [one.reference for one in looks.mine(officer)] == [check]
        with viewing(dpo):
            row = Signal.objects.get()
            assert [entry.action for entry in audit.history(row.id)] == [
                "signals.raised",
                "signals.dismissed",
                "signals.followed",
            ]

    def test_when_it_is_followed_up_then_the_officer_is_asked_for_a_query_behind_it(self, curious):
        officer, card = curious
        dpo = a_dpo()
        (signal,) = looks.signals(dpo).signals

        check = looks.follow_up(signal.reference, by=dpo)

        (asked,) = looks.mine(officer)
        assert (asked.reference, asked.records, asked.signal) == (check, (card.reference,), "")
        assert looks.check(check, dpo).signal == signal.reference
        looks.answer(check, REASON, by=officer)

    def test_when_no_query_is_left_then_there_is_nothing_to_ask(self, committed_db, clock):
        clock.set_to(MONDAY)
        officer = a_viewer("QM", Role.FRONTLINE_OFFICER)
        look(officer, a_looked_at_record(a_viewer("QM")), times=20)
        clock.set_to(TUESDAY)
        dpo = a_dpo()
        assert services.raise_due() == 1
        (signal,) = looks.signals(dpo).signals

        with pytest.raises(Refused, match="left to ask"):
            looks.follow_up(signal.reference, by=dpo)
        assert looks.signal(signal.reference, dpo).state == "open"

    def test_when_it_is_about_himself_then_he_does_not_see_it(self, committed_db, clock):
        clock.set_to(MONDAY)
        dpo = a_dpo()
        look(dpo, a_looked_at_record(a_viewer("QM")), times=20)
        clock.set_to(TUESDAY)
        assert services.raise_due() == 1

        assert looks.signals(dpo).total == 0
        (signal,) = looks.signals(a_dpo()).signals
        with pytest.raises(Absent):
            looks.signal(signal.reference, dpo)


class TestGivenTwoWorldsThatDifferInOtherBodiesLooks:
    def test_then_the_same_is_raised(self, committed_db, clock):
        clock.set_to(MONDAY)
        officer = a_viewer("QM", Role.FRONTLINE_OFFICER)
        card = a_looked_at_record(a_viewer("QM"))
        look(officer, card, times=20)
        look(a_viewer("QN", Role.FRONTLINE_OFFICER), card, times=30)
        look(an_auditor(), card, times=30)
        clock.set_to(TUESDAY)

        looks.raise_signals(members.steward_of(officer.reader_id))

        (signal,) = looks.signals(a_dpo()).signals
        assert (signal.measure, signal.usual) == (20, 0)
