"""The pages that write: entering a record, changing it, withdrawing it.

Nothing is entered before it was checked: the first step shows what is wrong, what is doubtful, and what later apps
have to say (who is there already, whom it would stop); the second is open only for the very fields shown so.
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from liaison.apps.audit import public as audit
from liaison.apps.records import checks, queries, releases, retention, services
from liaison.apps.records.field_previews import FieldsPreview
from liaison.apps.records.forms import (
    ExtensionForm,
    HandlingForm,
    Remarks,
    RestrictionForm,
    WithdrawalForm,
    fields_of,
    inputs,
)
from liaison.apps.records.two_steps import digest_of_shown
from liaison.databases import all_databases
from liaison.databases.declaration import Database, title
from liaison.ledger.canonical import Json
from liaison.refusal import Finding, Refused
from liaison.viewer import Right, Viewer
from liaison.web.requests import ViewerRequest, page_number

ADD, CHECKED, STEP = "add", "checked", "step"
ENTER, DOUBTS_SEEN, HANDLING = "enter", "doubts_seen", "handling"


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def enter(request: ViewerRequest, kind: str) -> HttpResponse:
    """Show the empty form of a database, check what was typed, or enter it."""
    request.viewer.needs(Right.ENTER_RECORDS)
    database = _database(kind)
    handling = HandlingForm(request.POST if request.method == "POST" else None, prefix=HANDLING, database=database)
    page = _Page(request, database, handling)
    if request.method == "GET":
        return page.shown({})
    fields = page.typed()
    if request.POST.get(ADD) or not handling.is_valid():
        return page.shown(fields)
    draft = services.Draft(kind=kind, fields=fields, **handling.of_draft())
    findings = services.check(draft, by=request.viewer)
    doubts = [] if findings else checks.doubts_of(kind, fields)
    preview = None if findings else services.preview_of(draft, by=request.viewer)
    if findings or not page.may_act(fields, doubts, preview):
        return page.shown(fields, findings=findings, doubts=doubts, checked=not findings, preview=preview)
    try:
        return redirect("records:record", services.enter(draft, by=request.viewer))
    except Refused as refused:
        return page.shown(fields, findings=list(refused.findings))


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def change(request: ViewerRequest, reference: str) -> HttpResponse:
    """Show the form of an own record, check what was typed, or write its next version."""
    request.viewer.needs(Right.ENTER_RECORDS)
    card = queries.own_record(reference, request.viewer)
    page = _Page(request, _database(card.kind), None, card)
    if request.method == "GET":
        return page.shown(card.fields)
    fields = page.typed()
    if request.POST.get(ADD):
        return page.shown(fields)
    findings = checks.check_change(card, fields, by=request.viewer)
    doubts = [] if findings else checks.doubts_of(card.kind, fields)
    if findings or not page.may_act(fields, doubts):
        return page.shown(fields, findings=findings, doubts=doubts, checked=not findings)
    try:
        services.change(reference, fields, by=request.viewer)
    except Refused as refused:
        return page.shown(fields, findings=list(refused.findings))
    return redirect("records:record", reference)


@require_http_methods(["GET", "POST"])
def restrict(request: ViewerRequest, reference: str) -> HttpResponse:
    """Ask who may see an own record, show whom that holds, or write it once it was shown."""
    request.viewer.needs(Right.ENTER_RECORDS)
    card = queries.own_record(reference, request.viewer)
    before = {
        "audience": card.audience,
        "level": int(card.level),
        "conditions": [one.code for one in card.handling if one.chosen],
    }
    form = RestrictionForm(request.POST if request.method == "POST" else None, initial=before)
    findings: tuple[Finding, ...] = ()
    preview = None
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            wanted = services.release_of(
                card, audience=said["audience"], level=said["level"], conditions=said["conditions"], by=request.viewer
            )
            preview = releases.preview(card.kind, wanted, request.viewer, fields=card.fields)
            shown = hmac.compare_digest(request.POST.get(CHECKED, ""), _digest_of(preview, card, request.viewer))
            if request.POST.get(STEP) == ENTER and shown:
                services.restrict(reference, by=request.viewer, **said)
                return redirect("records:record", reference)
        except Refused as refused:
            findings = refused.findings
    context = {
        "card": card,
        "database": _database(card.kind),
        "form": form,
        "findings": findings,
        "preview": preview,
        "checked": _digest_of(preview, card, request.viewer) if preview else "",
    }
    return render(request, "records/restrict.html", context, status=422 if findings or form.errors else 200)


def _digest_of(preview: releases.Preview, card: queries.RecordCard, viewer: Viewer) -> str:
    """Return what ties the second step to whom the first has shown: a body that joined since shows it again."""
    return digest_of_shown("shown audience", [card.reference, *preview.shown], viewer)


@require_http_methods(["GET", "POST"])
def withdraw(request: ViewerRequest, reference: str) -> HttpResponse:
    """Ask for the reason, or withdraw an own record."""
    request.viewer.needs(Right.WITHDRAW_RECORDS)
    card = queries.own_record(reference, request.viewer)
    form = WithdrawalForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        services.withdraw(reference, reason=form.cleaned_data["reason"], by=request.viewer)
        return redirect("records:record", reference)
    context = {"card": card, "database": _database(card.kind), "form": form, "findings": ()}
    return render(request, "records/withdraw.html", context, status=422 if form.errors else 200)


@require_GET
def ending(request: ViewerRequest) -> HttpResponse:
    """Show which own records end soonest."""
    worklist = retention.ending(request.viewer, page=page_number(request))
    audit.look(audit.Look.by(request.viewer, kind="view", shown=[(one.id, one.source_id) for one in worklist.cards]))
    rows = [{"card": card, "database": all_databases()[card.kind]} for card in worklist.cards]
    context = {"page": worklist, "rows": rows, "attention": queries.needing_attention(request.viewer).total}
    return render(request, "records/ending.html", context)


@require_GET
def attention(request: ViewerRequest) -> HttpResponse:
    """Show the own records whose audience names a group that has ended."""
    page = queries.needing_attention(request.viewer, page=page_number(request))
    audit.look(audit.Look.by(request.viewer, kind="view", shown=[(one.id, one.source_id) for one in page.cards]))
    rows = [{"card": card, "database": all_databases()[card.kind]} for card in page.cards]
    return render(request, "records/attention.html", {"page": page, "rows": rows})


@require_http_methods(["GET", "POST"])
def extend(request: ViewerRequest, reference: str) -> HttpResponse:
    """Ask why an own record is still needed, or keep it longer."""
    request.viewer.needs(Right.ENTER_RECORDS)
    card = queries.own_record(reference, request.viewer)
    form = ExtensionForm(request.POST if request.method == "POST" else None)
    findings: tuple[Finding, ...] = ()
    if request.method == "POST" and form.is_valid():
        try:
            retention.extend(reference, by=request.viewer, **form.cleaned_data)
            return redirect("records:record", reference)
        except Refused as refused:
            findings = refused.findings
    context = {"card": card, "database": _database(card.kind), "form": form, "findings": findings}
    return render(request, "records/extend.html", context, status=422 if findings or form.errors else 200)


@dataclass(frozen=True, slots=True)
class _Page:
    """The page of one form, entering or changing."""

    request: ViewerRequest
    database: Database
    handling: HandlingForm | None
    card: queries.RecordCard | None = None

    def typed(self) -> dict[str, object]:
        """Return what was typed as fields."""
        files = {path: file for path, file in self.request.FILES.items() if isinstance(file, UploadedFile)}
        return fields_of(self.database, self.request.POST.dict(), files)

    def may_act(
        self, fields: Mapping[str, object], doubts: list[Finding], preview: FieldsPreview | None = None
    ) -> bool:
        """Whether these very fields and this very audience were shown as checked, and doubts were seen."""
        post = self.request.POST
        seen = not doubts or post.get(DOUBTS_SEEN) == "on"
        same = hmac.compare_digest(post.get(CHECKED, ""), self._digest(fields, preview))
        return post.get(STEP) == ENTER and seen and same

    def shown(
        self,
        fields: Mapping[str, object],
        *,
        findings: list[Finding] | None = None,
        doubts: list[Finding] | None = None,
        checked: bool = False,
        preview: FieldsPreview | None = None,
    ) -> HttpResponse:
        """Return the page with these values and what is to be said of them."""
        remarks = Remarks.of(findings or (), doubts or ())
        shown = inputs(self.database, fields, remarks, grown=self.request.POST.get(ADD, ""))
        context = {
            "database": self.database,
            "card": self.card,
            "handling": self.handling,
            "inputs": [one for one in shown if not one.sensitive],
            "sensitive": [one for one in shown if one.sensitive],
            "sensitive_open": any(
                one.sensitive and (one.required or one.is_wrong or fields.get(one.path)) for one in shown
            ),
            "fields": fields,
            "title": title(self.database, fields) if checked else "",
            "findings": tuple(findings or ()),
            "doubts": tuple(doubts or ()),
            "unseen_doubts": bool(doubts) and self.request.POST.get(STEP) == ENTER,
            "checked": self._digest(fields, preview) if checked else "",
            "preview": preview.record if checked and preview else None,
            "parts": preview.parts if checked and preview else (),
        }
        wrong = findings or (self.handling is not None and self.handling.is_bound and not self.handling.is_valid())
        return render(self.request, "records/entry.html", context, status=422 if wrong else 200)

    def _digest(self, fields: Mapping[str, object], preview: FieldsPreview | None) -> str:
        """Return what ties the second step to these fields, whom they will be shown to, this user and this record."""
        about = [self.card.reference if self.card else self.database.kind, *(preview.shown if preview else [])]
        return digest_of_shown("checked record", [*about, cast("Json", dict(fields))], self.request.viewer)


def _database(kind: str) -> Database:
    database = all_databases().get(kind)
    if database is None:
        raise Http404
    return database
