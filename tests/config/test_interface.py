"""What the interface tells and takes beside its documents: headers, and types of bodies."""

import asyncio

import pytest
from django.test import Client

from liaison.config import asgi
from liaison.web.security import ALWAYS

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    return Client(raise_request_exception=False)


class TestGivenAnAnswer:
    def test_then_it_carries_the_headers_of_pages(self, client: Client):
        answered = client.get("/api/v1/databases")

        assert {name: answered[name] for name in ALWAYS} == dict(ALWAYS)
        assert answered["Cache-Control"] == "no-store"

    def test_then_what_a_program_is_told_is_saved_and_never_shown(self, client: Client):
        assert client.get("/api/v1/databases")["Content-Disposition"] == 'attachment; filename="problem.json"'
        assert client.get("/api/v1/openapi.json")["Content-Disposition"] == 'attachment; filename="api.json"'
        assert "Content-Disposition" not in client.get("/sign-in/").headers

    @pytest.mark.parametrize("address", ["/sign-in/", "/api/v1/databases", "/api/v1/openapi.json", "/no/such/"])
    def test_then_no_answer_tells_what_runs_here(self, client: Client, address: str):
        answered = client.get(address, headers={"Origin": "https://elsewhere.example"})

        told = str(answered.headers).casefold()
        assert not any(name in told for name in ("django", "ninja", "python", "uvicorn", "postgres", "x-powered-by"))
        assert "server" not in answered.headers
        assert not any(name.lower().startswith("access-control-") for name in answered.headers)


class TestGivenADocumentOfAnotherType:
    @pytest.mark.parametrize("sent_as", ["text/plain", "application/x-www-form-urlencoded", "application/xml", ""])
    def test_then_it_is_not_read(self, client: Client, sent_as: str):
        answered = client.generic("POST", "/api/v1/tokens", '{"sign_in_name": "a"}', content_type=sent_as)

        assert answered.status_code == 415
        assert answered["Content-Type"] == "application/problem+json"

    @pytest.mark.parametrize("sent_as", ["application/json", "application/json; charset=utf-8"])
    def test_when_it_is_said_to_be_json_then_it_is_read(self, client: Client, sent_as: str):
        assert client.generic("POST", "/api/v1/tokens", "{", content_type=sent_as).status_code == 400

    def test_when_there_is_none_then_nothing_is_asked_of_its_type(self, client: Client):
        assert client.generic("POST", "/api/v1/openings/GB-2026-000000-0/end", "").status_code == 401


HOT = sorted(asgi._HOT)


class TestGivenADoorWithoutDjango:
    @pytest.mark.parametrize("path", HOT)
    def test_then_its_answers_are_kept_shown_and_framed_by_nobody(self, path: str, settings):
        assert "strict-transport-security" not in self.headers(path)
        settings.SECURE_HSTS_SECONDS = 60
        told = self.headers(path)

        assert told["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
        assert told["content-disposition"].startswith("attachment;")
        assert told["strict-transport-security"] == "max-age=60; includeSubDomains"
        kept = ("cache-control", "x-content-type-options", "x-frame-options", "referrer-policy")
        assert [told[name] for name in kept] == ["no-store", "nosniff", "DENY", "same-origin"]

    @pytest.mark.parametrize("path", HOT)
    @pytest.mark.parametrize("sent_as", [b"text/plain", None])
    def test_then_a_body_of_another_type_or_of_none_is_not_read(self, path: str, sent_as: bytes | None):
        assert self.headers(path, sent_as=sent_as)[":status"] == "415"

    @pytest.mark.parametrize("path", HOT)
    def test_then_a_refusal_is_a_line_of_the_log_with_nothing_of_the_body(self, path: str, caplog):
        self.headers(path)

        assert f"Unauthorized: {path}" in caplog.messages

    def headers(self, path: str, *, sent_as: bytes | None = b"application/json") -> dict[str, str]:
        told = []

        async def receive():
            return {"type": "http.request", "body": b"{}", "more_body": False}

        async def send(message):
            told.append(message)

        said = [(b"content-type", sent_as)] if sent_as else []
        scope = {"type": "http", "method": "POST", "path": path, "headers": said, "client": ("127.0.0.1", 1)}
        asyncio.run(asgi._HOT[path](scope, receive, send))
        named = {name.decode(): value.decode() for name, value in told[0]["headers"]}
        return named | {":status": str(told[0]["status"])}
