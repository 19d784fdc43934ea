"""The agent by itself: what it signs and what it declines, its book, its files, its socket."""

import json
import stat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liaison.agent.book import FILE, Book
from liaison.agent.client import AgentAway, AgentClient, AgentDeclined
from liaison.agent.desk import Desk, Signed
from liaison.agent.keys import PrivateKeys, opened
from liaison.agent.server import answer_to, serving
from liaison.agent.store import Store
from liaison.cli.main import main
from liaison.ledger.enrolments import parse_enrolment
from liaison.ledger.statements import (
    KEY_ROTATION,
    PREFIX,
    Version,
    batch,
    covers,
    decoded,
    parse_statement,
    statement,
    to_bytes,
    verifies,
)
from liaison.ledger.tree import leaf_hash
from liaison.refusal import Refused

PASSPHRASE = "between two invented rivers"
REFERENCE = "RN-2026-7K4M2P-C"


@pytest.fixture
def keys():
    return PrivateKeys.drawn("QM")


@pytest.fixture
def desk(keys, tmp_path):
    return Desk([keys], Book(tmp_path))


def a_version(number=1, body="QM"):
    return Version(body, REFERENCE, number, "persons@1", bytes(32)).signed_by(body)


class TestGivenAStatement:
    @given(st.integers(1, 2**53 - 1), st.binary(min_size=32, max_size=32))
    def test_then_its_leaf_is_the_hash_of_its_one_spelling(self, number, digest):
        version = Version("QM-BP", REFERENCE, number, "persons@1", digest)

        assert version.leaf("QM") == leaf_hash(to_bytes(version.signed_by("QM")))

    @given(st.lists(st.binary(min_size=32, max_size=32), min_size=2, max_size=9), st.data())
    def test_then_a_batch_covers_its_own_leaves_in_their_order_and_no_others(self, leaves, data):
        said = batch("QM", "QM", leaves)
        other = data.draw(st.permutations(leaves))

        assert covers(said, leaves)
        assert covers(said, other) is (other == leaves)
        assert not covers(said, leaves[:-1])

    @pytest.mark.parametrize(
        "change",
        [
            {"type": "liaison-record-version/2"},
            {"version": 0},
            {"version": True},
            {"version": "1"},
            {"body": "qm"},
            {"reference": "anything"},
            {"digest": "00"},
            {"more": "than is asked"},
        ],
    )
    def test_when_a_field_is_wrong_then_it_is_none(self, change):
        with pytest.raises(ValueError):
            parse_statement(json.dumps({**a_version(), **change}, sort_keys=True, separators=(",", ":")).encode())

    def test_then_a_signature_over_its_bytes_alone_is_not_one_over_the_statement(self, keys):
        bare = keys._signs.sign(to_bytes(a_version()))

        assert not verifies(a_version(), bare, keys.signing_key)
        assert verifies(a_version(), keys._signs.sign(PREFIX + to_bytes(a_version())), keys.signing_key)


class TestGivenADesk:
    def test_then_it_signs_what_is_well_formed_and_its_bodys(self, desk, keys):
        answered = desk.answer(a_version(), keys.key_id)

        assert isinstance(answered, Signed)
        assert verifies(a_version(), answered.signature, keys.signing_key)

    @pytest.mark.parametrize(
        ("said", "code"),
        [
            ({"sign": "this"}, "malformed"),
            ({**a_version(), "reference": "x"}, "malformed"),
            (a_version(body="QN"), "other_body"),
            (statement(KEY_ROTATION, body="QM", old="a" * 43, new="b" * 43), "not_asked_for"),
        ],
    )
    def test_then_it_declines_all_else(self, desk, keys, said, code):
        assert desk.answer(said, keys.key_id).code == code

    def test_when_asked_for_a_key_that_it_has_not_then_it_declines(self, desk):
        assert desk.answer(a_version(), "a" * 43).code == "no_such_key"

    def test_when_too_much_is_asked_then_it_declines_until_time_has_passed(self, keys, tmp_path):
        moments = iter([0.0, 0.0, 0.0, 30.0])
        desk = Desk([keys], Book(tmp_path), versions_a_minute=10, clock=lambda: next(moments))
        ten, five = (batch("QM", "QM", [bytes(32)] * count) for count in (10, 5))

        assert isinstance(desk.answer(ten, keys.key_id), Signed)
        assert desk.answer(five, keys.key_id).code == "too_many"
        assert isinstance(desk.answer(five, keys.key_id), Signed)


class TestGivenItsBook:
    def test_then_all_is_in_it_and_what_was_declined_too(self, desk, keys, tmp_path):
        desk.answer(a_version(), keys.key_id)
        desk.answer(a_version(body="QN"), keys.key_id)
        Book(tmp_path)

        assert [line.outcome for line in Book(tmp_path).lines()] == ["signed", "other_body"]
        assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600

    def test_when_another_process_goes_on_then_the_chain_holds(self, keys, tmp_path):
        for _ in range(2):
            Desk([keys], Book(tmp_path)).answer(a_version(), keys.key_id)

        assert len(list(Book(tmp_path).lines())) == 2

    @pytest.mark.parametrize("harm", ["changed", "dropped", "moved"])
    def test_when_a_line_is_changed_dropped_or_moved_then_it_is_found(self, desk, keys, tmp_path, harm):
        for number in (1, 2, 3):
            desk.answer(a_version(number), keys.key_id)
        lines = (tmp_path / FILE).read_text().splitlines()
        harmed = {
            "changed": [lines[0].replace('"version":1', '"version":9'), *lines[1:]],
            "dropped": [lines[0], lines[2]],
            "moved": [lines[1], lines[0], lines[2]],
        }[harm]
        (tmp_path / FILE).write_text("\n".join(harmed) + "\n")

        with pytest.raises(Refused, match="not what was written"):
            list(Book(tmp_path).lines())


