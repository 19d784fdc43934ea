"""The pages of the desk of data protection, and the one on which an officer states his reason."""

import csv
import io
from uuid import UUID

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from liaison.apps.looks import checks, signals
from liaison.apps.looks.desk import ask, table
from liaison.apps.looks.forms import JudgementForm, OpeningForm, QuestionForm, ReasonForm
from liaison.apps.looks.judging import may_judge, needs_to_judge
from liaison.apps.looks.opened import opened
from liaison.refusal import Absent, Finding, NotAllowed, Refused
from liaison.viewer import Right
from liaison.web import navigation
from liaison.web.requests import ViewerRequest, page_number


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def desk(request: ViewerRequest) -> HttpResponse:
    """Show the question, its answer, or the answer as a table. Nothing that was asked stands in an address."""
    request.viewer.needs(Right.AUDIT)
    form = QuestionForm(_posted(request))
    page = None
    findings: tuple[Finding, ...] = ()
    if request.method == "POST" and form.is_valid():
        try:
            if request.POST.get("step") == "table":
                return _table(request, form)
            page = ask(form.question(), request.viewer, cursor=request.POST.get("cursor", ""))
        except NotAllowed:
            raise
        except Refused as refused:
            findings = refused.findings
    context = {"form": form, "page": page, "findings": findings, "may_judge": may_judge(request.viewer)}
    return render(request, "looks/desk.html", context, status=422 if findings else 200)


def _posted(request: ViewerRequest) -> QueryDict | None:
    """Return what was sent, also where it is nothing; None where nothing was sent."""
    return request.POST if request.method == "POST" else None


def _table(request: ViewerRequest, form: QuestionForm) -> HttpResponse:
    written = io.StringIO(newline="")
    csv.writer(written, quoting=csv.QUOTE_ALL).writerows(table(form.question(), request.viewer))
    headers = {
        "Content-Disposition": 'attachment; filename="liaison-looks.csv"',
        "Cache-Control": "private, no-store",
    }
    return HttpResponse(written.getvalue().encode(), content_type="text/csv; charset=utf-8", headers=headers)


@require_GET
def asked(request: ViewerRequest) -> HttpResponse:
    """Show the spot checks in which the viewer himself is asked."""
    return render(request, "looks/asked.html", {"checks": checks.mine(request.viewer)})


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def answer(request: ViewerRequest, reference: str) -> HttpResponse:
    """Show one's own spot check, or state the reason."""
    form = ReasonForm(_posted(request))
    findings: tuple[Finding, ...] = ()
    if request.method == "POST" and form.is_valid():
        try:
            checks.answer(reference, form.cleaned_data["words"], by=request.viewer)
            navigation.count_anew(request.viewer)
            return redirect("looks:asked")
        except Absent:
            raise
        except Refused as refused:
            findings = refused.findings
    context = {"check": checks.check(reference, request.viewer), "form": form, "findings": findings}
    return render(request, "looks/answer.html", context, status=422 if findings else 200)


@require_GET
def listing(request: ViewerRequest) -> HttpResponse:
    """Show the spot checks that the viewer judges."""
    page = checks.listing(request.viewer, page=page_number(request), state=request.GET.get("state", ""))
    return render(request, "looks/checks.html", {"page": page, "states": checks.State.values})


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def check(request: ViewerRequest, reference: str) -> HttpResponse:
    """Show one spot check to who judges it, or judge it."""
    needs_to_judge(request.viewer)
    form = JudgementForm(_posted(request))
    findings: tuple[Finding, ...] = ()
    if request.method == "POST" and form.is_valid():
        accept = request.POST.get("decision") == "accept"
        try:
            checks.judge(reference, accept=accept, words=form.cleaned_data["words"], by=request.viewer)
            return redirect("looks:check", reference)
        except (Absent, NotAllowed):
            raise
        except Refused as refused:
            findings = refused.findings
    context = {"check": checks.check(reference, request.viewer), "form": form, "findings": findings}
    return render(request, "looks/check.html", context, status=422 if findings else 200)


@require_POST
def erase(request: ViewerRequest, reference: str) -> HttpResponse:
    """Erase what was written about a spot check."""
    checks.erase_words(reference, by=request.viewer)
    return redirect("looks:check", reference)


@require_GET
def signal_list(request: ViewerRequest) -> HttpResponse:
    """Show the signals that the viewer judges."""
    return render(request, "looks/signals.html", {"page": signals.listing(request.viewer, page=page_number(request))})


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def signal(request: ViewerRequest, reference: str) -> HttpResponse:
    """Show one signal, dismiss it with a reason, or follow it up."""
    form = JudgementForm(_posted(request))
    findings: tuple[Finding, ...] = ()
    if request.method == "POST":
        navigation.count_anew(request.viewer)
        try:
            if request.POST.get("decision") == "follow":
                return redirect("looks:check", signals.follow_up(reference, by=request.viewer))
            if form.is_valid():
                signals.dismiss(reference, form.cleaned_data["words"], by=request.viewer)
                return redirect("looks:signal", reference)
        except (Absent, NotAllowed):
            raise
        except Refused as refused:
            findings = refused.findings
    context = {"signal": signals.signal(reference, request.viewer), "form": form, "findings": findings}
    return render(request, "looks/signal.html", context, status=422 if findings else 200)


@sensitive_variables("shown")
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def text(request: ViewerRequest, event_id: UUID) -> HttpResponse:
    """Ask for the ground, or show the text of a query once the ground is in the ledger."""
    needs_to_judge(request.viewer)
    form = OpeningForm(_posted(request))
    shown = None
    findings: tuple[Finding, ...] = ()
    if request.method == "POST" and form.is_valid():
        try:
            shown = opened(
                event_id, ground=form.cleaned_data["ground"], words=form.cleaned_data["words"], by=request.viewer
            )
        except NotAllowed:
            raise
        except Refused as refused:
            findings = refused.findings
    response = render(
        request,
        "looks/text.html",
        {"form": form, "shown": shown, "findings": findings},
        status=422 if findings else 200,
    )
    response["Cache-Control"] = "private, no-store"
    return response
