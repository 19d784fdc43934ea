"""The forms of membership: signing in, bodies and their agreements, people and their jobs, desks and turns."""

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from liaison.apps.members.desks import Span
from liaison.apps.members.joining import ADMITTED_KINDS
from liaison.apps.members.joining_values import Newcomer, Person
from liaison.apps.members.people import Job
from liaison.apps.members.queries import for_purpose
from liaison.apps.members.roles import LABELS, Role, roles_in
from liaison.apps.members.tokens import Scope
from liaison.databases import all_databases
from liaison.rules.membership import NUMBER_LENGTH_MAX, TITLE_LENGTH_MAX, Terms, open_to
from liaison.viewer import Level, Purpose, ReaderKind, Right, Viewer
from liaison.web.labels import LABELS as WORDS
from liaison.web.labels import WEEKDAYS

_SPAN = re.compile(r"(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})")
_LEVELS = [(level.value, _(WORDS["level"][str(level.value)])) for level in Level]


def _day(label: object, *, help_text: object = "", required: bool = True) -> forms.DateField:
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(label=label, help_text=help_text, required=required, widget=widget)  # type: ignore[arg-type]


def _current_password() -> forms.PasswordInput:
    """A field that browsers and password managers fill."""
    return forms.PasswordInput(attrs={"autocomplete": "current-password"})


