"""The database's clock, which only the owner moves."""

from datetime import UTC, datetime, timedelta

from liaison.rows.public import now
from tests.conftest import Clock
from tests.suite_database import SuiteDatabase


def test_when_nobody_moves_it_then_it_is_the_hosts_time(committed_db: SuiteDatabase):
    assert abs(now() - datetime.now(UTC)) < timedelta(seconds=10)
    assert now().tzinfo is UTC


def test_when_it_is_moved_then_all_roles_see_that(committed_db: SuiteDatabase, clock: Clock):
    clock.move(days=3)
    clock.move(hours=1)

    for alias in ("default", "system", "owner"):
        assert abs(now(alias) - datetime.now(UTC) - timedelta(days=3, hours=1)) < timedelta(seconds=10)


def test_when_it_is_set_then_it_is_that_moment(db: None, clock: Clock):
    clock.set_to(datetime(2031, 5, 1, tzinfo=UTC))

    assert abs(now() - datetime(2031, 5, 1, tzinfo=UTC)) < timedelta(seconds=10)


def test_after_a_test_that_moved_it_it_is_back(db: None):
    assert abs(now() - datetime.now(UTC)) < timedelta(seconds=10)
