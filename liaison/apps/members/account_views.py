"""One's own account: password, second factors, browsers, sessions and tokens."""

from collections.abc import Callable
from http import HTTPStatus
from uuid import UUID

import segno
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from liaison.apps.members import devices, factors, passkeys, passwords, sessions, signing_in, single_sign_on, tokens
from liaison.apps.members.factor_secrets import opened, sealed
from liaison.apps.members.forms import AppForm, ConfirmForm, OwnPasswordForm, PasskeyForm, TokenForm
from liaison.apps.members.queries import Standing, own_name
from liaison.apps.members.sign_in_views import ASKED, CONNECTS, has_a_name, standing_again
from liaison.refusal import Absent, Finding, Refused
from liaison.web.demo import demo_world
from liaison.web.requests import ViewerRequest, address_of, host_of

NEW_APP = "liaison_new_app"
"""Under which name a session keeps the encrypted secret of an app that is being added."""


@require_GET
def own_account(request: ViewerRequest) -> HttpResponse:
    """Show one's own second factors, browsers and tokens, and the way to another password."""
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
            sessions.keep(request.session, standing_again(request))
            return redirect("web:start")
    context = {"form": form, "findings": findings, "first": _standing(request).first}
    return render(request, "members/own_password.html", context, status=422 if findings or form.errors else 200)


@require_GET
def first_factor(request: ViewerRequest) -> HttpResponse:
    """Tell somebody without a second factor which ones there are."""
    return render(request, "members/factors.html", {"by_name": has_a_name(request)})


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def add_passkey(request: ViewerRequest) -> HttpResponse:
    """Ask the browser for a new passkey, or add the one that it has made."""
    form = PasskeyForm(request.POST or None, confirms=_confirms(request))
    findings: tuple[Finding, ...] = ()
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            _confirm(request, said.get("password"))
            made = passkeys.new_passkey(host_of(request), request.session.pop(ASKED, None), said["answer"])
            return _added(request, factors.add_passkey(made, label=said["label"], by=request.viewer))
        except Refused as refused:
            findings = refused.findings
    asked = passkeys.ask_for_new(
        host_of(request),
        user_id=request.viewer.user_id,
        name=own_name(request.viewer),
        shown=request.viewer.user_name,
        known=factors.known_credentials(request.viewer),
    )
    request.session[ASKED] = asked.state
    context = {"form": form, "findings": findings, "options": asked.options, "by_name": has_a_name(request)}
    return render(request, "members/add_passkey.html", context, status=422 if findings or form.errors else 200)


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def add_app(request: ViewerRequest) -> HttpResponse:
    """Show the picture that an app reads, or add the app whose code was typed."""
    form = AppForm(request.POST or None, confirms=_confirms(request))
    findings: tuple[Finding, ...] = ()
    secret = _new_secret(request)
    if request.method == "POST" and form.is_valid():
        try:
            _confirm(request, form.cleaned_data.get("password"))
            codes = factors.add_app(secret, form.cleaned_data["code"], by=request.viewer)
        except Refused as refused:
            findings = refused.findings
        else:
            del request.session[NEW_APP]
            return _added(request, codes)
    picture = segno.make(factors.app_address(secret, own_name(request.viewer)), error="m")
    context = {
        "form": form,
        "findings": findings,
        "secret": secret,
        "demo_code": factors.code_now(secret) if demo_world() else "",
        "picture": picture.svg_data_uri(scale=5, border=2, light="white"),
    }
    return render(request, "members/add_app.html", context, status=422 if findings or form.errors else 200)


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def remove_factor(request: ViewerRequest, factor_id: UUID) -> HttpResponse:
    """Ask for the password, then take one of one's own second factors away."""
    return _confirmed(request, "remove_factor", lambda: factors.remove(factor_id, by=request.viewer))


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def recovery_codes(request: ViewerRequest) -> HttpResponse:
    """Ask for the password, then show new recovery codes, this once."""
    codes: list[str] = []
    answer = _confirmed(request, "recovery_codes", lambda: codes.extend(_new_codes(request)))
    return _codes(request, codes) if codes else answer


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def connect_identity(request: ViewerRequest, key: str) -> HttpResponse:
    """Ask for the password, then show the way to a provider, which connects one's own account to whom it knows."""
    provider = single_sign_on.provider(key, request.viewer)
    asked = _confirmed(request, "connect", lambda: None)
    if asked.status_code != HTTPStatus.FOUND:
        return asked
    request.session[CONNECTS] = provider.key
    return render(request, "members/to_provider.html", {"provider": provider})


