"""The part of a record's page that tells who saw, changed and received it, and the page with all of it."""

from collections.abc import Mapping

from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.views.decorators.http import require_GET

from liaison.apps.audit import public as audit
from liaison.apps.looks.record_looks import story
from liaison.apps.records import public as records
from liaison.viewer import Viewer
from liaison.web.requests import ViewerRequest

SHOWN_ON_THE_RECORD = 8


def shown_looks(viewer: Viewer, about: Mapping[str, object]) -> SafeString:
    """Return the newest looks at a record, for its page, which has committed its own look."""
    card = about["card"]
    assert isinstance(card, records.RecordCard), "the page of a record gives its card"
    entries = about.get("entries")
    assert isinstance(entries, list), "and its history, which it has read"
    told = story(card, viewer, size=SHOWN_ON_THE_RECORD, entries=entries)
    return render_to_string("looks/_record.html", {"story": told, "is_whole": False})


@require_GET
def record(request: ViewerRequest, reference: str) -> HttpResponse:
    """Show who saw, changed and received a record that the viewer may see; this is itself a look at it."""
    card = records.record(reference, request.viewer)
    audit.look(audit.Look.by(request.viewer, kind="view", shown=[(card.id, card.source_id)]))
    told = story(card, request.viewer, cursor=request.GET.get("cursor", ""))
    return render(request, "looks/record.html", {"story": told, "card": card, "is_whole": True})
