"""The standalone verifier, run as people run it: what is whole is proved, and every tampering is named."""

import ast
import importlib.util
import json
import shutil
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from liaison.ledger import bundle, checkpoints, events, tree
from liaison.ledger.bundle import BLOCKS, CHECKPOINT, CONTENTS, ENTRIES, EVENTS, FILES, MANIFEST, PROOFS, Manifest
from liaison.ledger.proofs import inclusion_proof
from tests.budgets import budget
from tests.verifier.bundles import (
    FORGER,
    KEY,
    ORIGIN,
    OTHER_WITNESS,
    WITNESS,
    a_bundle,
    a_checkpoint,
    a_ledger,
    a_partial_bundle,
    altered,
    lines,
    node_lookup,
    renumbered,
)

VERIFIER = Path(__file__).resolve().parents[2] / "verifier" / "liaison_verify.py"
LEDGER = a_ledger(45)
ENTRY_5 = LEDGER.entries[4]


def run(*arguments):
    command = [sys.executable, "-I", str(VERIFIER), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def checked(folder, *arguments, key=KEY):
    """Exit code and JSON of a check with the ledger's key."""
    done = run(folder, "--key", key.public, "--json", *arguments)
    assert done.stderr == ""
    return done.returncode, json.loads(done.stdout)


def found(folder, *arguments, key=KEY):
    """Codes and numbers of what a check finds wrong."""
    code, said = checked(folder, *arguments, key=key)
    assert code == (1 if said["findings"] else 0)
    return [(finding["code"], finding["seq"]) for finding in said["findings"]]


@pytest.fixture
def kept(tmp_path):
    def keep(ledger=LEDGER, size=None, **how):
        path = tmp_path / f"kept-{size}"
        path.write_bytes(a_checkpoint(ledger, size, **how))
        return path

    return keep


class TestGivenAWholeBundle:
    def test_when_it_is_checked_then_everything_is_proved_and_counted(self, tmp_path, kept):
        folder = a_bundle(tmp_path / "b", LEDGER)

        code, said = checked(folder, "--kept", kept(size=20), "--kept", kept(size=45), "--witness", WITNESS.public)

        assert (code, said["verdict"], said["findings"]) == (0, "proved", [])
        assert said["origin"] == ORIGIN
        assert said["root"] == tree.root(LEDGER.leaves).hex()
        assert said["witnesses"] == [
            {"witness": f"{WITNESS.name}+{WITNESS.public.key_id.hex()}", "at": "2026-03-01T08:00:00Z"}
        ]
        counts = {name: said[name] for name in ("entries", "opened", "contents", "events", "kept")}
        assert counts == {"entries": 45, "opened": 39, "contents": 35, "events": 12, "kept": 2}

    def test_when_it_is_a_zip_then_it_is_the_same(self, tmp_path):
        folder = a_bundle(tmp_path / "b", LEDGER)
        with (tmp_path / "b.zip").open("wb") as target:
            bundle.write_zip(target, {path.name: [path.read_bytes()] for path in folder.iterdir()})

        assert found(tmp_path / "b.zip") == []

    @pytest.mark.parametrize("size", [0, 1, 2, 16, 17, 32])
    def test_when_its_size_is_at_an_edge_then_it_is_proved(self, tmp_path, size):
        assert found(a_bundle(tmp_path / "b", a_ledger(size))) == []

    @pytest.mark.parametrize("size", [0, 1, 16, 44, 45])
    def test_when_a_kept_checkpoint_is_of_any_age_then_it_is_proved(self, tmp_path, kept, size):
        assert found(a_bundle(tmp_path / "b", LEDGER), "--kept", kept(size=size)) == []

    def test_when_only_what_is_needed_is_there_then_it_is_proved_and_the_rest_is_counted_as_absent(self, tmp_path):
        folder = a_bundle(tmp_path / "b", LEDGER, leave_out=(CONTENTS, EVENTS, BLOCKS))

        code, said = checked(folder)

        assert code == 0
        notes = " ".join(said["notes"])
        assert "No --kept was given" in notes
        assert "content of 35 opened entries is not in the bundle" in notes
        assert "events under 4 roots are not in the bundle" in notes

    def test_when_people_read_it_then_the_lines_say_so(self, tmp_path):
        done = run(a_bundle(tmp_path / "b", LEDGER), "--key", KEY.public)

        assert done.returncode == 0
        assert f"Ledger   {ORIGIN}\nSigned   45 entries" in done.stdout
        assert done.stdout.endswith("Verdict  proved\n")

    def test_when_it_is_proved_then_its_checkpoint_is_kept_for_next_time_and_else_not(self, tmp_path):
        folder, mine = a_bundle(tmp_path / "b", LEDGER), tmp_path / "mine"

        run(folder, "--keep", mine)
        assert not mine.exists()
        run(folder, "--key", KEY.public, "--keep", mine)
        assert mine.read_bytes() == (folder / CHECKPOINT).read_bytes()

        assert found(a_bundle(tmp_path / "c", a_ledger(50)), "--kept", mine) == []


class TestGivenNoTrust:
    def test_when_no_key_is_given_then_the_key_is_unverified_and_nothing_is_proved(self, tmp_path):
        done = run(a_bundle(tmp_path / "b", LEDGER), "--json")

        said = json.loads(done.stdout)
        assert (done.returncode, said["verdict"]) == (1, "unproved")
        assert [finding["code"] for finding in said["findings"]] == ["key.unverified"]
        assert "Unverified key" in said["findings"][0]["problem"]

    def test_when_a_forger_brings_his_own_key_then_it_is_unsigned(self, tmp_path):
        manifest = Manifest(ORIGIN, (str(FORGER.public),)).to_bytes()
        folder = a_bundle(tmp_path / "b", LEDGER, checkpoint=a_checkpoint(LEDGER, key=FORGER), manifest=manifest)

        assert found(folder) == [("checkpoint.unsigned", None)]

    def test_when_a_signature_is_wrong_then_it_is_named(self, tmp_path):
        forged = a_checkpoint(LEDGER).replace(b"\n45\n", b"\n44\n")
        folder = a_bundle(tmp_path / "b", LEDGER, checkpoint=forged)

        assert ("checkpoint.bad_signature", None) in found(folder)

    def test_when_it_is_another_ledger_then_the_origin_is_wrong(self, tmp_path):
        elsewhere = replace(KEY, name="elsewhere.example/log")
        folder = a_bundle(tmp_path / "b", LEDGER, checkpoint=a_checkpoint(LEDGER, key=elsewhere))

        assert found(folder) == [("manifest.other_origin", None), ("checkpoint.wrong_origin", None)]

    def test_when_a_witness_has_not_cosigned_then_it_is_missing(self, tmp_path):
        folder = a_bundle(tmp_path / "b", LEDGER)
        both = ("--witness", WITNESS.public, "--witness", OTHER_WITNESS.public)

        assert found(folder, *both) == [("witness.missing", None)]
        assert found(folder, *both, "--witnesses-min", "1") == []
        nobody = a_bundle(tmp_path / "c", LEDGER, checkpoint=a_checkpoint(LEDGER, witnesses=()))
        assert found(nobody, *both, "--witnesses-min", "1") == [("witness.missing", None)]

    def test_when_a_cosignature_is_of_another_checkpoint_then_it_is_wrong(self, tmp_path):
        line = a_checkpoint(LEDGER, size=44).splitlines(keepends=True)[-1]
        folder = a_bundle(tmp_path / "b", LEDGER, checkpoint=a_checkpoint(LEDGER, witnesses=()) + line)

        assert found(folder, "--witness", WITNESS.public) == [("witness.bad_signature", None)]
        assert found(folder) == []


class TestGivenTouchedEntries:
    def test_when_a_body_was_altered_then_the_entry_is_named(self, tmp_path):
        other = replace(ENTRY_5, body=ENTRY_5.body.replace(b"records.entered", b"records.changed"))
        entries = [*LEDGER.entries[:4], other, *LEDGER.entries[5:]]

        folder = a_bundle(tmp_path / "b", LEDGER, entries=lines(entries), leave_out=(CONTENTS,))

        assert found(folder) == [("entry.altered", 5)]

    def test_when_body_and_leaf_were_altered_then_the_block_is_named(self, tmp_path):
        entries = [*LEDGER.entries[:19], altered(LEDGER.entries[19], source="x"), *LEDGER.entries[20:]]

        folder = a_bundle(tmp_path / "b", LEDGER, entries=lines(entries))

        assert found(folder) == [("entries.root", None), ("entry.altered", 17)]

    def test_when_there_are_no_blocks_then_the_root_alone_tells(self, tmp_path):
        entries = [*LEDGER.entries[:4], altered(ENTRY_5, source="x"), *LEDGER.entries[5:]]

        folder = a_bundle(tmp_path / "b", LEDGER, entries=lines(entries), leave_out=(BLOCKS,))

        assert found(folder) == [("entries.root", None)]

    def test_when_an_entry_was_deleted_then_its_number_is_named(self, tmp_path):
        entries = [entry for entry in LEDGER.entries if entry.seq not in (8, 21, 22)]

        folder = a_bundle(tmp_path / "b", LEDGER, entries=lines(entries), leave_out=(CONTENTS,))

        assert found(folder) == [("entry.missing", 8), ("entry.missing", 21)]

    def test_when_the_others_were_renumbered_to_hide_it_then_the_block_is_named(self, tmp_path):
        entries = renumbered(LEDGER.entries[:20] + LEDGER.entries[21:])

        folder = a_bundle(tmp_path / "b", LEDGER, entries=lines(entries), leave_out=(CONTENTS, EVENTS))

        assert found(folder) == [("entry.missing", 17)]

    def test_when_one_was_slipped_in_then_the_block_is_named(self, tmp_path):
        entries = renumbered([*LEDGER.entries[:20], altered(ENTRY_5, source="x"), *LEDGER.entries[20:]])

        folder = a_bundle(tmp_path / "b", LEDGER, entries=lines(entries), leave_out=(CONTENTS, EVENTS))

        assert found(folder) == [("entries.unsigned", 46), ("entry.inserted", 17)]

    def test_when_one_was_put_at_the_end_then_it_is_unsigned(self, tmp_path):
        folder = a_bundle(tmp_path / "b", LEDGER, entries=lines(a_ledger(46).entries))

        assert found(folder) == [("entries.unsigned", 46)]

    def test_when_the_tail_was_cut_then_the_checkpoint_tells(self, tmp_path):
        folder = a_bundle(
            tmp_path / "b", LEDGER, entries=lines(LEDGER.entries[:40]), contents=lines(a_ledger(40).contents)
        )

        assert found(folder) == [("entries.cut", 41)]

    @pytest.mark.parametrize(("one", "other"), [(5, 6), (5, 40), (33, 45)])
    def test_when_two_were_exchanged_with_their_leaves_then_both_are_named(self, tmp_path, one, other):
        entries = list(LEDGER.entries)
        entries[one - 1], entries[other - 1] = entries[other - 1], entries[one - 1]

        folder = a_bundle(tmp_path / "b", LEDGER, entries=lines(renumbered(entries)), leave_out=(CONTENTS, EVENTS))

        code, said = checked(folder)
        assert code == 1
        told = f"Entries {one} and {other} were exchanged: reordered."
        assert [finding["problem"] for finding in said["findings"]][1:] == [told]

    def test_when_two_bodies_were_exchanged_under_their_leaves_then_both_are_named(self, tmp_path):
        one, other = LEDGER.entries[4], LEDGER.entries[5]
        entries = [
            *LEDGER.entries[:4],
            replace(one, salt=other.salt, body=other.body),
            replace(other, salt=one.salt, body=one.body),
            *LEDGER.entries[6:],
        ]

        folder = a_bundle(tmp_path / "b", LEDGER, entries=lines(entries), leave_out=(CONTENTS,))

        assert found(folder) == [("entry.reordered", 5), ("entry.reordered", 6)]

    def test_when_lines_were_exchanged_then_it_is_named(self, tmp_path):
        entries = [LEDGER.entries[1], LEDGER.entries[0], *LEDGER.entries[2:]]

        assert found(a_bundle(tmp_path / "b", LEDGER, entries=lines(entries))) == [("entry.reordered", 1)]

    def test_when_a_line_is_there_twice_then_it_is_named(self, tmp_path):
        entries = [*LEDGER.entries[:5], ENTRY_5, *LEDGER.entries[5:]]

        assert found(a_bundle(tmp_path / "b", LEDGER, entries=lines(entries))) == [("entry.repeated", 5)]

    def test_when_the_blocks_are_of_another_ledger_then_they_name_nothing(self, tmp_path):
        folder = a_bundle(tmp_path / "b", LEDGER, blocks=lines(bundle.blocks(LEDGER.leaves[::-1])))

        assert found(folder) == [("blocks.root", None)]


class TestGivenAKeptCheckpoint:
    def test_when_the_ledger_is_shorter_now_then_its_tail_was_cut(self, tmp_path, kept):
        shorter = a_ledger(40)

        assert found(a_bundle(tmp_path / "b", shorter), "--kept", kept(size=45)) == [("kept.cut", 41)]
        assert found(a_bundle(tmp_path / "c", shorter)) == []

    @pytest.mark.parametrize("size", [12, 45])
    def test_when_history_was_rewritten_and_signed_again_then_it_is_told(self, tmp_path, kept, size):
        forged = a_ledger(45)
        forged.entries[4] = altered(ENTRY_5, source="x")
        folder = a_bundle(tmp_path / "b", forged, leave_out=(CONTENTS,))

        assert found(folder) == []
        assert found(folder, "--kept", kept(size=4)) == []
        assert found(folder, "--kept", kept(size=size)) == [("kept.rewritten", None)]

    def test_when_entries_are_missing_below_it_then_it_proves_nothing(self, tmp_path, kept):
        entries = [entry for entry in LEDGER.entries if entry.seq != 7]
        folder = a_bundle(tmp_path / "b", LEDGER, entries=lines(entries), leave_out=(CONTENTS,))

        assert found(folder, "--kept", kept(size=6)) == [("entry.missing", 7)]
        assert found(folder, "--kept", kept(size=12)) == [("entry.missing", 7), ("kept.unproved", None)]

    def test_when_it_is_not_signed_by_the_key_then_it_is_not_used(self, tmp_path, kept):
        folder = a_bundle(tmp_path / "b", LEDGER)

        assert found(folder, "--kept", kept(size=9, key=FORGER)) == [("kept.unsigned", None)]
        elsewhere = replace(KEY, name="elsewhere.example/log")
        assert found(folder, "--kept", kept(size=8, key=elsewhere)) == [("kept.wrong_origin", None)]

    def test_when_it_was_altered_then_it_is_not_used(self, tmp_path, kept):
        path = kept(size=9)
        path.write_bytes(path.read_bytes().replace(b"\n9\n", b"\n8\n"))

        assert found(a_bundle(tmp_path / "b", LEDGER), "--kept", path) == [("kept.bad_signature", None)]


class TestGivenContentsAndEvents:
    def test_when_a_content_was_altered_then_its_entry_is_named(self, tmp_path):
        contents = lines(LEDGER.contents).replace("Zora Übel 5".encode(), "Zara Übel 5".encode())

        assert found(a_bundle(tmp_path / "b", LEDGER, contents=contents)) == [("content.altered", 5)]

    def test_when_a_content_was_moved_then_both_entries_are_named(self, tmp_path):
        one, other, *rest = LEDGER.contents
        contents = lines([replace(one, seq=other.seq), replace(other, seq=one.seq), *rest])

        assert found(a_bundle(tmp_path / "b", LEDGER, contents=contents)) == [
            ("content.altered", other.seq),
            ("content.altered", one.seq),
        ]

    @pytest.mark.parametrize("seq", [7, 10, 99])
    def test_when_a_content_belongs_to_no_opened_entry_then_it_is_unproved(self, tmp_path, seq):
        contents = lines([*LEDGER.contents, replace(LEDGER.contents[0], seq=seq)])

        assert found(a_bundle(tmp_path / "b", LEDGER, contents=contents)) == [("content.unproved", seq)]

    def test_when_a_content_is_there_twice_then_it_is_named(self, tmp_path):
        contents = lines([*LEDGER.contents, LEDGER.contents[0]])

        assert found(a_bundle(tmp_path / "b", LEDGER, contents=contents)) == [("content.repeated", 1)]

    def test_when_erased_contents_are_left_out_then_the_rest_is_proved(self, tmp_path):
        assert found(a_bundle(tmp_path / "b", LEDGER, contents=lines(LEDGER.contents[3:]))) == []

    @pytest.mark.parametrize(
        ("touch", "expected"),
        [
            (lambda e: [replace(e[0], body=e[0].body.replace(b"locate", b"warned")), *e[1:]], "event.altered"),
            (lambda e: e[1:], "event.missing"),
            (lambda e: e[:2] + e[3:], "event.missing"),
            (lambda e: [*e, e[0]], "event.repeated"),
            (lambda e: [replace(e[0], position=1), replace(e[1], position=0), *e[2:]], "event.root"),
            (lambda e: [replace(e[0], leaf=e[1].leaf, salt=None, body=None), *e[1:]], "event.root"),
            (lambda e: [*e, replace(e[0], rooted=11)], "event.unproved"),
            (lambda e: [*e, replace(e[0], rooted=99)], "event.unproved"),
        ],
    )
    def test_when_events_were_touched_then_it_is_named(self, tmp_path, touch, expected):
        folder = a_bundle(tmp_path / "b", LEDGER, events=lines(touch(LEDGER.events)))

        assert [code for code, _ in found(folder)] == [expected]

    def test_when_some_events_are_bare_then_they_still_add_up(self, tmp_path):
        bare = [replace(event, salt=None, body=None) for event in LEDGER.events]

        assert found(a_bundle(tmp_path / "b", LEDGER, events=lines(bare))) == []


class TestGivenAPartialBundle:
    def test_when_a_part_was_asked_for_then_it_is_proved_and_else_unproved(self, tmp_path, kept):
        folder = a_partial_bundle(tmp_path / "b", LEDGER, (5, 7, 45), grown_from=(20,))

        assert found(folder, "--partial", "--kept", kept(size=20), "--kept", kept(size=45)) == []
        code, said = checked(folder)
        assert (code, said["verdict"]) == (1, "unproved")
        assert [finding["code"] for finding in said["findings"]] == ["bundle.partial"]

    def test_when_an_entry_is_another_then_its_proof_fails(self, tmp_path):
        folder = a_partial_bundle(tmp_path / "b", LEDGER, (5, 6))
        (folder / ENTRIES).write_bytes(lines([altered(ENTRY_5, source="x"), LEDGER.entries[5]]))

        assert found(folder, "--partial") == [("proof.wrong", 5), ("proof.missing", 5)]

    def test_when_a_proof_or_an_entry_is_left_out_then_it_is_named(self, tmp_path):
        folder = a_partial_bundle(tmp_path / "b", LEDGER, (5, 6))
        (folder / ENTRIES).write_bytes(lines([ENTRY_5, LEDGER.entries[8]]))

        assert found(folder, "--partial") == [("proof.no_entry", 6), ("proof.missing", 9)]

    def test_when_history_was_rewritten_then_its_growth_cannot_be_proved(self, tmp_path, kept):
        forged = a_ledger(45)
        forged.entries[4] = altered(ENTRY_5, source="x")
        folder = a_partial_bundle(tmp_path / "b", forged, (9,), grown_from=(20,))

        assert found(folder, "--partial", "--kept", kept(size=20)) == [("kept.rewritten", None)]
        assert found(folder, "--partial", "--kept", kept(size=21)) == [("kept.no_proof", None)]

    def test_when_a_complete_bundle_brings_proofs_too_then_they_are_checked(self, tmp_path):
        folder = a_bundle(tmp_path / "b", LEDGER)
        path = tuple(inclusion_proof(4, 45, node_lookup(LEDGER.leaves)))
        (folder / PROOFS).write_bytes(bundle.InclusionLine(5, path).to_line())
        assert found(folder) == []

        (folder / PROOFS).write_bytes(bundle.InclusionLine(5, (LEDGER.leaves[0],)).to_line())

        assert found(folder) == [("proof.wrong", 5)]


class TestGivenWhatIsNoBundle:
    @pytest.mark.parametrize("name", [MANIFEST, CHECKPOINT, ENTRIES])
    def test_when_a_needed_file_is_missing_then_it_is_named(self, tmp_path, name):
        folder = a_bundle(tmp_path / "b", LEDGER, leave_out=(name,))

        code, said = checked(folder)
        assert (code, said["findings"][0]["code"]) == (1, "bundle.malformed")
        assert name in said["findings"][0]["problem"]

    @pytest.mark.parametrize(
        ("name", "content"),
        [
            (ENTRIES, b"{}\n"),
            (ENTRIES, b"[]\n"),
            (ENTRIES, b'{"seq":1,"seq":2,"leaf":"00"}\n'),
            (ENTRIES, b'{"seq":1.0,"leaf":"%b"}\n' % (b"0" * 64)),
            (ENTRIES, b'{"seq":NaN}\n'),
            (ENTRIES, b"[" * 100_000 + b"\n"),
            (ENTRIES, b'{"seq":%b,"leaf":"%b"}\n' % (b"9" * 30, b"0" * 64)),
            (ENTRIES, b'{"seq":1,"leaf":"%b","salt":"%b","body":"\\ud800"}\n' % (b"0" * 64, b"0" * 64)),
            (ENTRIES, lines(LEDGER.entries)[:-1]),
            (ENTRIES, b"\xff\n"),
            (MANIFEST, b"{}"),
            (MANIFEST, Manifest(ORIGIN, ()).to_bytes().replace(b'"version":1', b'"version":2')),
            (CHECKPOINT, b""),
            (CHECKPOINT, b"a\n1\nAAAA\n\nx\n"),
            (CHECKPOINT, a_checkpoint(LEDGER) + b"x" * 300_000),
            (BLOCKS, b'{"first":1,"last":3,"hash":"%b"}\n' % (b"0" * 64)),
            (BLOCKS, b'{"first":2,"last":2,"hash":"%b"}\n' % (b"0" * 64)),
            (PROOFS, b'{"seq":1,"path":["xyz"]}\n'),
            (EVENTS, b'{"rooted":10,"position":-1,"leaf":"%b"}\n' % (b"0" * 64)),
            (CONTENTS, b'{"seq":1,"salt":"%b","document":1}\n' % (b"0" * 64)),
        ],
    )
    def test_when_a_file_is_not_of_the_format_then_it_is_named(self, tmp_path, name, content):
        folder = a_bundle(tmp_path / "b", LEDGER)
        (folder / name).write_bytes(content)

        code, said = checked(folder)

        malformed = [finding["problem"] for finding in said["findings"] if finding["code"] == "bundle.malformed"]
        assert code == 1
        assert len(malformed) == 1
        assert name in malformed[0] or "checkpoint" in malformed[0]

    def test_when_a_zip_holds_a_file_twice_then_it_is_refused(self, tmp_path):
        folder = a_bundle(tmp_path / "b", LEDGER)
        with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
            for path in folder.iterdir():
                archive.write(path, path.name)
            with pytest.warns(UserWarning, match="Duplicate"):
                archive.write(folder / ENTRIES, ENTRIES)

        assert found(tmp_path / "b.zip") == [("bundle.malformed", None)]

    def test_when_it_brings_a_file_of_its_own_then_nobody_checked_it(self, tmp_path):
        folder = a_bundle(tmp_path / "b", LEDGER)
        (folder / "readme.txt").write_text("believe me")

        assert "nobody checked it" in " ".join(checked(folder)[1]["notes"])

    @pytest.mark.parametrize(("signature", "at"), [(b"PK\x01\x02", 6), (b"PK\x03\x04", 8), (b"PK\x01\x02", 10)])
    @pytest.mark.parametrize("value", [1, 12, 14, 99, 255])
    def test_when_a_zip_asks_for_what_we_do_not_open_then_it_is_refused(
        self, verifier, whole, tmp_path, signature, at, value
    ):
        # Version needed, and way of compression, in the zip's own headers.
        data = bytearray((whole.parent / "b.zip").read_bytes())
        data[data.rindex(signature) + at] = value
        (tmp_path / "b.zip").write_bytes(data)

        assert verifier.main([str(tmp_path / "b.zip"), "--key", str(KEY.public)]) in (0, 1, 2)

    @pytest.mark.parametrize(
        "arguments",
        [
            (),
            ("--key", "nonsense"),
            ("--key", str(KEY.public)[:-2]),
            ("--key", str(WITNESS.public)),
            ("--key", str(KEY.public), "--witness", str(KEY.public)),
            ("--key", str(KEY.public), "--witnesses-min", "1"),
            ("--key", str(KEY.public), "--kept", "/nowhere/kept"),
            ("--unheard-of",),
        ],
    )
    def test_when_the_question_is_wrong_then_the_exit_is_2(self, tmp_path, arguments):
        folder = a_bundle(tmp_path / "b", LEDGER) if arguments else tmp_path / "nowhere"

        done = run(folder, *arguments)

        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr
        assert "Traceback" not in done.stderr


@pytest.fixture(scope="module")
def verifier():
    """The verifier in this process, where thousands of runs are cheap."""
    spec = importlib.util.spec_from_file_location("liaison_verify", VERIFIER)
    module = importlib.util.module_from_spec(spec)
    sys.modules["liaison_verify"] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules["liaison_verify"]


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    folder = a_bundle(tmp_path_factory.mktemp("whole") / "b", a_ledger(20))
    with (folder.parent / "b.zip").open("wb") as target:
        bundle.write_zip(target, {path.name: [path.read_bytes()] for path in folder.iterdir()})
    return folder


BELIEVED_BY_NOBODY = {MANIFEST}
MANY = settings(
    max_examples=budget(150, 2_000), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


class TestGivenAnyByteTouched:
    @MANY
    @given(st.sampled_from([name for name in FILES if name != PROOFS]), st.integers(0), st.integers(1, 255))
    def test_when_it_is_in_a_file_then_it_is_found_and_nothing_breaks(
        self, verifier, whole, tmp_path, name, at, change
    ):
        folder = shutil.copytree(whole, tmp_path / "fuzz", dirs_exist_ok=True)
        data = bytearray((folder / name).read_bytes())
        data[at % len(data)] ^= change
        (folder / name).write_bytes(data)

        code = verifier.main([str(folder), "--key", str(KEY.public), "--witness", str(WITNESS.public)])

        assert code == 1 or name in BELIEVED_BY_NOBODY

    @MANY
    @given(st.integers(0), st.integers(1, 255), st.booleans())
    def test_when_it_is_in_the_zip_then_what_is_proved_is_unchanged(self, verifier, whole, tmp_path, at, change, cut):
        data = bytearray((whole.parent / "b.zip").read_bytes())
        data[at % len(data)] ^= change
        (tmp_path / "b.zip").write_bytes(data[: at % len(data)] if cut else data)

        if verifier.main([str(tmp_path / "b.zip"), "--key", str(KEY.public)]) == 0:
            with zipfile.ZipFile(tmp_path / "b.zip") as archive:
                for name in archive.namelist():
                    assert name not in FILES or archive.read(name) == (whole / name).read_bytes()


class TestGivenTheFileItself:
    def test_when_it_is_read_then_it_imports_the_standard_library_and_cryptography_only(self):
        imported = set()
        for node in ast.walk(ast.parse(VERIFIER.read_text())):
            if isinstance(node, ast.Import):
                imported |= {alias.name.split(".")[0] for alias in node.names}
            if isinstance(node, ast.ImportFrom):
                assert node.level == 0
                imported.add(node.module.split(".")[0])

        assert imported - sys.stdlib_module_names == {"cryptography"}
        assert "importlib" not in imported

    def test_when_it_is_read_then_it_is_under_a_thousand_lines(self):
        assert len(VERIFIER.read_text().splitlines()) < 1000

    def test_when_it_is_compared_then_its_constants_are_liaisons(self, verifier):
        ours = (
            bundle.FORMAT,
            bundle.VERSION,
            bundle.FILES,
            events.ROOTED,
            tree.EMPTY_ROOT,
            checkpoints.NOTE_BYTES_MAX,
        )
        theirs = (verifier.FORMAT, verifier.VERSION, verifier.FILES, verifier.ROOTED, verifier.EMPTY_ROOT)

        assert (*theirs, verifier.NOTE_BYTES_MAX) == ours
        assert max(verifier.BLOCK_WIDTHS) == bundle.BLOCK_LEAVES

    def test_when_a_finding_can_be_made_then_the_readme_explains_it(self):
        told = (VERIFIER.parent / "README.md").read_text()
        codes = {
            node.value
            for node in ast.walk(ast.parse(VERIFIER.read_text()))
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and is_code(node.value)
        }
        assert len(codes) > 20
        for code in codes:
            assert f"`{code}`" in told or f"`.{code.split('.')[1]}`" in told, code


def is_code(text):
    first, _, rest = text.partition(".")
    nouns = {
        "entry",
        "entries",
        "content",
        "event",
        "kept",
        "proof",
        "witness",
        "blocks",
        "bundle",
        "manifest",
        "key",
    }
    return first in nouns and rest.isidentifier() and text not in (*FILES, events.ROOTED)


def test_proofs_of_every_size_hold_for_the_verifier_too(verifier):
    ledger = a_ledger(budget(40, 200))
    lookup = node_lookup(ledger.leaves)
    for size in range(1, len(ledger.leaves) + 1):
        new = verifier.parse_checkpoint(a_checkpoint(ledger, size, witnesses=()), "new")
        for index in range(size):
            path = inclusion_proof(index, size, lookup)
            assert verifier.includes(ledger.leaves[index], index, size, path, new.root)
            assert not verifier.includes(ledger.leaves[index - 1], index, size, path, new.root) or size == 1
