"""Single sign-on: an identity provider of its own process says who somebody is, rightly and in every wrong way."""

import base64
import json
import re
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client, override_settings
from joserfc import jwk, jwt

from liaison.apps.audit import public as audit
from liaison.apps.members import factors, people, single_sign_on
from liaison.apps.members import public as members
from liaison.refusal import Refused
from tests.factories.members import PASSWORD, a_browser, a_viewer

pytestmark = pytest.mark.django_db
OFFICER = members.Role.BUREAU_OFFICER
SECRET = "shared with the provider"


class Provider:
    """An identity provider on this machine; `wrong` changes what its next token says."""

    def __init__(self):
        self.key = jwk.ECKey.generate_key("P-256", {"kid": "one", "use": "sig"})
        self.asked, self.wrong, self.subject = [], {}, "voss"
        self.signs_with, self.algorithm = self.key, "ES256"
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.issuer = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def description(self):
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
        }

    def token(self):
        now = int(time.time())
        said = {
            "iss": self.issuer,
            "aud": "liaison",
            "sub": self.subject,
            "iat": now,
            "exp": now + 60,
            "nonce": self.asked[-1]["nonce"],
            "amr": ["pwd"],
        } | self.wrong
        header = {"alg": self.algorithm, "kid": "one"}
        return jwt.encode(header, said, self.signs_with, algorithms=[self.algorithm])

    def _handler(self):
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                self._say(
                    {"keys": [provider.key.as_dict(private=False)]}
                    if self.path == "/keys"
                    else provider.description()
                )

            def do_POST(self):
                form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
                known = base64.b64encode(f"liaison:{SECRET}".encode()).decode()
                right = self.headers["Authorization"] == f"Basic {known}" and form["code"] == ["a-code"]
                right = (
                    right and single_sign_on.challenge(form["code_verifier"][0]) == provider.asked[-1]["challenge"]
                )
                self._say({"id_token": provider.token()} if right else {"error": "invalid_grant"})

            def _say(self, body):
                text = json.dumps(body).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *_):
                """Say nothing on the terminal."""

        return Handler


@pytest.fixture(autouse=True)
def event_writer():
    yield
    audit.stop_event_writer()


@pytest.fixture
def provider(tmp_path):
    running = Provider()
    (tmp_path / "secret").write_text(SECRET)
    file = tmp_path / "single-sign-on.toml"
    file.write_text(
        f'[[provider]]\nkey = "marvenia"\nname = "Police of Marvenia"\nissuer = "{running.issuer}"\n'
        'client_id = "liaison"\nclient_secret_file = "secret"\nbodies = ["QM"]\nsecond_factor = ["hwk"]\n'
    )
    with override_settings(LIAISON_SINGLE_SIGN_ON=file):
        yield running
    running.server.shutdown()
    running.server.server_close()


def led_back(client, provider, **changed):
    """Follow the way to the provider and back, and return the page that one comes to."""
    there = urlsplit(client.get("/sign-in/with/marvenia/").headers["Location"])
    asked = {name: values[0] for name, values in parse_qs(there.query).items()}
    assert asked["redirect_uri"] == "http://testserver/sign-in/with/marvenia/back/"
    provider.asked.append({"nonce": asked["nonce"], "challenge": asked["code_challenge"]})
    given = {"state": asked["state"], "code": "a-code"} | changed
    return client.get("/sign-in/with/marvenia/back/", given)


def connected(provider, name="voss.qm"):
    """Return an account that is connected to the provider's identity, with a second factor."""
    viewer = a_viewer("QM", OFFICER, name=name)
    client = a_browser(viewer)
    assert (
        "Police of Marvenia"
        in client.post("/account/identities/marvenia/connect/", {"password": PASSWORD}).content.decode()
    )
    assert led_back(client, provider).headers["Location"] == "/account/"
    assert "Police of Marvenia" in client.get("/account/").content.decode()
    return viewer


