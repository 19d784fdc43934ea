"""Many rows at once, under the same policies as one."""

from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import UUID

import pytest
from django.db import DatabaseError, connection

from liaison.rows.public import copy_rows, new_id, system_work, viewing
from liaison.viewer import Right
from tests.rows.secured_table import a_viewer
from tests.suite_database import SuiteDatabase

pytestmark = pytest.mark.postgres
COLUMNS = ("id", "reader_id", "level", "body", "seen_at", "marks", "photo")


def rows(reader_id: UUID, count: int) -> Iterator[tuple[object, ...]]:
    moment = datetime(2026, 3, 7, 12, tzinfo=UTC)
    for number in range(count):
        yield (new_id(), reader_id, 1, {"n": number, "name": "Zoë\t\\N"}, moment, ["a", "b,c"], b"\x00\xff")


def how_many(alias: str = "default") -> int:
    from django.db import connections

    with connections[alias].cursor() as cursor:
        cursor.execute("select count(*) from notes")
        return cursor.fetchone()[0]


class TestGivenAReaderWhoMayEnter:
    def test_when_he_copies_his_own_rows_then_all_are_there_as_given(self, notes: SuiteDatabase):
        him = a_viewer(None, Right.ENTER_RECORDS)

        with viewing(him):
            assert copy_rows("notes", COLUMNS, rows(him.reader_id, 1000)) == 1000
            assert copy_rows("notes", COLUMNS, rows(him.reader_id, 1)) == 1

        with viewing(him), connection.cursor() as cursor:
            assert how_many() == 1001
            cursor.execute("select body->>'name', seen_at, marks, photo from notes limit 1")
            name, seen_at, marks, photo = cursor.fetchone()
            assert (name, marks, bytes(photo)) == ("Zoë\t\\N", ["a", "b,c"], b"\x00\xff")
            assert seen_at == datetime(2026, 3, 7, 12, tzinfo=UTC)

    def test_when_one_row_of_many_is_anothers_then_nothing_is_written(self, notes: SuiteDatabase):
        him = a_viewer(None, Right.ENTER_RECORDS)

        with pytest.raises(DatabaseError, match="row-level security"), viewing(him):
            copy_rows("notes", COLUMNS, [*rows(him.reader_id, 10), *rows(new_id(), 1)])

        with system_work():
            assert how_many("system") == 0

    def test_when_nobody_is_viewing_then_nothing_is_written(self, notes: SuiteDatabase):
        with pytest.raises(DatabaseError, match="row-level security"):
            copy_rows("notes", COLUMNS, rows(new_id(), 1))

    def test_when_there_are_no_rows_then_none_is_written(self, notes: SuiteDatabase):
        with viewing(a_viewer(None, Right.ENTER_RECORDS)):
            assert copy_rows("notes", COLUMNS, []) == 0

    def test_when_a_row_cannot_be_read_then_nothing_is_written_and_the_next_call_works(self, notes: SuiteDatabase):
        him = a_viewer(None, Right.ENTER_RECORDS)
        with pytest.raises(DatabaseError), viewing(him):
            copy_rows("notes", ("id", "reader_id", "marks"), [(new_id(), him.reader_id, ["\x00"])])
        with pytest.raises(AttributeError), viewing(him):  # no UUID, so that it is not even sent
            copy_rows("notes", ("id", "reader_id"), [("not an id", him.reader_id)])

        with viewing(him):
            assert copy_rows("notes", ("id", "reader_id"), [(new_id(), him.reader_id)]) == 1
            assert how_many() == 1


class TestGivenTheSystem:
    def test_when_it_copies_rows_then_its_own_policy_admits_them(self, notes: SuiteDatabase):
        with system_work():
            assert copy_rows("notes", COLUMNS, rows(new_id(), 3), using="system") == 3

        with system_work():
            assert how_many("system") == 3


def test_a_column_that_is_not_there_is_a_bug(notes: SuiteDatabase):
    with pytest.raises(AssertionError, match="no columns"):
        copy_rows("notes", ("id", "colour"), [])
