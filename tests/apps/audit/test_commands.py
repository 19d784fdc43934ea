"""`liaison audit`: what an operator, an auditor and a witness type."""

import json

import pytest

from liaison.apps.audit import public as audit
from liaison.cli import audit as commands
from liaison.cli.main import main
from tests.apps.audit.test_erasure import an_erasure
from tests.apps.audit.world import a_viewer, an_entry, rooted_and_signed, tamper


@pytest.fixture(autouse=True)
def set_up(committed_db, monkeypatch, tmp_path):
    """The suite has set Django up, and knows its viewer."""
    viewer = a_viewer()
    monkeypatch.setattr(commands, "_set_up", lambda: tmp_path)
    monkeypatch.setattr(commands, "viewer_of", lambda *_, **__: viewer)
    return viewer


def test_verify_of_a_whole_ledger_ends_well_and_asks_for_a_checkpoint(set_up, capsys):
    an_entry(set_up)
    rooted_and_signed()

    assert main(["audit", "verify"]) == 0

    said = capsys.readouterr()
    assert said.out == "The ledger of 1 entries is whole, with its contents, looks and current rows.\n"
    assert "--checkpoint" in said.err


def test_verify_with_a_kept_checkpoint_and_key_asks_for_nothing(set_up, capsys, tmp_path):
    an_entry(set_up)
    (tmp_path / "kept").write_bytes(rooted_and_signed())

    kept = ["--checkpoint", str(tmp_path / "kept"), "--ledger", str(audit.public_key())]
    assert main(["audit", "verify", *kept]) == 0
    assert capsys.readouterr().err == ""


def test_verify_of_a_touched_ledger_names_it_to_people_and_programs(committed_db, set_up, capsys):
    an_entry(set_up)
    rooted_and_signed()
    tamper(committed_db, "update audit_entry set actor = gen_random_uuid()")

    assert main(["audit", "verify"]) == 1
    assert capsys.readouterr().out.startswith("verify.altered_entry: Entry 1 (")
    assert main(["audit", "verify", "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert [finding["code"] for finding in told["findings"]] == ["verify.altered_entry"]
    assert told["size"] == 1


def test_verify_shows_no_more_than_one_can_read(committed_db, set_up, capsys, monkeypatch):
    monkeypatch.setattr(commands, "FINDINGS_SHOWN_MAX", 2)
    for _ in range(5):
        an_entry(set_up)
    rooted_and_signed()
    tamper(committed_db, "update audit_entry set actor = gen_random_uuid()")

    assert main(["audit", "verify"]) == 1
    assert capsys.readouterr().out.splitlines()[2:] == ["... and 3 more."]


def test_export_writes_a_bundle_and_says_what_is_in_it(set_up, capsys, tmp_path):
    an_entry(set_up)
    an_entry(a_viewer())
    rooted_and_signed()

    assert main(["audit", "export", str(tmp_path / "bundle.zip"), "--contents"]) == 0
    assert "2 entries, 2 leaves, 1 of them open" in capsys.readouterr().err
    assert main(["audit", "export", str(tmp_path / "bundle.zip")]) == 1
    assert "is there already" in capsys.readouterr().err


def test_checkpoint_prints_the_newest_or_its_key(set_up, capsys):
    assert main(["audit", "checkpoint"]) == 1
    an_entry(set_up)
    note = rooted_and_signed()
    capsys.readouterr()

    assert main(["audit", "checkpoint"]) == 0
    assert capsys.readouterr().out.encode() == note
    assert main(["audit", "checkpoint", "--public-key"]) == 0
    assert capsys.readouterr().out.strip() == str(audit.public_key())


def test_witness_of_this_installation_gives_it_the_cosignature(set_up, capsys, tmp_path):
    asked = ["audit", "witness", "--key", str(tmp_path / "w.key"), "--state", str(tmp_path / "seen")]
    for size in (1, 2):
        an_entry(set_up)
        rooted_and_signed()
        assert main([*asked, "--name", "bureau.qm", "--ledger", str(audit.public_key())]) == 0
        note = capsys.readouterr().out
        assert note.splitlines()[1] == str(size)
        assert audit.newest_checkpoint().decode() == note


def test_witness_elsewhere_sends_its_cosignature_back(set_up, capsys, tmp_path):
    an_entry(set_up)
    (tmp_path / "given").write_bytes(rooted_and_signed())
    asked = ["audit", "witness", "--key", str(tmp_path / "w.key"), "--state", str(tmp_path / "seen")]
    asked += ["--name", "bureau.qm", "--ledger", str(audit.public_key()), "--source", str(tmp_path / "given")]

    assert main(asked) == 0
    (tmp_path / "sent").write_text(capsys.readouterr().out)
    assert main(["audit", "accept", str(tmp_path / "sent")]) == 0

    assert "1 cosignatures" in capsys.readouterr().err
    assert audit.newest_checkpoint() == (tmp_path / "sent").read_bytes()


def test_restored_erases_again_and_tells_the_ledger(set_up, capsys):
    _, subject = an_entry(set_up)
    an_erasure(set_up, subject)

    assert main(["audit", "restored"]) == 0

    rooted_and_signed()
    assert "0 records were erased again" in capsys.readouterr().err
    assert [one.action for one in audit.Cursor("test").read(9)][-1] == "ledger.restored"


@pytest.mark.parametrize("verb", ["verify", "export", "checkpoint", "witness", "accept", "restored"])
def test_every_verb_explains_itself(verb, capsys):
    with pytest.raises(SystemExit) as ended:
        main(["audit", verb, "--help"])

    assert ended.value.code == 0
    assert "usage: liaison audit" in capsys.readouterr().out
