"""What templates may say: `{% load liaison_tags %}`. Each only shows; `liaison.web.words` knows the words.

{{ finding|t }} {{ finding|remedy }}      a finding, in the reader's language
{{ "marked sentence"|t }}                 a declared label
{% icon "search" %}                       an icon; give it words beside, for it has none of its own
{% name "محمد" %}                         a name in its own script
{{ born|partial }} {{ on|day }} {% moment at %} {{ seconds|duration }}
{{ "FR"|country }} {{ 12345|number }} {% bar 0.94 %}
{% card title=_("Versions") icon="history" %} ... {% endcard %}
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path

from django import template
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, Select
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from liaison.databases import all_databases
from liaison.databases.fields import Field, FieldType
from liaison.matching.explanation import Feature, Part
from liaison.web import labels, slots, words
from liaison.web.demo import DemoUser

register = template.Library()

ICONS = Path(__file__).resolve().parents[1] / "icons"
BAR_LENGTH = 100
WEIGHTS_NATS = (0.0, 1.0, 3.0)
"""From how many nats on a reason has one, two, three signs: odds times e, times twenty."""

SHAPES: tuple[tuple[str, frozenset[str]], ...] = (
    ("partial_date", frozenset({"from", "to"})),
    ("partial_date", frozenset({"text", "approximate"})),
    ("name", frozenset({"text"})),
    ("number_range", frozenset({"first", "last"})),
)
"""By which keys a value that is an object is known where no declaration says it, the first that fits."""

ICON_FRAME = (
    '<svg class="icon {}" viewBox="0 0 24 24" width="24" height="24" fill="none" stroke="currentColor" '
    'stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">{}</svg>'
)


@register.simple_tag(takes_context=True)
def slot(context: template.Context, name: str, **about: object) -> SafeString:
    """Return what later apps put into a named place of this page, for its reader."""
    return slots.parts(name, context["request"].viewer, about)


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
def number(value: float | None) -> str:
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
def label(value: object, of: str) -> str:
    """Return what a value of a closed list is called: {{ "view"|label:"look" }}."""
    return gettext(labels.label(of, value)) if value not in (None, "") else ""


@register.filter
def tone_of(value: object, of: str) -> str:
    """Return the tone of a value of a closed list."""
    return labels.TONES.get(of, {}).get(str(value), "neutral")


@register.filter
def sign_of(value: object, of: str) -> str:
    """Return the icon of a value of a closed list."""
    return labels.SIGNS.get(of, {}).get(str(value), labels.SIGN_OF_ANYTHING)


@register.filter
def milliseconds(value: float | None) -> str:
    """Return a number of milliseconds as a length of time."""
    return "" if value is None else words.duration(value / 1000)


@register.filter
def other_script(names: object, title: str) -> str:
    """Return the first name of a record that is written in another script than its title; it stands beside it."""
    return words.in_another_script(names, title) if isinstance(names, list | tuple) else ""


@register.filter
def body(code: str) -> str:
    """Return a bureau by its country, any other body by its code."""
    return words.body(code)


@register.filter
def body_name(reader: object) -> str:
    """Return what a reader is called: a bureau by its country in the reader's language, others by their name."""
    return words.body_name(code=getattr(reader, "code", ""), name=getattr(reader, "name", ""))


@register.filter
def account_body(account: object) -> str:
    """Return the name of an account's body (code `body`, name `body_name`)."""
    return words.body_name(code=str(getattr(account, "body", "")), name=str(getattr(account, "body_name", "")))


@register.filter
def database_label(kind: str) -> str:
    """Return what a database is called; its kind where nobody declares it any more."""
    database = all_databases().get(kind)
    return gettext(database.label) if database else kind


@register.filter
def weekday(number: int) -> str:
    """Return the name of a day of the week; Monday is 0."""
    return gettext(labels.WEEKDAYS[number])


