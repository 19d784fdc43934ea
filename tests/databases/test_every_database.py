"""Laws and worked examples that hold for every database there is; a new one joins by its declaration alone."""

import pytest

from liaison.databases import all_databases
from liaison.databases.declaration import FieldType, normalise, search_document, title, validate
from liaison.databases.fields import MANY_MAX
from liaison.databases.keys import identifier_keys
from liaison.identifiers.registry import SCHEMES
from liaison.viewer import ReaderKind
from tests.databases.good_records import FOUND_BY, GOOD, LACKING, NAMED, TITLES, without

EVERY = pytest.mark.parametrize("database", all_databases().values(), ids=list(all_databases()))
KINDS = pytest.mark.parametrize("kind", sorted(GOOD))

FINDS_NOTHING_BECAUSE = {
    ("payment_instruments", "bic"): "it names a bank: all accounts of the bank would be found",
}


def fields_with_paths(database):
    for field in database.fields:
        yield field.name, field
        for part in field.parts:
            yield f"{field.name}.{part.name}", part


class TestGivenAllDatabases:
    def test_then_each_has_an_example_here(self):
        assert set(GOOD) == set(FOUND_BY) == set(TITLES) == set(LACKING)
        assert set(GOOD) <= set(all_databases())
        assert len(GOOD) == 19

    def test_then_their_prefixes_are_two_letters_that_no_other_reference_has(self):
        prefixes = [database.reference_prefix for database in all_databases().values()]

        assert len(set(prefixes)) == len(prefixes)
        assert all(len(prefix) == 2 and prefix.startswith("R") for prefix in prefixes)
        assert "RN" not in prefixes


@EVERY
class TestGivenADeclaration:
    def test_then_every_identifier_is_a_search_key_or_says_why_not(self, database):
        paths = {path for path, field in fields_with_paths(database) if field.type is FieldType.IDENTIFIER}
        silent = {path for kind, path in FINDS_NOTHING_BECAUSE if kind == database.kind}

        assert paths - silent == set(database.search_keys.identifiers)
        assert silent <= paths

    def test_then_every_identifier_has_a_scheme_that_is_known_and_a_sibling_for_its_country(self, database):
        for path, field in fields_with_paths(database):
            group, _, part = path.partition(".")
            beside = database.field(group).parts if part else database.fields
            assert bool(field.scheme) == (field.type is FieldType.IDENTIFIER)
            assert field.scheme in ("", *SCHEMES)
            assert not field.country_from or field.country_from in {one.name for one in beside}

    def test_then_every_name_type_label_and_choice_is_whole(self, database):
        for declared in database.fields:
            for field in declared.walk():
                assert field.name.isidentifier()
                assert field.name.islower()
                assert field.label
                assert not field.label[0].islower()
                assert isinstance(field.type, FieldType)
                assert all(choice.value and choice.label for choice in field.choices)
                assert field.many or field.most == MANY_MAX

    def test_then_groups_are_one_level_deep_and_derive_from_a_sibling(self, database):
        for field in database.fields:
            assert all(part.type is not FieldType.GROUP for part in field.parts)
            parts = {part.name for part in field.parts}
            assert all(part.derived_from in ("", *parts) for part in field.parts)

    def test_then_no_choice_is_in_the_title_where_its_code_would_be_read(self, database):
        for name in database.title_fields:
            assert database.field(name).type not in (FieldType.CHOICE, FieldType.YES_NO, FieldType.IMAGE)

    def test_then_what_it_can_be_told_apart_by_is_declared(self, database):
        for least in database.minimum:
            assert least.problem
            assert least.remedy
            assert bool(least.unless_field) == bool(least.unless_values)
            choices = database.field(least.unless_field).choices if least.unless_field else ()
            assert least.unless_values <= {choice.value for choice in choices}

    def test_then_its_retention_is_bounded_by_its_default_or_more(self, database):
        assert 1 <= database.retention_years <= database.retention_years_max
        assert database.retention_policy == f"retention.{database.kind}_years"


@KINDS
class TestGivenAnInventedRecord:
    def test_when_it_is_whole_then_nothing_keeps_it_out(self, kind):
        assert validate(all_databases()[kind], GOOD[kind]) == []

    def test_when_it_lacks_what_tells_it_apart_then_it_is_refused(self, kind):
        findings = validate(all_databases()[kind], without(kind, *LACKING[kind]))

        assert "database.minimum" in [finding.code for finding in findings]

    def test_when_each_required_field_is_taken_away_then_it_is_refused(self, kind):
        database = all_databases()[kind]
        for field in database.fields:
            if field.required:
                findings = validate(database, without(kind, field.name))
                assert ("field.missing", field.name) in [(one.code, one.field) for one in findings]

    def test_when_it_is_indexed_then_it_is_found_by_all_its_numbers_and_names(self, kind):
        database = all_databases()[kind]
        found_by = search_document(database, normalise(database, GOOD[kind]))

        assert set(FOUND_BY[kind]) <= set(found_by["keys"])
        assert tuple(name["text"] for name in found_by["names"]) == NAMED.get(kind, ())
        assert found_by["kind"] == kind

    def test_when_a_number_is_asked_for_as_typed_then_its_keys_lead_to_the_record(self, kind):
        database = all_databases()[kind]
        kept = set(search_document(database, normalise(database, GOOD[kind]))["keys"])

        for path, field in fields_with_paths(database):
            if field.type is FieldType.IDENTIFIER and path in database.search_keys.identifiers:
                for text in values_at(GOOD[kind], path):
                    assert identifier_keys(field.scheme, text)[:2] == [
                        key for key in identifier_keys(field.scheme, text)[:2] if key in kept
                    ]

    def test_when_it_is_named_in_one_line_then_that_reads_well(self, kind):
        database = all_databases()[kind]

        assert title(database, normalise(database, GOOD[kind])) == TITLES[kind]

    def test_when_it_is_normalised_again_then_nothing_changes(self, kind):
        once = normalise(all_databases()[kind], GOOD[kind])

        assert normalise(all_databases()[kind], once) == once


