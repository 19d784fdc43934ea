"""Regions, programmes and lists of one's own: what an audience may name besides bodies."""

import re

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from liaison.apps.members import groups, joining
from liaison.apps.members.forms import GroupForm
from liaison.apps.members.models import Group
from liaison.apps.members.roles import HEADQUARTERS, looks_after
from liaison.refusal import Finding, Refused
from liaison.viewer import Right
from liaison.web.requests import ViewerRequest


@require_GET
def listing(request: ViewerRequest) -> HttpResponse:
    """Show the groups that this viewer may name in an audience."""
    viewer = request.viewer
    context = {
        "groups": groups.groups(viewer),
        "may_propose": viewer.may(Right.ADMINISTER_MEMBERS),
        "may_take_out": looks_after(viewer),
    }
    return render(request, "members/groups.html", context)


@require_http_methods(["GET", "POST"])
def propose(request: ViewerRequest) -> HttpResponse:
    """Show the form, or propose a group or other bodies in it."""
    viewer = request.viewer
    viewer.needs(Right.ADMINISTER_MEMBERS)
    kinds = [Group.Kind.GROUP] if viewer.reader_code != HEADQUARTERS else [*Group.Kind]
    wanted = request.GET.get("group", "")
    before = next((one for one in groups.groups(viewer) if one.is_own and one.expression == wanted), None)
    initial = (
        {"kind": before.kind, "code": before.code, "name": before.name, "bodies": ", ".join(before.bodies)}
        if before
        else {"code": "" if viewer.reader_code == HEADQUARTERS else f"{viewer.reader_code}-"}
    )
    form = GroupForm(request.POST or None, kinds=[kind.value for kind in kinds], initial=initial)
    findings: tuple[Finding, ...] = ()
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        bodies = re.split(r"[\s,;]+", said["bodies"])
        try:
            joining.propose_group(
                said["kind"], said["code"].strip(), said["name"], bodies, reason=said["reason"], by=viewer
            )
            return redirect("members:changes")
        except Refused as refused:
            findings = refused.findings
    context = {"form": form, "findings": findings}
    return render(request, "members/group.html", context, status=422 if findings or form.errors else 200)


@require_POST
def take_out(request: ViewerRequest, kind: str, code: str) -> HttpResponse:
    """Take a body out of a group of one's own at once."""
    groups.take_out(kind, code, request.POST.get("body", "")[:20], by=request.viewer)
    return redirect("members:groups")


@require_POST
def end(request: ViewerRequest, kind: str, code: str) -> HttpResponse:
    """End a group of one's own at once."""
    groups.end_group(kind, code, by=request.viewer)
    return redirect("members:groups")
