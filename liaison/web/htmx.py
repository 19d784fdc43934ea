"""What a page says to htmx and what it may answer.

htmx only swaps a part of a page for another. Everything works without it: the same address answers a whole page to a
browser and the part to htmx, made from the same component.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase, HttpResponseRedirectBase


def wants_part(request: HttpRequest) -> bool:
    """Whether htmx asks, and so for the part of the page that it will swap."""
    return request.headers.get("HX-Request") == "true"


class WholePageRedirects:
    """Makes a redirect move the whole page: swapped into a part, a sign-in page would sit inside another page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if wants_part(request) and isinstance(response, HttpResponseRedirectBase):
            moved = HttpResponse(status=204, headers={"HX-Redirect": response.url})
            moved.cookies = response.cookies
            return moved
        return response
