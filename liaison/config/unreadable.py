"""What no text holds: a request with the character zero in it is refused before anything reads it.

PostgreSQL keeps no such text, and C programs end at it, so that two readers of one request could see two things.
"""

from collections.abc import Callable
from http import HTTPStatus

import msgspec
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from liaison.api.problems import CONTENT_TYPE, problem_of
from liaison.web.errors import UNREADABLE, findings_page

ZERO = "\0"
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


class RefusesUnreadable:
    """Answers 400 where address, query or form holds the character zero; documents are read by their own doors."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return _refusal(request) if _is_unreadable(request) else self.get_response(request)


def _is_unreadable(request: HttpRequest) -> bool:
    given = [request.GET, request.POST] if request.content_type in _FORMS else [request.GET]
    said = (text for values in given for name, several in values.lists() for text in (name, *several))
    return ZERO in request.path_info or any(ZERO in text for text in said)


def _refusal(request: HttpRequest) -> HttpResponse:
    if not request.path_info.startswith("/api/"):
        return findings_page(request, UNREADABLE, status=HTTPStatus.BAD_REQUEST)
    described = problem_of((UNREADABLE,), status=HTTPStatus.BAD_REQUEST)
    return HttpResponse(msgspec.json.encode(described), status=described.status, content_type=CONTENT_TYPE)
