"""What the index stores and what a query asks must agree: a record is found by what its document says."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liaison.databases import all_databases
from liaison.databases.declaration import normalise, search_document
from liaison.databases.keys import (
    document_keys,
    exact_keys,
    keys_for_query,
    range_keys,
    reference_key,
    second_chance_keys,
)
from liaison.identifiers.documents import RANGE_SIZE_MAX, NumberRange
from liaison.identifiers.identify import identify
from tests.budgets import budget
from tests.databases.records_of import a_document, a_person, an_organisation, blanks
from tests.identifiers.zones import TODAY, a_zone, replaced

TRIES = settings(max_examples=budget(150, 1000), deadline=None)
KEYS_THE_ENGINE_KEEPS = 256


def stored(kind: str, fields: dict) -> dict:
    database = all_databases()[kind]
    return search_document(database, normalise(database, fields))


def exact(text: str) -> set[str]:
    return {key for reading in identify(text, TODAY) for key in exact_keys(reading)}


def second(text: str) -> set[str]:
    return {key for reading in identify(text, TODAY) for key in second_chance_keys(reading)}


class TestDocuments:
    @pytest.mark.parametrize(
        "text", ["A3141593", "a 3141593", "A-314.1593", "passport A3141593", "\n".join(a_zone())]
    )
    def test_a_stolen_passport_is_found_however_its_number_is_given(self, text):
        assert exact(text) & set(stored("travel_documents", a_document())["keys"])

    def test_another_number_does_not_find_it(self):
        keys = set(stored("travel_documents", a_document())["keys"])

        assert not exact("A3141594") & keys
        assert not second("A3141594") & keys

    def test_a_zone_asks_with_its_country_too(self):
        assert "doc:A3141593:QM" in exact("\n".join(a_zone()))
        assert document_keys("a 3141593", "QM") == ["doc:A3141593", "doc:A3141593:QM", "docx:A3141593"]

    def test_a_number_misread_is_found_by_the_second_search_only(self):
        keys = set(stored("travel_documents", a_document(number="AB0123456"))["keys"])

        assert not exact("A80I23456") & keys
        assert second("A80I23456") & keys

    def test_a_zone_whose_number_fails_its_check_asks_for_what_would_fit(self):
        keys = set(stored("travel_documents", a_document(number="AB0812345"))["keys"])

        assert second(replaced(a_zone(number="AB0812345"), 2, 2, "8")) & keys

    def test_the_papers_of_persons_and_the_numbers_of_companies_are_found_too(self):
        person = stored("persons", a_person(documents=[{"number": "PA 77123", "kind": "passport", "country": "QP"}]))
        company = stored(
            "organisations",
            an_organisation(identifiers=[{"number": "HRB-4471", "kind": "registration_number", "country": "QN"}]),
        )

        assert exact("PA77123") & set(person["keys"])
        assert exact("hrb 4471") & set(company["keys"])

    def test_a_text_without_letters_and_digits_has_no_key(self):
        assert document_keys(" - ") == []


class TestRanges:
    @pytest.mark.parametrize(("number", "inside"), [("QM000099", False), ("QM000100", True), ("qm 000150", True),
                                                    ("QM000199", True), ("QM000200", False), ("QN000150", False),
                                                    ("QM0000150", False)])  # fmt: skip
    def test_a_number_is_found_when_it_lies_inside(self, number, inside):
        keys = set(stored("travel_documents", blanks("QM000100", "QM000199"))["keys"])

        assert bool(exact(number) & keys) is inside

    def test_a_number_misread_inside_is_found_by_the_second_search_only(self):
        keys = set(stored("travel_documents", blanks("QB000100", "QB000199"))["keys"])

        assert not exact("Q8OOOI5O") & keys
        assert second("Q8OOOI5O") & keys

    @TRIES
    @given(st.integers(0, 9_999), st.integers(0, 9_999), st.integers(0, 9_999))
    def test_keys_meet_exactly_where_the_range_contains_the_number(self, one, other, sought):
        blank = NumberRange.between(f"QX{min(one, other):04}", f"QX{max(one, other):04}")
        asked = {key for reading in identify(f"QX{sought:04}", TODAY) for key in exact_keys(reading)}

        assert bool(asked & set(range_keys(blank))) == blank.contains(f"QX{sought:04}")

    @TRIES
    @given(st.integers(0, 10**9), st.integers(0, RANGE_SIZE_MAX - 1))
    def test_no_range_has_more_keys_than_the_engine_keeps(self, start, more):
        assert (
            len(range_keys(NumberRange.between(f"QB{start:011}", f"QB{start + more:011}"))) <= KEYS_THE_ENGINE_KEEPS
        )


class TestReferences:
    @pytest.mark.parametrize("text", ["QDi.999", "qdi 999", "QDI999"])
    def test_a_listed_person_is_found_by_the_reference_of_the_list(self, text):
        keys = set(stored("persons", a_person(list_reference="QDi.999"))["keys"])

        assert exact(text) & keys
        assert reference_key("QDi.999") in keys


class TestQueries:
    @pytest.mark.parametrize("text", ["Dana Vora", "1974-08-12", "RN-2026-7K4M2P-C"])
    def test_what_is_no_number_asks_for_no_key(self, text):
        assert keys_for_query(identify(text, TODAY)[0]) == []

    def test_exact_keys_come_before_those_of_the_second_search(self):
        reading = identify("AB0123456", TODAY)[0]

        assert keys_for_query(reading)[: len(exact_keys(reading))] == exact_keys(reading)
        assert set(keys_for_query(reading)) == {*exact_keys(reading), *second_chance_keys(reading)}

    @TRIES
    @given(st.text(alphabet="ABO0I1B8S5Z2G6 -", min_size=4, max_size=14))
    def test_every_stored_number_is_found_by_asking_for_it(self, number):
        stored_keys = set(document_keys(number))
        asked = {
            key for reading in identify("A1B2C3D4", TODAY) for key in keys_for_query(replace(reading, value=number))
        }

        assert not stored_keys or stored_keys & asked


class TestSearchDocument:
    def test_it_says_what_the_engine_compares(self):
        fields = a_person(
            names=[
                {"text": "Дана Вора", "kind": "primary", "given": "Дана", "family": "Вора"},
                {"text": "Dana Vora", "kind": "strong_alias"},
            ],
            birth_dates=["1974-08-12", {"from": "1972", "to": "1974"}, {"text": "1970", "approximate": True}],
            nationalities=["QM", "QN"],
            sex="F",
            documents=[{"number": "A3141593", "kind": "passport", "country": "QM", "issued_on": "2020"}],
        )

        assert stored("persons", fields) == {
            "kind": "persons",
            "names": [
                {"text": "Дана Вора", "kind": "primary", "script": "Cyrl", "given": "Дана", "family": "Вора"},
                {"text": "Dana Vora", "kind": "strong_alias", "script": "Latn"},
            ],
            "birth_dates": ["1974-08-12", "1972", "1973", "1974", "1970"],
            "nationalities": ["QM", "QN"],
            "sex": "F",
            "documents": [{"number": "A3141593", "country": "QM", "kind": "passport"}],
            "keys": ["doc:A3141593", "doc:A3141593:QM", "docx:A3141593"],
        }

    def test_an_unknown_sex_is_not_compared(self):
        assert stored("persons", a_person(sex="U"))["sex"] == ""

    def test_a_company_is_compared_by_founding_date_and_countries(self):
        found = stored("organisations", an_organisation(incorporated_on="1998"))

        assert (found["birth_dates"], found["nationalities"], found["sex"]) == (["1998"], ["QN"], "")

    def test_a_stolen_document_is_itself_its_document(self):
        found = stored("travel_documents", a_document())

        assert found["documents"] == [{"number": "A3141593", "country": "QM", "kind": "passport"}]
        assert found["names"] == []
