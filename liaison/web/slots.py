"""Named places on a page that later apps fill: each part is asked on behalf of the reader of the page.

# in an app's AppConfig.ready()
slots.fill("records.entry", advice)      # advice(viewer, about) -> HTML, or "" where it has nothing to say
{% slot "records.entry" kind=kind fields=fields %}
"""

from collections.abc import Callable, Mapping

from django.utils.safestring import SafeString, mark_safe

from liaison.viewer import Viewer

Part = Callable[[Viewer, Mapping[str, object]], SafeString]

_parts: dict[str, list[Part]] = {}


def fill(slot: str, part: Part) -> None:
    """Add a part to a slot; parts stand in the order of the apps."""
    parts = _parts.setdefault(slot, [])
    if part not in parts:
        parts.append(part)


def parts(slot: str, viewer: Viewer, about: Mapping[str, object]) -> SafeString:
    """Return what the parts of a slot say to this viewer."""
    return mark_safe("".join(part(viewer, about) for part in _parts.get(slot, ())))  # noqa: S308 - parts escape
