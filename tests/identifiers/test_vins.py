import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liaison.identifiers.schemes import Verdict
from liaison.identifiers.vins import LENGTH, adds_up, check_vin, vin_likeness
from tests.budgets import budget

TRIES = settings(max_examples=budget(150, 1000), deadline=None)
ALPHABET = "ABCDEFGHJKLMNPRSTUVWXYZ0123456789"
VALUES_ALIKE = ("1AJ", "2BKS", "3CLT", "4DMU", "5ENV", "6FW", "7GPX", "8HY", "9RZ", "0")
AMERICAN = "1M8GDM9AXKP042788"  # the worked example printed with 49 CFR 565
CHINESE = "LFV2A21K493000018"


def codes(text: str) -> set[str]:
    return {finding.code for finding in check_vin(text).findings}


class TestTheSharedSamples:
    @pytest.mark.samples
    def test_each_is_judged_as_it_is_labelled(self, samples):
        wanted = {"valid": {Verdict.VALID}, "invalid": {Verdict.INVALID}, "not-applicable": {Verdict.UNCHECKED}}
        for case in json.loads((samples / "interop" / "ids" / "vin.json").read_text("utf-8")):
            checked = check_vin(case["vin"])
            if case["check"] == "malformed":
                assert "vin.repaired" in codes(case["vin"])
                assert "O" not in checked.normal
            else:
                assert checked.verdict in wanted[case["check"]], case


class TestWhereALawGivesACheckDigit:
    @pytest.mark.parametrize("first", "12345L")
    def test_exactly_one_character_in_position_9_adds_up(self, first):
        right = [c for c in "0123456789X" if check_vin(f"{first}M8GDM9A{c}KP042788").verdict is Verdict.VALID]

        assert len(right) == 1

    def test_a_wrong_one_is_invalid_and_names_the_law(self):
        (finding,) = check_vin("1M8GDM9A1KP042788").findings

        assert (finding.code, finding.source) == ("vin.check_digit", "49 CFR 565.15")

    def test_the_chinese_law_is_another_one(self):
        wrong = next(vin for vin in (f"LFV2A21K{c}93000018" for c in "0123") if not adds_up(vin))

        assert check_vin(wrong).verdict is Verdict.INVALID
        assert check_vin(wrong).findings[0].source == "GB 16735"

    @pytest.mark.parametrize(
        "misread", ["1M8GDM9AXKP0427B8", "1M8GDM9AXKPO42788", "1MBGDM9AXKP042788", "1M86DM9AXKP042788"]
    )
    def test_a_usual_misreading_is_repaired_or_offered(self, misread):
        checked = check_vin(misread)

        assert AMERICAN in (checked.normal, *checked.alternatives)

    def test_exchanged_neighbours_are_offered(self):
        assert AMERICAN in check_vin("1M8GDM9AXKP047288").alternatives

    @TRIES
    @given(st.integers(0, 16), st.sampled_from(ALPHABET))
    def test_another_character_is_noticed_unless_both_count_alike_or_the_region_has_no_law(self, place, other):
        changed = AMERICAN[:place] + other + AMERICAN[place + 1 :]
        alike = any(other in kind and AMERICAN[place] in kind for kind in VALUES_ALIKE) and place != 8
        if changed == AMERICAN or (place == 0 and other not in "12345L"):
            return

        assert (check_vin(changed).verdict is Verdict.INVALID) is not alike or check_vin(changed).findings

    def test_a_read_as_j_slips_through(self):
        assert check_vin("1M8GDM9JXKP042788").verdict is Verdict.VALID  # both count 1: a limit of the law itself

    @TRIES
    @given(st.integers(0, 15))
    def test_exchanged_neighbours_of_other_value_are_always_noticed(self, place):
        swapped = AMERICAN[:place] + AMERICAN[place + 1] + AMERICAN[place] + AMERICAN[place + 2 :]
        alike = any({AMERICAN[place], AMERICAN[place + 1]} <= set(kind) for kind in VALUES_ALIKE)

        assert alike or place == 0 or check_vin(swapped).verdict is Verdict.INVALID


