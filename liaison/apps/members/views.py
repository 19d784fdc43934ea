"""Signing in and out."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from liaison.apps.audit import public as audit
from liaison.apps.members import services
from liaison.apps.members.forms import SignInForm
from liaison.apps.members.middleware import SESSION_PURPOSE, SESSION_USER
from liaison.apps.members.queries import check_sign_in, viewer_for
from liaison.refusal import Finding, Refused, mark
from liaison.viewer import Purpose
from liaison.web.demo import demo_users

WRONG = Finding(
    code="sign_in.wrong",
    problem=mark("Name and password do not belong together."),
    remedy=mark("Type both again. Your bureau's administrator can set a new password."),
)


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


def _begin_session(request: HttpRequest, name: str, password: str) -> None:
    address = request.META.get("REMOTE_ADDR", "")
    services.refuse_after_failures(name=name, address=address)
    user = check_sign_in(name, password)
    viewer = viewer_for(user.id, Purpose.IDENTIFY) if user else None
    if viewer is None:
        services.note_failed_sign_in(name=name, address=address)
        raise Refused(WRONG)
    audit.look(audit.Look.by(viewer, kind="sign_in"))
    request.session.flush()
    request.session[SESSION_USER] = str(viewer.user_id)
    request.session[SESSION_PURPOSE] = viewer.purpose.value
