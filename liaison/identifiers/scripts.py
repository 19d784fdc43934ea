"""In which script a text is written, as its ISO 15924 code.

>>> script_of("Анна Ивановна"), script_of("أنّا"), script_of("1965")
('Cyrl', 'Arab', 'Zyyy')
"""

import unicodedata
from collections import Counter
from functools import lru_cache

COMMON = "Zyyy"
LATIN = "Latn"

_BY_FIRST_WORD = {
    "LATIN": LATIN, "FULLWIDTH": LATIN, "CYRILLIC": "Cyrl", "GREEK": "Grek", "ARABIC": "Arab", "HEBREW": "Hebr",
    "ARMENIAN": "Armn", "GEORGIAN": "Geor", "DEVANAGARI": "Deva", "BENGALI": "Beng", "GURMUKHI": "Guru",
    "GUJARATI": "Gujr", "ORIYA": "Orya", "TAMIL": "Taml", "TELUGU": "Telu", "KANNADA": "Knda", "MALAYALAM": "Mlym",
    "SINHALA": "Sinh", "THAI": "Thai", "LAO": "Laoo", "TIBETAN": "Tibt", "MYANMAR": "Mymr", "KHMER": "Khmr",
    "ETHIOPIC": "Ethi", "MONGOLIAN": "Mong", "HANGUL": "Hang", "HIRAGANA": "Hira", "KATAKANA": "Kana",
    "HALFWIDTH": "Kana", "CJK": "Hani", "BOPOMOFO": "Bopo", "SYRIAC": "Syrc", "THAANA": "Thaa", "TIFINAGH": "Tfng",
    "NKO": "Nkoo", "CHEROKEE": "Cher", "COPTIC": "Copt", "VAI": "Vaii", "ADLAM": "Adlm", "JAVANESE": "Java",
    "BALINESE": "Bali",
}  # fmt: skip
SCRIPTS = frozenset((*_BY_FIRST_WORD.values(), "Jpan", COMMON, "Zzzz"))

_UNKNOWN = "Zzzz"


def script_of(text: str) -> str:
    """Return the script of most of the text's letters: `Zyyy` where it has none, `Jpan` for Han with kana."""
    if text.isascii():
        return LATIN if any(map(str.isalpha, text)) else COMMON
    counts = Counter(_script(letter) for letter in text if letter.isalpha())
    if not counts:
        return COMMON
    if counts.get("Hira") or (counts.get("Kana") and counts.get("Hani")):
        return "Jpan"
    return max(counts, key=lambda script: (counts[script], script))


def scripts_in(text: str) -> frozenset[str]:
    """Return every script that the text's letters belong to; more than one can mean a forged look-alike."""
    return frozenset(_script(letter) for letter in text if letter.isalpha())


@lru_cache(maxsize=4096)
def _script(letter: str) -> str:
    return _BY_FIRST_WORD.get(unicodedata.name(letter, "?").split()[0], _UNKNOWN)