@require_POST
def part_identity(request: ViewerRequest, identity_id: UUID) -> HttpResponse:
    """Part one's own account from an identity of a provider."""
    single_sign_on.disconnect(identity_id, by=request.viewer)
    return redirect("members:own_account")


@require_POST
def end_sessions(request: ViewerRequest) -> HttpResponse:
    """End all of one's own sessions but this one."""
    factors.end_other_sessions(by=request.viewer)
    sessions.keep(request.session, standing_again(request))
    return redirect("members:own_account")


@require_POST
def own_browser(request: ViewerRequest, device_id: UUID) -> HttpResponse:
    """Say that a browser is one's own."""
    devices.own_up(device_id, by=request.viewer)
    return _looked_at(request)


@require_POST
def forget_browser(request: ViewerRequest, device_id: UUID) -> HttpResponse:
    """Forget a browser."""
    devices.forget(device_id, by=request.viewer)
    return _looked_at(request)


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
        "held": factors.methods(request.viewer),
        "browsers": devices.devices(request.viewer),
        "identities": single_sign_on.identities(request.viewer),
        "providers": single_sign_on.open_to(request.viewer),
        "tokens": tokens.tokens(request.viewer),
        "form": form or TokenForm(rights=request.viewer.rights),
        "findings": findings,
    }
    return render(request, "members/own_account.html", context, status=422 if form else 200)


def _confirms(request: ViewerRequest) -> bool:
    """Whether the password is asked for once more: not of him who has just signed in to add his first factor."""
    return sessions.is_proved(request.session)


def _confirm(request: ViewerRequest, password: str | None) -> None:
    if _confirms(request):
        signing_in.check_own_password(password or "", by=request.viewer, address=address_of(request))


def _confirmed(request: ViewerRequest, act: str, do: Callable[[], None]) -> HttpResponse:
    """Do something to one's own account once the password was typed; else ask for it."""
    form = ConfirmForm(request.POST or None)
    findings: tuple[Finding, ...] = ()
    if request.method == "POST" and form.is_valid():
        try:
            _confirm(request, form.cleaned_data["password"])
            do()
        except Absent:
            raise
        except Refused as refused:
            findings = refused.findings
        else:
            return redirect("members:own_account")
    context = {"form": form, "findings": findings, "act": act}
    return render(request, "members/confirm.html", context, status=422 if findings or form.errors else 200)


def _new_codes(request: ViewerRequest) -> list[str]:
    return factors.new_recovery_codes(by=request.viewer)


def _new_secret(request: ViewerRequest) -> str:
    """Return the secret of the app that is being added: one a session, so that a wrong code changes no picture."""
    user_id = request.viewer.user_id
    if kept := request.session.get(NEW_APP):
        return opened(bytes.fromhex(kept), user_id)
    secret = factors.app_secret()
    request.session[NEW_APP] = sealed(secret, user_id).hex()
    return secret


def _added(request: ViewerRequest, codes: list[str]) -> HttpResponse:
    """Let the session go on in which a second factor was added, and show recovery codes where they are new."""
    sessions.proved(request.session)
    return _codes(request, codes) if codes else redirect("members:own_account")


def _codes(request: ViewerRequest, codes: list[str]) -> HttpResponse:
    return render(request, "members/recovery_codes.html", {"codes": codes})


def _looked_at(request: ViewerRequest) -> HttpResponse:
    request.session[sessions.UNKNOWN] = devices.unknown_count(request.viewer)
    return redirect("members:own_account")


def _standing(request: ViewerRequest) -> Standing:
    standing: Standing = request.standing  # type: ignore[attr-defined]  # set by the middleware
    return standing
