"""Finds the declarations: every module of this room that binds DATABASE."""

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from liaison.databases.database import Database, Fields
from liaison.refusal import Finding, Refused, mark

_ROOM = "liaison.databases"


@cache
def all_databases() -> Mapping[str, Database]:
    """Return every declared database by its kind, persons first."""
    names = sorted(module.name for module in pkgutil.iter_modules([str(Path(__file__).parent)]))
    modules = [importlib.import_module(f"{_ROOM}.{name}") for name in names]
    found = [module.DATABASE for module in modules if hasattr(module, "DATABASE")]
    kinds = {database.kind: database for database in sorted(found, key=lambda one: (one.kind != "persons", one.kind))}
    assert len(kinds) == len(found), "two modules declare the same kind"
    assert len({database.reference_prefix for database in found}) == len(found), "two databases share a prefix"
    return MappingProxyType(kinds)


def upcast(kind_at_version: str, fields: Fields) -> dict[str, object]:
    """Return the fields of content named `persons@1` as the present version has them.

    Raise Refused for a kind or version that this installation does not know.
    """
    kind, _, version = kind_at_version.partition("@")
    database = all_databases().get(kind)
    if database is None or not (version.isascii() and version.isdecimal()):
        raise Refused(_unknown_kind(kind_at_version))
    return database.upcast(int(version), fields)


def _unknown_kind(kind_at_version: str) -> Finding:
    return Finding(
        code="database.unknown",
        problem=mark("This installation has no database “%(kind)s”."),
        remedy=mark("Upgrade it, or check where the record comes from."),
        values={"kind": kind_at_version[:40]},
    )
