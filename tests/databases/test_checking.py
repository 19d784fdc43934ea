import base64
import dataclasses
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liaison.databases import all_databases
from liaison.databases.declaration import (
    Choice,
    Database,
    Field,
    FieldType,
    SearchKeys,
    checked,
    normalise,
    search_document,
    title,
    validate,
)
from liaison.databases.fields import IMAGE_BYTES_MAX, MANY_MAX, TEXT_LENGTH_MAX
from liaison.refusal import Refused
from tests.budgets import budget
from tests.databases.records_of import PNG, a_document, a_person, a_png, an_organisation, blanks, fields_of

TRIES = settings(max_examples=budget(60, 400), deadline=None)

PERSONS = all_databases()["persons"]
DOCUMENTS = all_databases()["travel_documents"]
ORGANISATIONS = all_databases()["organisations"]


def a_database_of(*fields: Field) -> Database:
    """Return the declaration of a database with these fields alone."""
    return dataclasses.replace(
        DOCUMENTS, kind="invented", fields=fields, search_keys=SearchKeys(), title_fields=(), minimum=(), rules=()
    )


def found(database, fields) -> set[tuple[str, str]]:
    return {(finding.code, finding.field) for finding in validate(database, fields)}


class TestGivenWholeRecords:
    @pytest.mark.parametrize(
        ("database", "fields"),
        [
            (PERSONS, a_person()),
            (PERSONS, a_person(names=None, person_status="unidentified")),
            (PERSONS, a_person(birth_dates=None, nationalities=None, list_reference="QDi.999")),
            (DOCUMENTS, a_document()),
            (DOCUMENTS, blanks("QM000100", "QM000199")),
            (ORGANISATIONS, an_organisation()),
        ],
    )
    def test_they_may_be_entered(self, database, fields):
        assert validate(database, fields) == []


class TestMinimumData:
    def test_a_person_needs_a_status(self):
        assert found(PERSONS, a_person(person_status=None)) == {("field.missing", "person_status")}

    def test_a_person_needs_a_name_unless_nobody_knows_it(self):
        assert found(PERSONS, a_person(names=None)) == {("database.minimum", "names")}
        assert found(PERSONS, a_person(names=None, person_status="deceased")) == set()

    def test_a_name_alone_does_not_tell_a_person_from_a_namesake(self):
        bare = a_person(birth_dates=None, nationalities=None)

        assert found(PERSONS, bare) == {("database.minimum", "birth_dates")}
        assert found(PERSONS, bare | {"sex": "F"}) == set()

    def test_a_document_needs_a_number_or_a_range(self):
        assert found(DOCUMENTS, a_document(number=None)) == {("database.minimum", "number")}

    def test_an_organisation_needs_more_than_a_name(self):
        assert found(ORGANISATIONS, an_organisation(countries=None)) == {("database.minimum", "countries")}

    def test_everything_missing_is_told_at_once(self):
        assert found(DOCUMENTS, {}) == {
            ("field.missing", "document_kind"),
            ("field.missing", "country"),
            ("field.missing", "event"),
            ("database.minimum", "number"),
        }

    def test_a_missing_part_is_told_with_its_path(self):
        assert found(PERSONS, a_person(names=[{"text": "Dana"}])) == {("field.missing", "names.0.kind")}

    def test_its_ground_is_a_policy_and_no_article(self):
        assert {finding.source for finding in validate(DOCUMENTS, {})} == {"policy: minimum_data"}


class TestTravelDocuments:
    def test_a_number_and_a_range_at_once_are_refused(self):
        both = blanks("QM000100", "QM000199") | {"number": "QM7"}

        assert ("travel_documents.number_and_range", "number") in found(DOCUMENTS, both)

    def test_only_blanks_come_in_ranges(self):
        assert found(DOCUMENTS, blanks("QM000100", "QM000199") | {"event": "lost"}) == {
            ("travel_documents.range_not_blank", "event")
        }

    def test_a_range_that_is_no_series_is_told(self):
        codes = {code for code, _ in found(DOCUMENTS, blanks("QM000100", "QN000199"))}

        assert "document_range.not_one_series" in codes

    @pytest.mark.parametrize("number", ["000000", "UNKNOWN", "n/a", "123456789", "--"])
    def test_a_placeholder_is_refused_because_it_would_stop_the_innocent(self, number):
        assert ("number" in {field for _, field in found(DOCUMENTS, a_document(number=number))}) is True

    def test_a_text_that_is_no_number_is_refused_and_the_longest_number_kept(self):
        assert found(DOCUMENTS, a_document(number="A" * 24 + "1")) == {("document_number.long", "number")}
        assert found(DOCUMENTS, a_document(number="A" * 23 + "1")) == set()


