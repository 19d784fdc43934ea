"""Which field of a record each property of FollowTheMoney is: read from the declarations and our data.

A target is a field (`titles`), a part of a group (`addresses.note`), a group with the kind of its entry
(`documents:passport`, `flags.country:current`), remarks with a label (`remarks:E-mail`), or, with `=`, what takes a
judgement of its own (`=topics`). Persons and organisations declare theirs; data/ftm.json has the rest.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from liaison.databases import all_databases, organisations, persons
from liaison.databases.fields import FieldType

_DATA = Path(__file__).parent / "data" / "ftm.json"
_IN_GROUPS = {"addresses": "note"}


@dataclass(frozen=True, slots=True)
class Table:
    """How one database stands in FollowTheMoney: its schemata, and the target of each property.

    Where several properties have one target, the first is written and all are read.
    """

    kind: str
    schemata: tuple[str, ...]
    targets: Mapping[str, str]


@cache
def tables() -> Mapping[str, Table]:
    """Return the tables of the databases that this installation has, by kind."""
    found = knowledge()["databases"]
    return {
        kind: Table(
            kind, tuple(table["schemata"]), _of_texts(table["schemata"], _declared(kind) | table["properties"])
        )
        for kind, table in found.items()
        if kind in all_databases()
    }


@cache
def knowledge() -> dict[str, Any]:  # the rows of our own data file, as JSON has them
    """Return what we know of FollowTheMoney: `schemata`, `territories`, `genders`, `topics`, `databases`."""
    return json.loads(_DATA.read_text("utf-8"))


@cache
def properties_of(schema: str) -> Mapping[str, str]:
    """Return the properties of a schema with their types, inherited ones included."""
    described = knowledge()["schemata"][schema]
    inherited = {name: kind for parent in described["extends"] for name, kind in properties_of(parent).items()}
    return inherited | described["properties"]


def _of_texts(schemata: list[str], targets: dict[str, str]) -> dict[str, str]:
    """Return the targets of properties that hold texts: others hold ids of entities, which tell people nothing."""
    types = {name: kind for schema in schemata for name, kind in properties_of(schema).items()}
    extended = {"status"}  # of travel documents, beside FollowTheMoney: see `ftm`
    return {
        name: target
        for name, target in targets.items()
        if types.get(name, "") != "entity" and (name in types or name in extended)
    }


def _declared(kind: str) -> dict[str, str]:
    """Return the targets that a declaration gives, by property."""
    if kind == "persons":
        return {
            **{name: f"names:{said}" for said, name in persons.FTM_NAMES.items()},
            **{name: f"names.{part}" for part, name in persons.FTM_NAME_PARTS.items()},
            **{name: f"documents:{said}" for said, name in persons.FTM_DOCUMENTS.items()},
            **_fields(kind, persons.FTM_PROPERTIES),
        }
    if kind == "organisations":
        return {
            **{name: f"names:{said}" for said, name in organisations.FTM_NAMES.items()},
            **{name: f"identifiers:{said}" for said, name in organisations.FTM_IDENTIFIERS.items()},
            **_fields(kind, organisations.FTM_PROPERTIES),
        }
    return {}


def _fields(kind: str, declared: Mapping[str, str]) -> dict[str, str]:
    database = all_databases()[kind]
    targets = {}
    for target, name in declared.items():
        field = database.field(target)
        grouped = field is not None and field.type is FieldType.GROUP
        targets[name] = f"{target}.{_IN_GROUPS[target]}" if grouped else target
    return targets
