"""Gives each request its Viewer, made afresh, or sends the visitor to what his session has to do first."""

from collections.abc import Callable
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import Resolver404, resolve, reverse

from liaison.apps.members import sessions
from liaison.apps.members.sessions import State
from liaison.refusal import mark
from liaison.web.requests import Notice

OPEN_VIEWS = frozenset(
    {
        "members:sign_in",
        "members:second_factor",
        "members:by_passkey",
        "members:with_provider",
        "members:back_from_provider",
        "web:theme",
        "web:start",
        "web:set_language",
        "web:favicon",
    }
)
SAFE_METHODS = frozenset({"GET", "HEAD"})
_ALWAYS = frozenset({"members:sign_out", "members:sign_in", "web:theme", "web:set_language", "web:favicon"})
FIRST = {
    State.LOCKED: ("members:unlock",),
    State.FIRST_PASSWORD: ("members:own_password",),
    State.NO_FACTOR: ("members:factors", "members:add_passkey", "members:add_app"),
}
UNKNOWN_BROWSER = Notice(
    text=mark("Somebody has signed in to your account with a browser that is new here."),
    link=mark("Look whether it was you."),
    url_name="members:own_account",
)
"""Where a session has to go before it may see anything else, and what else it may see there."""


class ViewerMiddleware:
    """Sets `request.viewer`; a page that is not open to everybody needs one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        known = request.session.get(sessions.USER)
        resumed = sessions.resume(request.session) if known else None
        if known and resumed is None:
            request.session.flush()
        standing, state = resumed or (None, State.OPEN)
        request.standing = standing  # type: ignore[attr-defined]  # for the pages of one's own account
        request.viewer = standing.viewer if standing else None  # type: ignore[attr-defined]  # every view reads it
        request.notices = _notices(request) if standing else ()  # type: ignore[attr-defined]  # for every page
        view = _view(request.path_info)
        by_token = bool(view) and request.path_info.startswith("/api/")
        if standing is None:
            return self.get_response(request) if by_token or view in OPEN_VIEWS else redirect("members:sign_in")
        if state is State.OPEN or by_token:
            return self.get_response(request)
        if view in FIRST[state]:
            return self.get_response(request)
        request.viewer = None  # type: ignore[attr-defined]  # nothing else is shown on his behalf
        return self.get_response(request) if view in _ALWAYS else redirect(_first(request, state))


def _notices(request: HttpRequest) -> tuple[Notice, ...]:
    return (UNKNOWN_BROWSER,) if request.session.get(sessions.UNKNOWN) else ()


def _first(request: HttpRequest, state: State) -> str:
    """Return where the session has to go first; a page that was only read is come back to."""
    there = reverse(FIRST[state][0])
    if state is State.LOCKED and request.method in SAFE_METHODS:
        return f"{there}?{urlencode({'next': request.get_full_path()})}"
    return there


def _view(path: str) -> str:
    try:
        return resolve(path).view_name or "unnamed"
    except Resolver404:
        return ""
