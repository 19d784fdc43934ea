"""The words of a name, each with what it is, how it sounds and reads, and what it says that two names share it.

All of it comes from the word, its place in the name and packaged tables, never from what an index holds: what a
reader may not see must not change what he is told.
"""

import re
from enum import IntEnum
from functools import lru_cache
from typing import NamedTuple

from liaison.names.compounds import (
    ABD,
    ABDULLAH,
    ALLAH,
    ARTICLE,
    ARTICLES_AFTER_ABD,
    DIN,
    GODS,
    parted,
    parts_of,
    read_whole,
)
from liaison.names.data.little_words import (
    COMPANY_WORDS,
    LEGAL_FORMS,
    NATIVE_PARTICLES,
    NATIVE_TITLES,
    PARTICLES,
    PARTICLES_OR_NAMES,
    TITLES,
    TITLES_OR_NAMES,
)
from liaison.names.families import FAMILIES_MAX, families_of, families_of_patronymic
from liaison.names.information import information_of
from liaison.names.normalise import NAME_CHARACTERS_MAX, normalise
from liaison.names.readings import form_of, readings_of
from liaison.names.romanise import is_written_without_spaces
from liaison.names.script import Script, script_of
from liaison.names.skeleton import skeleton

TOKENS_MAX = 24
FORM_CHARACTERS_MAX = 48
WORD_CHARACTERS_MAX = 64


class Role(IntEnum):
    """What a word does in a name."""

    NAME = 0
    INITIAL = 1
    PARTICLE = 2
    TITLE = 3
    LEGAL_FORM = 4
    PATRONYMIC = 5


class Token(NamedTuple):
    """One word. `form` is in the letters a to z and digits, never empty.

    `readings` are further ways in which the word may be written in Latin letters, `families` the numbers of the names
    to which it belongs across languages, `information` what it says that two names share it, in nats (0 to 12).
    """

    form: str
    skeleton: str
    script: Script
    role: Role
    readings: tuple[str, ...] = ()
    families: tuple[int, ...] = ()
    information: float = 0.0


_INFORMATION = {Role.INITIAL: 2.2, Role.PARTICLE: 1.2, Role.TITLE: 0.6, Role.LEGAL_FORM: 0.6}
_INFORMATION_COMPANY_WORD = 2.0

# Marks that stand inside words and are no letters for a regular expression: accents, points, vowel signs, geresh.
_MARKS = (
    r"\u0300-\u036f\u0591-\u05c7\u05f3\u064b-\u065f\u0670\u06d6-\u06ed\u07a6-\u07b0\u0900-\u0dff"
    r"\u0e31-\u0e3a\u0e47-\u0e4e\u0eb1-\u0ebc\u0ec8-\u0ece\u0f71-\u0f84\u102b-\u103e\u17b4-\u17d3"
)
_WORDS = re.compile(rf"[^\W_]+(?:[{_MARKS}]+[^\W_]*)*")
_CATALAN_DOT = ("l·", "l")
_GERESH = re.compile("(?<=[גזצץתד])['’׳´`]")
# Persian, Urdu and careless spellings of Arabic letters, in the one that most names have.
_ARABIC_SPELLED_ALIKE = str.maketrans("یےېکڪەہھأإٱ", "يييككهههااا")
_APOSTROPHES = str.maketrans("", "", "'’ʼ`´‘ʿʾʻ\u05f4\"")
_DIGITS_READ_FOR_LETTERS = str.maketrans("01358", "olesb")
_FORM_WORDS_MAX = max(map(len, LEGAL_FORMS))
_LATIN_INITIAL_SCRIPTS = frozenset({Script.LATIN, Script.CYRILLIC, Script.GREEK, Script.ARMENIAN, Script.GEORGIAN})
_PATRONYMIC = re.compile(
    r"[a-z]{2,}(?:[oeiay]v[iy]t?c?h|[oeiy]vn[ay]|[iy]vna|[iy]chna)$|(?:[iy]l+y?[iy]|kuzm[iy]|luk[iy]|nik[iy]t[iy]|fom[iy])ch$"
)
_CLOSING = frozenset({DIN, ALLAH, "deen", "dine", "dyn"})
_NAMES_BESIDE_PATRONYMIC = 2


def tokens_of(text: str, *, organisation: bool = False) -> tuple[Token, ...]:
    """Return the words of a name in their order; empty when nothing of it can be read. At most TOKENS_MAX.

    >>> [token.form for token in tokens_of("Dilara-Maria al-Voss, Dr.")]
    ['dilara', 'maria', 'al', 'voss', 'dr']
    """
    return _read(text[:NAME_CHARACTERS_MAX], organisation)


@lru_cache(maxsize=1 << 12)
def _read(text: str, organisation: bool) -> tuple[Token, ...]:
    clean = _GERESH.sub("\u05f3", normalise(text)).translate(_APOSTROPHES).replace(*_CATALAN_DOT)
    forms: list[str] = []
    if organisation:
        clean, forms = _without_legal_forms(clean)
    parts = parted(_WORDS.findall(clean))
    made = [
        token
        for word in parts[:TOKENS_MAX]
        for token in _tokens(word[:WORD_CHARACTERS_MAX], organisation=organisation)
    ]
    if not organisation:
        made = _with_places(_with_abd(made))
    return (*made, *map(_legal_form, forms))[:TOKENS_MAX]


