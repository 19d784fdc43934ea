"""Text as people type and paste it, made safe to compare, show and store, without changing what it says.

Three depths: `cleaned` keeps what was written and drops what nobody can see; `ascii_digits` writes the digits of
every script as 0-9; `folded` is for comparison only and loses case, accents and punctuation.

>>> folded("  Côte d’Ivoire ")
'cote d ivoire'
"""

import unicodedata

_LINE = "\n"
_JOINERS = "\u200c\u200d"
_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn"}


def cleaned(text: str, *, lines: bool = False) -> str:
    """Return the text in NFC without invisible characters, spaces collapsed; line breaks stay where `lines`.

    Joiners inside a word stay, because Persian and Indian names need them. Direction marks go: they could make a name
    read differently from what is stored.
    """
    if text.isprintable() and "  " not in text and unicodedata.is_normalized("NFC", text):
        return text.strip(" ")  # most texts are clean, and there are millions
    broken = text.replace("\r\n", _LINE).replace("\r", _LINE)
    kept = [_cleaned_line(line) for line in broken.split(_LINE)]
    return _LINE.join(kept).strip() if lines else " ".join(" ".join(kept).split())


def invisible_characters(text: str) -> int:
    """Return how many characters `cleaned` would drop because nobody can see them."""
    return sum(1 for letter in text if _is_invisible(letter) and not letter.isspace())


def ascii_digits(text: str) -> str:
    """Return the text with the decimal digits of every script written as 0-9."""
    if text.isascii():
        return text
    return "".join(str(unicodedata.decimal(letter)) if letter.isdecimal() else letter for letter in text)


def folded(text: str) -> str:
    """Return the text for comparison: no case, accents or punctuation, single spaces."""
    bare = "".join(
        letter for letter in unicodedata.normalize("NFKD", text.casefold()) if unicodedata.category(letter) != "Mn"
    )
    return " ".join("".join(letter if letter.isalnum() else " " for letter in ascii_digits(bare)).split())


def has_letters_or_digits(text: str) -> bool:
    """Whether anything in the text can be read: combining marks and punctuation alone cannot."""
    return any(letter.isalnum() for letter in text)


def _cleaned_line(line: str) -> str:
    spaced = "".join(" " if letter.isspace() else letter for letter in line)
    kept = "".join(letter for letter in spaced if not _is_invisible(letter))
    return unicodedata.normalize("NFC", " ".join(kept.split()))


def _is_invisible(letter: str) -> bool:
    return letter not in _JOINERS and unicodedata.category(letter) in _INVISIBLE
