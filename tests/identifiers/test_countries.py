import xml.etree.ElementTree as ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liaison.identifiers.countries import (
    LANGUAGES,
    all_countries,
    by_alpha2,
    by_code,
    find,
    invented_countries,
    state,
)
from tests.budgets import budget


class TestCodes:
    def test_every_country_of_iso_3166_and_kosovo_and_the_invented_are_there(self):
        assert len(all_countries()) == 249 + 1 + 14

    @pytest.mark.parametrize("code", ["DE", "de", "DEU", "276", " deu "])
    def test_a_country_has_three_codes(self, code):
        assert by_code(code).name == "Germany"

    @pytest.mark.parametrize("code", ["", "ZZ", "XX", "D", "UNO", "000"])
    def test_other_codes_name_no_country(self, code):
        assert by_code(code) is None

    def test_codes_are_unique(self):
        for codes in zip(*((c.alpha2, c.alpha3, c.numeric) for c in all_countries() if c.numeric), strict=True):
            assert len(set(codes)) == len(codes)

    def test_the_invented_countries_use_only_codes_that_iso_3166_leaves_to_users(self):
        invented = invented_countries()

        assert [country.alpha2 for country in invented] == [f"Q{letter}" for letter in "MNOPQRSTUVWXYZ"]
        assert all("QMA" <= country.alpha3 <= "QZZ" and int(country.numeric) >= 900 for country in invented)

    def test_no_library_reads_an_invented_code_as_a_real_country(self):
        assert find("QM").invented
        assert find("qm") is None
        assert by_alpha2("QO").name == "Orasim"


class TestNames:
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_every_country_is_found_by_its_name_in_each_language(self, language):
        missed = [c.alpha2 for c in all_countries() if find(c.name_in(language)) is not c]

        assert missed == []

    def test_the_invented_countries_bear_no_name_of_a_real_one(self):
        real = {c.name_in(language).casefold() for c in all_countries() if not c.invented for language in LANGUAGES}

        assert not real & {c.name_in(language).casefold() for c in invented_countries() for language in LANGUAGES}

    def test_an_arabic_name_is_written_in_arabic(self):
        assert all("\u0600" <= c.name_in("ar")[0] <= "\u06ff" for c in invented_countries())

    @pytest.mark.parametrize(
        ("text", "code"),
        [
            ("Democratic Republic of the Congo", "CD"),
            ("Congo", "CG"),
            ("Iran (Islamic Republic of)", "IR"),
            ("Russian Federation", "RU"),
            ("Syrian Arab Republic", "SY"),
            ("occupied Palestinian territory", "PS"),
            ("Democratic People's Republic of Korea", "KP"),
            ("Democratic People’s Republic of Korea", "KP"),
            ("REPUBLIC OF KOREA", "KR"),
            ("China, Hong Kong Special Administrative Region", "HK"),
            ("United Kingdom of Great Britain and Northern Ireland", "GB"),
            ("Turkey", "TR"),
            ("TÜRKIYE", "TR"),
            ("the Netherlands", "NL"),
            ("Côte d’Ivoire", "CI"),
            ("Ivory Coast", "CI"),
            ("Bosnia & Herzegovina", "BA"),
            ("Niger", "NE"),
            ("Nigeria", "NG"),
            ("Guinea-Bissau", "GW"),
            ("Viet Nam", "VN"),
            ("Kosovo", "XK"),
            ("ALEMANIA", "DE"),
            ("الجزائر", "DZ"),
            ("USA", "US"),
            ("U.S.", "US"),
            ("  marvenia ", "QM"),
        ],
    )
    def test_free_text_is_read_as_lists_write_it(self, text, code):
        assert find(text).alpha2 == code

    @pytest.mark.parametrize(
        "text",
        ["", "Atlantis", "Korea", "Texas", "England", "USSR", "Yugoslavia", "no", "um", "x" * 500, "\u0301", "--"],
    )
    def test_what_names_no_country_or_several_or_a_part_is_left_open(self, text):
        assert find(text) is None

    @settings(max_examples=budget(100, 1000), deadline=None)
    @given(st.text(max_size=130))
    def test_no_text_breaks_it(self, text):
        found = find(text)

        assert found is None or found in all_countries()

    @pytest.mark.samples
    def test_every_country_of_the_list_of_the_united_nations_is_known(self, samples):
        tags = ("COUNTRY", "ISSUING_COUNTRY", "COUNTRY_OF_ISSUE", "COUNTRY_OF_BIRTH", "NATIONALITY/VALUE")
        root = ElementTree.parse(samples / "data" / "un" / "consolidated.xml").getroot()
        texts = {node.text for tag in tags for node in root.iterfind(f".//{tag}") if node.text}

        assert len(texts) > 60
        assert [text for text in texts if find(text) is None] == []


class TestCodesOfTheZone:
    @pytest.mark.parametrize(
        ("code", "country"),
        [("D", "DE"), ("D<<", "DE"), ("GBD", "GB"), ("RKS", "XK"), ("UNK", "XK"), ("QMM", "QM"), ("DEU", "DE")],
    )
    def test_some_stand_for_a_country(self, code, country):
        assert state(code).country.alpha2 == country

    @pytest.mark.parametrize("code", ["XXA", "XXB", "XXC", "XXX", "UNO", "UNA", "EUE", "UTO", "XOM", "XPO"])
    def test_some_stand_for_no_country_but_are_known(self, code):
        found = state(code)

        assert found.country is None
        assert found.label

    @pytest.mark.parametrize("code", ["", "<<<", "ZZZ", "DE", "X"])
    def test_others_are_unknown(self, code):
        assert state(code) is None

    def test_every_country_has_a_code_of_the_zone_that_leads_back_to_it(self):
        assert all(state(country.mrz_code).country is country for country in all_countries())
