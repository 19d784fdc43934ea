"""The request as a page of a signed-in user receives it."""

from django.http import HttpRequest

from liaison.viewer import Viewer


class ViewerRequest(HttpRequest):
    """A request behind the sign-in: the middleware sets its Viewer, and sends everybody else to the sign-in page."""

    viewer: Viewer
