"""The pages of membership: what an administrator, a second person and a stranger can do with them."""

import re

import pytest
from django.test import Client

from liaison.apps.audit import public as audit
from liaison.apps.members import desks, people
from liaison.apps.members import public as members
from liaison.apps.members.models import MembershipChange, Reader, User
from liaison.apps.records import public as records
from liaison.refusal import Absent
from liaison.rows.viewing import viewing
from liaison.viewer import Purpose, ReaderKind
from tests.factories.members import (
    REASON,
    a_browser,
    a_browser_of,
    a_house,
    a_partner,
    a_viewer,
    an_agency,
    days_from_now,
)
from tests.factories.records import a_record

pytestmark = pytest.mark.django_db
ADMINISTRATOR, OFFICER, SUPERVISOR = (
    members.Role.BUREAU_ADMINISTRATOR,
    members.Role.BUREAU_OFFICER,
    members.Role.BUREAU_SUPERVISOR,
)


@pytest.fixture(autouse=True)
def event_writer():
    yield
    audit.stop_event_writer()


def signed_in(viewer, name):
    return a_browser(viewer) if viewer else a_browser_of(name)


def an_administrator(code="QM", name="admin.qm"):
    viewer = a_viewer(code, ADMINISTRATOR, name=name)
    return viewer, signed_in(viewer, name)


def text(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))


def decisions(client):
    """Return the addresses of all decisions that this user is offered."""
    return re.findall(r'action="(/members/changes/[^"]+/decide/)"', client.get("/members/changes/").content.decode())


def agreement(**other):
    return {
        "code": "QM-BP",
        "name": "Border police",
        "number": "QM/2026/4",
        "title": "Agreement",
        "starts_on": days_from_now(0).isoformat(),
        "ends_on": days_from_now(300).isoformat(),
        "queries": ["vehicles", "travel_documents"],
        "enters": ["vehicles"],
        "reason": REASON,
    } | other


class TestGivenTheListOfMembers:
    def test_everybody_reads_it_and_finds_a_body_by_code_and_name(self):
        a_house(with_the_world=True)
        a_viewer("QN", OFFICER, name="officer.qn")
        client = signed_in(None, "officer.qn")

        assert "QM" in text(client.get("/members/?find=QM"))
        assert "Qatar" in text(client.get("/members/", {"find": "qata"}))
        assert "No such member" in text(client.get("/members/", {"find": "no such body"}))
        assert client.get("/members/?page=99999999999").status_code == 200
        assert client.get("/members/?page=-1").status_code == 200

    def test_another_bureaus_agency_is_neither_listed_nor_shown(self):
        an_agency("QM-BP")
        a_viewer("QN", OFFICER, name="officer.qn")
        client = signed_in(None, "officer.qn")

        hidden, never = client.get("/members/QM-BP/"), client.get("/members/QM-XX/")

        assert "QM-BP" not in text(client.get("/members/?find=QM"))
        assert (hidden.status_code, never.status_code) == (404, 404)
        assert text(hidden).replace("QM-BP", "QM-XX") == text(never)

    def test_an_officer_is_offered_nothing_that_he_may_not_do(self):
        a_viewer("QM", OFFICER, name="officer.qm")
        client = signed_in(None, "officer.qm")

        page = client.get("/members/QM/")

        assert "What you may do" not in text(page)
        for address in ("/members/people/", "/members/people/add/", "/members/connect/", "/members/admit/"):
            assert client.get(address).status_code == 403, address


