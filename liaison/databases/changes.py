"""What a record is called in one line, and what changed between two of its versions."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from liaison.databases.database import Database, Fields
from liaison.databases.fields import Field, FieldType
from liaison.identifiers.partial_dates import PartialDate
from liaison.identifiers.scripts import LATIN

TITLE_SEPARATOR = " · "
TITLE_VALUES_MAX = 3


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One change: `before` is None for what was added, `after` for what was taken away.

    `field` is the path (`description.height_cm`), `labels` are the message ids of the field and its part.
    """

    field: str
    labels: tuple[str, ...]
    before: object
    after: object


def diff(database: Database, before: Fields, after: Fields) -> list[FieldChange]:
    """Return what changed from one version to the next, in the order of the declaration.

    Lists change by items added and taken away, groups part by part. Both versions are in normal form.
    """
    return [
        change
        for field in database.fields
        for change in _changes(field, (field.label,), field.name, before.get(field.name), after.get(field.name))
    ]


def title(database: Database, fields: Fields) -> str:
    """Return the record in one line, without words to translate: name, birth date, country, number."""
    shown = [text for name in database.title_fields for text in _title_texts(database.field(name), fields.get(name))]
    return TITLE_SEPARATOR.join(shown)


def _changes(field: Field, labels: tuple[str, ...], path: str, old: object, new: object) -> Iterator[FieldChange]:
    if old == new:
        return
    if field.many:
        olds, news = _items(old), _items(new)
        yield from (FieldChange(path, labels, item, None) for item in olds if item not in news)
        yield from (FieldChange(path, labels, None, item) for item in news if item not in olds)
    elif field.type is FieldType.GROUP:
        for part in field.parts:
            below = (*labels, part.label)
            yield from _changes(part, below, f"{path}.{part.name}", _part(old, part), _part(new, part))
    else:
        yield FieldChange(path, labels, old, new)


def _items(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _part(value: object, part: Field) -> object:
    return value.get(part.name) if isinstance(value, Mapping) else None


def _title_texts(field: Field | None, value: object) -> Iterator[str]:
    if field is None or not value:
        return
    if field.many:
        items = _items(value)
        if field.part("text"):
            yield from _primary_name(items)
        elif field.type is FieldType.GROUP:
            yield from _first_number(field, items)
        else:
            yield ", ".join(_title_text(field, item) for item in items[:TITLE_VALUES_MAX])
    elif field.type is not FieldType.GROUP:
        yield _title_text(field, value)


def _primary_name(names: list[object]) -> Iterator[str]:
    """Yield the first primary name, else the first name, and beside one in another script a Latin spelling."""
    ordered = sorted(names, key=lambda name: _read(name, "kind") != "primary")
    yield from (_read(name, "text") for name in ordered[:1])
    if ordered and _read(ordered[0], "script") != LATIN:
        romanised = (_read(name, "text") for name in ordered if _read(name, "script") == LATIN)
        yield from (name for name, _ in zip(romanised, range(1), strict=False))


def _first_number(field: Field, items: list[object]) -> Iterator[str]:
    """Yield the first identifier of a group such as plates or registrations; a former one only where all are."""
    ordered = sorted(items, key=lambda item: _read(item, "kind") == "former")
    numbers = (
        _read(item, part.name) for item in ordered for part in field.parts if part.type is FieldType.IDENTIFIER
    )
    yield from (number for number, _ in zip(filter(None, numbers), range(1), strict=False))


def _read(name: object, part: str) -> str:
    return str(name.get(part, "")) if isinstance(name, Mapping) else ""


def _title_text(field: Field, value: object) -> str:
    if field.type is FieldType.PARTIAL_DATE:
        return str(PartialDate.from_json(value))
    if field.type is FieldType.NUMBER_RANGE:
        return f"{_read(value, 'first')}\u2013{_read(value, 'last')}"
    return str(value)
