"""The request as a page of a signed-in user receives it."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.http import HttpRequest

from liaison.viewer import Viewer

PAGE_DIGITS_MAX = 9


class ViewerRequest(HttpRequest):
    """A request behind the sign-in: the middleware sets its Viewer, and sends everybody else to the sign-in page."""

    viewer: Viewer


def address_of(request: HttpRequest) -> str:
    """Return the network address that a request came from."""
    return str(request.META.get("REMOTE_ADDR", ""))


def host_of(request: HttpRequest) -> str:
    """Return the host name that the site was asked for by, without a port; it is one of the allowed."""
    return urlsplit(f"//{request.get_host()}").hostname or ""


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that the reader of every page is to know until he has seen to it, and the page where he does."""

    text: str
    link: str
    url_name: str


def page_number(request: HttpRequest) -> int:
    """Return the page that the address asks for, the first where it asks for none."""
    number = request.GET.get("page", "")
    return int(number) if number.isascii() and number.isdigit() and len(number) <= PAGE_DIGITS_MAX else 1
