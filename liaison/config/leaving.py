"""How pages leave: on ticks and padded to size classes, as the interface's answers do (`liaison.api.ticks`)."""

import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from liaison.api.ticks import padded, until_tick

_PADDED = ("text/html", "application/json", "application/problem+json")
_FILES = "/static/"


class LeavesOnTicks:
    """Stands first: what it measures is everything that an answer took. Files of the package leave at once."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        began = time.monotonic()
        response = self.get_response(request)
        if request.path_info.startswith(_FILES):
            return response
        if isinstance(response, HttpResponse) and response["Content-Type"].split(";")[0] in _PADDED:
            response.content = padded(response.content)
            response["Content-Length"] = str(len(response.content))
        time.sleep(until_tick(time.monotonic() - began))
        return response
