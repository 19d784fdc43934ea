"""Readings of scripts that leave short vowels out: frames of consonants and long vowels."""

from collections.abc import Iterable

# Letters that would be read as one sound, or once, if nothing stood between them: t-h is not th.
_READ_TOGETHER = frozenset(
    {"th", "sh", "kh", "gh", "dh", "zh", "ph", "ch", "ts", "tz", "dz", "ck", "dj", "cz", "sz", "qu", "ow"}
)
_VOWELS = frozenset("aeiou")


def framed(sounds: Iterable[str], vowel: str) -> str:
    """Return sounds joined, with a vowel between two that would run into one: "f t h i" is "ftahi", not "fthi"."""
    out = ""
    for sound in sounds:
        meeting = out[-1:] + sound[:1]
        doubled = len(meeting) == 2 and meeting[0] == meeting[1] and meeting[0] not in _VOWELS
        out += vowel + sound if doubled or meeting in _READ_TOGETHER else sound
    return out
