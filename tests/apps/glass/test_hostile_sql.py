"""Hostile SQL as the doors' role, with one verified viewer: it makes no opening, and reads through none unseen."""

from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction

from liaison.apps.audit import public as audit
from liaison.apps.glass import public as glass
from liaison.apps.glass.models import Opening
from liaison.apps.members.public import Role
from liaison.apps.records import public as records
from liaison.rows.viewing import viewing
from liaison.viewer import Viewer
from tests.factories.glass import an_open_one, an_opening
from tests.factories.members import a_viewer
from tests.factories.records import a_person, a_record

INNER = (
    "glass_of_mine(%s)",
    "glass_behind(%s, 'RP-2026-4VR4PG-7')",
    "glass_looked(%s, %s, %s, %s, %s)",
)


class World:
    """A hidden record of QM, an officer of QN who was let see it, and who let him."""

    def __init__(self) -> None:
        self.source = a_viewer("QM", Role.BUREAU_SUPERVISOR)
        self.asker = a_viewer("QN", Role.BUREAU_OFFICER)
        self.decider = a_viewer("XS", Role.SECURITY_OFFICER)
        self.hidden = a_record(self.source, audience="")
        self.other = a_record(self.source, audience="", fields=a_person("Vesna Rudolak"))
        self.opening = an_open_one(self.asker, self.decider, named=[self.hidden])
        self.id = glass.opening(self.opening, self.asker).id

    def record_id(self, reference: str) -> UUID:
        """The id of a record, from its source."""
        return records.record(reference, self.source).id

    def look(self, by: Viewer | None = None, **other: object) -> UUID:
        """Commit a look as the page does, but for what is said otherwise."""
        shown = [(self.record_id(self.hidden), self.source.reader_id), (self.id, self.source.reader_id)]
        return audit.look(audit.Look.by(by or self.asker, **({"kind": "glass", "shown": shown} | other)))  # type: ignore[arg-type]

    def shown(self, look: UUID | None, *, reference: str = "", by: Viewer | None = None) -> int:
        """How much of the record both functions give for a look: 0 for nothing, 2 for row and content."""
        with viewing(by or self.asker):
            rows = asked("select 1 from glass_row(%s, %s, %s)", self.id, reference or self.hidden, look)
            content = asked("select glass_content(%s, %s, %s)", self.id, reference or self.hidden, look)
        return len(rows) + sum(one[0] is not None for one in content)


@pytest.fixture
def world(committed_db, monkeypatch) -> World:
    monkeypatch.setattr(settings._wrapped, "SECRET_KEY", "a key of this test only")
    yield World()
    audit.stop_event_writer()


