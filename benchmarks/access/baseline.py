"""The same product without access control, in the same process and on the same rows: what it is compared with.

Three things are taken away together: the policies of all tables (a planted role that bypasses row-level security, in
this home alone), the viewer's token that PostgreSQL verifies, and the scope with which the index searches. For a list
there is a fourth: a table that holds only the records which the viewer may see, so that nothing has to be left out.
"""

# ruff: noqa: PLC0415  # the home must exist before Django reads where it is
import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

import psycopg
from psycopg import sql

UNBOUND, VISIBLE = "liaison_unbound", "only_visible"


class Baseline:
    """Plants the role for as long as it is open."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._connections: dict[bool, Any] = {}

    def __enter__(self) -> "Baseline":
        self._as_superuser(
            f"""
            do $$ begin
                if not exists (select from pg_roles where rolname = '{UNBOUND}') then
                    create role {UNBOUND} nologin bypassrls;
                end if;
            end $$;
            create schema if not exists {VISIBLE};
            grant usage on schema public, {VISIBLE} to {UNBOUND};
            grant all on all tables in schema public to {UNBOUND};
            grant all on all sequences in schema public to {UNBOUND};
            grant execute on all functions in schema public to {UNBOUND};
            grant {UNBOUND} to liaison_app with inherit false, set true;
            """
        )
        return self

    def __exit__(self, *_: object) -> None:
        for connection in self._connections.values():
            connection.close()
        self._as_superuser(f"drop schema {VISIBLE} cascade; drop owned by {UNBOUND}; drop role {UNBOUND}")

    def keep_visible(self, viewer: Any) -> None:
        """Keep the records that this viewer may see in a table of their own, with the same columns and indexes."""
        from liaison.apps.records.models import Record
        from liaison.rows.viewing import viewing

        with viewing(viewer):
            ids = list(Record.objects.values_list("pk", flat=True))
        self._as_superuser(
            f"""
            drop table if exists {VISIBLE}.records_record;
            create table {VISIBLE}.records_record (like public.records_record including all);
            grant all on {VISIBLE}.records_record to {UNBOUND};
            """
        )
        with self._superuser() as superuser:
            superuser.execute(
                f"insert into {VISIBLE}.records_record select * from public.records_record where id = any(%s)", [ids]
            )
            superuser.execute(f"analyze {VISIBLE}.records_record")

    @contextlib.contextmanager
    def without_access(self, *, only_visible: bool) -> Iterator[None]:
        """Ask without access control meanwhile, on another connection, which keeps its own plans."""
        from django.db import connections

        from liaison.apps.index.follower import Follower
        from liaison.rows import viewing

        controlled, free = connections["default"], self._connection(only_visible=only_visible)
        with patch.object(viewing, "_set", _no_token), patch.object(Follower, "scope_of", _no_scope):
            connections["default"] = free
            try:
                yield
            finally:
                connections["default"] = controlled

    def _connection(self, *, only_visible: bool) -> Any:
        from django.db import connections

        if only_visible not in self._connections:
            self._connections[only_visible] = made = connections.create_connection("default")
            with made.cursor() as cursor:
                cursor.execute(sql.SQL("set role {}").format(sql.Identifier(UNBOUND)))
                if only_visible:
                    cursor.execute(sql.SQL("set search_path to {}, public").format(sql.Identifier(VISIBLE)))
        return self._connections[only_visible]

    def _as_superuser(self, statements: str) -> None:
        with self._superuser() as superuser:
            superuser.execute(statements)

    def _superuser(self) -> "psycopg.Connection[Any]":
        from liaison.postgres.connections import DATABASE
        from liaison.postgres.server import superuser_conninfo

        return psycopg.connect(superuser_conninfo(self._home), dbname=DATABASE, autocommit=True)


def _no_token(_connection: Any, _value: str) -> None:
    return None


def _no_scope(_follower: Any, _viewer: Any) -> None:
    return None
