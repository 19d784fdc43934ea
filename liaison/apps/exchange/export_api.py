"""Copies of databases over REST: whole files in the formats of partners, and the empty tables to fill in."""

import json

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from liaison.apps.exchange import exporting

router = Router(tags=["copies"])
_FORMAT = Query(exporting.Format.CSV, description="In what the copy is made.")
_FILE = {"200": {"description": "The file. `Liaison-Lost` says, by field, how many records lost something of it."}}


@router.get("/databases/{kind}/export", operation_id="export_database", openapi_extra={"responses": _FILE})
def export_database(
    request: HttpRequest,
    kind: str,
    format: exporting.Format = _FORMAT,
    own: bool = Query(False, description="Only the records that the caller's own body answers for."),
    separator: str = Query(",", max_length=1, description="What separates the cells of a table."),
) -> HttpResponse:
    """A copy of what the caller, who may enter records, sees of a database and is in force. Each record is a look."""
    viewer = request.auth  # type: ignore[attr-defined]  # set by the bearer authentication of the interface
    return as_file(exporting.copy_of(kind, format=format, viewer=viewer, own=own, separator=separator))


@router.get("/databases/{kind}/template", operation_id="get_template", openapi_extra={"responses": _FILE})
def get_template(
    request: HttpRequest,  # noqa: ARG001 - the interface passes it
    kind: str,
    separator: str = Query(",", max_length=1, description="What separates the cells of the table."),
) -> HttpResponse:
    """The empty table of a database: its columns, and two rows that say what they take."""
    return template_file(kind, separator)


def as_file(copy: exporting.Copy) -> HttpResponse:
    """Return a copy as an answer that is saved, not shown; its losses stand in a header."""
    answer = _attached(copy.content, copy.media_type, copy.file_name)
    answer["Liaison-Records"] = str(copy.count)
    answer["Liaison-Lost"] = json.dumps(dict(sorted(copy.losses.lost.items())))
    return answer


def template_file(kind: str, separator: str) -> HttpResponse:
    """Return the empty table of a database as an answer that is saved."""
    content = exporting.template(kind, separator=separator)
    media_type = exporting.MEDIA_TYPES[exporting.Format.CSV]
    return _attached(content, media_type, f"liaison-{kind.replace('_', '-')}-template.csv")


def _attached(content: bytes, media_type: str, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=media_type)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "no-store"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
