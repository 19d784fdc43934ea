"""What the shell of every page needs: who reads, which menu, which language and direction, light or dark."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language, get_language_bidi

from liaison.viewer import Viewer
from liaison.web.demo import demo_world
from liaison.web.navigation import Entry, entries_for, waiting
from liaison.web.theme import Theme, chosen_theme


@dataclass(frozen=True, slots=True)
class MenuLine:
    """One line of the menu as this page shows it."""

    label: str
    url: str
    icon: str
    current: bool
    waiting: int


@dataclass(frozen=True, slots=True)
class Language:
    """A language of the installation, called by its own name, as the settings have it."""

    code: str
    own_name: str
    current: bool


def shell(request: HttpRequest) -> dict[str, object]:
    """The context processor of all pages."""
    viewer: Viewer | None = getattr(request, "viewer", None)
    theme = chosen_theme(request)
    return {
        "viewer": viewer,
        "menu": _menu(viewer, request.path, counts=request.method == "GET") if viewer else [],
        "language": get_language() or settings.LANGUAGE_CODE,
        "direction": "rtl" if get_language_bidi() else "ltr",
        "languages": _languages(),
        "theme": theme,
        "themes": tuple(Theme),
        "is_demo": demo_world() is not None,
        "here": request.path,
        "notices": getattr(request, "notices", ()),
    }


def _menu(viewer: Viewer, path: str, *, counts: bool) -> list[tuple[str, list[MenuLine]]]:
    groups = entries_for(viewer)
    lines = {entry.key: reverse(entry.url_name) for _, entries in groups for entry in entries}
    current = max((url for url in lines.values() if path.startswith(url)), key=len, default="")
    return [
        (
            label,
            [_line(entry, lines[entry.key], current, _waiting(entry, viewer, counts=counts)) for entry in entries],
        )
        for label, entries in groups
    ]


def _line(entry: Entry, url: str, current: str, count: int) -> MenuLine:
    return MenuLine(entry.label, url, entry.icon, url == current, count)


def _waiting(entry: Entry, viewer: Viewer, *, counts: bool) -> int:
    """Return how much waits behind a line; the answer to a form does not count: its statements are the form's."""
    return waiting(entry, viewer) if counts else 0


def _languages() -> list[Language]:
    now = get_language() or settings.LANGUAGE_CODE
    return [Language(code, own_name, code == now) for code, own_name in settings.LANGUAGES]
