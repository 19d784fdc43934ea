"""The pages of the shell itself: where one starts, and light or dark."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.templatetags.static import static
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from liaison.refusal import Finding, NotAllowed, mark
from liaison.viewer import Viewer
from liaison.web.navigation import first_for
from liaison.web.theme import COOKIE, COOKIE_SECONDS, Theme

NO_PAGE_FOR_ROLE = Finding(
    code="web.no_page_for_role",
    problem=mark("Your role opens no page."),
    remedy=mark("Ask your bureau's administrator, who can give you another."),
    source="policy: roles",
)


@require_GET
def start(request: HttpRequest) -> HttpResponse:
    """Lead to where this viewer's work begins, or to the sign-in page."""
    viewer: Viewer | None = getattr(request, "viewer", None)
    if viewer is None:
        return redirect("members:sign_in")
    first = first_for(viewer)
    if first is None:
        raise NotAllowed(NO_PAGE_FOR_ROLE)
    return redirect(first.url_name)


@require_GET
def favicon(request: HttpRequest) -> HttpResponse:
    """Lead browsers that ask at the old address to the mark."""
    return HttpResponseRedirect(static("liaison/img/mark.png"))


@require_POST
def choose_theme(request: HttpRequest) -> HttpResponse:
    """Keep the choice of light or dark, and return to the page."""
    said = request.POST.get("theme", "")
    response = HttpResponseRedirect(_back(request))
    if said in set(Theme):
        response.set_cookie(
            COOKIE, said, max_age=COOKIE_SECONDS, samesite="Lax", secure=request.is_secure(), httponly=True
        )
    return response


def _back(request: HttpRequest) -> str:
    page = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(
        page, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return page if is_ours else "/"
