"""Knocking at a door as somebody: what is sent, and the whole answer as bytes. What a knock writes is taken back."""

import asyncio
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db import transaction
from django.test import Client
from django.test.client import ClientHandler

from liaison.apps.screening.asgi import gateway, queries
from tests.doors import finding
from tests.doors.facts import Person
from tests.doors.table import Door
from tests.doors.targets import Target
from tests.doors.world import World

HOT = {"/api/v1/queries": queries, "/api/v1/gateway/checks": gateway}
"""The doors that are answered without Django: what they write stays."""
EVERYWHERE = {"number": 1, "dataset": "default"}
"""What an address names that is there for everybody."""
_PAGES = finding.pages()
_TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]*"')
_MOMENTS = re.compile(
    rb'"(event|at|asked_at|waits_until|data_of|lag_ms)": ?("[^"]*"|\d+)|datetime="[^"]*"|\d\d:\d\d:\d\d'
)
_ASKED_NOW = re.compile(rb"GB-\d{4}-[0-9A-Z]{6}-[0-9A-Z]")  # drawn for an opening while it is asked for
# Length and padding of the echo; those of the rest follow from the rest.
_LENGTH, _PADDING = re.compile(rb"Content-Length: \d+", re.IGNORECASE), re.compile(rb" +\Z")
_EVENT = re.compile(rb"Entered in the log as <span class=\"[^\"]*\">[0-9a-f-]{36}")
_CSRF_COOKIE = re.compile(rb"liaison_(csrf|session)=[^\n]*\n")
"""The session's is sent again once a minute, when its last use is written: his own doing, and no word of others."""


_HANDLER = ClientHandler(enforce_csrf_checks=False)
"""One for all browsers: it loads the middleware, and that looks at every file of the package."""


@dataclass(frozen=True)
class Answer:
    """An answer: its status and everything that was sent, headers and cookies first."""

    status: int
    location: str
    sent: bytes

    def holds(self, text: str) -> bool:
        """Whether a canary stands anywhere in it, however it is spelled."""
        return text.casefold().encode() in self._small

    @cached_property
    def _small(self) -> bytes:
        return self.sent.lower()

    def without_echo(self, *said: str) -> bytes:
        """Return it without what makes any two answers differ: token, moment, and what the question itself said."""
        left = self.sent
        for varies in (_TOKEN, _CSRF_COOKIE, _MOMENTS, _LENGTH, _PADDING, _EVENT, _ASKED_NOW):
            left = varies.sub(b"", left)
        for text in sorted(said, key=len, reverse=True):
            for spelled in (text, text.casefold(), text.upper()):
                left = left.replace(spelled.encode(), b"<echo>")
        return left


def knock(world: World, person: Person, door: Door, target: Target) -> Answer:
    """Send what the cell says, as this person, and take back whatever it wrote."""
    sent = door.sent(person, target.thing) if callable(door.sent) else dict(door.sent)
    if door.name in HOT:
        return _hot(world, person, door.name, sent)
    with taken_back():
        return _django(world, person, door, target, sent)


@contextmanager
def taken_back() -> Iterator[None]:
    """Let whatever is written inside be gone afterwards, so that one knock changes nothing for the next."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def address(door: Door, target: Target, sent: Mapping[str, Any] | None = None) -> str:
    """Return where a door is; an operation that is only read is sent what it is asked in its address."""
    path = door.name if door.name.startswith("/api/") else _PAGES[door.name]
    for name, value in (EVERYWHERE | target.named).items():
        path = re.sub(rf"<(\w+:)?{name}>", str(value), path)
    assert "<" not in path, f"{path}: nothing says what it names"
    return path + door.query + (f"?{urlencode(sent)}" if door.verb == "GET" and sent else "")


def browser(world: World, person: Person, *, checks: bool = False) -> Client:
    """Return his browser, as the facts say; `checks`: no form goes without the site's own token."""
    client = Client(raise_request_exception=False, enforce_csrf_checks=True) if checks else _client()
    if key := world.sessions.get(person.key):
        client.cookies[settings.SESSION_COOKIE_NAME] = key
    return client


def _client() -> Client:
    client = Client(raise_request_exception=False)
    client.handler = _HANDLER
    return client


def _django(world: World, person: Person, door: Door, target: Target, sent: dict[str, Any]) -> Answer:
    where = address(door, target, sent)
    if door.name.startswith("/api/"):
        client = _client()
        headers = {**authorization(world, person), **door.headers}
        body = json.dumps(sent) if door.verb != "GET" else ""
        response = client.generic(door.verb, where, body, content_type="application/json", headers=headers)
    else:
        client = browser(world, person)
        body = urlencode(sent, doseq=True)
        response = client.generic(door.verb, where, body, content_type="application/x-www-form-urlencoded")
    head = "\n".join(f"{name}: {value}" for name, value in response.items()).encode()
    cookies = "".join(f"{morsel.OutputString()}\n" for morsel in response.cookies.values()).encode()
    return Answer(response.status_code, response.get("Location", ""), head + b"\n" + cookies + response.content)


def authorization(world: World, person: Person) -> dict[str, str]:
    """Return the header by which a program says for whom it works; none for who has no token."""
    secret = world.tokens.get(person.key) if person.is_known or person.state == "suspended" else None
    return {"Authorization": f"Bearer {secret}"} if secret else {}


def _hot(world: World, person: Person, path: str, sent: dict[str, Any]) -> Answer:
    headers = {"content-type": "application/json", **authorization(world, person)}
    scope = {
        "type": "http",
        "method": "POST",
        "path": path,
        "client": ("127.0.0.1", 1),
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
    }
    told: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": json.dumps(sent).encode(), "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        told.append(message)

    asyncio.run(HOT[path](scope, receive, send))
    head = b"\n".join(name + b": " + value for name, value in told[0]["headers"])
    return Answer(told[0]["status"], "", head + b"\n" + told[1]["body"])
