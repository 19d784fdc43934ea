"""How a membership ends for good, comes back by accession, and how a list ends: nobody sees more by it."""

import pytest
from django.conf import settings
from django.db import DatabaseError, connection

from liaison.apps.audit import public as audit
from liaison.apps.members import joining, people
from liaison.apps.members import public as members
from liaison.apps.members.models import Reader, User
from liaison.apps.members.public import Role
from liaison.apps.policies import public as policies
from liaison.apps.records import public as records
from liaison.refusal import Absent, NotAllowed, Refused
from liaison.rows.viewing import viewing
from liaison.viewer import Purpose, ReaderKind, Viewer
from tests.factories.members import REASON, a_partner, a_viewer, an_agency, an_end_of, days_from_now
from tests.factories.records import a_record

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def a_key(monkeypatch) -> None:
    """The suite's home has no key of its own when the settings are read."""
    monkeypatch.setattr(settings._wrapped, "SECRET_KEY", "a key of this test only")


@pytest.fixture
def officers() -> tuple[Viewer, Viewer]:
    a_viewer("QM")
    return a_viewer("XS", Role.MEMBERSHIP_OFFICER), a_viewer("XS", Role.MEMBERSHIP_OFFICER)


def joined_again(code: str, officers: tuple[Viewer, Viewer], name: str = "new.admin") -> None:
    """Let a country join, by two officers."""
    asks, decides = officers
    change = members.propose_admission(
        members.Newcomer(code, ReaderKind.BUREAU, f"Bureau {code}", code),
        administrator=members.Person(name, "Invented Administrator"),
        reason=REASON,
        by=asks,
    )
    members.decide(change, approve=True, by=decides)


def shown_records(value: int) -> None:
    """Set the policy on records of bodies that end."""
    proposer, decider = (a_viewer("XS", Role.POLICY_OFFICER) for _ in range(2))
    change = policies.propose("members.ended_records_shown", value, reason="Decided by the assembly.", by=proposer)
    policies.approve(change, by=decider)


def works(viewer: Viewer) -> bool:
    return members.viewer_for(viewer.user_id, Purpose.IDENTIFY) is not None


class TestGivenABureauThatEnds:
    def test_its_people_and_its_agencies_are_out_the_same_moment(self, officers):
        officer, agency = a_viewer("QN"), an_agency("QN-CU")
        agent = a_viewer(agency, Role.FRONTLINE_OFFICER)

        an_end_of("QN", officers)

        assert not works(officer)
        assert not works(agent)
        assert {"QN", "QN-CU"} & set(
            Reader.objects.filter(ended_at__isnull=True).values_list("code", flat=True)
        ) == set()
        assert "QN" not in members.bureau_codes()
        assert members.audience_id("all") not in members.audiences_of(officer)

    def test_two_persons_end_it_and_one_suspends_it(self, officers):
        asks, _ = officers
        change = members.propose_end("QN", reason=REASON, by=asks)

        assert works(a_viewer("QN"))
        with pytest.raises(Refused, match="Another person"):
            members.decide(change, approve=True, by=asks)
        members.suspend("QN", reason=REASON, by=asks)

    @pytest.mark.parametrize("role", [Role.AUDITOR, Role.POLICY_OFFICER])
    def test_only_membership_officers_propose_it(self, role, officers):
        with pytest.raises(NotAllowed):
            members.propose_end("QN", reason=REASON, by=a_viewer("XS", role))
        with pytest.raises(NotAllowed):
            members.propose_end("QN", reason=REASON, by=a_viewer("QM", Role.BUREAU_ADMINISTRATOR))

    def test_nobody_ends_or_suspends_the_commission_or_his_own_body(self, officers):
        asks, _ = officers
        with pytest.raises(Refused, match="independent"):
            members.propose_end("XC", reason=REASON, by=asks)
        with pytest.raises(Refused, match="independent"):
            members.suspend("XC", reason=REASON, by=asks)
        with pytest.raises(Refused):
            members.propose_end("XS", reason=REASON, by=asks)

    def test_the_ledger_has_one_entry_for_each_that_ended(self, officers):
        officer, agency = a_viewer("QN"), an_agency("QN-CU")
        ids = dict(Reader.objects.filter(code__in=["QN", agency]).values_list("code", "id"))

        an_end_of("QN", officers)

        with viewing(a_viewer("XS", Role.AUDITOR)):
            found = {
                subject: [one.action for one in audit.history(subject)]
                for subject in (*ids.values(), officer.user_id)
            }
        assert all("members.ended" in found[subject] for subject in ids.values())
        assert "members.user_disabled" in found[officer.user_id]

    def test_its_signing_keys_and_agreements_end_too(self, officers):
        partner = a_partner("XP-ONE")

        an_end_of(partner, officers)

        with viewing(a_viewer("XS", Role.MEMBERSHIP_OFFICER)), connection.cursor() as cursor:
            cursor.execute(
                "select count(*) from members_agreement where ended_at is null and reader_id in"
                " (select id from members_reader where code = 'XP-ONE')"
            )
            assert cursor.fetchone() == (0,)

    def test_it_comes_back_by_accession_alone_and_without_its_people(self, officers):
        officer = a_viewer("QN", name="old.officer")
        record = a_record(officer, audience="all")
        an_end_of("QN", officers)

        joined_again("QN", officers)

        assert not works(officer)
        assert "QN" in members.bureau_codes()
        reader = a_viewer("QM")
        assert records.record(record, reader).source_code == "QN"
        with viewing(members.system_viewer()):
            assert not User.objects.get(sign_in_name="old.officer").is_active

    def test_hostile_sql_ends_nobody_without_a_second_person(self, officers):
        body = Reader.objects.get(code="QN")
        for viewer in (*officers, a_viewer("QM", Role.BUREAU_ADMINISTRATOR)):
            with (
                pytest.raises(DatabaseError, match="no second person"),
                viewing(viewer),
                connection.cursor() as cursor,
            ):
                cursor.execute("select * from members_end_body(%s, true)", [body.id])


