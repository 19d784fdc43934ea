"""Sessions: when they lock, when they end, what a first password opens, and where an unlocked one leads."""

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client

from liaison.apps.audit import public as audit
from liaison.apps.members import people, sessions, signing_in
from liaison.apps.members import public as members
from liaison.apps.members.session_store import kept_as
from liaison.apps.policies import public as policies
from tests.factories.members import PASSWORD, a_browser, a_code, a_viewer

pytestmark = pytest.mark.django_db
ADMINISTRATOR, OFFICER, FRONTLINE = (
    members.Role.BUREAU_ADMINISTRATOR,
    members.Role.BUREAU_OFFICER,
    members.Role.FRONTLINE_OFFICER,
)
NEW = "another sentence of mine"


@pytest.fixture(autouse=True)
def fresh():
    sessions.forget_limits()
    yield
    sessions.forget_limits()
    audit.stop_event_writer()


def signed_in(role=OFFICER, viewer=None):
    return a_browser(viewer or a_viewer("QM", role, name="voss.qm"))


class TestGivenSomebodyWhoIsAway:
    @pytest.mark.parametrize(("role", "minutes"), [(OFFICER, 30), (FRONTLINE, 480)])
    def test_his_session_locks_after_the_time_of_his_role(self, clock, role, minutes):
        client = signed_in(role)

        clock.move(minutes=minutes, seconds=5)

        page = client.get("/members/?find=QM")
        assert page.status_code == 302
        assert page.headers["Location"] == "/unlock/?next=%2Fmembers%2F%3Ffind%3DQM"

    @pytest.mark.parametrize(("role", "minutes"), [(OFFICER, 30), (FRONTLINE, 480)])
    def test_until_then_it_is_open(self, clock, role, minutes):
        client = signed_in(role)

        clock.move(minutes=minutes, seconds=-5)

        assert client.get("/members/").status_code == 200

    def test_nothing_is_shown_or_done_while_it_is_locked(self, clock):
        client = signed_in()
        clock.move(minutes=31)
        client.get("/members/")

        for method, address in (
            ("get", "/members/"),
            ("get", "/"),
            ("get", "/account/"),
            ("post", "/members/desk/deputy/end/"),
            ("get", "/no/such/page/"),
        ):
            page = getattr(client, method)(address)
            assert page.status_code == 302, address
            assert page.headers["Location"].startswith("/unlock/"), address

    def test_his_password_lets_him_go_on_where_he_was(self, clock):
        client = signed_in()
        before = client.session.session_key
        clock.move(minutes=31)
        there = client.get("/members/?find=QM").headers["Location"]

        assert client.post(there, {"password": "wrong" * 4}).status_code == 422
        page = client.post(there, {"password": PASSWORD})

        assert page.headers["Location"] == "/members/?find=QM"
        assert client.get("/members/").status_code == 200
        assert client.session.session_key != before

    @pytest.mark.parametrize(
        "there",
        ["//evil.invalid/", "https://evil.invalid/", "/\\evil.invalid", "javascript:alert(1)", "evil", "///x"],
    )
    def test_it_leads_nowhere_else(self, clock, there):
        client = signed_in()
        clock.move(minutes=31)
        client.get("/members/")

        page = client.post(f"/unlock/?next={there}", {"password": PASSWORD})

        assert page.headers["Location"] == "/"

    def test_guessing_is_as_slow_as_at_the_sign_in(self, clock):
        client = signed_in()
        clock.move(minutes=31)
        client.get("/members/")
        for _ in range(signing_in.FAILURES_MAX):
            client.post("/unlock/", {"password": "wrong" * 4})

        page = client.post("/unlock/", {"password": PASSWORD})

        assert page.status_code == 422
        assert "Too many failed tries" in page.content.decode()

    def test_he_can_sign_out_instead(self, clock):
        client = signed_in()
        clock.move(minutes=31)
        client.get("/members/")

        assert client.post("/sign-out/").status_code == 302
        assert client.get("/members/").headers["Location"] == "/sign-in/"

    def test_use_keeps_it_open(self, clock):
        client = signed_in()

        for minutes in (20, 25, 29, 20):
            clock.move(minutes=minutes)
            assert client.get("/members/").status_code == 200, minutes


class TestGivenALongSession:
    def test_it_ends_after_its_longest_life_even_if_it_was_used(self, clock):
        client = signed_in(FRONTLINE)
        for hours in (4, 4, 3.9):
            clock.move(hours=hours)
            assert client.get("/members/").status_code == 200, hours

        clock.move(hours=0.2)

        assert client.get("/members/").headers["Location"] == "/sign-in/"

    def test_the_times_are_policy_values(self, clock):
        asks, decides = a_viewer("XS", members.Role.POLICY_OFFICER), a_viewer("XS", members.Role.POLICY_OFFICER)
        change = policies.propose("members.session_minutes", 5, reason="Because of a test.", by=asks)
        policies.approve(change, by=decides)
        clock.move(seconds=1)
        sessions.forget_limits()
        client = signed_in()

        clock.move(minutes=6)

        assert client.get("/members/").headers["Location"].startswith("/unlock/")


