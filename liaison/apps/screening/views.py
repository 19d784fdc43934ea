"""The query page, and the matches from private partners."""

from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from liaison.apps.members import public as members
from liaison.apps.screening import partner_matches, shifts
from liaison.apps.screening.forms import QueryForm
from liaison.apps.screening.question import Question
from liaison.apps.screening.services import Answer, ask
from liaison.refusal import Finding, NotAllowed, Refused
from liaison.viewer import Purpose, Right
from liaison.web.demo import demo_offer
from liaison.web.requests import ViewerRequest, page_number


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def query(request: ViewerRequest) -> HttpResponse:
    """Show the box, or answer it: the same fragment whether the page is loaded anew or swapped in."""
    request.viewer.needs(Right.QUERY)
    if request.method == "GET":
        shift = shifts.held(request.session, at=_moment(request))
        begun = {"purpose": shift.purpose.value if shift else "", "reason": shifts.last_reason(request.session)}
        return render(request, "screening/query.html", _shown(request, QueryForm(initial=begun)))
    form = QueryForm(request.POST)
    answer, findings = _ask(request, form)
    template = "screening/_answer.html" if request.headers.get("HX-Request") else "screening/query.html"
    context = _shown(request, form) | {"answer": answer, "findings": findings}
    return render(request, template, context, status=422 if findings else 200)


@require_GET
def matches_from_partners(request: ViewerRequest) -> HttpResponse:
    """Show the matches from private partners that the viewer's body is told of."""
    page = partner_matches.matches(request.viewer, page=page_number(request))
    return render(request, "screening/partner_matches.html", {"page": page})


def _shown(request: ViewerRequest, form: QueryForm) -> dict[str, object]:
    """Return what the page shows besides an answer: the shift and the reference that was given before."""
    return {
        "form": form,
        "offer": demo_offer(),
        "shift": shifts.held(request.session, at=_moment(request)),
        "last_reference": shifts.last_reference(request.session, viewer=request.viewer),
        "swapped": bool(request.headers.get("HX-Request")),
    }


def _ask(request: ViewerRequest, form: QueryForm) -> tuple[Answer | None, tuple[Finding, ...]]:
    if not form.is_valid():
        return None, tuple(
            Finding("query.form", str(error), "", field=name)
            for name, errors in form.errors.items()
            for error in errors
        )
    given = form.asked()
    before = shifts.last_reference(request.session, viewer=request.viewer)
    if form.cleaned_data["same_reference"] and not given["reference"].strip():
        given["reference"] = before
    purpose = Purpose(form.cleaned_data["purpose"])
    try:
        shifts.choose(request.session, purpose, at=_moment(request))
        viewer = members.for_purpose(request.viewer, purpose)
        answer = ask(Question(**given), viewer=viewer)
    except NotAllowed:
        raise
    except Refused as refused:
        return None, refused.findings
    said = {"reason": given["reason"], "reference": given["reference"].strip()}
    shifts.remember(request.session, **said, viewer=viewer, at=_moment(request))
    return answer, ()


def _moment(request: ViewerRequest) -> datetime:
    """Return the database's moment at which the request's account was looked up."""
    moment: datetime = request.standing.at  # type: ignore[attr-defined]  # set by the middleware
    return moment
