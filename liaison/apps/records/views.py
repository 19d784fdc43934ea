"""The pages of the records: the list of a database, and one record with its versions and its looks."""

import base64
import binascii

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from liaison.apps.audit import public as audit
from liaison.apps.members import public as members
from liaison.apps.policies import public as policies
from liaison.apps.records import error_reports, queries, signed
from liaison.apps.records.parts import history_with_parts
from liaison.databases import all_databases
from liaison.databases.pictures import pictures_of
from liaison.rows.viewing import viewing
from liaison.viewer import Right
from liaison.web import slots
from liaison.web.requests import ViewerRequest, page_number

IMAGE_KINDS = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}


@require_GET
def databases(request: ViewerRequest) -> HttpResponse:
    """Show the register of databases with what the viewer may see of each (RPD art. 33)."""
    counts = queries.counts(request.viewer)
    register = [{"database": database, "count": counts[kind]} for kind, database in all_databases().items()]
    return render(request, "records/databases.html", {"register": register})


@require_GET
def about(request: ViewerRequest, kind: str) -> HttpResponse:
    """Show what the register says of one database (RPD art. 29 to 33)."""
    database = all_databases().get(kind)
    if database is None:
        raise Http404
    context = {
        "database": database,
        "years": policies.value(database.retention_policy),
        "count": queries.counts(request.viewer)[kind],
        "readers": sorted(database.who_may_query),
        "purposes": sorted(database.purposes),
    }
    return render(request, "records/about.html", context)


@require_GET
def listing(request: ViewerRequest, kind: str) -> HttpResponse:
    """Show one page of a database."""
    database = all_databases().get(kind)
    if database is None:
        raise Http404
    page = queries.listing(kind, request.viewer, page=page_number(request))
    audit.look(audit.Look.by(request.viewer, kind="view", shown=[(card.id, card.source_id) for card in page.cards]))
    may_enter = request.viewer.may(Right.ENTER_RECORDS)
    return render(request, "records/list.html", {"database": database, "page": page, "may_enter": may_enter})


@require_GET
def record(request: ViewerRequest, reference: str) -> HttpResponse:
    """Show one record; the look is committed first, so that what the page tells of looks has it too."""
    with viewing(request.viewer):
        card = queries.record(reference, request.viewer)
        audit.look(audit.Look.by(request.viewer, kind="view", shown=[(card.id, card.source_id)]))
        entries = audit.history(card.id)
        reports = error_reports.reports_of(card, request.viewer)
        versions = queries.versions(card, request.viewer, entries=entries)
        (signature,) = signed.verdicts([card], request.viewer)
        contact = members.contacts([card.source_id], request.viewer).get(card.source_id)
        is_own = card.source_id == request.viewer.reader_id
        told = history_with_parts(card.id, entries) if is_own else entries
        looks = slots.parts("records.looks", request.viewer, {"card": card, "entries": told})
    source = members.readers([card.source_id]).get(card.source_id)
    database = all_databases()[card.kind]
    context = {
        "card": card,
        "database": database,
        "fields": [(field, card.fields[field.name]) for field in database.fields if card.fields.get(field.name)],
        "source": source,
        "picture_numbers": [
            (number, shown.caption) for number, shown in enumerate(pictures_of(database, card.fields), start=1)
        ],
        "contact": contact,
        "book": next((part for part in card.parts if part.is_book), None),
        "restricted": [
            (field, values, card.audiences_of(field.name))
            for field in database.fields
            if (values := [value for name, value in card.restricted if name == field.name])
        ],
        "signature": signature.value,
        "reports": reports,
        "is_own": is_own,
        "may_enter": request.viewer.may(Right.ENTER_RECORDS),
        "may_print": card.may_be_copied_by(request.viewer),
        "may_withdraw": request.viewer.may(Right.WITHDRAW_RECORDS),
        "versions": versions,
        "looks": looks,
    }
    return render(request, "records/record.html", context)


@require_GET
def portrait(request: ViewerRequest, reference: str) -> HttpResponse:
    """Return the portrait of a record that the viewer may see; the page that shows it has written the look."""
    card = queries.record(reference, request.viewer)
    return _image(str(card.fields.get("portrait", "")))


@require_GET
def picture(request: ViewerRequest, reference: str, number: int) -> HttpResponse:
    """Return one picture of a record that the viewer may see, counted from 1; its page has written the look."""
    card = queries.record(reference, request.viewer)
    pictures = pictures_of(all_databases()[card.kind], card.fields)
    if not 1 <= number <= len(pictures):
        raise Http404
    return _image(pictures[number - 1].image)


def _image(encoded: str) -> HttpResponse:
    try:
        image = base64.b64decode(encoded, validate=True)
    except binascii.Error:
        image = b""
    kind = next((kind for magic, kind in IMAGE_KINDS.items() if image.startswith(magic)), None)
    if kind is None:
        raise Http404
    return HttpResponse(image, content_type=kind, headers={"Cache-Control": "private, no-store"})
