"""Words that belong together, or come apart, by the customs of a culture.

"Abd al-Karim", "Abdulkarim", "Abdoul Karim" and "عبد الكريم" are one name, so they are brought to the same words: the
servant of (abd) and the word for God; the father of (abu) and the name of a child; a word and "of the faith" (din) or
"of God" (allah). Persian endings of family names join the word before them, and Han and Hangul family names of two or
three syllables come off whole.
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from liaison.names.data.little_words import FAMILY_ENDINGS
from liaison.names.reading.han import is_compound_family
from liaison.names.reading.hangul import family_spellings
from liaison.names.romanise import is_written_without_spaces

ABD, ABDULLAH, ABU, ALLAH, DIN = "abd", "abdullah", "abu", "allah", "din"
ARTICLE = "ال"
GODS = frozenset({"allah", "ullah", "llah", "lah", "alla", "ulla", "ollah", "illah", "lillah", "ellah"})
_GODS_APART = GODS - {"lah", "alla", "ulla"}
_ARTICLES_WRITTEN = "al el ul ol l ur ar er as es us an en un ad ed ud az ez uz at et ash esh ech ush oul"
ARTICLES_AFTER_ABD = frozenset(_ARTICLES_WRITTEN.split(" "))

_ABD_APART = re.compile(r"abd(?:[aeou][lrsndztj]?|[iy]l?|[aeiou]sh|oul?|)$")
_ABD_GLUED = re.compile(
    r"abd(?:[aeiou]|ou)(?:l(?!lah|ah|la$)|(?P<same>[rsndz])(?=(?P=same)))(?P<rest>[a-z]{4,}|rab|haq|hak|hai|had)$"
)
_ABDULLAH = re.compile(r"abd(?:[aeiou]|ou)l+ah?i?$")
_ABU_APART = re.compile(r"ab(?:ou|oo|u|o)l?$")
_ABU_GLUED = re.compile(r"ab(?:ou|oo|u|o)l(?P<rest>[^aeiouy][a-z]{3,})$")
_OF_FAITH = re.compile(r"(?P<stem>[a-z]{3,}?)(?:[aeiou]|ou)(?:dd|ld|tt)(?:in|ine|een|yn)$")
_OF_GOD = re.compile(r"(?P<stem>[a-z]{3,}?)(?:(?:u|ou|o|a|e)ll+ah|(?:u|ou)lla)$")

_ARABIC_ABD, _ARABIC_ALLAH, _ARABIC_DIN = "عبد", "الله", "دين"
_ALLAHS = frozenset({_ARABIC_ALLAH, "اللہ", "اللّه", "لله", "ﷲ"})
_ARABIC_ABDS = frozenset({_ARABIC_ABD, "عبدال", "عبدل", "עבד", "עבדול", "עבדל", "עבדאל"})
_ARABIC_ABUS = frozenset({"أبو", "ابو", "أبي", "ابي", "أبى", "ابى", "أبا", "ابا", "אבו"})
_ABU_WRITTEN = ("أبوال", "ابوال")
_ABDULLAHS = frozenset({"عبدالله", "عبداللہ", "عبدللہ", "عبداله", "עבדאללה", "עבדאלה", "עבדולה", "עבדללה"})
_WORD_MIN = 3
_VOWELS = frozenset("aeiou")
_READ_WHOLE = (
    dict.fromkeys(_ARABIC_ABDS, ABD)
    | dict.fromkeys(_ARABIC_ABUS, ABU)
    | dict.fromkeys(_ABDULLAHS, ABDULLAH)
    | dict.fromkeys(_ALLAHS, ALLAH)
)
_WORDS_OF_NAME_ALONE = 2
_SYLLABLES_MAX = 4
_SYLLABLES_AFTER_COMPOUND_MAX = 4
_COMPOUND_SYLLABLES = (3, 2)


def read_whole(word: str) -> str:
    """Return the form of an Arabic or Hebrew word that stands for abd, abu, Abdullah or God; "" for all others."""
    return _READ_WHOLE.get(word, "")


def parted(words: Sequence[str]) -> list[str]:
    """Return normalised words, in their own scripts, as their customs part and join them."""
    if len(words) == 1 and is_written_without_spaces(words[0]):
        return _without_spaces(words[0])
    out: list[str] = []
    for place, word in enumerate(words):
        # Before another word "pour" may be the beginning of its name as well as the end of the one before.
        if word in FAMILY_ENDINGS and place == len(words) - 1 and place >= _WORDS_OF_NAME_ALONE:
            out[-1] += word
        elif word.isascii():
            out.append(word)
        elif out and out[-1] == _ARABIC_ABD and word in _ALLAHS:
            out[-1] = _ARABIC_ABD + _ARABIC_ALLAH
        else:
            out += _arabic(word)
    return out


def _without_spaces(word: str) -> list[str]:
    """Separate the family name, which comes first, from a name that Han or Hangul writes as one word."""
    for length in _COMPOUND_SYLLABLES:
        rest = len(word) - length
        if 0 < rest <= _SYLLABLES_AFTER_COMPOUND_MAX and _is_compound(word[:length]):
            return [word[:length], word[length:]]
    return [word[0], word[1:]] if 1 < len(word) <= _SYLLABLES_MAX else [word]


def _is_compound(family: str) -> bool:
    return family in family_spellings() or is_compound_family(family)


def _arabic(word: str) -> Iterable[str]:
    """Return an Arabic word without its article, and abd, abu, din and God apart from what they are written with."""
    if word in _READ_WHOLE:
        return (word,)
    if word.startswith(_ARABIC_ABD + ARTICLE):
        return (_ARABIC_ABD, word.removeprefix(_ARABIC_ABD + ARTICLE))
    if word.startswith(_ABU_WRITTEN) and len(word) >= len(_ABU_WRITTEN[0]) + _WORD_MIN:
        return (_ABU_WRITTEN[0][:-2], word[len(_ABU_WRITTEN[0]) :])
    for ending, part in ((ARTICLE + _ARABIC_DIN, _ARABIC_DIN), (_ARABIC_ALLAH, _ARABIC_ALLAH)):
        if word.endswith(ending) and len(word) >= len(ending) + _WORD_MIN:
            return (word.removesuffix(ending), part)
    if word.startswith(ARTICLE) and len(word) >= len(ARTICLE) + _WORD_MIN:
        return (word.removeprefix(ARTICLE),)
    return (word,)


@lru_cache(maxsize=1 << 15)
def parts_of(form: str) -> tuple[str, ...]:
    """Return the parts of a romanised word, itself where it has none.

    >>> parts_of("abdulkarim"), parts_of("nasreddine"), parts_of("habibullah"), parts_of("dilara")
    (('abd', 'karim'), ('nasr', 'din'), ('habib', 'allah'), ('dilara',))
    """
    if form in _GODS_APART:
        return (ALLAH,)
    if form.startswith("ab"):
        if _ABDULLAH.match(form):
            return (ABDULLAH,)
        if _ABD_APART.match(form):
            return (ABD,)
        if _ABU_APART.match(form):
            return (ABU,)
        if found := _ABD_GLUED.match(form):
            return (ABD, *parts_of(found["rest"]))
        if found := _ABU_GLUED.match(form):
            return (ABU, found["rest"])
    if form.endswith(("n", "ne")) and (found := _OF_FAITH.match(form)) and _is_word(found["stem"]):
        return (found["stem"], DIN)
    if form.endswith(("lah", "lla")) and (found := _OF_GOD.match(form)) and _is_word(found["stem"]):
        return (found["stem"], ALLAH)
    return (form,)


def _is_word(stem: str) -> bool:
    """Whether a stem can stand alone: three letters, one of them a vowel."""
    return len(stem) >= _WORD_MIN and not _VOWELS.isdisjoint(stem)
