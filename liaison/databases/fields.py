"""The fields of a declaration: what each is called, what it holds, how often, and how sensitive it is."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

TEXT_LENGTH_MAX = 500
LONG_TEXT_LENGTH_MAX = 20_000
MANY_MAX = 500
IMAGE_BYTES_MAX = 64 * 1024


class FieldType(StrEnum):
    """What a field holds, as JSON: a string unless said otherwise."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    NAME = "name"
    CHOICE = "choice"
    YES_NO = "yes_no"  # a boolean
    WHOLE_NUMBER = "whole_number"  # an integer
    DATE = "date"
    PARTIAL_DATE = "partial_date"  # a string or an object: see identifiers/partial_dates.py
    COUNTRY = "country"  # ISO 3166-1 alpha-2
    LANGUAGE = "language"  # ISO 639-3
    SCRIPT = "script"  # ISO 15924
    DOCUMENT_NUMBER = "document_number"
    NUMBER_RANGE = "number_range"  # {"first", "last"}
    IDENTIFIER = "identifier"  # as typed; the field's scheme says how it is compared
    IMAGE = "image"  # a PNG or JPEG in base64
    GROUP = "group"  # an object of the field's parts


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the values that a choice may have. `label` is a message id. `sensitive`: it needs a reason (RPD-42)."""

    value: str
    label: str
    sensitive: bool = False


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a database, or one part of a group.

    `label` and `help` are message ids. `many` fields hold a list. `smallest` and `largest` bound whole numbers. A
    field `derived_from` a sibling is filled from it where it is empty (the script of a name). An identifier names its
    `scheme` and, where that asks who issued it, the sibling that holds the country. At most `most` values are kept,
    and of a picture, when it is stripped, at most `bytes_max`.
    """

    name: str
    label: str
    type: FieldType = FieldType.TEXT
    required: bool = False
    many: bool = False
    sensitive: bool = False
    choices: tuple[Choice, ...] = ()
    parts: tuple["Field", ...] = ()
    help: str = ""
    smallest: int = 0
    largest: int = 1_000_000
    derived_from: str = ""
    scheme: str = ""
    country_from: str = ""
    most: int = MANY_MAX
    bytes_max: int = IMAGE_BYTES_MAX

    def part(self, name: str) -> "Field | None":
        """Return the part of that name; None where the group has none."""
        return next((part for part in self.parts if part.name == name), None)

    def choice(self, value: object) -> Choice | None:
        """Return the choice of that value; None where there is none."""
        return next((choice for choice in self.choices if choice.value == value), None)

    @property
    def has_pictures(self) -> bool:
        """Whether it or a part of it holds pictures, which a page shows apart from the words."""
        return any(one.type is FieldType.IMAGE for one in self.walk())

    def walk(self) -> Iterator["Field"]:
        """Yield the field and all parts below it."""
        yield self
        for part in self.parts:
            yield from part.walk()
