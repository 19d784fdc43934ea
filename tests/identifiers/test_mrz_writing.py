import json
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liaison.identifiers.mrz import Format, check_digit, forms, make, transliterate
from liaison.identifiers.mrz.transliteration import FORMS_MAX, NAME_LENGTH_MAX
from liaison.identifiers.mrz.writing import name_field
from liaison.refusal import Refused
from tests.budgets import budget
from tests.identifiers.zones import a_zone

TRIES = settings(max_examples=budget(150, 1000), deadline=None)
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class TestMake:
    def test_a_passport_is_written_as_icao_prints_it(self):
        lines = make(
            Format.TD3,
            issuer="UTO",
            number="L898902C3",
            surname="Eriksson",
            given_names="Anna Maria",
            birth=date(1974, 8, 12),
            sex="F",
            expiry=date(2012, 4, 15),
            optional="ZE184226B",
        )

        assert lines == (
            "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
            "L898902C36UTO7408122F1204159ZE184226B<<<<<10",
        )

    def test_a_long_card_number_goes_on_in_the_optional_data(self):
        lines = make(
            Format.TD1,
            issuer="UTO",
            number="D23145890734",
            surname="Stevenson",
            given_names="Peter John",
            birth=date(1934, 7, 12),
            sex="M",
            expiry=date(1995, 7, 12),
            document_type="I",
        )

        assert lines == (
            "I<UTOD23145890<7349<<<<<<<<<<<",
            "3407127M9507122UTO<<<<<<<<<<<2",
            "STEVENSON<<PETER<JOHN<<<<<<<<<",
        )

    @pytest.mark.parametrize("format", [Format.TD3, Format.MRVA, Format.MRVB])
    def test_a_long_number_fits_on_cards_only(self, format):
        with pytest.raises(Refused) as refused:
            a_zone(format, number="D23145890734")
        assert refused.value.code == "mrz.number_long"

    @pytest.mark.parametrize(
        ("more", "code"),
        [
            ({"number": ""}, "mrz.number"),
            ({"number": "АБ123"}, "mrz.number"),
            ({"surname": "", "given_names": ""}, "mrz.no_name"),
            ({"surname": "Vora 2"}, "mrz.no_spelling"),
            ({"surname": "渡"}, "mrz.no_spelling"),
            ({"surname": "A" * (NAME_LENGTH_MAX + 1)}, "mrz.name_too_long"),
            ({"optional": "é"}, "mrz.optional"),
            ({"optional": "1" * 15}, "mrz.field"),
            ({"issuer": "QMMM"}, "mrz.field"),
        ],
    )
    def test_what_no_zone_can_hold_is_refused_with_what_to_do(self, more, code):
        with pytest.raises(Refused) as refused:
            a_zone(**more)

        assert refused.value.code == code
        assert refused.value.findings[0].remedy

    def test_a_holder_without_a_surname_is_written_by_the_given_name(self):
        assert a_zone(surname="", given_names="Wulan")[0].startswith("P<QMMWULAN<<<<")

    def test_every_line_has_its_length_and_every_check_its_digit(self):
        for format, lines, width in [
            (Format.TD1, 3, 30),
            (Format.TD2, 2, 36),
            (Format.MRVB, 2, 36),
            (Format.MRVA, 2, 44),
        ]:
            zone = a_zone(format)
            assert [len(line) for line in zone] == [width] * lines


