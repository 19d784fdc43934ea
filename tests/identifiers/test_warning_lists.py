"""Values that never mean anything act alike in form, interface and import, because all ask the same functions."""

from datetime import date

import pytest

from liaison.databases import all_databases
from liaison.databases.declaration import doubts, normalise, validate
from liaison.identifiers.warning_lists import (
    is_no_name,
    is_placeholder_date,
    is_specimen,
    name_parts_unknown,
    sources,
)

PERSONS = all_databases()["persons"]
TODAY = date(2026, 11, 25)


def a_person(name: str, **more):
    return {"names": [{"text": name, "kind": "primary"}], "birth_dates": ["1984"], "person_status": "suspect", **more}


class TestNames:
    @pytest.mark.parametrize(
        "name",
        ["UNKNOWN", "F.N.U. L.N.U.", "n/a", "Name Unknown", "sans nom", "Desconocido", "مجهول", "неизвестно", "不详"],
    )
    def test_a_name_that_says_that_none_is_known_is_refused(self, name):
        assert is_no_name(name)
        assert [finding.code for finding in validate(PERSONS, a_person(name))] == ["field.name_unknown"]

    @pytest.mark.parametrize("name", ["Nil Kaya", "Chu Na", "Test Ergaliyev", "Noname Sovik", "X Æ Quendrix"])
    def test_a_name_that_only_holds_such_a_word_is_not(self, name):
        assert validate(PERSONS, a_person(name)) == []

    def test_parts_of_a_name_may_be_what_a_whole_name_may_not(self):
        named = {"text": "CHU, Na", "kind": "primary", "given": "Na", "family": "Chu"}

        assert validate(PERSONS, a_person("x", names=[named])) == []

    def test_a_part_that_stands_for_an_unknown_one_is_doubted_at_its_place(self):
        fields = normalise(PERSONS, a_person("FNU Quendrix"))
        (doubt,) = doubts(PERSONS, fields, today=TODAY)

        assert (doubt.code, doubt.field) == ("doubt.name_part_unknown", "names.0.text")
        assert name_parts_unknown("FNU Quendrix") == ["FNU"]


class TestNumbersAndDates:
    @pytest.mark.parametrize("number", ["L898902C3", "l898902c<3", "D23145890", "C01X00T47"])
    def test_the_number_of_a_specimen_is_doubted(self, number):
        fields = normalise(PERSONS, a_person("Elsa Quendrix", documents=[{"number": number, "kind": "passport"}]))

        assert is_specimen(number)
        assert "doubt.specimen" in {doubt.code for doubt in doubts(PERSONS, fields, today=TODAY)}

    @pytest.mark.parametrize(("day", "doubted"), [("1900-01-01", True), ("1970-01-01", True), ("1970-01-02", False),
                                                  ("1970", False)])  # fmt: skip
    def test_a_day_that_is_put_where_none_is_known_is_doubted(self, day, doubted):
        fields = normalise(PERSONS, a_person("Elsa Quendrix", birth_dates=[day]))

        assert is_placeholder_date(day) is doubted
        found = {doubt.code for doubt in doubts(PERSONS, fields, today=TODAY)}
        assert ("doubt.placeholder_date" in found) is doubted

    @pytest.mark.parametrize("text", ["unknown", "N/A", "néant", "se desconoce"])
    def test_a_text_that_says_nothing_is_doubted(self, text):
        fields = normalise(PERSONS, a_person("Elsa Quendrix", occupations=[text]))

        assert [doubt.code for doubt in doubts(PERSONS, fields, today=TODAY)] == ["doubt.says_nothing"]

    @pytest.mark.parametrize(
        ("kind", "field", "value"),
        [("devices", "imei", "000000000000000"), ("vessels", "imo", "0000000"), ("firearms", "serial", "UNKNOWN")],
    )
    def test_a_number_that_stands_for_an_unknown_one_is_refused_where_records_are_found_by_it(
        self, kind, field, value
    ):
        database = all_databases()[kind]
        declared = database.field(field)
        given = [value] if declared.many else value

        found = {finding.code for finding in validate(database, {field: given})}

        assert any(code.endswith((".placeholder", "field.identifier")) for code in found), found

    def test_a_plate_may_say_what_its_owner_paid_for(self):
        vehicles = all_databases()["vehicles"]
        plates = [{"number": "NULL", "country": "QM"}]

        assert not any(code.code.endswith("placeholder") for code in validate(vehicles, {"plates": plates}))


def test_each_list_says_where_it_is_from():
    assert set(sources()) == {"words", "name_parts", "specimen_documents", "dates"}
    assert all(sources().values())
