"""The pages with an invented content behind the real middleware of the kit; no database."""

from typing import Any

import pytest
from django.test import Client

from liaison.viewer import Right
from liaison.web import navigation
from liaison.web.navigation import Entry, Group

MIDDLEWARE = [
    "liaison.web.security.SecurityHeaders",
    "liaison.web.htmx.WholePageRedirects",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "tests.web.pages.EverybodyIsAmira",
    "liaison.web.errors.RefusedMiddleware",
]
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "liaison.web.context.shell",
            ]
        },
    }
]
ENTRIES = (
    Entry("t-query", "Query", "screening:query", "search", {Right.QUERY}, order=10),
    Entry("t-records", "Databases", "records:databases", "database", {Right.READ_RECORDS}, order=20),
    Entry("t-policies", "Policy values", "policies:list", "scale", {Right.CHANGE_POLICIES}, Group.STEWARDSHIP),
)


@pytest.fixture
def pages(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The addresses of tests/web/pages.py instead of the product's."""
    settings.ROOT_URLCONF = "tests.web.pages"
    settings.MIDDLEWARE = MIDDLEWARE
    settings.TEMPLATES = TEMPLATES
    settings.WHITENOISE_USE_FINDERS = True
    settings.WHITENOISE_AUTOREFRESH = True
    settings.CSRF_FAILURE_VIEW = "liaison.web.errors.csrf_failed"
    monkeypatch.setattr(navigation, "_entries", {entry.key: entry for entry in ENTRIES})


@pytest.fixture
def client(pages: None) -> Client:
    """A browser without scripts, that is shown an error page as a visitor is."""
    return Client(raise_request_exception=False)
