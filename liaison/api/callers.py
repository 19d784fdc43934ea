"""Who asks an operation of the interface."""

from django.http import HttpRequest

from liaison.viewer import Viewer


def viewer_of(request: HttpRequest) -> Viewer:
    """Return the Viewer of the token that the request was sent with."""
    viewer: Viewer = request.auth  # type: ignore[attr-defined]  # set by the bearer authentication of the interface
    return viewer
