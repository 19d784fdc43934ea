"""Arabic letters with the vowels that they do write: long ones, and endings.

An Arabic word leaves its short vowels out, so that a reading is a frame: "mhmd", "khald", "dilara". Styles: the
letters of Arabic by BGN/PCGN 1956; as Persians, Afghans and Turks say them (w as v, th and dh as s and z); the habits
of the Maghreb (ch, ou, dj) and of Egypt (g).
"""

import re
from collections.abc import Iterator

from liaison.names.reading.frames import framed
from liaison.names.romanise import romanise

_CONSONANTS = {
    "ب": "b", "ت": "t", "ث": "th", "ج": "j", "ح": "h", "خ": "kh", "د": "d", "ذ": "dh", "ر": "r", "ز": "z", "س": "s",
    "ش": "sh", "ص": "s", "ض": "d", "ط": "t", "ظ": "z", "ع": "a", "غ": "gh", "ف": "f", "ق": "q", "ك": "k", "ل": "l",
    "م": "m", "ن": "n", "ه": "h", "ة": "a", "ء": "", "ئ": "i", "ؤ": "u", "أ": "a", "إ": "i", "آ": "a", "ا": "a",
    "ى": "a", "پ": "p", "چ": "ch", "ژ": "zh", "گ": "g", "ک": "k", "ڭ": "ng", "ڤ": "v", "ٹ": "t", "ڈ": "d", "ڑ": "r",
    "ں": "n", "ھ": "h", "ہ": "h", "ۀ": "a", "ۂ": "a", "ے": "e", "ټ": "t", "ډ": "d", "ړ": "r", "ږ": "zh", "ښ": "sh",
    "ځ": "dz", "څ": "ts", "ڼ": "n", "ې": "e", "ۍ": "ai", "ۃ": "a", "ٱ": "a", "ڪ": "k", "ە": "a", "ێ": "e", "ۆ": "o",
    "ڵ": "l", "ڕ": "r", "ۋ": "v", "ڨ": "g", "ڧ": "q", "ڢ": "f",
}  # fmt: skip
_PERSIAN = {"ث": "s", "ذ": "z", "ض": "z", "ة": "e", "ؤ": "o", "غ": "gh", "ق": "gh"}
_MAGHREB = {"ش": "ch", "ج": "dj", "ذ": "d", "ث": "t", "ق": "k"}
_EGYPT = {"ج": "g", "ذ": "z", "ظ": "z", "ث": "s", "ق": "k", "خ": "kh"}
_TEH_MARBUTA = "ة"
_WAW, _YEH = "و", "يی"
_VOWEL_LETTERS = re.compile("[اأإآىيیويةےېۆێە]")
_MARKS = {"َ": "a", "ُ": "u", "ِ": "i", "ً": "an", "ٌ": "un", "ٍ": "in", "ْ": "", "ٰ": "a"}
# A teh before a shin is the ch of other languages; what a shadda doubles sounds once.
_TEH, _SHIN = "ت", "ش"
_FOREIGN = {"ف": "v", "غ": "g", "ج": "g"}
_DOUBLING = "\u0651"


def read(word: str) -> Iterator[str]:
    """Yield the frame of the word in each style."""
    yield _framed(word, _CONSONANTS, "w", "u", "i")
    yield _framed(word, _CONSONANTS | _PERSIAN, "v", "o", "i")
    if word.endswith(_TEH_MARBUTA):
        closing = _framed(word, _CONSONANTS, "w", "o", "y")
        yield f"{closing}h"
        yield f"{closing}t"
    yield _framed(word, _CONSONANTS | _MAGHREB, "ou", "ou", "i")
    yield _framed(word, _CONSONANTS | _EGYPT, "w", "o", "e")
    yield _framed(word, _CONSONANTS | _FOREIGN, "w", "o", "e")


def _framed(word: str, sounds: dict[str, str], glide: str, waw: str, yeh: str) -> str:
    out: list[str] = []
    for place, letter in enumerate(word):
        if letter == _DOUBLING or (letter == _SHIN and out and out[-1] == "ch"):
            continue
        if letter == _TEH and word[place + 1 : place + 2] == _SHIN:
            out.append("ch")
        elif letter in _MARKS:
            out.append(_MARKS[letter])
        elif letter == _WAW:
            out.append(glide if _is_glide(word, place) else waw)
        elif letter in _YEH:
            out.append("y" if _is_glide(word, place) else yeh)
        else:
            out.append(sounds[letter] if letter in sounds else romanise(letter))
    return framed(out, "a")


def _is_glide(word: str, place: int) -> bool:
    """Whether a waw or yeh is a consonant: it begins the word or stands before or after an alif."""
    if place == 0:
        return True
    after = word[place + 1 : place + 2]
    return bool(after and _VOWEL_LETTERS.match(after)) or word[place - 1] in "اآ"