def _legal_form(form: str) -> Token:
    said = _INFORMATION[Role.LEGAL_FORM]
    return Token(form, form, Script.LATIN, Role.LEGAL_FORM, information=said)


def _without_legal_forms(text: str) -> tuple[str, list[str]]:
    """Return the text without its legal forms, and their short forms; the longest spelling counts at each place."""
    words = text.split()
    bare = [_bare(word) for word in words]
    kept: list[str] = []
    forms: list[str] = []
    place = 0
    while place < len(words):
        length = _legal_form_at(bare, place)
        if length:
            forms.append(LEGAL_FORMS[tuple(bare[place : place + length])])
        else:
            kept.append(words[place])
        place += length or 1
    return (" ".join(kept), forms) if kept else (text, [])


def _bare(word: str) -> str:
    return "".join(letter for letter in word.casefold() if letter.isalnum())


def _legal_form_at(words: list[str], place: int) -> int:
    """Return how many words from this place on are the longest spelling of a legal form; 0 when none begins here."""
    for length in range(min(_FORM_WORDS_MAX, len(words) - place), 0, -1):
        if tuple(words[place : place + length]) in LEGAL_FORMS:
            return length
    return 0


def _with_abd(tokens: list[Token]) -> list[Token]:
    """Bring "Abd al-Karim" to the words of "Abdulkarim", "Nasr al-Din" to those of "Nasruddin"."""
    out: list[Token] = []
    for token in tokens:
        if token.form in _CLOSING and len(out) > 1 and out[-1].form in ARTICLES_AFTER_ABD:
            out.pop()
        after_abd = bool(out) and out[-1].form == ABD
        if after_abd and token.form in GODS:
            out[-1] = _latin_token(ABDULLAH)
        elif not after_abd or token.form not in ARTICLES_AFTER_ABD:
            out.append(token)
    return out


def _with_places(tokens: list[Token]) -> list[Token]:
    """Give the roles that depend on a word's place in the name."""
    if len(tokens) > 1 and tokens[-1].form in PARTICLES_OR_NAMES and tokens[-1].role is Role.PARTICLE:
        last = tokens[-1]
        said = information_of(last.form, last.skeleton, last.script)
        tokens = [*tokens[:-1], last._replace(role=Role.NAME, information=said, families=families_of(last.form))]
    names = [place for place, token in enumerate(tokens) if token.role is Role.NAME]
    if len(names) <= _NAMES_BESIDE_PATRONYMIC:
        return tokens
    first = tokens[names[0]]
    if first.form in TITLES_OR_NAMES and names[0] == 0:
        return [first._replace(role=Role.TITLE, information=_INFORMATION[Role.TITLE], families=()), *tokens[1:]]
    for place in names[1:]:
        if _PATRONYMIC.match(tokens[place].form):
            return [*tokens[:place], tokens[place]._replace(role=Role.PATRONYMIC), *tokens[place + 1 :]]
    return tokens


@lru_cache(maxsize=1 << 15)
def _tokens(word: str, *, organisation: bool) -> tuple[Token, ...]:
    """Return the tokens of one word in its script: none, one, or two where a custom writes two names together."""
    whole = read_whole(word)
    if whole:
        return (_latin_token(whole),)
    form = form_of(word)[:FORM_CHARACTERS_MAX]
    if not form:
        return ()
    if not organisation and form.isalnum() and not form.isdigit() and not form.isalpha():
        form = form.translate(_DIGITS_READ_FOR_LETTERS)
    parts = (form,) if organisation else parts_of(form)
    if parts == (form,):
        return (_made(word, form, organisation=organisation),)
    return tuple(map(_latin_token, parts))


@lru_cache(maxsize=1 << 12)
def _latin_token(form: str) -> Token:
    return _made(form, form, organisation=False)


def _made(word: str, form: str, *, organisation: bool) -> Token:
    script = script_of(word)
    bones = skeleton(word, form)
    role = _role(word, form, script, organisation=organisation)
    return Token(
        form,
        bones,
        script,
        role,
        readings=readings_of(word, form, script),
        families=_families(word, form, script) if role is Role.NAME and not organisation else (),
        information=_information(form, bones, script, role, organisation=organisation),
    )


def _families(word: str, form: str, script: Script) -> tuple[int, ...]:
    """Return the families of a word in its own script, of its plain form, and with the Arabic article."""
    found = families_of(word) + families_of_patronymic(form)
    if script is Script.ARABIC:
        found += families_of(ARTICLE + word) + families_of(word.translate(_ARABIC_SPELLED_ALIKE))
    elif script is Script.LATIN and form != word:
        found += families_of(form)
    return tuple(sorted(set(found[:FAMILIES_MAX])))


def _information(form: str, bones: str, script: Script, role: Role, *, organisation: bool) -> float:
    if role is not Role.NAME:
        return _INFORMATION[role]
    if organisation and form in COMPANY_WORDS:
        return _INFORMATION_COMPANY_WORD
    return information_of(form, bones, script)


def _role(word: str, form: str, script: Script, *, organisation: bool) -> Role:
    if len(word) == 1 and script in _LATIN_INITIAL_SCRIPTS:
        return Role.INITIAL
    if is_written_without_spaces(word):
        return Role.NAME
    if form in PARTICLES or word in NATIVE_PARTICLES:
        return Role.PARTICLE
    if not organisation and (form in TITLES or word in NATIVE_TITLES):
        return Role.TITLE
    return Role.NAME
