"""The query page."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from liaison.apps.members import public as members
from liaison.apps.screening.forms import QueryForm
from liaison.apps.screening.question import Question
from liaison.apps.screening.services import Answer, ask
from liaison.refusal import Finding, NotAllowed, Refused
from liaison.viewer import Purpose, Right
from liaison.web.demo import demo_offer
from liaison.web.requests import ViewerRequest

SESSION_PURPOSE = "liaison_purpose"


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def query(request: ViewerRequest) -> HttpResponse:
    """Show the box, or answer it: the same fragment whether the page is loaded anew or swapped in."""
    request.viewer.needs(Right.QUERY)
    if request.method == "GET":
        form = QueryForm(initial={"purpose": request.viewer.purpose.value})
        return render(request, "screening/query.html", {"form": form, "offer": demo_offer()})
    form = QueryForm(request.POST)
    answer, findings = _ask(request, form)
    template = "screening/_answer.html" if request.headers.get("HX-Request") else "screening/query.html"
    context = {"form": form, "answer": answer, "findings": findings, "offer": demo_offer()}
    return render(request, template, context, status=422 if findings else 200)


def _ask(request: ViewerRequest, form: QueryForm) -> tuple[Answer | None, tuple[Finding, ...]]:
    if not form.is_valid():
        return None, tuple(
            Finding("query.form", str(error), "", field=name)
            for name, errors in form.errors.items()
            for error in errors
        )
    given = dict(form.cleaned_data)
    purpose = Purpose(given.pop("purpose"))
    if purpose is not request.viewer.purpose:
        request.session[SESSION_PURPOSE] = purpose.value
    try:
        return ask(Question(**given), viewer=members.for_purpose(request.viewer, purpose)), ()
    except NotAllowed:
        raise
    except Refused as refused:
        return None, refused.findings
