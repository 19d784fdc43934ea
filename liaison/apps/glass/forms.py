"""The forms of emergency openings: what is asked for, and how far the second person opens."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from liaison.rules.break_glass import DOCUMENT_LENGTH_MAX, GROUNDS, REASON_LENGTH_MAX, read_references
from liaison.viewer import Level, Purpose
from liaison.web.labels import LABELS as WORDS

NAMED_LENGTH_MAX = 5_000
_PURPOSES = [one for one in Purpose if any(one in ground.purposes for ground in GROUNDS.values())]


class AskForm(forms.Form):
    """An opening as it is asked for."""

    ground = forms.ChoiceField(
        label=_("Ground"), choices=[(one.code, _(one.label)) for one in GROUNDS.values()], widget=forms.Select
    )
    purpose = forms.ChoiceField(
        label=_("Purpose"), choices=[(one.value, _(WORDS["purpose"][one.value])) for one in _PURPOSES]
    )
    source = forms.CharField(
        label=_("Whose records"), max_length=20, help_text=_("The code of the body that answers for them, like QM.")
    )
    named = forms.CharField(
        label=_("References of the records"),
        max_length=NAMED_LENGTH_MAX,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Empty: any record of that body whose reference you give later; a court's order names them."),
    )
    reason = forms.CharField(
        label=_("Why nothing else helps in time"),
        max_length=REASON_LENGTH_MAX,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The second person decides on it, and the source reads it at once."),
    )
    document = forms.CharField(
        label=_("Decision that it rests on"),
        max_length=DOCUMENT_LENGTH_MAX,
        required=False,
        help_text=_("Court, day and number; needed where a court orders it."),
    )
    hours = forms.IntegerField(label=_("Hours"), min_value=1, initial=2)
    decider = forms.CharField(
        label=_("Who decides"),
        max_length=20,
        initial="XS",
        help_text=_("The code of another body: XS is the secretariat, whose security officers decide."),
    )

    def asked(self) -> dict[str, Any]:  # Any: keywords of different types
        """Return what was filled in, as the service takes it."""
        said = dict(self.cleaned_data)
        said["named"] = read_references(said["named"])
        said["purpose"] = Purpose(said["purpose"])
        return said


class ApprovalForm(forms.Form):
    """How far the second person opens."""

    level = forms.TypedChoiceField(
        label=_("Up to which level"),
        coerce=int,
        choices=[(level.value, _(WORDS["level"][str(level.value)])) for level in Level],
        help_text=_("Who asked sees what he is vetted for anyway; choose a higher level only where it has to be."),
    )


class ReferenceForm(forms.Form):
    """A record of the source, by its reference."""

    record = forms.CharField(label=_("Reference of the record"), max_length=24)
