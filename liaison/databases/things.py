"""The identifiers that a record holds, each with its scheme, and the exact keys under which they are found."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from liaison.databases.database import Database, Fields
from liaison.databases.fields import Field
from liaison.databases.keys import identifier_keys
from liaison.identifiers.registry import scheme_named

QUALIFYING_PART = "kind"


@dataclass(frozen=True, slots=True)
class Identified:
    """One identifier of a record as its source wrote it.

    `label` is the message id of its field, `qualifier` that of what its group says of it (a former plate), if any.
    """

    path: str
    label: str
    scheme: str
    text: str
    country: str = ""
    qualifier: str = ""

    @property
    def normal(self) -> str:
        """Its comparable form."""
        return scheme_named(self.scheme).normal(self.text, self.country)

    @property
    def keys(self) -> list[str]:
        """The keys under which the record is found by it."""
        return identifier_keys(self.scheme, self.text, self.country)


def identifiers_of(database: Database, fields: Fields) -> Iterator[Identified]:
    """Yield the identifiers by which a record in normal form is found, in the order of the declaration."""
    for path in database.search_keys.identifiers:
        name, _, part = path.partition(".")
        field = database.field(name)
        assert field is not None, f"{database.kind} is searched by {path}, which it does not declare"
        value = fields.get(name)
        if not part:
            yield from _one(field, path, value, fields)
            continue
        for item in value if isinstance(value, list) else [value]:
            yield from _of_group(field, part, item)


def _of_group(group: Field, name: str, item: object) -> Iterator[Identified]:
    part = group.part(name)
    assert part is not None, f"{group.name} has no part {name}"
    if isinstance(item, Mapping):
        qualifier = _qualifier(group.part(QUALIFYING_PART), item)
        yield from _one(part, f"{group.name}.{name}", item.get(name), item, qualifier)


def _qualifier(part: Field | None, item: Mapping[str, object]) -> str:
    choice = part.choice(item.get(part.name)) if part else None
    return choice.label if choice else ""


def _one(
    field: Field, path: str, value: object, beside: Mapping[str, object], qualifier: str = ""
) -> Iterator[Identified]:
    for text in value if isinstance(value, list) else [value]:
        if text:
            country = str(beside.get(field.country_from, "")) if field.country_from else ""
            yield Identified(path, field.label, field.scheme, str(text), country, qualifier)
