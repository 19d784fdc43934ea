"""Looks: committed before their answers, seen by whom they concern, and refused rather than lost."""

import asyncio
import os
import random
import signal
import subprocess
import sys
import threading
import time
from uuid import UUID

import psycopg
import pytest
from django.db import connection
from django.db.utils import ProgrammingError

from liaison.apps.audit import events
from liaison.apps.audit import public as audit
from liaison.apps.audit.events import EventWriter
from liaison.postgres import Role
from liaison.rows.clock import now
from liaison.rows.public import new_id, viewing
from tests.apps.audit.world import a_viewer, an_overseer, found, rooted_and_signed
from tests.budgets import budget

DOORS = """
import django, os
django.setup()
from liaison.apps.audit import public as audit
from tests.apps.audit.world import a_viewer
for _ in range({doors} - 1):
    if os.fork() == 0:
        break
viewer = a_viewer()
os.write(1, b"%d\\n" % os.getpid())
while True:
    event = audit.look(audit.Look.by(viewer, kind="query", shown=[(viewer.user_id, viewer.reader_id)]))
    os.write(1, b"%s\\n" % str(event).encode())
"""
"""So many doors in processes of their own, which each answer with the id of a look, again and again."""


LINE_OF_AN_ID = 37


class TestGivenALookAtAnotherBureausRecord:
    def test_when_the_lookers_own_bureau_asks_then_it_learns_who_looked(self, committed_db):
        looker, source, subject = a_viewer("QM"), a_viewer("QN"), new_id()
        event = audit.look(audit.Look.by(looker, kind="view", shown=[(subject, source.reader_id)]))

        (card,) = audit.looks_at(subject, looker, 10)

        assert (card.event_id, card.kind, card.actor) == (event, "view", looker.user_id)
        assert (card.reader, card.purpose) == (looker.reader_id, "identify")

    def test_when_its_source_asks_then_it_learns_the_bureau_and_not_the_person(self, committed_db):
        looker, source, subject = a_viewer("QM"), a_viewer("QN"), new_id()
        audit.look(audit.Look.by(looker, kind="view", shown=[(subject, source.reader_id)]))

        (card,) = audit.looks_at(subject, source, 10)

        assert (card.reader, card.actor) == (looker.reader_id, None)
        assert audit.looks_by(looker.user_id, source, 10) == []

    def test_when_a_third_bureau_asks_then_nothing_was_looked_at(self, committed_db):
        looker, source, subject = a_viewer("QM"), a_viewer("QN"), new_id()
        audit.look(audit.Look.by(looker, kind="view", shown=[(subject, source.reader_id)]))

        assert audit.looks_at(subject, a_viewer("QO"), 10) == []

    def test_when_oversight_asks_then_it_learns_who_looked_at_what(self, committed_db):
        looker, source, subject = a_viewer("QM"), a_viewer("QN"), new_id()
        audit.look(audit.Look.by(looker, kind="view", shown=[(subject, source.reader_id)]))

        assert [card.actor for card in audit.looks_at(subject, an_overseer(), 10)] == [looker.user_id]
        assert len(audit.looks_by(looker.user_id, an_overseer(), 10)) == 1

    def test_when_the_same_record_is_shown_twice_in_it_then_it_is_one_look(self, committed_db):
        looker, subject = a_viewer("QM"), new_id()

        audit.look(audit.Look.by(looker, kind="query", shown=[(subject, looker.reader_id)] * 2))

        assert len(audit.looks_at(subject, looker, 10)) == 1
        rooted_and_signed()
        assert found() == set()


