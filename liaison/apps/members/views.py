"""Signing in and out, going on after an absence, and one's own account: password and tokens."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from liaison.apps.members import passwords, services, sessions, tokens
from liaison.apps.members.forms import OwnPasswordForm, SignInForm, TokenForm, UnlockForm
from liaison.apps.members.queries import Standing, standing_of
from liaison.refusal import Finding, Refused
from liaison.viewer import Purpose
from liaison.web.demo import demo_users
from liaison.web.requests import ViewerRequest


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Show the form, or sign a user in: a new session key, and a look that says so."""
    form = SignInForm(request.POST or None)
    findings: tuple[Finding, ...] = ()
    if request.method == "POST" and form.is_valid():
        try:
            _begin_session(request, form.cleaned_data["sign_in_name"], form.cleaned_data["password"])
        except Refused as refused:
            findings = refused.findings
        else:
            return redirect("web:start")
    context = {"form": form, "findings": findings, "demo_users": demo_users()}
    return render(request, "members/sign_in.html", context, status=422 if findings else 200)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    request.session.flush()
    return redirect("members:sign_in")


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def unlock(request: ViewerRequest) -> HttpResponse:
    """Ask somebody who was away for his password, and let him go on where he was."""
    form = UnlockForm(request.POST or None)
    findings: tuple[Finding, ...] = ()
    there = request.GET.get("next", "")
    if request.method == "POST" and form.is_valid():
        try:
            services.unlock(form.cleaned_data["password"], by=request.viewer, address=_address(request))
        except Refused as refused:
            findings = refused.findings
        else:
            sessions.unlocked(request.session, _standing(request))
            return redirect(there if _is_ours(there) else "web:start")
    context = {"form": form, "findings": findings}
    return render(request, "members/unlock.html", context, status=422 if findings else 200)


@require_GET
def own_account(request: ViewerRequest) -> HttpResponse:
    """Show one's own tokens and the way to another password."""
    return _own_account(request)


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def own_password(request: ViewerRequest) -> HttpResponse:
    """Show the form, or give one's own account another password."""
    form = OwnPasswordForm(request.POST or None)
    findings: tuple[Finding, ...] = ()
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            passwords.set_own_password(said["current"], said["password"], by=request.viewer)
        except Refused as refused:
            findings = refused.findings
        else:
            changed = standing_of(request.viewer.user_id, request.viewer.purpose)
            assert changed is not None, "it was in force a moment ago"
            sessions.keep_after_password(request.session, changed)
            return redirect("web:start")
    context = {"form": form, "findings": findings, "first": _standing(request).first}
    return render(request, "members/own_password.html", context, status=422 if findings or form.errors else 200)


@never_cache
@require_POST
def add_token(request: ViewerRequest) -> HttpResponse:
    """Issue a token for oneself and show it, this once."""
    form = TokenForm(request.POST, rights=request.viewer.rights)
    if not form.is_valid():
        return _own_account(request, form=form)
    try:
        secret = tokens.issue_token(by=form.viewer(request.viewer), **form.asked())
    except Refused as refused:
        return _own_account(request, form=form, findings=refused.findings)
    return render(request, "members/token.html", {"label": form.cleaned_data["label"], "token": secret})


@require_POST
def end_token(request: ViewerRequest, token_id: UUID) -> HttpResponse:
    """End a token at once."""
    tokens.revoke_token(token_id, by=request.viewer)
    return redirect("members:own_account")


def _own_account(
    request: ViewerRequest, *, form: TokenForm | None = None, findings: tuple[Finding, ...] = ()
) -> HttpResponse:
    context = {
        "tokens": tokens.tokens(request.viewer),
        "form": form or TokenForm(rights=request.viewer.rights),
        "findings": findings,
    }
    return render(request, "members/own_account.html", context, status=422 if form else 200)


def _begin_session(request: HttpRequest, name: str, password: str) -> None:
    standing = services.sign_in(name=name, password=password, address=_address(request), purpose=Purpose.IDENTIFY)
    sessions.begin(request.session, standing)


def _address(request: HttpRequest) -> str:
    return str(request.META.get("REMOTE_ADDR", ""))


def _standing(request: HttpRequest) -> Standing:
    standing: Standing = request.standing  # type: ignore[attr-defined]  # set by the middleware
    return standing


def _is_ours(there: str) -> bool:
    """Whether an address leads to a page of this very site and nowhere else."""
    return there.startswith("/") and url_has_allowed_host_and_scheme(there, allowed_hosts=None)
