"""The form of a record, made from its declaration: what it asks, what was typed, and what is wrong with it.

Names of inputs are paths (`plates.0.number`), the same that findings bear. Fields that hold several values show those
given and one empty row; “one more” answers with the form again, so that no script is needed. An empty row is nothing.
"""

import base64
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from liaison.databases import all_databases
from liaison.databases.declaration import Choice, Database, Field, FieldType
from liaison.databases.restricting import Wish
from liaison.identifiers.partial_dates import PartialDate
from liaison.refusal import Finding, Refused, mark
from liaison.rules import handling
from liaison.viewer import Level
from liaison.web.labels import LABELS

ROWS_MAX = 60
UPLOAD_BYTES_MAX = 512 * 1024
_PATH = re.compile(r"[a-z][a-z0-9_]{0,39}(\.([0-9]{1,2}|[a-z][a-z0-9_]{0,39})){0,3}")
_RANGE_ENDS = ("first", "last")


class WithdrawalForm(forms.Form):
    """Why a record is withdrawn: everybody who may see its history reads it."""

    reason = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))


class ExtensionForm(forms.Form):
    """Why a record is still needed, and until when (RPD art. 50)."""

    reason = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))
    until = forms.DateField(
        label=_("Kept until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("Empty: as long as the policy allows."),
    )


class ErrorForm(forms.Form):
    """What is wrong with a record; `recorded` are the names and labels of the fields that it has."""

    what = forms.ChoiceField(
        label=_("What is wrong"), choices=[(value, _(label)) for value, label in LABELS["error_what"].items()]
    )
    field = forms.ChoiceField(label=_("Field"), required=False)
    text = forms.CharField(
        label=_("In your words"),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("What is wrong, and how you know: a document, a person, another register."),
    )

    def __init__(self, data: Mapping[str, object] | None = None, *, recorded: Sequence[tuple[str, str]] = ()) -> None:
        super().__init__(data)
        field = self.fields["field"]
        assert isinstance(field, forms.ChoiceField), "declared so above"
        field.choices = [("", ""), *recorded]


class AnswerForm(forms.Form):
    """What became of a reported error."""

    outcome = forms.ChoiceField(
        label=_("What became of it"), choices=[(value, _(label)) for value, label in LABELS["error_outcome"].items()]
    )
    text = forms.CharField(
        label=_("In your words"),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What was done, or why the record is right as it is. Whoever reported it reads this."),
    )


class AudienceForm(forms.Form):
    """Who may see a record, and how secret it is."""

    audience = forms.CharField(
        label=_("Audience"),
        initial="all",
        required=False,
        max_length=500,
        help_text=_("“all”, “all -QN” for all but one, “list:QM,QN”, “region:EU”; “ + ” joins. Empty is nobody."),
    )
    level = forms.TypedChoiceField(
        label=_("Level"),
        coerce=lambda value: Level(int(value)),
        initial=Level.OFFICIAL_USE.value,
        choices=[
            (Level.OFFICIAL_USE.value, _("Official use")),
            (Level.RESTRICTED.value, _("Restricted")),
            (Level.CONFIDENTIAL.value, _("Confidential")),
        ],
    )
    conditions = forms.TypedMultipleChoiceField(
        label=_("Handling conditions"),
        required=False,
        coerce=str,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("They are shown wherever the record is, go with every copy, and are enforced as each one says."),
    )

    def __init__(self, *arguments: Any, **named: Any) -> None:  # Any: those of Django's forms
        super().__init__(*arguments, **named)
        field = self.fields["conditions"]
        assert isinstance(field, forms.TypedMultipleChoiceField), "declared so above"
        field.choices = [(one.code, f"{_(one.label)}: {_(one.asks)}") for one in handling.CHOSEN]

    def clean_conditions(self) -> frozenset[str]:
        """Return the chosen codes as a set."""
        return frozenset(self.cleaned_data["conditions"])


class RestrictionForm(AudienceForm):
    """Another audience for a record, and why."""

    reason = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))


