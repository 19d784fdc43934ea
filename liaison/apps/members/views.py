"""Signing in and out."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from liaison.apps.members import services
from liaison.apps.members.forms import SignInForm
from liaison.apps.members.middleware import SESSION_PURPOSE, SESSION_USER
from liaison.refusal import Finding, Refused
from liaison.viewer import Purpose
from liaison.web.demo import demo_users


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
    viewer = services.sign_in(name=name, password=password, address=address, purpose=Purpose.IDENTIFY)
    request.session.flush()
    request.session[SESSION_USER] = str(viewer.user_id)
    request.session[SESSION_PURPOSE] = viewer.purpose.value
