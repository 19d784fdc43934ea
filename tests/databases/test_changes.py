from hypothesis import given, settings
from hypothesis import strategies as st

from liaison.databases import all_databases
from liaison.databases.declaration import FieldChange, diff, normalise, title
from tests.budgets import budget
from tests.databases.records_of import a_document, a_person, an_organisation, blanks, fields_of

TRIES = settings(max_examples=budget(60, 400), deadline=None)

PERSONS = all_databases()["persons"]
DOCUMENTS = all_databases()["travel_documents"]


class TestDiff:
    def test_a_changed_value_is_told_with_its_label(self):
        changes = diff(PERSONS, a_person(), a_person(person_status="convicted"))

        assert changes == [FieldChange("person_status", ("Status",), "charged", "convicted")]

    def test_lists_change_by_items(self):
        before = a_person(nationalities=["QM", "QN"])
        after = a_person(nationalities=["QN", "QO"])

        assert [(c.before, c.after) for c in diff(PERSONS, before, after)] == [("QM", None), (None, "QO")]

    def test_groups_change_part_by_part(self):
        before = a_person(description={"height_cm": 170, "eyes": "blue"})
        after = a_person(description={"height_cm": 172, "eyes": "blue", "hair": "grey"})

        assert diff(PERSONS, before, after) == [
            FieldChange("description.height_cm", ("Description", "Height (cm)"), 170, 172),
            FieldChange("description.hair", ("Description", "Hair"), None, "grey"),
        ]

    def test_a_field_that_came_and_one_that_went(self):
        changes = diff(PERSONS, a_person(sex="F"), a_person(reason="Wanted for arson."))

        assert [(c.field, c.before, c.after) for c in changes] == [
            ("sex", "F", None),
            ("reason", None, "Wanted for arson."),
        ]

    def test_changes_come_in_the_order_of_the_declaration(self):
        order = [field.name for field in PERSONS.fields]

        changed = [change.field for change in diff(PERSONS, {}, a_person(remarks="x", sex="F"))]

        assert changed == sorted(changed, key=order.index)

    @TRIES
    @given(st.data())
    def test_equal_versions_have_no_changes_and_unequal_ones_have_some(self, data):
        one, other = (normalise(PERSONS, data.draw(fields_of(PERSONS))) for _ in range(2))

        assert diff(PERSONS, one, one) == []
        assert bool(diff(PERSONS, one, other)) == (one != other) or same_but_for_order(one, other)
        assert len(diff(PERSONS, one, other)) == len(diff(PERSONS, other, one))


def same_but_for_order(one: dict, other: dict) -> bool:
    def ordered(fields: dict) -> dict:
        return {
            name: sorted(map(repr, value)) if isinstance(value, list) else value for name, value in fields.items()
        }

    return ordered(one) == ordered(other)


class TestTitle:
    def test_a_person_is_called_by_the_primary_name(self):
        names = [
            {"text": "The Ferryman", "kind": "weak_alias"},
            {"text": "Dana Vora", "kind": "primary", "script": "Latn"},
        ]

        assert title(PERSONS, a_person(names=names)) == "Dana Vora"

    def test_a_name_in_another_script_has_a_latin_one_beside_it(self):
        names = [
            {"text": "Дана Вора", "kind": "primary", "script": "Cyrl"},
            {"text": "Dana Vora", "kind": "strong_alias", "script": "Latn"},
            {"text": "Dana Wora", "kind": "strong_alias", "script": "Latn"},
        ]

        assert title(PERSONS, a_person(names=names)) == "Дана Вора · Dana Vora"

    def test_a_document_is_called_by_number_and_country(self):
        assert title(DOCUMENTS, a_document()) == "A3141593 · QM"

    def test_a_range_is_called_by_its_ends(self):
        assert title(DOCUMENTS, normalise(DOCUMENTS, blanks("QM0100", "QM0199"))) == "QM0100–QM0199 · QM"

    def test_an_organisation_is_called_by_its_name_and_a_nameless_person_by_nothing(self):
        assert title(all_databases()["organisations"], an_organisation()) == "Heron Salt Ltd"
        assert title(PERSONS, {"person_status": "unidentified"}) == ""

    def test_a_group_of_numbers_is_called_by_the_first_that_is_not_former(self):
        registrations = [{"number": "QM-11", "kind": "former"}, {"number": "QM-22"}, {"number": "QM-33"}]

        assert title(all_databases()["vessels"], {"registrations": registrations}) == "QM-22"
        assert title(all_databases()["vessels"], {"registrations": registrations[:1]}) == "QM-11"
