"""What an export carries and what it loses, counted by field, so that nobody takes a copy for the record.

A writer finds its losses by reading back what it wrote: `Losses.note` compares, and what differs is lost. So the
report cannot promise more than the format keeps. Paths are `persons.portrait`, parts of groups `persons.names.note`;
several values count as the same in any order.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import msgspec

from liaison.databases.declaration import Database, Field, FieldType


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One record on its way out: its reference, the code of its source, and its fields in normal form."""

    kind: str
    reference: str
    source: str
    fields: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Losses:
    """How many records had each field carried whole, and how many lost of it. Filled while records are written."""

    carried: Counter[str] = field(default_factory=Counter)
    lost: Counter[str] = field(default_factory=Counter)

    def note(self, database: Database, fields: Mapping[str, object], read: Mapping[str, object] | None) -> None:
        """Count what of the record's fields stands in what was read back; None where nothing could be."""
        for declared in database.fields:
            here, there = fields.get(declared.name), (read or {}).get(declared.name)
            if here is None and there is None:
                continue
            lost = list(_differences(declared, here, there))
            (self.lost if lost else self.carried).update(
                f"{database.kind}.{path}" for path in lost or [declared.name]
            )


def _differences(declared: Field, here: object, there: object) -> Iterator[str]:
    """Yield the paths at which two values of a field differ: its parts, where they tell, or itself."""
    heres, theres = _items(declared, here), _items(declared, there)
    if _sorted(heres) == _sorted(theres):
        return
    if declared.type is not FieldType.GROUP or len(heres) != len(theres):
        yield declared.name
        return
    parts = [
        part.name
        for part in declared.parts
        if _sorted(_part(item, part) for item in heres) != _sorted(_part(item, part) for item in theres)
    ]
    yield from (f"{declared.name}.{name}" for name in parts)
    if not parts:  # every part is there, but no longer beside the others
        yield declared.name


def _items(declared: Field, value: object) -> list[object]:
    if value is None:
        return []
    return list(value) if declared.many and isinstance(value, list | tuple) else [value]


def _part(item: object, part: Field) -> object:
    return item.get(part.name) if isinstance(item, Mapping) else None


def _sorted(items: Iterable[object]) -> list[bytes]:
    return sorted(msgspec.json.encode(item, order="sorted") for item in items)
