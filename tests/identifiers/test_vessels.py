import json
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum import imo as library_imo

import liaison.identifiers.vessels as vessels
from liaison.identifiers.countries import by_alpha2
from liaison.identifiers.registry import scheme_named
from liaison.identifiers.schemes import Verdict
from liaison.identifiers.vessels import check_call_sign, check_eni, check_imo, check_mmsi, mmsi_country
from tests.budgets import budget

TRIES = settings(max_examples=budget(150, 1000), deadline=None)
DATA = Path(vessels.__file__).parent / "data"
IMO = "9074729"  # the worked example of the standard
WEIGHTS = (7, 6, 5, 4, 3, 2, -1)


def said(checked) -> tuple[str, set[str]]:
    return checked.verdict.value, {finding.code.split(".")[1] for finding in checked.findings}


class TestImoNumbers:
    @pytest.mark.samples
    def test_the_shared_samples_are_judged_as_labelled(self, samples):
        for case in json.loads((samples / "interop" / "ids" / "identifiers.json").read_text("utf-8"))["imo"]:
            assert (check_imo(case["v"]).verdict is Verdict.VALID) is case["ok"]

    @pytest.mark.parametrize(
        "text", ["9074729", "IMO 9074729", "imo9074729", "IMO No. 9074729", "٩٠٧٤٧٢٩", "90 747 29"]
    )
    def test_they_are_equal_with_and_without_their_letters(self, text):
        assert check_imo(text).normal == IMO

    @pytest.mark.parametrize(
        ("text", "verdict", "codes"),
        [
            ("", "invalid", {"empty"}),
            ("9074728", "invalid", {"check_digit"}),
            ("907472", "invalid", {"length"}),
            ("90747290", "invalid", {"length"}),
            ("9O74729", "invalid", {"characters"}),
            ("0000000", "doubtful", {"placeholder", "not_given_out"}),
            ("1234567", "doubtful", {"placeholder"}),
            ("unknown", "invalid", {"placeholder", "characters"}),
        ],
    )
    def test_what_is_wrong_is_said(self, text, verdict, codes):
        assert said(check_imo(text)) == (verdict, codes)

    @pytest.mark.parametrize("text", ["9O74729", "IMO 9O747Z9", "9074279", "9047729"])
    def test_what_was_meant_is_offered(self, text):
        assert IMO in check_imo(text).alternatives

    @TRIES
    @given(st.integers(0, 6), st.integers(0, 9))
    def test_a_wrong_digit_is_noticed_unless_the_weight_hides_it(self, place, digit):
        changed = IMO[:place] + str(digit) + IMO[place + 1 :]
        hidden = WEIGHTS[place] * (digit - int(IMO[place])) % 10 == 0

        assert (check_imo(changed).verdict is Verdict.INVALID) is not hidden

    def test_a_4_read_as_9_in_the_fourth_place_slips_through(self):
        assert check_imo("9079729").verdict is Verdict.VALID  # weight 4 times 5 is 20: a limit of the scheme itself

    @TRIES
    @given(st.integers(0, 5))
    def test_exchanged_neighbours_are_always_noticed(self, place):
        swapped = IMO[:place] + IMO[place + 1] + IMO[place] + IMO[place + 2 :]

        assert swapped == IMO or check_imo(swapped).verdict is Verdict.INVALID

    @TRIES
    @given(st.integers(5_000_000, 9_999_999))
    def test_a_library_agrees(self, number):
        assert (check_imo(str(number)).verdict is not Verdict.INVALID) is library_imo.is_valid(str(number))


class TestMmsi:
    @pytest.mark.parametrize(
        ("text", "verdict", "codes"),
        [
            ("211476060", "unchecked", set()),
            ("MMSI: 211 476 060", "unchecked", set()),
            ("002111234", "unchecked", set()),
            ("021112345", "unchecked", set()),
            ("111211123", "unchecked", set()),
            ("992111234", "unchecked", set()),
            ("982111234", "unchecked", set()),
            ("821112345", "unchecked", set()),
            ("972123456", "unchecked", set()),
            ("199123456", "doubtful", {"unassigned"}),
            ("123456789", "doubtful", {"unassigned", "placeholder"}),
            ("000000000", "doubtful", {"unassigned", "placeholder"}),
            ("21147606", "invalid", {"length"}),
            ("2114760601", "invalid", {"length"}),
            ("2114760G0", "invalid", {"characters"}),
            ("-", "invalid", {"empty"}),
        ],
    )
    def test_its_kind_and_country_are_all_that_can_be_judged(self, text, verdict, codes):
        assert said(check_mmsi(text)) == (verdict, codes)

    @pytest.mark.parametrize(
        ("number", "country"),
        [("211476060", "DE"), ("002271234", "FR"), ("023212345", "GB"), ("111366123", "US"), ("970211234", "")],
    )
    def test_it_names_a_country(self, number, country):
        assert mmsi_country(number) == country

    def test_letters_read_as_digits_are_offered(self):
        assert check_mmsi("21I4760G0").alternatives == ("211476060",)


