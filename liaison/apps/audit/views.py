"""The page of the ledger: how large it is, its newest checkpoint, and the viewer's own looks."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from liaison.apps.audit.queries import ledger_state, looks_by

LOOKS_SHOWN = 50


@require_GET
def ledger(request: HttpRequest) -> HttpResponse:
    """Show the state of the ledger and what the viewer himself looked at; everybody may see his own looks."""
    looks = looks_by(request.viewer.user_id, request.viewer, LOOKS_SHOWN)
    return render(request, "audit/ledger.html", {"state": ledger_state(), "looks": looks})