class TestGivenAnAdministratorWhoConnectsAnAgency:
    def test_what_he_fills_in_waits_for_another_and_is_shown_whole(self):
        _, client = an_administrator()

        answer = client.post("/members/connect/", agreement())

        assert answer.headers["Location"] == "/members/changes/"
        waiting = text(client.get("/members/changes/"))
        for said in (
            "Connect an agency",
            "QM-BP",
            "Border police",
            "QM/2026/4",
            REASON,
            "by you; another person decides",
        ):
            assert said in waiting, said
        assert "Approve" not in waiting

    def test_another_approves_it_and_it_takes_part(self):
        _, client = an_administrator()
        client.post("/members/connect/", agreement())
        a_viewer("QM", SUPERVISOR, name="supervisor.qm")
        other = signed_in(None, "supervisor.qm")
        assert "1 change waits for you" in text(other.get("/members/"))
        (decide,) = re.findall(
            r'action="(/members/changes/[^"]+/decide/)"', other.get("/members/changes/").content.decode()
        )

        assert other.post(decide, {"decision": "approve"}).status_code == 302

        page = text(client.get("/members/QM-BP/"))
        assert "Takes part" in page
        assert "Vehicles" in page
        agent = a_viewer("QM-BP", OFFICER)
        assert (agent.queries, agent.enters) == ({"vehicles", "travel_documents"}, {"vehicles"})

    def test_the_proposer_cannot_approve_it_by_the_address_alone(self):
        him, client = an_administrator()
        client.post("/members/connect/", agreement())
        with viewing(him):
            change = MembershipChange.objects.get().pk

        page = client.post(f"/members/changes/{change}/decide/", {"decision": "approve"})

        assert page.status_code == 422
        assert "You proposed this change yourself." in text(page)
        assert not Reader.objects.filter(code="QM-BP").exists()

    @pytest.mark.parametrize(
        ("other", "problem"),
        [
            ({"code": "QN-BP"}, "begins with"),
            ({"queries": [], "enters": []}, "opens no database"),
            ({"queries": ["horses"]}, "horses is not one of the available choices"),
            ({"ends_on": "2020-01-01"}, "over before it begins"),
            ({"ends_on": "soon"}, "Enter a valid date"),
            ({"reason": "short"}, "A reason has"),
        ],
    )
    def test_what_is_wrong_comes_back_with_what_was_typed(self, other, problem):
        _, client = an_administrator()

        page = client.post("/members/connect/", agreement(**other))

        assert page.status_code == 422
        assert problem in text(page)
        assert 'value="Border police"' in page.content.decode()

    def test_fields_that_the_form_does_not_know_change_nothing(self):
        him, client = an_administrator()

        client.post(
            "/members/connect/", agreement(kind="secretariat", status="approved", decided_by=str(him.user_id))
        )

        with viewing(him):
            change = MembershipChange.objects.get()
        assert (change.status, change.decided_by, change.verb) == ("proposed", None, "connect")


class TestGivenAnAgencysPage:
    def test_it_is_suspended_by_one_click_with_a_reason_and_lifted_by_two(self):
        an_agency("QM-BP")
        _, client = an_administrator()

        assert client.post("/members/QM-BP/suspend/", {"reason": "why"}).status_code == 422
        assert client.post("/members/QM-BP/suspend/", {"reason": REASON}).status_code == 302
        page = text(client.get("/members/QM-BP/"))
        assert "Takes no part" in page
        assert REASON in page
        assert client.post("/members/QM-BP/resume/", {"reason": REASON}).headers["Location"] == "/members/changes/"
        assert "Takes no part" in text(client.get("/members/QM-BP/"))

    def test_its_agreement_is_renewed_and_its_connection_ended(self):
        an_agency("QM-BP")
        _, client = an_administrator()
        said = agreement(number="QM/2026/5")
        del said["code"], said["name"]

        assert client.post("/members/QM-BP/agreement/", said).headers["Location"] == "/members/changes/"
        assert client.post("/members/QM-BP/disconnect/", {"reason": REASON}).status_code == 302
        assert "Ended" in text(client.get("/members/QM-BP/"))

    @pytest.mark.parametrize("verb", ["suspend", "resume", "disconnect", "agreement", "administrator"])
    def test_to_a_stranger_every_verb_answers_as_if_it_were_not_there(self, verb):
        an_agency("QM-BP")
        _, client = an_administrator("QN", "admin.qn")
        said = agreement()

        hidden, never = (client.post(f"/members/{code}/{verb}/", said) for code in ("QM-BP", "QM-XX"))

        assert hidden.status_code == never.status_code
        assert hidden.status_code in (403, 404)
        assert text(hidden).replace("QM-BP", "QM-XX") == text(never)


