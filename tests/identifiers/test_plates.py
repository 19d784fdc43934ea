import json
import re
from pathlib import Path

import pytest

import liaison.identifiers.plates as plates
from liaison.identifiers.countries import by_alpha2
from liaison.identifiers.plates import check_plate, fits, plate_key, plate_likeness
from liaison.identifiers.schemes import Verdict

FORMATS = json.loads((Path(plates.__file__).parent / "data" / "plate_formats.json").read_text("utf-8"))["countries"]


def codes(text: str, country: str = "") -> set[str]:
    return {finding.code for finding in check_plate(text, country).findings}


class TestOneComparableForm:
    @pytest.mark.parametrize(
        ("written", "compared"),
        [
            ("b-mw 1234", "BMW1234"),
            ("BÖ-AB 123", "BOAB123"),
            ("А 123 ВС 77", "A123BC77"),
            ("ΥΡΒ-1234", "YPB1234"),
            ("٤٣٢١ ن ب أ", "4321نبا"),
            ("ك ١٢٣", "ک123"),
            ("京A·12345", "京A12345"),
            ("12가 3456", "12가3456"),
            ("品川 300 あ 12-34", "品川300あ1234"),
            ("12Б3456", "12Б3456"),
            ("ＡＢ １２３", "AB123"),
            ("♥ 123", "123"),
        ],
    )
    def test_whatever_the_script(self, written, compared):
        assert check_plate(written).normal == compared

    @pytest.mark.parametrize("country", ["", "DE", "RU", "QM", "XX"])
    def test_the_country_never_changes_it(self, country):
        assert check_plate("А 123 ВС 77", country).normal == "A123BC77"

    @pytest.mark.parametrize(
        ("typed", "stored"), [("BOEAB123", "BÖ-AB 123"), ("bö ab 123", "BOE-AB 123"), ("MUE X 1", "MÜ-X 1")]
    )
    def test_an_umlaut_spelt_out_is_offered(self, typed, stored):
        asked, held = check_plate(typed), check_plate(stored)

        assert held.normal in (asked.normal, *asked.alternatives)

    def test_two_german_districts_fall_together(self):
        assert check_plate("BÖ-AB 123").normal == check_plate("BO-AB 123").normal  # seen alike by every camera

    def test_letters_that_look_like_digits_share_a_second_key(self):
        assert plate_key("З12АВ".replace("А", "A")) == plate_key("312A8")


class TestWhatIsSaid:
    @pytest.mark.parametrize(
        ("text", "country", "wanted"),
        [
            ("B-MW 1234", "DE", set()),
            ("B-MW 12345678", "DE", {"plate.doubtful"}),
            ("AA-123-AA", "FR", set()),
            ("AAA-123-AA", "FR", {"plate.doubtful"}),
            ("1234 BCD", "ES", set()),
            ("1234 BAD", "ES", {"plate.doubtful"}),
            ("А123ВС77", "RU", {"plate.look_alikes"}),
            ("АBС123", "", {"plate.look_alikes", "plate.mixed_scripts"}),
            ("00000", "", {"plate.placeholder"}),
            ("UNKNOWN", "", {"plate.placeholder"}),
            ("8888", "", set()),
            ("ABCDEFGHIJ123", "", {"plate.long"}),
            ("ABCDEFGHIJ12", "", set()),
            ("anything 1", "QM", set()),
            ("", "", {"plate.empty"}),
        ],
    )
    def test_by_its_code(self, text, country, wanted):
        assert codes(text, country) == wanted

    def test_nothing_but_an_empty_text_is_ever_invalid(self):
        assert check_plate("ZZZZZZZZ", "ES").verdict is Verdict.DOUBTFUL
        assert check_plate("А123ВС77", "RU").verdict is Verdict.UNCHECKED
        assert check_plate("?").verdict is Verdict.INVALID


class TestTheTableOfFormats:
    def test_its_countries_exist_and_each_entry_says_how_sure_it_is(self):
        for country, (sure, *shapes) in FORMATS.items():
            assert by_alpha2(country)
            assert sure in ("high", "medium", "low")
            assert shapes

    @pytest.mark.parametrize(
        ("country", "plate"),
        [
            ("AR", "AB123CD"),
            ("AT", "W12345A"),
            ("BG", "CA1234AB"),
            ("BR", "ABC1D23"),
            ("CH", "ZH123456"),
            ("CL", "BBBB12"),
            ("CN", "京A12345"),
            ("CN", "粤BD12345"),
            ("CZ", "1AB2345"),
            ("EE", "123ABC"),
            ("GB", "AB12CDE"),
            ("GR", "ABE1234"),
            ("HU", "AABB123"),
            ("IE", "241D12345"),
            ("IN", "MH12AB1234"),
            ("IT", "AB123CD"),
            ("JP", "品川300あ1234"),
            ("KR", "123가4567"),
            ("KZ", "123ABC01"),
            ("LT", "ABC123"),
            ("NL", "AB123C"),
            ("NO", "AB12345"),
            ("PL", "WA12345"),
            ("PT", "AB12CD"),
            ("RO", "B123ABC"),
            ("RS", "BG123AB"),
            ("RU", "A123BC777"),
            ("SE", "ABC12D"),
            ("TR", "34ABC123"),
            ("UA", "AA1234BB"),
            ("VN", "51A12345"),
            ("ZA", "CA123456"),
            ("SG", "SBA1234A"),
            ("IL", "12345678"),
            ("EG", "ابج1234"),
        ],
    )
    def test_it_knows_common_plates(self, country, plate):
        assert fits(check_plate(plate).normal, country)

    def test_its_expressions_hold_no_endless_repetition(self):
        for _, *shapes in FORMATS.values():
            assert all(re.search(r"[+*].*[+*]", shape) is None for shape in shapes)


class TestLikeness:
    @pytest.mark.parametrize("text", ["B-MW 1234", "AB12 CDE", "А123ВС77", "品川300あ1234", "12가3456"])
    def test_letters_and_digits_may_be_a_plate(self, text):
        assert 0.3 <= plate_likeness(text) <= 0.6

    @pytest.mark.parametrize(
        "text",
        [
            "MARIA LOPEZ",
            "LI",
            "ANNA",
            "Maria",
            "12.05.1984",
            "1984-05-12",
            "A",
            "P<QMM<<",
            "a1@qm.example",
            "",
            "ABCDEFGHIJK12",
            "Maria Lopez 1984",
        ],
    )
    def test_names_dates_and_zones_are_none(self, text):
        assert plate_likeness(text) == 0

    def test_a_short_word_without_vowels_may_be_one(self):
        assert plate_likeness("XKR") > 0 == plate_likeness("Xkr") == plate_likeness("XK") == plate_likeness("ХКР")
