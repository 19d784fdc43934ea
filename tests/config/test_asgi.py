"""The one ASGI application: who answers what, and what lives with the process."""

import asyncio
from typing import Any

import pytest

from tests.suite_database import SuiteDatabase

pytestmark = pytest.mark.postgres


@pytest.fixture
def asgi(committed_db: SuiteDatabase) -> Any:
    from liaison.config import asgi

    return asgi


def talk(application: Any, scope: dict[str, Any], *messages: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what the application sends when it receives these messages."""
    to_receive, sent = list(messages), []

    async def receive() -> dict[str, Any]:
        return to_receive.pop(0) if to_receive else {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    asyncio.run(application(scope, receive, send))
    return sent


def http(path: str, method: str = "GET") -> dict[str, Any]:
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": b"",
        "headers": [(b"host", b"localhost")],
        "client": ("127.0.0.1", 50000),
        "server": ("127.0.0.1", 8000),
    }


EMPTY = {"type": "http.request", "body": b"", "more_body": False}


def test_the_hot_path_is_answered_without_django(asgi: Any, monkeypatch):
    async def never(*_: object) -> None:
        raise AssertionError("Django was asked")

    monkeypatch.setattr(asgi, "_django", never)

    sent = talk(asgi.application, http("/api/v1/queries", "POST"), EMPTY)

    assert sent[0]["status"] in {401, 415}


def test_everything_else_is_django_with_its_headers(asgi: Any):
    sent = talk(asgi.application, http("/no/such/page"), EMPTY)

    headers = {name.decode().lower(): value.decode() for name, value in sent[0]["headers"]}
    assert sent[0]["status"] in {302, 404}
    assert "default-src 'none'" in headers["content-security-policy"]


def test_a_websocket_is_closed(asgi: Any):
    assert talk(asgi.application, {"type": "websocket", "path": "/"}) == [{"type": "websocket.close", "code": 1003}]


def test_what_lives_with_the_process_is_started_and_ended_with_it(asgi: Any, monkeypatch):
    happened: list[str] = []
    for module, name in (
        (asgi.audit, "start_event_writer"),
        (asgi.index, "start_follower"),
        (asgi.index, "stop_follower"),
        (asgi.audit, "stop_event_writer"),
    ):
        monkeypatch.setattr(module, name, lambda name=name: happened.append(name))

    sent = talk(asgi.application, {"type": "lifespan"}, {"type": "lifespan.startup"}, {"type": "lifespan.shutdown"})

    assert [message["type"] for message in sent] == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
    assert happened == ["start_event_writer", "start_follower", "stop_follower", "stop_event_writer"]


def test_a_start_that_fails_ends_the_process(asgi: Any, monkeypatch):
    def broken() -> None:
        raise RuntimeError("no disk")

    monkeypatch.setattr(asgi.audit, "start_event_writer", broken)

    with pytest.raises(RuntimeError, match="no disk"):
        talk(asgi.application, {"type": "lifespan"}, {"type": "lifespan.startup"})
