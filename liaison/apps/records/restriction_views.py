"""The pages of restrictions: what one's body keeps from whom; a new one is shown before it holds."""

import hmac

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from liaison.apps.members import public as members
from liaison.apps.records import restrictions
from liaison.apps.records.forms import DatabaseRestrictionForm, LiftForm
from liaison.apps.records.two_steps import digest_of_shown
from liaison.refusal import Finding, Refused
from liaison.viewer import Right, Viewer
from liaison.web.requests import ViewerRequest

CHECKED, STEP, ENTER = "checked", "step", "enter"


@require_GET
def listing(request: ViewerRequest) -> HttpResponse:
    """Show what the viewer's body restricts, and what nobody confirmed in time."""
    viewer = request.viewer
    overdue = restrictions.overdue(viewer)
    own = restrictions.restrictions(viewer) if viewer.may(Right.ENTER_RECORDS) or not overdue else ()
    context = {
        "cards": restrictions.labels(own),
        "overdue": [one for one in overdue if one.code != viewer.reader_code],
        "own_overdue": [one for one in overdue if one.code == viewer.reader_code],
        "may_restrict": viewer.may(Right.ENTER_RECORDS),
        "form": LiftForm(),
    }
    return render(request, "records/restrictions.html", context)


@require_http_methods(["GET", "POST"])
def restrict(request: ViewerRequest) -> HttpResponse:
    """Ask whom to keep out of what, show whom that excludes, or write it once it was shown."""
    viewer = request.viewer
    viewer.needs(Right.ENTER_RECORDS)
    form = DatabaseRestrictionForm(request.POST if request.method == "POST" else None)
    findings: tuple[Finding, ...] = ()
    preview, kind = None, ""
    if request.method == "POST" and form.is_valid():
        said, kind = form.cleaned_data, form.cleaned_data["kind"]
        try:
            if found := restrictions.findings_of(kind, said["excludes"], said["reason"], viewer):
                raise Refused(*found)
            preview = members.preview(said["excludes"], viewer)
            shown = hmac.compare_digest(request.POST.get(CHECKED, ""), _digest_of(preview, kind, viewer))
            if request.POST.get(STEP) == ENTER and shown:
                restrictions.restrict_database(kind, excludes=said["excludes"], reason=said["reason"], by=viewer)
                return redirect("records:restrictions")
        except Refused as refused:
            findings, preview = refused.findings, None
    context = {
        "form": form,
        "findings": findings,
        "preview": preview,
        "checked": _digest_of(preview, kind, viewer) if preview else "",
    }
    status = 422 if findings or form.errors else 200
    return render(request, "records/restrict_database.html", context, status=status)


@require_POST
def confirm(request: ViewerRequest, reference: str) -> HttpResponse:
    """Say that a restriction of everything is still needed."""
    restrictions.confirm(reference, by=request.viewer)
    messages.success(request, gettext("It is confirmed."))
    return redirect("records:restrictions")


@require_POST
def ask_to_lift(request: ViewerRequest, reference: str) -> HttpResponse:
    """Ask a colleague to lift a restriction."""
    restrictions.ask_to_lift(reference, reason=request.POST.get("reason", ""), by=request.viewer)
    messages.success(request, gettext("A colleague decides now: to let others see more takes two persons."))
    return redirect("records:restrictions")


@require_POST
def decide_lift(request: ViewerRequest, reference: str) -> HttpResponse:
    """Lift a restriction that somebody else asked to lift, or leave it."""
    restrictions.decide_lift(reference, approve=request.POST.get("decision") == "lift", by=request.viewer)
    return redirect("records:restrictions")


def _digest_of(preview: members.Preview, kind: str, viewer: Viewer) -> str:
    """Return what ties the second step to whom the first has shown."""
    return digest_of_shown("shown restriction", [kind, preview.expression, *preview.holds], viewer)