def values_at(fields, path):
    group, _, part = path.partition(".")
    value = fields.get(group, [])
    items = value if isinstance(value, list) else [value]
    found = [item.get(part) for item in items] if part else items
    return [text for text in found if text]


class TestGivenFieldsThatContradictEachOther:
    @pytest.mark.parametrize("kind", ["travel_documents", "administrative_documents"])
    def test_a_paper_is_one_number_or_a_range_of_blanks(self, kind):
        range_ = {"first": "QM0100", "last": "QM0199"}
        blanks = without(kind, "number") | {"range": range_, "event": "stolen_blank"}

        assert codes(kind, blanks) == []
        assert codes(kind, GOOD[kind] | {"range": range_, "event": "stolen_blank"}) == [f"{kind}.number_and_range"]
        assert codes(kind, blanks | {"event": "stolen"}) == [f"{kind}.range_not_blank"]

    @pytest.mark.parametrize(
        ("state", "serial", "expected"),
        [
            ("readable", "KT20441", []),
            ("partly", "KT20", []),
            ("restored", "KT20441", []),
            ("obliterated", "KT20441", ["firearms.serial_unread"]),
            ("none", "KT20441", ["firearms.serial_unread"]),
            ("obliterated", "", []),
            ("none", "", []),
            ("readable", "", ["database.minimum"]),
            ("partly", "", ["database.minimum"]),
        ],
    )
    def test_a_firearm_without_a_number_says_why(self, state, serial, expected):
        fields = without("firearms", "other_serials") | {"serial": serial, "serial_state": state}

        assert codes("firearms", fields) == expected

    @pytest.mark.parametrize("status", ["requested", "under_way"])
    def test_a_trace_is_asked_of_a_country(self, status):
        asked = GOOD["firearms"] | {"trace_status": status}

        assert codes("firearms", asked) == ["firearms.trace_of_nobody"]
        assert codes("firearms", asked | {"manufactured_in": "QR"}) == []
        assert codes("firearms", asked | {"last_legal_country": "QS"}) == []
        assert codes("firearms", GOOD["firearms"] | {"trace_status": "untraceable"}) == []

    @pytest.mark.parametrize(
        ("more", "expected"),
        [
            ({"wallet": "bc1qinvented"}, ["payment_instruments.several"]),
            ({"card": "4111 1111 1111 1111"}, ["payment_instruments.several"]),
            ({"account_number": "44 71"}, []),
            ({"iban": "", "wallet": "bc1qinvented"}, []),
        ],
    )
    def test_a_record_is_one_card_account_or_address(self, more, expected):
        assert codes("payment_instruments", GOOD["payment_instruments"] | more) == expected

    def test_a_victim_who_does_not_agree_is_not_recorded(self):
        assert codes("stolen_identities", GOOD["stolen_identities"] | {"consent": "no"}) == [
            "stolen_identities.no_consent"
        ]
        assert codes("stolen_identities", without("stolen_identities", "consent")) == ["field.missing"]

    def test_a_genuine_document_with_a_wrong_bearer_is_no_forgery(self):
        forged = GOOD["counterfeit_documents"]

        assert codes("counterfeit_documents", forged | {"forgeries": ["impostor"]}) == [
            "counterfeit_documents.genuine"
        ]
        assert codes("counterfeit_documents", forged | {"forgeries": ["impostor", "photo"]}) == []


class TestGivenWhoMayAsk:
    def test_then_partners_ask_about_papers_and_things_but_not_people_weapons_or_how_forgeries_are_known(self):
        closed = {kind for kind, one in all_databases().items() if ReaderKind.PARTNER not in one.who_may_query}

        assert closed & set(GOOD) == {
            "persons", "organisations", "stolen_identities", "firearms", "firearm_models", "counterfeit_documents",
            "document_specimens",
        }  # fmt: skip

    def test_then_only_people_companies_and_works_of_art_have_public_fields(self):
        public = {kind for kind, database in all_databases().items() if database.public_fields}

        assert public & set(GOOD) == {"persons", "organisations", "artworks"}

    def test_then_a_work_of_art_tells_the_public_neither_place_nor_file(self):
        public = set(all_databases()["artworks"].public_fields)

        assert not public & {"event_place", "file_number", "remarks", "taken_from", "inventory_numbers"}


def codes(kind, fields):
    return [finding.code for finding in validate(all_databases()[kind], fields)]
