"""Which app answers which address: every app that has pages brings a `urls` module and owns the paths in it."""

from importlib.util import find_spec

from django.conf import settings
from django.urls import include, path

_WITH_PAGES = [
    f"{name}.urls"
    for name in settings.INSTALLED_APPS
    if name.startswith("liaison.") and find_spec(f"{name}.urls") is not None
]

urlpatterns = [
    path("api/v1/", include("liaison.config.api")),
    *(path("", include(module)) for module in _WITH_PAGES),
]

handler400 = "liaison.web.errors.bad_request"
handler403 = "liaison.web.errors.denied"
handler404 = "liaison.web.errors.absent"
handler500 = "liaison.web.errors.broken"