class TestGivenTheSecretariat:
    def test_it_admits_a_body_in_two_steps_and_the_second_person_gets_the_password(self):
        for name in ("one.xs", "two.xs"):
            a_viewer("XS", members.Role.MEMBERSHIP_OFFICER, name=name)
        asks, decides = signed_in(None, "one.xs"), signed_in(None, "two.xs")
        assert "Kind of body" in text(asks.get("/members/admit/"))
        said = agreement(
            code="XP-ONE",
            name="A partner",
            enters=[],
            opinion="Opinion 3",
            sign_in_name="xp.admin",
            display_name="Invented Administrator",
        )

        page = asks.post("/members/admit/?kind=partner", said)

        assert page.headers["Location"] == "/members/changes/", text(page)
        (decide,) = re.findall(
            r'action="(/members/changes/[^"]+/decide/)"', decides.get("/members/changes/").content.decode()
        )
        shown = decides.post(decide, {"decision": "approve"})
        assert "xp.admin" in text(shown)
        assert "no-store" in shown.headers["Cache-Control"] or "no-cache" in shown.headers["Cache-Control"]
        password = re.search(r'li-once">([^<]+)<', shown.content.decode())[1]
        client = Client()
        assert client.post("/sign-in/", {"sign_in_name": "xp.admin", "password": password}).status_code == 302
        assert password not in decides.get("/members/changes/").content.decode()

    @pytest.mark.parametrize("kind", ["bureau", "regional_body", "partner", "private_partner", "secretariat"])
    def test_every_kind_has_its_form(self, kind):
        a_viewer("XS", members.Role.MEMBERSHIP_OFFICER, name="one.xs")

        page = signed_in(None, "one.xs").get(f"/members/admit/?kind={kind}")

        assert page.status_code == 200
        assert ("Number of the agreement" in text(page)) is (kind not in ("bureau", "secretariat"))

    @pytest.mark.parametrize("kind", ["agency", "system", "commission", "<script>"])
    def test_other_kinds_are_asked_for_again(self, kind):
        a_viewer("XS", members.Role.MEMBERSHIP_OFFICER, name="one.xs")

        assert "Kind of body" in text(signed_in(None, "one.xs").get("/members/admit/", {"kind": kind}))


class TestGivenTheRegister:
    def test_somebody_is_added_with_a_password_that_is_shown_once(self):
        _, client = an_administrator()

        page = client.post(
            "/members/people/add/",
            {
                "body": "QM",
                "sign_in_name": "voss.qm",
                "display_name": "Mara Voss",
                "role": OFFICER.value,
                "level": "2",
            },
        )

        password = re.search(r'li-once">([^<]+)<', page.content.decode())[1]
        assert Client().post("/sign-in/", {"sign_in_name": "voss.qm", "password": password}).status_code == 302
        assert "Mara Voss" in text(client.get("/members/people/"))

    @pytest.mark.parametrize(
        "role", ["auditor", "policy_officer", "membership_officer", "list_operator", "superuser"]
    )
    def test_no_job_of_another_body_is_given(self, role):
        him, client = an_administrator()

        page = client.post(
            "/members/people/add/",
            {"body": "QM", "sign_in_name": "voss.qm", "display_name": "Mara Voss", "role": role, "level": "1"},
        )

        assert page.status_code == 422
        with viewing(him):
            assert not User.objects.filter(sign_in_name="voss.qm").exists()

    def test_a_job_is_changed_confirmed_ended_and_taken_back(self):
        officer = a_viewer("QM", OFFICER)
        _, client = an_administrator()
        at = f"/members/people/{officer.user_id}/"
        job = {"body": "QM", "role": "frontline_officer", "level": "1"}

        assert client.post(f"{at}job/", job).status_code == 302
        assert "Frontline officer" in text(client.get(at))
        assert client.post(f"{at}confirm/").status_code == 302
        assert client.post(f"{at}leave/").status_code == 302
        assert "Ended" in text(client.get(at))
        assert client.post(f"{at}take-back/").status_code == 302
        assert members.viewer_for(officer.user_id, Purpose.IDENTIFY)
        shown = client.post(f"{at}password/")
        assert "li-once" in shown.content.decode()

    def test_a_wrong_job_comes_back(self):
        officer = a_viewer("QM", OFFICER)
        _, client = an_administrator()

        page = client.post(
            f"/members/people/{officer.user_id}/job/",
            {"body": "QM", "role": "frontline_officer", "level": "1", "ends_on": "2020-01-01"},
        )

        assert page.status_code == 422
        assert "This day is over" in text(page)

    @pytest.mark.parametrize("verb", ["", "job/", "confirm/", "leave/", "take-back/", "password/"])
    def test_an_account_of_another_body_seems_not_to_exist(self, verb):
        stranger = a_viewer("QN", OFFICER)
        _, client = an_administrator()
        said = {"body": "QM", "role": "frontline_officer", "level": "1"}
        never = "00000000-0000-7000-8000-00000000abcd"

        pages = [
            client.post(f"/members/people/{one}/{verb}", said) if verb else client.get(f"/members/people/{one}/")
            for one in (stranger.user_id, never)
        ]

        assert [page.status_code for page in pages] == [404, 404]
        assert text(pages[0]) == text(pages[1])
        assert members.viewer_for(stranger.user_id, Purpose.IDENTIFY) == stranger

    def test_ones_own_account_offers_nothing(self):
        him, client = an_administrator()

        page = client.get(f"/members/people/{him.user_id}/")

        assert "Nobody changes or confirms his own account." in text(page)
        assert "End the account now" not in text(page)
        assert client.post(f"/members/people/{him.user_id}/leave/").status_code == 403

    def test_those_to_be_confirmed_are_apart(self, clock):
        officer = a_viewer("QM", OFFICER)
        clock.move(days=340)
        him, client = an_administrator()

        due = client.get("/members/people/?due=yes").content.decode()

        assert f"/members/people/{officer.user_id}/" in due
        assert f"/members/people/{him.user_id}/" not in due
        assert people.due_count(him) == 1


