"""The list of members, the page of a body, and the changes that take a second person."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from liaison.apps.members import directory, joining
from liaison.apps.members.forms import (
    AdministratorForm,
    AdmissionForm,
    AdmissionUnderTermsForm,
    ConnectionForm,
    KindForm,
    ReasonForm,
    RenewalForm,
    SuspensionForm,
)
from liaison.refusal import Finding, Refused, mark
from liaison.rules.membership import NEEDS_AGREEMENT
from liaison.viewer import ReaderKind, Right
from liaison.web.requests import ViewerRequest, page_number


@require_GET
def members(request: ViewerRequest) -> HttpResponse:
    """Show who takes part; every member may read it."""
    text = request.GET.get("find", "").strip()[:80]
    viewer = request.viewer
    context = {
        "page": directory.directory(viewer, page=page_number(request), text=text),
        "text": text,
        "may_connect": viewer.may(Right.ADMINISTER_MEMBERS) and viewer.reader_kind is ReaderKind.BUREAU,
        "may_admit": viewer.may(Right.ADMIT_MEMBERS),
        "waiting": directory.waiting_count(viewer) if viewer.may(Right.APPROVE_MEMBERS) else None,
    }
    return render(request, "members/list.html", context)


@require_GET
def body(request: ViewerRequest, code: str) -> HttpResponse:
    """Show one body and what this viewer may do there."""
    return _body(request, code)


@require_POST
def suspend(request: ViewerRequest, code: str) -> HttpResponse:
    """Let a body take no part from now on."""
    form = SuspensionForm(request.POST, kind=directory.page_of(code, request.viewer).body.kind)
    return _done_there(
        request,
        code,
        form,
        lambda: joining.suspend(
            code, reason=form.cleaned_data["reason"], days=form.cleaned_data.get("days"), by=request.viewer
        ),
        name="suspension",
    )


@require_POST
def resume(request: ViewerRequest, code: str) -> HttpResponse:
    """Propose to lift a suspension."""
    return _done_with_reason(request, code, joining.propose_resumption, name="resumption", then="members:changes")


@require_POST
def disconnect(request: ViewerRequest, code: str) -> HttpResponse:
    """End the connection of an own agency."""
    return _done_with_reason(request, code, joining.disconnect, name="disconnection")


@require_POST
def end(request: ViewerRequest, code: str) -> HttpResponse:
    """Propose that a membership ends for good."""
    return _done_with_reason(request, code, joining.propose_end, name="ending", then="members:changes")


@require_POST
def hide(request: ViewerRequest, code: str) -> HttpResponse:
    """Hide the records of a body that has ended."""
    return _done_with_reason(request, code, joining.hide_records, name="turning")


@require_POST
def show(request: ViewerRequest, code: str) -> HttpResponse:
    """Propose to show the records of a body that has ended again."""
    return _done_with_reason(request, code, joining.propose_showing, name="turning", then="members:changes")


@require_http_methods(["GET", "POST"])
def connect(request: ViewerRequest) -> HttpResponse:
    """Show the form, or propose to connect an agency."""
    request.viewer.needs(Right.ADMINISTER_MEMBERS)
    form = ConnectionForm(request.POST or None, kind=ReaderKind.AGENCY)
    return _proposed(
        request,
        form,
        lambda: joining.propose_connection(
            form.cleaned_data["code"].strip(),
            form.cleaned_data["name"],
            terms=form.terms(),
            reason=form.cleaned_data["reason"],
            by=request.viewer,
        ),
        title=mark("Connect an agency"),
        lead=mark("It reads with your bureau, as far as its agreement says. Another person of your bureau decides."),
    )


@require_http_methods(["GET", "POST"])
def admit(request: ViewerRequest) -> HttpResponse:
    """Ask what kind of body it is, then show its form, or propose to admit it."""
    request.viewer.needs(Right.ADMIT_MEMBERS)
    chosen = KindForm(request.GET or None)
    if not chosen.is_valid():
        return render(request, "members/kind.html", {"form": KindForm()})
    kind = ReaderKind(chosen.cleaned_data["kind"])
    form: AdmissionForm | AdmissionUnderTermsForm
    if kind in NEEDS_AGREEMENT:
        form = AdmissionUnderTermsForm(request.POST or None, kind=kind)
    else:
        form = AdmissionForm(request.POST or None)
    return _proposed(
        request,
        form,
        lambda: joining.propose_admission(
            form.newcomer(kind),
            administrator=form.person(),
            terms=form.terms() if isinstance(form, AdmissionUnderTermsForm) else None,
            reason=form.cleaned_data["reason"],
            by=request.viewer,
        ),
        title=mark("Admit a body"),
        lead=mark("From its admission on it is in every audience that is open to all. Another person decides."),
    )


@require_http_methods(["GET", "POST"])
def renew(request: ViewerRequest, code: str) -> HttpResponse:
    """Show the form, or propose a new agreement with a body."""
    page = directory.page_of(code, request.viewer)
    form = RenewalForm(request.POST or None, kind=page.body.kind)
    return _proposed(
        request,
        form,
        lambda: joining.propose_renewal(
            code, terms=form.terms(), reason=form.cleaned_data["reason"], by=request.viewer
        ),
        title=mark("A new agreement"),
        lead=mark("It takes the place of the one in force on the moment when another person decides it."),
        about=page.body,
    )


@require_http_methods(["GET", "POST"])
def administrator(request: ViewerRequest, code: str) -> HttpResponse:
    """Show the form, or propose the first administrator of a body."""
    request.viewer.needs(Right.ADMIT_MEMBERS)
    form = AdministratorForm(request.POST or None)
    return _proposed(
        request,
        form,
        lambda: joining.propose_administrator(
            code, administrator=form.person(), reason=form.cleaned_data["reason"], by=request.viewer
        ),
        title=mark("Name the first administrator"),
        lead=mark("From then on the body looks after its own people, and nobody else does."),
        about=directory.page_of(code, request.viewer).body,
    )


@require_GET
def changes(request: ViewerRequest) -> HttpResponse:
    """Show what waits for a second person, and what was decided."""
    return render(request, "members/changes.html", {"changes": directory.changes(request.viewer), "findings": ()})


@never_cache
@require_POST
def decide(request: ViewerRequest, change_id: UUID) -> HttpResponse:
    """Approve or reject a proposed change; the password of a new administrator is shown this once."""
    try:
        decided = joining.decide(change_id, approve=request.POST.get("decision") == "approve", by=request.viewer)
    except Refused as refused:
        context = {"changes": directory.changes(request.viewer), "findings": refused.findings}
        return render(request, "members/changes.html", context, status=422)
    if decided.password:
        return render(request, "members/password.html", {"name": decided.sign_in_name, "password": decided.password})
    return redirect("members:changes")


def _body(
    request: ViewerRequest,
    code: str,
    *,
    wrong: str = "",
    findings: tuple[Finding, ...] = (),
    sent: Mapping[str, object] = MappingProxyType({}),
) -> HttpResponse:
    page = directory.page_of(code, request.viewer)
    context = {
        "page": page,
        "wrong": wrong,
        "findings": findings,
        "suspension": SuspensionForm(kind=page.body.kind),
        "resumption": ReasonForm(auto_id="resume_%s"),
        "disconnection": ReasonForm(auto_id="disconnect_%s"),
        "ending": ReasonForm(auto_id="end_%s"),
        "turning": ReasonForm(auto_id="turn_%s"),
        "may_appoint": request.viewer.may(Right.ADMIT_MEMBERS) and not page.has_administrator,
    }
    return render(request, "members/body.html", context | dict(sent), status=422 if wrong else 200)


def _done_with_reason(
    request: ViewerRequest, code: str, do: Callable[..., object], *, name: str, then: str = ""
) -> HttpResponse:
    form = ReasonForm(request.POST)
    return _done_there(
        request,
        code,
        form,
        lambda: do(code, reason=form.cleaned_data["reason"], by=request.viewer),
        name=name,
        then=then,
    )


def _done_there(
    request: ViewerRequest,
    code: str,
    form: ReasonForm | SuspensionForm,
    do: Callable[[], object],
    *,
    name: str,
    then: str = "",
) -> HttpResponse:
    if not form.is_valid():
        return _body(request, code, wrong=name, sent={name: form})
    try:
        do()
    except Refused as refused:
        if any(finding.code == "members.no_body" for finding in refused.findings):
            raise
        return _body(request, code, wrong=name, findings=refused.findings, sent={name: form})
    return redirect(then) if then else redirect("members:body", code)


@sensitive_post_parameters()
def _proposed(
    request: ViewerRequest,
    form: AdministratorForm | ConnectionForm | RenewalForm | AdmissionUnderTermsForm,
    do: Callable[[], UUID],
    *,
    title: str,
    lead: str,
    about: directory.Body | None = None,
) -> HttpResponse:
    findings: tuple[Finding, ...] = ()
    if request.method == "POST" and form.is_valid():
        try:
            do()
            return redirect("members:changes")
        except Refused as refused:
            findings = refused.findings
    context = {"form": form, "findings": findings, "title": title, "lead": lead, "about": about}
    return render(request, "members/propose.html", context, status=422 if findings or form.errors else 200)