class TestValues:
    @pytest.mark.parametrize(
        ("more", "code", "field"),
        [
            ({"nationality": ["QM"]}, "field.unknown", "nationality"),
            ({"names": [{"text": "Dana", "kind": "primary", "nick": "D"}]}, "field.unknown", "names.0.nick"),
            ({"names": [{"text": "Dana", "kind": "pseudonym"}]}, "field.choice", "names.0.kind"),
            ({"names": [{"text": "\u0301\u0301", "kind": "primary"}]}, "field.name", "names.0.text"),
            ({"names": [{"text": "a" * (TEXT_LENGTH_MAX + 1), "kind": "primary"}]}, "field.too_long", "names.0.text"),
            ({"names": {"text": "Dana"}}, "field.not_a_list", "names"),
            ({"names": ["Dana"]}, "field.not_a_group", "names.0"),
            ({"names": [{"text": "Dana", "kind": "primary", "script": "Abcd"}]}, "field.script", "names.0.script"),
            ({"birth_dates": "1974"}, "field.not_a_list", "birth_dates"),
            ({"birth_dates": ["1974", "1974-02-30"]}, "date.impossible", "birth_dates.1"),
            ({"birth_dates": [1974]}, "date.unreadable", "birth_dates.0"),
            ({"nationalities": ["QM", "Atlantis"]}, "field.country", "nationalities.1"),
            ({"sex": "male"}, "field.choice", "sex"),
            ({"sex": 1}, "field.type", "sex"),
            ({"languages": ["Klingonese"]}, "field.language", "languages.0"),
            ({"description": {"height_cm": 12}}, "field.whole_number", "description.height_cm"),
            ({"description": {"height_cm": "tall"}}, "field.whole_number", "description.height_cm"),
            ({"description": {"height_cm": 1.7}}, "field.type", "description.height_cm"),
            ({"description": {"height_cm": True}}, "field.type", "description.height_cm"),
            ({"portrait": "bm8gcGljdHVyZQ=="}, "field.image", "portrait"),
            ({"portrait": "%%%"}, "field.image", "portrait"),
            ({"documents": [{"number": "00000"}]}, "document_number.placeholder", "documents.0.number"),
            ({"marks": ["x"] * (MANY_MAX + 1)}, "field.too_many", "marks"),
        ],
    )
    def test_what_has_no_normal_form_is_told_with_its_path(self, more, code, field):
        findings = validate(PERSONS, a_person(**more))

        assert (code, field) in {(finding.code, finding.field) for finding in findings}
        assert all(finding.remedy and str(finding) for finding in findings)
        with pytest.raises(Refused):
            normalise(PERSONS, a_person(**more))

    @pytest.mark.parametrize(
        ("more", "kept"),
        [
            ({"names": [{"text": " Dana\u200f  Vora ", "kind": "primary"}]},
             {"names": [{"text": "Dana Vora", "kind": "primary", "script": "Latn"}]}),
            ({"names": [{"text": "Дана", "kind": "primary", "given": ""}]},
             {"names": [{"text": "Дана", "kind": "primary", "script": "Cyrl"}]}),
            ({"birth_dates": ["12 Mar 1984", "00/00/1965", "ca. 1970", "1962-1964"]},
             {"birth_dates": ["1984-03-12", "1965", {"text": "1970", "approximate": True},
                              {"from": "1962", "to": "1964"}]}),
            ({"nationalities": ["qm", "Nerevia", "Iran (Islamic Republic of)"]},
             {"nationalities": ["QM", "QN", "IR"]}),
            ({"nationalities": ["QM", "Marvenia"]}, {"nationalities": ["QM"]}),
            ({"languages": ["GER", "ar", "French", "qta"]}, {"languages": ["deu", "ara", "fra", "qta"]}),
            ({"description": {"height_cm": "172", "note": " "}}, {"description": {"height_cm": 172}}),
            ({"remarks": "one \r\n two\x00"}, {"remarks": "one\ntwo"}),
            ({"portrait": f" {PNG[:8]}\n{PNG[8:]}"}, {"portrait": PNG}),
            ({"sex": "", "marks": [], "parents": {}, "remarks": None}, {}),
        ],
    )  # fmt: skip
    def test_values_are_kept_in_one_form(self, more, kept):
        normal = normalise(PERSONS, a_person(**more))

        assert normal == a_person() | kept

    def test_the_largest_image_is_kept_and_one_byte_more_refused(self):
        room = IMAGE_BYTES_MAX - len(a_png(pixels=b""))
        largest = base64.b64encode(a_png(pixels=bytes(room))).decode()
        larger = base64.b64encode(a_png(pixels=bytes(room + 1))).decode()

        assert found(PERSONS, a_person(portrait=largest)) == set()
        assert found(PERSONS, a_person(portrait=larger)) == {("field.image", "portrait")}

    def test_a_draft_may_lack_something_but_not_be_unreadable(self):
        assert normalise(PERSONS, {"marks": ["scar"]}) == {"marks": ["scar"]}
        assert normalise(PERSONS, {}) == {}

    def test_a_range_is_kept_by_its_normal_numbers(self):
        assert normalise(DOCUMENTS, blanks("qm 000100", "QM-000199"))["range"] == {
            "first": "QM000100",
            "last": "QM000199",
        }

    def test_a_blank_row_is_left_out_and_a_row_begun_is_not(self):
        assert found(PERSONS, a_person(documents=[{"number": "", "kind": ""}])) == set()
        assert found(PERSONS, a_person(documents=[{"kind": "passport"}])) == {("field.missing", "documents.0.number")}

    def test_no_and_nought_are_answers_and_nothing_is_none(self):
        database = a_database_of(
            Field("armed", "Armed", FieldType.YES_NO, required=True),
            Field("shots", "Shots", FieldType.WHOLE_NUMBER, required=True),
            Field("marks", "Marks", many=True),
        )

        assert checked(database, {"armed": False, "shots": 0}) == ({"armed": False, "shots": 0}, [])
        assert found(database, {"armed": "", "shots": None, "marks": []}) == {
            ("field.missing", "armed"),
            ("field.missing", "shots"),
        }
        assert normalise(database, {"armed": None, "marks": ["", None, "x", "x"]}) == {"marks": ["x"]}

    def test_two_declarations_with_fields_of_one_name_are_not_confused(self):
        one = a_database_of(Field("event", "Event", FieldType.CHOICE, choices=(Choice("lost", "Lost"),)))
        other = a_database_of(Field("event", "Event", FieldType.CHOICE, choices=(Choice("found", "Found"),)))

        assert found(one, {"event": "lost"}) == found(other, {"event": "found"}) == set()
        assert found(one, {"event": "found"}) == found(other, {"event": "lost"}) == {("field.choice", "event")}

    def test_an_empty_range_is_left_out(self):
        assert "range" not in normalise(DOCUMENTS, a_document(range={"first": "", "last": ""}))


