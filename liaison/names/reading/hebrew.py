"""Hebrew with the vowels that it does write: vav and yod, and alef, he and ayin where they open or close a word.

After the Academy of the Hebrew Language's rules of 2006 (simple transliteration, as passports have it), with the
habits of German and English records as further styles.
"""

from collections.abc import Iterator

from liaison.names.reading.frames import framed

GERESH = "\u05f3"
_PLAIN = {
    "א": "a", "ב": "v", "ג": "g", "ד": "d", "ה": "h", "ז": "z", "ח": "h", "ט": "t", "כ": "kh", "ך": "kh", "ל": "l",
    "מ": "m", "ם": "m", "נ": "n", "ן": "n", "ס": "s", "ע": "a", "פ": "f", "ף": "f", "צ": "ts", "ץ": "ts", "ק": "k",
    "ר": "r", "ש": "sh", "ת": "t",
}  # fmt: skip
_FIRST = {"ב": "b", "כ": "k", "פ": "p"}
_HARD = {"ב": "b", "כ": "k", "פ": "p", "ש": "s", "ח": "ch", "צ": "tz", "ץ": "tz", "ך": "ch"}
_WITH_GERESH = {"ג": "j", "ז": "zh", "צ": "ch", "ץ": "ch", "ת": "th", "ד": "dh"}
_SILENT_INSIDE = frozenset("אע")


def read(word: str) -> Iterator[str]:
    """Yield the word with vav as o and as u, and with the hard sounds of the letters that have two."""
    yield _framed(word, _PLAIN, "o", "i")
    yield _framed(word, _PLAIN | _HARD, "o", "i")
    yield _framed(word, _PLAIN, "u", "e")
    yield _framed(word, _PLAIN | _HARD, "u", "i")
    yield _framed(word, _PLAIN | {"ב": "b", "פ": "p"}, "v", "y")
    yield _framed(word, _PLAIN | {"ש": "s"}, "u", "i")


def _framed(word: str, sounds: dict[str, str], vav: str, yod: str) -> str:
    out: list[str] = []
    place = 0
    while place < len(word):
        sound, width = _sound_at(word, place, sounds, vav, yod)
        out.append(sound)
        place += width
    return framed(out, "e")


def _sound_at(word: str, place: int, sounds: dict[str, str], vav: str, yod: str) -> tuple[str, int]:
    letter, after = word[place], word[place + 1 : place + 2]
    if after == GERESH and letter in _WITH_GERESH:
        return _WITH_GERESH[letter], 2
    if letter == "ו":
        return ("v", 2) if after == "ו" else (("v" if place == 0 else vav), 1)
    if letter == "י":
        if after == "י":
            return (f"{yod}y" if yod == "y" else "ay" if yod == "i" else "ey"), 2
        return ("y" if place == 0 or after in ("ה", "א", "ו") else yod), 1
    if place == 0 and letter in _FIRST:
        return _FIRST[letter], 1
    if letter == "ה" and not after and place > 0:
        return "a", 1
    if letter in _SILENT_INSIDE and place > 0 and after in ("ו", "י"):
        return "", 1
    return sounds.get(letter, ""), 1