class TestGivenTheDesk:
    def test_contact_hours_turns_and_deputy_are_arranged(self):
        him, client = an_administrator()
        start = f"{days_from_now(1)}T08:00"

        assert (
            client.post("/members/desk/contact/", {"desk": "Operations", "email": "ops@example.org"}).status_code
            == 302
        )
        hours = {"time_zone": "Europe/Paris", "day_0": "09:00-12:00, 13:00–17:30", "day_6": "00:00-24:00"}
        assert client.post("/members/desk/hours/", hours).status_code == 302
        turn = {
            "user": str(him.user_id),
            "starts_at": start,
            "ends_at": start.replace("08", "18", 1).replace("T18", "T18"),
        }
        assert client.post("/members/desk/turns/", turn | {"ends_at": f"{days_from_now(1)}T18:00"}).status_code == 302
        asked = {"code": "qn", "starts_on": days_from_now(0), "ends_on": days_from_now(9), "reason": REASON}
        assert client.post("/members/desk/deputy/", asked).headers["Location"] == "/members/changes/"

        page = text(client.get("/members/desk/"))
        assert "Operations" in client.get("/members/desk/").content.decode()
        assert "Invented Officer" in page
        assert "09:00-12:00, 13:00-17:30" in client.get("/members/desk/").content.decode()
        (turn_id,) = [one.id for one in desks.roster(him)]
        assert client.post(f"/members/desk/turns/{turn_id}/drop/").status_code == 302
        assert client.post("/members/desk/deputy/end/").status_code == 302
        shown = text(client.get("/members/QM/"))
        assert "09:00–12:00" in shown
        assert "Europe/Paris" in shown

    @pytest.mark.parametrize(
        ("address", "said", "problem"),
        [
            ("contact", {"desk": "Operations"}, "Nobody can reach a desk"),
            ("hours", {"time_zone": "UTC", "day_0": "nine to five"}, "Write hours like"),
            ("hours", {"time_zone": "UTC", "day_0": "17:00-09:00"}, "opens before it closes"),
            ("hours", {"time_zone": "UTC", "day_0": "09:00-12:00, 11:00-13:00"}, "overlap"),
            ("turns", {"user": "somebody", "starts_at": "x", "ends_at": "y"}, "is not one of the available choices"),
            (
                "deputy",
                {"code": "QN", "starts_on": "2020-01-01", "ends_on": "2020-01-02", "reason": REASON},
                "or is over",
            ),
        ],
    )
    def test_what_is_wrong_comes_back_in_its_own_form(self, address, said, problem):
        _, client = an_administrator()

        page = client.post(f"/members/desk/{address}/", said)

        assert page.status_code == 422
        assert problem in text(page)

    def test_an_officer_sees_the_desk_and_changes_nothing(self):
        a_viewer("QM", OFFICER, name="officer.qm")
        client = signed_in(None, "officer.qm")

        assert client.get("/members/desk/").status_code == 200
        assert client.post("/members/desk/hours/", {"time_zone": "UTC"}).status_code in (403, 422)
        assert client.post("/members/desk/deputy/end/").status_code == 403