def asked(statement: str, *values: object) -> list[tuple]:
    """Run a statement as the viewer of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []


class TestGivenSomebodyWhoWantsAnOpening:
    @pytest.mark.parametrize(
        "change",
        [
            "status = 'approved', decided_by = gen_random_uuid(), decided_at = now(), ends_at = now() + '1 day'",
            "status = 'approved'",
            "waits_until = now() + interval '2 days'",
            "hours = 1000",
            "asked_by = gen_random_uuid()",
            "level = 3, ends_at = now()",
            "decider_id = asker_id",
            "source_id = (select id from members_reader where code = 'XC')",
            "decider_id = (select id from members_reader where code = 'US-OFAC')",
        ],
    )
    def test_no_row_of_his_own_making_is_taken(self, change, world):
        waiting = an_opening(world.asker, named=[world.hidden])

        with pytest.raises(DatabaseError), viewing(world.asker):
            copied(waiting, change)
        with viewing(world.asker):
            copied(waiting, "hours = 3")

    @pytest.mark.parametrize("who", ["asker", "decider", "source"])
    def test_no_row_is_changed_or_taken_away(self, who, world):
        for statement in (
            "update glass_opening set hours = 72",
            "update glass_opening set ends_at = ends_at + interval '1 day'",
            "delete from glass_opening",
        ):
            with pytest.raises(DatabaseError, match="permission denied"), viewing(getattr(world, who)):
                asked(statement)

    def test_the_verb_of_the_second_person_answers_no_other(self, world):
        waiting = glass.opening(an_opening(world.asker, named=[world.hidden]), world.asker)
        for stranger in (
            world.asker,
            world.source,
            a_viewer("XS", Role.AUDITOR),
            a_viewer("QO", Role.BUREAU_SUPERVISOR),
        ):
            with viewing(stranger):
                assert asked("select glass_decide(%s, true, 3)", waiting.id) == [(None,)]

        assert glass.opening(waiting.reference, world.asker).state.value == "proposed"

    def test_what_was_decided_is_not_decided_again(self, world):
        with viewing(world.decider):
            assert asked("select glass_decide(%s, true, 3)", world.id) == [(None,)]

        assert int(glass.opening(world.opening, world.source).level) == 1

    @pytest.mark.parametrize("call", INNER)
    def test_the_inner_functions_are_closed(self, call, world):
        with pytest.raises(DatabaseError, match="permission denied"), viewing(world.asker):
            asked(f"select {call}", *[world.id] * call.count("%s"))


class TestGivenSomebodyWhoWantsToReadUnseen:
    def test_a_committed_look_of_his_shows_the_record(self, world):
        assert world.shown(world.look()) == 2

    def test_no_look_and_an_invented_one_show_nothing(self, world):
        assert world.shown(None) == world.shown(uuid4()) == 0

    @pytest.mark.parametrize("savepoint", [False, True])
    def test_a_look_of_the_same_transaction_shows_nothing(self, savepoint, world):
        look, record = uuid4(), world.record_id(world.hidden)
        reader = world.source.reader_id
        with viewing(world.asker):
            if savepoint:
                with transaction.atomic():
                    written_beside(look, world, record, reader)
            else:
                written_beside(look, world, record, reader)
            rows = asked("select 1 from glass_row(%s, %s, %s)", world.id, world.hidden, look)
            transaction.set_rollback(True)

        assert rows == []

    def test_a_look_that_the_source_would_not_see_shows_nothing(self, world):
        record, elsewhere = world.record_id(world.hidden), world.asker.reader_id
        hidden_from_source = [(record, elsewhere), (world.id, world.source.reader_id)]
        opening_hidden = [(record, world.source.reader_id), (world.id, elsewhere)]

        assert world.shown(world.look(shown=hidden_from_source)) == 0
        assert world.shown(world.look(shown=opening_hidden)) == 0
        assert world.shown(world.look(shown=[(record, world.source.reader_id)])) == 0

    def test_a_look_of_another_kind_person_or_record_shows_nothing(self, world):
        colleague = a_viewer("QN", Role.BUREAU_OFFICER)

        assert world.shown(world.look(kind="view")) == 0
        assert world.shown(world.look(by=colleague)) == 0
        assert world.shown(world.look(), reference=world.other) == 0
        assert world.shown(world.look(by=colleague), by=colleague) == 0

    def test_an_old_look_shows_nothing(self, world, clock):
        look = world.look()

        clock.move(seconds=90)

        assert world.shown(look) == 0

    def test_the_tables_show_nothing_while_the_glass_is_open(self, world):
        glass.read(world.opening, world.hidden, by=world.asker)
        record = world.record_id(world.hidden)
        with viewing(world.asker):
            assert asked("select 1 from records_record where id = %s", record) == []
            assert asked("select 1 from audit_content where subject = %s", record) == []
            assert asked("select 1 from audit_entry where subject = %s", record) == []


def copied(waiting: str, change: str) -> None:
    """Insert a row like one that waits, changed."""
    columns = [field.column for field in Opening._meta.concrete_fields]
    changed = dict(part.split(" = ", 1) for part in change.split(", "))
    fresh = {"id": "gen_random_uuid()", "reference": "'GB-2026-000000-0'", "asked_at": "liaison_now()"}
    values = [(fresh | changed).get(column, column) for column in columns]
    asked(
        f"insert into glass_opening ({', '.join(columns)}) select {', '.join(values)} from glass_opening"
        " where reference = %s",
        waiting,
    )


def written_beside(look: UUID, world: World, record: UUID, source: UUID) -> None:
    """Write a look in the very transaction that reads, as an attacker would, to take it back afterwards."""
    asked(
        "insert into audit_event (id, at, kind, actor, reader, purpose, count, salt, body)"
        " values (%s, liaison_now(), 'glass', liaison_user(), liaison_reader(), 'identify', 1,"
        " decode(repeat('00', 32), 'hex'), '')",
        look,
    )
    for subject in (record, world.id):
        asked(
            "insert into audit_event_subject (event_id, at, subject, source, reader, kind, purpose)"
            " values (%s, liaison_now(), %s, %s, liaison_reader(), 'glass', 'identify')",
            look,
            subject,
            source,
        )
