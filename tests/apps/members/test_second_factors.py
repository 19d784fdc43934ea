"""Second factors: what a password alone opens, what proves who somebody is, and what happens when it is lost."""

import html
import json
import re

import pyotp
import pytest
from django.core.signing import dumps
from django.db import DatabaseError, connection
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from liaison.apps.audit import public as audit
from liaison.apps.members import devices, factors, people, signing_in
from liaison.apps.members import public as members
from liaison.apps.members.factor_secrets import opened
from liaison.apps.members.models import AccessToken, Device, Factor, RecoveryCode
from liaison.apps.members.queries import standing_of
from liaison.refusal import Refused
from liaison.rows.clock import now
from liaison.rows.viewing import viewing
from liaison.viewer import Purpose
from tests.factories.members import PASSWORD, a_browser, a_viewer
from tests.factories.passkeys import SoftKey

pytestmark = pytest.mark.django_db
ADMINISTRATOR, OFFICER = members.Role.BUREAU_ADMINISTRATOR, members.Role.BUREAU_OFFICER
SAID = {"sign_in_name": "voss.qm", "password": PASSWORD}
HERE = "192.0.2.1"


@pytest.fixture(autouse=True)
def event_writer():
    yield
    audit.stop_event_writer()


@pytest.fixture
def officer():
    return a_viewer("QM", OFFICER, name="voss.qm")


def an_app(viewer):
    """Add an app to this account and return its secret and recovery codes; its code of now is used up."""
    secret = factors.app_secret()
    return secret, factors.add_app(secret, code_of(secret), by=viewer)


def code_of(secret, steps=0):
    made = pyotp.TOTP(secret)
    return made.generate_otp(made.timecode(now()) + steps)


def options_of(page):
    """Return what a page asks the browser for."""
    found = re.search(r'data-options="([^"]*)"', page.content.decode())
    assert found, "the page asks for a passkey"
    return html.unescape(found[1])


def a_passkey(viewer, key=None):
    """Add a passkey through the pages and return it."""
    key, client = key or SoftKey(), a_browser(viewer)
    page = client.get("/account/factors/passkey/", secure=True)
    said = {"label": "key ring", "password": PASSWORD, "answer": key.create(options_of(page))}
    assert client.post("/account/factors/passkey/", said, secure=True).status_code in (200, 302)
    return key


def half_signed_in():
    client = Client()
    assert client.post("/sign-in/", SAID, secure=True).headers["Location"] == "/sign-in/second-factor/"
    return client


def is_in(client):
    return client.get("/members/", secure=True).status_code == 200


def standing(viewer):
    found = standing_of(viewer.user_id, Purpose.IDENTIFY)
    assert found is not None
    return found


class TestGivenSomebodyWithoutASecondFactor:
    def test_his_password_opens_nothing_but_the_pages_that_add_one(self, officer):
        client = Client()
        assert client.post("/sign-in/", SAID).status_code == 302

        for address in ("/", "/members/", "/account/", "/query/", "/account/password/", "/account/factors/codes/"):
            assert client.get(address).headers["Location"] == "/account/factors/", address
        for address in ("/account/factors/", "/account/factors/app/", "/account/factors/passkey/"):
            assert client.get(address).status_code == 200, address

    def test_an_app_whose_code_is_typed_opens_everything_under_a_new_key(self, officer):
        client = Client()
        client.post("/sign-in/", SAID)
        before = client.session.session_key
        secret = re.search(
            r'li-secret" dir="ltr">([A-Z2-7]+)<', client.get("/account/factors/app/").content.decode()
        )[1]

        assert client.post("/account/factors/app/", {"code": "000000"}).status_code == 422
        page = client.post("/account/factors/app/", {"code": code_of(secret)})

        assert len(re.findall(r"<li class=\"li-mono\">[0-9A-Z]{5}-[0-9A-Z]{5}</li>", page.content.decode())) == 10
        assert is_in(client)
        assert client.session.session_key != before

    def test_a_passkey_opens_everything(self, officer):
        client = Client()
        client.post("/sign-in/", SAID, secure=True)
        asked = options_of(client.get("/account/factors/passkey/", secure=True))

        said = {"label": "key ring", "answer": SoftKey().create(asked)}
        assert client.post("/account/factors/passkey/", said, secure=True).status_code == 200

        assert is_in(client)
        assert [one.label for one in factors.methods(officer).factors] == ["key ring"]

    def test_no_token_is_issued_for_a_password_alone(self, officer):
        sent = {**SAID, "purpose": "identify"}

        answer = Client().post("/api/v1/tokens", json.dumps(sent), content_type="application/json")

        assert answer.status_code == 422
        assert answer.json()["findings"][0]["code"] == "sign_in.no_second_factor"


