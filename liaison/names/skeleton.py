"""The consonants of a word, in classes that stay the same when a name passes from one script to another.

Vowels are written differently everywhere and in Arabic and Hebrew hardly at all; consonants survive. A class holds
the sounds that romanisations confuse: one letter for b, p, v and f, one for d, t and th, and so on. Two words of one
skeleton may be the same name: it is a hint for finding, and weaker evidence than the same spelling.
"""

import re
from functools import lru_cache

SKELETON_CHARACTERS_MAX = 24

_DIGRAPHS: tuple[tuple[str, str], ...] = (
    ("tsch", "J"),
    ("shch", "J"),
    ("sch", "J"),
    ("tch", "J"),
    ("dsch", "J"),
    ("dzh", "J"),
    ("ph", "B"),
    ("th", "T"),
    ("dh", "T"),
    ("kh", "H"),
    ("gh", "K"),
    ("sh", "J"),
    ("ch", "J"),
    ("zh", "J"),
    ("dj", "J"),
    ("cz", "J"),
    ("sz", "J"),
    ("ts", "S"),
    ("tz", "S"),
    ("ck", "K"),
    ("qu", "K"),
    ("kv", "K"),
    ("kw", "K"),
    ("ng", "NK"),
    ("ce", "S"),
    ("ci", "S"),
    ("x", "KS"),
)
_SINGLE = {
    **dict.fromkeys("bpvf", "B"),
    **dict.fromkeys("dt", "T"),
    **dict.fromkeys("kgqc", "K"),
    **dict.fromkeys("sz", "S"),
    **dict.fromkeys("j", "J"),
    **dict.fromkeys("l", "L"),
    **dict.fromkeys("r", "R"),
    **dict.fromkeys("m", "M"),
    **dict.fromkeys("n", "N"),
    **dict.fromkeys("h", "H"),
    **dict.fromkeys("w", "W"),
}
_TABLE = dict(_DIGRAPHS) | _SINGLE
_SOUND = re.compile("|".join(sorted(_TABLE, key=len, reverse=True)))
_ARABIC = str.maketrans(
    dict(zip("بتثجحخدذرزسشصضطظفقكلمنهپچژگکڤټډړږښڼڭ", "BTTJHHTTRSSJSTTSBKKLMNHBJJKKBTTRSJNK", strict=True))
)
_HEBREW = str.maketrans(dict(zip("בגדהזחטכךלמםנןסףפצץקרשת", "BKTHSHTKKLMMNNSBBSSKRJT", strict=True)))
_DOUBLED = re.compile(r"(.)\1+")
# With a geresh these are j, zh and ch, of one class with shin.
_WITH_GERESH = re.compile("[גזצץ]\u05f3")
_GLIDES_FIRST = {"و": "W", "ו": "W"}


@lru_cache(maxsize=1 << 15)
def skeleton(word: str, romanised: str) -> str:
    """Return the classes of a normalised word's consonants, doubled ones once, without a closing h and inner glides.

    `romanised` is the word in the letters a to z; it is read unless the word itself is Arabic or Hebrew.

    >>> skeleton("muhammad", "muhammad"), skeleton("محمد", "mhmd"), skeleton("mohamed", "mohamed")
    ('MHMT', 'MHMT', 'MHMT')
    """
    single = _DOUBLED.sub(r"\1", _WITH_GERESH.sub("ש", word.replace("וו", "ב")))
    own = single.translate(_ARABIC).translate(_HEBREW)
    sounds = _consonants_of(single, own) if own != single else _consonants_in(romanised)
    return (sounds[:-1] if len(sounds) > 1 and sounds.endswith("H") else sounds)[:SKELETON_CHARACTERS_MAX]


def _consonants_of(word: str, translated: str) -> str:
    first = _GLIDES_FIRST.get(word[0], "")
    return first + "".join(sound for sound in translated if sound.isascii() and sound.isupper())


def _consonants_in(romanised: str) -> str:
    out: list[str] = []
    end = -1
    for found in _SOUND.finditer(_DOUBLED.sub(r"\1", romanised)):
        sounds = _TABLE[found[0]]
        same_breath = found.start() == end and bool(out) and out[-1] == sounds
        inner_glide = sounds == "W" and found.start() > 0
        if not same_breath and not inner_glide:
            out.append(sounds)
        end = found.end()
    return "".join(out)


def one_liquid(bones: str) -> str:
    """Return a skeleton with l and r as one, for languages in which they are one sound."""
    return bones.replace("R", "L")
