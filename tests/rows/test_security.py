"""The two operations of migrations, and the promise that every table has had one of them."""

import pytest
from django.db import DatabaseError, connections

from liaison.postgres import Role
from liaison.rows.public import open_table, secure
from tests.rows.secured_table import OWN, WITH_RIGHT, run
from tests.suite_database import SuiteDatabase

pytestmark = pytest.mark.postgres
_TABLES = """
    select c.relname, c.relrowsecurity and c.relforcerowsecurity, coalesce(obj_description(c.oid, 'pg_class'), '')
      from pg_class c
     where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
"""


def test_every_table_is_secured_or_says_why_it_is_open(committed_db: SuiteDatabase):
    with connections["owner"].cursor() as cursor:
        cursor.execute(_TABLES)
        undecided = [
            name
            for name, secured, comment in cursor.fetchall()
            if not secured and not comment.startswith(("open: ", "owner: "))
        ]

    assert undecided == []


def test_every_table_belongs_to_the_owner(committed_db: SuiteDatabase):
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "select relname from pg_class where relnamespace = 'public'::regnamespace"
            " and pg_get_userbyid(relowner) <> 'liaison_owner'"
        )
        assert cursor.fetchall() == []


def test_securing_can_be_undone_and_done_again(notes: SuiteDatabase):
    operation = secure("notes", select=OWN, insert=WITH_RIGHT, delete=WITH_RIGHT)

    run(notes, operation, back=True)
    with notes.as_role(Role.OWNER) as owner:
        assert owner.execute("select count(*) from pg_policies where tablename = 'notes'").fetchone() == (0,)
    with pytest.raises(DatabaseError, match="permission denied"), connections["default"].cursor() as cursor:
        cursor.execute("select * from notes")

    run(notes, operation)
    with notes.as_role(Role.OWNER) as owner:
        assert owner.execute("select count(*) from pg_policies where tablename = 'notes'").fetchone() == (7,)


def test_an_open_table_is_granted_as_said_and_keeps_the_reason(committed_db: SuiteDatabase):
    with committed_db.as_role(Role.OWNER) as owner:
        owner.execute("create table places (id integer primary key)")
    run(committed_db, open_table("places", reason="names of places aren't secret", app="select", system=""))

    with connections["default"].cursor() as cursor:
        cursor.execute("select obj_description('places'::regclass, 'pg_class'), (select count(*) from places)")
        assert cursor.fetchone() == ("open: names of places aren't secret", 0)
    with pytest.raises(DatabaseError, match="permission denied"), connections["default"].cursor() as cursor:
        cursor.execute("insert into places values (1)")
    with pytest.raises(DatabaseError, match="permission denied"), connections["system"].cursor() as cursor:
        cursor.execute("select * from places")


def test_an_open_table_without_a_reason_is_a_bug():
    with pytest.raises(AssertionError, match="reason"):
        open_table("places", reason=" ")


def test_a_condition_with_a_percent_sign_is_taken_as_it_is(notes: SuiteDatabase):
    with notes.as_role(Role.OWNER) as owner:
        owner.execute("create table titles (title text)")
    from django.db import migrations

    operation = secure("titles", select="title like 'a%'", insert=None)
    assert isinstance(operation, migrations.RunSQL)
    with connections["owner"].schema_editor() as editor:
        for statement, parameters in operation.sql:
            editor.execute(statement, params=parameters)