class TestGivenAFirstPassword:
    @pytest.fixture
    def client(self):
        officer = a_viewer("QM", OFFICER, name="voss.qm")
        self.first = people.new_password(officer.user_id, by=a_viewer("QM", ADMINISTRATOR))
        return signed_in(viewer=officer)

    def test_it_opens_only_the_page_that_asks_for_another(self, client):
        for address in ("/", "/members/", "/account/", "/query/"):
            assert client.get(address).headers["Location"] == "/account/password/", address
        assert "Choose a password of your own" in client.get("/account/password/").content.decode()

    def test_another_opens_everything(self, client):
        page = client.post("/account/password/", {"current": self.first, "password": NEW, "again": NEW})

        assert page.status_code == 302
        assert client.get("/members/").status_code == 200

    @pytest.mark.parametrize(
        ("current", "new", "again", "problem"),
        [
            ("wrong" * 4, NEW, NEW, "not your current password"),
            (None, NEW, "something else again", "not the same password"),
            (None, "short", "short", "fewer than 12"),
            (None, "my name is Voss.QM", "my name is Voss.QM", "like the sign-in name"),
            (None, None, None, "is the old one"),
        ],
    )
    def test_what_is_wrong_changes_nothing(self, client, current, new, again, problem):
        said = {"current": current or self.first, "password": new or self.first, "again": again or self.first}

        page = client.post("/account/password/", said)

        assert page.status_code == 422
        assert problem in page.content.decode()
        assert client.get("/members/").headers["Location"] == "/account/password/"


class TestGivenAPasswordThatIsChanged:
    def test_every_other_session_ends_and_this_one_goes_on(self):
        officer = a_viewer("QM", OFFICER, name="voss.qm")
        here, elsewhere = signed_in(viewer=officer), signed_in(viewer=officer)

        here.post("/account/password/", {"current": PASSWORD, "password": NEW, "again": NEW})

        assert here.get("/members/").status_code == 200
        assert elsewhere.get("/members/").headers["Location"] == "/sign-in/"

    def test_a_new_password_from_the_administrator_ends_all(self):
        officer = a_viewer("QM", OFFICER, name="voss.qm")
        client = signed_in(viewer=officer)

        people.new_password(officer.user_id, by=a_viewer("QM", ADMINISTRATOR))

        assert client.get("/members/").headers["Location"] == "/sign-in/"


class TestGivenASignIn:
    def test_it_begins_under_a_key_that_nobody_can_have_fixed(self):
        a_viewer("QM", OFFICER, name="voss.qm")
        client = Client()
        client.get("/sign-in/")
        session = client.session
        session["planted"] = "by somebody else"
        session.save()
        client.cookies["liaison_session"] = session.session_key

        client.post("/sign-in/", {"sign_in_name": "voss.qm", "password": PASSWORD})

        assert client.session.session_key != session.session_key
        assert "planted" not in client.session


class TestGivenOnesOwnAccount:
    def test_a_token_is_issued_shown_once_and_ended(self):
        client = signed_in()
        said = {"label": "desk program", "purpose": "identify", "rights": ["query"], "networks": "192.0.2.0/24"}

        shown = client.post("/account/tokens/", said).content.decode()

        assert "li-once" in shown
        page = client.get("/account/").content.decode()
        assert "desk program" in page
        assert "192.0.2.0/24" in page
        token_id = page.split("/account/tokens/")[1].split("/end/")[0]
        assert client.post(f"/account/tokens/{token_id}/end/").status_code == 302
        assert client.post(f"/account/tokens/{token_id}/end/").status_code == 404

    def test_what_is_wrong_comes_back(self):
        client = signed_in()

        page = client.post("/account/tokens/", {"label": "x", "purpose": "identify", "networks": "here"})

        assert page.status_code == 422
        assert "neither an address" in page.content.decode()


class TestGivenTheTableOfSessions:
    def test_what_stands_in_it_opens_no_session(self):
        client = signed_in()

        kept = Session.objects.get()

        assert client.session.session_key not in (kept.session_key, kept.session_data)
        thief = Client()
        thief.cookies[settings.SESSION_COOKIE_NAME] = kept.session_key
        assert thief.get("/members/").headers["Location"] == "/sign-in/"

    def test_what_one_session_says_is_not_believed_under_another_key(self):
        signed_in()
        kept, own_key = Session.objects.get(), "k" * 32

        Session.objects.create(
            session_key=kept_as(own_key), session_data=kept.session_data, expire_date=kept.expire_date
        )

        thief = Client()
        thief.cookies[settings.SESSION_COOKIE_NAME] = own_key
        assert thief.get("/members/").headers["Location"] == "/sign-in/"

    def test_a_key_that_an_attacker_chose_is_never_taken(self):
        chosen = "a" * 32
        client = Client()
        client.cookies[settings.SESSION_COOKIE_NAME] = chosen

        code = a_code(a_viewer("QM", OFFICER, name="voss.qm"))
        client.post("/sign-in/", {"sign_in_name": "voss.qm", "password": PASSWORD})
        half = client.cookies[settings.SESSION_COOKIE_NAME].value
        client.post("/sign-in/second-factor/", {"code": code})

        assert len({chosen, half, client.cookies[settings.SESSION_COOKIE_NAME].value}) == 3
        for old in (chosen, half):
            other = Client()
            other.cookies[settings.SESSION_COOKIE_NAME] = old
            assert other.get("/members/").headers["Location"] == "/sign-in/"
