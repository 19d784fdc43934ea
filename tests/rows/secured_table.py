"""A small secured table for the tests of this kit: notes that belong to a reader."""

from uuid import UUID

import pytest
from django.db import migrations

from liaison.postgres import Role
from liaison.rows.public import new_id, secure
from liaison.viewer import Level, Purpose, ReaderKind, Right, Viewer
from tests.suite_database import SuiteDatabase

OWN = "reader_id = (select liaison_reader())"
WITH_RIGHT = f"{OWN} and (select liaison_has_right('enter_records'))"


def a_viewer(reader_id: UUID | None = None, *rights: Right, level: Level = Level.OFFICIAL_USE) -> Viewer:
    """Return an officer of an invented bureau."""
    return Viewer(
        user_id=new_id(),
        reader_id=reader_id or new_id(),
        reader_code="QM",
        reader_kind=ReaderKind.BUREAU,
        purpose=Purpose.INVESTIGATE,
        rights=frozenset(rights),
        level=level,
        country="QM",
    )


def run(database: SuiteDatabase, operation: migrations.RunSQL, *, back: bool = False) -> None:
    """Run an operation of a migration as the owner does."""
    with database.as_role(Role.OWNER) as connection:
        for statement, _ in operation.reverse_sql if back else operation.sql:
            connection.execute(statement)


@pytest.fixture
def notes(committed_db: SuiteDatabase) -> SuiteDatabase:
    """A table `notes`, secured: each reader his own, written by whoever may enter records."""
    with committed_db.as_role(Role.OWNER) as connection:
        connection.execute(
            "create table notes (id uuid primary key, reader_id uuid not null, level integer not null default 1,"
            " body jsonb, seen_at timestamptz, marks text[], photo bytea)"
        )
    run(committed_db, secure("notes", select=OWN, insert=WITH_RIGHT, delete=WITH_RIGHT))
    return committed_db
