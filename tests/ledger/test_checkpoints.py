"""Signed notes and checkpoints as others write and read them (C2SP), and everything that must not pass."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liaison.ledger.checkpoints import (
    NOTE_BYTES_MAX,
    Checkpoint,
    KeyKind,
    PublicKey,
    SigningKey,
    cosign,
    parse_checkpoint,
    parse_note,
    parse_public_key,
    parse_signing_key,
    sign,
    sign_text,
    verify,
    verify_text,
    with_cosignatures,
)
from liaison.refusal import Refused
from tests.budgets import budget
from tests.ledger import published

ORIGIN = "liaison.example/log"
KEY = SigningKey(ORIGIN, KeyKind.LEDGER, b"k" * 32)
OTHER_KEY = SigningKey(ORIGIN, KeyKind.LEDGER, b"o" * 32)
WITNESS = SigningKey("qm.example/witness", KeyKind.WITNESS, b"w" * 32)
SECOND = SigningKey("qn.example/witness", KeyKind.WITNESS, b"s" * 32)
CHECKPOINT = Checkpoint(ORIGIN, 5, b"r" * 32)
AT_SECONDS = 1_772_352_000
SIGNED = sign(CHECKPOINT, KEY)
COSIGNED = cosign(SIGNED, WITNESS, at_seconds=AT_SECONDS)


def refusal(note, **asked):
    with pytest.raises(Refused) as caught:
        verify(note, **({"keys": [KEY.public]} | asked))
    return caught.value.code


class TestGivenThePublishedNotes:
    def test_when_the_go_example_is_signed_then_it_is_the_published_note(self):
        key = parse_signing_key(published.GO_SECRET_KEY)

        assert str(key.public) == published.GO_PUBLIC_KEY
        assert key.secret_text() == published.GO_SECRET_KEY
        assert sign_text(published.GO_TEXT, key).to_bytes() == published.GO_NOTE.encode()

    @pytest.mark.parametrize(
        ("note", "key"),
        [(published.GO_NOTE, published.GO_PUBLIC_KEY), (published.C2SP_NOTE, published.C2SP_KEY)],
    )
    def test_when_they_are_verified_then_they_hold(self, note, key):
        assert verify_text(note.encode(), keys=[parse_public_key(key)]) == note[: note.index("\n\n") + 1]

    def test_when_a_real_checkpoint_is_verified_then_log_and_witness_are_recognised(self):
        log, witness = parse_public_key(published.REAL_LOG), parse_public_key(published.REAL_WITNESS)

        verified = verify(published.REAL_CHECKPOINT.encode(), keys=[log], witnesses=[witness], witnesses_min=1)

        assert (verified.checkpoint.origin, verified.checkpoint.size) == (log.name, 1432088532)
        assert verified.signed_by == (log,)
        assert [seen.at_seconds for seen in verified.cosigned_by] == [published.REAL_WITNESS_AT_SECONDS]

    def test_when_its_size_is_changed_then_it_is_refused(self):
        changed = published.REAL_CHECKPOINT.replace("1432088532", "1432088533").encode()

        assert refusal(changed, keys=[parse_public_key(published.REAL_LOG)]) == "checkpoint.bad_signature"

    def test_when_it_is_parsed_and_written_then_no_byte_changes(self):
        assert parse_note(published.REAL_CHECKPOINT.encode()).to_bytes() == published.REAL_CHECKPOINT.encode()


class TestGivenASignedCheckpoint:
    def test_when_it_is_verified_then_it_says_who_signed(self):
        verified = verify(COSIGNED, keys=[OTHER_KEY.public, KEY.public], witnesses=[SECOND.public, WITNESS.public])

        assert verified.checkpoint == CHECKPOINT
        assert verified.signed_by == (KEY.public,)
        assert [(seen.key, seen.at_seconds) for seen in verified.cosigned_by] == [(WITNESS.public, AT_SECONDS)]

    def test_when_another_key_is_trusted_then_it_is_unsigned(self):
        assert refusal(SIGNED, keys=[OTHER_KEY.public]) == "checkpoint.unsigned"

    def test_when_the_key_of_another_ledger_is_trusted_then_the_origin_is_wrong(self):
        elsewhere = SigningKey("elsewhere.example/log", KeyKind.LEDGER, b"k" * 32)

        assert refusal(SIGNED, keys=[elsewhere.public]) == "checkpoint.wrong_origin"

    def test_when_no_key_is_trusted_then_nothing_is(self):
        assert refusal(SIGNED, keys=[]) == "checkpoint.wrong_origin"

    def test_when_one_of_two_witnesses_is_missing_then_one_suffices_and_two_do_not(self):
        witnesses = [WITNESS.public, SECOND.public]

        assert len(verify(COSIGNED, keys=[KEY.public], witnesses=witnesses, witnesses_min=1).cosigned_by) == 1
        assert refusal(COSIGNED, witnesses=witnesses, witnesses_min=2) == "checkpoint.witness_missing"

    def test_when_the_same_witness_is_named_twice_then_it_counts_once(self):
        twice = [WITNESS.public, WITNESS.public]

        assert refusal(COSIGNED, witnesses=twice, witnesses_min=2) == "checkpoint.witness_missing"

    def test_when_a_witness_line_is_moved_to_another_time_then_it_is_refused(self):
        note = parse_note(COSIGNED)
        line = note.signatures[1]
        later = (AT_SECONDS + 1).to_bytes(8, "big") + line.value[8:]
        moved = COSIGNED.replace(line.line().encode(), type(line)(line.name, line.key_id, later).line().encode())

        assert refusal(moved, witnesses=[WITNESS.public]) == "checkpoint.bad_signature"
        assert verify(moved, keys=[KEY.public]).cosigned_by == ()

    def test_when_a_witness_cosigns_again_then_its_older_line_is_replaced(self):
        again = cosign(COSIGNED, WITNESS, at_seconds=AT_SECONDS + 60)

        verified = verify(again, keys=[KEY.public], witnesses=[WITNESS.public])

        assert len(parse_note(again).signatures) == 2
        assert verified.cosigned_by[0].at_seconds == AT_SECONDS + 60

    def test_when_two_copies_were_cosigned_apart_then_they_are_joined(self):
        joined = with_cosignatures(COSIGNED, cosign(SIGNED, SECOND, at_seconds=AT_SECONDS))

        assert joined.count(b"\xe2\x80\x94 ") == 3
        assert verify(joined, keys=[KEY.public], witnesses=[WITNESS.public, SECOND.public], witnesses_min=2)
        with pytest.raises(Refused, match="do not state the same"):
            with_cosignatures(COSIGNED, sign(Checkpoint(ORIGIN, 6, b"r" * 32), KEY))

    def test_when_it_has_extensions_then_they_are_signed_too(self):
        note = sign(Checkpoint(ORIGIN, 5, b"r" * 32, ("restored 2026-03-01",)), KEY)

        assert verify(note, keys=[KEY.public]).checkpoint.extensions == ("restored 2026-03-01",)
        assert refusal(note.replace(b"restored", b"Restored")) == "checkpoint.bad_signature"

    @settings(max_examples=budget(200, 5000), deadline=None)
    @given(st.integers(0, len(COSIGNED) - 1), st.integers(1, 255))
    def test_when_any_byte_is_changed_then_it_does_not_pass_with_its_witness(self, at, change):
        changed = COSIGNED[:at] + bytes([COSIGNED[at] ^ change]) + COSIGNED[at + 1 :]

        with pytest.raises(Refused):
            verify(changed, keys=[KEY.public], witnesses=[WITNESS.public], witnesses_min=1)


class TestGivenWhatIsNoCheckpoint:
    @pytest.mark.parametrize(
        "note",
        [
            b"",
            b"\n\n",
            SIGNED[:-1],
            SIGNED.replace(b"\n\n", b"\n"),
            SIGNED.replace(b"\n5\n", b"\n05\n"),
            SIGNED.replace(b"\n5\n", b"\n+5\n"),
            SIGNED.replace(b"\n5\n", b"\n-5\n"),
            SIGNED.replace(b"\n5\n", b"\n5 \n"),
            SIGNED.replace(b"\n5\n", "\n٥\n".encode()),
            SIGNED.replace(b"\n5\n", b"\n9223372036854775808\n"),
            SIGNED.replace(b"\n5\n", b"\n\n5\n"),
            SIGNED.replace(b"\n5\n", b"\n5\r\n"),
            SIGNED.replace(b"cnI=", b"cnJ="),
            SIGNED.replace(b"cnI=", b"cnI"),
            SIGNED.replace("— ".encode(), b"- "),
            SIGNED + b"\n",
            SIGNED + b"not a signature\n",
            SIGNED + "— name AAAA\n".encode(),
            SIGNED.replace(b"liaison", b"liais\xff"),
            SIGNED.replace(b"liaison", b"liais\x00"),
            SIGNED + SIGNED.split(b"\n\n")[1] * 64,
            SIGNED + b"x" * NOTE_BYTES_MAX,
        ],
    )
    def test_when_it_is_verified_then_it_is_refused_as_malformed(self, note):
        assert refusal(note) == "checkpoint.malformed"

    @pytest.mark.parametrize(
        ("origin", "size", "root"),
        [
            ("", 1, b"r" * 32),
            ("a\nb", 1, b"r" * 32),
            (ORIGIN, -1, b"r" * 32),
            (ORIGIN, 2**63, b"r" * 32),
            (ORIGIN, 1, b"r"),
        ],
    )
    def test_when_we_make_one_then_it_is_a_value_error(self, origin, size, root):
        with pytest.raises(ValueError):
            Checkpoint(origin, size, root)

    def test_when_the_empty_tree_is_stated_then_its_size_is_a_plain_zero(self):
        empty = Checkpoint(ORIGIN, 0, b"r" * 32)

        assert parse_checkpoint(empty.text()) == empty


class TestGivenKeys:
    @pytest.mark.parametrize("key", [KEY, WITNESS])
    def test_when_their_texts_are_read_then_they_are_the_same_keys(self, key):
        assert parse_public_key(f"  {key.public}\n") == key.public
        assert parse_signing_key(key.secret_text()) == key

    def test_when_a_key_is_shown_then_its_secret_is_not(self):
        assert "kkk" not in repr(KEY)
        assert "seed" not in repr(KEY)

    def test_when_the_same_bytes_sign_in_another_role_or_name_then_the_id_differs(self):
        ids = {PublicKey(name, kind, KEY.public.key).key_id for name in (ORIGIN, "other.example") for kind in KeyKind}
        assert len(ids) == 4

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "name",
            "name+00000000",
            str(KEY.public)[:-1],
            str(KEY.public).replace(ORIGIN, "other.example/log"),
            str(KEY.public).replace(KEY.public.key_id.hex(), KEY.public.key_id.hex().upper()),
            f"{ORIGIN}+00000000+{str(KEY.public).rpartition('+')[2]}",
            published.GO_PUBLIC_KEY.replace("+ARpc", "+AxpC"),
            " +12345678+AAAA",
        ],
    )
    def test_when_a_text_is_not_a_whole_key_then_it_is_refused(self, text):
        with pytest.raises(Refused) as caught:
            parse_public_key(text)
        assert caught.value.code == "checkpoint.bad_key"
        with pytest.raises(Refused):
            parse_signing_key(f"PRIVATE+KEY+{text}")

    def test_when_a_public_key_is_read_as_a_secret_then_it_is_refused(self):
        with pytest.raises(Refused):
            parse_signing_key(str(KEY.public))

    @pytest.mark.parametrize("name", ["", "a b", "a+b", "a\u00a0b", "a\u2003b", "a\tb"])
    def test_when_a_name_holds_space_or_plus_then_it_is_no_key(self, name):
        with pytest.raises(ValueError):
            SigningKey(name, KeyKind.LEDGER, b"k" * 32)

    def test_when_a_key_signs_what_is_not_its_own_then_it_is_a_value_error(self):
        with pytest.raises(ValueError):
            sign(Checkpoint("other.example/log", 5, b"r" * 32), KEY)
        with pytest.raises(ValueError):
            sign(CHECKPOINT, SigningKey(ORIGIN, KeyKind.WITNESS, b"k" * 32))
        with pytest.raises(ValueError):
            cosign(SIGNED, KEY, at_seconds=AT_SECONDS)
        with pytest.raises(ValueError):
            cosign(SIGNED, WITNESS, at_seconds=-1)