class TestGivenAConnectedAccount:
    def test_the_provider_s_word_stands_for_the_password_and_the_second_factor_is_asked_for_here(self, provider):
        viewer = connected(provider)
        code, client = members.spare_code(by=viewer), Client()

        page = led_back(client, provider)

        assert page.headers["Location"] == "/sign-in/second-factor/"
        assert client.get("/members/").status_code == 302
        client.post("/sign-in/second-factor/", {"code": code})
        assert client.get("/members/").status_code == 200

    def test_a_method_that_the_operator_named_is_a_second_factor(self, provider):
        connected(provider)
        provider.wrong, client = {"amr": ["pwd", "hwk"]}, Client()

        assert led_back(client, provider).headers["Location"] == "/"
        assert client.get("/members/").status_code == 200

    def test_without_a_second_factor_it_opens_only_the_pages_that_add_one(self, provider):
        connected(provider)
        client = Client()
        led_back(client, provider)

        assert client.get("/members/").headers["Location"] == "/account/factors/"

    @pytest.mark.parametrize(
        "wrong",
        [
            {"iss": "https://evil.invalid"},
            {"aud": "another"},
            {"aud": ["liaison", "another"]},
            {"exp": 1},
            {"iat": 99_999_999_999},
            {"nonce": "another"},
            {"sub": ""},
            {"sub": "x" * 300},
            {"sub": ["voss"]},
        ],
        ids=str,
    )
    def test_a_word_that_does_not_hold_opens_nothing(self, provider, wrong):
        connected(provider)
        provider.wrong, client = wrong | {"amr": ["hwk"]}, Client()

        page = led_back(client, provider)

        assert page.status_code == 422
        assert client.get("/members/").status_code == 302

    @pytest.mark.parametrize("algorithm", ["HS256", "ES256"])
    def test_nor_does_one_that_somebody_else_has_signed(self, provider, algorithm):
        connected(provider)
        public = json.dumps(provider.key.as_dict(private=False)).encode()
        provider.signs_with = (
            jwk.OctKey.import_key(public) if algorithm == "HS256" else jwk.ECKey.generate_key("P-256")
        )
        provider.algorithm, provider.wrong = algorithm, {"amr": ["hwk"]}

        assert led_back(Client(), provider).status_code == 422

    @pytest.mark.parametrize("changed", [{"state": "another"}, {"state": ""}, {"code": ""}, {"code": "another"}])
    def test_nor_does_another_way_back(self, provider, changed):
        connected(provider)

        assert led_back(Client(), provider, **changed).status_code == 422

    def test_the_way_back_is_gone_once(self, provider):
        connected(provider)
        provider.wrong, client = {"amr": ["hwk"]}, Client()
        there = client.get("/sign-in/with/marvenia/").headers["Location"]
        asked = {name: values[0] for name, values in parse_qs(urlsplit(there).query).items()}
        provider.asked.append({"nonce": asked["nonce"], "challenge": asked["code_challenge"]})
        given = {"state": asked["state"], "code": "a-code"}

        assert Client().get("/sign-in/with/marvenia/back/", given).status_code == 422
        assert client.get("/sign-in/with/marvenia/back/", given).status_code == 302
        client.post("/sign-out/")
        assert client.get("/sign-in/with/marvenia/back/", given).status_code == 422

    def test_who_left_is_told_what_a_stranger_is_told(self, provider):
        viewer = connected(provider)
        people.leave(viewer.user_id, by=a_viewer("QM", members.Role.BUREAU_ADMINISTRATOR))
        pages = []
        for subject in ("voss", "stranger"):
            provider.subject = subject
            pages.append(led_back(Client(), provider))

        plain = [re.sub(r'value="\w+"', "", page.content.decode()) for page in pages]
        assert plain[0] == plain[1]
        assert "No account here is connected" in plain[0]

    def test_parted_it_opens_nothing(self, provider):
        viewer = connected(provider)
        (identity,) = single_sign_on.identities(viewer)
        assert a_browser(a_viewer("QM", OFFICER)).post(f"/account/identities/{identity.id}/part/").status_code == 404

        assert a_browser(viewer).post(f"/account/identities/{identity.id}/part/").status_code == 302

        assert led_back(Client(), provider).status_code == 422

    def test_an_identity_is_connected_to_one_account(self, provider):
        connected(provider)
        other = a_viewer("QM", OFFICER)
        client = a_browser(other)
        client.post("/account/identities/marvenia/connect/", {"password": PASSWORD})

        assert led_back(client, provider).status_code == 422
        assert single_sign_on.identities(other) == []


class TestGivenSomebodyWhoIsSignedIn:
    def test_a_way_back_that_he_did_not_ask_for_connects_nothing(self, provider):
        viewer = a_viewer("QM", OFFICER)
        client = a_browser(viewer)

        assert led_back(client, provider).headers["Location"] == "/account/"
        assert single_sign_on.identities(viewer) == []

    def test_a_wrong_password_connects_nothing(self, provider):
        client = a_browser(a_viewer("QM", OFFICER))

        page = client.post("/account/identities/marvenia/connect/", {"password": "wrong" * 4})

        assert page.status_code == 422
        assert led_back(client, provider).headers["Location"] == "/account/"

    def test_another_body_s_provider_is_not_there(self, provider):
        viewer = a_viewer("QN", OFFICER)
        client = a_browser(viewer)

        page = client.post("/account/identities/marvenia/connect/", {"password": PASSWORD})

        assert page.status_code == 404
        assert "Police of Marvenia" not in client.get("/account/").content.decode()
        led_back(client, provider)
        assert single_sign_on.identities(viewer) == []


class TestGivenNoProvider:
    @pytest.mark.parametrize("address", ["/sign-in/with/marvenia/", "/sign-in/with/marvenia/back/?state=x&code=y"])
    def test_there_is_no_door(self, address):
        assert Client().get(address).status_code == 404

    @pytest.mark.parametrize(
        "text",
        [
            "not toml",
            "[[provider]]\nkey = 1",
            (
                '[[provider]]\nkey="a"\nname="A"\nissuer="http://idp.invalid"\nclient_id="x"\n'
                'client_secret_file="secret"\nbodies=["QM"]'
            ),
        ],
    )
    def test_a_wrong_file_is_said(self, tmp_path, text):
        file = tmp_path / "single-sign-on.toml"
        file.write_text(text)
        (tmp_path / "secret").write_text(SECRET)

        with override_settings(LIAISON_SINGLE_SIGN_ON=file), pytest.raises(Refused, match="cannot be used"):
            single_sign_on.providers()

    def test_one_that_does_not_answer_is_said(self, provider):
        provider.server.shutdown()
        provider.server.server_close()

        with pytest.raises(Refused, match="does not answer"):
            single_sign_on.leave(single_sign_on.provider("marvenia"), back="http://testserver/")


def test_a_description_that_leads_elsewhere_is_not_followed(provider):
    provider.description = lambda: Provider.description(provider) | {"token_endpoint": "https://evil.invalid/token"}

    with pytest.raises(Refused, match="does not hold"):
        single_sign_on.leave(single_sign_on.provider("marvenia"), back="http://testserver/")
    assert not factors.methods(a_viewer()).any
