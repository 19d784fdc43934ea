"""How bodies join, are connected, suspended and end: who decides, what it changes, what time ends."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.db import DatabaseError, connection

from liaison.apps.audit import public as audit
from liaison.apps.members import directory
from liaison.apps.members import public as members
from liaison.apps.members.models import Agreement, MembershipChange, Reader, User
from liaison.refusal import Absent, NotAllowed, Refused
from liaison.rows.viewing import viewing
from liaison.viewer import Purpose, ReaderKind
from tests.factories.members import REASON, a_house, a_partner, a_viewer, an_agency, days_from_now, terms

pytestmark = pytest.mark.django_db
ADMINISTRATOR, OFFICER, SUPERVISOR = (
    members.Role.BUREAU_ADMINISTRATOR,
    members.Role.BUREAU_OFFICER,
    members.Role.BUREAU_SUPERVISOR,
)
PERSON = members.Person("first.of.them", "Invented Administrator")


def an_administrator(code="QM"):
    return a_viewer(code, ADMINISTRATOR)


def a_membership_officer():
    return a_viewer("XS", members.Role.MEMBERSHIP_OFFICER)


def works(viewer):
    """Whether the account behind a Viewer still opens anything."""
    return members.viewer_for(viewer.user_id, Purpose.IDENTIFY) is not None


def everybody():
    with viewing(members.system_viewer()):
        return members.audience_id("all")


def actions(subject, viewer):
    with viewing(viewer):
        return [entry.action for entry in audit.history(subject)]


class TestGivenABureauThatConnectsAnAgency:
    def test_when_one_person_proposes_it_then_nothing_is_connected(self):
        members.propose_connection("QM-BP", "Border police", terms=terms(), reason=REASON, by=an_administrator())

        assert not Reader.objects.filter(code="QM-BP").exists()

    def test_when_he_decides_it_himself_then_he_is_refused(self):
        him = an_administrator()
        change = members.propose_connection("QM-BP", "Border police", terms=terms(), reason=REASON, by=him)

        with pytest.raises(Refused, match="yourself"):
            members.decide(change, approve=True, by=him)

    @pytest.mark.parametrize("role", [ADMINISTRATOR, SUPERVISOR])
    def test_when_another_of_the_bureau_approves_it_then_its_people_read_with_the_bureau(self, role):
        change = members.propose_connection(
            "QM-BP", "Border police", terms=terms(), reason=REASON, by=an_administrator()
        )

        members.decide(change, approve=True, by=a_viewer("QM", role))

        agent = a_viewer("QM-BP", members.Role.FRONTLINE_OFFICER)
        assert everybody() in members.audiences_of(agent)
        assert (agent.country, agent.enters) == ("QM", frozenset())

    def test_when_it_is_rejected_then_it_can_be_proposed_again(self):
        him, other = an_administrator(), an_administrator()
        change = members.propose_connection("QM-BP", "Border police", terms=terms(), reason=REASON, by=him)
        with pytest.raises(Refused, match="waits for its second person already"):
            members.propose_connection("QM-BP", "Border police", terms=terms(), reason=REASON, by=other)

        members.decide(change, approve=False, by=other)

        with pytest.raises(Refused, match="decided before"):
            members.decide(change, approve=True, by=other)
        assert members.propose_connection("QM-BP", "Border police", terms=terms(), reason=REASON, by=him)

    def test_when_somebody_else_would_decide_it_then_it_seems_not_to_exist(self):
        change = members.propose_connection(
            "QM-BP", "Border police", terms=terms(), reason=REASON, by=an_administrator()
        )

        for stranger in (an_administrator("QN"), a_membership_officer()):
            with pytest.raises(Absent):
                members.decide(change, approve=True, by=stranger)
        with pytest.raises(NotAllowed):
            members.decide(change, approve=True, by=a_viewer("QM", OFFICER))

    def test_when_it_waits_too_long_then_nobody_can_decide_it(self, clock):
        other = an_administrator()
        change = members.propose_connection(
            "QM-BP", "Border police", terms=terms(), reason=REASON, by=an_administrator()
        )
        clock.move(days=31)

        with pytest.raises(Refused, match="waited too long"):
            members.decide(change, approve=True, by=other)
        members.keep_time()
        with viewing(other):
            assert MembershipChange.objects.get(pk=change).status == "expired"
        assert actions(change, other) == ["members.proposed", "members.expired"]

    @pytest.mark.parametrize(
        ("code", "said", "problem"),
        [
            ("QN-BP", {}, "begins with QM-"),
            ("qm-bp", {}, "no code of a body"),
            ("QM-", {}, "no code of a body"),
            ("QM-BP", {"number": " "}, "no number"),
            ("QM-BP", {"queries": frozenset()}, "opens no database"),
            ("QM-BP", {"queries": frozenset({"horses"})}, "no database “horses”"),
        ],
    )
    def test_when_something_is_wrong_then_it_is_refused_with_the_field(self, code, said, problem):
        with pytest.raises(Refused, match=problem):
            members.propose_connection(code, "An agency", terms=terms(**said), reason=REASON, by=an_administrator())

    def test_when_everything_is_wrong_then_all_is_told_at_once(self):
        with pytest.raises(Refused) as refusal:
            members.propose_connection("?", "", terms=terms(number="", title=""), reason="", by=an_administrator())

        codes = {finding.code for finding in refusal.value.findings}
        assert {"members.code", "members.name", "agreement.number", "agreement.title", "members.reason"} <= codes

    def test_when_an_officer_proposes_it_then_he_is_refused(self):
        with pytest.raises(NotAllowed):
            members.propose_connection("QM-BP", "An agency", terms=terms(), reason=REASON, by=a_viewer("QM", OFFICER))


class TestGivenAConnectedAgency:
    def test_when_its_bureau_suspends_it_then_its_people_open_nothing_at_once(self):
        agent = a_viewer(an_agency(), members.Role.FRONTLINE_OFFICER)

        members.suspend("QM-BP", reason=REASON, by=a_viewer("QM", SUPERVISOR))

        assert not works(agent)
        assert everybody() not in members.audiences_of(agent)

    def test_when_the_suspension_is_lifted_by_two_then_they_work_again(self):
        agent = a_viewer(an_agency(), members.Role.FRONTLINE_OFFICER)
        him, other = an_administrator(), an_administrator()
        members.suspend("QM-BP", reason=REASON, by=him)
        with pytest.raises(Refused, match="suspended already"):
            members.suspend("QM-BP", reason=REASON, by=him)

        change = members.propose_resumption("QM-BP", reason=REASON, by=him)
        assert not works(agent)
        members.decide(change, approve=True, by=other)

        assert works(agent)
        assert everybody() in members.audiences_of(agent)

    def test_when_another_bureau_or_the_secretariat_would_suspend_it_then_it_is_not_theirs(self):
        an_agency()

        for stranger in (an_administrator("QN"), a_membership_officer()):
            with pytest.raises(Absent):
                members.suspend("QM-BP", reason=REASON, by=stranger)

    def test_when_its_agreement_is_over_then_its_people_open_nothing_without_anybody(self, clock):
        agent = a_viewer(an_agency(ends_on=days_from_now(10)), members.Role.FRONTLINE_OFFICER)
        clock.set_to(end_of(days_from_now(10)) - timedelta(seconds=1))
        assert works(agent)

        clock.set_to(end_of(days_from_now(0)) + timedelta(seconds=1))

        assert not works(agent)
        assert members.keep_time() == ["QM-BP"]
        assert members.keep_time() == []
        assert everybody() not in members.audiences_of(agent)

    def test_when_the_agreement_begins_later_then_nobody_works_before(self, clock):
        agency = an_agency(starts_on=days_from_now(1), ends_on=days_from_now(30))
        user = members.add_user(
            sign_in_name="early.qm",
            display_name="Invented Officer",
            reader=agency,
            role=members.Role.FRONTLINE_OFFICER,
            password="a sentence that nobody guesses",
            by=an_administrator(),
        )
        assert members.viewer_for(user.id, Purpose.IDENTIFY) is None

        clock.set_to(end_of(days_from_now(0)) + timedelta(seconds=1))

        assert members.viewer_for(user.id, Purpose.IDENTIFY)

    def test_when_the_agreement_is_renewed_then_the_new_scope_takes_the_place_of_the_old(self):
        agent = a_viewer(an_agency(), members.Role.FRONTLINE_OFFICER)
        him, other = an_administrator(), an_administrator()

        change = members.propose_renewal("QM-BP", terms=terms(queries=frozenset({"vehicles"})), reason=REASON, by=him)
        members.decide(change, approve=True, by=other)

        again = members.viewer_for(agent.user_id, Purpose.IDENTIFY)
        assert again is not None
        assert again.queries == {"vehicles"}
        with viewing(him):
            assert Agreement.objects.filter(reader__code="QM-BP", ended_at__isnull=True).count() == 1

    def test_when_it_is_disconnected_then_it_is_over_and_its_code_is_not_given_again(self):
        agent = a_viewer(an_agency(), members.Role.FRONTLINE_OFFICER)
        him = an_administrator()

        members.disconnect("QM-BP", reason=REASON, by=him)

        assert not works(agent)
        with pytest.raises(Refused, match="joined before"):
            members.propose_connection("QM-BP", "Again", terms=terms(), reason=REASON, by=him)

    def test_when_its_bureau_is_suspended_then_it_is_too(self):
        agent = a_viewer(an_agency(), members.Role.FRONTLINE_OFFICER)

        members.suspend("QM", reason=REASON, days=3, by=a_membership_officer())

        assert not works(agent)

    def test_other_bureaus_do_not_learn_of_it(self):
        an_agency()
        stranger = a_viewer("QN", ADMINISTRATOR)

        with pytest.raises(Absent):
            directory.page_of("QM-BP", stranger)
        listed = directory.directory(stranger, text="QM-BP")
        assert listed.total == 0
        with viewing(stranger):
            assert not Agreement.objects.filter(reader__code="QM-BP").exists()
            assert not MembershipChange.objects.exists()


class TestGivenTheSecretariat:
    def test_when_two_admit_a_partner_then_it_takes_part_under_its_agreement(self):
        a_partner("XP-ONE", queries=frozenset({"vehicles", "aircraft"}))

        viewer = a_viewer("XP-ONE", OFFICER)

        assert viewer.queries == {"vehicles", "aircraft"}
        assert viewer.enters == frozenset()

    def test_when_a_unit_is_admitted_then_it_cannot_make_auditors_of_the_installation(self):
        him, other = a_membership_officer(), a_membership_officer()
        unit = members.Newcomer("XS-LYO", ReaderKind.SECRETARIAT, "Regional bureau of the secretariat")
        change = members.propose_admission(unit, administrator=PERSON, reason=REASON, by=him)
        told = members.decide(change, approve=True, by=other)

        administrator = members.viewer_by_name(told.sign_in_name, Purpose.IDENTIFY)
        assert administrator is not None
        with pytest.raises(Refused, match="no such job"):
            members.add_user(
                sign_in_name="auditor.of.a.unit",
                display_name="Invented",
                reader="XS-LYO",
                role=members.Role.AUDITOR,
                password=told.password,
                by=administrator,
            )

    def test_when_it_names_the_first_administrator_of_a_bureau_then_a_second_is_the_bureaus_own_matter(self):
        a_house()
        him, other = a_membership_officer(), a_membership_officer()
        change = members.propose_administrator("QP", administrator=PERSON, reason=REASON, by=him)

        told = members.decide(change, approve=True, by=other)

        assert members.viewer_by_name(told.sign_in_name, Purpose.IDENTIFY).reader_code == "QP"
        with pytest.raises(Refused, match="has an administrator"):
            members.propose_administrator("QP", administrator=PERSON, reason=REASON, by=him)

    def test_when_the_first_administrator_came_meanwhile_then_the_second_is_refused_whole(self):
        a_house()
        him, other = a_membership_officer(), a_membership_officer()
        change = members.propose_administrator("QP", administrator=PERSON, reason=REASON, by=him)
        an_administrator("QP")

        with pytest.raises(Refused, match="has an administrator"):
            members.decide(change, approve=True, by=other)
        with viewing(other):
            assert MembershipChange.objects.get(pk=change).status == "proposed"

    def test_when_the_only_administrator_was_not_confirmed_in_time_then_the_page_offers_what_the_service_does(
        self, clock
    ):
        an_administrator("QP")
        assert directory.page_of("QP", a_membership_officer()).has_administrator
        clock.move(days=400)
        officer = a_membership_officer()

        assert not directory.page_of("QP", officer).has_administrator
        members.propose_administrator("QP", administrator=PERSON, reason=REASON, by=officer)

    def test_when_much_was_rejected_then_what_waits_is_still_shown(self, monkeypatch):
        a_house()
        monkeypatch.setattr(directory, "CHANGES_SHOWN_MAX", 1)
        him, other = a_membership_officer(), a_membership_officer()
        waiting = members.propose_administrator("QP", administrator=PERSON, reason=REASON, by=him)
        rejected = members.propose_administrator("QO", administrator=PERSON, reason=REASON, by=him)
        members.decide(rejected, approve=False, by=other)

        assert [change.id for change in directory.changes(other)] == [waiting]
        assert directory.waiting_count(other) == 1

    def test_when_it_suspends_a_bureau_then_that_ends_by_itself(self, clock):
        viewer, officer = a_viewer("QN"), a_membership_officer()

        members.suspend("QN", reason=REASON, days=3, by=officer)

        assert not works(viewer)
        assert everybody() not in members.audiences_of(viewer)
        clock.move(days=3, seconds=1)
        assert works(viewer)
        assert members.keep_time() == ["QN"]
        assert everybody() in members.audiences_of(viewer)

    @pytest.mark.parametrize(("days", "taken"), [(0, False), (1, True), (90, True), (91, False)])
    def test_a_suspension_has_bounds(self, days, taken):
        a_house()
        officer = a_membership_officer()

        if taken:
            members.suspend("QN", reason=REASON, days=days, by=officer)
        else:
            with pytest.raises(Refused, match=f"1 to 90 days, not {days}"):
                members.suspend("QN", reason=REASON, days=days, by=officer)

    def test_it_cannot_suspend_itself_nor_the_installation(self):
        officer = a_membership_officer()

        for code in ("XS", "SYSTEM"):
            with pytest.raises(Absent):
                members.suspend(code, reason=REASON, by=officer)

    @pytest.mark.parametrize(
        ("kind", "missing", "problem"),
        [
            (ReaderKind.PARTNER, {"opinion": ""}, "No opinion of the commission"),
            (ReaderKind.REGIONAL_BODY, {"opinion": " "}, "No opinion of the commission"),
            (ReaderKind.PRIVATE_PARTNER, {"approval": ""}, "No approval of the assembly"),
            (ReaderKind.PRIVATE_PARTNER, {"enters": frozenset({"vehicles"})}, "enters no records"),
            (ReaderKind.PRIVATE_PARTNER, {"queries": frozenset({"persons"})}, "not open to bodies of this kind"),
            (ReaderKind.PARTNER, {"queries": frozenset({"firearms"})}, "not open to bodies of this kind"),
            (ReaderKind.AGENCY, {}, "does not admit bodies of this kind"),
            (ReaderKind.COMMISSION, {}, "does not admit bodies of this kind"),
            (ReaderKind.SYSTEM, {}, "does not admit bodies of this kind"),
        ],
    )
    def test_it_admits_nobody_without_what_the_rules_ask_for(self, kind, missing, problem):
        with pytest.raises(Refused, match=problem):
            members.propose_admission(
                members.Newcomer("XP-ONE", kind, "A body"),
                administrator=PERSON,
                terms=terms(kind, **missing) if kind not in (ReaderKind.COMMISSION, ReaderKind.SYSTEM) else None,
                reason=REASON,
                by=a_membership_officer(),
            )

    def test_a_bureaus_administrator_admits_nobody(self):
        with pytest.raises(NotAllowed):
            members.propose_admission(
                members.Newcomer("XP-ONE", ReaderKind.PARTNER, "A body"),
                administrator=PERSON,
                terms=terms(ReaderKind.PARTNER),
                reason=REASON,
                by=an_administrator(),
            )


FORBIDDEN = (
    """
    insert into members_agreement
        (id, reader_id, number, title, starts_on, ends_on, queries, enters, opinion, approval)
    select gen_random_uuid(), id, 'x', 'x', current_date, current_date, '[]', '[]', '', ''
      from members_reader where code = 'QM-BP'
    """,
    """
    insert into members_user
        (id, sign_in_name, display_name, reader_id, role, level, password, is_active, joined_at, confirmed_at,
         confirmed_by, confirm_by, stops_at)
    select gen_random_uuid(), 'x', 'x', id, 'bureau_officer', 3, 'x', true, now(), now(), gen_random_uuid(), now(),
           now() + interval '1 day'
      from members_reader where code = 'QN'
    """,
    """
    insert into members_suspension (id, reader_id, began_at, began_by, reason)
    select gen_random_uuid(), id, now(), liaison_user(), 'x' from members_reader where code = 'QN'
    """,
)


class TestGivenTheDatabase:
    """What holds even with every check of the services gone: SQL as the doors' role, under an honest Viewer."""

    @pytest.mark.parametrize("statement", FORBIDDEN)
    def test_an_administrator_writes_nothing_that_two_persons_or_another_body_decide(self, statement):
        an_agency()
        him = an_administrator()

        with pytest.raises(DatabaseError, match="row-level security"), viewing(him), connection.cursor() as cursor:
            cursor.execute(statement)

    def test_he_changes_nothing_of_his_own_account_and_reads_none_of_another_body(self):
        him = an_administrator()
        a_viewer("QN", name="voss.qn")

        with viewing(him), connection.cursor() as cursor:
            cursor.execute("update members_user set level = 3 where id = liaison_user()")
            assert cursor.rowcount == 0
            cursor.execute("select count(*) from members_user where sign_in_name = 'voss.qn'")
            assert cursor.fetchone() == (0,)

    def test_who_proposed_a_change_cannot_mark_it_approved(self):
        him = an_administrator()
        change = members.propose_connection("QM-BP", "Border police", terms=terms(), reason=REASON, by=him)

        with viewing(him), connection.cursor() as cursor:
            cursor.execute(
                "update members_change set status = 'approved', decided_by = gen_random_uuid() where id = %s",
                [change],
            )
            assert cursor.rowcount == 0

    def test_without_a_viewer_no_account_is_to_be_read(self):
        a_viewer("QM")

        assert not User.objects.exists()


class TestGivenTheFirstOfficers:
    def test_when_the_secretariat_has_nobody_then_two_are_made(self):
        a_house()

        made = members.appoint_first_officers([PERSON, members.Person("second.of.them", "Another")])

        assert all(members.viewer_by_name(one.sign_in_name, Purpose.IDENTIFY) for one in made)
        assert len({one.password for one in made}) == 2
        with pytest.raises(Refused, match="has people already"):
            members.appoint_first_officers([PERSON, members.Person("third.of.them", "Another")])

    def test_when_one_is_named_then_two_are_asked_for(self):
        a_house()

        with pytest.raises(Refused, match="two membership officers"):
            members.appoint_first_officers([PERSON])


def end_of(day):
    """Return the moment at which a day is over, in UTC."""
    return datetime.combine(day + timedelta(days=1), time(), UTC)
