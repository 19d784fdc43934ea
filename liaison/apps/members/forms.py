"""The sign-in form."""

from django import forms
from django.utils.translation import gettext_lazy as _


class SignInForm(forms.Form):
    """A name and a password."""

    sign_in_name = forms.CharField(label=_("Sign-in name"), max_length=80)
    password = forms.CharField(label=_("Password"), max_length=200, widget=forms.PasswordInput, strip=False)
