"""Gives each request its Viewer, made afresh, or sends the visitor to the sign-in page."""

from collections.abc import Callable
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import Resolver404, resolve

from liaison.apps.members.queries import viewer_for
from liaison.viewer import Purpose

SESSION_USER = "liaison_user"
SESSION_PURPOSE = "liaison_purpose"
OPEN_VIEWS = frozenset({"members:sign_in", "web:theme", "web:start", "web:set_language", "web:favicon"})


class ViewerMiddleware:
    """Sets `request.viewer`; a page that is not open to everybody needs one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user_id = request.session.get(SESSION_USER)
        purpose = Purpose(request.session.get(SESSION_PURPOSE, Purpose.IDENTIFY))
        viewer = viewer_for(UUID(user_id), purpose) if user_id else None
        if user_id and viewer is None:
            request.session.flush()
        request.viewer = viewer  # type: ignore[attr-defined]  # every view reads it from here
        if viewer is None and not _open_to_all(request.path_info):
            return redirect("members:sign_in")
        return self.get_response(request)


def _open_to_all(path: str) -> bool:
    try:
        return resolve(path).view_name in OPEN_VIEWS or path.startswith("/api/")
    except Resolver404:
        return False
