import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liaison.identifiers.documents import (
    RANGE_LENGTH_MAX,
    RANGE_SIZE_MAX,
    NumberRange,
    confusion_key,
    doubts,
    is_plausible,
    normalise_number,
)
from liaison.refusal import Refused
from tests.budgets import budget

TRIES = settings(max_examples=budget(150, 1000), deadline=None)


class TestNormalisedNumber:
    @pytest.mark.parametrize(
        ("written", "compared"),
        [
            ("ab 123456", "AB123456"),
            ("AB-123.456/7", "AB1234567"),
            ("ＡＢ１２３", "AB123"),
            ("٠١٢٣٤٥٦", "0123456"),
            ("L898902C<<<", "L898902C"),
            ("АБ 123", "АБ123"),
            ("№ 12", "NO12"),
            ("\u200e12\u00a034\u0000", "1234"),
            ("", ""),
            ("--", ""),
        ],
    )
    def test_case_separators_and_digits_do_not_matter(self, written, compared):
        assert normalise_number(written) == compared

    @TRIES
    @given(st.text(max_size=60))
    def test_normalising_twice_changes_nothing(self, text):
        assert normalise_number(normalise_number(text)) == normalise_number(text)

    @TRIES
    @given(st.text(max_size=60))
    def test_nothing_but_letters_and_digits_is_left(self, text):
        assert all(letter.isalnum() for letter in normalise_number(text))

    @TRIES
    @given(st.text(alphabet="ABCDEFGHJK0123456789", min_size=1), st.sampled_from(" -./\u00a0\u2013"))
    def test_separators_anywhere_change_nothing(self, number, separator):
        assert normalise_number(separator.join(number.lower())) == number


class TestConfusionKey:
    @pytest.mark.parametrize("pair", ["O0", "I1", "B8", "S5", "Z2", "G6"])
    def test_the_usual_slips_fall_together(self, pair):
        assert confusion_key(f"X{pair[0]}7") == confusion_key(f"X{pair[1]}7")

    def test_letters_of_other_scripts_that_look_alike_fall_together(self):
        assert confusion_key("АВС123") == confusion_key("ABC123")

    @pytest.mark.parametrize(("one", "other"), [("X1", "X7"), ("A4", "4A"), ("C", "G"), ("D1", "O1")])
    def test_other_differences_stay(self, one, other):
        assert confusion_key(one) != confusion_key(other)

    @TRIES
    @given(st.text(max_size=30))
    def test_spellings_of_one_number_share_a_key(self, text):
        assert confusion_key(text) == confusion_key(normalise_number(text))
        assert confusion_key(confusion_key(text)) == confusion_key(text)


class TestDoubts:
    @pytest.mark.parametrize(
        ("text", "code"),
        [
            ("", "empty"),
            ("!!", "empty"),
            ("AB1", "short"),
            ("A" * 20 + "12345", "long"),
            ("000000", "placeholder"),
            ("unknown", "placeholder"),
            ("123456789", "placeholder"),
            ("ABCDEF", "no_digit"),
        ],
    )
    def test_what_looks_wrong_is_said(self, text, code):
        assert f"document_number.{code}" in {finding.code for finding in doubts(text)}

    @pytest.mark.parametrize("text", ["C01X0006H", "AB12", "123456780", "A" * 23 + "1"])
    def test_what_looks_right_is_left_alone(self, text):
        assert doubts(text) == []

    def test_a_number_is_plausible_from_four_to_twenty_four_characters_with_a_digit(self):
        assert [is_plausible(text) for text in ("AB1", "AB12", "A" * 23 + "1", "A" * 24 + "1", "ABCD")] == [
            False, True, True, False, False,
        ]  # fmt: skip


class TestNumberRange:
    def test_a_range_holds_its_ends_and_nothing_outside(self):
        blanks = NumberRange.between("QM 000100", "qm-000199")

        assert [blanks.contains(number) for number in ("QM000099", "QM000100", "qm 000199", "QM000200")] == [
            False, True, True, False,
        ]  # fmt: skip
        assert (blanks.first, blanks.last, blanks.size) == ("QM000100", "QM000199", 100)

    @pytest.mark.parametrize("number", ["QM00010", "QM0000100", "QN000100", "000100", "QM00010X", "", "QM"])
    def test_numbers_of_another_shape_are_outside(self, number):
        assert not NumberRange.between("QM000100", "QM000199").contains(number)

    @pytest.mark.parametrize(
        ("first", "last", "code"),
        [
            ("QM100", "QN199", "document_range.not_one_series"),
            ("QM100", "QM1999", "document_range.not_one_series"),
            ("QM100X", "QM199X", "document_range.not_one_series"),
            ("", "", "document_range.not_one_series"),
            ("QM", "QM", "document_range.not_one_series"),
            ("QM200", "QM100", "document_range.backwards"),
            ("QM00000000", "QM10000000", "document_range.too_large"),
            ("1" * (RANGE_LENGTH_MAX + 1), "1" * (RANGE_LENGTH_MAX + 1), "document_range.long_numbers"),
        ],
    )
    def test_what_is_no_series_is_refused_with_what_to_do(self, first, last, code):
        with pytest.raises(Refused) as refused:
            NumberRange.between(first, last)

        assert refused.value.code == code
        assert refused.value.findings[0].remedy

    def test_the_largest_range_and_the_longest_numbers_are_accepted(self):
        assert NumberRange.between("QM00000001", "QM10000000").size == RANGE_SIZE_MAX
        assert NumberRange.between("1" * RANGE_LENGTH_MAX, "1" * RANGE_LENGTH_MAX).size == 1

    def test_one_number_alone_is_a_range(self):
        assert list(NumberRange.between("QM7", "QM7").blocks()) == [("QM7", 0)]

    @TRIES
    @given(st.integers(0, 99_999), st.integers(0, 3_000))
    def test_its_blocks_hold_each_of_its_numbers_once_and_no_other(self, start, more):
        first, last = start, min(start + more, 99_999)
        blanks = NumberRange.between(f"QX{first:05}", f"QX{last:05}")

        held = [int(head[2:] + f"{rest:0{free}}" if free else head[2:]) for head, free in blanks.blocks()
                for rest in range(10**free)]  # fmt: skip

        assert held == list(range(first, last + 1))

    @TRIES
    @given(st.integers(0, 10**12), st.integers(0, RANGE_SIZE_MAX - 1))
    def test_it_has_few_blocks(self, start, more):
        assert len(list(NumberRange.between(f"Q{start:014}", f"Q{start + more:014}").blocks())) <= 18 * 7
