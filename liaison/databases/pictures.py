"""The pictures that a record holds beside a portrait: of a painting, a mark, a forged page."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from liaison.databases.database import Database, Fields
from liaison.databases.fields import Field, FieldType

CAPTION_PART = "caption"
PORTRAIT = "portrait"


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture: the image as base64 and what its source says of it."""

    image: str
    caption: str


def pictures_of(database: Database, fields: Fields) -> list[Picture]:
    """Return the pictures of a record in normal form, in the order of the declaration."""
    return [
        picture
        for field in database.fields
        if field.name != PORTRAIT
        for item in _items(fields.get(field.name))
        for picture in _pictures(field, item)
    ]


def _items(value: object) -> list[object]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _pictures(field: Field, item: object) -> Iterator[Picture]:
    if field.type is FieldType.IMAGE:
        yield Picture(str(item), "")
    if field.type is FieldType.GROUP and isinstance(item, Mapping):
        caption = str(item.get(CAPTION_PART, ""))
        for part in field.parts:
            if part.type is FieldType.IMAGE and part.name in item:
                yield Picture(str(item[part.name]), caption)
