"""How a page says no: `Refused` becomes a page, or the part of it that htmx asked for, with every finding at once."""

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from liaison.refusal import Absent, Finding, NotAllowed, Refused, mark
from liaison.web.htmx import wants_part

RETRY_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Wording:
    """The heading over the findings of a refusal of one status."""

    title: str
    icon: str
    tone: str


WORDINGS: dict[int, Wording] = {
    HTTPStatus.BAD_REQUEST: Wording(mark("This could not be read"), "alert-triangle", "warning"),
    HTTPStatus.FORBIDDEN: Wording(mark("Your role does not allow this"), "shield-lock", "warning"),
    HTTPStatus.NOT_FOUND: Wording(mark("There is nothing here for you to see"), "search-off", "neutral"),
    HTTPStatus.UNPROCESSABLE_ENTITY: Wording(mark("This was not done"), "hand-stop", "warning"),
    HTTPStatus.INTERNAL_SERVER_ERROR: Wording(mark("Something broke on our side"), "plug-connected-x", "danger"),
    HTTPStatus.SERVICE_UNAVAILABLE: Wording(mark("Not ready: nothing was shown"), "plug-connected-x", "danger"),
}

NO_SUCH_PAGE = Finding(
    code="web.no_such_page",
    problem=mark("There is no page at this address."),
    remedy=mark("Check the address, or begin again at the start page."),
)
NOT_OPEN = Finding(
    code="web.not_open",
    problem=mark("This page is not open to you."),
    remedy=mark("Ask your bureau's administrator, who can give the right."),
)
UNREADABLE = Finding(
    code="web.unreadable",
    problem=mark("The browser sent something that could not be read."),
    remedy=mark("Go back and send it again."),
)
FORM_TOO_OLD = Finding(
    code="web.form_too_old",
    problem=mark("The form was too old, or did not come from this site, so nothing was done."),
    remedy=mark("Go back, reload the page and send it again. The browser must accept cookies."),
)
BROKEN = Finding(
    code="web.broken",
    problem=mark("Liaison failed while answering. Nothing that you sent was half done."),
    remedy=mark("Try again; if it fails again, tell the operator when it happened."),
)


class RefusedMiddleware:
    """Turns a `Refused` that a view let pass into its page. Stands innermost, next to the views."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer an expected no; anything else is a bug and stays one."""
        return refusal_page(request, exception) if isinstance(exception, Refused) else None


def status_of(refused: Refused) -> int:
    """Return the HTTP status of a refusal: its own where it names one, else by its kind."""
    own = getattr(refused, "status", None)
    if own is not None:
        return int(own)
    if isinstance(refused, Absent):
        return HTTPStatus.NOT_FOUND
    if isinstance(refused, NotAllowed):
        return HTTPStatus.FORBIDDEN
    return HTTPStatus.UNPROCESSABLE_ENTITY


def refusal_page(request: HttpRequest, refused: Refused) -> HttpResponse:
    """Return the page of a refusal, or only its component when htmx asks."""
    return findings_page(request, *refused.findings, status=status_of(refused))


def findings_page(request: HttpRequest, *findings: Finding, status: int) -> HttpResponse:
    """Return findings as a page with a status, or only its component when htmx asks."""
    wording = WORDINGS.get(status, WORDINGS[HTTPStatus.UNPROCESSABLE_ENTITY])
    template = "components/refusal.html" if wants_part(request) else "refused.html"
    response = render(request, template, {"wording": wording, "findings": findings, "status": status}, status=status)
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        response["Retry-After"] = str(RETRY_SECONDS)
    return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """handler400."""
    return findings_page(request, UNREADABLE, status=HTTPStatus.BAD_REQUEST)


def denied(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """handler403."""
    return findings_page(request, NOT_OPEN, status=HTTPStatus.FORBIDDEN)


def absent(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """handler404: the same page for an unknown address and for what the reader may not know of."""
    return findings_page(request, NO_SUCH_PAGE, status=HTTPStatus.NOT_FOUND)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - Django's signature
    """CSRF_FAILURE_VIEW."""
    return findings_page(request, FORM_TOO_OLD, status=HTTPStatus.FORBIDDEN)


def broken(request: HttpRequest) -> HttpResponse:
    """handler500: a page that needs no viewer, no menu and no database, for any of them may be what broke."""
    wording = WORDINGS[HTTPStatus.INTERNAL_SERVER_ERROR]
    template = "components/refusal.html" if wants_part(request) else "broken.html"
    context = {"wording": wording, "findings": (BROKEN,), "status": HTTPStatus.INTERNAL_SERVER_ERROR.value}
    return render(request, template, context, status=HTTPStatus.INTERNAL_SERVER_ERROR)
