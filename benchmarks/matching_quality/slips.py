"""Names and dates as somebody gets them wrong: at a keyboard, by a reader, by ear, by another habit of spelling."""

import random
from collections.abc import Callable

_OCR = {"O": "0", "I": "1", "S": "5", "B": "8", "E": "F", "G": "6", "Q": "O", "M": "N", "U": "V", "C": "G", "H": "N"}
_TRANSLIT = (
    ("kh", "h"),
    ("h", "kh"),
    ("y", "i"),
    ("i", "y"),
    ("ou", "u"),
    ("u", "ou"),
    ("q", "k"),
    ("k", "q"),
    ("ee", "i"),
    ("ei", "ai"),
    ("v", "w"),
    ("w", "v"),
    ("sh", "ch"),
    ("ch", "tch"),
    ("zh", "j"),
    ("j", "dj"),
    ("o", "u"),
    ("e", "i"),
    ("ts", "c"),
    ("ks", "x"),
    ("x", "ks"),
    ("ph", "f"),
    ("f", "ph"),
    ("oo", "u"),
    ("iy", "y"),
    ("c", "k"),
    ("z", "s"),
)
_NEAR_KEYS = {
    "q": "wa",
    "w": "qes",
    "e": "wrd",
    "r": "etf",
    "t": "ryg",
    "y": "tuh",
    "u": "yij",
    "i": "uok",
    "o": "ipl",
    "p": "ol",
    "a": "qsz",
    "s": "adwx",
    "d": "sfec",
    "f": "dgrv",
    "g": "fhtb",
    "h": "gjyn",
    "j": "hkum",
    "k": "jli",
    "l": "ko",
    "z": "xas",
    "x": "zcs",
    "c": "xvd",
    "v": "cbf",
    "b": "vng",
    "n": "bmh",
    "m": "nj",
}
DATE_SLIPS = ("dob_daymonth", "dob_century", "dob_digit")


def slipped(name: str, parts: tuple[str, str], sub: str, dice: random.Random) -> str | None:
    """Return a name as somebody would get it wrong, None where it cannot be got wrong so.

    `parts` are the given and the family name, empty where nobody knows.
    """
    return _SLIPS[sub](name, parts, dice)


def slipped_date(date: str, sub: str, dice: random.Random) -> str | None:
    """Return a date with day and month exchanged, in the wrong century or with a wrong digit of the year."""
    year, month, day = date.split("-")
    if sub == "dob_daymonth":
        return f"{year}-{day}-{month}" if int(day) <= 12 and day != month else None
    if sub == "dob_century":
        return f"{int(year) - 100 if year >= '1950' else int(year) + 100}-{month}-{day}"
    at = dice.choice((2, 3))
    digit = dice.choice([one for one in "0123456789" if one != year[at]])
    return f"{year[:at]}{digit}{year[at + 1 :]}-{month}-{day}"


def _typos(count: int) -> "_Slip":
    def slip(name: str, _parts: tuple[str, str], dice: random.Random) -> str | None:
        for _ in range(count):
            name = _typo(name, dice)
        return name

    return slip


def _typo(name: str, dice: random.Random) -> str:
    places = [index for index, letter in enumerate(name) if letter.lower() in _NEAR_KEYS]
    at = dice.choice(places)
    sort = dice.choice(("swap", "drop", "double", "near"))
    if sort == "swap" and at + 1 < len(name) and name[at + 1] != " ":
        return name[:at] + name[at + 1] + name[at] + name[at + 2 :]
    if sort == "drop":
        return name[:at] + name[at + 1 :]
    if sort == "double":
        return name[:at] + name[at] + name[at:]
    return name[:at] + dice.choice(_NEAR_KEYS[name[at].lower()]) + name[at + 1 :]


def _swapped(name: str, parts: tuple[str, str], _dice: random.Random) -> str | None:
    given, family = parts
    if given and family:
        return f"{family} {given}"
    words = name.split()
    return " ".join([words[-1], *words[:-1]]) if len(words) > 1 else None


def _without_middle(name: str, _parts: tuple[str, str], dice: random.Random) -> str | None:
    words = name.split()
    if len(words) < 3:
        return None
    drop = dice.randrange(1, len(words) - 1)
    return " ".join(words[:drop] + words[drop + 1 :])


def _glued(name: str, _parts: tuple[str, str], dice: random.Random) -> str | None:
    words = name.split()
    if len(words) < 2:
        return None
    at = dice.randrange(len(words) - 1)
    return " ".join([*words[:at], words[at] + words[at + 1].lower(), *words[at + 2 :]])


def _split(name: str, _parts: tuple[str, str], dice: random.Random) -> str | None:
    words = name.split()
    long = [index for index, word in enumerate(words) if len(word) >= 6]
    if not long:
        return None
    at = dice.choice(long)
    cut = dice.randrange(2, len(words[at]) - 2)
    return " ".join([*words[:at], words[at][:cut], words[at][cut:], *words[at + 1 :]])


def _initials(name: str, _parts: tuple[str, str], _dice: random.Random) -> str | None:
    words = name.split()
    return " ".join([*(f"{word[0]}." for word in words[:-1]), words[-1]]) if len(words) > 1 else None


def _misread(name: str, _parts: tuple[str, str], dice: random.Random) -> str | None:
    letters = list(name.upper())
    places = [index for index, letter in enumerate(letters) if letter in _OCR]
    for index in dice.sample(places, min(len(places), dice.choice((1, 1, 2)))):
        letters[index] = _OCR[letters[index]]
    return "".join(letters)


def _machine_readable(name: str, _parts: tuple[str, str], _dice: random.Random) -> str | None:
    kept = "".join(letter if letter.isalpha() else " " for letter in name.upper() if letter not in "'’`")
    return " ".join(kept.split())


def _respelled(name: str, _parts: tuple[str, str], dice: random.Random) -> str | None:
    small = name.lower()
    found = [(one, other) for one, other in _TRANSLIT if one in small]
    for one, other in dice.sample(found, min(len(found), dice.choice((1, 2)))):
        small = small.replace(one, other, 1)
    return small.title()


_Slip = Callable[[str, tuple[str, str], random.Random], str | None]
_SLIPS: dict[str, _Slip] = {
    "typo1": _typos(1),
    "typo2": _typos(2),
    "swap_order": _swapped,
    "drop_middle": _without_middle,
    "concat": _glued,
    "split": _split,
    "initials": _initials,
    "ocr": _misread,
    "mrz": _machine_readable,
    "translit": _respelled,
}
NAME_SLIPS = tuple(_SLIPS)
