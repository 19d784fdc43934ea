"""An import waits for an index that follows, and for nobody else."""

import pytest

from liaison.apps.audit import public as audit
from liaison.apps.exchange import pacing
from liaison.apps.exchange.pacing import Pace
from liaison.apps.index import public as index
from liaison.apps.index.builder import Builder
from tests.factories.index import catch_up, following
from tests.factories.members import a_viewer
from tests.factories.records import a_record

pytestmark = pytest.mark.postgres


class Slept:
    """Stands for the clock: sleeping moves it, and does what the test wants at a moment."""

    def __init__(self, at: dict[int, object] | None = None) -> None:
        self.looks, self.now, self._at = 0, 0.0, at or {}

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.looks += 1
        self.now += seconds
        if step := self._at.get(self.looks):
            step()


@pytest.fixture
def behind(committed_db, monkeypatch):
    """An index, and more written since than an import may be ahead."""
    owner = a_viewer("QM")
    with following():
        catch_up()
    index.build()  # anew: the files in this home may be of another test's database
    for _ in range(3):
        a_record(owner)
    monkeypatch.setattr(pacing, "AHEAD_MAX", 2)
    return owner


def test_without_an_index_nobody_waits(committed_db, monkeypatch):
    clock = Slept()
    monkeypatch.setattr(pacing, "time", clock)
    a_record(a_viewer("QM"))
    monkeypatch.setattr(pacing, "AHEAD_MAX", 0)

    Pace().wait()

    assert (audit.reached_by(audit.INDEX_CURSORS), clock.looks) == (None, 0)


def test_when_the_index_comes_near_then_the_import_goes_on(behind, monkeypatch):
    def follow() -> None:
        with following():
            catch_up()
        assert Builder().step(at_once=True)

    clock = Slept({3: follow})
    monkeypatch.setattr(pacing, "time", clock)

    Pace().wait()

    assert clock.looks == 3
    assert audit.written_after(audit.reached_by(audit.INDEX_CURSORS)) <= 2


def test_when_it_does_not_move_then_it_is_waited_for_once(behind, monkeypatch):
    clock = Slept()
    monkeypatch.setattr(pacing, "time", clock)
    pace = Pace()

    pace.wait()
    waited = clock.looks
    pace.wait()

    assert clock.now == pytest.approx(pacing.STILL_SECONDS_MAX, abs=0.5)
    assert clock.looks == waited


def test_entries_without_a_number_count_too(behind):
    reached = audit.reached_by(audit.INDEX_CURSORS)

    assert audit.written_after(reached) >= 3
