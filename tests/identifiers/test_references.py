import secrets
from contextlib import suppress

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from liaison.identifiers import references
from liaison.identifiers.references import ALPHABET, RANDOM_BYTES, Reference, check_character, make, parse
from liaison.refusal import Refused
from tests.budgets import budget

TRIES = settings(max_examples=budget(300, 3000), deadline=None)

prefixes = st.text(alphabet="ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=2, max_size=3)
drawn = st.builds(make, prefixes, st.integers(1900, 2199), st.binary(min_size=RANDOM_BYTES, max_size=RANDOM_BYTES))


class TestMake:
    def test_equal_bytes_give_equal_references(self):
        assert make("RP", 2026, b"\x00\x01\x02\x03") == make("RP", 2026, b"\x00\x01\x02\x03")

    def test_a_source_of_bytes_may_be_given(self):
        made = make("RP", 2026, secrets.token_bytes)

        assert (made.prefix, made.year, len(made)) == ("RP", 2026, len("RP-2026-7K4M2P-C"))

    @pytest.mark.parametrize(
        ("prefix", "year"), [("R", 2026), ("RPXX", 2026), ("rp", 2026), ("R1", 2026), ("RP", 26)]
    )
    def test_a_wrong_prefix_or_year_is_a_bug_of_the_caller(self, prefix, year):
        with pytest.raises(AssertionError):
            make(prefix, year, bytes(RANDOM_BYTES))

    def test_too_little_randomness_is_a_bug_of_the_caller(self):
        with pytest.raises(AssertionError):
            make("RP", 2026, bytes(RANDOM_BYTES - 1))

    @TRIES
    @given(drawn)
    def test_only_letters_without_look_alikes_are_drawn(self, reference):
        assert set(reference.split("-")[2]) <= set(ALPHABET)
        assert not set("ILOU") & set(ALPHABET)

    @TRIES
    @given(st.binary(min_size=RANDOM_BYTES, max_size=RANDOM_BYTES), st.integers(0, 29))
    def test_each_random_bit_counts(self, randomness, bit):
        flipped = int.from_bytes(randomness, "big") ^ 1 << bit

        assert make("RP", 2026, randomness) != make("RP", 2026, flipped.to_bytes(RANDOM_BYTES, "big"))


class TestParse:
    @pytest.mark.parametrize(
        "text",
        [
            "RN-2026-7K4M2P-C",
            "rn-2026-7k4m2p-c",
            " RN 2026 7K4M2P C ",
            "RN20267K4M2PC",
            "RN–2O26–7K4M2P–C",
            "rn_2026/7k4m2p.c",
            "ＲＮ-２０２６-7K4M2P-C",
        ],
    )
    def test_the_example_of_our_documents_is_read_in_any_spelling(self, text):
        assert parse(text) == "RN-2026-7K4M2P-C"

    @TRIES
    @given(drawn)
    def test_what_is_made_is_read(self, reference):
        read = parse(reference)

        assert isinstance(read, Reference)
        assert read == reference

    @TRIES
    @given(drawn)
    def test_letters_that_look_like_digits_are_read_as_digits(self, reference):
        prefix, rest = reference[: len(reference.prefix)], reference[len(reference.prefix) :]

        assert parse(prefix + rest.replace("0", "O").replace("1", "l")) == reference

    @TRIES
    @given(drawn, st.data())
    def test_every_single_wrong_character_is_found(self, reference, data):
        place = data.draw(st.sampled_from([place for place, letter in enumerate(reference) if letter != "-"]))
        wrong = data.draw(st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"))
        misread = reference[:place] + wrong + reference[place + 1 :]
        assume(references._look_alikes_read(references._letters(misread)) != reference.replace("-", ""))

        with pytest.raises(Refused):
            parse(misread)

    @TRIES
    @given(drawn, st.data())
    def test_every_exchange_of_two_neighbours_is_found(self, reference, data):
        letters = reference.replace("-", "")
        place = data.draw(st.integers(0, len(letters) - 2))
        assume(letters[place] != letters[place + 1])
        exchanged = letters[:place] + letters[place + 1] + letters[place] + letters[place + 2 :]
        assume(references._look_alikes_read(exchanged) != letters)

        with pytest.raises(Refused):
            parse(exchanged)

    @pytest.mark.parametrize(
        "text",
        ["", "RN", "RN-2026", "RN-2026-7K4M2-C", "RN-2026-7K4M2PX-C", "2026-7K4M2P-C", "R-2026-7K4M2P-C", "x" * 999],
    )
    def test_what_is_no_reference_is_refused_with_an_example(self, text):
        with pytest.raises(Refused, match="RN-2026-7K4M2P-C") as refused:
            parse(text)

        assert refused.value.code == "reference.shape"
        assert len(str(refused.value)) < 200

    def test_a_wrong_check_character_is_told_apart_from_a_wrong_shape(self):
        with pytest.raises(Refused, match="does not add up") as refused:
            parse("RN-2026-7K4M2P-D")

        assert refused.value.code == "reference.check"

    @TRIES
    @given(st.text(max_size=80))
    def test_no_text_breaks_it(self, text):
        shaped = references.has_shape(text)

        with suppress(Refused):
            assert parse(text) or shaped

    def test_a_document_number_of_thirteen_characters_is_not_taken_for_a_reference(self):
        assert not references.has_shape("AB0376543210X")
        assert references.has_shape("RN-2026-7K4M2P-D")


def test_the_check_character_spreads_over_the_whole_alphabet():
    checks = {check_character(f"RP2026{letter}AAAAA") for letter in ALPHABET}

    assert checks == set(ALPHABET)
