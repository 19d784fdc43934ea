"""Light, dark, or as the screen says: the reader's choice, kept in a cookie, and no script needed to make it."""

from enum import StrEnum

from django.http import HttpRequest

COOKIE = "liaison_theme"
COOKIE_SECONDS = 365 * 24 * 60 * 60


class Theme(StrEnum):
    """The three choices."""

    LIGHT = "light"
    DARK = "dark"
    AUTO = "auto"


def chosen_theme(request: HttpRequest) -> Theme:
    """Return the reader's choice; without one, what his screen asks for."""
    said = request.COOKIES.get(COOKIE, "")
    return Theme(said) if said in set(Theme) else Theme.AUTO
