"""The pages on which a bureau takes a copy of a database, sees what it would lose, and fetches an empty table."""

from collections.abc import Mapping

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods

from liaison.apps.exchange import exporting
from liaison.apps.exchange.export_api import as_file, template_file
from liaison.apps.policies import public as policies
from liaison.databases import all_databases
from liaison.databases.declaration import Database
from liaison.refusal import mark
from liaison.viewer import Right, Viewer
from liaison.web.requests import ViewerRequest

FORMAT_LABELS = {
    exporting.Format.CSV: mark("Table (CSV), for spreadsheet programs and to import again"),
    exporting.Format.FTM: mark("FollowTheMoney, as JSON lines"),
    exporting.Format.STIX: mark("STIX 2.1 bundle"),
    exporting.Format.MISP: mark("MISP event"),
}
SEPARATOR_LABELS = {",": mark("Comma"), ";": mark("Semicolon"), "\t": mark("Tab")}


@require_http_methods(["GET", "POST"])
def export(request: ViewerRequest, kind: str) -> HttpResponse:
    """Show the form, what a copy would lose, or give the copy."""
    request.viewer.needs(Right.READ_RECORDS)
    request.viewer.needs(Right.ENTER_RECORDS)
    database = _database(kind)
    format_ = request.POST.get("format", exporting.Format.CSV.value)
    own, separator = request.POST.get("own") == "on", request.POST.get("separator", ",")
    copy = None
    if request.method == "POST":
        copy = exporting.copy_of(kind, format=format_, viewer=request.viewer, own=own, separator=separator)
        if request.POST.get("step") != "losses":
            return as_file(copy)
    context = {
        "database": database,
        "formats": FORMAT_LABELS.items(),
        "separators": SEPARATOR_LABELS.items(),
        "chosen": {"format": format_, "own": own, "separator": separator},
        "most": policies.value(exporting.EXPORT_MAX),
        "copy": copy,
        "lost": _lost(database, copy) if copy else [],
    }
    return render(request, "exchange/export.html", context)


@require_GET
def template(request: ViewerRequest, kind: str) -> HttpResponse:
    """Give the empty table of a database."""
    _database(kind)
    return template_file(kind, request.GET.get("separator", ","))


def shown_link(viewer: Viewer, about: Mapping[str, object]) -> SafeString:
    """Return the button on the list of a database; nothing for who may not take a copy."""
    if not {Right.READ_RECORDS, Right.ENTER_RECORDS} <= viewer.rights:
        return SafeString("")
    return render_to_string("exchange/_export_link.html", {"kind": about["kind"]})


def _database(kind: str) -> Database:
    database = all_databases().get(kind)
    if database is None:
        raise Http404
    return database


def _lost(database: Database, copy: exporting.Copy) -> list[tuple[str, str, int]]:
    """Return what a copy lost: the field's label, its path, and of how many records."""
    found = []
    for path, count in sorted(copy.losses.lost.items()):
        name, _, part = path.removeprefix(f"{database.kind}.").partition(".")
        field = database.field(name)
        inner = field.part(part) if field and part else None
        labels = [gettext(one.label) for one in (field, inner) if one]
        found.append((" · ".join(labels) or path, path, count))
    return found
