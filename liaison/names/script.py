"""In which script a text is written, by the Unicode blocks of its letters.

Only what changes how a name is compared is told apart: whether the script writes vowels (`writes_vowels`), whether
l and r are two sounds, and whether words are written without spaces.
"""

from bisect import bisect_right
from collections import Counter
from enum import StrEnum


class Script(StrEnum):
    """The scripts that names are compared in. OTHER holds the ones that are only romanised."""

    LATIN = "latin"
    CYRILLIC = "cyrillic"
    GREEK = "greek"
    ARMENIAN = "armenian"
    GEORGIAN = "georgian"
    ARABIC = "arabic"
    HEBREW = "hebrew"
    INDIC = "indic"
    HAN = "han"
    KANA = "kana"
    HANGUL = "hangul"
    OTHER = "other"
    NONE = "none"

    @property
    def writes_vowels(self) -> bool:
        """Whether a romanisation letter by letter has the vowels that are spoken."""
        return self in _WITH_VOWELS

    @property
    def tells_l_from_r(self) -> bool:
        """Whether l and r are two sounds in the languages written in it."""
        return self not in _ONE_LIQUID


_WITH_VOWELS = frozenset(
    {
        Script.LATIN,
        Script.CYRILLIC,
        Script.GREEK,
        Script.ARMENIAN,
        Script.GEORGIAN,
        Script.HAN,
        Script.KANA,
        Script.HANGUL,
    }
)
_ONE_LIQUID = frozenset({Script.HAN, Script.KANA, Script.HANGUL})

# First code point of each range and the script of its letters (Unicode Standard, Blocks.txt).
_RANGES: tuple[tuple[int, Script], ...] = (
    (0x0000, Script.LATIN),
    (0x0370, Script.GREEK),
    (0x0400, Script.CYRILLIC),
    (0x0530, Script.ARMENIAN),
    (0x0590, Script.HEBREW),
    (0x0600, Script.ARABIC),
    (0x0700, Script.OTHER),
    (0x0750, Script.ARABIC),
    (0x0780, Script.OTHER),
    (0x0870, Script.ARABIC),
    (0x0900, Script.INDIC),
    (0x0E80, Script.OTHER),
    (0x10A0, Script.GEORGIAN),
    (0x1100, Script.HANGUL),
    (0x1200, Script.OTHER),
    (0x1C80, Script.CYRILLIC),
    (0x1C90, Script.GEORGIAN),
    (0x1CC0, Script.OTHER),
    (0x1D00, Script.LATIN),
    (0x1F00, Script.GREEK),
    (0x2000, Script.LATIN),
    (0x2D00, Script.GEORGIAN),
    (0x2D30, Script.OTHER),
    (0x2DE0, Script.CYRILLIC),
    (0x2E00, Script.HAN),
    (0x3040, Script.KANA),
    (0x3100, Script.HAN),
    (0x3130, Script.HANGUL),
    (0x3190, Script.HAN),
    (0x31F0, Script.KANA),
    (0x3200, Script.HAN),
    (0xA000, Script.OTHER),
    (0xA640, Script.CYRILLIC),
    (0xA6A0, Script.OTHER),
    (0xA720, Script.LATIN),
    (0xA800, Script.INDIC),
    (0xA960, Script.HANGUL),
    (0xA980, Script.OTHER),
    (0xAB30, Script.LATIN),
    (0xAB70, Script.OTHER),
    (0xAC00, Script.HANGUL),
    (0xD800, Script.OTHER),
    (0xF900, Script.HAN),
    (0xFB00, Script.LATIN),
    (0xFB13, Script.ARMENIAN),
    (0xFB1D, Script.HEBREW),
    (0xFB50, Script.ARABIC),
    (0xFE00, Script.OTHER),
    (0xFE70, Script.ARABIC),
    (0xFF00, Script.LATIN),
    (0xFF65, Script.KANA),
    (0xFFA0, Script.HANGUL),
    (0xFFE0, Script.OTHER),
    (0x20000, Script.HAN),
    (0x32000, Script.OTHER),
)
_STARTS = [start for start, _ in _RANGES]


def script_of_letter(letter: str) -> Script:
    """Return the script of one character; NONE for what is not a letter."""
    if not letter.isalpha():
        return Script.NONE
    return _RANGES[bisect_right(_STARTS, ord(letter)) - 1][1]


def script_of(text: str) -> Script:
    """Return the script of most letters of the text, the earlier one where two have as many; NONE without a letter.

    >>> script_of("Дилара"), script_of("ديلارا"), script_of("12 - ")
    (<Script.CYRILLIC: 'cyrillic'>, <Script.ARABIC: 'arabic'>, <Script.NONE: 'none'>)
    """
    if text.isascii():
        return Script.LATIN if any(map(str.isalpha, text)) else Script.NONE
    counts = Counter(script for letter in text if (script := script_of_letter(letter)) is not Script.NONE)
    return counts.most_common(1)[0][0] if counts else Script.NONE
