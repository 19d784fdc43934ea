"""Signing in by password and second factor or by passkey alone, going on after an absence, and signing out."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from liaison.apps.members import devices, factors, passkeys, sessions, signing_in, single_sign_on
from liaison.apps.members.forms import CodeForm, SignInForm, UnlockForm
from liaison.apps.members.queries import Standing, standing_of
from liaison.apps.members.single_sign_on import Provider
from liaison.refusal import Finding, Refused
from liaison.viewer import Purpose, Viewer
from liaison.web.demo import demo_code, demo_users
from liaison.web.requests import ViewerRequest, address_of, host_of

ASKED = "liaison_passkey_asked"
"""Under which name a session keeps what a browser was asked for, until it answers."""
LEFT = "liaison_left_for_provider"
"""Under which name a session keeps what an identity provider has to answer."""
CONNECTS = "liaison_connects"
"""Under which name a session keeps with which provider its holder wants to be connected."""


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Show the form, or take a name and a password and ask for the second factor."""
    form = SignInForm(request.POST or None)
    findings: tuple[Finding, ...] = ()
    if request.method == "POST" and form.is_valid():
        try:
            standing = signing_in.check_name_and_password(
                name=form.cleaned_data["sign_in_name"],
                password=form.cleaned_data["password"],
                address=address_of(request),
                purpose=Purpose.IDENTIFY,
            )
        except Refused as refused:
            findings = refused.findings
        else:
            return _after_password(request, standing)
    context = {
        "form": form,
        "findings": findings,
        "demo_users": demo_users(),
        "by_name": has_a_name(request),
        "providers": _providers(),
    }
    return render(request, "members/sign_in.html", context, status=422 if findings else 200)


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def second_factor(request: HttpRequest) -> HttpResponse:
    """Ask whose password was right for a passkey or a code, and begin his session when it holds."""
    standing = sessions.half(request.session)
    if standing is None:
        return redirect("members:sign_in")
    form = CodeForm(request.POST or None)
    findings: tuple[Finding, ...] = ()
    if request.method == "POST" and ("answer" in request.POST or form.is_valid()):
        try:
            if "answer" in request.POST:
                asked = request.session.pop(ASKED, None)
                answer = request.POST["answer"]
                factors.prove_by_passkey(host_of(request), asked, answer, standing=standing)
            else:
                factors.prove_by_code(form.cleaned_data["code"], standing=standing, address=address_of(request))
        except Refused as refused:
            findings = refused.findings
        else:
            return _begin(request, standing, proved=True)
    return _ask_for_second_factor(request, standing, form, findings)


@never_cache
@require_POST
def by_passkey(request: HttpRequest) -> HttpResponse:
    """Ask a browser for any passkey of this site, or begin the session of the account whose passkey has answered."""
    if "answer" not in request.POST:
        return _ask_for_any_passkey(request)
    answer, asked = request.POST["answer"], request.session.pop(ASKED, None)
    try:
        standing = factors.check_passkey(host_of(request), asked, answer)
    except Refused as refused:
        return _ask_for_any_passkey(request, findings=refused.findings)
    return _begin(request, standing, proved=True)


@never_cache
@require_GET
def with_provider(request: HttpRequest, key: str) -> HttpResponse:
    """Lead to the page of an identity provider, and remember in the session what it has to answer."""
    provider = single_sign_on.provider(key)
    address, request.session[LEFT] = single_sign_on.leave(provider, back=_back(request, provider))
    return HttpResponseRedirect(address)


