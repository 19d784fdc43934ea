import json

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from stdnum import iso6346

from liaison.identifiers.containers import check_container, check_digit, container_key, container_likeness
from liaison.identifiers.schemes import Verdict
from tests.budgets import budget

TRIES = settings(max_examples=budget(150, 1000), deadline=None)
RIGHT = "CSQU3054383"  # the worked example of ISO 6346
NUMBERS = st.from_regex(r"[A-Z]{3}[UJZ][0-9]{6}", fullmatch=True)


def said(text: str) -> tuple[str, set[str]]:
    checked = check_container(text)
    return checked.verdict.value, {finding.code.split(".")[1] for finding in checked.findings}


class TestContainers:
    @pytest.mark.samples
    def test_the_shared_samples_are_judged_as_labelled(self, samples):
        for case in json.loads((samples / "interop" / "ids" / "identifiers.json").read_text("utf-8"))["iso6346"]:
            assert (check_container(case["v"]).verdict is Verdict.VALID) is case["ok"]

    @pytest.mark.parametrize("text", ["csqu3054383", "CSQU 305438 3", "CSQU-305438-[3]", "СSQU3054383"])
    def test_spellings_are_equal(self, text):
        assert check_container(text).normal == RIGHT

    @pytest.mark.parametrize(
        ("text", "verdict", "codes"),
        [
            (RIGHT, "valid", set()),
            ("CSQU3054384", "invalid", {"check_digit"}),
            ("CSQU305438", "unchecked", {"no_check_digit"}),
            ("CSQU30543", "invalid", {"length"}),
            ("CSQU30543833", "invalid", {"length"}),
            ("CSQA3054383", "invalid", {"shape"}),
            ("CSQU305438E", "invalid", {"shape"}),
            ("CSQU0000000", "invalid", {"placeholder", "check_digit"}),
            ("unknown", "invalid", {"placeholder", "length"}),
            (" ", "invalid", {"empty"}),
        ],
    )
    def test_what_is_wrong_is_said(self, text, verdict, codes):
        assert said(text) == (verdict, codes)

    @pytest.mark.parametrize("text", ["C5QU3054383", "CSQU3O54383", "CSQU305438", "CSQU3504383", "CSOU3054383"])
    def test_what_was_meant_is_offered(self, text):
        assert RIGHT in check_container(text).alternatives

    def test_one_without_its_check_digit_is_found_in_the_second_search(self):
        assert container_key(RIGHT) == container_key(RIGHT[:10])

    @TRIES
    @given(NUMBERS)
    def test_a_library_agrees(self, number):
        assert check_digit(number) == iso6346.calc_check_digit(number)

    @TRIES
    @given(NUMBERS, st.integers(4, 9), st.integers(0, 9))
    def test_a_wrong_digit_is_noticed_unless_it_turns_a_remainder_of_10_into_0(self, number, place, digit):
        changed = number[:place] + str(digit) + number[place + 1 :]
        assume(changed != number)

        whole = changed + check_digit(number)
        assert check_container(whole).verdict is Verdict.INVALID or check_digit(changed) == check_digit(number) == "0"

    def test_a_remainder_of_10_and_one_of_0_are_written_alike(self):
        assert check_digit("AAAU000006") == check_digit("AAAU900006") == "0"  # a limit of ISO 6346 itself


class TestLikeness:
    @pytest.mark.parametrize(
        ("text", "least", "most"),
        [(RIGHT, 0.97, 0.97), ("CSQU 305438 3", 0.97, 0.97), ("CSQU3054384", 0.5, 0.7), ("CSQU305438", 0.4, 0.6),
         ("C5QU3054383", 0.4, 0.6), ("CSQU30543", 0, 0), ("MARIA LOPEZ", 0, 0), ("ABCD<<1234567", 0, 0)],
    )  # fmt: skip
    def test_it_orders_what_a_text_can_be(self, text, least, most):
        assert least <= container_likeness(text) <= most
