"""Spot checks: drawn by chance once a month, answered by the officer, judged, and told to the ledger."""

from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, connection, transaction

from liaison.apps.audit import public as audit
from liaison.apps.looks import checks as services
from liaison.apps.looks import public as looks
from liaison.apps.looks.models import SpotCheck, Words
from liaison.apps.members import public as members
from liaison.apps.members.public import Role
from liaison.refusal import Absent, NotAllowed, Refused
from liaison.rows.viewing import viewing
from liaison.rules.use import ENTERING
from liaison.viewer import ReaderKind
from tests.apps.looks.world import REASON, a_dpo, a_looked_at_record, an_auditor, look
from tests.factories.members import a_partner, a_viewer, an_agency

LAST_MONTH = datetime(2031, 5, 20, 9, tzinfo=UTC)
THIS_MONTH = datetime(2031, 6, 1, 0, 5, tzinfo=UTC)


@pytest.fixture(autouse=True)
def no_writer_stays():
    """A test's database goes with it, so that the writer has to let go of it."""
    yield
    audit.stop_event_writer()


@pytest.fixture
def asked(committed_db, clock):
    """An officer of QM whose one query of last month was drawn; with his data-protection officer."""
    clock.set_to(LAST_MONTH)
    officer, dpo = a_viewer("QM", Role.FRONTLINE_OFFICER), a_dpo()
    look(officer, a_looked_at_record(a_viewer("QM")), kind="query")
    clock.set_to(THIS_MONTH)
    assert looks.draw(members.steward_of(officer.reader_id)) == 1
    (check,) = looks.mine(officer)
    return officer, dpo, check


def steps_of(reference, viewer):
    """Return the actions of the entries about a spot check."""
    with viewing(viewer):
        row = SpotCheck.objects.get(reference=reference)
        return [entry.action for entry in audit.history(row.id)]


class TestGivenTheQueriesOfAMonth:
    def test_when_they_are_drawn_then_as_many_as_the_policy_says_and_once(self, committed_db, clock):
        clock.set_to(LAST_MONTH)
        officer = a_viewer("QM", Role.FRONTLINE_OFFICER)
        look(officer, kind="query", times=25)
        look(officer, kind="view", times=5)
        clock.set_to(THIS_MONTH)
        steward = members.steward_of(officer.reader_id)

        assert looks.draw(steward) == 10
        assert looks.draw(steward) == 0
        assert looks.checks(a_dpo()).total == 10

    def test_when_they_are_drawn_again_and_again_then_every_query_has_its_chance(self, committed_db, clock):
        clock.set_to(LAST_MONTH)
        officer = a_viewer("QM", Role.FRONTLINE_OFFICER)
        look(officer, kind="query", times=8)
        clock.set_to(THIS_MONTH)
        watched = audit.Watched(officer.reader_id, datetime(2031, 5, 1, tzinfo=UTC), THIS_MONTH)
        steward = members.steward_of(officer.reader_id)

        firsts = {audit.drawn_queries(watched, most=1, by=steward)[0].event_id for _ in range(120)}

        assert len(firsts) == 8  # one is missed by chance in one of a million runs

    def test_when_a_form_asked_by_itself_then_nobody_is_asked_for_its_reason(self, committed_db, clock):
        clock.set_to(LAST_MONTH)
        officer = a_viewer("QM")
        audit.look(audit.Look.by(officer, kind="query", notes={"asked": "typed", "reason": ENTERING}))
        audit.look(audit.Look.by(officer, kind="query", notes={"asked": "typed", "reason": "border_check"}))
        clock.set_to(THIS_MONTH)

        assert looks.draw(members.steward_of(officer.reader_id)) == 1

    def test_when_another_body_asked_or_a_system_did_then_they_are_not_among_them(self, committed_db, clock):
        clock.set_to(LAST_MONTH)
        look(a_viewer("QN", Role.FRONTLINE_OFFICER), kind="query", times=3)
        look(a_viewer("XC"), kind="query")
        clock.set_to(THIS_MONTH)

        assert looks.draw(members.steward_of(a_viewer("QM").reader_id)) == 0
        assert members.steward_of(a_viewer("XC").reader_id).reader_id not in members.watched_bodies()

    def test_when_the_job_runs_then_each_body_has_its_draw(self, committed_db, clock):
        a_partner("XV-PAY", ReaderKind.PRIVATE_PARTNER, queries={"administrative_documents"})  # looks at nothing
        clock.set_to(LAST_MONTH)
        look(a_viewer("QM", Role.FRONTLINE_OFFICER), kind="query")
        look(a_viewer(an_agency("QN-CU"), Role.FRONTLINE_OFFICER), kind="query")
        clock.set_to(THIS_MONTH)

        assert services.draw_due() == 2
        assert services.draw_due() == 0
        assert [one.body.code for one in looks.checks(a_dpo("QN")).checks] == ["QN-CU"]


