"""Every police database as one declaration: purpose, fields, who enters and queries, search keys, retention.

A new database is one new module here that sets `DATABASE`; its form, API, import, index keys and reference page
follow from it (RPD art. 29, 30 and 33).
"""

import pkgutil
from functools import cache
from importlib import import_module

from liaison.databases.declaration import Database


@cache
def all_databases() -> dict[str, Database]:
    """Return every declared database by kind, in the order of the register: persons first, then by name."""
    modules = (import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__))
    declared = [module.DATABASE for module in modules if hasattr(module, "DATABASE")]
    ordered = sorted(declared, key=lambda database: (database.kind != "persons", database.kind))
    return {database.kind: database for database in ordered}
