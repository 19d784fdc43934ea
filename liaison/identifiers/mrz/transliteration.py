"""Names in the letters of the zone: the tables of ICAO Doc 9303-3 section 6 for Latin, Cyrillic and Arabic.

Some letters may be written in several ways (Ü as UE, UXX or U) and some differ by language (Ukrainian Г is H):
`forms` gives every permitted spelling, `transliterate` the recommended one. The tables are
data/icao_transliteration.json.

>>> transliterate("Jürgen Øster-Ñuñez"), forms("Ñu")
('JUERGEN<OESTER<NUNEZ', ['NU', 'NXXU'])
"""

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import islice, product
from pathlib import Path

from liaison.identifiers.mrz.checks import FILLER
from liaison.refusal import Finding, Refused, mark

FORMS_MAX = 32
NAME_LENGTH_MAX = 500

_TABLES = ("latin", "cyrillic", "arabic")
_OMITTED = re.compile(r"[’'‘`´ʼʹʻ\u02bf\u02be.\u200c\u200d\u0640]")
_SEPARATING = re.compile(r"[\s\-\u2010-\u2015,;:/()\"“”«»<·・_]+")


@dataclass(frozen=True, slots=True)
class _Row:
    """How one letter is written: its forms, those of languages, at the head or end of a word, or doubling."""

    forms: tuple[str, ...]
    languages: Mapping[str, str]
    initial: Mapping[str, str]
    final: str
    doubles: bool


def transliterate(name: str, *, language: str = "") -> str:
    """Return the recommended spelling of a name, its parts separated by single fillers.

    `language` (ISO 639-1: be, bg, mk, sr, uk) chooses the exceptions of the Cyrillic table. Raise Refused for digits
    and for letters that the tables lack.
    """
    return FILLER.join("".join(options[0] for options in _word(word, language)) for word in _words(name))


def forms(name: str, *, language: str = "", limit: int = FORMS_MAX) -> list[str]:
    """Return the permitted spellings of a name, the recommended one first, at most so many.

    Without a language, the spellings of every language count.
    """
    letters: list[tuple[str, ...]] = []
    for number, word in enumerate(_words(name)):
        letters += [(FILLER,)] if number else []
        letters += _word(word, language, every=True)
    return list(dict.fromkeys(islice(("".join(chosen) for chosen in product(*letters)), limit)))


def _words(name: str) -> list[str]:
    if len(name) > NAME_LENGTH_MAX:
        raise Refused(_too_long(len(name)))
    bare = _OMITTED.sub("", unicodedata.normalize("NFC", name).upper())
    return [word for word in _SEPARATING.sub(" ", unicodedata.normalize("NFC", bare)).split() if word]


def _word(word: str, language: str, *, every: bool = False) -> list[tuple[str, ...]]:
    """Return the spellings of each letter of one word."""
    spelt: list[tuple[str, ...]] = []
    last = len(word) - 1
    for place, letter in enumerate(word):
        row = _row(letter)
        if row is None:
            spelt += [(base,) for base in _base_letters(letter)]
        elif row.doubles:
            spelt += [options for options in spelt if any(options)][-1:]
        else:
            spelt.append(tuple(_chosen(row, language, first=place == 0, last=place == last, every=every)))
    return spelt


def _chosen(row: _Row, language: str, *, first: bool, last: bool, every: bool) -> Iterator[str]:
    if last and row.final:
        yield row.final
    special = {**row.languages, **(row.initial if first else {})}
    if language in special:
        yield special[language]
    yield from row.forms
    if every and not language:
        yield from sorted(set(special.values()))


def _row(letter: str) -> _Row | None:
    if letter.isascii() and letter.isalpha():
        return _Row((letter,), {}, {}, "", doubles=False)
    return _table().get(letter)


def _base_letters(letter: str) -> str:
    """Return the letters left when accents that the tables do not know are taken off."""
    bare = [base for base in unicodedata.normalize("NFKD", letter) if not unicodedata.combining(base)]
    if not all(base.isascii() and base.isalpha() for base in bare):
        raise Refused(_no_spelling(letter))
    return "".join(bare)


@cache
def _table() -> Mapping[str, _Row]:
    path = Path(__file__).parent.parent / "data" / "icao_transliteration.json"
    tables = json.loads(path.read_text("utf-8"))
    return {
        row["char"]: _Row(
            tuple(row["forms"]),
            row.get("languages", {}),
            row.get("initial", {}),
            row.get("final", ""),
            doubles=row.get("doubles", False),
        )
        for table in _TABLES
        for row in tables[table]
    }


def _no_spelling(letter: str) -> Finding:
    return Finding(
        code="mrz.no_spelling",
        problem=mark("“%(letter)s” has no spelling in the letters of a machine-readable zone."),
        remedy=mark("Give the name in Latin letters, as the document romanises it."),
        field="name",
        values={"letter": letter},
    )


def _too_long(length: int) -> Finding:
    return Finding(
        code="mrz.name_too_long",
        problem=mark("The name has %(length)s characters; at most %(most)s can be written."),
        remedy=mark("Give the name as the document prints it."),
        field="name",
        values={"length": length, "most": NAME_LENGTH_MAX},
    )
