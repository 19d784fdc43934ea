import pytest

from liaison.databases import all_databases
from liaison.databases.declaration import POLICE, FieldType, MayEnter
from liaison.databases.organisations import FTM_IDENTIFIERS, FTM_NAMES, FTM_PROPERTIES, FTM_SCHEMAS
from liaison.rules.policy_values import CATALOGUE
from liaison.viewer import Purpose, ReaderKind

EVERY = pytest.mark.parametrize("database", all_databases().values(), ids=list(all_databases()))


class TestTheRegister:
    def test_the_databases_are_found_persons_first(self):
        assert next(iter(all_databases())) == "persons"
        assert set(all_databases()) >= {"organisations", "travel_documents", "vessels", "aircraft"}

    def test_each_has_a_prefix_of_its_own_for_references(self):
        prefixes = [database.reference_prefix for database in all_databases().values()]

        assert len(set(prefixes)) == len(prefixes)
        assert all(prefix.startswith("R") and len(prefix) == 2 and prefix != "RN" for prefix in prefixes)


@EVERY
class TestEveryDeclaration:
    def test_it_says_what_a_decision_on_a_database_must_say(self, database):
        assert database.label
        assert database.purpose
        assert database.purposes <= set(Purpose) - {Purpose.SYSTEM}
        assert database.who_may_query >= POLICE
        assert database.minimum
        assert database.at_version == f"{database.kind}@{database.version}"

    def test_its_retention_is_a_policy_value_with_the_same_default(self, database):
        assert CATALOGUE[database.retention_policy].default == database.retention_years

    def test_every_field_and_part_has_a_label_and_a_name_of_its_own(self, database):
        for field in database.fields:
            assert all(each.label for each in field.walk())
            assert len({part.name for part in field.parts}) == len(field.parts)

    def test_choices_have_values_and_groups_have_parts(self, database):
        for field in (each for declared in database.fields for each in declared.walk()):
            assert bool(field.choices) == (field.type is FieldType.CHOICE)
            assert bool(field.parts) == (field.type is FieldType.GROUP)
            assert len({choice.value for choice in field.choices}) == len(field.choices)
            assert all(choice.label for choice in field.choices)

    def test_what_it_is_searched_by_and_titled_by_is_declared(self, database):
        found_by = database.search_keys
        named = [found_by.names, found_by.birth_dates, found_by.nationalities, found_by.sex, found_by.documents,
                 found_by.number, found_by.range, found_by.country, found_by.kind, *found_by.references,
                 *database.title_fields, *database.public_fields]  # fmt: skip

        assert all(database.field(name) for name in named if name)

    def test_sensitive_fields_are_no_search_keys(self, database):
        found_by = database.search_keys
        keys = {found_by.names, found_by.birth_dates, found_by.nationalities, found_by.documents, found_by.number}

        assert not keys & set(database.sensitive)


class TestWhoEnters:
    def test_only_the_issuing_country_enters_travel_documents(self):
        assert all_databases()["travel_documents"].who_may_enter is MayEnter.ISSUING_COUNTRY
        assert all_databases()["persons"].who_may_enter == "source"

    def test_partners_query_documents_but_no_persons(self):
        may = {kind: ReaderKind.PARTNER in database.who_may_query for kind, database in all_databases().items()}

        assert not may["persons"]
        assert not may["organisations"]
        assert may["travel_documents"]

    def test_travel_documents_name_no_holder(self):
        assert not all_databases()["travel_documents"].search_keys.names


class TestFollowTheMoney:
    def test_every_field_named_there_is_declared_and_every_choice_has_a_property(self):
        database = all_databases()["organisations"]

        assert set(FTM_PROPERTIES) <= {field.name for field in database.fields}
        assert set(FTM_IDENTIFIERS) == {c.value for c in database.field("identifiers").part("kind").choices}
        assert set(FTM_NAMES) == {c.value for c in database.field("names").part("kind").choices}
        assert set(FTM_SCHEMAS) == {c.value for c in database.field("organisation_type").choices}

    def test_identifiers_bear_their_names_there(self):
        assert FTM_IDENTIFIERS["registration_number"] == "registrationNumber"
        assert FTM_IDENTIFIERS["lei_code"] == "leiCode"
        assert FTM_IDENTIFIERS["ticker"] == "ticker"
