"""What is carried away: whole to whom it concerns, bare to others, and proved by a verifier that shares no code."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from liaison.apps.audit import public as audit
from liaison.refusal import Refused
from liaison.rows.public import new_id, viewing
from tests.apps.audit.world import (
    FORGE_A_BODY,
    NAME,
    a_draft,
    a_viewer,
    an_entry,
    an_overseer,
    rooted_and_signed,
    tamper,
)

VERIFIER = Path(__file__).resolve().parents[3] / "verifier" / "liaison_verify.py"


def a_ledger(*viewers, entries=37):
    """Entries of these viewers in turn, and a look."""
    for number in range(entries):
        an_entry(viewers[number % len(viewers)])
    audit.look(audit.Look.by(viewers[0], kind="view", shown=[(new_id(), viewers[0].reader_id)]))
    return rooted_and_signed()


def proved(bundle: Path, *more: str) -> bool:
    """Whether the standalone verifier says that everything holds."""
    return not wrong(bundle, *more)


def wrong(bundle: Path, *more: str) -> list[str]:
    """The codes of what the standalone verifier finds."""
    command = [sys.executable, str(VERIFIER), str(bundle), "--key", str(audit.public_key()), "--json", *more]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode in (0, 1), done.stderr
    codes = [finding["code"] for finding in json.loads(done.stdout)["findings"]]
    assert bool(codes) == bool(done.returncode)
    return codes


@pytest.mark.parametrize("name", ["ledger", "ledger.zip"])
class TestGivenALedgerOfTwoBureaus:
    def test_when_one_of_them_carries_it_away_then_the_verifier_proves_it(self, committed_db, tmp_path, name):
        own, other = a_viewer("QM"), a_viewer("QN")
        a_ledger(own, other)

        done = audit.export(tmp_path / name, viewer=own, wanted=audit.Wanted(contents=True))

        assert (done.leaves, done.opened) == (38, 19)
        assert proved(tmp_path / name)
        assert [path.name for path in tmp_path.iterdir()] == [name]
        (card,) = [one for one in audit.looks_by(own.user_id, own, 10) if one.kind == "export"]
        assert card.reader == own.reader_id

    def test_when_only_a_part_is_wanted_then_it_has_its_proofs(self, committed_db, tmp_path, name):
        own = a_viewer("QM")
        a_ledger(own, a_viewer("QN"))

        audit.export(tmp_path / name, viewer=own, wanted=audit.Wanted(first=5, last=20, contents=True))

        assert proved(tmp_path / name, "--partial")
        assert "bundle.partial" in wrong(tmp_path / name)


class TestGivenABundle:
    def test_when_it_is_of_another_bureau_then_no_content_is_in_it(self, committed_db, tmp_path):
        own, other = a_viewer("QM"), a_viewer("QN")
        a_ledger(own)

        done = audit.export(tmp_path / "bundle", viewer=other, wanted=audit.Wanted(contents=True))

        assert done.opened == 0
        files = b"".join(path.read_bytes() for path in (tmp_path / "bundle").iterdir())
        assert NAME.encode() not in files
        assert str(own.user_id).encode() not in files
        assert proved(tmp_path / "bundle")

    def test_when_oversight_made_it_then_looks_are_in_it(self, committed_db, tmp_path):
        viewer = a_viewer()
        a_ledger(viewer)

        audit.export(tmp_path / "bundle", viewer=an_overseer())

        assert str(viewer.user_id) in (tmp_path / "bundle" / "events.jsonl").read_text()
        assert proved(tmp_path / "bundle")

    def test_when_the_ledger_was_tampered_with_before_then_the_verifier_names_the_entry(self, committed_db, tmp_path):
        viewer = a_viewer()
        a_ledger(viewer)
        tamper(
            committed_db,
            f"{FORGE_A_BODY} where position = 11",
        )

        audit.export(tmp_path / "bundle", viewer=viewer)

        assert wrong(tmp_path / "bundle") == ["entry.altered"]

    def test_when_an_auditor_kept_an_older_checkpoint_then_growth_is_proved(self, committed_db, tmp_path):
        viewer = a_viewer()
        (tmp_path / "kept").write_bytes(a_ledger(viewer, entries=13))
        a_ledger(viewer)

        audit.export(tmp_path / "bundle", viewer=viewer)
        audit.export(tmp_path / "proof.zip", viewer=viewer, wanted=audit.Wanted(entries=False, grown_from=14))

        assert proved(tmp_path / "bundle", "--kept", str(tmp_path / "kept"))
        assert proved(tmp_path / "proof.zip", "--kept", str(tmp_path / "kept"), "--partial")

    def test_when_there_is_something_of_that_name_then_it_stays(self, committed_db, tmp_path):
        a_ledger(a_viewer())
        (tmp_path / "bundle").write_text("mine")

        with pytest.raises(Refused, match="is there already"):
            audit.export(tmp_path / "bundle", viewer=a_viewer())
        assert (tmp_path / "bundle").read_text() == "mine"

    def test_when_its_look_cannot_be_written_then_there_is_none(self, committed_db, tmp_path, monkeypatch):
        def unavailable(_look):
            raise audit.EventsUnavailable

        a_ledger(a_viewer())
        monkeypatch.setattr("liaison.apps.audit.exports.look", unavailable)

        for name in ("bundle", "bundle.zip"):
            with pytest.raises(audit.EventsUnavailable):
                audit.export(tmp_path / name, viewer=a_viewer())
        assert list(tmp_path.iterdir()) == []

    def test_when_nothing_was_signed_yet_then_that_is_said(self, committed_db, tmp_path):
        with pytest.raises(Refused, match="no signed checkpoint yet"):
            audit.export(tmp_path / "bundle", viewer=a_viewer())


def test_given_erased_content_then_a_bundle_has_the_entry_and_not_the_content(committed_db, tmp_path):
    viewer, subject = a_viewer(), new_id()
    with viewing(viewer):
        audit.record(a_draft(viewer, subject=subject), by=viewer)
    with viewing(viewer):
        audit.erase(subject, source=viewer.reader_id, by=viewer, reason="source_decision")
    rooted_and_signed()

    audit.export(tmp_path / "bundle", viewer=viewer, wanted=audit.Wanted(contents=True))

    assert (tmp_path / "bundle" / "contents.jsonl").read_bytes() == b""
    assert proved(tmp_path / "bundle")
