"""The register of access rights: who may do what for a body, and until when."""

from collections.abc import Callable, Sequence
from typing import TypedDict
from uuid import UUID

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from liaison.apps.members import directory, people, tokens
from liaison.apps.members.forms import JobForm, MoveForm, NewUserForm, TokenForm
from liaison.apps.members.queries import administrative_use
from liaison.apps.members.roles import RIGHTS, Role, looks_after
from liaison.refusal import Finding, Refused
from liaison.viewer import ReaderKind, Right
from liaison.web.requests import ViewerRequest, page_number
from liaison.web.words import body_name


class Choices(TypedDict):
    """The bodies that a form offers: kind and code, and code and name, of each."""

    kinds: list[tuple[ReaderKind, str]]
    bodies: list[tuple[str, str]]


@require_GET
def register(request: ViewerRequest) -> HttpResponse:
    """Show the accounts of the viewer's own body and its agencies, or those whose confirmation is due."""
    due, body = request.GET.get("due") == "yes", request.GET.get("body", "")[:12]
    context = {
        "page": people.register(request.viewer, page=page_number(request), due_only=due, body=body),
        "due": due,
        "body": body,
        "due_count": people.due_count(request.viewer),
        "may_add": request.viewer.may(Right.ADMINISTER_MEMBERS),
    }
    return render(request, "members/people.html", context)


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def add(request: ViewerRequest) -> HttpResponse:
    """Show the form, or add somebody; his first password is shown this once."""
    request.viewer.needs(Right.ADMINISTER_MEMBERS)
    form = NewUserForm(request.POST or None, **_choices(directory.looked_after(request.viewer)))
    findings: tuple[Finding, ...] = ()
    if request.method == "POST" and form.is_valid():
        said, password, job = form.cleaned_data, people.first_password(), form.job()
        try:
            if said["is_system"]:
                made = people.add_system(
                    said["sign_in_name"], said["display_name"], reader=said["body"], job=job, by=request.viewer
                )
                return redirect("members:account", made.id)
            user = people.add_user(
                sign_in_name=said["sign_in_name"],
                display_name=said["display_name"],
                reader=said["body"],
                role=job.role,
                level=job.level,
                ends_on=job.ends_on,
                certified_until=job.certified_until,
                password=password,
                first=True,
                by=request.viewer,
            )
        except Refused as refused:
            findings = refused.findings
        else:
            return render(request, "members/password.html", {"name": user.sign_in_name, "password": password})
    status = 422 if findings or form.errors else 200
    return render(request, "members/add_person.html", {"form": form, "findings": findings}, status=status)


@require_GET
def account(request: ViewerRequest, user_id: UUID) -> HttpResponse:
    """Show one account and what this viewer may do with it."""
    return _account(request, user_id)


@sensitive_post_parameters()
@require_POST
def job(request: ViewerRequest, user_id: UUID) -> HttpResponse:
    """Give somebody another job or another body."""
    request.viewer.needs(Right.ADMINISTER_MEMBERS)
    shown = people.account(user_id, request.viewer)
    form = _job_form(shown, directory.looked_after(request.viewer), request.POST)
    if not form.is_valid():
        return _account(request, user_id, form=form)
    try:
        people.change_job(user_id, form.job(), body=form.cleaned_data["body"] or None, by=request.viewer)
    except Refused as refused:
        return _account(request, user_id, form=form, findings=refused.findings)
    return redirect("members:account", user_id)


@require_POST
def confirm(request: ViewerRequest, user_id: UUID) -> HttpResponse:
    """Confirm that somebody still needs his access."""
    return _done(request, user_id, people.confirm)


@require_POST
def leave(request: ViewerRequest, user_id: UUID) -> HttpResponse:
    """End an account at once."""
    return _done(request, user_id, people.leave)


@require_POST
def take_back(request: ViewerRequest, user_id: UUID) -> HttpResponse:
    """Let an ended account work again."""
    return _done(request, user_id, people.take_back)


@never_cache
@require_POST
def password(request: ViewerRequest, user_id: UUID) -> HttpResponse:
    """Give somebody a new password, which is shown this once."""
    new = people.new_password(user_id, by=request.viewer)
    name = people.account(user_id, request.viewer).sign_in_name
    return render(request, "members/password.html", {"name": name, "password": new})


@never_cache
@require_POST
def factors_lost(request: ViewerRequest, user_id: UUID) -> HttpResponse:
    """Take the second factors of somebody who lost them away; his new password is shown this once."""
    new = people.factors_lost(user_id, by=request.viewer)
    name = people.account(user_id, request.viewer).sign_in_name
    return render(request, "members/password.html", {"name": name, "password": new})


@never_cache
@require_POST
def token(request: ViewerRequest, user_id: UUID) -> HttpResponse:
    """Issue a token for a system account and show it, this once."""
    shown = people.account(user_id, request.viewer)
    form = TokenForm(request.POST, rights=RIGHTS[shown.role], administrative=administrative_use())
    if not form.is_valid():
        return _account(request, user_id, token_form=form)
    try:
        secret = tokens.issue_system_token(user_id, purpose=form.chosen_purpose(), by=request.viewer, **form.asked())
    except Refused as refused:
        return _account(request, user_id, token_form=form, findings=refused.findings)
    return render(request, "members/token.html", {"label": form.cleaned_data["label"], "token": secret})


@require_POST
def end_token(request: ViewerRequest, user_id: UUID, token_id: UUID) -> HttpResponse:
    """End a token of an account that the viewer looks after."""
    tokens.revoke_token(token_id, by=request.viewer)
    return redirect("members:account", user_id)


def _done(request: ViewerRequest, user_id: UUID, do: Callable[..., None]) -> HttpResponse:
    do(user_id, by=request.viewer)
    return redirect("members:account", user_id)


def _choices(bodies: Sequence[directory.Body]) -> Choices:
    """Return what the forms of a job ask of the bodies that it may belong to."""
    return {
        "kinds": [(one.kind, one.code) for one in bodies],
        "bodies": [(one.code, body_name(code=one.code, name=one.name)) for one in bodies],
    }


def _job_form(shown: people.Account, bodies: Sequence[directory.Body], data: QueryDict | None = None) -> JobForm:
    return MoveForm(
        data,
        **_choices(bodies),
        initial={
            "body": shown.body,
            "role": Role(shown.role).value,
            "level": int(shown.level),
            "ends_on": shown.ends_on,
            "certified_until": shown.certified_until,
        },
    )


def _account(
    request: ViewerRequest,
    user_id: UUID,
    *,
    form: JobForm | None = None,
    token_form: TokenForm | None = None,
    findings: tuple[Finding, ...] = (),
) -> HttpResponse:
    shown = people.account(user_id, request.viewer)
    viewer, bodies = request.viewer, directory.looked_after(request.viewer)
    theirs = not shown.is_own and any(one.code == shown.body for one in bodies)
    context = {
        "account": shown,
        "form": form or _job_form(shown, bodies),
        "findings": findings,
        "wrong": "token" if token_form else "job",
        "token_form": token_form or TokenForm(rights=RIGHTS[shown.role], administrative=administrative_use()),
        "tokens": tokens.tokens(viewer, user_id=user_id) if theirs and viewer.may(Right.ADMINISTER_MEMBERS) else (),
        "may_change": theirs and viewer.may(Right.ADMINISTER_MEMBERS),
        "may_confirm": theirs and looks_after(viewer),
    }
    return render(request, "members/account.html", context, status=422 if form or token_form else 200)
