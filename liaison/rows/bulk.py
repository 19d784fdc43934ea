"""Many rows at once: COPY into a temporary table, then INSERT ... SELECT under the policy.

PostgreSQL refuses COPY into a secured table, and no role bypasses security; so this is the only bulk path.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from django.db import connections, transaction
from psycopg import sql

_TYPES = """
    select a.attname, format_type(a.atttypid, a.atttypmod), a.atttypid::bigint
      from pg_attribute a
     where a.attrelid = %s::regclass and a.attnum > 0 and not a.attisdropped
"""


def copy_rows(
    table: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    using: str = "default",
    unless_taken: str = "",
) -> int:
    """Insert rows and return how many; all or none, but those whose value of the unique column `unless_taken` is.

    Values are Python's own and of their column's type (UUID, datetime, bytes, None, a dict or list for jsonb). A row
    that the policy does not let this viewer write raises ProgrammingError and nothing is written.
    """
    connection = connections[using]
    with transaction.atomic(using=using, savepoint=not connection.in_atomic_block), connection.cursor() as cursor:
        types = _types(table, using)
        missing = [column for column in columns if column not in types]
        assert not missing, f"{table} has no columns {missing}"
        shape = ",".join(f"{column} {types[column].name}" for column in columns)
        name = f"copy_{hashlib.sha256(f'{table}|{shape}'.encode()).hexdigest()[:24]}"
        temporary = sql.Identifier("pg_temp", name)
        named = sql.SQL(", ").join(sql.Identifier(column) for column in columns)
        cursor.execute(
            sql.SQL("create temporary table if not exists {} ({}) on commit delete rows").format(
                sql.Identifier(name),
                sql.SQL(", ").join(
                    sql.SQL("{} {}").format(sql.Identifier(column), sql.SQL(types[column].name)) for column in columns
                ),
            )
        )
        # Empty but for an earlier call in this transaction; TRUNCATE would make a new file each time.
        cursor.execute(sql.SQL("delete from {}").format(temporary))
        with (
            connection.wrap_database_errors,
            cursor.copy(sql.SQL("copy {} ({}) from stdin (format binary)").format(temporary, named)) as copy,
        ):
            copy.set_types([types[column].oid for column in columns])
            for row in rows:
                copy.write_row(row)
        cursor.execute(
            sql.SQL("insert into {} ({}) select {} from {} {}").format(
                _qualified(table), named, named, temporary, _unless(unless_taken)
            )
        )
        return int(cursor.rowcount)


def _unless(column: str) -> sql.Composable:
    return sql.SQL("on conflict ({}) do nothing").format(sql.Identifier(column)) if column else sql.SQL("")


def _qualified(table: str) -> sql.Identifier:
    return sql.Identifier("public", table)


class _Type(NamedTuple):
    """The type of a column, as SQL writes it and by its number."""

    name: str
    oid: int


@lru_cache(maxsize=256)
def _types(table: str, using: str) -> Mapping[str, _Type]:
    """Return the types of a table's columns: asked once for each process, since only a restart changes them."""
    with connections[using].cursor() as cursor:
        cursor.execute(_TYPES, [f'public."{table}"'])
        return {column: _Type(name, oid) for column, name, oid in cursor.fetchall()}