class TestWhereNoLawDoes:
    @TRIES
    @given(st.sampled_from("ABCDEFGHJKMNPRSTUVWXYZ6789"), st.sampled_from(ALPHABET))
    def test_position_9_never_speaks_for_or_against(self, first, ninth):
        checked = check_vin(f"{first}M8GDM9A{ninth}KP042788")

        assert (checked.verdict, checked.findings) == (Verdict.UNCHECKED, ())

    def test_the_country_that_asks_changes_nothing(self):
        assert check_vin("WVWZZZ1JZXW000001", "US") == check_vin("WVWZZZ1JZXW000001")


class TestWhatLooksWrongIsSaid:
    @pytest.mark.parametrize(
        ("text", "verdict", "code"),
        [
            ("", Verdict.INVALID, "empty"),
            ("--", Verdict.INVALID, "empty"),
            ("WVWZZZ1JZXW00001", Verdict.UNCHECKED, "partial"),
            ("WVWZZZ1JZXW0000012", Verdict.INVALID, "length"),
            ("WVWZZZ1JZXW00000Б", Verdict.INVALID, "characters"),
            ("WVWZZZ1JZXW00000A", Verdict.DOUBTFUL, "last_digits"),
            ("0VWZZZ1JZXW000001", Verdict.DOUBTFUL, "unassigned"),
            ("WVWZZZIJZXWOOOOO1", Verdict.DOUBTFUL, "repaired"),
            ("ВМ8GDM9AXKP042788", Verdict.DOUBTFUL, "look_alikes"),
            ("UNKNOWN", Verdict.UNCHECKED, "placeholder"),
            ("00000000000000000", Verdict.DOUBTFUL, "placeholder"),
            ("1M8GDM9A_UP042788".replace("_", "3"), Verdict.INVALID, "model_year"),
            ("356A 4711", Verdict.UNCHECKED, "partial"),
        ],
    )
    def test_by_its_code(self, text, verdict, code):
        assert check_vin(text).verdict is verdict
        assert f"vin.{code}" in codes(text)

    @pytest.mark.parametrize("text", [AMERICAN, "WVWZZZ1JZXW000001", "XTA210990Y2766398"])
    def test_nothing_where_nothing_is(self, text):
        assert codes(text) == set()

    def test_a_certain_repair_that_adds_up_is_valid_and_still_said(self):
        checked = check_vin("IM8GDM9AXKPO42788")

        assert (checked.normal, checked.verdict) == (AMERICAN, Verdict.VALID)
        assert codes("IM8GDM9AXKPO42788") == {"vin.repaired"}


class TestSpelling:
    @pytest.mark.parametrize(
        "text",
        [
            "1m8gdm9axkp042788",
            "1M8-GDM9AX-KP042788",
            "１Ｍ８ＧＤＭ９ＡＸＫＰ０４２７８８",
            "VIN: 1M8GDM9AXKP042788",
            "1М8GDM9АХКР042788",
        ],
    )
    def test_case_separators_width_labels_and_scripts_do_not_matter(self, text):
        assert check_vin(text).normal == AMERICAN


class TestLikeness:
    @pytest.mark.parametrize(
        ("text", "least", "most"),
        [
            (AMERICAN, 0.95, 1),
            ("WVWZZZ1JZXW000001", 0.85, 0.95),
            ("1M8GDM9A1KP042788", 0.5, 0.9),
            ("ZXW000001", 0.1, 0.4),
            ("MARIA LOPEZ", 0, 0),
            ("ABCDEFGHJKLMNPRST", 0, 0),
            ("12.05.1984", 0, 0),
            ("P<QMMEXAMPLE<<ANNA<MARIA<<<<", 0, 0),
            ("ZXW01", 0, 0),
            (AMERICAN + "1", 0, 0),
        ],
    )
    def test_it_orders_what_a_text_can_be(self, text, least, most):
        assert least <= vin_likeness(text) <= most

    def test_the_length_is_seventeen(self):
        assert len(AMERICAN) == LENGTH
