"""The pages of reported errors: the form, what was reported to us and by us, and one report with its clock."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from liaison.apps.audit import public as audit
from liaison.apps.members import public as members
from liaison.apps.records import error_reports, queries
from liaison.apps.records.forms import AnswerForm, ErrorForm
from liaison.databases import all_databases
from liaison.refusal import Finding, Refused
from liaison.viewer import Right
from liaison.web.requests import ViewerRequest, page_number


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def report(request: ViewerRequest, reference: str) -> HttpResponse:
    """Ask what is wrong with a record, or tell its source."""
    card = queries.record(reference, request.viewer)
    database = all_databases()[card.kind]
    recorded = [(field.name, gettext(field.label)) for field in database.fields if card.fields.get(field.name)]
    form = ErrorForm(request.POST if request.method == "POST" else None, recorded=recorded)
    findings: tuple[Finding, ...] = ()
    if request.method == "POST" and form.is_valid():
        try:
            made = error_reports.report_error(reference, by=request.viewer, **form.cleaned_data)
            return redirect("records:error", made)
        except Refused as refused:
            findings = refused.findings
    audit.look(audit.Look.by(request.viewer, kind="view", shown=[(card.id, card.source_id)]))
    context = {
        "card": card,
        "database": database,
        "form": form,
        "findings": findings,
        "contact": members.contacts([card.source_id], request.viewer).get(card.source_id),
    }
    return render(request, "records/report_error.html", context, status=422 if findings or form.errors else 200)


@require_GET
def listing(request: ViewerRequest) -> HttpResponse:
    """Show what was reported to the viewer's body, or by it."""
    to_us = request.GET.get("by") != "us"
    page = error_reports.reports(request.viewer, to_us=to_us, page=page_number(request))
    return render(request, "records/errors.html", {"page": page, "to_us": to_us})


@require_GET
def show(request: ViewerRequest, reference: str) -> HttpResponse:
    """Show one report, and to its source what it may do."""
    return _shown(request, reference)


@require_POST
def acknowledge(request: ViewerRequest, reference: str) -> HttpResponse:
    """Say on behalf of the source that it has been seen."""
    error_reports.acknowledge(reference, by=request.viewer)
    return redirect("records:error", reference)


@sensitive_post_parameters()
@require_POST
def answer(request: ViewerRequest, reference: str) -> HttpResponse:
    """Say on behalf of the source what became of it."""
    request.viewer.needs(Right.ENTER_RECORDS)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _shown(request, reference, form=form)
    try:
        error_reports.answer(reference, by=request.viewer, **form.cleaned_data)
    except Refused as refused:
        return _shown(request, reference, form=form, findings=refused.findings)
    return redirect("records:error", reference)


def _shown(
    request: ViewerRequest, reference: str, *, form: AnswerForm | None = None, findings: tuple[Finding, ...] = ()
) -> HttpResponse:
    found = error_reports.report(reference, request.viewer)
    audit.look(audit.Look.by(request.viewer, kind="view", shown=[(found.record_id, found.source.id)]))
    database = all_databases().get(found.kind)
    field = database.field(found.field) if database and found.field else None
    context = {
        "report": found,
        "database": database,
        "field": field,
        "form": form or AnswerForm(),
        "findings": findings,
    }
    return render(request, "records/error.html", context, status=422 if form else 200)
