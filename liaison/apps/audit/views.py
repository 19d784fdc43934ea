"""The page of the ledger: how large it is, its newest checkpoint, and the viewer's own looks."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from liaison.apps.audit.looks import looks_by
from liaison.apps.audit.queries import ledger_state
from liaison.web.requests import ViewerRequest

LOOKS_SHOWN = 50


@require_GET
def ledger(request: ViewerRequest) -> HttpResponse:
    """Show the state of the ledger and what the viewer himself looked at; everybody may see his own looks."""
    looks = looks_by(request.viewer.user_id, request.viewer, LOOKS_SHOWN)
    return render(request, "audit/ledger.html", {"state": ledger_state(), "looks": looks})
