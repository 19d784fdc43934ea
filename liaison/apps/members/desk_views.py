"""The page of one's own desk: whom others call, when it is open, who is on duty, and who stands in."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from liaison.apps.members import contacts, desks, directory, joining, queries
from liaison.apps.members.forms import ContactForm, DeputyForm, HoursForm, TurnForm
from liaison.apps.members.roles import looks_after
from liaison.refusal import Finding, Refused
from liaison.rows.viewing import viewing
from liaison.viewer import Right
from liaison.web.requests import ViewerRequest


@require_GET
def desk(request: ViewerRequest) -> HttpResponse:
    """Show the desk of the viewer's own body."""
    return _desk(request)


@require_POST
def contact(request: ViewerRequest) -> HttpResponse:
    """Say whom others call."""
    form = ContactForm(request.POST)
    return _done(request, form, lambda: contacts.set_contact(**form.cleaned_data, by=request.viewer), name="contact")


@require_POST
def hours(request: ViewerRequest) -> HttpResponse:
    """Say when the desk is open."""
    form = HoursForm(request.POST)
    return _done(
        request,
        form,
        lambda: desks.set_hours(form.cleaned_data["time_zone"], form.spans(), by=request.viewer),
        name="hours",
    )


@require_POST
def plan(request: ViewerRequest) -> HttpResponse:
    """Put a colleague on duty."""
    form = TurnForm(request.POST, people=_colleagues(request))
    return _done(
        request,
        form,
        lambda: desks.plan_turn(UUID(form.cleaned_data["user"]), *form.moments(), by=request.viewer),
        name="turn",
    )


@require_POST
def drop(request: ViewerRequest, turn_id: UUID) -> HttpResponse:
    """Take a turn out of the roster."""
    desks.drop_turn(turn_id, by=request.viewer)
    return redirect("members:desk")


@require_POST
def ask_deputy(request: ViewerRequest) -> HttpResponse:
    """Ask another bureau to stand in."""
    form = DeputyForm(request.POST)
    return _done(
        request,
        form,
        lambda: joining.propose_deputy(
            form.cleaned_data["code"].strip().upper(),
            starts_on=form.cleaned_data["starts_on"],
            ends_on=form.cleaned_data["ends_on"],
            reason=form.cleaned_data["reason"],
            by=request.viewer,
        ),
        name="deputy",
        then="members:changes",
    )


@require_POST
def end_deputy(request: ViewerRequest) -> HttpResponse:
    """Let nobody stand in any more."""
    desks.end_deputy(by=request.viewer)
    return redirect("members:desk")


def _desk(
    request: ViewerRequest,
    *,
    wrong: str = "",
    findings: tuple[Finding, ...] = (),
    sent: Mapping[str, object] = MappingProxyType({}),
) -> HttpResponse:
    viewer = request.viewer
    with viewing(viewer):
        own, turns, colleagues = directory.own_body(viewer), desks.roster(viewer), _colleagues(request)
    card = own.contact
    context = {
        "body": own,
        "wrong": wrong,
        "findings": findings,
        "roster": turns,
        "may_change": looks_after(viewer),
        "may_name": viewer.may(Right.ADMINISTER_MEMBERS),
        "contact": ContactForm(
            initial={"desk": card.desk, "phone": card.phone, "email": card.email, "always": card.always}
            if card
            else None
        ),
        "hours": HoursForm(time_zone=own.desk.time_zone, hours=own.desk.hours) if own.desk else HoursForm(),
        "turn": TurnForm(people=colleagues),
        "deputy": DeputyForm(auto_id="deputy_%s"),
    }
    return render(request, "members/desk.html", context | dict(sent), status=422 if wrong else 200)


def _colleagues(request: ViewerRequest) -> list[tuple[str, str]]:
    code = request.viewer.reader_code
    return [(str(one.id), one.display_name) for one in queries.users(request.viewer) if one.reader_code == code]


def _done(
    request: ViewerRequest,
    form: ContactForm | HoursForm | TurnForm | DeputyForm,
    do: Callable[[], object],
    *,
    name: str,
    then: str = "members:desk",
) -> HttpResponse:
    if not form.is_valid():
        return _desk(request, wrong=name, sent={name: form})
    try:
        do()
    except Refused as refused:
        return _desk(request, wrong=name, findings=refused.findings, sent={name: form})
    return redirect(then)