class TestGivenGroupsOfBodies:
    def test_a_list_of_ones_own_is_proposed_decided_and_narrowed(self):
        _, client = an_administrator()
        a_viewer("QM", SUPERVISOR, name="supervisor.qm")
        other = signed_in(None, "supervisor.qm")
        said = {"kind": "group", "code": "QM-NEAR", "name": "Our neighbours", "bodies": "QN, QO;QP", "reason": REASON}

        assert client.post("/members/groups/propose/", said).headers["Location"] == "/members/changes/"
        (decide,) = decisions(other)
        assert "Nerevia" in text(other.get("/members/changes/"))
        assert other.post(decide, {"decision": "approve"}).status_code == 302
        assert "group:QM-NEAR" in text(client.get("/members/groups/"))
        assert "QN, QO, QP" in client.get("/members/groups/propose/?group=group:QM-NEAR").content.decode()
        assert client.post("/members/groups/group/QM-NEAR/take-out/", {"body": "QO"}).status_code == 302
        assert "Orasim" not in text(client.get("/members/groups/")).split("group:QM-NEAR")[1]

    def test_others_do_not_see_it_and_take_nobody_out(self):
        a_house(with_the_world=True)
        _, client = an_administrator("QN", "admin.qn")

        assert "region:EU" in text(client.get("/members/groups/"))
        assert "group:QM" not in text(client.get("/members/groups/"))
        assert client.post("/members/groups/region/EU/take-out/", {"body": "FR"}).status_code == 404

    @pytest.mark.parametrize(
        ("other", "problem"),
        [
            ({"code": "QN-NEAR"}, "begins with"),
            ({"bodies": "QN, NOBODY"}, "No member has the code"),
            ({"kind": "region"}, "region is not one of the available choices"),
        ],
    )
    def test_what_is_wrong_comes_back(self, other, problem):
        _, client = an_administrator()
        said = {"kind": "group", "code": "QM-NEAR", "name": "Near", "bodies": "QN", "reason": REASON} | other

        page = client.post("/members/groups/propose/", said)

        assert page.status_code == 422
        assert problem in text(page)


class TestGivenARecordOfOnesOwn:
    @pytest.fixture
    def record(self):
        owner = a_viewer("QM", OFFICER, name="officer.qm")
        return a_record(owner, audience="list:QN"), signed_in(owner, "officer.qm")

    def test_whom_a_new_audience_holds_is_shown_before_it_is_written(self, record):
        reference, client = record
        at = f"/records/{reference}/restrict/"
        said = {"audience": "list:QN,QO", "level": "1", "reason": REASON}

        shown = client.post(at, said | {"step": "check"})

        assert "2 bodies will see it" in text(shown)
        assert "Orasim" in text(shown)
        with pytest.raises(Absent):
            records.record(reference, a_viewer("QO"))
        checked = re.search(r'name="checked" value="([0-9a-f]{64})"', shown.content.decode())[1]
        assert client.post(at, said | {"step": "enter", "checked": checked}).status_code == 302
        assert records.record(reference, a_viewer("QO")).audience == "list:QN,QO"

    def test_another_audience_than_the_one_shown_is_not_written(self, record):
        reference, client = record
        at = f"/records/{reference}/restrict/"
        said = {"audience": "list:QN", "level": "1", "reason": REASON}
        checked = re.search(
            r'name="checked" value="([0-9a-f]{64})"', client.post(at, said | {"step": "check"}).content.decode()
        )[1]

        page = client.post(at, said | {"audience": "all", "step": "enter", "checked": checked})

        assert page.status_code == 200
        assert "will see it" in text(page)
        with pytest.raises(Absent):
            records.record(reference, a_viewer("QO"))

    def test_a_body_that_joined_since_it_was_shown_has_it_shown_again(self, record):
        reference, client = record
        at = f"/records/{reference}/restrict/"
        said = {"audience": "all", "level": "1", "reason": REASON}
        checked = re.search(
            r'name="checked" value="([0-9a-f]{64})"', client.post(at, said | {"step": "check"}).content.decode()
        )[1]
        a_partner("XR-NEW", ReaderKind.REGIONAL_BODY)

        again = client.post(at, said | {"step": "enter", "checked": checked})

        assert again.status_code == 200
        assert "XR-NEW" in text(again)

    def test_an_audience_that_names_nobody_is_refused(self, record):
        reference, client = record

        page = client.post(
            f"/records/{reference}/restrict/",
            {"audience": "list:ZZZ", "level": "1", "reason": REASON, "step": "check"},
        )

        assert page.status_code == 422
        assert "Nobody is called" in text(page)

    def test_only_the_source_reads_whom_the_audience_holds(self, record):
        reference, client = record
        a_viewer("QN", OFFICER, name="officer.qn")
        stranger = signed_in(None, "officer.qn")

        assert "Nerevia" in text(client.get(f"/records/{reference}/"))
        page = text(stranger.get(f"/records/{reference}/"))
        assert "You are in it; whom else it holds, the source knows." in page
        assert stranger.get(f"/records/{reference}/restrict/").status_code == 404