class TestGivenADoor:
    def test_when_its_own_transaction_is_rolled_back_then_the_look_stays(self, committed_db):
        viewer, subject = a_viewer(), new_id()

        with pytest.raises(ZeroDivisionError), viewing(viewer):
            audit.look(audit.Look.by(viewer, kind="view", shown=[(subject, viewer.reader_id)]))
            raise ZeroDivisionError

        assert len(audit.looks_at(subject, viewer, 10)) == 1

    def test_when_many_ask_at_once_then_they_share_commits(self, committed_db):
        viewer, subject = a_viewer(), new_id()
        look = audit.Look.by(viewer, kind="view", shown=[(subject, viewer.reader_id)])

        async def crowd():
            return await asyncio.gather(*(audit.look_async(look) for _ in range(600)))

        ids = asyncio.run(crowd())

        assert len(set(ids)) == 600
        with committed_db.as_role(Role.SYSTEM) as system:
            batches = system.execute("select count(distinct at), count(*) from audit_event").fetchone()
        assert batches[1] == 600
        assert batches[0] < 60

    def test_when_several_looks_belong_to_one_answer_then_all_are_committed_in_order(self, committed_db):
        viewer, subjects = a_viewer(), [new_id() for _ in range(50)]
        shown = [audit.Look.by(viewer, kind="view", shown=[(one, viewer.reader_id)]) for one in subjects]

        ids = audit.look_all(shown)

        assert audit.look_all([]) == []
        assert [audit.looks_at(one, viewer, 10)[0].event_id for one in subjects] == ids
        with committed_db.as_role(Role.SYSTEM) as system:
            assert system.execute("select count(distinct at) from audit_event").fetchone()[0] < 50

    def test_when_one_of_several_cannot_be_had_in_time_then_none_is_shown(self, committed_db, monkeypatch):
        viewer = a_viewer()
        monkeypatch.setattr(events, "ANSWER_SECONDS_MAX", 0.0)
        monkeypatch.setattr(EventWriter, "_answer", lambda *_: time.sleep(0.2))

        with pytest.raises(audit.EventsUnavailable):
            audit.look_all([audit.Look.by(viewer, kind="view") for _ in range(3)])

    def test_questions_of_a_minute_are_counted_up_to_a_bound(self, committed_db):
        viewer, other = a_viewer(), a_viewer()
        began = now()
        audit.look_all([audit.Look.by(viewer, kind="query") for _ in range(5)])
        audit.look(audit.Look.by(viewer, kind="view"))
        audit.look(audit.Look.by(other, kind="query"))

        assert audit.queries_since(began, viewer, 100) == 5
        assert audit.queries_since(began, viewer, 3) == 3
        assert audit.queries_since(now(), viewer, 100) == 0

    def test_when_a_look_cannot_be_written_down_then_it_is_a_bug_of_the_asker_alone(self, committed_db):
        viewer = a_viewer()

        with pytest.raises(ValueError, match="whole number"):
            audit.look(audit.Look.by(viewer, kind="view", count=-1))

    def test_when_the_doors_try_to_change_a_look_then_they_lack_the_right(self, committed_db):
        for statement in ("update audit_event set purpose = ''", "delete from audit_event_subject"):
            with pytest.raises(ProgrammingError, match="permission denied"), connection.cursor() as cursor:
                cursor.execute(statement)

    def test_when_the_clock_moves_by_years_then_there_is_a_month_for_the_look(self, committed_db, clock):
        viewer, subject = a_viewer(), new_id()
        for days in (0, 800, -2000):
            clock.move(days=days)
            audit.look(audit.Look.by(viewer, kind="view", shown=[(subject, viewer.reader_id)]))

        assert len(audit.looks_at(subject, viewer, 10)) == 3


