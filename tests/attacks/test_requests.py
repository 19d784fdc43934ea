"""Requests that no browser of ours would send: forged, misdirected, misspelled, too deep and too large."""

import re
from urllib.parse import quote, urlsplit

import pytest
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as budgeted
from hypothesis import strategies as st

from tests.budgets import budget, some
from tests.doors import finding
from tests.doors.facts import PEOPLE
from tests.doors.knocking import HOT, address, authorization, browser, knock, taken_back
from tests.doors.table import GROUND, OPERATIONS, PAGES, Door
from tests.doors.targets import Target, targets
from tests.doors.world import World

pytestmark = pytest.mark.postgres
OFFICER = PEOPLE["QM officer"]
QUERIES = "/api/v1/queries"
FORMS = [door for door in PAGES if door.verb == "POST"]
UNSAFE = [door for door in OPERATIONS if door.verb != "GET"]
ELSEWHERE = (
    "//evil.invalid/",
    "///evil.invalid/",
    "https://evil.invalid/",
    "http:evil.invalid",
    "/\\evil.invalid",
    "\\\\evil.invalid",
    "\t//evil.invalid",
    "/\t/evil.invalid",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,x",
    "https://localhost@evil.invalid/",
    "https://evil.invalid#localhost",
    "//evil%E3%80%82invalid",
    "/%2f%2fevil.invalid@",
)


def place_of(world: World, door: Door) -> Target:
    """Return a thing for a door: somebody's own if there is one, or one that is not there."""
    found = targets(world, OFFICER, door.about)
    return found.get("own") or found["absent"]


class TestGivenAForgedForm:
    """Cross-site requests: every address that takes a form, as it was found, asks for the site's own token."""

    @pytest.mark.parametrize("door", FORMS, ids=lambda door: door.id)
    def test_it_is_refused_without_the_sites_own_token(self, world: World, door: Door):
        client = browser(world, OFFICER, checks=True)
        sent = door.sent(OFFICER, place_of(world, door).thing) if callable(door.sent) else door.sent
        with taken_back():
            answer = client.post(address(door, place_of(world, door)), dict(sent))

        assert answer.status_code == 403
        assert "did not come from this site" in answer.content.decode()

    @pytest.mark.parametrize("door", UNSAFE, ids=lambda door: door.id)
    def test_a_session_alone_opens_no_operation_of_the_interface(self, world: World, door: Door):
        if door.name in HOT:
            assert knock(world, PEOPLE["QM newcomer"], door, place_of(world, door)).status == 401
            return
        client = browser(world, OFFICER)
        answer = client.generic(door.verb, address(door, place_of(world, door)), "{}", "application/json")

        assert answer.status_code == (422 if door.name == "/api/v1/tokens" else 401) or answer.status_code == 400


class TestGivenAForeignHost:
    @pytest.mark.parametrize("host", ["evil.invalid", "localhost.evil.invalid", "localhost:80@evil.invalid", "a b"])
    @pytest.mark.parametrize("where", ["/", "/sign-in/", "/api/v1/openapi.json", "/no/such/"])
    def test_it_is_not_served_and_not_repeated(self, host: str, where: str, world: World):
        answer = Client(raise_request_exception=False).get(where, headers={"Host": host})

        assert answer.status_code in (302, 400)
        assert b"evil" not in answer.content
        assert "evil" not in str(answer.headers)

    def test_a_proxy_s_word_for_the_host_is_not_taken(self, world: World):
        answer = Client().get("/", headers={"X-Forwarded-Host": "evil.invalid", "Forwarded": "host=evil.invalid"})

        assert answer.headers["Location"] == "/sign-in/"


class TestGivenAnAddressToGoOnTo:
    @pytest.mark.parametrize("there", ELSEWHERE)
    @pytest.mark.parametrize("where", ["/theme/", "/language/"])
    def test_it_leads_nowhere_else(self, there: str, where: str, world: World):
        answer = Client().post(where, {"next": there, "theme": "dark", "language": "fr"})

        self.assert_ours(answer.headers["Location"])

    @pytest.mark.parametrize("there", ELSEWHERE)
    def test_neither_does_the_page_s_own_word_for_where_it_came_from(self, there: str, world: World):
        answer = Client().post("/language/", {"language": "fr"}, headers={"Referer": there.strip()})

        self.assert_ours(answer.headers["Location"])

    @pytest.mark.parametrize("there", ["/x\r\nSet-Cookie: a=b", "/x\nX-Evil: 1", "/x%0d%0aX-Evil:1"])
    def test_it_brings_no_header_of_its_own(self, there: str, world: World):
        answer = Client(raise_request_exception=False).post("/theme/", {"next": there, "theme": "dark"})

        assert "a=b" not in str(answer.cookies)
        assert "X-Evil" not in answer.headers
        assert "\n" not in answer.headers.get("Location", "")

    @staticmethod
    def assert_ours(location: str) -> None:
        parts = urlsplit(location.replace("\\", "/"))
        assert (parts.scheme, parts.netloc) == ("", ""), location
        assert location.startswith("/"), location


PATHS = (
    "../../../../etc/passwd",
    "..%2f..%2f..%2fetc%2fpasswd",
    "%2e%2e/%2e%2e/etc/passwd",
    "....//....//etc/passwd",
    "..\\..\\etc\\passwd",
    "%00",
    "\u2025/\u2025/etc/passwd",
    "RP-2026-' or 1=1 --",
    "A" * 5_000,
)


