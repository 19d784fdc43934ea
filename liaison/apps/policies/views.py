"""The pages of the policy values."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from liaison.apps.policies import queries, services
from liaison.apps.policies.forms import ProposalForm
from liaison.refusal import Finding, Refused
from liaison.rules.policy_values import CATALOGUE
from liaison.viewer import Right
from liaison.web.requests import ViewerRequest


@require_GET
def overview(request: ViewerRequest) -> HttpResponse:
    """Show every value, what holds, and what is proposed; any member may read them (RPD art. 13)."""
    context = {
        "values": queries.overview(),
        "may_propose": request.viewer.may(Right.CHANGE_POLICIES),
        "may_decide": request.viewer.may(Right.APPROVE_POLICIES),
    }
    return render(request, "policies/list.html", context)


@require_http_methods(["GET", "POST"])
def propose(request: ViewerRequest, name: str) -> HttpResponse:
    """Show the form, or propose a change."""
    request.viewer.needs(Right.CHANGE_POLICIES)
    if name not in CATALOGUE:
        raise Http404
    form = ProposalForm(request.POST or None)
    findings: tuple[Finding, ...] = ()
    if request.method == "POST" and form.is_valid():
        try:
            services.propose(name, form.cleaned_data["value"], reason=form.cleaned_data["reason"], by=request.viewer)
            return redirect("policies:list")
        except Refused as refused:
            findings = refused.findings
    context = {"form": form, "declared": CATALOGUE[name], "findings": findings}
    return render(request, "policies/propose.html", context, status=422 if findings else 200)


@require_POST
def decide(request: ViewerRequest, change_id: UUID) -> HttpResponse:
    """Approve or reject a proposed change."""
    verb = services.approve if request.POST.get("decision") == "approve" else services.reject
    verb(change_id, by=request.viewer)
    return redirect("policies:list")
