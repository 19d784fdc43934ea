"""What PostgreSQL itself says of the tables: who owns them, and that each is secured or open for a reason."""

from collections.abc import Iterator

import psycopg
import pytest

from liaison.postgres import Role

pytestmark = pytest.mark.postgres

NEITHER = """
select c.relname
from pg_class c
where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
  and not (c.relrowsecurity and c.relforcerowsecurity)
  and coalesce(obj_description(c.oid, 'pg_class'), '') not like 'open: %'
  and not (
    coalesce(obj_description(c.oid, 'pg_class'), '') like 'owner: %'
    and not has_any_column_privilege('liaison_app', c.oid, 'select, insert, update')
    and not has_any_column_privilege('liaison_system', c.oid, 'select, insert, update')
  )
order by 1
"""
OWNED_BY_DOORS = """
select c.relname
from pg_class c
where pg_get_userbyid(c.relowner) in ('liaison_app', 'liaison_system')
order by 1
"""
SECURED_WITHOUT_POLICY = """
select c.relname
from pg_class c
where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and c.relrowsecurity
  and has_any_column_privilege('liaison_app', c.oid, 'select, insert, update')
  and not exists (select from pg_policy p where p.polrelid = c.oid)
order by 1
"""
TOO_MIGHTY = """
select rolname from pg_roles
where rolname in ('liaison_app', 'liaison_system', 'liaison_owner')
  and (rolsuper or rolbypassrls or (rolname <> 'liaison_owner' and (rolcreaterole or rolcreatedb)))
order by 1
"""
LEAKING_VIEWS = """
select c.relname
from pg_class c
where c.relnamespace = 'public'::regnamespace and c.relkind in ('v', 'm')
  and (c.relkind = 'm' or not coalesce(c.reloptions @> '{security_invoker=true}', false))
order by 1
"""


def names(connection: psycopg.Connection, question: str) -> list[str]:
    """Return the first column of the answer."""
    return [row[0] for row in connection.execute(question).fetchall()]


@pytest.fixture
def owner(house) -> Iterator[psycopg.Connection]:
    """The role that makes tables, in a transaction that is rolled back."""
    with house.as_role(Role.OWNER) as connection:
        connection.execute("begin")
        yield connection
        connection.execute("rollback")


class TestGivenTheSchema:
    def test_then_every_table_is_secured_or_open_for_a_reason(self, owner):
        assert names(owner, NEITHER) == []

    def test_then_no_role_of_the_doors_owns_a_table(self, owner):
        assert names(owner, OWNED_BY_DOORS) == []

    def test_then_a_secured_table_that_doors_may_use_has_a_policy(self, owner):
        assert names(owner, SECURED_WITHOUT_POLICY) == []

    def test_then_no_role_of_ours_bypasses_security(self, owner):
        assert names(owner, TOO_MIGHTY) == []

    def test_then_no_view_reads_with_its_owners_rights(self, owner):
        assert names(owner, LEAKING_VIEWS) == []

    def test_then_the_suite_connects_as_the_doors_do(self, db, house):
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("select current_user")
            assert cursor.fetchone() == ("liaison_app",)


class TestGivenAPlantedViolation:
    def test_when_a_table_is_neither_secured_nor_open_then_it_is_found(self, owner):
        owner.execute("create table planted_bare (id int)")

        assert names(owner, NEITHER) == ["planted_bare"]

    def test_when_a_table_of_the_owner_is_granted_to_the_doors_then_it_is_found(self, owner):
        owner.execute("create table planted_owned (id int); comment on table planted_owned is 'owner: planted'")
        assert names(owner, NEITHER) == []

        owner.execute("grant select on planted_owned to liaison_app")

        assert names(owner, NEITHER) == ["planted_owned"]

    def test_when_security_is_on_but_not_forced_then_it_is_found(self, owner):
        owner.execute("create table planted_half (id int); alter table planted_half enable row level security")

        assert names(owner, NEITHER) == ["planted_half"]

    def test_when_a_secured_table_has_a_grant_and_no_policy_then_it_is_found(self, owner):
        owner.execute("create table planted_shut (id int); alter table planted_shut enable row level security")
        owner.execute("grant select on planted_shut to liaison_app")

        assert names(owner, SECURED_WITHOUT_POLICY) == ["planted_shut"]

    def test_when_a_view_reads_with_its_owners_rights_then_it_is_found(self, owner):
        owner.execute("create view planted_view as select 1 as one")

        assert names(owner, LEAKING_VIEWS) == ["planted_view"]