class TestGivenAnApp:
    def test_a_password_alone_opens_nothing(self, officer):
        an_app(officer)
        client = half_signed_in()

        for address in ("/members/", "/account/", "/query/", "/account/factors/", "/account/factors/app/"):
            assert client.get(address).headers["Location"] == "/sign-in/", address

    def test_its_code_opens_everything_once(self, officer, clock):
        secret, _ = an_app(officer)
        clock.move(seconds=60)
        client, later = half_signed_in(), half_signed_in()
        said = {"code": f" {code_of(secret)[:3]} {code_of(secret)[3:]} "}

        assert client.post("/sign-in/second-factor/", said).headers["Location"] == "/"
        assert is_in(client)
        assert later.post("/sign-in/second-factor/", said).status_code == 422
        assert not is_in(later)

    @pytest.mark.parametrize(("steps", "holds"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
    def test_clocks_may_be_half_a_minute_apart(self, officer, clock, steps, holds):
        secret, _ = an_app(officer)
        clock.move(minutes=5)

        page = half_signed_in().post("/sign-in/second-factor/", {"code": code_of(secret, steps)})

        assert (page.status_code == 302) is holds

    def test_a_code_of_before_the_last_one_is_not_taken(self, officer, clock):
        secret, _ = an_app(officer)
        clock.move(minutes=5)
        factors.prove_by_code(code_of(secret, 1), standing=standing(officer), address=HERE)

        with pytest.raises(Refused, match="does not hold"):
            factors.prove_by_code(code_of(secret), standing=standing(officer), address=HERE)

    def test_two_at_once_with_one_code_are_let_in_once(self, officer, clock):
        secret, _ = an_app(officer)
        clock.move(minutes=5)
        step = pyotp.TOTP(secret).timecode(now())
        with viewing(officer):
            same = Factor.objects.filter(user_id=officer.user_id, counter__lt=step)
            assert [same.update(counter=step), same.update(counter=step)] == [1, 0]

    def test_its_secret_is_not_in_the_database(self, officer):
        secret, _ = an_app(officer)

        with viewing(officer):
            kept = bytes(Factor.objects.get(user_id=officer.user_id).secret)

        assert secret.encode() not in kept
        assert opened(kept, officer.user_id) == secret
        with pytest.raises(Refused, match="another key"):
            opened(kept, a_viewer().user_id)

    def test_five_wrong_codes_slow_down_that_place_and_no_other(self, officer, clock):
        secret, _ = an_app(officer)
        clock.move(minutes=5)
        for _ in range(signing_in.FAILURES_MAX):
            with pytest.raises(Refused, match="does not hold"):
                factors.prove_by_code("000000", standing=standing(officer), address=HERE)

        with pytest.raises(Refused, match="Too many"):
            factors.prove_by_code(code_of(secret), standing=standing(officer), address=HERE)
        factors.prove_by_code(code_of(secret), standing=standing(officer), address="192.0.2.2")

    def test_whoever_knows_the_password_locks_the_app_and_not_its_holder(self, officer, clock):
        secret, codes = an_app(officer)
        clock.move(minutes=5)
        for number in range(factors.APP_FAILURES_MAX):
            with pytest.raises(Refused):
                factors.prove_by_code("000000", standing=standing(officer), address=f"198.51.100.{number}")

        with pytest.raises(Refused, match="does not hold"):
            factors.prove_by_code(code_of(secret), standing=standing(officer), address=HERE)
        assert factors.methods(officer).factors[0].is_locked
        factors.prove_by_code(codes[0], standing=standing(officer), address=HERE)
        factors.prove_by_code(code_of(secret), standing=standing(officer), address=HERE)

    def test_a_token_needs_its_code(self, officer, clock):
        secret, _ = an_app(officer)
        clock.move(minutes=5)
        sent = {**SAID, "purpose": "identify"}

        def ask(**more):
            return Client().post("/api/v1/tokens", json.dumps(sent | more), content_type="application/json")

        assert ask().json()["findings"][0]["code"] == "sign_in.code_needed"
        assert ask(code="000000").json()["findings"][0]["code"] == "sign_in.wrong_code"
        assert ask(code=code_of(secret)).status_code == 200

    def test_there_is_one_in_an_account(self, officer, clock):
        an_app(officer)
        clock.move(minutes=5)
        secret = factors.app_secret()

        with pytest.raises(Refused, match="has an app already"):
            factors.add_app(secret, code_of(secret), by=officer)


class TestGivenRecoveryCodes:
    def test_each_opens_once_however_it_is_typed(self, officer):
        _, codes = an_app(officer)
        typed = codes[0].replace("-", " ").lower()

        assert half_signed_in().post("/sign-in/second-factor/", {"code": typed}).status_code == 302
        assert half_signed_in().post("/sign-in/second-factor/", {"code": codes[0]}).status_code == 422
        assert factors.methods(officer).codes_left == factors.RECOVERY_CODES - 1

    def test_new_ones_end_those_of_before_and_ask_for_the_password(self, officer):
        _, codes = an_app(officer)
        client = a_browser(officer)

        assert client.post("/account/factors/codes/", {"password": "wrong" * 4}).status_code == 422
        page = client.post("/account/factors/codes/", {"password": PASSWORD})

        fresh = re.findall(r"<li class=\"li-mono\">([0-9A-Z-]{11})</li>", page.content.decode())
        with pytest.raises(Refused):
            factors.prove_by_code(codes[1], standing=standing(officer), address=HERE)
        factors.prove_by_code(fresh[0], standing=standing(officer), address=HERE)

    def test_they_are_not_in_the_database(self, officer):
        _, codes = an_app(officer)

        with viewing(officer):
            digests = {bytes(row.digest) for row in RecoveryCode.objects.all()}

        assert len(digests) == len(codes)
        assert not any(code.replace("-", "").encode() in digest for code in codes for digest in digests)

    def test_those_of_another_account_open_nothing(self, officer):
        an_app(officer)
        _, others = an_app(a_viewer("QM", OFFICER, name="other.qm"))

        with pytest.raises(Refused):
            factors.prove_by_code(others[0], standing=standing(officer), address=HERE)


class TestGivenAPasskey:
    def test_it_is_asked_for_after_the_password_and_opens_everything(self, officer):
        key = a_passkey(officer)
        client = half_signed_in()
        asked = options_of(client.get("/sign-in/second-factor/", secure=True))

        page = client.post("/sign-in/second-factor/", {"answer": key.get(asked)}, secure=True)

        assert page.headers["Location"] == "/"
        assert is_in(client)

    def test_it_opens_everything_without_a_name_and_a_password(self, officer):
        key, client = a_passkey(officer), Client()
        asked = options_of(client.post("/sign-in/passkey/", secure=True))

        page = client.post("/sign-in/passkey/", {"answer": key.get(asked)}, secure=True)

        assert page.headers["Location"] == "/"
        assert is_in(client)

    @pytest.mark.parametrize(
        ("wrong", "of"),
        [("https://evil.invalid", ""), ("http://testserver", ""), ("https://testserver", "evil.invalid")],
    )
    def test_an_answer_to_a_false_page_opens_nothing(self, officer, wrong, of):
        key, client = a_passkey(officer), Client()
        asked = options_of(client.post("/sign-in/passkey/", secure=True))
        key.origin = wrong

        page = client.post("/sign-in/passkey/", {"answer": key.get(asked, of=of)}, secure=True)

        assert page.status_code == 422
        assert not is_in(client)

    def test_an_answer_is_taken_once_and_only_in_the_session_that_was_asked(self, officer):
        key, client, other = a_passkey(officer), Client(), Client()
        answer = key.get(options_of(client.post("/sign-in/passkey/", secure=True)))
        other.post("/sign-in/passkey/", secure=True)

        assert other.post("/sign-in/passkey/", {"answer": answer}, secure=True).status_code == 422
        assert Client().post("/sign-in/passkey/", {"answer": answer}, secure=True).status_code == 422
        assert client.post("/sign-in/passkey/", {"answer": answer}, secure=True).status_code == 302
        client.post("/sign-out/", secure=True)
        assert client.post("/sign-in/passkey/", {"answer": answer}, secure=True).status_code == 422

    def test_one_that_has_counted_back_is_a_copy(self, officer):
        key, client = a_passkey(officer), Client()
        key.counter = 0
        asked = options_of(client.post("/sign-in/passkey/", secure=True))

        page = client.post("/sign-in/passkey/", {"answer": key.get(asked)}, secure=True)

        assert page.status_code == 422
        assert "may be a copy" in page.content.decode()

    def test_one_that_does_not_count_is_taken_each_time(self, officer):
        key = a_passkey(officer, SoftKey(counts=False))
        for _ in range(2):
            client = Client()
            asked = options_of(client.post("/sign-in/passkey/", secure=True))
            assert client.post("/sign-in/passkey/", {"answer": key.get(asked)}, secure=True).status_code == 302

    def test_one_that_has_not_verified_its_user_is_not_enough(self, officer):
        key, client = a_passkey(officer), Client()
        key.verifies = False
        asked = options_of(client.post("/sign-in/passkey/", secure=True))

        assert client.post("/sign-in/passkey/", {"answer": key.get(asked)}, secure=True).status_code == 422

    def test_a_stranger_s_key_that_names_the_account_opens_nothing(self, officer):
        key, client = a_passkey(officer), Client()
        stranger = SoftKey()
        stranger.user_handle, stranger.credential_id = key.user_handle, key.credential_id
        asked = options_of(client.post("/sign-in/passkey/", secure=True))

        assert client.post("/sign-in/passkey/", {"answer": stranger.get(asked)}, secure=True).status_code == 422

    @pytest.mark.parametrize("answer", ["", "{}", "[]", "null", "[" * 9_000, '{"id": 1}', "x" * 20_000])
    def test_what_is_no_answer_is_refused(self, answer):
        client = Client()
        client.post("/sign-in/passkey/", secure=True)

        assert client.post("/sign-in/passkey/", {"answer": answer}, secure=True).status_code == 422

    def test_a_person_who_left_is_told_what_a_stranger_is_told(self, officer):
        key = a_passkey(officer)
        people.leave(officer.user_id, by=a_viewer("QM", ADMINISTRATOR))
        pages = []
        for one in (key, SoftKey()):
            client = Client()
            asked = options_of(client.post("/sign-in/passkey/", secure=True))
            pages.append(client.post("/sign-in/passkey/", {"answer": one.get(asked)}, secure=True))

        plain = [re.sub(r'value="[\w]+"|data-options="[^"]*"', "", page.content.decode()) for page in pages]
        assert plain[0] == plain[1]
        assert [page.status_code for page in pages] == [422, 422]


class TestGivenSeveralFactors:
    def test_one_goes_and_the_last_one_stays(self, officer):
        an_app(officer)
        a_passkey(officer)
        client = a_browser(officer)
        first, last = (one.id for one in factors.methods(officer).factors)

        assert client.post(f"/account/factors/{first}/remove/", {"password": "wrong" * 4}).status_code == 422
        assert client.post(f"/account/factors/{first}/remove/", {"password": PASSWORD}).status_code == 302
        page = client.post(f"/account/factors/{last}/remove/", {"password": PASSWORD})

        assert "your only second factor" in page.content.decode()
        assert [one.id for one in factors.methods(officer).factors] == [last]

    def test_nobody_removes_another_s(self, officer):
        an_app(officer)
        other = a_browser(a_viewer("QM", OFFICER))
        (his,) = factors.methods(officer).factors

        assert other.post(f"/account/factors/{his.id}/remove/", {"password": PASSWORD}).status_code == 404

    def test_a_new_one_needs_the_password_in_a_session_that_goes_on(self, officer):
        an_app(officer)
        client = a_browser(officer)
        asked = options_of(client.get("/account/factors/passkey/", secure=True))

        page = client.post(
            "/account/factors/passkey/",
            {"label": "mine", "password": "wrong" * 4, "answer": SoftKey().create(asked)},
            secure=True,
        )

        assert page.status_code == 422
        assert len(factors.methods(officer).factors) == 1


class TestGivenALostSecondFactor:
    def test_the_administrator_takes_all_away_and_gives_a_first_password(self, officer):
        an_app(officer)
        token = members.issue_token(by=officer, label="test", days=1)
        client, administrator = a_browser(officer), a_viewer("QM", ADMINISTRATOR)

        page = a_browser(administrator).post(f"/members/people/{officer.user_id}/factors/")

        first = re.search(r'li-once">([^<]+)<', page.content.decode())[1]
        assert not factors.methods(officer).any
        assert client.get("/members/").headers["Location"] == "/sign-in/"
        assert members.viewer_of_token(members.token_digest(token)) is None
        again = Client()
        again.post("/sign-in/", {**SAID, "password": first})
        assert again.get("/members/").headers["Location"] == "/account/password/"

    @pytest.mark.parametrize(
        "who",
        [("QN", ADMINISTRATOR), ("QM", OFFICER), ("QM", members.Role.BUREAU_SUPERVISOR)],
        ids=["of another bureau", "an officer", "a supervisor"],
    )
    def test_nobody_else_does(self, officer, who):
        an_app(officer)

        page = a_browser(a_viewer(*who)).post(f"/members/people/{officer.user_id}/factors/")

        assert page.status_code in (403, 404)
        assert factors.methods(officer).any

    @pytest.mark.parametrize("who", [("QN", ADMINISTRATOR), ("QM", OFFICER)])
    def test_nor_does_the_database_for_injected_sql(self, officer, who):
        with pytest.raises(DatabaseError), viewing(a_viewer(*who)), connection.cursor() as cursor:
            cursor.execute("select members_take_factors(%s)", [officer.user_id])

    def test_not_even_for_oneself(self):
        administrator = a_viewer("QM", ADMINISTRATOR)

        page = a_browser(administrator).post(f"/members/people/{administrator.user_id}/factors/")

        assert page.status_code == 403


class TestGivenABrowser:
    def test_the_first_is_one_s_own_and_another_is_told_in_every_session(self, officer, clock):
        _, codes = an_app(officer)
        here, elsewhere = half_signed_in(), half_signed_in()
        here.post("/sign-in/second-factor/", {"code": codes[0]}, HTTP_USER_AGENT="X11; Linux Firefox/140.0")
        assert "new here" not in here.get("/members/").content.decode()

        elsewhere.post("/sign-in/second-factor/", {"code": codes[1]}, HTTP_USER_AGENT="Windows Chrome/140 Safari/5")
        clock.move(seconds=61)
        here.get("/members/")

        for client in (here, elsewhere):
            assert "browser that is new here" in client.get("/members/").content.decode()
        page = here.get("/account/").content.decode()
        assert "Chrome, Windows" in page
        assert "Firefox, Linux" in page
        (address,) = re.findall(r'action="(/account/browsers/[^"]+/own/)"', page)
        here.post(address)
        assert "new here" not in here.get("/members/").content.decode()

    def test_it_is_known_again_by_its_cookie(self, officer):
        _, codes = an_app(officer)
        client = half_signed_in()
        client.post("/sign-in/second-factor/", {"code": codes[0]})
        client.post("/sign-out/")
        client.post("/sign-in/", SAID)
        client.post("/sign-in/second-factor/", {"code": codes[1]})

        assert len(devices.devices(officer)) == 1
        cookie = client.cookies[devices.COOKIE_NAME]
        assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
        with viewing(officer):
            assert cookie.value.encode() not in bytes(Device.objects.get().digest)

    def test_a_made_up_cookie_is_replaced(self, officer):
        _, codes = an_app(officer)
        client = half_signed_in()
        client.cookies[devices.COOKIE_NAME] = "short; and wrong"

        client.post("/sign-in/second-factor/", {"code": codes[0]})

        assert devices.is_cookie(client.cookies[devices.COOKIE_NAME].value)

    def test_another_s_is_neither_owned_nor_forgotten(self, officer):
        devices.signed_in_with(devices.new_cookie(), browser="Firefox", by=officer)
        (his,) = devices.devices(officer)
        other = a_browser(a_viewer("QM", OFFICER))

        assert other.post(f"/account/browsers/{his.id}/own/").status_code == 404
        assert other.post(f"/account/browsers/{his.id}/forget/").status_code == 404

    @given(agent=st.text(max_size=300))
    def test_its_name_is_one_of_few_whatever_it_says(self, agent):
        names = {
            "",
            "Edge",
            "Opera",
            "Firefox",
            "Chrome",
            "Safari",
            "Android",
            "iOS",
            "iPadOS",
            "Windows",
            "macOS",
            "Linux",
        }

        assert set(devices.browser_name(agent).split(", ")) <= names


class TestGivenSessions:
    def test_all_others_end_at_a_word(self, officer):
        here, elsewhere = a_browser(officer), a_browser(officer)

        assert here.post("/account/sessions/end/").status_code == 302

        assert is_in(here)
        assert not is_in(elsewhere)

    def test_a_password_waits_ten_minutes_for_its_second_factor(self, officer, clock):
        _, codes = an_app(officer)
        client = half_signed_in()
        clock.move(minutes=10, seconds=1)

        page = client.post("/sign-in/second-factor/", {"code": codes[0]})

        assert page.headers["Location"] == "/sign-in/"
        assert not is_in(client)

    def test_a_half_session_ends_with_its_password(self, officer):
        _, codes = an_app(officer)
        client = half_signed_in()
        people.new_password(officer.user_id, by=a_viewer("QM", ADMINISTRATOR))

        page = client.post("/sign-in/second-factor/", {"code": codes[0]})

        assert page.headers["Location"] == "/sign-in/"

    def test_a_forged_session_cookie_opens_nothing(self, officer):
        client = Client()
        client.cookies["liaison_session"] = dumps({"liaison_user": str(officer.user_id), "liaison_proved": True})

        assert not is_in(client)

    def test_the_look_is_written_once_the_second_factor_held(self, officer):
        _, codes = an_app(officer)
        client = half_signed_in()
        client.post("/sign-in/second-factor/", {"code": "000000"})
        client.post("/sign-in/second-factor/", {"code": codes[0]})

        looks = audit.looks_by(officer.user_id, officer, limit=10)

        assert sorted(look.kind for look in looks) == ["denial", "sign_in"]


class TestGivenHostileSql:
    @pytest.mark.parametrize("model", [Factor, RecoveryCode, Device, AccessToken])
    def test_nobody_reads_another_s(self, officer, model):
        an_app(officer)
        devices.signed_in_with(devices.new_cookie(), browser="Firefox", by=officer)
        members.issue_token(by=officer, label="test", days=1)

        for role in (OFFICER, members.Role.BUREAU_SUPERVISOR):
            with viewing(a_viewer("QM", role)):
                assert model.objects.count() == 0

    def test_nobody_adds_one_to_another_account(self, officer):
        other = a_viewer("QM", ADMINISTRATOR)

        with pytest.raises(DatabaseError), viewing(other):
            Factor.objects.create(user_id=officer.user_id, kind="app", label="", secret=b"x", added_at=now())
