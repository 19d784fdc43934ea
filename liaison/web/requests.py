"""The request as a page of a signed-in user receives it."""

from django.http import HttpRequest

from liaison.viewer import Viewer

PAGE_DIGITS_MAX = 9


class ViewerRequest(HttpRequest):
    """A request behind the sign-in: the middleware sets its Viewer, and sends everybody else to the sign-in page."""

    viewer: Viewer


def page_number(request: HttpRequest) -> int:
    """Return the page that the address asks for, the first where it asks for none."""
    number = request.GET.get("page", "")
    return int(number) if number.isascii() and number.isdigit() and len(number) <= PAGE_DIGITS_MAX else 1
