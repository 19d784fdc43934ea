"""What templates may say: `{% load liaison_tags %}`. Each only shows; `liaison.web.words` knows the words.

    {{ finding|t }} {{ finding|remedy }}      a finding, in the reader's language
    {{ "marked sentence"|t }}                 a declared label
    {% icon "search" %}                       an icon; give it words beside, for it has none of its own
    {% name "محمد" %}                         a name in its own script
    {{ born|partial }} {{ on|day }} {% moment at %} {{ seconds|duration }}
    {{ "FR"|country }} {{ 12345|number }} {% bar 0.94 %}
    {% card title=_("Versions") icon="history" %} ... {% endcard %}
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path

from django import template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from liaison.web import words

register = template.Library()

ICONS = Path(__file__).resolve().parents[1] / "icons"
BAR_LENGTH = 100
ICON_FRAME = (
    '<svg class="icon {}" viewBox="0 0 24 24" width="24" height="24" fill="none" stroke="currentColor" '
    'stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">{}</svg>'
)


@register.filter
def t(said: object) -> SafeString:
    """Return a marked sentence, or what a finding or a reason says, in the reader's language."""
    if isinstance(said, str):
        return words.sentence(said)
    message = getattr(said, "problem", None) or getattr(said, "message", None) or getattr(said, "label", "")
    return words.sentence(str(message), getattr(said, "values", None))


@register.filter
def remedy(finding: object) -> SafeString:
    """Return what to do about a finding, in the reader's language."""
    return words.sentence(getattr(finding, "remedy", ""), getattr(finding, "values", None))


@register.filter
def day(value: date | str | None) -> str:
    """Return an unambiguous day, 12 Mar 1984."""
    return words.day(value) if value else ""


@register.filter
def partial(value: object) -> str:
    """Return a date that may be partial, a span or approximate."""
    return words.partial_date(value) if value else ""


@register.filter
def duration(value: timedelta | float | None) -> str:
    """Return a length of time in its largest unit."""
    return "" if value is None else words.duration(value)


@register.filter
def number(value: object) -> str:
    """Return a number with grouped thousands."""
    return "" if value is None else words.number(value)


@register.filter
def country(code: str) -> str:
    """Return a country's name."""
    return words.country(code) if code else ""


@register.filter
def hundred(score: float | None) -> str:
    """Return a score in [0, 1] as a whole number of a hundred, never rounded up to certainty."""
    return "" if score is None else str(int(score * 100))


@register.filter
def strength(score: float | None) -> str:
    """Return the word for a score."""
    return "" if score is None else words.strength(score)[0]


@register.filter
def tone(score: float | None) -> str:
    """Return the tone of a score: danger, warning or neutral."""
    return "neutral" if score is None else words.strength(score)[1]


@register.filter
def at(mapping: Mapping[str, object], key: str) -> object:
    """Return what a mapping holds under a key that is itself a variable; empty where it holds nothing."""
    return mapping.get(key, "")


@register.filter
def shape(value: object) -> str:
    """Return how a field's value is built, so that the template can choose how to show it."""
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, Mapping):
        return "mapping"
    return "list" if isinstance(value, list | tuple) else "text"


@register.simple_tag
def moment(value: datetime | None) -> SafeString:
    """Return a moment with its time zone, as a <time> element."""
    return words.moment(value) if value else mark_safe("")


@register.simple_tag
def name(text: str) -> SafeString:
    """Return a name in its own script and direction; it is never translated."""
    tag = words.language_tag(text)
    if not tag:
        return format_html('<bdi class="li-name">{}</bdi>', text)
    return format_html('<bdi class="li-name" lang="{}">{}</bdi>', tag, text)


@register.simple_tag
def icon(name: str, extra: str = "") -> SafeString:
    """Return an icon of the package, drawn in the colour of the text around it and silent to screen readers."""
    return format_html(ICON_FRAME, extra, mark_safe(_shapes(name)))  # noqa: S308 - a file of this package


@register.simple_tag
def bar(score: float, tone: str = "") -> SafeString:
    """Return a bar of a score in [0, 1]; the number and the word stand beside it, so it is silent."""
    length = max(0, min(BAR_LENGTH, int(score * BAR_LENGTH)))
    return format_html(
        '<svg class="li-bar li-tone-{}" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="li-bar-track" width="100" height="6" rx="3"/>'
        '<rect class="li-bar-fill" width="{}" height="6" rx="3"/></svg>',
        tone or words.strength(score)[1],
        length,
    )


@register.simple_block_tag
def card(content: str, title: str = "", icon: str = "", extra: str = "", note: str = "") -> SafeString:
    """Return a card around the block: a title with its icon, a quiet note at its end, the content."""
    head = SafeString("")
    if title:
        sign = format_html(ICON_FRAME, "", mark_safe(_shapes(icon))) if icon else ""  # noqa: S308 - our own file
        aside = format_html('<span class="li-card-note">{}</span>', note) if note else ""
        head = format_html('<div class="card-header"><h2 class="card-title">{}{}</h2>{}</div>', sign, title, aside)
    return format_html('<section class="card {}">{}{}</section>', extra, head, conditional_escape(content))


@cache
def _shapes(name: str) -> str:
    return (ICONS / f"{name}.svg").read_text(encoding="utf-8").strip()
