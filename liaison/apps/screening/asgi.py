"""POST /api/v1/queries and POST /api/v1/gateway/checks as plain ASGI callables: doors like the others, without the
framework's cost."""

import asyncio
import math
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import msgspec
from django.db import Error as DatabaseError
from django.db import close_old_connections
from django.utils import translation

from liaison.api import bare
from liaison.api.bare import Answered, Receive, Scope, Send, Sent
from liaison.api.ticks import padded, until_tick
from liaison.api.tokens import TokenReader
from liaison.apps.members import public as members
from liaison.apps.screening.partner_checks import submit
from liaison.apps.screening.services import ask
from liaison.apps.screening.wire import ACKNOWLEDGED, CheckIn, QuestionIn, answer_out, question_of, submission_of
from liaison.refusal import Finding, Refused, mark
from liaison.viewer import Viewer

BODY_BYTES_MAX = 16 * 1024
THREADS = 8
GATEWAY_THREADS = 4
"""Of their own, so that a partner's flood keeps no officer waiting."""
TICK_SECONDS = 0.05
"""The gateway answers a whole number of ticks after a submission came in, so that no time can be read from it."""

_threads = ThreadPoolExecutor(max_workers=THREADS, thread_name_prefix="queries")
_gateway_threads = ThreadPoolExecutor(max_workers=GATEWAY_THREADS, thread_name_prefix="gateway")
_questions = msgspec.json.Decoder(QuestionIn)
_checks = msgspec.json.Decoder(CheckIn)


def _viewer_of(secret: str, address: str) -> Viewer | None:
    return members.viewer_of_token(members.token_digest(secret), address)


tokens = TokenReader(_viewer_of)


async def queries(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer one question; every way out is JSON, and a refusal is problem+json with all findings.

    All leave on ticks and in size classes, so that time and length tell nothing of what was left out.
    """
    began = time.monotonic()
    answered = await bare.answer(scope, receive, _answer, threads=_threads, bytes_max=BODY_BYTES_MAX)
    answered = replace(answered, body=padded(answered.body))
    await asyncio.sleep(until_tick(time.monotonic() - began))
    await bare.leave(send, answered)


async def gateway(scope: Scope, receive: Receive, send: Send) -> None:
    """Acknowledge one submission of a private partner: always the same bytes, on a tick."""
    loop = asyncio.get_running_loop()
    came_in = loop.time()
    answered = await bare.answer(scope, receive, _acknowledge, threads=_gateway_threads, bytes_max=BODY_BYTES_MAX)
    ticks = math.floor((loop.time() - came_in) / TICK_SECONDS) + 1
    await asyncio.sleep(came_in + ticks * TICK_SECONDS - loop.time())
    await bare.leave(send, answered)


def _answer(sent: Sent) -> Answered:
    close_old_connections()
    with translation.override(sent.language):
        try:
            viewer = tokens.viewer(sent.authorization, sent.address)
            return bare.told(answer_out(ask(question_of(_questions.decode(sent.body)), viewer=viewer)))
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            return bare.malformed(error)
        except Refused as refused:
            return bare.refused_answer(refused)


def _acknowledge(sent: Sent) -> Answered:
    close_old_connections()
    with translation.override(sent.language):
        try:
            viewer = tokens.viewer(sent.authorization, sent.address)
            submit(submission_of(_checks.decode(sent.body)), by=viewer)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            return bare.malformed(error)
        except Refused as refused:
            return bare.refused_answer(refused)
        except DatabaseError:
            return bare.refusal((_not_kept(),), 503)
    return Answered(202, bare.JSON, ACKNOWLEDGED)


def _not_kept() -> Finding:
    return Finding(
        "gateway.not_kept",
        mark("Your check could not be kept, so it was not acknowledged."),
        mark("Send it again in a moment."),
    )