class TestGivenTheRecordsOfABureauThatEnded:
    def test_they_are_hidden_until_it_is_decided(self, officers):
        record = a_record(a_viewer("QN"), audience="all")
        reader = a_viewer("QM")
        assert records.record(record, reader)

        an_end_of("QN", officers)

        with pytest.raises(Absent):
            records.record(record, reader)
        assert records.counts(reader)["persons"] == records.listing("persons", reader).total == 0
        asks, decides = officers
        change = members.propose_showing("QN", reason=REASON, by=asks)
        with pytest.raises(Refused, match="Another person"):
            members.decide(change, approve=True, by=asks)
        members.decide(change, approve=True, by=decides)
        assert records.record(record, reader).reference == record
        members.hide_records("QN", reason=REASON, by=asks)
        with pytest.raises(Absent):
            records.record(record, reader)

    def test_they_stay_where_the_policy_says_so(self, officers):
        shown_records(1)
        record = a_record(a_viewer("QN"), audience="all")

        an_end_of("QN", officers)

        assert records.record(record, a_viewer("QM")).reference == record

    def test_records_of_a_body_that_takes_part_are_not_hidden(self, officers):
        asks, _ = officers
        with pytest.raises(Refused, match="has ended"):
            members.hide_records("QN", reason=REASON, by=asks)
        with pytest.raises(Refused, match="has ended"):
            members.propose_showing("QN", reason=REASON, by=asks)

    def test_one_officer_alone_shows_none_again_even_by_hostile_sql(self, officers):
        record = a_record(a_viewer("QN"), audience="all")
        an_end_of("QN", officers)
        body = Reader.objects.get(code="QN")

        for viewer in (*officers, a_viewer("QM", Role.BUREAU_ADMINISTRATOR)):
            with viewing(viewer), connection.cursor() as cursor:
                cursor.execute("select members_turn_records(%s, false)", [body.id])
                assert cursor.fetchone() == (False,)
        with pytest.raises(Absent):
            records.record(record, a_viewer("QM"))


