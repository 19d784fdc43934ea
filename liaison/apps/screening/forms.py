"""The box and the fields beside it."""

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from liaison.apps.screening.question import FIELD_LENGTH_MAX, TEXT_LENGTH_MAX
from liaison.identifiers.registry import SCHEMES
from liaison.viewer import Purpose

PURPOSES = [
    (Purpose.IDENTIFY.value, _("Identify a person or body")),
    (Purpose.WANTED.value, _("Search for a wanted person")),
    (Purpose.LOCATE.value, _("Locate a person or object")),
    (Purpose.INVESTIGATE.value, _("Investigation or a person's history")),
    (Purpose.WARN.value, _("Warn")),
    (Purpose.FORENSIC.value, _("Forensic analysis")),
    (Purpose.SECURITY_CHECK.value, _("Security check")),
    (Purpose.ANALYSE.value, _("Identify threats, trends and networks")),
]


def identifier_kinds() -> list[tuple[str, str]]:
    """Return the kinds of number that an officer may name, any kind first."""
    return [("", gettext("Any kind")), *((scheme.name, gettext(scheme.label)) for scheme in SCHEMES.values())]


class QueryForm(forms.Form):
    """One question and its purpose (RPD art. 10(2))."""

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
    reason = forms.CharField(label=_("Reason"), required=False, max_length=FIELD_LENGTH_MAX)
    purpose = forms.ChoiceField(label=_("Purpose"), choices=PURPOSES)
