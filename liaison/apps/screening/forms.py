"""The box and the fields beside it, and why somebody asks."""

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from liaison.apps.screening.question import FIELD_LENGTH_MAX, TEXT_LENGTH_MAX
from liaison.identifiers.registry import SCHEMES
from liaison.rules.use import REASON_LABELS, Reason
from liaison.viewer import Purpose
from liaison.web.labels import LABELS

PURPOSE_ORDER = (
    Purpose.IDENTIFY,
    Purpose.WANTED,
    Purpose.LOCATE,
    Purpose.INVESTIGATE,
    Purpose.WARN,
    Purpose.FORENSIC,
    Purpose.SECURITY_CHECK,
    Purpose.ANALYSE,
)
PURPOSES = [("", _("Choose")), *((one.value, _(LABELS["purpose"][one.value])) for one in PURPOSE_ORDER)]
REASONS = [("", "—"), *((one.value, _(REASON_LABELS[one])) for one in Reason)]


def identifier_kinds() -> list[tuple[str, str]]:
    """Return the kinds of number that an officer may name, any kind first."""
    return [("", gettext("Any kind")), *((scheme.name, gettext(scheme.label)) for scheme in SCHEMES.values())]


class QueryForm(forms.Form):
    """One question, the purpose of the shift, and why somebody typed it (RPD art. 10(2))."""

    text = forms.CharField(
        label=_("Scan, paste or type anything"),
        required=False,
        max_length=TEXT_LENGTH_MAX,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 2, "autofocus": True, "autocomplete": "off", "spellcheck": "false"}),
    )
    name = forms.CharField(label=_("Name"), required=False, max_length=FIELD_LENGTH_MAX)
    birth_date = forms.CharField(label=_("Birth date"), required=False, max_length=40)
    nationality = forms.CharField(label=_("Nationality"), required=False, max_length=2)
    sex = forms.ChoiceField(
        label=_("Sex"),
        required=False,
        choices=[("", "—"), ("F", _("Female")), ("M", _("Male")), ("X", _("Not specified on the document"))],
    )
    document_number = forms.CharField(label=_("Document number"), required=False, max_length=60)
    document_country = forms.CharField(label=_("Issuing country"), required=False, max_length=3)
    identifier = forms.CharField(label=_("Number of a thing"), required=False, max_length=200)
    identifier_kind = forms.ChoiceField(label=_("Kind of number"), required=False, choices=identifier_kinds)
    reason = forms.ChoiceField(label=_("Reason"), required=False, choices=REASONS)
    reference = forms.CharField(label=_("Number of the case"), required=False, max_length=FIELD_LENGTH_MAX)
    same_reference = forms.BooleanField(label=_("As before"), required=False)
    purpose = forms.ChoiceField(
        label=_("Purpose"), choices=PURPOSES, error_messages={"required": _("Choose the purpose of your shift.")}
    )

    def asked(self) -> dict[str, str]:
        """Return what was filled in as a question takes it."""
        return {name: said for name, said in self.cleaned_data.items() if name not in ("purpose", "same_reference")}
