"""How a door says things in the reader's language: findings, dates, durations, countries, scores.

The rooms below mark English sentences and give values; here, and only here, they become words. A value inside a
sentence is isolated (`<bdi>`), so that a Latin name in an Arabic sentence leaves the rest of it in order.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from babel import Locale
from babel.core import get_global
from django.utils import formats, timezone
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext, ngettext, pgettext

from liaison.identifiers import countries
from liaison.names.script import Script, script_of
from liaison.refusal import mark
from liaison.web import labels

DAY_FORMAT = "j M Y"
MONTH_FORMAT = "M Y"
MOMENT_FORMAT = "j M Y H:i:s"

MARKED_PLACES = frozenset({"unit", "field", "label", "what"})
"""Places whose values are marked sentences themselves, like the name of a field. All others hold data."""

PARTIAL_DATE = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?")

LANGUAGE_TAGS: Mapping[Script, str] = {
    Script.ARABIC: "und-Arab",
    Script.CYRILLIC: "und-Cyrl",
    Script.GREEK: "und-Grek",
    Script.HEBREW: "und-Hebr",
    Script.ARMENIAN: "und-Armn",
    Script.GEORGIAN: "und-Geor",
    Script.HAN: "und-Hani",
    Script.KANA: "und-Jpan",
    Script.HANGUL: "und-Kore",
    Script.INDIC: "und-Deva",
    Script.LATIN: "und-Latn",
}
"""The script is known, the language of a name seldom: BCP 47 says exactly that, and browsers choose a font by it."""

STRENGTHS: tuple[tuple[float, str, str], ...] = (
    (0.95, mark("Very strong"), "danger"),
    (0.85, mark("Strong"), "danger"),
    (0.70, mark("Possible"), "warning"),
    (0.00, mark("Weak"), "neutral"),
)
"""From which score on a word and a tone hold. A word beside the number, for a number alone says nothing at night."""


def sentence(message: str, values: Mapping[str, object] | None = None) -> SafeString:
    """Return a marked sentence in the reader's language as HTML, its values put in and isolated."""
    translated = gettext(message) if message else ""
    if not values:
        return conditional_escape(translated)
    places = {place: _place(place, value) for place, value in values.items()}
    return mark_safe(conditional_escape(translated) % places)  # noqa: S308 - both halves are escaped here


def _place(place: str, value: object) -> SafeString:
    """Return one value of a sentence: of a closed list, a message id of its own, or data."""
    if str(value) in labels.LABELS.get(place, ()):
        return conditional_escape(gettext(labels.label(place, value)))
    if place in MARKED_PLACES:
        return conditional_escape(gettext(str(value)))
    if isinstance(value, date):
        return format_html("<bdi>{}</bdi>", day(value))
    if isinstance(value, int | float):
        return conditional_escape(str(value))
    return format_html("<bdi>{}</bdi>", value)


def day(value: date | str) -> str:
    """Return a day that cannot be misread, like 12 Mar 1984."""
    if isinstance(value, str):
        return partial_date(value)
    return formats.date_format(value, DAY_FORMAT)


def partial_date(value: object) -> str:
    """Return a date of which perhaps only the year or a span is known; 1984 never becomes 1 January."""
    if isinstance(value, Mapping):
        return _stated_date(value)
    if isinstance(value, date):
        return formats.date_format(value, DAY_FORMAT)
    parts = PARTIAL_DATE.fullmatch(str(value))
    if parts is None:
        return str(value)
    year, month, of_month = (int(part) if part else 0 for part in parts.groups())
    if not month:
        return str(parts[1])
    try:
        known = date(year, month, of_month or 1)
    except ValueError:
        return str(value)
    return formats.date_format(known, DAY_FORMAT if of_month else MONTH_FORMAT)


def _stated_date(value: Mapping[str, object]) -> str:
    if "from" in value or "to" in value:
        start, end = partial_date(value.get("from", "?")), partial_date(value.get("to", "?"))
        return gettext("between %(start)s and %(end)s") % {"start": start, "end": end}
    said = partial_date(value.get("text", ""))
    return gettext("about %(date)s") % {"date": said} if value.get("approximate") else said


def moment(value: datetime) -> SafeString:
    """Return a moment in the installation's time zone, which is named: two bureaus never share a clock silently."""
    local = timezone.localtime(value)
    said = formats.date_format(local, MOMENT_FORMAT)
    stamp = value.isoformat(timespec="seconds")
    return format_html('<time datetime="{}" class="li-moment"><bdi>{} {}</bdi></time>', stamp, said, local.tzname())


