"""The segment files: what is folded into them, what they never keep, and whose database they belong to."""

import pytest

from liaison.apps.audit import public as audit
from liaison.apps.audit.sequencer import number_pending
from liaison.apps.index import builder, folder
from liaison.apps.index import public as index
from liaison.apps.index.builder import Builder
from liaison.apps.index.follower import Follower
from liaison.apps.records import public as records
from liaison.matching import Scope
from liaison.postgres import Role as DatabaseRole
from tests.factories.members import a_viewer
from tests.factories.records import a_person, a_record

pytestmark = pytest.mark.postgres

ELSA = {"names": ["Elsa Quendrix"]}


@pytest.fixture
def owner(committed_db):
    return a_viewer("QM")


@pytest.fixture
def numbered(committed_db):
    """Number everything that is committed."""

    def number_all() -> None:
        with committed_db.as_role(DatabaseRole.SYSTEM) as connection:
            while number_pending(connection)[0]:
                pass

    return number_all


def on_disk() -> bytes:
    """Return every byte of every file of the index."""
    return b"".join(path.read_bytes() for path in sorted(folder.index_folder().iterdir()))


def names_found(query=ELSA) -> int:
    follower = Follower()
    follower.step()
    return len(follower.state().layers.search(query, scope=None, threshold=0.5))


class TestFolding:
    def test_what_waits_is_in_the_tail_before_and_in_a_segment_after(self, owner, numbered):
        numbered()
        index.build()
        keeper = Builder()
        a_record(owner)
        numbered()
        assert names_found() == 1
        assert b"Quendrix" not in on_disk()

        assert keeper.step(at_once=True)

        assert names_found() == 1
        assert b"Quendrix" in on_disk()

    def test_little_and_young_waits_much_does_not(self, owner, numbered, monkeypatch):
        numbered()
        index.build()
        keeper = Builder()
        a_record(owner)
        numbered()
        assert not keeper.step()

        monkeypatch.setattr(builder, "FOLD_ENTRIES", 1)
        assert keeper.step()
        assert not keeper.step()

    def test_many_folds_leave_few_files(self, owner, numbered):
        numbered()
        index.build()
        keeper = Builder()
        for number in range(12):
            a_record(owner, fields=a_person(f"Zorban Quendrix{number}"))
            numbered()
            keeper.step(at_once=True)

        assert len(list(folder.index_folder().glob("*.segment"))) <= 4
        assert names_found({"names": ["Zorban Quendrix7"]}) >= 1

    def test_a_full_build_and_folding_answer_the_same(self, owner, numbered):
        numbered()
        index.build()
        keeper = Builder()
        first = a_record(owner)
        a_record(owner, fields=a_person("Tamsin Orvella"))
        numbered()
        keeper.step(at_once=True)
        records.change(first, a_person("Elsa Quendrix Marit"), by=owner)
        numbered()
        keeper.step(at_once=True)
        folded = follower_answers()

        index.build()

        assert follower_answers() == folded

    def test_left_over_files_are_removed(self, owner, numbered):
        numbered()
        index.build()
        stray = folder.index_folder() / ".0123.segment.77"
        stray.write_bytes(b"half a segment")

        index.build()

        assert not stray.exists()


def follower_answers():
    follower = Follower()
    follower.step()
    layers = follower.state().layers
    scope = Scope(frozenset(range(1, 50)), 3)
    return [layers.search({"names": [name]}, scope=scope, limit=10) for name in ("Elsa Quendrix", "Tamsin Orvella")]


