"""How identifiers of things are written and miswritten: look-alike letters, usual misreadings, placeholders.

>>> plain("а-123 вс"), look_alikes("а-123 вс"), misreading_key("D8-I0")
('A123BC', 'АВС', '0810')
"""

import re
from collections.abc import Iterator

from liaison.identifiers.documents import normalise_number

READ_ALIKE = ("0ODQ", "1IL", "2Z", "5S", "6G", "8B", "UV")
"""Characters that a reader or a camera takes for each other; the first stands for all of its kind."""

NUMBER_LENGTH_MAX = 24
WORD_LENGTH_MAX = 3
RUN_LENGTH_MIN = 5
REPEATED_LENGTH_MIN = 4

_LATIN_LOOK_ALIKES = str.maketrans("АВЕКМНОРСТУХІЈЅԚԜΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEKMHOPCTYXIJSQWABEZHIKMNOPTYX")
_ONE_LETTER_TWO_WAYS = str.maketrans(
    {"Ø": "O", "Đ": "D", "Ð": "D", "Ł": "L", "Æ": "AE", "Œ": "OE", "ẞ": "SS", "ك": "ک", "ي": "ی", "ى": "ی"}
)
_TO_FIRST = str.maketrans({other: kind[0] for kind in READ_ALIKE for other in kind[1:]})
_KIND = {letter: kind for kind in READ_ALIKE for letter in kind}
_RUNS = ("0123456789" * 3, "9876543210" * 3)
_DATE = re.compile(r"\d{1,4}([./-])\d{1,2}\1\d{1,4}")
_WORDS = frozenset((
    "NA", "NONE", "NIL", "NULL", "UNKNOWN", "UNK", "NOTKNOWN", "TBA", "TBC", "TBD", "TEST", "SPECIMEN", "SAMPLE",
    "EXAMPLE", "NOPLATE", "NOPLATES", "NONUMBER", "NOSERIAL", "NOSERIALNUMBER", "NOTVISIBLE", "UNREADABLE",
    "ILLEGIBLE", "OBLITERATED", "DEFACED", "REMOVED", "ERASED", "MISSING", "INCONNU", "NEANT", "ILLISIBLE", "EFFACE",
    "DESCONOCIDO", "DESCONOCIDA", "SINNUMERO", "SINPLACA", "NINGUNO", "NINGUNA", "BORRADO", "BORRADA", "UNBEKANNT",
))  # fmt: skip


def plain(text: str) -> str:
    """Return the text in upper case without separators, look-alikes of Latin letters as Latin, digits as 0-9.

    A letter keeps no mark: foreign keyboards and cameras see O in Ö, so that both must be equal. Letters of other
    scripts stay. Each character counts alone, so that a part of a number is a part of its plain form.
    """
    return normalise_number(text).translate(_ONE_LETTER_TWO_WAYS).translate(_LATIN_LOOK_ALIKES)


def look_alikes(text: str) -> str:
    """Return the Cyrillic and Greek letters that `plain` reads as Latin ones, in order."""
    return "".join(letter for letter in normalise_number(text) if ord(letter) in _LATIN_LOOK_ALIKES)


def misreading_key(normal: str) -> str:
    """Return the key that a number shares with all that differ from it by usual misreadings (READ_ALIKE)."""
    return plain(normal).translate(_TO_FIRST)


def one_slip_away(normal: str, alphabet: str) -> Iterator[str]:
    """Yield what the number is if one character was misread, then if two neighbours were exchanged.

    At most five for each character; only letters and digits of the alphabet are put in.
    """
    for place, letter in enumerate(normal):
        for other in _KIND.get(letter, ""):
            if other != letter and other in alphabet:
                yield normal[:place] + other + normal[place + 1 :]
    for place in range(len(normal) - 1):
        if normal[place] != normal[place + 1]:
            yield normal[:place] + normal[place + 1] + normal[place] + normal[place + 2 :]


def as_digits(normal: str) -> str:
    """Return the number with every letter that is read for a digit as that digit."""
    return "".join(next((one for one in _KIND.get(letter, letter) if one.isdecimal()), letter) for letter in normal)


def is_placeholder(normal: str, *, repeated: str = "") -> bool:
    """Whether the number is a word for "unknown", a run such as 123456, or one character over and over.

    `repeated` names the characters of which a repetition is suspicious; all when empty.
    """
    same = len(normal) >= REPEATED_LENGTH_MIN and len(set(normal)) == 1
    run = len(normal) >= RUN_LENGTH_MIN and any(normal in digits for digits in _RUNS)
    return normal in _WORDS or run or (same and (not repeated or normal[0] in repeated))


def without_label(text: str, *labels: str) -> str:
    """Return the text without a leading word that says what it is, as in `IMO No. 9074729`."""
    names = "|".join(map(re.escape, labels))
    return re.sub(rf"\A\s*(?:{names})(?:\s*(?:no|nr|number)\b)?[\s.:#=]+", "", text, flags=re.IGNORECASE)


def is_one_number(text: str) -> bool:
    """Whether a pasted text may be one number: it holds a digit, and is no zone, date, address or sentence."""
    said = text.strip()
    if not said or any(mark in said for mark in "<@\n") or _DATE.fullmatch(said):
        return False
    words = re.split(r"[\s,;]+", said)
    return (
        len(normalise_number(said)) <= NUMBER_LENGTH_MAX
        and any(map(str.isdecimal, said))
        and all(len(word) <= WORD_LENGTH_MAX for word in words if word.isalpha())
    )
