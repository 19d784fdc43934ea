"""What a FollowTheMoney entity asks as an example: which databases, and what of it can be used."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liaison.databases import all_databases
from liaison.formats.ftm_asking import THING, asked_of, is_a, kinds_of, schemata
from liaison.formats.ftm_tables import properties_of


class TestGivenASchema:
    @pytest.mark.parametrize(
        ("schema", "kinds"),
        [
            ("Person", {"persons", "stolen_identities"}),
            ("Company", {"organisations"}),
            ("Organization", {"organisations"}),
            ("LegalEntity", {"persons", "stolen_identities", "organisations"}),
            ("Vessel", {"vessels"}),
            ("Airplane", {"aircraft"}),
            ("Vehicle", {"vehicles", "vessels", "aircraft"}),
            ("Passport", {"travel_documents"}),
            ("BankAccount", {"payment_instruments"}),
            ("Article", set()),
            ("", set()),
        ],
    )
    def test_then_the_databases_that_hold_such_things_answer(self, schema: str, kinds: set[str]):
        assert kinds_of(schema) == kinds

    def test_then_everything_is_a_thing(self):
        assert kinds_of(THING) == frozenset(all_databases())
        assert THING not in schemata()

    def test_then_what_stands_below_is_one_too(self):
        assert is_a("Company", "LegalEntity")
        assert is_a("Vessel", "Vehicle")
        assert not is_a("LegalEntity", "Company")
        assert not is_a("Nothing", "Nothing")


class TestGivenAPerson:
    def test_then_every_name_counts_with_its_kind(self):
        asked = asked_of("Person", {"name": ["Dilara Voss"], "alias": ["Дилара"], "weakAlias": ["Dee"]})

        assert asked.names == (("Dilara Voss", "primary"), ("Дилара", "strong_alias"), ("Dee", "weak_alias"))

    def test_then_parts_are_a_name_where_there_is_no_whole_one(self):
        parts = {"firstName": ["Dilara"], "fatherName": ["Orhan"], "lastName": ["Voss"]}

        assert asked_of("Person", parts).names == (("Dilara Orhan Voss", "primary"),)
        assert asked_of("Person", {**parts, "name": ["D. Voss"]}).names == (("D. Voss", "primary"),)

    def test_then_dates_countries_and_sex_are_read_as_records_keep_them(self):
        asked = asked_of(
            "Person",
            {
                "birthDate": ["1965-03", "1965-03-07T00:00:00"],
                "nationality": ["qm"],
                "citizenship": ["suhh"],
                "gender": ["female"],
            },
        )

        assert asked.birth_dates == ("1965-03", "1965-03-07")
        assert asked.nationalities == ("QM",)
        assert asked.sex == "F"

    def test_then_a_country_that_is_not_said_to_be_his_nationality_is_not_taken_for_it(self):
        assert asked_of("Person", {"name": ["Voss"], "country": ["qm"]}).nationalities == ()

    def test_then_two_sexes_say_nothing(self):
        assert asked_of("Person", {"gender": ["female", "male"]}).sex == ""

    def test_then_numbers_of_papers_ask_the_papers_too(self):
        asked = asked_of("Person", {"name": ["Voss"], "passportNumber": ["QM1234567"], "idNumber": ["987654"]})

        assert asked.document_numbers == ("QM1234567", "987654")
        assert "travel_documents" in asked.kinds
        assert "travel_documents" not in asked_of("Person", {"name": ["Voss"]}).kinds


class TestGivenAThing:
    def test_then_its_numbers_are_asked_by_their_schemes(self):
        vessel = asked_of("Vessel", {"name": ["Voss"], "imoNumber": ["IMO 9074729"], "callSign": ["QMV1"]})
        plane = asked_of("Airplane", {"registrationNumber": ["QM-ABC"], "serialNumber": ["1234"]})

        assert dict(vessel.identifiers).keys() >= {"imo", "call_sign"}
        assert dict(plane.identifiers).keys() >= {"aircraft_registration", "serial"}

    @pytest.mark.parametrize(("number", "scheme"), [("QM-AB 123", "plate"), ("1HGCM82633A004352", "vin")])
    def test_then_a_vehicle_bears_a_plate_or_a_vin(self, number: str, scheme: str):
        assert (scheme, number) in asked_of("Vehicle", {"registrationNumber": [number]}).identifiers

    def test_then_an_organisation_is_asked_by_any_of_its_numbers(self):
        asked = asked_of("Company", {"name": ["Voss"], "taxNumber": ["QM-77"], "country": ["qm"]})

        assert asked.document_numbers == ("QM-77",)
        assert asked.nationalities == ("QM",)


class TestGivenWhatCannotBeRead:
    def test_then_it_is_left_out_and_what_was_read_is_told(self):
        said = {"name": ["Dilara Voss", "??"], "birthDate": ["soon"], "height": ["170"], "unheardOf": ["x"]}
        asked = asked_of("Person", said)

        assert asked.birth_dates == ()
        assert asked.kept == {"name": ["Dilara Voss"]}

    @given(
        schema=st.sampled_from(schemata()),
        values=st.lists(st.tuples(st.integers(0, 200), st.text(max_size=30)), max_size=12),
    )
    def test_then_any_text_is_read_or_left_out_and_nothing_is_told_that_was_not_sent(self, schema, values):
        names = sorted(properties_of(schema))
        said: dict[str, list[str]] = {}
        for place, text in values:
            said.setdefault(names[place % len(names)], []).append(text)
        asked = asked_of(schema, said)

        assert asked.kept.keys() <= said.keys()
        assert asked.kinds >= kinds_of(schema)
        assert asked == asked_of(schema, {name: [*texts, *texts] for name, texts in said.items()})
