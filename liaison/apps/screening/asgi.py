"""POST /api/v1/queries as a plain ASGI callable: a door like the others, without the framework's cost."""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import msgspec
from django.db import close_old_connections
from django.utils import translation

from liaison.api.problems import CONTENT_TYPE, problem, problem_of
from liaison.api.tokens import TokenReader
from liaison.apps.members import public as members
from liaison.apps.screening.services import ask
from liaison.apps.screening.wire import QuestionIn, answer_out, question_of
from liaison.refusal import Finding, Refused, mark
from liaison.viewer import Viewer

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Answered = tuple[int, str, bytes]

BODY_BYTES_MAX = 16 * 1024
THREADS = 8
LANGUAGES = ("en", "ar", "fr", "es")

_threads = ThreadPoolExecutor(max_workers=THREADS, thread_name_prefix="queries")
_decoder = msgspec.json.Decoder(QuestionIn)
_encoder = msgspec.json.Encoder()


def _viewer_of(secret: str, address: str) -> Viewer | None:
    return members.viewer_of_token(members.token_digest(secret), address)


tokens = TokenReader(_viewer_of)


async def queries(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer one question; every way out is JSON, and a refusal is problem+json with all findings."""
    status, content_type, body = await _answer(scope, receive)
    headers = [
        (b"content-type", content_type.encode()),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
    ]
    if status == 401:
        headers.append((b"www-authenticate", b"Bearer"))
    if status == 405:
        headers.append((b"allow", b"POST"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _answer(scope: Scope, receive: Receive) -> Answered:
    if scope["method"] != "POST":
        return _refusal((_method(),), 405)
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
    if headers.get("content-type", "application/json").split(";")[0].strip() != "application/json":
        return _refusal((_not_json(),), 415)
    body = await _body(receive)
    if body is None:
        return _refusal((_too_large(),), 413)
    address = (scope.get("client") or ("",))[0]
    work = asyncio.get_running_loop().run_in_executor(_threads, _answer_in_thread, headers, address, body)
    return await work


def _answer_in_thread(headers: dict[str, str], address: str, body: bytes) -> Answered:
    close_old_connections()
    with translation.override(_language(headers.get("accept-language", ""))):
        try:
            viewer = tokens.viewer(headers.get("authorization", ""), address)
            answer = ask(question_of(_decoder.decode(body)), viewer=viewer)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            return _refusal((_malformed(error),), 400)
        except Refused as refused:
            described = problem(refused)
            return described.status, CONTENT_TYPE, _encoder.encode(described)
        return 200, "application/json", _encoder.encode(answer_out(answer))


async def _body(receive: Receive) -> bytes | None:
    """Return the request's body, or None when it is larger than any question."""
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return b""
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > BODY_BYTES_MAX:
            return None
        if not message.get("more_body"):
            return b"".join(parts)


def _language(accepted: str) -> str:
    wanted = [part.split(";")[0].strip()[:2].casefold() for part in accepted.split(",")]
    return next((language for language in wanted if language in LANGUAGES), "en")


def _refusal(findings: tuple[Finding, ...], status: int) -> Answered:
    return status, CONTENT_TYPE, _encoder.encode(problem_of(findings, status=status))


def _method() -> Finding:
    return Finding(
        "api.method", mark("Questions are sent by POST."), mark("Send the question as the body of a POST.")
    )


def _not_json() -> Finding:
    return Finding(
        "api.not_json", mark("The body is not sent as JSON."), mark("Send it with the type application/json.")
    )


def _too_large() -> Finding:
    return Finding(
        "api.too_large",
        mark("The question has more than %(most)s bytes."),
        mark("Send one document or one name at a time."),
        values={"most": BODY_BYTES_MAX},
    )


def _malformed(error: Exception) -> Finding:
    return Finding(
        "api.malformed",
        mark("The body is not a question: %(error)s."),
        mark("Compare it with the description at /api/v1/openapi.json."),
        values={"error": _without_values(str(error))},
    )


def _without_values(message: str) -> str:
    """Return the decoder's complaint; it names places and types of the body and repeats none of its text."""
    return message.rstrip(".")[:200]
