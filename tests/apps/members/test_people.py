"""Who joins, moves and leaves, and what happens to those whom nobody confirms."""

from datetime import timedelta

import pytest

from liaison.apps.audit import public as audit
from liaison.apps.members import people, signing_in
from liaison.apps.members import public as members
from liaison.apps.members.models import User
from liaison.apps.policies import public as policies
from liaison.refusal import Absent, NotAllowed, Refused
from liaison.rows.viewing import viewing
from liaison.viewer import Level, Purpose
from tests.factories.members import PASSWORD, a_viewer, an_agency, days_from_now

pytestmark = pytest.mark.django_db
ADMINISTRATOR, OFFICER, SUPERVISOR = (
    members.Role.BUREAU_ADMINISTRATOR,
    members.Role.BUREAU_OFFICER,
    members.Role.BUREAU_SUPERVISOR,
)


def an_administrator(code="QM"):
    return a_viewer(code, ADMINISTRATOR)


def now_of(viewer):
    return members.viewer_for(viewer.user_id, Purpose.IDENTIFY)


def actions(viewer, by):
    with viewing(by):
        return [entry.action for entry in audit.history(viewer.user_id)]


class TestGivenAnAdministrator:
    def test_when_he_changes_a_job_then_the_next_click_has_the_new_rights(self):
        officer, him = a_viewer("QM", OFFICER), an_administrator()

        members.change_job(officer.user_id, members.Job(members.Role.FRONTLINE_OFFICER, Level.RESTRICTED), by=him)

        again = now_of(officer)
        assert again.rights == members.RIGHTS[members.Role.FRONTLINE_OFFICER]
        assert again.level is Level.RESTRICTED
        assert actions(officer, him) == ["members.user_added", "members.user_changed"]

    def test_when_nothing_changes_then_nothing_is_entered(self):
        officer, him = a_viewer("QM", OFFICER), an_administrator()

        members.change_job(officer.user_id, members.Job(OFFICER), by=him)

        assert actions(officer, him) == ["members.user_added"]

    def test_when_somebody_moves_to_an_agency_then_he_reads_for_it(self):
        officer, him = a_viewer("QM", OFFICER), an_administrator()
        an_agency("QM-BP")

        members.change_job(officer.user_id, members.Job(OFFICER), body="QM-BP", by=him)

        assert now_of(officer).reader_code == "QM-BP"

    def test_when_the_body_has_no_such_job_then_it_is_refused(self):
        officer, him = a_viewer("QM", OFFICER), an_administrator()
        an_agency("QM-BP")

        for job, body in ((members.Job(members.Role.AUDITOR), None), (members.Job(SUPERVISOR), "QM-BP")):
            with pytest.raises(Refused, match="no such job"):
                members.change_job(officer.user_id, job, body=body, by=him)

    def test_when_somebody_is_of_another_body_then_he_seems_not_to_exist(self):
        stranger, him = a_viewer("QN", OFFICER), an_administrator()

        for attempt in (
            lambda: members.change_job(stranger.user_id, members.Job(OFFICER), by=him),
            lambda: members.leave(stranger.user_id, by=him),
            lambda: members.confirm(stranger.user_id, by=him),
            lambda: people.new_password(stranger.user_id, by=him),
            lambda: people.take_back(stranger.user_id, by=him),
            lambda: people.account(stranger.user_id, him),
            lambda: members.change_job(a_viewer("QM", OFFICER).user_id, members.Job(OFFICER), body="QN", by=him),
        ):
            with pytest.raises(Absent):
                attempt()

    def test_when_it_is_himself_then_he_is_refused(self):
        him = an_administrator()

        for attempt in (
            lambda: members.change_job(him.user_id, members.Job(SUPERVISOR), by=him),
            lambda: members.leave(him.user_id, by=him),
            lambda: members.confirm(him.user_id, by=him),
            lambda: people.new_password(him.user_id, by=him),
        ):
            with pytest.raises(NotAllowed, match="own account"):
                attempt()

    def test_when_he_takes_somebody_back_then_the_account_works_and_is_confirmed(self):
        officer, him = a_viewer("QM", OFFICER), an_administrator()
        members.leave(officer.user_id, by=him)
        members.leave(officer.user_id, by=him)
        assert now_of(officer) is None
        with pytest.raises(Refused, match="was ended"):
            members.confirm(officer.user_id, by=him)

        people.take_back(officer.user_id, by=him)

        assert now_of(officer)
        assert actions(officer, him) == ["members.user_added", "members.user_disabled", "members.user_taken_back"]

    def test_when_he_gives_a_new_password_then_the_old_one_opens_nothing(self):
        officer, him = a_viewer("QM", OFFICER, name="voss.qm"), an_administrator()

        password = people.new_password(officer.user_id, by=him)

        with pytest.raises(Refused):
            signing_in.check_name_and_password(
                name="voss.qm", password=PASSWORD, address="192.0.2.1", purpose=Purpose.IDENTIFY
            )
        signed_in = signing_in.check_name_and_password(
            name="voss.qm", password=password, address="192.0.2.1", purpose=Purpose.IDENTIFY
        )
        assert signed_in.viewer.user_id == officer.user_id
        audit.stop_event_writer()

    @pytest.mark.parametrize(
        ("name", "shown", "problem"),
        [
            ("", "Somebody", "1 to 80 characters and no space"),
            ("two words", "Somebody", "no space"),
            ("x" * 81, "Somebody", "1 to 80"),
            ("voss.new", " ", "1 to 120"),
            ("voss.new", "x" * 121, "1 to 120"),
        ],
    )
    def test_when_a_name_is_none_then_it_is_refused(self, name, shown, problem):
        with pytest.raises(Refused, match=problem):
            members.add_user(
                sign_in_name=name,
                display_name=shown,
                reader="QM",
                role=OFFICER,
                password=PASSWORD,
                by=an_administrator(),
            )

    def test_when_the_name_is_taken_in_another_body_then_it_is_refused_too(self):
        a_viewer("QN", OFFICER, name="voss")

        with pytest.raises(Refused, match="signs in with that name already"):
            members.add_user(
                sign_in_name="Voss",
                display_name="Another",
                reader="QM",
                role=OFFICER,
                password=PASSWORD,
                by=an_administrator(),
            )


