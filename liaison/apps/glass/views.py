"""The pages of emergency openings: the lists, asking, one opening and its buttons, one record through the glass."""

from collections.abc import Callable

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from liaison.apps.glass import queries, reading, services, signed
from liaison.apps.glass.forms import ApprovalForm, AskForm, ReferenceForm
from liaison.apps.members import public as members
from liaison.databases import all_databases
from liaison.databases.pictures import pictures_of
from liaison.refusal import Absent, Finding, Refused
from liaison.rows.clock import now
from liaison.viewer import Level, Right
from liaison.web import navigation
from liaison.web.requests import ViewerRequest, page_number

IMAGE_KINDS = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}
WATERMARKS = 12


@require_GET
def listing(request: ViewerRequest) -> HttpResponse:
    """Show the openings of our records, by us, or that we decide."""
    sides = [side for side in queries.SIDES if _may_see(side, request)]
    side = request.GET.get("side", "")
    side = side if side in sides else "of_us"
    context = {
        "page": queries.openings(request.viewer, side=side, page=page_number(request)),
        "side": side,
        "sides": sides,
        "may_ask": request.viewer.may(Right.BREAK_GLASS),
    }
    return render(request, "glass/list.html", context)


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def ask(request: ViewerRequest) -> HttpResponse:
    """Show the form, or ask another body."""
    request.viewer.needs(Right.BREAK_GLASS)
    form = AskForm(request.POST or None)
    findings: tuple[Finding, ...] = ()
    if request.method == "POST" and form.is_valid():
        try:
            return redirect("glass:opening", services.ask(**form.asked(), by=request.viewer))
        except Refused as refused:
            findings = refused.findings
    return render(
        request,
        "glass/ask.html",
        {"form": form, "findings": findings},
        status=422 if findings or form.errors else 200,
    )


@require_GET
def opening(request: ViewerRequest, reference: str) -> HttpResponse:
    """Show one opening and what this viewer may do with it."""
    if called := request.GET.get("record", "").strip():
        return redirect("glass:record", reference, called[:24])
    return _opening(request, reference)


@require_POST
def approve(request: ViewerRequest, reference: str) -> HttpResponse:
    """Open the records, as a second person."""
    form = ApprovalForm(request.POST)
    if not form.is_valid():
        return _opening(request, reference, form=form)
    level = Level(form.cleaned_data["level"])
    return _done(request, reference, lambda: services.approve(reference, level=level, by=request.viewer))


@require_POST
def reject(request: ViewerRequest, reference: str) -> HttpResponse:
    """Refuse what was asked for, as a second person."""
    return _done(request, reference, lambda: services.reject(reference, by=request.viewer))


@require_POST
def end(request: ViewerRequest, reference: str) -> HttpResponse:
    """End an opening at once."""
    return _done(request, reference, lambda: services.end(reference, by=request.viewer))


@require_POST
def acknowledge(request: ViewerRequest, reference: str) -> HttpResponse:
    """Say for the source that it has seen it."""
    done = _done(request, reference, lambda: services.acknowledge(reference, by=request.viewer))
    navigation.count_anew(request.viewer)
    return done


@never_cache
@require_GET
def record(request: ViewerRequest, reference: str, called: str) -> HttpResponse:
    """Show one record through the glass, marked with who reads it and when."""
    card, shown = reading.read(reference, called, by=request.viewer)
    database = all_databases()[shown.kind]
    pictures = [(number, one.caption) for number, one in enumerate(pictures_of(database, shown.fields), start=1)]
    context = {
        "opening": card,
        "card": shown,
        "database": database,
        "fields": [(field, shown.fields[field.name]) for field in database.fields if shown.fields.get(field.name)],
        "pictures": [(0, ""), *pictures] if shown.fields.get("portrait") else pictures,
        "contact": members.contacts([shown.source_id], request.viewer).get(shown.source_id),
        "read_at": now(),
        "watermarks": range(WATERMARKS),
    }
    return render(request, "glass/record.html", context)


@never_cache
@require_GET
def picture(request: ViewerRequest, reference: str, called: str, number: int) -> HttpResponse:
    """Return one picture of a record through the glass, 0 for the portrait; a look of its own."""
    image = reading.picture(reference, called, number, by=request.viewer)
    kind = next((kind for magic, kind in IMAGE_KINDS.items() if image.startswith(magic)), None)
    if kind is None:
        raise Http404
    return HttpResponse(image, content_type=kind, headers={"Cache-Control": "private, no-store"})


def _may_see(side: str, request: ViewerRequest) -> bool:
    needed = {"by_us": {Right.BREAK_GLASS, Right.AUDIT}, "for_us": {Right.APPROVE_GLASS}}
    return side not in needed or bool(needed[side] & request.viewer.rights)


def _opening(
    request: ViewerRequest,
    reference: str,
    *,
    form: ApprovalForm | None = None,
    findings: tuple[Finding, ...] = (),
) -> HttpResponse:
    card = queries.opening(reference, request.viewer)
    context = {
        "opening": card,
        "looks": queries.looks(card, request.viewer),
        "signed": {one.action: one.verdict.value for one in signed.acts(card, request.viewer)},
        "form": form or ApprovalForm(),
        "record_form": ReferenceForm(),
        "findings": findings,
    }
    return render(request, "glass/opening.html", context, status=422 if findings or form else 200)


def _done(request: ViewerRequest, reference: str, do: Callable[[], object]) -> HttpResponse:
    try:
        do()
    except Absent:
        raise
    except Refused as refused:
        return _opening(request, reference, findings=refused.findings)
    return redirect("glass:opening", reference)
