"""Workers and an import: new records are left to the builder's file, nothing that ends is."""

import time

import pytest

from liaison.apps.index import builder, folder, follower
from liaison.apps.index import public as index
from liaison.apps.index.builder import Builder
from liaison.apps.index.follower import Follower
from liaison.apps.records import public as records
from tests.apps.index.test_builder import numbered, owner  # noqa: F401 - fixtures
from tests.factories.records import a_person, a_record

pytestmark = pytest.mark.postgres
SEVERAL = 5


@pytest.fixture(autouse=True)
def an_import_is_small(monkeypatch) -> None:
    """A few records at once count as an import."""
    monkeypatch.setattr(follower, "BULK_ENTRIES", SEVERAL)
    monkeypatch.setattr(builder, "BULK_ENTRIES", SEVERAL)


@pytest.fixture
def a_worker(owner, numbered) -> Follower:  # noqa: F811 - pytest's way to name a fixture
    """A worker that knows all there is."""
    numbered()
    index.build()
    worker = Follower()
    assert worker.step()
    return worker


def some(by, count: int) -> list[str]:
    people = [a_person(f"Zorban{number} Quendrix") for number in range(count)]
    return records.enter_many([records.Draft("persons", fields) for fields in people], by=by)


def found(worker: Follower, number: int) -> bool:
    names = {"names": [f"Zorban{number} Quendrix"]}
    return bool(worker.state().layers.search(names, scope=None, threshold=0.8))


class TestGivenManyNewRecordsAtOnce:
    def test_when_the_builder_works_then_its_file_brings_them(self, a_worker, owner, numbered):  # noqa: F811
        some(owner, SEVERAL)
        numbered()

        assert not a_worker.step()
        assert not found(a_worker, 1)
        keeper = Builder()
        assert not keeper.step()
        keeper._waiting_since = time.monotonic() - builder.BULK_SECONDS
        assert keeper.step()
        assert a_worker.step()

        assert found(a_worker, 1)
        assert len(folder.load(folder.index_folder()).pieces) == 1

    def test_when_no_builder_works_then_the_worker_makes_them_itself(self, a_worker, owner, numbered, monkeypatch):  # noqa: F811
        some(owner, SEVERAL)
        numbered()
        assert not a_worker.step()

        monkeypatch.setattr(follower, "BULK_SECONDS_MAX", 0.0)

        assert a_worker.step()
        assert found(a_worker, 1)

    def test_when_one_less_is_new_then_nothing_waits(self, a_worker, owner, numbered):  # noqa: F811
        some(owner, SEVERAL - 1)
        numbered()

        assert a_worker.step()
        assert found(a_worker, 1)

    def test_when_a_record_ends_meanwhile_then_it_is_gone_at_once(self, a_worker, owner, numbered):  # noqa: F811
        reference = a_record(owner, fields=a_person("Tamsin Orvella"))
        numbered()
        assert a_worker.step()

        some(owner, SEVERAL)
        records.withdraw(reference, reason="ended", by=owner)
        numbered()

        assert a_worker.step()
        assert not a_worker.state().layers.search({"names": ["Tamsin Orvella"]}, scope=None, threshold=0.8)

    def test_when_it_waits_then_its_age_is_told(self, a_worker, owner, numbered):  # noqa: F811
        before = a_worker.freshness()
        some(owner, SEVERAL)
        numbered()

        a_worker.step()

        assert a_worker.freshness().seq == before.seq
        assert a_worker.freshness().at == before.at
