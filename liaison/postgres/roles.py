"""The three roles and the database: who may do what before any table exists.

`liaison_owner` owns the tables and only migrates; `liaison_app` is what the doors use; `liaison_system` follows the
ledger. Row-level security holds for all three, since none is superuser and none bypasses it.
"""

from collections.abc import Mapping
from types import MappingProxyType

import psycopg
from psycopg import sql

from liaison.postgres.connections import Role
from liaison.refusal import Finding, Refused, mark

LIMITS: Mapping[Role, Mapping[str, str]] = MappingProxyType(
    {
        Role.OWNER: {"lock_timeout": "4s", "statement_timeout": "15min"},
        Role.APP: {
            "lock_timeout": "4s",
            "statement_timeout": "30s",
            "idle_in_transaction_session_timeout": "60s",
        },
        Role.SYSTEM: {
            "lock_timeout": "10s",
            "statement_timeout": "10min",
            "idle_in_transaction_session_timeout": "10min",
        },
    }
)


def prepare_roles(connection: psycopg.Connection, passwords: Mapping[str, str]) -> None:
    """Make the roles, or give those that are there these passwords and limits. Can be run twice."""
    for role in Role:
        name = sql.Identifier(role.value)
        known = connection.execute("select 1 from pg_roles where rolname = %s", [role.value]).fetchone()
        if known is None:
            connection.execute(sql.SQL("create role {} login").format(name))
        secret = connection.pgconn.encrypt_password(
            passwords[role.value].encode(), role.value.encode(), b"scram-sha-256"
        )
        connection.execute(sql.SQL("alter role {} login password {}").format(name, sql.Literal(secret.decode())))
        for setting, value in LIMITS[role].items():
            connection.execute(
                sql.SQL("alter role {} set {} = {}").format(name, sql.Identifier(setting), sql.Literal(value))
            )
        _assert_ordinary(connection, role)


def prepare_database(connection: psycopg.Connection) -> None:
    """In the database itself: only the three roles may enter it, and only the owner makes tables."""
    database = sql.Identifier(connection.info.dbname)
    owner, app, system = (sql.Identifier(role.value) for role in Role)
    for statement in (
        sql.SQL("revoke all on schema public from public"),
        sql.SQL("revoke all on database {} from public").format(database),
        sql.SQL("grant connect, create on database {} to {}").format(database, owner),
        sql.SQL("grant connect, temporary on database {} to {}, {}").format(database, app, system),
        sql.SQL("grant usage, create on schema public to {}").format(owner),
        sql.SQL("grant usage on schema public to {}, {}").format(app, system),
    ):
        connection.execute(statement)
    for role in (Role.APP, Role.SYSTEM):
        row = connection.execute("select has_schema_privilege(%s, 'public', 'create')", [role.value]).fetchone()
        if row is not None and row[0]:
            raise Refused(
                Finding(
                    code="postgres.schema_open",
                    problem=mark("Everybody may make tables in schema “public” of database “%(database)s”."),
                    remedy=mark("Let its owner run: REVOKE ALL ON SCHEMA public FROM public."),
                    values={"database": connection.info.dbname},
                )
            )


def check_role(connection: psycopg.Connection) -> None:
    """Raise Refused if whoever is connected could look past row-level security.

    That is: a superuser, a role that bypasses it or may make roles, or one that owns a relation, by itself or through
    a role it belongs to.
    """
    row = connection.execute(
        """
        select current_user, r.rolsuper, r.rolbypassrls, r.rolcreaterole,
               (select count(*) from pg_class c
                 where c.relpersistence <> 't' and pg_has_role(current_user, c.relowner, 'member')
                   and c.relowner >= 16384)
          from pg_roles r where r.rolname = current_user
        """
    ).fetchone()
    assert row is not None, "whoever is connected has a role"
    name, superuser, bypasses, makes_roles, owned = row
    findings = []
    if superuser or bypasses or makes_roles:
        findings.append(
            Finding(
                code="postgres.role_too_strong",
                problem=mark(
                    "The database role “%(role)s” is superuser, bypasses row-level security or makes roles."
                ),
                remedy=mark("Connect as liaison_app: `liaison db setup` makes it."),
                values={"role": name},
            )
        )
    elif owned:
        findings.append(
            Finding(
                code="postgres.role_owns_tables",
                problem=mark(
                    "The database role “%(role)s” owns %(count)s tables, so it could switch their rules off."
                ),
                remedy=mark("Connect as liaison_app, which owns nothing: `liaison db setup` makes it."),
                values={"role": name, "count": owned},
            )
        )
    if findings:
        raise Refused(*findings)


def _assert_ordinary(connection: psycopg.Connection, role: Role) -> None:
    row = connection.execute(
        "select rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication"
        " from pg_roles where rolname = %s",
        [role.value],
    ).fetchone()
    if row is None or row[0]:
        raise Refused(
            Finding(
                code="postgres.role_too_strong",
                problem=mark(
                    "The database role “%(role)s” is superuser, bypasses row-level security or makes roles."
                ),
                remedy=mark("Take that from it (ALTER ROLE ... NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOREPLICATION)."),
                values={"role": role.value},
            )
        )
