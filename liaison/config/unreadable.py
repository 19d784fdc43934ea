"""What nobody reads: the character zero in a request, and a document that says it is something else.

PostgreSQL keeps no text with that character, and C programs end at it, so that two readers of one request could see
two things. A body of another type, or of none, would be read as JSON by the interface all the same.
"""

from collections.abc import Callable
from http import HTTPStatus

import msgspec
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from liaison.api.bare import not_json
from liaison.api.problems import CONTENT_TYPE, problem_of
from liaison.web.errors import UNREADABLE, findings_page

ZERO = "\0"
_INTERFACE = "/api/"
_DOCUMENTS = ("application/json", "application/jose")
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


class RefusesUnreadable:
    """Answers 400 where address, query or form holds the character zero, 415 to a document of another type.

    What a document says is read by its own door.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if _is_unreadable(request):
            return _refusal(request)
        return _no_document() if _is_no_document(request) else self.get_response(request)


def _is_unreadable(request: HttpRequest) -> bool:
    given = [request.GET, request.POST] if request.content_type in _FORMS else [request.GET]
    said = (text for values in given for name, several in values.lists() for text in (name, *several))
    return ZERO in request.path_info or any(ZERO in text for text in said)


def _is_no_document(request: HttpRequest) -> bool:
    sent = request.META.get("CONTENT_LENGTH") or "0"
    has_body = not sent.isdigit() or int(sent) > 0
    return request.path_info.startswith(_INTERFACE) and has_body and request.content_type not in _DOCUMENTS


def _no_document() -> HttpResponse:
    described = problem_of((not_json(),), status=HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    return HttpResponse(msgspec.json.encode(described), status=described.status, content_type=CONTENT_TYPE)


def _refusal(request: HttpRequest) -> HttpResponse:
    if not request.path_info.startswith(_INTERFACE):
        return findings_page(request, UNREADABLE, status=HTTPStatus.BAD_REQUEST)
    described = problem_of((UNREADABLE,), status=HTTPStatus.BAD_REQUEST)
    return HttpResponse(msgspec.json.encode(described), status=described.status, content_type=CONTENT_TYPE)
