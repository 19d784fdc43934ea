"""What a door has in common that answers without the framework's cost: its body, its language, and how it refuses."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import msgspec
from django.conf import settings

from liaison.api.problems import CONTENT_TYPE, problem, problem_of
from liaison.refusal import Finding, Refused, mark

Scope = dict[str, Any]  # Any: the ASGI specification's own
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
JSON = "application/json"
LANGUAGES = ("en", "ar", "fr", "es")

ALWAYS = (
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"content-disposition", b'attachment; filename="api.json"'),
)
"""What every answer carries: it is for programs, and no browser shows it as a page or keeps it."""

_log = logging.getLogger(__name__)
_encoder = msgspec.json.Encoder()


@dataclass(frozen=True, slots=True)
class Sent:
    """One request: its headers in lower case, the address of its sender and its body."""

    headers: dict[str, str]
    address: str
    body: bytes

    @property
    def authorization(self) -> str:
        """The header that bears the token."""
        return self.headers.get("authorization", "")

    @property
    def language(self) -> str:
        """The first language that is asked for and spoken here."""
        accepted = self.headers.get("accept-language", "")
        wanted = [part.split(";")[0].strip()[:2].casefold() for part in accepted.split(",")]
        return next((language for language in wanted if language in LANGUAGES), "en")


@dataclass(frozen=True, slots=True)
class Answered:
    """What leaves: status, type and bytes."""

    status: int
    content_type: str
    body: bytes


async def answer(
    scope: Scope, receive: Receive, work: Callable[[Sent], Answered], *, threads: ThreadPoolExecutor, bytes_max: int
) -> Answered:
    """Return what `work` answers to a POST of JSON, done in a thread; refuse anything else.

    A refusal is a line of the log, as Django writes one for its doors: status and path, and nothing of the body.
    """
    answered = await _answered(scope, receive, work, threads=threads, bytes_max=bytes_max)
    if answered.status >= HTTPStatus.BAD_REQUEST:
        _log.warning("%s: %s", HTTPStatus(answered.status).phrase, scope["path"])
    return answered


async def _answered(
    scope: Scope, receive: Receive, work: Callable[[Sent], Answered], *, threads: ThreadPoolExecutor, bytes_max: int
) -> Answered:
    if scope["method"] != "POST":
        return refusal((_method(),), 405)
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
    if headers.get("content-type", "").split(";")[0].strip() != JSON:
        return refusal((not_json(),), 415)
    body = await _body(receive, bytes_max)
    if body is None:
        return refusal((_too_large(bytes_max),), 413)
    sent = Sent(headers, (scope.get("client") or ("",))[0], body)
    return await asyncio.get_running_loop().run_in_executor(threads, work, sent)


async def leave(send: Send, answered: Answered) -> None:
    """Send the answer, which nobody may keep."""
    headers = [
        (b"content-type", answered.content_type.encode()),
        (b"content-length", str(len(answered.body)).encode()),
        *ALWAYS,
    ]
    if settings.SECURE_HSTS_SECONDS:
        strict = f"max-age={settings.SECURE_HSTS_SECONDS}; includeSubDomains"
        headers.append((b"strict-transport-security", strict.encode()))
    if answered.status == 401:
        headers.append((b"www-authenticate", b"Bearer"))
    if answered.status == 405:
        headers.append((b"allow", b"POST"))
    await send({"type": "http.response.start", "status": answered.status, "headers": headers})
    await send({"type": "http.response.body", "body": answered.body})


def told(value: object) -> Answered:
    """Return an answer in JSON."""
    return Answered(200, JSON, _encoder.encode(value))


def refusal(findings: tuple[Finding, ...], status: int) -> Answered:
    """Return a problem with these findings."""
    return Answered(status, CONTENT_TYPE, _encoder.encode(problem_of(findings, status=status)))


def refused_answer(refused: Refused) -> Answered:
    """Return the problem that a refusal is."""
    described = problem(refused)
    return Answered(described.status, CONTENT_TYPE, _encoder.encode(described))


def malformed(error: Exception) -> Answered:
    """Return what is said of a body that is not of the declared form; it repeats none of its text."""
    said = Finding(
        "api.malformed",
        mark("The body is not of the declared form: %(error)s."),
        mark("Compare it with the description at /api/v1/openapi.json."),
        values={"error": str(error).rstrip(".")[:200]},
    )
    return refusal((said,), 400)


async def _body(receive: Receive, bytes_max: int) -> bytes | None:
    """Return the request's body, or None when it is larger than allowed."""
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return b""
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > bytes_max:
            return None
        if not message.get("more_body"):
            return b"".join(parts)


def _method() -> Finding:
    return Finding("api.method", mark("This is sent by POST."), mark("Send it as the body of a POST."))


def not_json() -> Finding:
    """What is said to a program that sends something else."""
    return Finding(
        "api.not_json", mark("The body is not sent as JSON."), mark("Send it with the type application/json.")
    )


def _too_large(bytes_max: int) -> Finding:
    return Finding(
        "api.too_large",
        mark("The body has more than %(most)s bytes."),
        mark("Send one document or one name at a time."),
        values={"most": bytes_max},
    )
