"""Workers and an import: new records are left to the builder's file, nothing that ends is."""

import time
from types import SimpleNamespace

import pytest

from liaison.apps.audit import public as audit
from liaison.apps.index import builder, folder, follower
from liaison.apps.index import public as index
from liaison.apps.index.builder import Builder
from liaison.apps.index.follower import Follower
from liaison.apps.records import public as records
from liaison.rows.public import new_id, viewing
from tests.apps.index.test_builder import numbered, owner  # noqa: F401 - fixtures
from tests.factories.records import a_person, a_record

pytestmark = pytest.mark.postgres
SEVERAL = 5


@pytest.fixture(autouse=True)
def an_import_is_small(monkeypatch) -> None:
    """A few records at once count as an import."""
    monkeypatch.setattr(follower, "BULK_ENTRIES", SEVERAL)
    monkeypatch.setattr(builder, "BULK_ENTRIES", SEVERAL)
    monkeypatch.setattr(builder, "JOINED_IN_BULK_MAX", SEVERAL * builder.JOINED_AT_ONCE)


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


def _kept(seen: list[int], entries: list[audit.SequencedEntry]) -> list[audit.SequencedEntry]:
    seen += [entry.seq for entry in entries]
    return entries


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

    def test_while_more_comes_nothing_large_is_joined_and_afterwards_all_is(self, a_worker, owner, numbered):  # noqa: F811
        keeper, folds = Builder(), builder.JOINED_AT_ONCE**2
        for fold in range(folds):
            some(owner, SEVERAL)
            numbered()
            assert keeper.step(at_once=True), fold
        pieces = folder.load(folder.index_folder()).pieces
        assert [piece.records for piece in pieces] == [SEVERAL * builder.JOINED_AT_ONCE] * builder.JOINED_AT_ONCE
        assert not keeper.step()

        keeper._bulk_at -= builder.BULK_OVER_SECONDS
        assert keeper.step()
        assert not keeper.step()
        assert a_worker.step()

        assert [piece.records for piece in folder.load(folder.index_folder()).pieces] == [SEVERAL * folds]
        assert found(a_worker, 1)

    def test_an_import_without_end_makes_nothing_old_while_the_builder_keeps_up(self, a_worker, owner, numbered):  # noqa: F811
        keeper, before = Builder(), a_worker.freshness()
        for _ in range(3):
            some(owner, SEVERAL)
            numbered()
            assert not a_worker.step()
            looked = a_worker.freshness()
            some(owner, SEVERAL)
            numbered()
            assert keeper.step(at_once=True)
            some(owner, SEVERAL)
            numbered()
            assert not a_worker.step(), "more waits already"
            assert a_worker.freshness().at > looked.at >= before.at
            assert a_worker.freshness().seq > looked.seq

    def test_what_is_left_to_the_builder_is_read_once(self, a_worker, owner, numbered, monkeypatch):  # noqa: F811
        read, seen = audit.Cursor.read, []
        monkeypatch.setattr(audit.Cursor, "read", lambda *asked, **more: _kept(seen, read(*asked, **more)))
        for _ in range(3):
            some(owner, SEVERAL)
            numbered()
            assert not a_worker.step()
            assert not a_worker.step()

        assert len(seen) == len(set(seen)) >= 3 * SEVERAL

    def test_what_the_ledger_tells_of_itself_again_and_again_hurries_nobody(self, a_worker, owner, numbered):  # noqa: F811
        journal = new_id()
        for _ in range(2):
            with viewing(owner):
                audit.record(audit.EntryDraft("events.rooted", subject=journal, source=owner.reader_id), by=owner)
            numbered()
            assert a_worker.step(), "alone it is taken in at once"
        some(owner, SEVERAL)
        with viewing(owner):
            audit.record(audit.EntryDraft("events.rooted", subject=journal, source=owner.reader_id), by=owner)
        numbered()

        assert not a_worker.step()

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


@pytest.mark.parametrize(("sizes", "most", "joined"), [
    ([5, 5, 5], 100, []), ([5, 5, 5, 5], 100, [5, 5, 5, 5]), ([5, 5, 5, 5], 19, []),
    ([15, 9, 8, 7, 6, 5], 35, [5, 6, 7, 8, 9]), ([15, 9, 8, 7, 6, 5], 25, []),
    ([20, 20, 20, 20, 5, 5, 5, 5], 100, [5] * 4), ([70, 70, 70, 70, 5, 5, 5], 400, [70] * 4),
])  # fmt: skip
def test_of_like_pieces_as_many_are_joined_as_fit(sizes, most, joined):
    found = builder._alike([SimpleNamespace(records=size) for size in sizes], most)

    assert [piece.records for piece in found] == joined
