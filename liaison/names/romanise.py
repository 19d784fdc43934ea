"""How a name reads in the letters a to z.

Letter by letter, without a dictionary: Hangul by the Revised Romanization of Korean (without sound changes between
syllables), Han as Mandarin pinyin and every other script by the table of the anyascii project (ISC licence). Arabic
and Hebrew write few vowels, and neither does what comes out: `skeleton.skeleton` is made for comparing those.
"""

from functools import lru_cache

from anyascii import anyascii

from liaison.names.script import Script, script_of_letter

_SYLLABLES_FIRST, _SYLLABLES_LAST = 0xAC00, 0xD7A3
_INITIALS_WRITTEN = "g kk n d tt r m b pp s ss  j jj ch k t p h"
_VOWELS_WRITTEN = "a ae ya yae eo e yeo ye o wa wae oe yo u wo we wi yu eu ui i"
_FINALS_WRITTEN = " k k k n n n t l k m l l l p l m p p t t ng t t k t p t"
_INITIALS, _VOWELS, _FINALS = (row.split(" ") for row in (_INITIALS_WRITTEN, _VOWELS_WRITTEN, _FINALS_WRITTEN))
# What the table of anyascii leaves out or makes ambiguous for names.
_OWN = {"ъ": "", "ь": "", "’": "", "ʼ": "", "ʿ": "", "ʾ": "", "ʻ": "", "‘": "", "`": "", "'": ""}


@lru_cache(maxsize=1 << 14)
def _letter(letter: str) -> str:
    if letter in _OWN:
        return _OWN[letter]
    code = ord(letter)
    if _SYLLABLES_FIRST <= code <= _SYLLABLES_LAST:
        return _hangul_syllable(code - _SYLLABLES_FIRST)
    return str(anyascii(letter)).lower()


def _hangul_syllable(index: int) -> str:
    initial, rest = divmod(index, len(_VOWELS) * len(_FINALS))
    vowel, final = divmod(rest, len(_FINALS))
    return _INITIALS[initial] + _VOWELS[vowel] + _FINALS[final]


def romanise(word: str) -> str:
    """Return one normalised word in the letters a to z and the digits; empty if nothing of it can be read.

    >>> romanise("дилара"), romanise("김"), romanise("østergård")
    ('dilara', 'gim', 'ostergard')
    """
    if word.isascii():
        return plain(word)
    return "".join(plain(_letter(letter)) for letter in word)


def is_written_without_spaces(word: str) -> bool:
    """Whether the word is of Han or Hangul letters only, which write family and given name together."""
    return bool(word) and all(script_of_letter(letter) in (Script.HAN, Script.HANGUL) for letter in word)


def plain(text: str) -> str:
    """Return only the letters a to z and digits of a text."""
    if text.isalnum() and text.isascii():
        return text
    return "".join(character for character in text if character.isascii() and character.isalnum())