class TestGivenASupervisor:
    def test_he_ends_and_confirms_and_does_nothing_else(self):
        officer, him = a_viewer("QM", OFFICER), a_viewer("QM", SUPERVISOR)

        members.confirm(officer.user_id, by=him)
        members.leave(officer.user_id, by=him)

        assert now_of(officer) is None
        for attempt in (
            lambda: people.take_back(officer.user_id, by=him),
            lambda: people.new_password(officer.user_id, by=him),
            lambda: members.change_job(officer.user_id, members.Job(OFFICER), by=him),
        ):
            with pytest.raises(NotAllowed):
                attempt()


class TestGivenTimePasses:
    def test_an_account_that_nobody_confirms_stops_after_year_and_grace(self, clock):
        officer = a_viewer("QM", OFFICER)

        clock.move(days=365 + 30, seconds=-5)
        assert now_of(officer)
        clock.move(seconds=10)

        assert now_of(officer) is None

    def test_it_is_due_from_the_year_less_the_grace_and_works_meanwhile(self, clock):
        officer, him = a_viewer("QM", OFFICER), an_administrator()
        clock.move(days=334)
        assert people.register(him, due_only=True).total == 0

        clock.move(days=2)

        due = people.register(him, due_only=True)
        assert officer.user_id in {one.id for one in due.accounts}
        assert people.due_count(him) == due.total - 1, "his own account waits for somebody else"
        members.confirm(officer.user_id, by=him)
        assert officer.user_id not in {one.id for one in people.register(him, due_only=True).accounts}

    def test_an_account_ends_with_its_last_day_and_with_its_certificate(self, clock):
        officer, him = a_viewer("QM", OFFICER), an_administrator()
        for job in (
            members.Job(OFFICER, ends_on=days_from_now(3)),
            members.Job(OFFICER, certified_until=days_from_now(3)),
        ):
            members.change_job(officer.user_id, job, by=him)
            clock.move(days=3)
            assert now_of(officer), job
            clock.move(days=1)
            assert now_of(officer) is None, job
            clock.move(days=-4)

    def test_the_end_by_time_is_written_down_once(self, clock):
        officer, him = a_viewer("QM", OFFICER), an_administrator()
        clock.move(days=396)

        members.keep_time()
        members.keep_time()

        assert actions(officer, him) == ["members.user_added", "members.user_lapsed"]

    def test_the_dates_come_from_the_policy_values_of_the_day_of_confirmation(self, clock):
        officer, him = a_viewer("QM", OFFICER), an_administrator()
        asks, decides = a_viewer("XS", members.Role.POLICY_OFFICER), a_viewer("XS", members.Role.POLICY_OFFICER)
        change = policies.propose("members.review_days", 30, reason="Because of a test.", by=asks)
        policies.approve(change, by=decides)
        clock.move(seconds=1)

        members.confirm(officer.user_id, by=him)

        assert people.account(officer.user_id, him).confirm_by - people.account(
            officer.user_id, him
        ).confirmed_at == timedelta(days=30)

    @pytest.mark.parametrize("field", ["ends_on", "certified_until"])
    def test_a_day_that_is_over_is_refused(self, field):
        officer, him = a_viewer("QM", OFFICER), an_administrator()

        members.change_job(officer.user_id, members.Job(OFFICER, **{field: days_from_now(0)}), by=him)
        with pytest.raises(Refused, match="day is over"):
            members.change_job(officer.user_id, members.Job(OFFICER, **{field: days_from_now(-1)}), by=him)