class TestGivenADatabaseThatIsGone:
    def test_when_it_ended_our_connection_meanwhile_then_the_next_look_is_written(self, committed_db):
        viewer = a_viewer()
        audit.look(audit.Look.by(viewer, kind="sign_in"))
        _end_connections_of_the_writer(committed_db)

        assert audit.look(audit.Look.by(viewer, kind="sign_in"))

    def test_when_it_cannot_be_reached_then_the_look_is_refused_and_later_ones_are_not(
        self, committed_db, monkeypatch
    ):
        viewer, connect = a_viewer(), events.connect
        audit.stop_event_writer()
        monkeypatch.setattr(events, "connect", _unreachable)

        with pytest.raises(audit.EventsUnavailable, match="not answered"):
            audit.look(audit.Look.by(viewer, kind="sign_in"))

        monkeypatch.setattr(events, "connect", connect)
        time.sleep(events.RECONNECT_SECONDS)
        assert audit.look(audit.Look.by(viewer, kind="sign_in"))

    def test_when_it_hangs_then_the_look_is_refused_in_time(self, committed_db, monkeypatch):
        monkeypatch.setattr(events, "ANSWER_SECONDS_MAX", 0.3)
        viewer = a_viewer()
        with committed_db.as_role(Role.OWNER) as owner, owner.transaction():
            owner.execute("lock table audit_event in access exclusive mode")

            with pytest.raises(audit.EventsUnavailable):
                audit.look(audit.Look.by(viewer, kind="sign_in"))

    def test_when_too_many_wait_then_the_next_is_refused_at_once(self, committed_db, monkeypatch):
        monkeypatch.setattr(events, "QUEUED_MAX", 3)
        monkeypatch.setattr(EventWriter, "_run", lambda self: None)
        writer, look = EventWriter(), audit.Look.by(a_viewer(), kind="sign_in")
        for _ in range(3):
            writer.submit(look)

        with pytest.raises(audit.EventsUnavailable):
            writer.submit(look)


class TestGivenAWriterThatStops:
    def test_when_looks_are_queued_then_they_are_committed_first(self, committed_db):
        viewer, writer = a_viewer(), EventWriter()
        answers = [writer.submit(audit.Look.by(viewer, kind="sign_in")) for _ in range(50)]

        writer.stop()

        assert len({answer.result(0) for answer in answers}) == 50
        assert not writer.alive

    def test_when_a_process_forks_then_its_child_starts_its_own(self, committed_db):
        parents = audit.start_event_writer()

        child = os.fork()
        if child == 0:
            os._exit(0 if audit.start_event_writer() is not parents else 1)

        assert os.waitpid(child, 0)[1] == 0
        assert audit.start_event_writer() is parents


@pytest.mark.proof
@pytest.mark.timeout(budget(300, 1200))
class TestGivenADoorThatIsKilled:
    def test_when_kill_9_comes_between_look_and_answer_then_every_answer_has_its_look(self, committed_db):
        chance = random.Random(20261122)
        environment = committed_db.environment() | {"DJANGO_SETTINGS_MODULE": "liaison.config.settings"}
        answered: list[UUID] = []
        for _ in range(budget(4, 50)):
            answered += _answers_until_killed(environment, kills=budget(5, 20), chance=chance)

        with committed_db.as_role(Role.SYSTEM) as system:
            kept = {row[0] for row in system.execute("select id from audit_event")}
        assert len(answered) > budget(20, 1000)
        assert set(answered) <= kept
        rooted_and_signed()
        assert found() == set()


def _answers_until_killed(environment, *, kills, chance):
    """Start so many doors, kill each at random, and return what they had answered."""
    program = [sys.executable, "-c", DOORS.format(doors=kills)]
    with subprocess.Popen(program, env=environment, stdout=subprocess.PIPE, text=True) as process:
        lines: list[str] = []
        reader = threading.Thread(target=_collect, args=[process.stdout, lines])
        reader.start()
        _wait(lambda: len(_pids(lines)) == kills)
        for pid in sorted(_pids(lines), reverse=True):
            time.sleep(chance.uniform(0.0, 0.06))
            os.kill(pid, signal.SIGKILL)
        reader.join()
    return [UUID(line.strip()) for line in lines if len(line) == LINE_OF_AN_ID]


def _collect(stream, lines):
    for line in stream:
        lines.append(line)


def _pids(lines):
    return [int(line) for line in list(lines) if line.strip().isdecimal()]


def _wait(holds):
    deadline = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < deadline, "the doors did not start"
        time.sleep(0.01)


def _unreachable(*_, **__):
    raise psycopg.OperationalError("the database cannot be reached")


def _end_connections_of_the_writer(database):
    with database.as_role(Role.APP) as connection:
        connection.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'liaison events'"
            " and datname = current_database()"
        )
    time.sleep(0.1)