class TestNameField:
    @pytest.mark.samples
    def test_names_are_cut_as_icao_shows(self, samples):
        examples = json.loads((samples / "interop" / "mrz" / "icao9303-vectors.json").read_text())

        for example in examples["name_encoding_9303_4_s4_2_3"]:
            surname, _, given_names = example["viz"].partition(", ")
            field = name_field(transliterate(surname), transliterate(given_names), 39)
            assert field == example["td3_field"]
            assert example["maybe_truncated"] is False or not field.endswith("<")

    def test_a_name_that_just_fits_is_whole_and_one_letter_more_is_cut(self):
        assert name_field("ABC", "DEFG", 9) == "ABC<<DEFG"
        assert name_field("ABC", "DEFGH", 9) == "ABC<<DEFG"
        assert name_field("ABC", "DEF", 9) == "ABC<<DEF<"

    def test_a_cut_that_would_end_on_a_filler_ends_on_a_letter(self):
        assert name_field("VORA", "DANA<MIRA", 11) == "VORA<<DAN<M"

    def test_a_long_surname_leaves_room_for_two_letters_of_the_given_name(self):
        assert name_field("A" * 40, "DANA", 39) == "A" * 35 + "<<DA"
        assert name_field("A" * 40, "D", 39) == "A" * 36 + "<<D"

    @TRIES
    @given(
        st.lists(st.text(LETTERS, min_size=1, max_size=20), min_size=1, max_size=4),
        st.lists(st.text(LETTERS, min_size=1, max_size=20), max_size=4),
        st.sampled_from([30, 31, 39]),
    )
    def test_it_has_its_width_begins_with_the_surname_and_tells_when_it_was_cut(self, surnames, given_names, width):
        surname, given = "<".join(surnames), "<".join(given_names)

        field = name_field(surname, given, width)

        whole = f"{surname}<<{given}" if given else surname
        assert len(field) == width
        assert field[0] == surname[0]
        assert (
            len(whole) <= width
            or not field.endswith("<")
            or all(len(name) == 1 for name in (*surnames, *given_names))
        )
        assert not given or "<<" in field


class TestTransliteration:
    @pytest.mark.parametrize(
        ("name", "language", "spelt"),
        [
            ("O’Connor", "", "OCONNOR"),
            ("Smith-Jones", "", "SMITH<JONES"),
            ("van der Muellen", "", "VAN<DER<MUELLEN"),
            ("Jürgen Øster", "", "JUERGEN<OESTER"),
            ("Strauß", "", "STRAUSS"),
            ("Núñez", "", "NUNEZ"),
            ("Þóra Ægisdóttir", "", "THORA<AEGISDOTTIR"),
            ("Nguyễn", "", "NGUYEN"),
            ("Çınar", "", "CINAR"),
            ("Щербаков", "", "SHCHERBAKOV"),
            ("Щерев", "bg", "SHTEREV"),
            ("Григорий", "", "GRIGORII"),
            ("Григорій", "uk", "HRYHORII"),
            ("Єва", "uk", "YEVA"),
            ("Єва", "", "IEVA"),
            ("Харитон", "sr", "HARITON"),
            ("محمد", "", "MXHMD"),
            ("مُحَمَّد", "", "MXHMMD"),
            ("فاطمة", "", "FAXTTMXAH"),
            ("", "", ""),
            (" - ", "", ""),
        ],
    )
    def test_names_are_spelt_as_the_tables_say(self, name, language, spelt):
        assert transliterate(name, language=language) == spelt

    def test_every_row_of_the_tables_gives_letters_of_a_zone(self):
        for name in ("ÄÖÜÅÑ", "ЁЂЄЅІЇЈЉЊЌЎЏ", "Ғ Ґ Һ", "ءآأؤ", "ټپځ", "ۓ"):
            assert all(set(form) <= set(LETTERS + "<") for form in forms(name))

    def test_all_permitted_spellings_are_given_the_recommended_one_first(self):
        assert forms("Ü") == ["UE", "UXX", "U"]
        assert forms("Müller") == ["MUELLER", "MUXXLLER", "MULLER"]
        assert set(forms("Г")) == {"G", "H"}
        assert forms("Г", language="uk") == ["H", "G"]

    def test_there_is_a_bound_on_spellings(self):
        assert len(forms("ÜÜÜÜÜÜÜÜÜÜÜÜ")) == FORMS_MAX

    @TRIES
    @given(st.text(alphabet="abcäöüñ АБГЩЄ-’محمد", max_size=20))
    def test_the_recommended_spelling_is_one_of_the_permitted(self, name):
        assert transliterate(name) in forms(name)

    def test_a_check_digit_can_be_computed_over_every_spelling(self):
        assert all(check_digit(form) >= 0 for form in forms("Çınar Щ مُحَمَّد"))