def duration(value: timedelta | float) -> str:
    """Return how long, in its largest unit: 40 seconds, 3 minutes, 2 days. Numbers are seconds."""
    seconds = int(value.total_seconds() if isinstance(value, timedelta) else value)
    if seconds < 1:
        return gettext("less than a second")
    if seconds < 2 * 60:
        return ngettext("%(count)s second", "%(count)s seconds", seconds) % {"count": seconds}
    if (minutes := seconds // 60) < 2 * 60:
        return ngettext("%(count)s minute", "%(count)s minutes", minutes) % {"count": minutes}
    if (hours := minutes // 60) < 2 * 24:
        return ngettext("%(count)s hour", "%(count)s hours", hours) % {"count": hours}
    days = hours // 24
    return ngettext("%(count)s day", "%(count)s days", days) % {"count": number(days)}


def number(value: float) -> str:
    """Return a number with its thousands grouped as the language does."""
    return formats.number_format(value, force_grouping=True)


def country(code: str) -> str:
    """Return the name of a country, or of what else a travel document names as a state, in the reader's language.

    Takes alpha-2, alpha-3 and the codes of machine-readable zones; a code that nobody assigned is shown as it is.
    """
    found = countries.by_code(code)
    if found is not None:
        return found.name_in(_language_of_countries())
    state = countries.state(code)
    if state is None:
        return code
    return state.country.name_in(_language_of_countries()) if state.country else gettext(state.label)


def language(code: str) -> str:
    """Return what a language is called in the reader's language; the code where CLDR does not name it.

    Records keep three letters (ISO 639-3), CLDR names the great languages under two: its aliases lead from one to the
    other.
    """
    names = Locale.parse(get_language() or "en", sep="-").languages
    short = get_global("language_aliases").get(code, code)
    return names.get(short) or names.get(code) or code


def country_choices() -> list[tuple[str, str]]:
    """Return every country as (alpha-2, name), by name in the reader's language, for a list to choose from."""
    language = _language_of_countries()
    named = ((each.alpha2, each.name_in(language)) for each in countries.all_countries())
    return sorted(named, key=lambda pair: pair[1].casefold())


def _language_of_countries() -> str:
    language = (get_language() or "en").split("-")[0]
    return language if language in countries.LANGUAGES else "en"


def strength(score: float) -> tuple[str, str]:
    """Return the word for a score, in the reader's language, and its tone."""
    word, tone = next((word, tone) for least, word, tone in STRENGTHS if score >= least)
    return gettext(word), tone


def language_tag(text: str) -> str:
    """Return the BCP 47 tag of the script that a name is written in, empty where it has none."""
    return LANGUAGE_TAGS.get(script_of(text), "")


def in_another_script(names: Sequence[object], title: str) -> str:
    """Return the first name in another script that the title does not hold already; a Latin one comes first."""
    others = [
        text
        for text in (str(each.get("text", "")) if isinstance(each, Mapping) else str(each) for each in names)
        if script_of(text) not in (Script.NONE, script_of(title)) and text not in title
    ]
    return next((text for text in others if script_of(text) is Script.LATIN), others[0] if others else "")


def body(code: str) -> str:
    """Return a bureau by the name of its country, any other body by its code."""
    found = countries.by_alpha2(code)
    return found.name_in(_language_of_countries()) if found else code


def body_name(*, code: str, name: str) -> str:
    """Return a bureau by the name of its country in the reader's language, any other body by its own name."""
    return body(code) if countries.by_alpha2(code) else name or code


def audience(expression: str) -> str:
    """Return an audience expression in words; one that has no words here as it is written."""
    if not expression:
        return gettext("Nobody")
    base, *excluded = expression.split(" -")
    held = listed([_term(term) for term in base.split(" + ")])
    if not excluded:
        return held
    return gettext("%(held)s but %(bodies)s") % {"held": held, "bodies": listed([_term(one) for one in excluded])}


def _term(term: str) -> str:
    """Return what one part of an audience is called: everybody, bodies by their country, a group by its code."""
    if term == "all":
        return gettext("All members")
    kind, colon, codes = term.rpartition(":")
    if not colon or kind == "list":
        return listed([body(code) for code in codes.split(",")])
    if kind not in labels.LABELS["group_kind"]:
        return term
    return f"{gettext(labels.label('group_kind', kind))} {listed(codes.split(','))}"


def listed(words: list[str]) -> str:
    """Return words as a list of the language: a, b, c."""
    return pgettext("between the words of a list", ", ").join(words)
