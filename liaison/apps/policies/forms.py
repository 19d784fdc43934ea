"""The form that proposes a policy value."""

from django import forms
from django.utils.translation import gettext_lazy as _


class ProposalForm(forms.Form):
    """A new value, from when on, and why."""

    value = forms.IntegerField(label=_("New value"))
    reason = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