class FieldsReasonForm(forms.Form):
    """Why fields of a record are restricted."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Your own body alone reads it."),
    )


class HandlingForm(AudienceForm):
    """What goes with the fields of a record: who may see it, how secret it is, how long it is kept."""

    expires_on = forms.DateField(
        label=_("Kept until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("Empty: as long as the policy allows."),
    )
    foreign_key = forms.CharField(
        label=_("Own number"),
        required=False,
        max_length=200,
        help_text=_("The number of the case in your own system, by which you find the record again."),
    )
    restricted = forms.TypedMultipleChoiceField(
        label=_("Fields that fewer see"),
        required=False,
        coerce=str,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "They are kept from the first moment. Single values, and different readers, are restricted later."
        ),
    )
    restricted_to = forms.CharField(
        label=_("Who sees these fields"),
        required=False,
        max_length=500,
        help_text=_("As above; they see them where they see the record. Empty is nobody but your own body."),
    )

    def __init__(self, *arguments: Any, database: Database, **named: Any) -> None:  # Any: those of Django's forms
        super().__init__(*arguments, **named)
        field = self.fields["restricted"]
        assert isinstance(field, forms.TypedMultipleChoiceField), "declared so above"
        field.choices = [(one.name, _(one.label)) for one in database.fields if not one.required]

    @property
    def of_fields(self) -> list[forms.BoundField]:
        """The inputs that restrict fields."""
        return [self["restricted"], self["restricted_to"]]

    @property
    def of_the_record(self) -> list[forms.BoundField]:
        """The other inputs, which are about the whole record."""
        return [one for one in self.visible_fields() if one.name not in ("restricted", "restricted_to")]

    def of_draft(self) -> dict[str, Any]:  # Any: as a draft names its parts
        """Return what was filled in as a draft has it."""
        said = dict(self.cleaned_data)
        names, audience = said.pop("restricted"), said.pop("restricted_to").strip()
        return said | {"restricted": tuple(Wish(name, audience) for name in names)}


class DatabaseRestrictionForm(forms.Form):
    """Whom a body keeps out of one of its databases or of all, and why."""

    kind = forms.ChoiceField(label=_("Database"), required=False)
    excludes = forms.CharField(
        label=_("Whom it keeps out"),
        max_length=500,
        help_text=_("“list:QN,QO”, “region:EU”, “all -QN” for everybody but one; “ + ” joins."),
    )
    reason = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *arguments: Any, **named: Any) -> None:  # Any: those of Django's forms
        super().__init__(*arguments, **named)
        field = self.fields["kind"]
        assert isinstance(field, forms.ChoiceField), "declared so above"
        labels = [(kind, _(database.label)) for kind, database in all_databases().items()]
        field.choices = [("", _("Everything that we hold")), *labels]


class LiftForm(forms.Form):
    """Why a restriction is not needed any more."""

    reason = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))


@dataclass(frozen=True, slots=True)
class Input:
    """One input of the form, or a group of them.

    `control` says how it is drawn: line, text, choice, country, yes_no, date, image, range, group or many. A `many`
    has one child for each row, a `group` one for each part. `findings` keep it from being entered, `doubts` do not.
    """

    path: str
    label: str
    control: str
    value: object = ""
    help: str = ""
    required: bool = False
    sensitive: bool = False
    choices: tuple[Choice, ...] = ()
    children: tuple["Input", ...] = ()
    findings: tuple[Finding, ...] = ()
    doubts: tuple[Finding, ...] = ()
    can_grow: bool = False

    @property
    def id(self) -> str:
        """The id of its element on the page."""
        return "f-" + self.path.replace(".", "-")

    @property
    def is_wrong(self) -> bool:
        """Whether something in it, or below it, was found wrong."""
        return bool(self.findings) or any(child.is_wrong for child in self.children)


@dataclass(frozen=True, slots=True)
class Remarks:
    """What is to be said of the fields, by path."""

    findings: Mapping[str, list[Finding]] = field(default_factory=dict)
    doubts: Mapping[str, list[Finding]] = field(default_factory=dict)

    @classmethod
    def of(cls, findings: Sequence[Finding] = (), doubts: Sequence[Finding] = ()) -> "Remarks":
        """Return the remarks sorted by the paths that they are about."""
        return cls(_by_path(findings), _by_path(doubts))


def inputs(
    database: Database, fields: Mapping[str, object], remarks: Remarks | None = None, *, grown: str = ""
) -> list[Input]:
    """Return the form of a record with these values; `grown` is the path of the field that gets one more row."""
    said = remarks or Remarks()
    return [_input(one, one.name, fields.get(one.name), said, grown) for one in database.fields]


def fields_of(
    database: Database, post: Mapping[str, str], files: Mapping[str, UploadedFile] | None = None
) -> dict[str, object]:
    """Return what was typed, as fields of the declaration; raise Refused for a picture that is too large.

    Inputs that the declaration does not know are not the form's own and are left aside.
    """
    given = {path: value for path, value in post.items() if _PATH.fullmatch(path) and value.strip()}
    images = {path: _uploaded(file) for path, file in (files or {}).items() if _PATH.fullmatch(path)}
    typed = {one.name: _typed(one, one.name, given, images) for one in database.fields}
    return {name: value for name, value in typed.items() if value is not None}


def _by_path(findings: Sequence[Finding]) -> dict[str, list[Finding]]:
    found: dict[str, list[Finding]] = {}
    for finding in findings:
        found.setdefault(finding.field, []).append(finding)
    return found


def _input(one: Field, path: str, value: object, said: Remarks, grown: str) -> Input:
    if not one.many:
        return _single(one, path, value, said, grown)
    items = value if isinstance(value, list) else []
    can_grow = len(items) < min(one.most, ROWS_MAX)
    rows = len(items) + (1 if can_grow and (not items or grown == path) else 0)
    return Input(
        path=path,
        label=one.label,
        control="many",
        help=one.help,
        required=one.required,
        sensitive=one.sensitive,
        children=tuple(
            _single(one, f"{path}.{row}", items[row] if row < len(items) else None, said, grown)
            for row in range(rows)
        ),
        findings=tuple(said.findings.get(path, ())),
        doubts=tuple(said.doubts.get(path, ())),
        can_grow=can_grow,
    )


def _single(one: Field, path: str, value: object, said: Remarks, grown: str) -> Input:
    parts: tuple[Input, ...] = ()
    if one.type is FieldType.GROUP:
        within = value if isinstance(value, Mapping) else {}
        parts = tuple(
            _input(part, f"{path}.{part.name}", within.get(part.name), said, grown) for part in _asked(one.parts)
        )
    return Input(
        path=path,
        label=one.label,
        control=_CONTROLS.get(one.type, "line"),
        value=_shown(one, value),
        help="" if one.many else one.help,
        required=one.required,
        sensitive=one.sensitive and not one.many,
        choices=one.choices,
        children=parts,
        findings=tuple(said.findings.get(path, ())),
        doubts=tuple(said.doubts.get(path, ())),
    )


def _asked(parts: Sequence[Field]) -> Iterator[Field]:
    """Yield the parts that people fill in: what follows from another is left to the machine."""
    return (part for part in parts if not part.derived_from)


def _shown(one: Field, value: object) -> object:
    if value in (None, "", [], {}):
        return dict.fromkeys(_RANGE_ENDS, "") if one.type is FieldType.NUMBER_RANGE else ""
    if one.type is FieldType.PARTIAL_DATE:
        return _date_text(value)
    return value


def _date_text(value: object) -> str:
    try:
        return str(PartialDate.from_json(value))
    except Refused:
        return str(value)


_CONTROLS = {
    FieldType.LONG_TEXT: "text",
    FieldType.CHOICE: "choice",
    FieldType.COUNTRY: "country",
    FieldType.YES_NO: "yes_no",
    FieldType.PARTIAL_DATE: "date",
    FieldType.DATE: "date",
    FieldType.NUMBER_RANGE: "range",
    FieldType.IMAGE: "image",
    FieldType.GROUP: "group",
}


def _typed(one: Field, path: str, given: Mapping[str, str], images: Mapping[str, str]) -> object:
    if not one.many:
        return _typed_single(one, path, given, images)
    rows = [_typed_single(one, f"{path}.{row}", given, images) for row in range(ROWS_MAX)]
    return [row for row in rows if row is not None] or None


def _typed_single(one: Field, path: str, given: Mapping[str, str], images: Mapping[str, str]) -> object:
    if one.type is FieldType.GROUP:
        parts = {part.name: _typed(part, f"{path}.{part.name}", given, images) for part in one.parts}
        return {name: value for name, value in parts.items() if value is not None} or None
    if one.type is FieldType.NUMBER_RANGE:
        ends = {end: given[f"{path}.{end}"] for end in _RANGE_ENDS if f"{path}.{end}" in given}
        return {**dict.fromkeys(_RANGE_ENDS, ""), **ends} if ends else None
    if one.type is FieldType.IMAGE:
        return images.get(path) or given.get(path)
    return given.get(path)


def _uploaded(file: UploadedFile) -> str:
    if (file.size or 0) > UPLOAD_BYTES_MAX:
        raise Refused(
            Finding(
                code="records.picture_too_large",
                problem=mark("The picture has more than %(most)s kilobytes."),
                remedy=mark("Make it smaller and choose it again."),
                values={"most": UPLOAD_BYTES_MAX // 1024},
            )
        )
    return base64.b64encode(file.read()).decode("ascii")
