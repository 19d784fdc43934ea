"""Write liaison/names/data/frequencies.tsv: which share of a country's people bears a word of names.

Run by hand, with `pip install "Faker==40.63.0"` in an environment of its own:

    python tools/name_frequencies.py

Takes the names of people of each locale of Faker (MIT licence, copyright Daniele Faraglia and contributors). Lists
with weights keep them. A list without weights is read as the commonest names of its country, which together cover
COVERED of the people, evenly.
"""

import importlib
import pkgutil
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

import faker
import faker.providers.person as person

from liaison.names.normalise import normalise
from liaison.names.readings import form_of, readings_of
from liaison.names.romanise import is_written_without_spaces
from liaison.names.script import Script, script_of
from liaison.names.tokens import Role, tokens_of

REPOSITORY = Path(__file__).resolve().parents[1]
OUT = REPOSITORY / "liaison/names/data/frequencies.tsv"
KINDS = ("first_name", "last_name", "middle_name", "given", "surname", "family", "patronym")
LISTED_IN_NO_LANGUAGE = frozenset({"es"})
JAPANESE = "ja_JP"
SPELLED = frozenset(script for script in Script if script.writes_vowels) - {Script.LATIN} | {Script.INDIC}
READINGS = 3
COVERED = 0.6
EVEN_MAX = 0.012
PER_MILLE_MIN = 0.4
FORM_CHARACTERS_MIN = 2


def lists(locale: str) -> Iterator[Mapping[str, float]]:
    """Yield each list of names of a locale with the share of every name."""
    provider = importlib.import_module(f"{person.__name__}.{locale}").Provider
    for field in sorted(vars(provider)):
        value = getattr(provider, field)
        if not field.startswith(KINDS) or not isinstance(value, Mapping | tuple | list | set | frozenset):
            continue
        weighted = isinstance(value, Mapping) and len(set(value.values())) > 1
        pairs = (
            list(value.items()) if isinstance(value, Mapping) else [(name, 1.0) for name in sorted(value, key=str)]
        )
        total = sum(float(weight) for _, weight in pairs)
        if not total:
            continue
        names: Counter[str] = Counter()
        for name, weight in pairs:
            for spelling in name if isinstance(name, tuple | list) else (name,):
                share = float(weight) / total
                names[str(spelling)] += share if weighted else min(EVEN_MAX, COVERED * share)
        yield names


def forms_of(name: str, locale: str) -> set[str]:
    """Return the forms of a listed name: of its words, of the whole that Han or Hangul writes, and their readings."""
    if locale == JAPANESE and script_of(name) is Script.HAN:
        return set()  # read as Chinese they are nobody's names
    words = [token for token in tokens_of(name) if token.role is Role.NAME]
    whole = normalise(name)
    if is_written_without_spaces(whole):
        words += [words[0]._replace(form=form_of(whole), readings=readings_of(whole, "", script_of(whole)))]
    read = {reading for word in words if word.script in SPELLED for reading in word.readings[:READINGS]}
    return read | {word.form for word in words}


def shares_of(locale: str) -> dict[str, float]:
    """Return the share of each form among the people of a locale: the greatest over its lists."""
    shares: dict[str, float] = {}
    for names in lists(locale):
        found: Counter[str] = Counter()
        for name, share in names.items():
            for form in forms_of(name, locale):
                found[form] += share
        for form, share in found.items():
            shares[form] = max(shares.get(form, 0.0), share)
    return shares


def main() -> None:
    """Write the table, sorted by form: form, per mille, the locale where it is commonest."""
    best: dict[str, tuple[float, str]] = {}
    locales = sorted(module.name for module in pkgutil.iter_modules(person.__path__) if module.ispkg)
    for locale in locales:
        if locale in LISTED_IN_NO_LANGUAGE:
            continue
        for form, share in shares_of(locale).items():
            best[form] = max(best.get(form, (0.0, "")), (share, locale))
    rows = [
        f"{form}\t{1000 * share:.3g}\t{locale}"
        for form, (share, locale) in sorted(best.items())
        if 1000 * share >= PER_MILLE_MIN and len(form) >= FORM_CHARACTERS_MIN
    ]
    head = [
        "# form, per mille of the people of the locale, locale. Written by tools/name_frequencies.py.",
        f"# Source: the names of people in Faker {faker.VERSION} (MIT licence,",
        "# copyright Daniele Faraglia and contributors).",
    ]
    OUT.write_text("\n".join((*head, *rows)) + "\n", encoding="utf-8")
    sys.stdout.write(f"{len(rows)} forms, {OUT.stat().st_size} bytes\n")


if __name__ == "__main__":
    main()
