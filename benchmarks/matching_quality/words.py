"""Words, sounds and scripts of names, for making cases: without the engine, which must not choose what it is asked.

Who is one person, on which side of the split he is, and what could be found at all stay what they are while
`liaison.names` changes.
"""

import re
import unicodedata

from anyascii import anyascii
from rapidfuzz.distance import JaroWinkler

ALIKE = 0.87
WORD_MIN, SOUND_MIN = 3, 3
"""Letters of a word, and consonants of a sound, below which likeness says nothing."""
_SOUNDS = (
    ("tch", "c"), ("sch", "s"), ("ch", "c"), ("sh", "s"), ("zh", "j"), ("dj", "j"), ("kh", "h"), ("gh", "g"),
    ("ph", "f"), ("th", "t"), ("dh", "d"), ("ck", "k"), ("q", "k"), ("x", "ks"), ("w", "v"), ("z", "s"),
)  # fmt: skip
_SILENT = re.compile("[aeiouyh]")
_DOUBLED = re.compile(r"(.)\1+")
_SCRIPTS = {"cjk": "han", "hiragana": "kana", "katakana": "kana", "hangul": "korean"}


def words_of(name: str) -> tuple[str, ...]:
    """Return the words of a name in Latin letters, small, in no order of their own."""
    return tuple(sorted("".join(letter if letter.isalnum() else " " for letter in anyascii(name).lower()).split()))


def shares(left: str, right: str) -> bool:
    """Whether two names share a word, its sound or most of its letters: whether a name alone could find the other."""
    return any(
        one == other or _same_sound(one, other) or JaroWinkler.similarity(one, other) > ALIKE
        for one in words_of(left)
        for other in words_of(right)
        if min(len(one), len(other)) >= WORD_MIN
    )


def _same_sound(left: str, right: str) -> bool:
    sound = _sound(left)
    return len(sound) >= SOUND_MIN and sound == _sound(right)


def _sound(word: str) -> str:
    for one, other in _SOUNDS:
        word = word.replace(one, other)
    return _DOUBLED.sub(r"\1", word[:1] + _SILENT.sub("", word[1:]))


def script_of(name: str) -> str:
    """Return the script of most letters of a name, as Unicode names it, and "none" without letters."""
    counts: dict[str, int] = {}
    for letter in name:
        if letter.isalpha():
            script = unicodedata.name(letter, "none").split()[0].lower()
            script = _SCRIPTS.get(script, script)
            counts[script] = counts.get(script, 0) + 1
    return max(counts, key=lambda script: counts[script]) if counts else "none"