@never_cache
@require_GET
def back_from_provider(request: HttpRequest, key: str) -> HttpResponse:
    """Sign in, or connect to the account that is signed in, whom the provider has identified."""
    provider, left = single_sign_on.provider(key), request.session.pop(LEFT, None)
    connects = request.session.pop(CONNECTS, None) == provider.key
    given = {name: request.GET.get(name, "") for name in ("state", "code")}
    viewer: Viewer | None = getattr(request, "viewer", None)
    try:
        who = single_sign_on.come_back(provider, left, given, back=_back(request, provider))
        if viewer is not None:
            if connects:
                single_sign_on.provider(key, viewer)
                single_sign_on.connect(who, by=viewer)
            return redirect("members:own_account")
        standing = single_sign_on.account_of(who, provider)
    except Refused as refused:
        context = {"form": SignInForm(), "findings": refused.findings, "providers": _providers()}
        return render(request, "members/sign_in.html", context, status=422)
    return _begin(request, standing, proved=True) if who.is_proved else _after_password(request, standing)


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
            signing_in.check_own_password(
                form.cleaned_data["password"], by=request.viewer, address=address_of(request)
            )
        except Refused as refused:
            findings = refused.findings
        else:
            standing: Standing = request.standing  # type: ignore[attr-defined]  # set by the middleware
            sessions.unlocked(request.session, standing)
            return redirect(there if _is_ours(there) else "web:start")
    context = {"form": form, "findings": findings}
    return render(request, "members/unlock.html", context, status=422 if findings else 200)


def _after_password(request: HttpRequest, standing: Standing) -> HttpResponse:
    if not factors.methods(standing.viewer).any:
        return _begin(request, standing, proved=False)
    sessions.begin_half(request.session, standing)
    return redirect("members:second_factor")


def _begin(request: HttpRequest, standing: Standing, *, proved: bool) -> HttpResponse:
    """Begin the session, remember the browser, and write the look that says so before anything is shown."""
    signing_in.note_sign_in(standing)
    cookie = request.COOKIES.get(devices.COOKIE_NAME, "")
    if not devices.is_cookie(cookie):
        cookie = devices.new_cookie()
    agent = request.headers.get("User-Agent", "")
    devices.signed_in_with(cookie, browser=devices.browser_name(agent), by=standing.viewer)
    sessions.begin(request.session, standing, proved=proved)
    response = redirect("web:start")
    response.set_cookie(
        devices.COOKIE_NAME,
        cookie,
        max_age=devices.COOKIE_DAYS * 24 * 60 * 60,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


def _ask_for_second_factor(
    request: HttpRequest, standing: Standing, form: CodeForm, findings: tuple[Finding, ...]
) -> HttpResponse:
    held = factors.methods(standing.viewer)
    options = ""
    if held.has_passkey and has_a_name(request):
        asked = passkeys.ask(host_of(request), factors.known_credentials(standing.viewer))
        request.session[ASKED], options = asked.state, asked.options
    code = demo_code(standing.viewer)
    if code and not findings:
        form = CodeForm(initial={"code": code})
    context = {
        "form": form,
        "findings": findings,
        "held": held,
        "options": options,
        "person": standing.viewer,
        "demo_code": code,
    }
    return render(request, "members/second_factor.html", context, status=422 if findings else 200)


def _ask_for_any_passkey(request: HttpRequest, *, findings: tuple[Finding, ...] = ()) -> HttpResponse:
    asked = passkeys.ask(host_of(request))
    request.session.cycle_key()
    request.session[ASKED] = asked.state
    request.session.set_expiry(sessions.HALF_MINUTES * 60)
    context = {"options": asked.options, "findings": findings}
    return render(request, "members/by_passkey.html", context, status=422 if findings else 200)


def _back(request: HttpRequest, provider: Provider) -> str:
    return request.build_absolute_uri(reverse("members:back_from_provider", args=[provider.key]))


def _providers() -> list[Provider]:
    return list(single_sign_on.providers().values())


def has_a_name(request: HttpRequest) -> bool:
    """Whether the site is asked for by a name: a passkey belongs to one, and never to a bare address."""
    host = host_of(request)
    return not host.replace(".", "").isdigit() and ":" not in host


def _is_ours(there: str) -> bool:
    """Whether an address leads to a page of this very site and nowhere else."""
    return there.startswith("/") and url_has_allowed_host_and_scheme(there, allowed_hosts=None)


def standing_again(request: ViewerRequest) -> Standing:
    """Return the standing of the signed-in account as it is after it was changed."""
    changed = standing_of(request.viewer.user_id, request.viewer.purpose)
    assert changed is not None, "it was in force a moment ago"
    return changed
