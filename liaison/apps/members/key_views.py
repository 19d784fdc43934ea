"""The page of a body's keys: what they are, and for its own people how one comes in, is rehearsed and is revoked."""

from collections.abc import Callable

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from liaison.apps.members import body_keys, directory, joining
from liaison.apps.members.forms import PaperForm, RehearsalForm, RevocationForm
from liaison.apps.members.roles import looks_after
from liaison.refusal import Finding, Refused
from liaison.viewer import Right
from liaison.web.requests import ViewerRequest

Form = PaperForm | RehearsalForm | RevocationForm


@require_GET
def keys(request: ViewerRequest, code: str) -> HttpResponse:
    """Show the keys by which a body signs; every member may read it."""
    return _page(request, code)


@require_POST
def enrol(request: ViewerRequest) -> HttpResponse:
    """Propose a key of one's own body."""
    form = PaperForm(request.POST)
    return _done(
        request,
        form,
        lambda: joining.propose_key(
            form.cleaned_data["paper"], reason=form.cleaned_data["reason"], by=request.viewer
        ),
        name="enrolment",
        then="members:changes",
    )


@require_POST
def rehearsed(request: ViewerRequest) -> HttpResponse:
    """Write down a rehearsal of one's own body."""
    form = RehearsalForm(request.POST, auto_id="rehearsal_%s")
    return _done(
        request,
        form,
        lambda: body_keys.note_rehearsal(form.cleaned_data["paper"], by=request.viewer),
        name="rehearsal",
    )


@require_POST
def revoke(request: ViewerRequest) -> HttpResponse:
    """Revoke a key of one's own body at once."""
    form = RevocationForm(request.POST, auto_id="revocation_%s")
    return _done(
        request,
        form,
        lambda: body_keys.revoke_key(
            form.cleaned_data["key"].replace(" ", ""),
            reason=form.cleaned_data["reason"],
            void_from=form.cleaned_data["void_from"],
            by=request.viewer,
        ),
        name="revocation",
    )


def _page(
    request: ViewerRequest,
    code: str,
    *,
    wrong: str = "",
    form: Form | None = None,
    findings: tuple[Finding, ...] = (),
) -> HttpResponse:
    page = directory.page_of(code, request.viewer)
    context = {
        "body": page.body,
        "keys": body_keys.body_keys([page.body.id])[: body_keys.KEYS_SHOWN_MAX],
        "may_propose": page.is_own and request.viewer.may(Right.ADMINISTER_MEMBERS),
        "may_revoke": page.is_own and looks_after(request.viewer),
        "wrong": wrong,
        "findings": findings,
        "enrolment": PaperForm(),
        "rehearsal": RehearsalForm(auto_id="rehearsal_%s"),
        "revocation": RevocationForm(auto_id="revocation_%s"),
    }
    if form is not None:
        context[wrong] = form
    return render(request, "members/keys.html", context, status=422 if wrong else 200)


def _done(request: ViewerRequest, form: Form, do: Callable[[], object], *, name: str, then: str = "") -> HttpResponse:
    code = request.viewer.reader_code
    if not form.is_valid():
        return _page(request, code, wrong=name, form=form)
    try:
        do()
    except Refused as refused:
        return _page(request, code, wrong=name, form=form, findings=refused.findings)
    return redirect(then) if then else redirect("members:keys", code)