class TestErasing:
    def test_when_a_record_is_erased_then_the_next_step_leaves_nothing_of_it_on_disk(self, owner, numbered):
        reference = a_record(owner, fields=a_person("Ysolde Quendrix"))
        a_record(owner, fields=a_person("Tamsin Orvella"))
        numbered()
        index.build()
        assert b"Ysolde" in on_disk()

        records.erase(reference, reason="expired", by=owner)
        numbered()
        assert Builder().step()

        assert b"Ysolde" not in on_disk()
        assert b"Tamsin" in on_disk()

    def test_the_old_name_of_a_changed_record_goes_with_it(self, owner, numbered):
        others = [a_record(owner, fields=a_person(f"Tamsin Orvella{number}")) for number in range(10)]
        reference = a_record(owner, fields=a_person("Ysolde Quendrix"))
        numbered()
        index.build()
        keeper = Builder()
        records.change(reference, a_person("Marit Quendrix"), by=owner)
        numbered()
        keeper.step(at_once=True)
        assert others
        assert b"Ysolde" in on_disk()

        records.erase(reference, reason="expired", by=owner)
        numbered()
        keeper.step()

        assert b"Ysolde" not in on_disk()
        assert b"Marit" not in on_disk()

    def test_what_is_not_true_any_more_goes_within_the_hour(self, owner, numbered, monkeypatch):
        for number in range(10):
            a_record(owner, fields=a_person(f"Tamsin Orvella{number}"))
        reference = a_record(owner, fields=a_person("Ysolde Quendrix"))
        numbered()
        index.build()
        keeper = Builder()
        records.withdraw(reference, reason="found", by=owner)
        numbered()
        keeper.step(at_once=True)
        assert b"Ysolde" in on_disk()

        monkeypatch.setattr(builder, "DIRTY_SECONDS_MAX", -1.0)
        assert keeper.step()

        assert b"Ysolde" not in on_disk()

    def test_rewriting_by_hand_says_how_many_files_had_something(self, owner, numbered):
        reference = a_record(owner, fields=a_person("Ysolde Quendrix"))
        numbered()
        index.build()
        record_id = records.record(reference, owner).id

        assert index.rewrite([record_id]) == 1
        assert b"Ysolde" not in on_disk()
        assert index.rewrite([record_id]) == 0


class TestGivenTheFilesOfAnotherDatabase:
    def test_when_the_database_is_older_than_the_index_then_nothing_is_answered_and_all_is_built_anew(
        self, owner, numbered, committed_db
    ):
        a_record(owner)
        numbered()
        index.build()
        with committed_db.as_role(DatabaseRole.OWNER) as connection:
            connection.execute("delete from audit_cursor")
        assert not Follower().step()

        assert Builder().step()

        assert names_found() == 1

    @pytest.mark.parametrize("damage", [b"", b"{}", b"not json", b'{"format": 99}'])
    def test_when_the_manifest_is_damaged_then_all_is_built_anew(self, owner, numbered, damage):
        a_record(owner)
        numbered()
        index.build()
        (folder.index_folder() / folder.MANIFEST).write_bytes(damage)
        assert not Follower().step()

        assert Builder().step()

        assert names_found() == 1

    def test_when_a_segment_is_cut_off_then_all_is_built_anew(self, owner, numbered):
        a_record(owner)
        numbered()
        index.build()
        (segment,) = folder.index_folder().glob("*.segment")
        segment.write_bytes(segment.read_bytes()[:200])
        assert not Follower().step()

        assert Builder().step()

        assert names_found() == 1


class TestGivenAStepThatIsCutOff:
    def test_when_the_disk_is_full_then_the_old_index_answers_and_the_next_step_does_it_all(
        self, owner, numbered, monkeypatch
    ):
        a_record(owner)
        numbered()
        index.build()
        a_record(owner, fields=a_person("Tamsin Orvella"))
        numbered()
        with monkeypatch.context() as broken:
            broken.setattr("liaison.matching.segments.os.fsync", full)
            with pytest.raises(OSError, match="No space"):
                Builder().step(at_once=True)
        assert names_found() == 1
        assert b"Tamsin" not in on_disk()

        assert Builder().step(at_once=True)

        assert b"Tamsin" in on_disk()

    def test_when_it_dies_between_files_and_cursor_then_nothing_is_lost(self, owner, numbered, monkeypatch):
        a_record(owner)
        numbered()
        index.build()
        a_record(owner, fields=a_person("Tamsin Orvella"))
        numbered()
        with monkeypatch.context() as broken:
            broken.setattr(audit.Cursor, "advance", full)
            with pytest.raises(OSError, match="No space"):
                Builder().step(at_once=True)
        assert not Follower().step()

        assert Builder().step()

        assert names_found() == 1
        assert names_found({"names": ["Tamsin Orvella"]}) == 1


def full(*_):
    """Stand in for what a full disk does."""
    raise OSError(28, "No space left on device")


class TestAFollowerAndItsBuilder:
    def test_whatever_order_they_step_in_the_follower_misses_nothing(self, owner, numbered):
        numbered()
        index.build()
        keeper, follower = Builder(), Follower()
        for number in range(8):
            a_record(owner, fields=a_person(f"Zorban{number} Quendrix"))
            numbered()
            if number % 2:
                follower.step()
            if number % 3:
                keeper.step(at_once=True)
            if number % 4 == 0:
                follower.step()
        while not follower.step():
            pass

        layers = follower.state().layers
        for number in range(8):
            assert layers.search({"names": [f"Zorban{number} Quendrix"]}, scope=None, threshold=0.8)
        assert audit.ledger_state().size == follower.freshness().seq
