"""Cyrillic as passports and neighbours write it in Latin letters.

Whole styles: ICAO Doc 9303-3 section 6 table B (Russian passports since 2014), BGN/PCGN 1947 (Russian), Ukraine's
resolution 55 of 2010, Belarus' instruction of 2000, Bulgaria's transliteration law of 2009, Serbian Latin, and the
habits of German and French records. Letters that one language alone has choose its style first.
"""

import re
from collections.abc import Iterator

from liaison.names.romanise import romanise

_RUSSIAN = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ё": "e", "ж": "zh", "з": "z", "и": "i", "й": "i",
    "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f",
    "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "ie", "ы": "y", "ь": "", "э": "e", "ю": "iu",
    "я": "ia",
    "і": "i", "ї": "i", "є": "ie", "ґ": "g", "ў": "u", "ј": "j", "љ": "lj", "њ": "nj", "ћ": "c", "ђ": "d", "џ": "dz",
    "ѓ": "gj", "ќ": "kj", "ѕ": "dz", "ѫ": "u", "қ": "q", "ғ": "gh", "ҳ": "h", "ә": "a", "ө": "o", "ү": "u", "ұ": "u",
    "һ": "h", "җ": "j", "ҷ": "j", "ң": "ng", "ӣ": "i", "ӯ": "u", "ҕ": "g", "ҡ": "k", "ҙ": "z", "ҫ": "s", "ӏ": "",
}  # fmt: skip
_ICAO = _RUSSIAN | {"һ": "c"}
_BGN = _RUSSIAN | {
    "й": "y",
    "ъ": "",
    "ю": "yu",
    "я": "ya",
    "ё": "yo",
    "ң": "n",
    "қ": "k",
    "ғ": "g",
    "ә": "e",
    "ў": "o",
}
_UKRAINIAN = _BGN | {"г": "h", "и": "y", "й": "i", "є": "ie", "ї": "i", "ю": "iu", "я": "ia", "х": "kh", "ґ": "g"}
_BELARUSIAN = _BGN | {"г": "h", "й": "i", "ю": "iu", "я": "ia", "е": "e", "ё": "io"}
_BULGARIAN = _BGN | {"щ": "sht", "ъ": "a", "х": "h", "ь": "y"}
_SERBIAN = _BGN | {"ж": "z", "х": "h", "ц": "c", "ч": "c", "ш": "s", "џ": "dz", "ђ": "dj", "ћ": "c"}
_SERBIAN_BY_EAR = _SERBIAN | {
    "ж": "zh", "ц": "ts", "ч": "ch", "ш": "sh", "ћ": "ch", "џ": "j", "ј": "y", "љ": "ly", "њ": "ny",
}  # fmt: skip
_GERMAN = _BGN | {"ж": "sh", "в": "w", "й": "j", "х": "ch", "ц": "z", "ч": "tsch", "ш": "sch", "щ": "schtsch",
                  "ю": "ju", "я": "ja", "з": "s", "ё": "jo", "є": "je", "ї": "ji"}  # fmt: skip
_FRENCH = _BGN | {"ж": "j", "у": "ou", "ч": "tch", "ш": "ch", "щ": "chtch", "ю": "iou", "я": "ia", "ё": "io"}

_TABLES = {
    name: str.maketrans(table)
    for name, table in {
        "icao": _ICAO, "bgn": _BGN, "ukrainian": _UKRAINIAN, "belarusian": _BELARUSIAN, "bulgarian": _BULGARIAN,
        "serbian": _SERBIAN, "ear": _SERBIAN_BY_EAR, "german": _GERMAN, "french": _FRENCH,
    }.items()
}  # fmt: skip
_ORDERS = (
    (re.compile("[іїєґ]"), ("ukrainian", "bgn", "belarusian", "icao", "german")),
    (re.compile("ў"), ("belarusian", "bgn", "icao", "ukrainian", "german")),
    (re.compile("[јљњћђџѓќѕ]"), ("serbian", "ear", "icao", "german")),
    (re.compile(""), ("bgn", "icao", "ukrainian", "serbian", "bulgarian", "german", "french")),
)
# A vowel letter at the start or after another begins with a glide: BGN "ye"; Ukraine "ya", "yi", "ye" at the start.
_GLIDING_E = re.compile("(?:^|(?<=[аеёиоуыэюяъьійїє]))е")
_GLIDES = {"ю": "yu", "я": "ya", "є": "ye", "ї": "yi", "й": "y"}
# Endings that passports and lists shorten: -ий and -ый as y, -ия as ia.
_ENDINGS = ((re.compile("[иыі]й$"), "y"), (re.compile("[иі]я$"), "ia"))


def read(word: str) -> Iterator[str]:
    """Yield the word in the styles that its letters allow, the likeliest first."""
    short = word
    for ending, letters in _ENDINGS:
        short = ending.sub(letters, short)
    for own, styles in _ORDERS:
        if own.search(word):
            for style in styles:
                yield _written(short, style)
            return


def _written(word: str, style: str) -> str:
    if style == "bgn":
        word = _GLIDING_E.sub("ye", word)
    elif style in ("ukrainian", "belarusian") and word[0] in _GLIDES:
        word = _GLIDES[word[0]] + word[1:]
    return romanise(word.translate(_TABLES[style]))