class TestGivenAListThatEnds:
    @pytest.fixture
    def keeper(self) -> Viewer:
        asks, decides = (a_viewer("QM", Role.BUREAU_ADMINISTRATOR) for _ in range(2))
        change = members.propose_group("group", "QM-PORTS", "Ports", ["QN", "QO"], reason=REASON, by=asks)
        members.decide(change, approve=True, by=decides)
        return asks

    def test_who_was_let_see_by_it_sees_no_more(self, keeper):
        record = a_record(a_viewer("QM"), audience="group:QM-PORTS")
        assert records.record(record, a_viewer("QN"))

        members.end_group("group", "QM-PORTS", by=keeper)

        with pytest.raises(Absent):
            records.record(record, a_viewer("QN"))
        assert members.preview("list:QN", keeper).holds == ("QN",)

    def test_who_was_kept_out_by_it_stays_out(self, keeper):
        record = a_record(a_viewer("QM"), audience="all -group:QM-PORTS")

        members.end_group("group", "QM-PORTS", by=keeper)

        with pytest.raises(Absent):
            records.record(record, a_viewer("QN"))
        assert records.record(record, a_viewer("QP"))

    def test_nobody_names_it_any_more_and_the_source_is_shown_what_does(self, keeper):
        owner = a_viewer("QM")
        named = {
            a_record(owner, audience=one)
            for one in ("group:QM-PORTS", "all -group:QM-PORTS", "list:QO + group:QM-PORTS")
        }
        a_record(owner, audience="all")
        assert records.needing_attention(owner).cards == ()

        members.end_group("group", "QM-PORTS", by=keeper)

        assert "QM-PORTS" not in [one.code for one in members.groups(owner)]
        with pytest.raises(Refused, match="Nobody is called"):
            a_record(owner, audience="group:QM-PORTS")
        assert {card.reference for card in records.needing_attention(owner).cards} == named
        assert records.needing_attention(a_viewer("QN")).cards == ()

    def test_only_its_keeper_ends_it_and_once(self, keeper):
        for stranger in (a_viewer("QN", Role.BUREAU_ADMINISTRATOR), a_viewer("XS", Role.MEMBERSHIP_OFFICER)):
            with pytest.raises(Absent):
                members.end_group("group", "QM-PORTS", by=stranger)
        with pytest.raises(NotAllowed):
            members.end_group("group", "QM-PORTS", by=a_viewer("QM", Role.BUREAU_OFFICER))
        members.end_group("group", "QM-PORTS", by=keeper)
        with pytest.raises(Absent):
            members.end_group("group", "QM-PORTS", by=keeper)

    def test_two_persons_make_it_again_with_the_bodies_that_they_say(self, keeper):
        record = a_record(a_viewer("QM"), audience="group:QM-PORTS")
        members.end_group("group", "QM-PORTS", by=keeper)

        change = members.propose_group("group", "QM-PORTS", "Ports", ["QO"], reason=REASON, by=keeper)
        members.decide(change, approve=True, by=a_viewer("QM", Role.BUREAU_ADMINISTRATOR))

        assert records.record(record, a_viewer("QO"))
        with pytest.raises(Absent):
            records.record(record, a_viewer("QN"))

    def test_one_person_takes_a_body_out_where_it_only_lets_it_see(self, keeper):
        record = a_record(a_viewer("QM"), audience="group:QM-PORTS")

        members.take_out("group", "QM-PORTS", "QN", by=keeper)

        with pytest.raises(Absent):
            records.record(record, a_viewer("QN"))
        assert records.record(record, a_viewer("QO"))

    def test_one_person_takes_nobody_out_of_a_group_by_which_he_is_kept_out(self, keeper):
        record = a_record(a_viewer("QM"), audience="all -group:QM-PORTS")

        with pytest.raises(Refused, match="would see more"):
            members.take_out("group", "QM-PORTS", "QN", by=keeper)

        with pytest.raises(Absent):
            records.record(record, a_viewer("QN"))


class TestGivenAnAdministratorWhoseTimeIsOver:
    @pytest.mark.parametrize("last_day", ["ends_on", "certified_until"])
    def test_the_body_has_none_and_a_first_one_may_be_named(self, last_day, officers, clock):
        partner = a_partner("XP-ONE")
        body = Reader.objects.get(code=partner)
        with viewing(members.system_viewer()):
            User.objects.filter(reader=body).update(**{last_day: days_from_now(3)})
            assert people.has_administrator(body)
            clock.move(days=4)
            assert not people.has_administrator(body)
            assert [account.is_active for account in User.objects.filter(reader=body)] == [True]

        person = members.Person("another.admin", "Invented Administrator")
        members.propose_administrator(partner, administrator=person, reason=REASON, by=officers[0])

    def test_the_timer_writes_it_down(self, officers, clock):
        agent = a_viewer("QN")
        with viewing(members.system_viewer()):
            User.objects.filter(pk=agent.user_id).update(ends_on=days_from_now(1))
        clock.move(days=2)

        joining.keep_time()

        with viewing(members.system_viewer()):
            assert User.objects.get(pk=agent.user_id).lapsed_at is not None


class TestGivenAnInstallationThatIsFounded:
    def test_with_some_countries_the_others_are_admitted_one_by_one(self):
        members.found(members=["QM", "qn"])

        assert members.bureau_codes() == ["QM", "QN"]
        officers = [
            members.viewer_by_name(one.sign_in_name, Purpose.IDENTIFY)
            for one in members.appoint_first_officers(
                [members.Person("one.officer", "One Officer"), members.Person("two.officer", "Two Officer")]
            )
        ]
        assert members.found(members=["QM"]) == 0
        with pytest.raises(Refused, match="founded before"):
            members.found(members=["QO"])
        joined_again("FR", (officers[0], officers[1]))
        assert members.bureau_codes() == ["FR", "QM", "QN"]
        europe = next(one for one in members.groups(officers[0]) if one.code == "EU" and one.kind == "region")
        assert "FR" in europe.bodies

    def test_with_none_the_secretariat_is_alone(self):
        members.found(members=[])

        assert members.bureau_codes() == []
        assert members.has_joined("XS")

    def test_with_something_that_is_no_country_nothing_joins(self):
        with pytest.raises(Refused, match="no country"):
            members.found(members=["QM", "XX"])
        assert not members.has_joined("XS")
