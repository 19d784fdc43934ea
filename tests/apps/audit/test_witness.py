"""A witness cosigns what continues what it saw, and nothing else."""

import pytest

from liaison.apps.audit import public as audit
from liaison.apps.audit.witness import cosigned, read_offer, witness_key
from liaison.ledger.checkpoints import Checkpoint, KeyKind, SigningKey, sign
from liaison.ledger.checkpoints import verify as verify_note
from liaison.ledger.tree import Frontier
from liaison.refusal import Refused
from tests.apps.audit.test_erasure import RestoredToBefore
from tests.apps.audit.world import a_viewer, an_entry, found, rooted_and_signed

SECOND = 1_795_000_000


class AWitness:
    """A witness with a folder of its own, who knows this ledger's key."""

    def __init__(self, folder):
        self.folder = folder
        self.key = witness_key(folder / "witness.key", name="bureau.qm")

    def cosigns(self, path, **more):
        given = {"ledger": audit.public_key()} | more
        return cosigned(
            lambda _size: read_offer(path), key=self.key, folder=self.folder / "state", at_seconds=SECOND, **given
        )


@pytest.fixture
def witness(tmp_path):
    """A witness of this ledger."""
    return AWitness(tmp_path)


def a_bundle(path, **wanted):
    """A bundle of the ledger after one more entry."""
    viewer = a_viewer()
    an_entry(viewer)
    rooted_and_signed()
    audit.export(path, viewer=viewer, wanted=audit.Wanted(**wanted))
    return path


class TestGivenAWitness:
    def test_when_it_sees_the_ledger_first_then_it_cosigns(self, committed_db, witness, tmp_path):
        note = witness.cosigns(a_bundle(tmp_path / "first.zip"))

        seen = verify_note(note, keys=[audit.public_key()], witnesses=[witness.key.public], witnesses_min=1)
        assert seen.cosigned_by[0].at_seconds == SECOND
        assert (witness.folder / "state" / "checkpoint").read_bytes() == note

    @pytest.mark.parametrize("wanted", [{}, {"entries": False, "grown_from": 1}])
    @pytest.mark.parametrize("name", ["second", "second.zip"])
    def test_when_the_ledger_grew_then_it_cosigns_again(self, committed_db, witness, tmp_path, name, wanted):
        witness.cosigns(a_bundle(tmp_path / "first.zip"))
        an_entry(a_viewer())

        note = witness.cosigns(a_bundle(tmp_path / name, **wanted), ledger=None)

        assert verify_note(note, keys=[audit.public_key()]).checkpoint.size == 4

    def test_when_it_is_shown_the_same_again_then_it_cosigns_it_again(self, committed_db, witness, tmp_path):
        path = a_bundle(tmp_path / "first.zip")

        assert witness.cosigns(path) == witness.cosigns(path)

    def test_when_the_ledger_was_rolled_back_then_it_refuses_and_keeps_what_it_has(
        self, committed_db, witness, tmp_path
    ):
        an_entry(a_viewer())
        older = a_bundle(tmp_path / "older.zip")
        note = witness.cosigns(a_bundle(tmp_path / "newer.zip"))

        with pytest.raises(Refused, match="you cosigned 4") as refused:
            witness.cosigns(older)

        assert refused.value.code == "witness.rolled_back"
        assert (witness.folder / "state" / "checkpoint").read_bytes() == note

    def test_when_an_old_backup_went_on_otherwise_then_it_refuses(self, committed_db, witness, tmp_path):
        an_entry(a_viewer())

        def later():
            witness.cosigns(a_bundle(tmp_path / "seen.zip"))

        with RestoredToBefore(committed_db, later):
            same_size = a_bundle(tmp_path / "same_size.zip")
            longer = a_bundle(tmp_path / "longer.zip")
            assert found() == set()
            for split in (same_size, longer):
                with pytest.raises(Refused, match="rewritten or split"):
                    witness.cosigns(split)

    def test_when_there_is_no_proof_then_it_asks_for_one(self, committed_db, witness, tmp_path):
        witness.cosigns(a_bundle(tmp_path / "first.zip"))
        an_entry(a_viewer())
        (tmp_path / "bare").write_bytes(rooted_and_signed())

        with pytest.raises(Refused, match="--grown-from 1"):
            witness.cosigns(tmp_path / "bare")

    def test_when_the_bundle_leaves_entries_out_then_that_is_no_proof(self, committed_db, witness, tmp_path):
        an_entry(a_viewer())
        witness.cosigns(a_bundle(tmp_path / "first.zip"))

        with pytest.raises(Refused, match="does not prove"):
            witness.cosigns(a_bundle(tmp_path / "part", first=2))

    def test_when_another_key_signed_then_it_refuses(self, committed_db, witness, tmp_path):
        witness.cosigns(a_bundle(tmp_path / "first.zip"))
        forger = SigningKey(audit.public_key().name, KeyKind.LEDGER, b"x" * 32)
        (tmp_path / "forged").write_bytes(sign(Checkpoint(forger.name, 0, Frontier().root()), forger))

        with pytest.raises(Refused, match="No key that you trust"):
            witness.cosigns(tmp_path / "forged")

    def test_when_it_is_given_another_ledgers_key_then_it_refuses(self, committed_db, witness, tmp_path):
        path = a_bundle(tmp_path / "first.zip")
        witness.cosigns(path)
        other = SigningKey("another", KeyKind.LEDGER, b"y" * 32).public

        with pytest.raises(Refused, match="whose key is another"):
            witness.cosigns(path, ledger=other)


class TestGivenANewWitness:
    def test_when_it_does_not_say_which_ledger_then_it_is_asked(self, committed_db, witness, tmp_path):
        with pytest.raises(Refused, match="not said yet which ledger"):
            witness.cosigns(a_bundle(tmp_path / "first.zip"), ledger=None)

    def test_when_its_key_has_no_name_then_it_is_asked(self, tmp_path):
        with pytest.raises(Refused, match="needs a name"):
            witness_key(tmp_path / "new.key", name="")

    def test_when_its_key_is_there_then_it_is_used(self, tmp_path):
        made = witness_key(tmp_path / "new.key", name="bureau.qn")

        assert witness_key(tmp_path / "new.key", name="") == made
        assert (tmp_path / "new.key").stat().st_mode & 0o777 == 0o600


def test_given_a_cosigned_checkpoint_when_the_installation_accepts_it_then_it_hands_it_out(
    committed_db, witness, tmp_path
):
    note = witness.cosigns(a_bundle(tmp_path / "first.zip"))

    assert audit.accept_cosignatures(note) == 1
    assert audit.accept_cosignatures(note) == 1
    assert audit.newest_checkpoint() == note
    assert found() == set()


def test_given_a_cosignature_of_another_ledger_when_it_is_sent_back_then_it_is_refused(committed_db):
    an_entry(a_viewer())
    rooted_and_signed()
    other = SigningKey("another", KeyKind.LEDGER, b"y" * 32)

    for size in (1, 7):
        with pytest.raises(Refused):
            audit.accept_cosignatures(sign(Checkpoint("another", size, bytes(32)), other))
