"""The page that restricts single fields of a record; who will see what is shown before it holds."""

import hashlib
import hmac
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from liaison.apps.records import field_previews, queries, services
from liaison.apps.records.forms import FieldsReasonForm
from liaison.apps.records.two_steps import digest_of_shown
from liaison.databases import all_databases
from liaison.databases.database import Database
from liaison.databases.declaration import Field
from liaison.databases.restricting import WHOLE, Wish, spelled
from liaison.refusal import Finding, Refused
from liaison.viewer import Right, Viewer
from liaison.web.requests import ViewerRequest

CHECKED, STEP, ENTER = "checked", "step", "enter"
KEEP, AUDIENCE = "keep-", "who-"
_KEY_LENGTH = 20


@dataclass(frozen=True, slots=True)
class Row:
    """A statement on the form: a whole field, or one value of it; whether it is restricted and who sees it.

    `is_there` is False for a value that the record does not have now; should it come back, it is restricted.
    """

    field: Field
    value: object
    is_kept: bool
    audience: str
    is_there: bool = True

    @property
    def key(self) -> str:
        """The name of its inputs: the same for the same statement, wherever it stands."""
        said = f"{self.field.name} {spelled(self.value)}"
        return hashlib.sha256(said.encode()).hexdigest()[:_KEY_LENGTH]

    @property
    def is_whole(self) -> bool:
        """Whether it is the whole field, with what comes into it later."""
        return self.value is WHOLE


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def restrict_fields(request: ViewerRequest, reference: str) -> HttpResponse:
    """Ask which statements of an own record fewer see, show who would see what, or write it once it was shown."""
    request.viewer.needs(Right.ENTER_RECORDS)
    card = queries.own_record(reference, request.viewer)
    database = all_databases()[card.kind]
    form = FieldsReasonForm(request.POST if request.method == "POST" else None)
    rows = tuple(_rows(database, card))
    findings: tuple[Finding, ...] = ()
    preview = None
    if request.method == "POST":
        rows = tuple(_asked(rows, request.POST.dict()))
    if request.method == "POST" and form.is_valid():
        try:
            asked = [Wish(row.field.name, row.audience, row.value) for row in rows if row.is_kept]
            preview = field_previews.of_card(
                card, services.wishes_for(card, asked, by=request.viewer), request.viewer
            )
            shown = hmac.compare_digest(request.POST.get(CHECKED, ""), _digest_of(preview, card, request.viewer))
            if request.POST.get(STEP) == ENTER and shown:
                services.restrict_fields(reference, asked, reason=form.cleaned_data["reason"], by=request.viewer)
                return redirect("records:record", reference)
        except Refused as refused:
            findings, preview = refused.findings, None
    context = {
        "card": card,
        "database": database,
        "rows": rows,
        "form": form,
        "findings": findings,
        "preview": preview,
        "checked": _digest_of(preview, card, request.viewer) if preview else "",
    }
    status = 422 if findings or form.errors else 200
    return render(request, "records/restrict_fields.html", context, status=status)


def _rows(database: Database, card: queries.RecordCard) -> Iterator[Row]:
    """Yield a row for each field that is there or restricted, and behind it one for each value of several."""
    wishes = {(wish.field, spelled(wish.value)): wish for wish in card.wishes}
    for field in database.fields:
        items = card.fields.get(field.name)
        values = items if field.many and isinstance(items, list) and not field.has_pictures else []
        absent = [
            wish.value
            for wish in card.wishes
            if wish.field == field.name and wish.value is not WHOLE and wish.value not in values
        ]
        if items is None and not absent and (field.name, spelled(WHOLE)) not in wishes:
            continue
        for value in (WHOLE, *values, *absent):
            wish = wishes.get((field.name, spelled(value)))
            is_there = value is WHOLE or value not in absent
            yield Row(field, value, wish is not None, wish.audience if wish else "", is_there)


def _asked(rows: tuple[Row, ...], post: Mapping[str, str]) -> Iterator[Row]:
    for row in rows:
        audience = post.get(AUDIENCE + row.key, "").strip()
        yield Row(row.field, row.value, KEEP + row.key in post, audience, row.is_there)


def _digest_of(preview: field_previews.FieldsPreview, card: queries.RecordCard, viewer: Viewer) -> str:
    """Return what ties the second step to what the first has shown: another body or another value shows it again."""
    return digest_of_shown("shown fields", [card.reference, card.version, *preview.shown], viewer)
