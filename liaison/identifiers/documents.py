"""Numbers of passports and other papers: how they are compared, usual slips of reading, ranges of blanks.

A number is compared without case, separators and the digits' script. Police enter what they see, so a number is never
refused for its shape: `doubts` says what looks wrong.

>>> normalise_number("ab 12-34/５６"), confusion_key("AB123456")
('AB123456', 'A8123456')
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from liaison.identifiers.plain_text import ascii_digits
from liaison.refusal import Finding, Refused, mark

NUMBER_LENGTH_MIN = 4
NUMBER_LENGTH_MAX = 24
RANGE_SIZE_MAX = 10_000_000
RANGE_LENGTH_MAX = 18

_CONFUSED = str.maketrans("OISBZG", "015826")
_LOOK_ALIKES = str.maketrans("АВЕКМНОРСТУХІЈЅΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEKMHOPCTYXIJSABEZHIKMNOPTYX")
_TAIL = re.compile(r"[0-9]+\Z")
_PLACEHOLDERS = frozenset(
    ("NA", "NONE", "NIL", "NULL", "UNKNOWN", "UNK", "XXX", "TEST", "SPECIMEN", "123456", "1234567", "12345678",
     "123456789", "987654321")
)  # fmt: skip


def normalise_number(text: str) -> str:
    """Return the number as it is compared: upper case, digits 0-9, no separators; empty when nothing is left.

    Letters of every script stay, because some states print series in their own.
    """
    if text.isascii():  # nearly all are: in a tenth of the time
        return "".join(filter(str.isalnum, text.upper()))
    spread = unicodedata.normalize("NFKD", ascii_digits(text).upper()).upper()
    kept = "".join(letter for letter in unicodedata.normalize("NFKD", spread) if _counts(letter))
    return unicodedata.normalize("NFC", ascii_digits(kept))


def confusion_key(text: str) -> str:
    """Return the key that numbers share when a reader may have taken O for 0, I for 1, B for 8, S 5, Z 2, G 6.

    Cyrillic and Greek letters that look like Latin ones fall together with them. For a second search only: different
    documents can share this key.
    """
    return normalise_number(text).translate(_LOOK_ALIKES).translate(_CONFUSED)


def is_plausible(text: str) -> bool:
    """Whether the text alone may be taken for a document number: one run with digits, of a usual length."""
    number = normalise_number(text)
    return NUMBER_LENGTH_MIN <= len(number) <= NUMBER_LENGTH_MAX and any(letter.isdecimal() for letter in number)


def doubts(text: str) -> list[Finding]:
    """Return what makes this an unlikely document number; an empty list is no proof that it exists."""
    number = normalise_number(text)
    if not number:
        return [_doubt("empty", mark("The document number holds no letter or digit."))]
    findings = []
    if len(number) > NUMBER_LENGTH_MAX:
        findings.append(_doubt("long", mark("The document number has %(length)s characters."), length=len(number)))
    if len(number) < NUMBER_LENGTH_MIN:
        findings.append(
            _doubt("short", mark("The document number has only %(length)s characters."), length=len(number))
        )
    if number in _PLACEHOLDERS or (len(set(number)) == 1 and len(number) >= NUMBER_LENGTH_MIN):
        findings.append(_doubt("placeholder", mark("The document number looks like a placeholder.")))
    if not any(letter.isdecimal() for letter in number):
        findings.append(_doubt("no_digit", mark("The document number holds no digit.")))
    return findings


@dataclass(frozen=True, slots=True)
class NumberRange:
    """The numbers of blank documents that follow each other, first and last included.

    Both are equally long, begin alike and differ only in the digits they end on. Made by `between`.
    """

    prefix: str
    first_digits: str
    last_digits: str

    @classmethod
    def between(cls, first: str, last: str) -> "NumberRange":
        """Return the range from first to last number; raise Refused when they do not belong to one series."""
        start, end = normalise_number(first), normalise_number(last)
        tail = _TAIL.search(start)
        digits = tail.group() if tail else ""
        prefix = start[: len(start) - len(digits)]
        rest = end[len(prefix) :]
        if len(start) > RANGE_LENGTH_MAX:
            raise Refused(_long_numbers(len(start)))
        if not digits or not end.startswith(prefix) or len(end) != len(start) or not _TAIL.fullmatch(rest):
            raise Refused(_not_a_range(start, end))
        made = cls(prefix, digits, rest)
        if digits > rest:
            raise Refused(_backwards(start, end))
        if made.size > RANGE_SIZE_MAX:
            raise Refused(_too_large(made.size))
        return made

    @property
    def first(self) -> str:
        """The first number, normalised."""
        return self.prefix + self.first_digits

    @property
    def last(self) -> str:
        """The last number, normalised."""
        return self.prefix + self.last_digits

    @property
    def size(self) -> int:
        """How many documents the range holds."""
        return int(self.last_digits) - int(self.first_digits) + 1

    def contains(self, number: str) -> bool:
        """Whether this number, in any spelling, is one of the range."""
        sought = normalise_number(number)
        digits = sought[len(self.prefix) :]
        return (
            sought.startswith(self.prefix)
            and len(digits) == len(self.first_digits)
            and _TAIL.fullmatch(digits) is not None
            and self.first_digits <= digits <= self.last_digits
        )

    def blocks(self) -> Iterator[tuple[str, int]]:
        """Yield the fewest blocks that hold exactly this range: how each begins, and how many free digits follow.

        At most 18 for each digit that varies, so that a range can be indexed by exact keys.

        >>> list(NumberRange.between("QA0098", "QA0120").blocks())
        [('QA0098', 0), ('QA0099', 0), ('QA010', 1), ('QA011', 1), ('QA0120', 0)]
        """
        width = len(self.first_digits)
        low, past = int(self.first_digits), int(self.last_digits) + 1
        while low < past:
            free = 0
            while free < width and low % 10 ** (free + 1) == 0 and low + 10 ** (free + 1) <= past:
                free += 1
            yield self.prefix + f"{low:0{width}}"[: width - free], free
            low += 10**free


def _counts(letter: str) -> bool:
    return unicodedata.category(letter) in {"Lu", "Ll", "Lt", "Lo", "Nd"}


def _doubt(code: str, problem: str, **values: object) -> Finding:
    return Finding(
        code=f"document_number.{code}",
        problem=problem,
        remedy=mark("Compare it with the document."),
        field="number",
        values=values,
    )


def _not_a_range(first: str, last: str) -> Finding:
    return Finding(
        code="document_range.not_one_series",
        problem=mark("%(first)s and %(last)s are not the ends of one series."),
        remedy=mark("Give two numbers of equal length that begin alike and end on digits, or enter them one by one."),
        field="range",
        values={"first": first[:40], "last": last[:40]},
    )


def _long_numbers(length: int) -> Finding:
    return Finding(
        code="document_range.long_numbers",
        problem=mark("The numbers have %(length)s characters; those of a range have at most %(most)s."),
        remedy=mark("Compare them with a document, or enter them one by one."),
        field="range",
        values={"length": length, "most": RANGE_LENGTH_MAX},
    )


def _backwards(first: str, last: str) -> Finding:
    return Finding(
        code="document_range.backwards",
        problem=mark("The range ends at %(last)s, before it begins at %(first)s."),
        remedy=mark("Exchange the first and the last number."),
        field="range",
        values={"first": first[:40], "last": last[:40]},
    )


def _too_large(size: int) -> Finding:
    return Finding(
        code="document_range.too_large",
        problem=mark("The range holds %(size)s documents; at most %(most)s may be reported at once."),
        remedy=mark("Check the two numbers; split a range that is really so large."),
        field="range",
        values={"size": size, "most": RANGE_SIZE_MAX},
    )
