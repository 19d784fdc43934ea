"""What is typed at the desk of data protection: a question, a reason, a judgement, a ground."""

from django import forms
from django.utils.translation import gettext_lazy as _

from liaison.apps.looks.desk import NAME_LENGTH_MAX, Question
from liaison.apps.looks.models import WORDS_LENGTH_MAX
from liaison.apps.screening import public as screening
from liaison.web.labels import LABELS

REFERENCES_LENGTH_MAX = 800


def _day(label: object) -> forms.DateField:
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(label=label, required=False, widget=widget)  # type: ignore[arg-type]


class QuestionForm(forms.Form):
    """Whom or what looks are asked about, and of which days."""

    references = forms.CharField(
        label=_("Records"),
        max_length=REFERENCES_LENGTH_MAX,
        required=False,
        help_text=_("One reference, or all those of a person, with spaces between."),
    )
    officer = forms.CharField(
        label=_("Or an officer"), max_length=NAME_LENGTH_MAX, required=False, help_text=_("His sign-in name.")
    )
    since = _day(_("From"))
    until = _day(_("Until"))

    def question(self) -> Question:
        """Return the question that was typed."""
        given = self.cleaned_data
        return Question.about(given["references"], given["officer"], given["since"], given["until"])


class ReasonForm(forms.Form):
    """Why an officer asked."""

    words = forms.CharField(
        label=_("State your reason"),
        max_length=WORDS_LENGTH_MAX,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Why you asked this question, and for which file. Your data-protection officer reads it."),
    )


class JudgementForm(forms.Form):
    """Why a reason is accepted or escalated, or a signal dismissed."""

    words = forms.CharField(
        label=_("Your reason"),
        max_length=WORDS_LENGTH_MAX,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Oversight reads it. Name no more people than you need."),
    )


class OpeningForm(forms.Form):
    """On which ground the text of a query is opened."""

    ground = forms.ChoiceField(
        label=_("Ground"), choices=[(one, _(LABELS["ground"][one])) for one in screening.GROUNDS]
    )
    words = forms.CharField(
        label=_("Which one"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Its number or day, so that oversight finds it. It stays with the opening."),
    )