def _why() -> forms.CharField:
    return forms.CharField(
        label=_("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("A sentence; it stays with the change."),
    )


class SignInForm(forms.Form):
    """A name and a password."""

    sign_in_name = forms.CharField(label=_("Sign-in name"), max_length=80)
    password = forms.CharField(label=_("Password"), max_length=200, widget=_current_password(), strip=False)


class UnlockForm(forms.Form):
    """The password of somebody who was away."""

    password = forms.CharField(label=_("Password"), max_length=200, widget=_current_password(), strip=False)


class CodeForm(forms.Form):
    """A code of an app, or a recovery code."""

    code = forms.CharField(
        label=_("Code"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autocapitalize": "characters"}),
        help_text=_("The six digits that the app shows now, or a recovery code."),
    )


class _OwnAccountForm(forms.Form):
    """A change of one's own account that asks for the password once more, where it has to (`confirms`)."""

    password = forms.CharField(
        label=_("Your password"),
        max_length=200,
        widget=_current_password(),
        strip=False,
        help_text=_("So that nobody does this on a screen that you have left."),
    )

    def __init__(self, data: Mapping[str, object] | None = None, *, confirms: bool = True) -> None:
        super().__init__(data)
        self.order_fields([name for name in self.fields if name != "password"])
        if not confirms:
            del self.fields["password"]


class ConfirmForm(_OwnAccountForm):
    """The password, and nothing else."""


class AppForm(_OwnAccountForm):
    """The first code of an app."""

    code = forms.CharField(
        label=_("The code that the app shows now"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )


class PasskeyForm(_OwnAccountForm):
    """What a new passkey is called, and the browser's answer."""

    label = forms.CharField(
        label=_("What you call it"), max_length=60, help_text=_("For example: security key, telephone.")
    )
    answer = forms.CharField(max_length=16_384, widget=forms.HiddenInput)


class OwnPasswordForm(forms.Form):
    """One's own new password, and the one that it takes the place of."""

    current = forms.CharField(label=_("Current password"), max_length=200, widget=_current_password(), strip=False)
    password = forms.CharField(
        label=_("New password"),
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        strip=False,
        help_text=_("At least 12 characters. A sentence is easy to remember."),
    )
    again = forms.CharField(
        label=_("New password, once more"),
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        strip=False,
    )

    def clean_again(self) -> str:
        """Refuse a repetition that differs."""
        again: str = self.cleaned_data["again"]
        if again != self.cleaned_data.get("password"):
            raise forms.ValidationError(_("This is not the same password."))
        return again


def purposes(*, administrative: bool) -> list[tuple[str, str]]:
    """Return the purposes that a token may serve: the police ones, and administrative use where it is offered."""
    more = [Purpose.ADMINISTRATIVE] if administrative else []
    offered = [*(one for one in Purpose if one.is_police), *more]
    return [(one.value, gettext(WORDS["purpose"][one.value])) for one in offered]


class TokenForm(forms.Form):
    """A token: what it is called, what it serves, and how much less than its account it may.

    `administrative` use is offered to programs alone: people work for police purposes.
    """

    label = forms.CharField(label=_("Which program uses it"), max_length=80)
    purpose = forms.ChoiceField(label=_("Purpose"))
    days = forms.IntegerField(
        label=_("Days"), min_value=1, required=False, help_text=_("Empty: as the policy allows.")
    )
    rights = forms.MultipleChoiceField(
        label=_("What it may"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: everything that the account may."),
    )
    networks = forms.CharField(
        label=_("Networks"),
        max_length=1_000,
        required=False,
        help_text=_("Addresses or ranges from which alone it works, with commas between. Empty: from anywhere."),
    )

    def __init__(
        self,
        data: Mapping[str, object] | None = None,
        *,
        rights: Collection[Right],
        administrative: bool = False,
    ) -> None:
        super().__init__(data)
        purpose = self.fields["purpose"]
        assert isinstance(purpose, forms.ChoiceField), "declared so above"
        purpose.choices = purposes(administrative=administrative)
        field = self.fields["rights"]
        assert isinstance(field, forms.MultipleChoiceField), "declared so above"
        field.choices = [(one.value, _(WORDS["right"][one.value])) for one in Right if one in rights]

    def viewer(self, viewer: Viewer) -> Viewer:
        """Return the same account's Viewer for the chosen purpose."""
        return for_purpose(viewer, self.chosen_purpose())

    def chosen_purpose(self) -> Purpose:
        """Return the chosen purpose."""
        return Purpose(self.cleaned_data["purpose"])

    def asked(self) -> dict[str, Any]:  # Any: keywords of different types
        """Return what was filled in, as the service takes it."""
        said = self.cleaned_data
        rights = frozenset(map(Right, said["rights"])) or None
        networks = tuple(one for one in re.split(r"[\s,;]+", said["networks"]) if one)
        return {"label": said["label"], "days": said["days"], "scope": Scope(rights, networks)}


class ReasonForm(forms.Form):
    """Why something is done to a body."""

    reason = _why()


class SuspensionForm(ReasonForm):
    """Why and for how many days a body is suspended; an agency until it is lifted."""

    days = forms.IntegerField(label=_("Days"), min_value=1, required=False)

    def __init__(self, data: Mapping[str, object] | None = None, *, kind: ReaderKind) -> None:
        super().__init__(data)
        if kind is ReaderKind.AGENCY:
            del self.fields["days"]


class TermsForm(forms.Form):
    """What an agreement says; which databases there are to choose from depends on the kind of body."""

    number = forms.CharField(label=_("Number of the agreement"), max_length=NUMBER_LENGTH_MAX)
    title = forms.CharField(label=_("Title of the agreement"), max_length=TITLE_LENGTH_MAX)
    starts_on = _day(_("First day"))
    ends_on = _day(_("Last day"))
    queries = forms.MultipleChoiceField(
        label=_("Databases that it may ask"), required=False, widget=forms.CheckboxSelectMultiple
    )
    enters = forms.MultipleChoiceField(
        label=_("Databases into which it may enter records"), required=False, widget=forms.CheckboxSelectMultiple
    )
    opinion = forms.CharField(label=_("Opinion of the commission"), required=False, max_length=80)
    approval = forms.CharField(label=_("Approval of the assembly"), required=False, max_length=80)
    matches_to = forms.CharField(
        label=_("Bureau that is told of matches"),
        required=False,
        max_length=12,
        help_text=_("Its code. Empty: the bureau of the partner's country."),
    )

    def __init__(self, data: Mapping[str, object] | None = None, *, kind: ReaderKind) -> None:
        super().__init__(data)
        self._choose("queries", open_to(kind))
        self._choose("enters", frozenset(all_databases()) if kind is not ReaderKind.PRIVATE_PARTNER else frozenset())
        if kind is ReaderKind.AGENCY:
            del self.fields["opinion"]
        if kind is not ReaderKind.PRIVATE_PARTNER:
            del self.fields["approval"], self.fields["matches_to"]
        self.order_fields(["code", "name", "country", *TermsForm.base_fields, "sign_in_name", "display_name"])

    def terms(self) -> Terms:
        """Return what was filled in."""
        said = self.cleaned_data
        return Terms(
            number=said["number"],
            title=said["title"],
            starts_on=said["starts_on"],
            ends_on=said["ends_on"],
            queries=frozenset(said["queries"]),
            enters=frozenset(said.get("enters") or ()),
            opinion=said.get("opinion", ""),
            approval=said.get("approval", ""),
            matches_to=said.get("matches_to", "").strip().upper(),
        )

    def _choose(self, name: str, kinds: frozenset[str]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.MultipleChoiceField), "declared so above"
        field.choices = [(one.kind, _(one.label)) for one in all_databases().values() if one.kind in kinds]
        if not kinds:
            del self.fields[name]


class RenewalForm(TermsForm):
    """A new agreement with a body that has joined."""

    reason = _why()


class ConnectionForm(TermsForm):
    """An agency that its bureau would connect."""

    code = forms.CharField(label=_("Code"), max_length=12, help_text=_("Your bureau's code, a hyphen, and letters."))
    name = forms.CharField(label=_("Name"), max_length=200)
    reason = _why()


class GroupForm(forms.Form):
    """A group of bodies that an audience can name."""

    kind = forms.ChoiceField(label=_("Kind of group"))
    code = forms.CharField(label=_("Code"), max_length=20)
    name = forms.CharField(label=_("Name"), max_length=120)
    bodies = forms.CharField(
        label=_("Bodies"),
        max_length=4_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Their codes, with commas between. Agencies come with their bureau."),
    )
    reason = _why()

    def __init__(
        self,
        data: Mapping[str, object] | None = None,
        *,
        kinds: Sequence[str],
        initial: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(data, initial=dict(initial or {}))
        field = self.fields["kind"]
        assert isinstance(field, forms.ChoiceField), "declared so above"
        field.choices = [(kind, _(WORDS["group_kind"][kind])) for kind in kinds]


class PaperForm(forms.Form):
    """A key of one's own body, by the paper that its agent wrote."""

    paper = forms.CharField(
        label=_("Paper of enrolment"),
        max_length=4_096,
        widget=forms.Textarea(attrs={"rows": 6, "dir": "ltr", "spellcheck": "false"}),
        help_text=_("The file that “liaison agent init” or “liaison agent rotate” wrote. It holds nothing secret."),
    )
    reason = _why()


class RehearsalForm(forms.Form):
    """That enough shares restored the key, as the restored key says."""

    paper = forms.CharField(
        label=_("Paper of rehearsal"),
        max_length=2_048,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "ltr", "spellcheck": "false"}),
        help_text=_("What “liaison agent rehearse” printed, at most a week ago."),
    )


class RevocationForm(forms.Form):
    """Which key is revoked, why, and from when nothing that it signed is believed."""

    key = forms.CharField(label=_("Key"), max_length=60, help_text=_("As it stands above."))
    void_from = forms.DateTimeField(
        label=_("Not believed from"),
        required=False,
        help_text=_("In UTC, like 2026-03-01 08:15. Leave it empty if nobody else had it before now."),
    )
    reason = _why()


class KindForm(forms.Form):
    """What kind of body would be admitted: the rest of the form depends on it."""

    kind = forms.ChoiceField(
        label=_("Kind of body"),
        choices=[(kind.value, _(WORDS["one_reader_kind"][kind.value])) for kind in ADMITTED_KINDS],
    )


class AdministratorForm(forms.Form):
    """Who would be the first administrator of a body."""

    sign_in_name = forms.CharField(label=_("Sign-in name of the first administrator"), max_length=80)
    display_name = forms.CharField(label=_("His name, as colleagues know it"), max_length=120)
    reason = _why()

    def person(self) -> Person:
        """Return who was filled in."""
        return Person(self.cleaned_data["sign_in_name"], self.cleaned_data["display_name"])


class AdmissionForm(AdministratorForm):
    """A body that takes part as of right and would be admitted, with its first administrator."""

    code = forms.CharField(label=_("Code"), max_length=12)
    name = forms.CharField(label=_("Name"), max_length=200)
    country = forms.CharField(label=_("Country"), max_length=2, required=False)
    field_order = ("code", "name", "country", "sign_in_name", "display_name", "reason")

    def newcomer(self, kind: ReaderKind) -> Newcomer:
        """Return the body that was filled in."""
        said = self.cleaned_data
        return Newcomer(said["code"].strip(), kind, said["name"], said["country"].strip().upper())


class AdmissionUnderTermsForm(TermsForm, AdmissionForm):
    """The same for a body that takes part under an agreement."""


class DeputyForm(forms.Form):
    """Which bureau is asked to stand in, and when."""

    code = forms.CharField(label=_("Code of the bureau"), max_length=12)
    starts_on = _day(_("First day"))
    ends_on = _day(_("Last day"))
    reason = _why()


class JobForm(forms.Form):
    """A job with its vetting level and last days; `bodies` are those to which somebody may be moved."""

    role = forms.ChoiceField(label=_("Job"))
    level = forms.TypedChoiceField(
        label=_("Vetted up to"),
        coerce=lambda value: Level(int(value)),
        choices=_LEVELS,
        initial=Level.OFFICIAL_USE.value,
    )
    ends_on = _day(_("Last day of the account"), required=False, help_text=_("Empty: until it is ended."))
    certified_until = _day(
        _("Certificate holds until"), required=False, help_text=_("The account stops working on the day after.")
    )

    def __init__(
        self,
        data: Mapping[str, object] | None = None,
        *,
        kinds: Sequence[tuple[ReaderKind, str]],
        initial: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(data, initial=dict(initial or {}))
        jobs = {role for kind, code in kinds for role in roles_in(kind, code)}
        field = self.fields["role"]
        assert isinstance(field, forms.ChoiceField), "declared so above"
        field.choices = [(role.value, _(LABELS[role])) for role in Role if role in jobs]

    def job(self) -> Job:
        """Return what was filled in."""
        said = self.cleaned_data
        return Job(Role(said["role"]), said["level"], said["ends_on"], said["certified_until"])


class MoveForm(JobForm):
    """Another job, perhaps in another body."""

    body = forms.ChoiceField(label=_("Body"))
    field_order: Sequence[str] = ("body", "role", "level", "ends_on", "certified_until")

    def __init__(
        self,
        data: Mapping[str, object] | None = None,
        *,
        kinds: Sequence[tuple[ReaderKind, str]],
        bodies: Sequence[tuple[str, str]],
        initial: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(data, kinds=kinds, initial=initial)
        field = self.fields["body"]
        assert isinstance(field, forms.ChoiceField), "declared so above"
        field.choices = list(bodies)


class NewUserForm(MoveForm):
    """Somebody who joins."""

    sign_in_name = forms.CharField(label=_("Sign-in name"), max_length=80)
    display_name = forms.CharField(label=_("Name, as colleagues know it"), max_length=120)
    is_system = forms.BooleanField(
        label=_("A program, not a person"),
        required=False,
        help_text=_("It has no password; you issue tokens for it on its page."),
    )
    field_order = ("body", "sign_in_name", "display_name", "role", "level", "ends_on", "certified_until")


class ContactForm(forms.Form):
    """Whom others call about the records of a body."""

    desk = forms.CharField(label=_("Desk"), max_length=120, help_text=_("A desk, not a person."))
    phone = forms.CharField(label=_("Telephone, with the country code"), max_length=40, required=False)
    email = forms.CharField(label=_("E-mail"), max_length=120, required=False)
    always = forms.BooleanField(label=_("Answers by day and night"), required=False)


class TurnForm(forms.Form):
    """A turn of duty, in UTC."""

    user = forms.ChoiceField(label=_("Who"))
    starts_at = forms.DateTimeField(
        label=_("From (UTC)"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"})
    )
    ends_at = forms.DateTimeField(
        label=_("Until (UTC)"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"})
    )

    def __init__(self, data: Mapping[str, object] | None = None, *, people: Sequence[tuple[str, str]]) -> None:
        super().__init__(data)
        field = self.fields["user"]
        assert isinstance(field, forms.ChoiceField), "declared so above"
        field.choices = list(people)

    def moments(self) -> tuple[datetime, datetime]:
        """Return begin and end."""
        return self.cleaned_data["starts_at"].astimezone(UTC), self.cleaned_data["ends_at"].astimezone(UTC)


class HoursForm(forms.Form):
    """When a desk is open, a line for each day of the week: “09:00-12:00, 13:00-17:00”; empty is closed."""

    time_zone = forms.ChoiceField(
        label=_("Time zone"), choices=[(zone, zone) for zone in sorted(available_timezones())]
    )

    def __init__(
        self, data: Mapping[str, object] | None = None, *, time_zone: str = "UTC", hours: Sequence[Span] = ()
    ) -> None:
        super().__init__(data, initial={"time_zone": time_zone} | {f"day_{n}": _written(hours, n) for n in range(7)})
        for number, label in enumerate(WEEKDAYS):
            self.fields[f"day_{number}"] = forms.CharField(
                label=_(label), required=False, max_length=80, validators=[_check_spans]
            )

    def spans(self) -> list[Span]:
        """Return the spans that were filled in."""
        return [span for number in range(7) for span in _read(number, self.cleaned_data[f"day_{number}"])]


def _written(hours: Sequence[Span], weekday: int) -> str:
    return ", ".join(f"{_clock(one.opens)}-{_clock(one.closes)}" for one in hours if one.weekday == weekday)


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _read(weekday: int, text: str) -> list[Span]:
    found = [_SPAN.fullmatch(part.strip()) for part in text.split(",") if part.strip()]
    numbers = [[int(number) for number in one.groups()] for one in found if one]
    return [Span(weekday, a * 60 + b, c * 60 + d) for a, b, c, d in numbers]


def _check_spans(text: str) -> None:
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if not all(_SPAN.fullmatch(part) for part in parts):
        raise forms.ValidationError(_("Write hours like 09:00-12:00, 13:00-17:00."))
