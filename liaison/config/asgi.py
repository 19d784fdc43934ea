"""The one ASGI application of `liaison serve`: hot paths by hand, everything else Django in threads.

Django under ASGI costs ten times what it costs under WSGI, so it runs synchronously behind a thread hop, and what
must be fast is a plain callable in front of it.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, cast

from a2wsgi import WSGIMiddleware
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "liaison.config.settings")
_wsgi = get_wsgi_application()

from liaison.apps.audit import public as audit  # noqa: E402  Django must know its apps first
from liaison.apps.index import public as index  # noqa: E402
from liaison.apps.screening import asgi as screening  # noqa: E402

Scope = dict[str, Any]  # Any: the ASGI specification's own
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Door = Callable[[Scope, Receive, Send], Awaitable[None]]

DJANGO_THREADS = 8

_HOT: Mapping[str, Door] = {
    "/api/v1/queries": screening.queries,
    "/api/v1/gateway/checks": screening.gateway,
}
_django = cast(Door, WSGIMiddleware(cast(Any, _wsgi), workers=DJANGO_THREADS))  # they type the same calls otherwise


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer one request, or follow the life of the process."""
    match scope["type"]:
        case "http":
            await _HOT.get(scope["path"], _django)(scope, receive, send)
        case "lifespan":
            await _live(receive, send)
        case "websocket":
            await send({"type": "websocket.close", "code": 1003})


async def _live(receive: Receive, send: Send) -> None:
    """Start the writer of looks and the follower of the index with the process, and end them with it."""
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            try:
                await asyncio.to_thread(_start)
            except Exception as failed:
                await send({"type": "lifespan.startup.failed", "message": str(failed)})
                raise
            await send({"type": "lifespan.startup.complete"})
        else:
            await asyncio.to_thread(_stop)
            await send({"type": "lifespan.shutdown.complete"})
            return


def _start() -> None:
    audit.start_event_writer()
    index.start_follower()


def _stop() -> None:
    index.stop_follower()
    audit.stop_event_writer()
