"""One text for the many byte sequences that people read as the same name.

Compatibility forms (NFKC), case folding, no invisible characters (bidirectional marks, joiners, soft hyphens,
tatweel) and one kind of space. Accents stay: what they mean differs by language, so that romanising drops them, not
this.
"""

import unicodedata

NAME_CHARACTERS_MAX = 512
_TATWEEL = "\u0640"
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})


def normalise(text: str) -> str:
    """Return the text in its one comparable form; at most NAME_CHARACTERS_MAX characters are looked at.

    >>> normalise("  ＤＩＬＡＲＡ\u200f  Voss ")
    'dilara voss'
    """
    folded = unicodedata.normalize("NFKC", text[:NAME_CHARACTERS_MAX]).casefold()
    if folded.isascii() and folded.isprintable():
        return " ".join(folded.split())
    seen = "".join(_shown(character) for character in folded[:NAME_CHARACTERS_MAX])
    return " ".join(unicodedata.normalize("NFC", seen).split())


def _shown(character: str) -> str:
    if character.isspace():
        return " "
    if character == _TATWEEL or unicodedata.category(character) in _INVISIBLE:
        return ""
    return character
