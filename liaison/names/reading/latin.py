"""Latin letters beyond a to z, as passports and neighbours write them.

The first style is that of ICAO Doc 9303-3 section 6 table A where it permits several forms (AE, OE, UE, AA), the
second its XX forms (Ñ as NXX, Ü as UXX), the third what foreigners write by ear.
"""

import re
from collections.abc import Iterator

from liaison.names.romanise import romanise

_ICAO = str.maketrans(
    {"ä": "ae", "å": "aa", "æ": "ae", "ö": "oe", "ø": "oe", "ü": "ue", "ñ": "n", "þ": "th", "ð": "d", "đ": "d",
     "œ": "oe", "ß": "ss", "ĳ": "ij", "ő": "oe", "ű": "ue", "ə": "e", "ı": "i", "ł": "l", "ŋ": "n", "ħ": "h"}
)  # fmt: skip
_XX = str.maketrans({"ñ": "nxx", "ü": "uxx", "ä": "a", "ö": "o", "å": "a", "ø": "o", "æ": "ae"})
_BY_EAR = str.maketrans(
    {"š": "sh", "č": "ch", "ž": "zh", "ć": "ch", "đ": "dj", "ş": "sh", "ș": "sh", "ț": "ts", "ţ": "ts", "ç": "ch",
     "ğ": "gh", "ñ": "ny", "ä": "e", "ø": "o", "å": "o", "ö": "o", "ü": "u", "ð": "dh", "ł": "w", "ə": "a", "ń": "ny",
     "ý": "y", "ř": "rzh", "ż": "zh", "ź": "zh", "ś": "sh", "ď": "dy", "ť": "ty", "ň": "ny", "ľ": "l", "ħ": "h",
     "ġ": "j", "ċ": "ch", "ą": "on", "ę": "en", "ő": "o", "ű": "u", "ē": "e", "ū": "u", "ī": "i", "ģ": "g", "ķ": "k"}
)  # fmt: skip
_FRENCH = str.maketrans({"š": "ch", "ş": "ch", "č": "tch", "ç": "s", "ñ": "gn", "ž": "j", "ğ": ""})
# D with a stroke is Croatian and Vietnamese, and Iceland's letters are one sound each: their plain forms.
_PLAIN = str.maketrans({"ø": "o", "å": "a", "ä": "a", "ö": "o", "ü": "u", "þ": "t", "ð": "d", "œ": "o", "ĳ": "y"})
# "Alharbi" and "Assafrani" for al-Harbi and as-Safrani.
_ARTICLE_GLUED = re.compile("(?:[ae]l|a(?P<same>[dnrstz])(?=(?P=same)))(?P<rest>[^aeiouy][a-z]{3,})$")
_FEMININE = ("skaya", "skaia", "skaja", "ska", "tskaya", "ckaya")
_SKAYA = re.compile("ska(?:[yij]a)?$")
# The short u of Belarus for a closing v: "Zorbankou" for Zorbankov.
_BELARUSIAN = re.compile("[a-z]{3,}[^aeiou][iy]?[ao]u$")
_FILLED = ("nxx", "n"), ("uxx", "u")


def read(word: str) -> Iterator[str]:
    """Yield the styles of a word; of an ASCII word what it is without XX forms, Arabic article, -skaya and -ou."""
    if word.isascii():
        if "xx" in word:
            yield _emptied(word)
        if word.startswith(("a", "el")) and (found := _ARTICLE_GLUED.match(word)):
            yield found["rest"]
        if word.endswith(_FEMININE):
            yield _SKAYA.sub("sky", word)
        if word.endswith("u") and _BELARUSIAN.match(word):
            yield f"{word[:-1]}v"
        return
    for style in (_ICAO, _XX, _BY_EAR, _FRENCH, _PLAIN):
        yield _rest(word.translate(style))


def _emptied(word: str) -> str:
    for filled, letter in _FILLED:
        word = word.replace(filled, letter)
    return word


def _rest(word: str) -> str:
    return romanise(word)