class TestEniNumbers:
    @pytest.mark.parametrize(
        ("text", "verdict", "codes"),
        [
            ("02312345", "unchecked", set()),
            ("ENI 023 12345", "unchecked", set()),
            ("9" + IMO, "valid", set()),
            ("99074728", "invalid", {"check_digit"}),
            ("19512345", "doubtful", {"unassigned"}),
            ("00012345", "doubtful", {"unassigned"}),
            ("0231234", "invalid", {"length"}),
            ("0231234S", "invalid", {"characters"}),
            ("", "invalid", {"empty"}),
        ],
    )
    def test_the_authority_is_judged_and_the_imo_number_within(self, text, verdict, codes):
        assert said(check_eni(text)) == (verdict, codes)

    def test_what_was_meant_is_offered(self):
        assert "9" + IMO in check_eni("99047729").alternatives
        assert check_eni("0231234S").alternatives == ("02312345",)


class TestCallSigns:
    @pytest.mark.parametrize("text", ["DABC", "DABC2", "9HAB3", "3EXY9", "MABC7", "WDH4321", "V7AB2", "C6XY3"])
    def test_signs_of_ships_pass(self, text):
        assert said(check_call_sign(text)) == ("unchecked", set())

    @pytest.mark.parametrize("text", ["QABC", "T9AB", "D0AB2", "1ABC", "X5AB"])
    def test_series_that_nobody_has_are_doubted(self, text):
        assert "unassigned" in said(check_call_sign(text))[1]

    @pytest.mark.parametrize("text", ["DAB", "DABCDEFG", "D", "WDH1234"])
    def test_unusual_shapes_are_doubted(self, text):
        assert said(check_call_sign(text)) == ("doubtful", {"shape"})

    def test_other_letters_are_none(self):
        assert said(check_call_sign("ДЖ12"))[0] == "invalid"


class TestTheTables:
    def test_every_country_exists(self):
        digits = json.loads((DATA / "maritime_digits.json").read_text("utf-8"))["countries"]
        authorities = json.loads((DATA / "eni_authorities.json").read_text("utf-8"))["authorities"]

        assert all(by_alpha2(country) for country in digits)
        assert all(by_alpha2(country) or country == "*" for _, _, country in authorities)
        assert all("201" <= one <= "775" for all_digits in digits.values() for one in all_digits)

    def test_the_ranges_of_authorities_do_not_overlap(self):
        rows = json.loads((DATA / "eni_authorities.json").read_text("utf-8"))["authorities"]

        assert all(before[1] < after[0] for before, after in pairwise(rows))


class TestLikeness:
    @pytest.mark.parametrize(
        ("scheme", "text", "least", "most"),
        [
            ("imo", "IMO 9074729", 0.97, 0.97),
            ("imo", "9074729", 0.97, 0.97),
            ("imo", "IMO 9074728", 0.5, 0.7),
            ("imo", "9074728", 0.1, 0.3),
            ("imo", "907472", 0, 0),
            ("imo", "IMOGEN", 0, 0),
            ("mmsi", "211476060", 0.4, 0.6),
            ("mmsi", "199123456", 0.1, 0.3),
            ("mmsi", "21147606", 0, 0),
            ("eni", "02312345", 0.3, 0.5),
            ("eni", "99074729", 0.7, 0.9),
            ("eni", "0231234", 0, 0),
            ("call_sign", "DABC2", 0.3, 0.5),
            ("call_sign", "DABC", 0, 0),
            ("call_sign", "QABC2", 0, 0),
        ],
    )
    def test_it_orders_what_a_text_can_be(self, scheme, text, least, most):
        assert least <= scheme_named(scheme).likeness(text) <= most
