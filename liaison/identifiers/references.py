"""References such as `RN-2026-7K4M2P-C`: what people and programs call a record, a notice or a message.

A prefix for the kind, the year, six characters drawn at random (so that references count nothing) and a check
character. The check is Damm's scheme over the field of 32 elements: it finds every single wrong character and every
exchange of two neighbours, in the prefix and the year too. The letters I, L, O and U are not drawn, so that what
looks like 0 or 1 there is 0 or 1.
"""

import re
import unicodedata
from collections.abc import Callable
from typing import NoReturn

from liaison.identifiers.plain_text import ascii_digits
from liaison.refusal import Finding, Refused, mark

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
SERIAL_LENGTH = 6
RANDOM_BYTES = 4
TEXT_LENGTH_MAX = 64

_VALUES = {letter: value for value, letter in enumerate(ALPHABET)} | {"I": 0, "L": 1, "O": 2, "U": 3}
_FIELD_BITS, _FIELD_POLYNOMIAL = 5, 0b100101
_START = 22
_READ_AS_DIGIT = str.maketrans("OIL", "011")
_READ_AS_LETTER = str.maketrans("01", "OI")
_SEPARATORS = re.compile(r"[\s\-\u2010-\u2015\u2212_./:#]+")
_SHAPE = re.compile(r"([A-Z]{2,3})([0-9]{4})([0-9A-HJKMNP-TV-Z]{6})([0-9A-HJKMNP-TV-Z])")

Randomness = bytes | Callable[[int], bytes]


class Reference(str):
    """A reference that adds up, in its one canonical spelling. Made by `make` and `parse` only."""

    __slots__ = ()

    @property
    def prefix(self) -> str:
        """The letters that name the kind."""
        return self.split("-")[0]

    @property
    def year(self) -> int:
        """The year in which it was drawn."""
        return int(self.split("-")[1])


def make(prefix: str, year: int, randomness: Randomness) -> Reference:
    """Return the reference of a kind and year for random bytes, or a source of them (`secrets.token_bytes`).

    Equal bytes give equal references; the caller draws again when one is taken.
    """
    assert re.fullmatch(r"[A-Z]{2,3}", prefix), prefix
    assert 1000 <= year <= 9999, year
    drawn = randomness if isinstance(randomness, bytes) else randomness(RANDOM_BYTES)
    assert len(drawn) >= RANDOM_BYTES, "a reference needs 30 random bits"
    number = int.from_bytes(drawn[:RANDOM_BYTES], "big")
    serial = "".join(ALPHABET[number >> (_FIELD_BITS * place) & 31] for place in range(SERIAL_LENGTH))
    return _written(prefix, f"{year:04}", serial, check_character(f"{prefix}{year:04}{serial}"))


def parse(text: str) -> Reference:
    """Return the reference that was meant: case, separators and O for 0 or I for 1 do not matter.

    Raise Refused when the text is no reference, or when its check character does not fit.
    """
    letters = _letters(text)
    shape = _SHAPE.fullmatch(_look_alikes_read(letters))
    if shape is None:
        _refuse_shape(text)
    prefix, year, serial, check = shape.groups()
    if check_character(prefix + year + serial) != check:
        raise Refused(_does_not_add_up(_written(prefix, year, serial, check)))
    return _written(prefix, year, serial, check)


def has_shape(text: str) -> bool:
    """Whether the text has the shape of a reference, right or wrong: letters, a year of this era, the rest."""
    shape = _SHAPE.fullmatch(_look_alikes_read(_letters(text)))
    return shape is not None and shape[2][:2] in {"19", "20", "21"}


def check_character(letters: str) -> str:
    """Return the check character of prefix, year and serial, written without separators."""
    interim = _START
    for letter in letters:
        interim = _doubled(interim ^ _VALUES[letter])
    return ALPHABET[interim]


def _doubled(value: int) -> int:
    """Multiply by the generator of the field; since it is neither 0 nor 1, exchanged neighbours change the result."""
    doubled = value << 1
    return doubled ^ _FIELD_POLYNOMIAL if doubled >> _FIELD_BITS else doubled


def _letters(text: str) -> str:
    if len(text) > TEXT_LENGTH_MAX:
        return ""
    return _SEPARATORS.sub("", ascii_digits(unicodedata.normalize("NFKC", text))).upper()


def _look_alikes_read(letters: str) -> str:
    """Read 0 and 1 in the prefix as letters, O, I and L elsewhere as digits."""
    prefix = len(letters) - 4 - SERIAL_LENGTH - 1
    return letters[: max(prefix, 0)].translate(_READ_AS_LETTER) + letters[max(prefix, 0) :].translate(_READ_AS_DIGIT)


def _written(prefix: str, year: str, serial: str, check: str) -> Reference:
    return Reference(f"{prefix}-{year}-{serial}-{check}")


def _refuse_shape(text: str) -> NoReturn:
    raise Refused(
        Finding(
            code="reference.shape",
            problem=mark("“%(text)s” is no reference."),
            remedy=mark("A reference looks like RN-2026-7K4M2P-C: copy it whole."),
            field="reference",
            values={"text": text[:TEXT_LENGTH_MAX]},
        )
    )


def _does_not_add_up(read: str) -> Finding:
    return Finding(
        code="reference.check",
        problem=mark("%(reference)s does not add up: a character is wrong, or two are exchanged."),
        remedy=mark("Compare it with where you have it from, character by character."),
        field="reference",
        values={"reference": read},
    )
