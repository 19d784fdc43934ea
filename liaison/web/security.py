"""The headers that every answer carries: nothing foreign is loaded, nothing inline is run, nothing is kept."""

from collections.abc import Callable, Mapping

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)

UNUSED_FEATURES = (
    "accelerometer",
    "camera",
    "display-capture",
    "encrypted-media",
    "fullscreen",
    "geolocation",
    "gyroscope",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "picture-in-picture",
    "screen-wake-lock",
    "usb",
    "xr-spatial-tracking",
)

ALWAYS: Mapping[str, str] = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",  # no-referrer makes browsers send "Origin: null", which fails every form
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in UNUSED_FEATURES),
}

UNLESS_SAID = {"Cache-Control": "no-store"}
"""Whatever does not say how it may be kept holds data: only the files of the package say so (whitenoise does it)."""


INTERFACE = "/api/"
SAVED_AS = {"application/json": "api.json", "application/problem+json": "problem.json"}
"""Under which name a browser would save an answer to a program, which it never shows as a page."""


class SecurityHeaders:
    """Puts the headers on every answer; stands first, so that refusals and files have them too."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        for name, value in ALWAYS.items():
            response[name] = value
        for name, value in UNLESS_SAID.items():
            response.headers.setdefault(name, value)
        if settings.SECURE_HSTS_SECONDS:
            response["Strict-Transport-Security"] = strict_transport()
        saved_as = SAVED_AS.get(response.headers.get("Content-Type", "").split(";")[0])
        if saved_as and request.path_info.startswith(INTERFACE):
            response.headers.setdefault("Content-Disposition", f'attachment; filename="{saved_as}"')
        return response


def strict_transport() -> str:
    """Return what tells a browser to ask for this host over TLS alone."""
    return f"max-age={settings.SECURE_HSTS_SECONDS}; includeSubDomains"