class TestGivenTheRegister:
    def test_a_body_sees_its_own_and_its_agencies_and_oversight_sees_all(self):
        an_agency("QM-BP")
        own, agent, stranger = a_viewer("QM", OFFICER), a_viewer("QM-BP", OFFICER), a_viewer("QN", OFFICER)

        def listed(viewer):
            return {one.id for one in people.register(viewer).accounts}

        assert {own.user_id, agent.user_id} <= listed(an_administrator())
        assert stranger.user_id not in listed(an_administrator())
        assert {own.user_id, agent.user_id, stranger.user_id} <= listed(a_viewer("XS", members.Role.AUDITOR))
        assert stranger.user_id not in listed(a_viewer("XS", members.Role.MEMBERSHIP_OFFICER))

    @pytest.mark.parametrize("role", [OFFICER, members.Role.FRONTLINE_OFFICER])
    def test_officers_do_not_read_it(self, role):
        with pytest.raises(NotAllowed):
            people.register(a_viewer("QM", role))

    def test_the_rows_alone_hide_the_accounts_of_others(self):
        a_viewer("QN", OFFICER, name="voss.qn")
        him = an_administrator()

        with viewing(him):
            assert set(User.objects.values_list("reader__code", flat=True)) == {"QM"}

    def test_a_page_says_shown_and_total(self, monkeypatch):
        monkeypatch.setattr(people, "PAGE_SIZE", 2)
        him = an_administrator()
        for _ in range(4):
            a_viewer("QM", OFFICER)

        first, last = people.register(him), people.register(him, page=3)

        assert (len(first.accounts), first.pages, first.total, len(last.accounts)) == (2, 3, 5, 1)


class TestGivenABureauWithoutItsOfficers:
    def test_both_are_missed_until_somebody_has_the_job(self):
        from liaison.apps.members import directory

        him = an_administrator()
        assert directory.page_of("QM", him).missing == ("Data-protection officer", "Security officer")

        a_viewer("QM", members.Role.DATA_PROTECTION_OFFICER)

        assert directory.page_of("QM", him).missing == ("Security officer",)
        assert directory.page_of("QM", a_viewer("QN")).missing == (), "nobody else's business"
