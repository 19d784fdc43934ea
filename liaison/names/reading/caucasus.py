"""Armenian by BGN/PCGN 1981 and in the western pronunciation; Georgian by the national system of 2002 and by ear."""

import re
from collections.abc import Iterator

from liaison.names.romanise import romanise

_ARMENIAN = dict(zip("աբգդեզէըթժիլխծկհձղճմյնշոչպջռսվտրցւփքօֆև", (
    "a", "b", "g", "d", "e", "z", "e", "y", "t", "zh", "i", "l", "kh", "ts", "k", "h", "dz", "gh", "ch", "m", "y",
    "n", "sh", "o", "ch", "p", "j", "rr", "s", "v", "t", "r", "ts",
    "v", "p", "k", "o", "f", "ev"), strict=True))  # fmt: skip
_EASTERN = str.maketrans(_ARMENIAN)
_WESTERN = str.maketrans(
    _ARMENIAN
    | {"բ": "p", "պ": "b", "գ": "k", "կ": "g", "դ": "t", "տ": "d", "ծ": "dz", "ձ": "ts", "ճ": "j", "ջ": "ch"}
)
_RULES = (
    (re.compile("ու"), "u"),
    (re.compile("^ո(?=[^վ])"), "vo"),
    (re.compile("^ե"), "ye"),
    (re.compile("^և"), "yev"),
)
_WESTERN_START = re.compile("^յ")
_GEORGIAN = str.maketrans(dict(zip("აბგდევზთიკლმნოპჟრსტუფქღყშჩცძწჭხჯჰ", (
    "a", "b", "g", "d", "e", "v", "z", "t", "i", "k", "l", "m", "n", "o", "p", "zh", "r", "s", "t", "u", "p", "k",
    "gh", "q", "sh", "ch", "ts", "dz", "ts", "ch", "kh", "j", "h"), strict=True)))  # fmt: skip
_NOMINATIVE = "i"
_GEORGIAN_BY_EAR = str.maketrans({"ყ": "k", "ღ": "g", "ც": "c", "წ": "c", "ფ": "f", "ჯ": "dj", "ხ": "h"})


def read_armenian(word: str) -> Iterator[str]:
    """Yield the eastern and the western reading."""
    written = word
    for spelling, sound in _RULES:
        written = spelling.sub(sound, written)
    yield romanise(written.translate(_EASTERN))
    yield romanise(_WESTERN_START.sub("h", written).translate(_WESTERN))


def read_georgian(word: str) -> Iterator[str]:
    """Yield the national system, without the ending that foreign names get as well, and what foreigners write."""
    national = romanise(word.translate(_GEORGIAN))
    yield national
    yield national.removesuffix(_NOMINATIVE)
    yield romanise(word.translate(_GEORGIAN_BY_EAR).translate(_GEORGIAN))