def without_places(found: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """Return findings by field alone: blank and repeated items are left out, so that later ones move up."""
    return {(code, ".".join(part for part in path.split(".") if not part.isdecimal())) for code, path in found}


def has_float(value: object) -> bool:
    if isinstance(value, dict):
        return any(map(has_float, value.values()))
    return any(map(has_float, value)) if isinstance(value, list) else isinstance(value, float)


@pytest.mark.parametrize("kind", list(all_databases()))
class TestLaws:
    @TRIES
    @given(data=st.data())
    def test_normalising_twice_changes_nothing_and_gives_json_without_floats(self, kind, data):
        database = all_databases()[kind]
        fields = data.draw(fields_of(database))

        once = normalise(database, fields)

        assert normalise(database, once) == once
        assert json.loads(json.dumps(once)) == once
        assert not has_float(once)

    @TRIES
    @given(data=st.data())
    def test_the_normal_form_has_the_same_findings(self, kind, data):
        database = all_databases()[kind]
        fields = data.draw(fields_of(database))

        assert without_places(found(database, normalise(database, fields))) == without_places(found(database, fields))

    @TRIES
    @given(data=st.data())
    def test_one_pass_says_what_two_say(self, kind, data):
        database = all_databases()[kind]
        fields = data.draw(fields_of(database))

        normal, findings = checked(database, fields)

        assert normal == normalise(database, fields)
        assert list(normal) == [field.name for field in database.fields if field.name in normal]
        assert findings == validate(database, fields)

    @TRIES
    @given(data=st.data())
    def test_every_record_has_a_title_and_a_search_document(self, kind, data):
        database = all_databases()[kind]
        normal = normalise(database, data.draw(fields_of(database)))

        assert isinstance(title(database, normal), str)
        assert json.dumps(search_document(database, normal))

    @TRIES
    @given(fields=st.dictionaries(st.text(max_size=5), st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
        max_leaves=5)), data=st.data())  # fmt: skip
    def test_no_json_breaks_it(self, kind, fields, data):
        database = all_databases()[kind]
        name = data.draw(st.sampled_from([field.name for field in database.fields]))
        sent = fields | {
            name: data.draw(st.one_of(st.just(fields), st.just([fields]), st.just(list(fields.values()))))
        }

        assert all(str(finding) for finding in validate(database, sent))
