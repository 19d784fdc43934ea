"""Looks that are out of retention: whole months go, told to the ledger, and nothing that is not in it is let go."""

import threading

import psycopg
import pytest

from liaison.apps.audit import public as audit
from liaison.apps.audit import retention
from liaison.apps.audit.installation import connect
from liaison.apps.audit.retention import let_months_go
from liaison.apps.members.public import Role
from liaison.apps.policies import public as policies
from liaison.postgres import Role as DatabaseRole
from liaison.rows.public import new_id
from liaison.rules.policy_values import CATALOGUE
from tests.apps.audit.world import a_viewer, found, rooted_and_signed, tamper
from tests.factories.members import a_viewer as a_member

MONTHS = CATALOGUE["audit.events_months"].default
LONG_AGO = -(MONTHS + 4) * 31


@pytest.fixture
def aged(committed_db, clock):
    """A database with looks of long ago, of three months, and of today, all in the ledger."""
    viewer, subject = a_viewer(), new_id()
    look = audit.Look.by(viewer, kind="view", shown=[(subject, viewer.reader_id)])
    for days in (LONG_AGO, LONG_AGO + 31, LONG_AGO + 62, 0):
        clock.move(days=days - clock._ahead.days)
        audit.look(look)
        audit.look(look)
        rooted_and_signed()
    yield committed_db
    audit.stop_event_writer()


def lets_go(months=MONTHS):
    """Let go what is out of retention; return how many months."""
    with connect("system", application="test retention") as connection:
        return let_months_go(connection, months_kept=months)


def months_there(database):
    """Return the months for which there are looks."""
    with database.as_role(DatabaseRole.SYSTEM) as system:
        rows = system.execute("select distinct to_char(at at time zone 'UTC', 'YYYY-MM') from audit_event").fetchall()
    return sorted(month for (month,) in rows)


class TestGivenMonthsOutOfRetention:
    def test_when_they_are_let_go_then_the_ledger_says_which_and_is_whole(self, aged):
        old = months_there(aged)[:-1]
        assert lets_go() >= 3
        assert lets_go() == 0
        rooted_and_signed()

        told = {one.month: one for one in audit.months_let_go()}

        assert [told[month].looks for month in old] == [2, 2, 2]
        assert all(told[month].seq for month in old)
        assert len(months_there(aged)) == 1
        assert found() == set()

    def test_when_the_policy_keeps_them_then_the_database_refuses_whoever_asks(self, aged):
        with (
            connect("system", application="test retention") as connection,
            pytest.raises(psycopg.errors.RaiseException, match="kept longer"),
        ):
            connection.execute("select * from audit_let_a_month_go(liaison_now() - interval '31 days')")
        with aged.as_role(DatabaseRole.APP) as doors, pytest.raises(psycopg.errors.InsufficientPrivilege):
            doors.execute("select * from audit_let_a_month_go(liaison_now() - interval '20 years')")
        with (
            connect("system", application="test retention") as connection,
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            connection.execute("select audit_drop_months_before(liaison_now() - interval '20 years')")
        assert lets_go(months=1) >= 3
        assert len(months_there(aged)) == 1

    def test_when_two_persons_keep_fewer_months_then_more_are_let_go(self, aged, clock):
        asks, decides = (a_member("XS", Role.POLICY_OFFICER) for _ in range(2))
        clock.move(days=200)
        lets_go()
        kept = months_there(aged)
        change = policies.propose("audit.events_months", 3, reason="Half a year is enough for us.", by=asks)
        assert lets_go(months=3) == 0
        policies.approve(change, by=decides)

        assert lets_go(months=3) > 0
        assert months_there(aged) != kept

    def test_when_a_look_is_in_no_entry_yet_then_its_month_stays(self, aged, clock):
        viewer = a_viewer()
        clock.move(days=LONG_AGO)
        audit.look(audit.Look.by(viewer, kind="view"))
        clock.move(days=-LONG_AGO)
        before = months_there(aged)

        with pytest.raises(psycopg.errors.RaiseException, match="covered by no numbered entry"):
            lets_go()
        assert months_there(aged) == before
        rooted_and_signed()
        assert lets_go() >= 3

    def test_when_it_is_killed_before_the_entry_then_nothing_has_gone(self, aged, monkeypatch):
        before = months_there(aged)

        def killed(connection, draft):
            connection.execute("select pg_terminate_backend(pg_backend_pid())")

        with monkeypatch.context() as patch:
            patch.setattr(retention, "append_entry", killed)
            with pytest.raises(psycopg.OperationalError):
                lets_go()
        assert months_there(aged) == before
        assert audit.months_let_go() == []
        assert found() == set()
        assert lets_go() >= 3

    def test_when_it_is_killed_between_two_months_then_the_first_is_told_and_the_rest_follow(self, aged, monkeypatch):
        before, written, real = months_there(aged), [], retention.append_entry

        def dies_the_second_time(connection, draft):
            if written:
                connection.execute("select pg_terminate_backend(pg_backend_pid())")
            written.append(draft)
            return real(connection, draft)

        with monkeypatch.context() as patch:
            patch.setattr(retention, "append_entry", dies_the_second_time)
            with pytest.raises(psycopg.OperationalError):
                lets_go()
        assert [one.month for one in audit.months_let_go()] == [written[0].notes["month"]]
        rooted_and_signed()
        assert found() == set()
        lets_go()
        rooted_and_signed()
        assert months_there(aged) == before[-1:]
        assert found() == set()

    def test_when_somebody_reads_them_meanwhile_then_it_gives_way_and_looks_go_on(self, aged):
        viewer = a_viewer()
        with aged.as_role(DatabaseRole.SYSTEM) as reader:
            reader.execute("begin")
            reader.execute("select count(*) from audit_event").fetchone()
            refused = []
            thread = threading.Thread(target=lambda: refused.append(_refusal()))
            thread.start()
            assert audit.look(audit.Look.by(viewer, kind="view"))
            thread.join(10)
            reader.execute("rollback")

        assert isinstance(refused[0], psycopg.errors.LockNotAvailable)
        rooted_and_signed()
        assert lets_go() >= 3

    def test_when_somebody_drops_a_month_himself_then_it_is_found(self, aged):
        month = months_there(aged)[0].replace("-", "_")
        for table in ("audit_event", "audit_event_subject"):
            tamper(aged, f"drop table {table}_{month}")

        assert found() == {"deleted_event"}

    def test_when_somebody_drops_the_lists_as_well_then_it_is_found(self, aged):
        month = months_there(aged)[0].replace("-", "_")
        for table in ("audit_event", "audit_event_subject", "audit_event_root"):
            tamper(aged, f"drop table {table}_{month}")

        assert found() == {"altered_event_root"}


def _refusal():
    try:
        return lets_go()
    except psycopg.Error as refused:
        return refused


def test_the_default_of_the_function_is_that_of_the_catalogue(committed_db):
    with committed_db.as_role(DatabaseRole.SYSTEM) as system:
        (agrees,) = system.execute(
            "select audit_looks_kept_since() = liaison_now() - make_interval(months => %s)", [MONTHS]
        ).fetchone()

    assert agrees