@register.filter
def hours(span: object) -> str:
    """Return a span of opening hours like 09:00–17:00."""
    times = (getattr(span, "opens", 0), getattr(span, "closes", 0))
    return "–".join(f"{minutes // 60:02}:{minutes % 60:02}" for minutes in times)


@register.filter
def reader_of(user: DemoUser) -> str:
    """Return for whom a user of the demo world reads."""
    return words.body_name(code=user.reader_code, name=user.reader_name)


@register.filter
def audience(expression: str) -> str:
    """Return an audience expression in words."""
    return words.audience(expression)


@register.filter
def speaking_for(parts: Iterable[Part]) -> list[Part]:
    """Return the reasons for a candidate; the prior speaks for nobody."""
    return [part for part in parts if part.contribution > 0 and part.feature is not Feature.PRIOR]


@register.filter
def speaking_against(parts: Iterable[Part]) -> list[Part]:
    """Return the reasons against a candidate."""
    return [part for part in parts if part.contribution < 0]


@register.simple_tag
def badge(of: str, value: object) -> SafeString:
    """Return a value of a closed list as a badge: its word, its tone and its icon."""
    sign = labels.SIGNS.get(of, {}).get(str(value))
    return format_html(
        '<span class="li-badge li-tone-{}">{}{}</span>',
        labels.TONES.get(of, {}).get(str(value), "neutral"),
        icon(sign) if sign else "",
        gettext(labels.label(of, value)),
    )


@register.filter
def control(field: BoundField) -> SafeString:
    """Return a form field's control in the look of the house; Django ties hint and error to it."""
    widget = field.field.widget
    if isinstance(widget, CheckboxSelectMultiple):  # Django would give a class to the frame as well
        return field.as_widget()
    if isinstance(widget, CheckboxInput):
        return field.as_widget(attrs={"class": "form-check-input"})
    return field.as_widget(attrs={"class": "form-select" if isinstance(widget, Select) else "form-control"})


@register.filter
def points(contribution: float) -> str:
    """Return what a reason adds to a score of a hundred, with its sign; nothing where that is less than a half."""
    whole = round(contribution * 100)
    return f"+{whole}" if whole > 0 else f"\u2212{abs(whole)}" if whole < 0 else ""


@register.filter
def weight(part: Part) -> str:
    """Return how much a reason weighs by itself, as one to three signs; its points also depend on those before it."""
    count = sum(abs(part.evidence) >= least for least in WEIGHTS_NATS)
    return ("+" if part.evidence > 0 else "\u2212") * count


@register.simple_tag
def all_countries() -> list[tuple[str, str]]:
    """Return (alpha-2, name) of every country, by name, for a list to choose from."""
    return words.country_choices()


@register.filter
def shown_as(value: object, field: Field | None) -> str:
    """Return how one value of a declared field is shown; by its shape alone where no field is given."""
    if isinstance(value, list | tuple):
        return "list"
    if field is None or field == "":
        return next((name for name, keys in SHAPES if isinstance(value, Mapping) and keys <= value.keys()), "text")
    if field.type is FieldType.GROUP:
        return "name" if field.part("text") else "group"
    return "only_a_name" if field.type is FieldType.NAME else field.type.value


@register.filter
def choice_label(value: object, field: Field) -> str:
    """Return what a declared choice is called, in the reader's language."""
    chosen = field.choice(value)
    return gettext(chosen.label) if chosen else str(value)


@register.filter
def part(field: Field, name: str) -> Field | None:
    """Return a part of a group, or None."""
    return field.part(name)


@register.filter
def language(code: str) -> str:
    """Return what a language is called in the reader's language."""
    return words.language(code)


@register.simple_tag
def declared(kind: str, path: str) -> Field | None:
    """Return the declaration of a field, or of a part of it (`description.height_cm`), of a database."""
    database = all_databases().get(kind)
    first, *rest = path.split(".")
    found = database.field(first) if database else None
    for name in rest:
        found = found.part(name) if found else None
    return found


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
