"""Countries: their codes, their names in four languages, and the codes that only travel documents carry.

ISO 3166-1 gives the codes and official names, CLDR the usual names, our data the spellings of international lists.
Kosovo has the user-assigned XK, as passports and CLDR have it. The 14 invented countries QM to QZ of the
demonstration and the tests count everywhere like others.

>>> find("Iran (Islamic Republic of)").alpha2, by_code("QMM").name, state("D<<").country.alpha3
('IR', 'Marvenia', 'DEU')
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from babel import Locale

from liaison.identifiers.plain_text import cleaned, folded

LANGUAGES = ("en", "ar", "fr", "es")
NAME_LENGTH_MAX = 120

_DATA = Path(__file__).parent / "data"
_KOSOVO = ("XK", "XKX", "")
_AMBIGUOUS = frozenset(("korea", "virgin islands"))
_SAME_WORDS = {"saint": "st", "sainte": "st"}
_NO_MEANING = frozenset(("the", "of", "and"))


@dataclass(frozen=True, slots=True)
class Country:
    """A country or territory with codes of its own. `numeric` is empty where ISO 3166-1 assigns none."""

    alpha2: str
    alpha3: str
    numeric: str
    name: str
    invented: bool = False

    def name_in(self, language: str) -> str:
        """Return its name in one of LANGUAGES."""
        return _names(language)[self.alpha2]

    @property
    def mrz_code(self) -> str:
        """The code that its travel documents carry in their machine-readable zone."""
        return {"DE": "D", "XK": "RKS"}.get(self.alpha2, self.alpha3)


@dataclass(frozen=True, slots=True)
class State:
    """What a code of issuer or nationality in a machine-readable zone stands for.

    `country` is None for organisations, stateless persons and refugees. `label` is English, to be translated.
    """

    code: str
    label: str
    country: Country | None = None


def all_countries() -> tuple[Country, ...]:
    """Return every country by alpha-2 code, the invented ones included."""
    return tuple(_by_alpha2().values())


def invented_countries() -> tuple[Country, ...]:
    """Return the 14 invented countries, QM to QZ."""
    return tuple(country for country in all_countries() if country.invented)


def by_alpha2(code: str) -> Country | None:
    """Return the country of an ISO 3166-1 alpha-2 code in any case, or None."""
    return _by_alpha2().get(code.strip().upper())


def by_code(code: str) -> Country | None:
    """Return the country of an alpha-2, alpha-3 or numeric code in any case, or None."""
    return _by_code().get(code.strip().upper())


def state(mrz_code: str) -> State | None:
    """Return what a code of a machine-readable zone stands for, fillers or not; None when nobody assigned it."""
    return _states().get(mrz_code.strip().upper().rstrip("<"))


def find(text: str) -> Country | None:
    """Return the country that free text names, in four languages or as international lists write it.

    Codes count only in upper case. None when the text names no country, a part of one, a past one or several.
    """
    said = cleaned(text[: NAME_LENGTH_MAX + 1])
    if not said or len(said) > NAME_LENGTH_MAX:
        return None
    if said.isascii() and said.isalnum() and said == said.upper() and (country := by_code(said)):
        return country
    return next((found for key in _keys(said) if (found := _by_name().get(key))), None)


@cache
def _by_alpha2() -> Mapping[str, Country]:
    english = Locale.parse("en").territories
    iso = (*_read("countries.json")["countries"], _KOSOVO)
    real = [Country(two, three, digits, english[two]) for two, three, digits in iso]
    rows = _read("invented_countries.json")["countries"]
    invented = [Country(two, three, digits, name, invented=True) for two, three, digits, name, *_ in rows]
    return {country.alpha2: country for country in sorted((*real, *invented), key=lambda country: country.alpha2)}


@cache
def _by_code() -> Mapping[str, Country]:
    codes = {code: country for country in all_countries() for code in (country.alpha3, country.numeric) if code}
    return codes | dict(_by_alpha2())


@cache
def _states() -> Mapping[str, State]:
    iso = {country.alpha3: State(country.alpha3, country.name, country) for country in all_countries()}
    special = {
        code: State(code, label, by_alpha2(alpha2) if alpha2 else None)
        for code, (alpha2, label) in _read("state_codes.json")["codes"].items()
    }
    return iso | special


@cache
def _names(language: str) -> Mapping[str, str]:
    place = LANGUAGES.index(language)
    cldr = Locale.parse(language).territories
    named = {country.alpha2: cldr[country.alpha2] for country in all_countries() if not country.invented}
    return named | {row[0]: row[3 + place] for row in _read("invented_countries.json")["countries"]}


@cache
def _by_name() -> Mapping[str, Country]:
    """Return countries by folded name; where two sources disagree, English and then our aliases decide."""
    found: dict[str, Country] = {}
    for alpha2, name in _all_names():
        for key in _keys(name):
            found.setdefault(key, _by_alpha2()[alpha2])
    return {key: country for key, country in found.items() if key not in _AMBIGUOUS}


def _all_names() -> Iterator[tuple[str, str]]:
    yield from _names("en").items()
    for alpha2, aliases in _read("countries.json")["aliases"].items():
        yield from ((alpha2, alias) for alias in aliases)
    for language in LANGUAGES[1:]:
        yield from _names(language).items()


def _keys(name: str) -> Iterator[str]:
    """Yield the forms in which a name is compared: as it stands, and with what follows its comma put first."""
    yield _key(name)
    first, comma, rest = name.partition(",")
    if comma:
        yield _key(f"{rest} {first}")


def _key(name: str) -> str:
    words = [_SAME_WORDS.get(word, word) for word in folded(name.replace("&", " and ")).split()]
    return " ".join(word for word in words if word not in _NO_MEANING)


@cache
def _read(name: str) -> dict[str, Any]:  # the rows of our own data files, as JSON has them
    return json.loads((_DATA / name).read_text("utf-8"))