class TestGivenItsSocket:
    def test_then_only_its_owner_may_connect(self, desk, tmp_path):
        with serving(tmp_path / "s", desk):
            assert stat.S_IMODE((tmp_path / "s").stat().st_mode) == 0o600
        assert not (tmp_path / "s").exists()

    def test_then_it_says_who_it_is_and_signs(self, desk, keys, tmp_path):
        with serving(tmp_path / "s", desk):
            client = AgentClient(tmp_path / "s")

            assert client.who() == ("QM", [keys.key_id])
            assert verifies(a_version(), client.sign(a_version(), key_id=keys.key_id), keys.signing_key)
            with pytest.raises(AgentDeclined, match="other_body"):
                client.sign(a_version(body="QN"), key_id=keys.key_id)

    def test_when_it_ends_then_it_is_away_and_when_it_is_back_then_it_answers_again(self, desk, keys, tmp_path):
        client = AgentClient(tmp_path / "s")
        with serving(tmp_path / "s", desk):
            client.who()
        with pytest.raises(AgentAway):
            client.who()
        with serving(tmp_path / "s", desk):
            assert client.who()[0] == "QM"

    def test_when_another_agent_answers_there_then_it_is_not_pushed_aside(self, desk, tmp_path):
        with serving(tmp_path / "s", desk), pytest.raises(Refused, match="taken"), serving(tmp_path / "s", desk):
            pass

    @pytest.mark.parametrize("line", [b"", b"x", b"[]", b'{"key":1,"statement":{}}', b'{"statement":{}}'])
    def test_when_a_line_is_no_question_then_it_is_declined(self, desk, line):
        assert answer_to(line, desk)["declined"] == "malformed"


class TestGivenKeysOnDisk:
    def test_then_they_open_with_their_passphrase_only(self, keys):
        text = keys.sealed(PASSPHRASE)

        assert opened(text, PASSPHRASE).key_id == keys.key_id
        assert keys.root.hex() not in text
        with pytest.raises(Refused, match="does not open"):
            opened(text, PASSPHRASE + ".")
        with pytest.raises(Refused, match="does not open"):
            opened(text.replace('"QM"', '"QN"'), PASSPHRASE)

    def test_then_the_key_that_opens_is_not_the_one_that_signs(self, keys):
        assert keys.signing_key != keys.opening_key

    def test_when_the_folder_is_open_to_others_then_it_is_refused(self, tmp_path):
        tmp_path.chmod(0o755)
        with pytest.raises(Refused, match="alone"):
            Store(tmp_path)

    def test_then_the_root_is_never_printed(self, keys):
        assert keys.root.hex() not in repr(keys)
        assert str(keys.root) not in repr(keys)


class TestGivenTheCommands:
    @pytest.fixture
    def secret(self, tmp_path):
        file = tmp_path / "passphrase"
        file.write_text(PASSPHRASE)
        file.chmod(0o600)
        return file

    def test_then_a_body_begins_rotates_rehearses_and_recovers(self, tmp_path, secret, capsys):
        store = ["--store", str(tmp_path / "agent"), "--passphrase-file", str(secret)]
        assert main(["agent", "init", "--body", "QM", "--need", "2", "--of", "3", *store]) == 0
        shares = [line for line in capsys.readouterr().out.splitlines() if line and not line.startswith("share ")]
        first = parse_enrolment(Store(tmp_path / "agent").papers()[0].read_text())

        assert main(["agent", "rotate", "--need", "2", "--of", "3", *store]) == 0
        capsys.readouterr()
        second = parse_enrolment(Store(tmp_path / "agent").papers()[1].read_text())
        assert second.follows(first.signing_key)

        paper = tmp_path / "shares"
        paper.write_text("\n".join(shares[1:]))
        paper.chmod(0o600)
        assert main(["agent", "rehearse", "--body", "QM", "--shares", str(paper)]) == 0
        said = json.loads(capsys.readouterr().out)
        assert verifies(said["statement"], decoded(said["signature"]), first.signing_key)

        again = ["--store", str(tmp_path / "again"), "--passphrase-file", str(secret)]
        assert main(["agent", "recover", "--body", "QM", "--shares", str(paper), *again]) == 0
        assert Store(tmp_path / "again").keys(PASSPHRASE)[0].key_id == first.key_id

    def test_when_the_passphrase_lies_open_then_nothing_is_made(self, tmp_path, secret, capsys):
        secret.chmod(0o644)
        command = ["agent", "init", "--body", "QM", "--store", str(tmp_path / "a"), "--passphrase-file", str(secret)]

        assert main(command) == 1
        assert "alone" in capsys.readouterr().err
        assert list((tmp_path / "a").iterdir()) == []
