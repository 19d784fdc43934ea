import itertools
import json
from pathlib import Path

import pytest

import liaison.identifiers.aircraft as aircraft
from liaison.identifiers.aircraft import (
    address_country,
    address_likeness,
    address_of_n_number,
    check_address,
    check_registration,
    nationality_mark,
    registration_likeness,
)
from liaison.identifiers.countries import by_alpha2

DATA = Path(aircraft.__file__).parent / "data"
N_NUMBERS = 915_399  # all of them, A00001 to ADF7C7


def said(checked) -> tuple[str, set[str]]:
    return checked.verdict.value, {finding.code.split(".")[1] for finding in checked.findings}


class TestRegistrations:
    @pytest.mark.parametrize(
        ("text", "normal"),
        [
            ("d-abcd", "DABCD"),
            ("N 123 AB", "N123AB"),
            ("VH–ABC", "VHABC"),
            ("ＨＢ－ＪＡＢ", "HBJAB"),
            ("9h-abc", "9HABC"),
        ],
    )
    def test_hyphen_case_and_width_do_not_matter(self, text, normal):
        assert check_registration(text).normal == normal

    @pytest.mark.parametrize(
        "text",
        [
            "D-ABCD",
            "D-1234",
            "N1",
            "N12345",
            "N1AB",
            "N123AB",
            "N1234A",
            "G-ABCD",
            "F-ABCD",
            "I-ABCD",
            "C-FABC",
            "VH-ABC",
            "PH-ABC",
            "9XR-AB",
            "A6-ABC",
            "RA-12345",
            "B-1234",
            "JA123A",
            "RDPL-34123",
            "4X-ABC",
        ],
    )
    def test_those_that_a_state_would_give_out_pass(self, text):
        assert said(check_registration(text)) == ("unchecked", set())

    @pytest.mark.parametrize(
        ("text", "code"),
        [
            ("N0123", "shape"),
            ("N123456", "shape"),
            ("N1234AB", "shape"),
            ("N12I", "shape"),
            ("N1AO", "shape"),
            ("D-AB", "shape"),
            ("G-ABC", "shape"),
            ("QQ-ABC", "unassigned"),
            ("ABCDEFGHIJK", "long"),
            ("unknown", "placeholder"),
        ],
    )
    def test_those_that_none_would_are_doubted_never_refused(self, text, code):
        verdict, codes = said(check_registration(text))

        assert verdict == "doubtful"
        assert code in codes

    def test_the_longest_mark_counts(self):
        assert [nationality_mark(text) for text in ("9XRAB", "VPCAB", "DABCD", "QQABC", "")] == [
            "9XR",
            "VPC",
            "D",
            "",
            "",
        ]


class TestAddresses:
    @pytest.mark.parametrize(
        ("text", "verdict", "codes"),
        [
            ("3C6444", "unchecked", set()),
            ("3c 64 44", "unchecked", set()),
            ("4O0A1B", "doubtful", {"repaired"}),
            ("B10000", "doubtful", {"unassigned"}),
            ("000000", "invalid", {"placeholder"}),
            ("FFFFFF", "invalid", {"placeholder"}),
            ("3C644", "invalid", {"length"}),
            ("3C64444", "invalid", {"length"}),
            ("3C644G", "invalid", {"characters"}),
            ("", "invalid", {"empty"}),
        ],
    )
    def test_the_block_is_judged(self, text, verdict, codes):
        assert said(check_address(text)) == (verdict, codes)

    @pytest.mark.parametrize(
        ("address", "country"),
        [
            ("3C0000", "DE"),
            ("3FFFFF", "DE"),
            ("400000", "GB"),
            ("A00001", "US"),
            ("AFFFFF", "US"),
            ("B00000", ""),
            ("004000", "ZW"),
            ("0043FF", "ZW"),
            ("004400", ""),
            ("003FFF", ""),
            ("F00000", "*"),
        ],
    )
    def test_the_edges_of_blocks(self, address, country):
        assert address_country(address) == country

    def test_a_misread_character_is_offered(self):
        assert check_address("3C64SG").alternatives == ("3C6456",)


class TestNNumbers:
    @pytest.mark.parametrize(
        ("registration", "address"),
        [
            ("N1", "A00001"),
            ("N1A", "A00002"),
            ("N1AA", "A00003"),
            ("N10", "A0025A"),
            ("N12345", "A061D9"),
            ("N99999", "ADF7C7"),
        ],
    )
    def test_each_has_its_address(self, registration, address):
        assert address_of_n_number(registration) == address

    @pytest.mark.parametrize("registration", ["DABCD", "N0123", "N1234AB", "N123456", "N", "", "N12I"])
    def test_others_have_none(self, registration):
        assert address_of_n_number(registration) == ""

    def test_all_follow_each_other_without_a_gap(self):
        letters = "ABCDEFGHJKLMNPQRSTUVWXYZ"
        pairs = ["", *(f"{first}{second}" for first in letters for second in ("", *letters))]

        found = {
            address_of_n_number(f"N{digits}{ending}")
            for size in range(1, 6)
            for digits in map("".join, itertools.product("0123456789", repeat=size))
            if digits[0] != "0"
            for ending in (pairs if size <= 3 else ["", *letters] if size == 4 else [""])
        }

        assert found == {f"{0xA00001 + place:06X}" for place in range(N_NUMBERS)}


class TestTheTables:
    def test_blocks_are_aligned_and_do_not_overlap(self):
        rows = json.loads((DATA / "aircraft_addresses.json").read_text("utf-8"))["blocks"]
        spans = [(int(first, 16), int(first, 16) + 2**free) for first, free, _ in rows]

        assert all(first % (past - first) == 0 for first, past in spans)
        assert all(before[1] <= after[0] for before, after in itertools.pairwise(spans))
        assert all(by_alpha2(country) or country == "*" for _, _, country in rows)

    def test_marks_belong_to_countries_that_exist(self):
        rows = json.loads((DATA / "aircraft_marks.json").read_text("utf-8"))["marks"]

        assert all(by_alpha2(country) for row in rows.values() for country in row[0].split())


class TestLikeness:
    @pytest.mark.parametrize(
        ("text", "least", "most"),
        [
            ("N12345", 0.5, 0.7),
            ("D-ABCD", 0.4, 0.6),
            ("D-1234", 0.5, 0.7),
            ("VH-ABC", 0.2, 0.4),
            ("DABCD", 0, 0),
            ("Su-Min", 0, 0),
            ("MARIA LOPEZ", 0, 0),
            ("QQ-123", 0, 0),
            ("P<QMM", 0, 0),
        ],
    )
    def test_of_a_registration(self, text, least, most):
        assert least <= registration_likeness(text) <= most

    @pytest.mark.parametrize(
        ("text", "least", "most"),
        [("3C6444", 0.3, 0.5), ("400123", 0.1, 0.3), ("FACADE", 0, 0), ("3C 6444", 0, 0), ("3C644", 0, 0)],
    )
    def test_of_an_address(self, text, least, most):
        assert least <= address_likeness(text) <= most