class TestGivenASpotCheck:
    def test_when_the_officer_answers_and_it_is_accepted_then_each_step_is_an_entry(self, asked):
        officer, dpo, check = asked

        looks.answer(check.reference, REASON, by=officer)
        looks.judge(check.reference, accept=True, words="The file is there.", by=dpo)

        seen = looks.check(check.reference, dpo)
        assert (seen.state, [one.text for one in seen.words]) == ("accepted", [REASON, "The file is there."])
        assert steps_of(check.reference, dpo) == [
            "spot_checks.drawn",
            "spot_checks.answered",
            "spot_checks.accepted",
        ]
        assert [one.text for one in looks.mine(officer)[0].words] == [REASON]

    def test_when_he_answers_twice_or_in_two_words_then_he_is_refused(self, asked):
        officer, _, check = asked

        with pytest.raises(Refused, match="characters"):
            looks.answer(check.reference, "  because  ", by=officer)
        looks.answer(check.reference, REASON, by=officer)
        with pytest.raises(Refused, match="stated before"):
            looks.answer(check.reference, REASON, by=officer)

    def test_when_it_is_not_answered_in_time_then_it_is_overdue_and_can_only_be_escalated(self, asked, clock):
        officer, dpo, check = asked
        with pytest.raises(Refused, match="no reason to accept"):
            looks.judge(check.reference, accept=False, words="He says nothing.", by=dpo)
        clock.set_to(datetime(2031, 6, 15, 1, tzinfo=UTC))
        assert looks.check(check.reference, dpo).is_overdue

        with pytest.raises(Refused, match="no reason to accept"):
            looks.judge(check.reference, accept=True, words="It will be fine.", by=dpo)
        looks.judge(check.reference, accept=False, words="He says nothing.", by=dpo)

        assert looks.check(check.reference, an_auditor()).state == "escalated"
        with pytest.raises(Refused, match="stated before"):
            looks.answer(check.reference, REASON, by=officer)

    def test_when_it_is_late_then_the_reason_is_still_taken(self, asked, clock):
        officer, dpo, check = asked
        clock.set_to(datetime(2031, 7, 1, tzinfo=UTC))

        looks.answer(check.reference, REASON, by=officer)

        assert looks.check(check.reference, dpo).state == "answered"

    @pytest.mark.parametrize(
        ("bureau", "role"),
        [
            ("QM", Role.FRONTLINE_OFFICER),
            ("QM", Role.BUREAU_SUPERVISOR),
            ("QN", Role.DATA_PROTECTION_OFFICER),
            ("XC", Role.COMMISSION_MEMBER),
        ],
    )
    def test_when_somebody_else_asks_for_it_then_it_does_not_exist(self, asked, bureau, role):
        _, _, check = asked
        other = a_viewer(bureau, role)

        with pytest.raises(Absent, match="no spot check"):
            looks.check(check.reference, other)
        with pytest.raises((Absent, NotAllowed)):
            looks.judge(check.reference, accept=True, words="It will be fine.", by=other)
        with pytest.raises(Absent):
            looks.answer(check.reference, REASON, by=other)

    def test_when_the_officer_would_judge_it_then_he_lacks_the_right_and_the_database_refuses(self, asked):
        officer, _, check = asked

        with pytest.raises(NotAllowed):
            looks.judge(check.reference, accept=True, words="It was me, it is fine.", by=officer)
        with pytest.raises(DatabaseError), viewing(officer):
            SpotCheck.objects.update(state="accepted", judged_by=officer.user_id)
        with pytest.raises(DatabaseError, match="permission denied"), viewing(officer):
            SpotCheck.objects.update(answer_by=THIS_MONTH)
        with viewing(officer), transaction.atomic():
            assert SpotCheck.objects.count() == 1

    def test_when_the_words_are_erased_then_check_and_entries_stay(self, asked):
        officer, dpo, check = asked
        looks.answer(check.reference, REASON, by=officer)

        assert looks.erase_words(check.reference, by=dpo) == 1

        assert looks.check(check.reference, dpo).words == ()
        assert steps_of(check.reference, dpo)[-1] == "spot_checks.words_erased"
        with pytest.raises(NotAllowed):
            looks.erase_words(check.reference, by=officer)

    def test_when_words_are_written_then_the_ledger_holds_none_of_them(self, asked, house):
        officer, dpo, check = asked
        looks.answer(check.reference, "Canary Quendrix asked at gate 9.", by=officer)
        looks.judge(check.reference, accept=False, words="Canary is no file.", by=dpo)

        with house.superuser() as everything:
            for table in ("audit_entry", "audit_content", "audit_event", "looks_spot_check"):
                rows = everything.execute(f"select count(*) from {table} t where t::text ilike '%canary%'").fetchone()
                assert rows == (0,)
            bodies = everything.execute(
                "select body from audit_entry union all select body from audit_event"
            ).fetchall()
        assert not any(b"anary" in bytes(body) for (body,) in bodies)

    def test_when_the_time_of_looks_is_over_then_it_is_forgotten_with_its_words(self, asked, clock):
        officer, _, check = asked
        looks.answer(check.reference, REASON, by=officer)
        clock.set_to(datetime(2034, 5, 1, tzinfo=UTC))
        assert looks.forget() == 0

        clock.set_to(datetime(2035, 1, 1, tzinfo=UTC))

        assert looks.forget() >= 2
        assert looks.mine(officer) == []
        with viewing(officer):
            assert Words.objects.count() == 0


def test_given_hostile_sql_then_an_officer_reads_no_words_but_his_own(asked):
    officer, dpo, check = asked
    looks.answer(check.reference, REASON, by=officer)
    looks.judge(check.reference, accept=False, words="Not for his eyes.", by=dpo)

    with viewing(officer), connection.cursor() as cursor:
        cursor.execute("select text from looks_words")
        assert cursor.fetchall() == [(REASON,)]
    with viewing(a_viewer("QM", Role.BUREAU_SUPERVISOR)), connection.cursor() as cursor:
        cursor.execute("select count(*) from looks_words")
        assert cursor.fetchone() == (0,)
