"""On whose behalf rows are seen: only what the token says, and only a token that PostgreSQL can verify."""

import time
from collections.abc import Callable
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, connections, transaction

from liaison.postgres import Role
from liaison.rows.public import current_viewer, new_id, system_work, viewing
from liaison.rows.tokens import ViewerKey, token, viewer_key
from liaison.viewer import Level, Right
from tests.rows.secured_table import a_viewer
from tests.suite_database import SuiteDatabase

pytestmark = pytest.mark.postgres


def add_note(reader_id: UUID) -> UUID:
    note = new_id()
    with connection.cursor() as cursor:
        cursor.execute("insert into notes (id, reader_id) values (%s, %s)", [note, reader_id])
    return note


def seen(alias: str = "default") -> set[UUID]:
    with connections[alias].cursor() as cursor:
        cursor.execute("select id from notes")
        return {row[0] for row in cursor.fetchall()}


def reader_under(text: str) -> UUID | None:
    """Return the reader that PostgreSQL believes in when a transaction carries this token."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select set_config('liaison.viewer', %s, true)", [text])
        cursor.execute("select liaison_reader()")
        return cursor.fetchone()[0]


def backend_pid() -> int:
    connection.ensure_connection()
    return connection.connection.info.backend_pid


class TestGivenTwoReadersWithNotes:
    def test_when_one_looks_then_he_sees_his_own_and_no_more(self, notes: SuiteDatabase):
        ours, theirs = a_viewer(None, Right.ENTER_RECORDS), a_viewer(None, Right.ENTER_RECORDS)
        with viewing(ours):
            our_note = add_note(ours.reader_id)
        with viewing(theirs):
            their_note = add_note(theirs.reader_id)

        with viewing(ours):
            assert seen() == {our_note}
        with viewing(theirs):
            assert seen() == {their_note}

    def test_when_nobody_looks_then_nothing_is_seen(self, notes: SuiteDatabase):
        ours = a_viewer(None, Right.ENTER_RECORDS)
        with viewing(ours):
            add_note(ours.reader_id)

        assert seen() == set()

    def test_when_the_system_looks_then_it_sees_all_by_its_own_policy(self, notes: SuiteDatabase):
        ours = a_viewer(None, Right.ENTER_RECORDS)
        with viewing(ours):
            note = add_note(ours.reader_id)

        with system_work():
            assert seen("system") == {note}

    def test_when_the_owner_looks_then_forced_security_holds_for_it_too(self, notes: SuiteDatabase):
        ours = a_viewer(None, Right.ENTER_RECORDS)
        with viewing(ours):
            add_note(ours.reader_id)

        with notes.as_role(Role.OWNER) as owner:
            assert owner.execute("select count(*) from notes").fetchone() == (0,)

    def test_when_one_writes_for_another_then_it_is_refused(self, notes: SuiteDatabase):
        with pytest.raises(DatabaseError, match="row-level security"), viewing(a_viewer(None, Right.ENTER_RECORDS)):
            add_note(new_id())

    def test_when_one_without_the_right_writes_then_it_is_refused(self, notes: SuiteDatabase):
        ours = a_viewer(None, Right.QUERY, Right.READ_RECORDS)

        with pytest.raises(DatabaseError, match="row-level security"), viewing(ours):
            add_note(ours.reader_id)

    def test_when_a_verb_has_no_policy_then_not_even_the_grant_is_there(self, notes: SuiteDatabase):
        everything = a_viewer(None, *Right)

        with (
            pytest.raises(DatabaseError, match="permission denied"),
            viewing(everything),
            connection.cursor() as cursor,
        ):
            cursor.execute("update notes set level = 3")


class TestGivenAViewer:
    def test_when_he_is_viewing_then_postgresql_knows_all_of_him(self, committed_db: SuiteDatabase):
        him = a_viewer(None, Right.QUERY, Right.ENTER_RECORDS, level=Level.CONFIDENTIAL)

        with viewing(him), connection.cursor() as cursor:
            cursor.execute(
                "select liaison_reader(), liaison_user(), liaison_level(), liaison_has_right('query'),"
                " liaison_has_right('enter_records'), liaison_has_right('oversee'), liaison_has_right('')"
            )
            assert cursor.fetchone() == (him.reader_id, him.user_id, 3, True, True, False, False)

    def test_when_he_has_no_rights_then_none_is_granted(self, committed_db: SuiteDatabase):
        with viewing(a_viewer()), connection.cursor() as cursor:
            cursor.execute("select liaison_has_right('query'), liaison_has_right('')")
            assert cursor.fetchone() == (False, False)

    def test_when_the_block_ends_then_nobody_is_left_on_the_connection(self, committed_db: SuiteDatabase):
        with viewing(a_viewer()):
            assert current_viewer() is not None

        assert current_viewer() is None
        with connection.cursor() as cursor:
            cursor.execute("select liaison_reader(), coalesce(current_setting('liaison.viewer', true), '')")
            assert cursor.fetchone() == (None, "")

    def test_when_the_block_ends_inside_a_longer_transaction_then_nobody_is_left_either(self, db: None):
        first, second = a_viewer(), a_viewer()
        with viewing(first):
            pass
        with connection.cursor() as cursor:
            cursor.execute("select liaison_reader()")
            assert cursor.fetchone() == (None,)

        with viewing(second), connection.cursor() as cursor:
            cursor.execute("select liaison_reader()")
            assert cursor.fetchone() == (second.reader_id,)

    def test_when_the_block_fails_inside_a_longer_transaction_then_nobody_is_left(self, db: None):
        with pytest.raises(DatabaseError), viewing(a_viewer()), connection.cursor() as cursor:
            cursor.execute("select 1/0")

        with connection.cursor() as cursor:
            cursor.execute("select liaison_reader()")
            assert cursor.fetchone() == (None,)

    def test_when_he_is_viewing_twice_then_it_is_one_transaction(self, notes: SuiteDatabase):
        him = a_viewer(None, Right.ENTER_RECORDS)
        with viewing(him):
            kept = add_note(him.reader_id)
            with pytest.raises(ZeroDivisionError), viewing(him):
                add_note(him.reader_id)
                raise ZeroDivisionError
            with viewing(him):
                also_kept = add_note(him.reader_id)

            assert seen() == {kept, also_kept}

    def test_when_another_is_viewing_inside_then_it_is_a_bug(self, committed_db: SuiteDatabase):
        with viewing(a_viewer()), pytest.raises(AssertionError, match="one viewer"), viewing(a_viewer()):
            pass


class TestGivenAToken:
    def test_when_it_is_rightly_signed_then_it_counts(self, committed_db: SuiteDatabase):
        him = a_viewer()

        assert reader_under(token(him, backend_pid=backend_pid(), key=viewer_key())) == him.reader_id

    @pytest.mark.parametrize("field", range(9))
    def test_when_any_field_is_altered_then_nobody_is_looking(self, committed_db: SuiteDatabase, field: int):
        payload, mac = token(a_viewer(), backend_pid=backend_pid(), key=viewer_key()).split(".")
        fields = payload.split("|")
        fields[field] = (
            (fields[field][:-1] + ("1" if fields[field][-1] != "1" else "2")) if fields[field] else "query"
        )

        assert reader_under("|".join(fields) + "." + mac) is None

    def test_when_it_is_signed_with_another_key_then_nobody_is_looking(self, committed_db: SuiteDatabase):
        forged = token(a_viewer(), backend_pid=backend_pid(), key=ViewerKey(b"x" * 96))
        right_id = viewer_key().key_id + forged[8:]

        assert reader_under(forged) is None
        assert reader_under(right_id) is None

    @pytest.mark.parametrize(
        "text", ["", ".", "x", "|||||||||.", "a|b|c|d|e|f|g|h|i.j", "%s", "'; drop table x", "é|ü"]
    )
    def test_when_it_is_nonsense_then_nobody_is_looking(self, committed_db: SuiteDatabase, text: str):
        assert reader_under(text) is None

    def test_when_it_is_replayed_on_another_connection_then_nobody_is_looking(self, committed_db: SuiteDatabase):
        stolen = token(a_viewer(), backend_pid=backend_pid(), key=viewer_key())

        with committed_db.as_role(Role.APP) as other:
            other.execute("select set_config('liaison.viewer', %s, false)", [stolen])
            assert other.execute("select liaison_reader()").fetchone() == (None,)

    def test_when_it_is_about_to_expire_it_counts_and_afterwards_not(self, committed_db: SuiteDatabase):
        him = a_viewer()

        assert reader_under(token(him, backend_pid=backend_pid(), key=viewer_key(), seconds=5)) == him.reader_id
        assert reader_under(token(him, backend_pid=backend_pid(), key=viewer_key(), seconds=-1)) is None

    def test_the_mac_is_plain_hmac_sha256(self):
        import hashlib
        import hmac

        for secret in (b"k", b"k" * 64, b"k" * 65, b"k" * 96):
            key = ViewerKey(secret)
            ours = hashlib.sha256(key.outer + hashlib.sha256(key.inner + b"text").digest()).hexdigest()
            assert ours == hmac.new(secret, b"text", hashlib.sha256).hexdigest()


class TestGivenTheDoorsRole:
    @pytest.mark.parametrize("role", [Role.APP, Role.SYSTEM])
    @pytest.mark.parametrize(
        "statement",
        [
            "select * from liaison_viewer_key",
            "select liaison_viewer_fields()",
            "update liaison_clock set ahead = '1 day'",
            "create table mine (id integer)",
            "alter table liaison_viewer_key owner to current_user",
            "alter function liaison_reader() owner to current_user",
            "create or replace function liaison_reader() returns uuid language sql return null::uuid",
            "set role liaison_owner",
            "insert into django_migrations (app, name, applied) values ('x', 'y', now())",
        ],
    )
    def test_when_it_reaches_for_the_keys_then_the_database_denies_it(
        self, committed_db: SuiteDatabase, role: Role, statement: str
    ):
        from psycopg.errors import InsufficientPrivilege

        with committed_db.as_role(role) as connected, pytest.raises(InsufficientPrivilege):
            connected.execute(statement)

    def test_when_it_shadows_the_key_table_with_a_temporary_one_then_that_is_not_read(
        self, committed_db: SuiteDatabase
    ):
        forger = ViewerKey(b"forged key of the attacker" * 3)
        with committed_db.as_role(Role.APP) as attacker:
            attacker.execute("create temp table liaison_viewer_key (id text, inner_pad bytea, outer_pad bytea)")
            attacker.execute(
                "insert into liaison_viewer_key values (%s, %s, %s)", [forger.key_id, forger.inner, forger.outer]
            )
            attacker.execute("grant select on liaison_viewer_key to public")
            forged = token(a_viewer(), backend_pid=attacker.info.backend_pid, key=forger)
            attacker.execute("select set_config('liaison.viewer', %s, false)", [forged])
            assert attacker.execute("select liaison_reader()").fetchone() == (None,)


def test_a_viewer_adds_little_to_a_transaction(committed_db: SuiteDatabase):
    """Measured: 0.2 ms on a quiet machine. The limit is wide, because others may be busy beside the suite."""
    him = a_viewer(None, Right.QUERY)

    def plain() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("select 1")

    def viewed() -> None:
        with viewing(him), connection.cursor() as cursor:
            cursor.execute("select (select liaison_reader()), (select liaison_level())")

    assert fastest(viewed) - fastest(plain) < 0.02


def fastest(act: Callable[[], None]) -> float:
    """Return the tenth best time of a hundred, in seconds."""
    took = []
    for _ in range(100):
        began = time.perf_counter()
        act()
        took.append(time.perf_counter() - began)
    return sorted(took)[10]