class TestGivenAPathThatClimbs:
    @pytest.mark.parametrize("path", PATHS)
    def test_no_file_is_read_whatever_the_address(self, path: str, world: World):
        client = browser(world, OFFICER)
        for route in [*finding.pages().values(), "/static/<path>", "/static/liaison/<path>"]:
            if "<" not in route:
                continue
            where = re.sub(r"<(?:\w+:)?\w+>", quote(path, safe="%./"), route)
            with taken_back():
                answer = client.get(where)
            assert answer.status_code in (200, 302, 400, 403, 404, 405), where
            assert b"root:" not in answer.getvalue(), where


DEEP = 100_000
BODIES = {
    "deep lists": b"[" * DEEP + b"]" * DEEP,
    "deep objects": b'{"a":' * DEEP + b"1" + b"}" * DEEP,
    "deep in a field": b'{"database":"persons","fields":' + b'{"a":' * 20_000 + b"1" + b"}" * 20_000 + b"}",
    "a huge number": b'{"level": ' + b"9" * 5_000 + b"}",
    "a huge exponent": b'{"level": 1e999999}',
    "no number": b'{"level": NaN}',
    "one name twice": b'{"text": "a", "text": "b", "reason": "x", "reason": "y"}',
    "half a character": b'{"text": "\xed\xa0\x80"}',
    "half a pair": b'{"text": "\\ud800", "reason": "\\udfff", "database": "\\ud800"}',
    "a zero byte": b'{"text": "a\\u0000b", "reason": "a\\u0000b", "database": "a\\u0000b", "fields": {"\\u0000": 1}}',
    "another encoding": '{"text": "a"}'.encode("utf-16"),
    "no object": b'"text"',
    "nothing": b"",
    "an open end": b'{"text": "a',
}


class TestGivenADocumentThatIsNone:
    @pytest.mark.parametrize("name", BODIES)
    def test_every_operation_says_so_and_stays_up(self, name: str, world: World):
        for door in UNSAFE:
            status = self.status_of(world, door, BODIES[name])
            assert status < 500, f"{door.id}: {status}"

    @staticmethod
    def status_of(world: World, door: Door, body: bytes) -> int:
        if door.name in HOT:
            return _hot(world, door.name, body)
        client = Client(raise_request_exception=False)
        where = address(door, place_of(world, door))
        with taken_back():
            answer = client.generic(door.verb, where, body, "application/json", headers=authorization(world, OFFICER))
        return answer.status_code


def _hot(world: World, name: str, body: bytes) -> int:
    from tests.apps.screening import test_api, test_partners

    if name == QUERIES:
        return test_api.send(body, token=world.tokens[OFFICER.key])[0]
    return test_partners.send(body, world.tokens["XV-PAY program"])[0]


ODD = (
    "'",
    '"',
    "\\",
    "%",
    "%%",
    "_",
    "';--",
    "\x00",
    "\ud800",
    "\u2028",
    "٣",
    "１",
    "-1",
    "9" * 400,
    "1e5",
    "",
    " ",
    "*" * 200,
)
PARAMETERS = ("page", "find", "group", "body", "due", "by", "kind", "separator", "next", "step", "audience", "limit")


class TestGivenOddParameters:
    @pytest.mark.parametrize(("number", "text"), enumerate(ODD), ids=repr)
    def test_every_page_and_operation_takes_or_refuses_them(self, number: int, text: str, world: World):
        encoded = quote(text.encode("utf-8", "surrogatepass"))
        query = "&".join(f"{name}={encoded}" for name in (*PARAMETERS, "after", "database", "format", "own", "role"))
        read = [door for door in (*PAGES, *OPERATIONS) if door.verb == "GET" and not door.query]
        for door in some(read, 6, number):
            client = browser(world, OFFICER)
            with taken_back():
                answer = client.get(
                    f"{address(door, place_of(world, door))}?{query}", headers=authorization(world, OFFICER)
                )
            assert answer.status_code < 500, f"{door.id}: {answer.status_code}"


@budgeted(
    max_examples=budget(25, 2_000),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    text=st.one_of(
        st.text(min_size=1, max_size=60),
        st.lists(
            st.sampled_from(["'", ";", "--", "/*", "%", "_", "\\", "*", "?", "QM", " or 1=1", "\x00", "$$"])
        ).map("".join),
    )
)
def test_a_question_is_a_question_and_no_statement(world: World, text: str):
    """SQL through the syntax of search: answered or refused, never broken, and never more than what he may see."""
    hidden = [secret for secret in world.secrets if OFFICER.key not in secret.readers]
    door = next(one for one in OPERATIONS if one.name == QUERIES)
    answer = knock(world, OFFICER, _asking(door, text), Target(None, {}))

    assert answer.status in (200, 400, 413, 422)
    assert [one.of for one in hidden if answer.holds(one.text) and one.text.casefold() not in text.casefold()] == []


def _asking(door: Door, text: str) -> Door:
    return Door(door.name, door.verb, door.jobs, sent={"text": text, **GROUND})


def test_a_file_is_called_by_its_kind_alone(world: World):
    """Header injection: what names a file that is saved comes from the register, never from the address."""
    for kind in ('persons"; filename="evil.exe', "persons\r\nX-Evil: 1", "persons%0d%0aX-Evil:1"):
        answer = browser(world, OFFICER).get(f"/export/{quote(kind)}/template/")
        assert answer.status_code == 404
        assert "X-Evil" not in answer.headers


def test_there_is_something_to_attack():
    assert (len(FORMS) > 30, len(UNSAFE) > 10) == (True, True)
