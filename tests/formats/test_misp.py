import gzip
import io
import json
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liaison.files.jail import run_jailed
from liaison.formats import misp
from liaison.formats.misp import parse
from liaison.formats.rows import Edition, Row, as_mapping, from_mapping
from liaison.refusal import Refused
from tests.budgets import budget
from tests.formats.misp_events import (
    MOMENT,
    a_loose,
    a_person,
    a_uuid,
    an_attribute,
    an_event,
    an_object,
    event_of,
)


def read(data: bytes) -> tuple[list[Row], Edition]:
    *rows, edition = parse(io.BytesIO(data))
    assert isinstance(edition, Edition)
    return rows, edition


def only(*objects: object, **more: object) -> Row:
    (row,), _ = read(an_event(*objects, **more))
    return row


def codes(row: Row) -> list[str]:
    return [finding.code for finding in row.findings]


class TestGivenAPersonOfAnother:
    def test_then_each_attribute_is_its_field(self):
        row = only(
            a_person(
                alias=["Dila", "D."],
                gender="Female",
                nationality=["Germany", "QM"],
                place_of_birth="Vessa",
                passport_number="A1234567",
                passport_country="QM",
                passport_expiration="2030-01-31",
                address="1 Quay, Vessa",
                role="Witness",
                text="Tall.",
            )
        )

        assert row.fields == {
            "names": [
                {"text": "Dilara Voss", "kind": "primary", "script": "Latn"},
                {"text": "Dila", "kind": "weak_alias", "script": "Latn"},
                {"text": "D.", "kind": "weak_alias", "script": "Latn"},
            ],
            "birth_dates": ["1965-03-07"],
            "birth_places": [{"city": "Vessa"}],
            "nationalities": ["DE", "QM"],
            "sex": "F",
            "documents": [{"number": "A1234567", "kind": "passport", "country": "QM", "expires_on": "2030-01-31"}],
            "person_status": "witness",
            "addresses": [{"note": "1 Quay, Vessa"}],
            "remarks": "Tall.",
        }
        assert row.findings == ()

    def test_when_no_role_is_known_then_it_is_a_person_of_interest_and_that_is_said(self):
        for person in (a_person(), a_person(role="Emitter")):
            row = only(person)

            assert row.fields["person_status"] == "person_of_interest"
            assert "misp.status_unknown" in codes(row)

    def test_when_the_name_is_in_parts_then_it_is_put_together(self):
        row = only(a_person(full_name=[], first_name="Dilara", middle_name="Jade", last_name="Voss"))

        assert row.fields["names"] == [
            {
                "text": "Dilara Jade Voss",
                "kind": "primary",
                "script": "Latn",
                "given": "Dilara Jade",
                "family": "Voss",
            }
        ]

    def test_when_it_references_documents_then_they_are_its_own(self):
        passport = an_object("ftm-Passport", 2, passportNumber="B7654321", country="QN", startDate="2020")
        person = {**a_person(passport_number="A1234567"), "ObjectReference": [{"referenced_uuid": a_uuid(2)}]}

        for objects in ([person, passport], [passport, person]):
            row = only(*objects)

            assert [document["number"] for document in row.fields["documents"]] == ["A1234567", "B7654321"]
            assert row.fields["documents"][1] == {"number": "B7654321", "country": "QN", "issued_on": "2020"}

    def test_when_references_run_in_a_circle_then_it_is_read_once(self):
        one = {**a_person(1), "ObjectReference": [{"referenced_uuid": a_uuid(2)}, {"referenced_uuid": a_uuid(1)}]}
        two = {**a_person(2), "ObjectReference": [{"referenced_uuid": a_uuid(1)}]}
        alone = {**a_person(3), "ObjectReference": [{"referenced_uuid": "nothing"}, 7, {"referenced_uuid": [1]}]}

        rows, _ = read(an_event(alone, one, two))

        assert [row.foreign_key for row in rows] == [a_uuid(3), a_uuid(1), a_uuid(2)]

    def test_when_a_value_does_not_fit_then_it_is_left_out_and_the_rest_stays(self):
        row = only(a_person(nationality=["Atlantis", "QM"], gender="Dragon", alias="x" * 600, text="y" * 600))

        assert row.fields["nationalities"] == ["QM"]
        assert row.fields["remarks"] == "y" * 600
        assert "sex" not in row.fields
        assert codes(row).count("misp.value_left_out") == 3
        assert "Atlantis" not in repr(row.findings)

    def test_when_nothing_tells_it_from_a_namesake_then_it_is_refused_without_its_name(self):
        row = only(a_person(date_of_birth=[]))

        assert codes(row) == ["database.minimum"]
        assert "Voss" not in repr(row.findings)


class TestGivenOtherObjects:
    def test_when_it_is_a_legal_entity_then_it_is_an_organisation(self):
        row = only(
            an_object("legal-entity", name="Voss Ltd", registration_number="QM-77-1", phone_number="+99912345")
        )

        assert row.kind == "organisations"
        assert row.fields == {
            "names": [{"text": "Voss Ltd", "kind": "primary", "script": "Latn"}],
            "identifiers": [{"number": "QM-77-1", "kind": "registration_number"}],
            "phones": ["+99912345"],
        }

    def test_when_a_vehicle_is_meant_for_detection_then_it_is_suspected_else_refused(self):
        vehicle = an_object("vehicle", vin="WVWZZZ1JZXW000001", make="Voss", type="truck")
        detected = {**vehicle, "Attribute": [{**one, "to_ids": True} for one in vehicle["Attribute"]]}

        assert only(detected).fields == {
            "vin": "WVWZZZ1JZXW000001",
            "event": "suspected",
            "vehicle_kind": "lorry",
            "make": "Voss",
        }
        assert codes(only(vehicle)) == ["field.missing"]

    def test_when_it_says_what_happened_then_that_counts(self):
        row = only(an_object("vehicle", vin="WVWZZZ1JZXW000001", state="stolen"))

        assert row.fields["event"] == "stolen"

    def test_when_a_document_stands_alone_then_something_must_have_happened_to_it(self):
        row = only(an_object("ftm-Passport", passportNumber="B7654321", country="QN", type="passport"))

        assert (row.kind, codes(row)) == ("travel_documents", ["field.missing"])

    @pytest.mark.parametrize("name", ["file", "physical-object", "", None, 7, ["person"], "person\x00"])
    def test_when_no_database_is_meant_then_it_is_counted_only(self, name):
        rows, edition = read(an_event({**an_object("x", serial_number="1"), "name": name}))

        assert rows == []
        assert sum(edition.unkept.values()) == 2  # its attribute, and the title of the event


class TestGivenLooseAttributes:
    @pytest.mark.parametrize(
        ("type_", "value", "kind", "field"),
        [
            ("btc", "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2", "payment_instruments", "wallet"),
            ("iban", "GB82WEST12345698765432", "payment_instruments", "iban"),
            ("cc-number", "4111111111111111", "payment_instruments", "card"),
            ("mac-address", "02:00:00:00:00:01", "devices", "mac"),
        ],
    )
    def test_when_they_are_numbers_for_detection_then_each_is_a_suspected_thing(self, type_, value, kind, field):
        row = only(Attribute=[a_loose(type_, value)])

        assert row.kind == kind
        assert row.fields == {field: [value] if field == "mac" else value, "event": "suspected"}

    @pytest.mark.parametrize(
        "attribute",
        [
            a_loose("btc", "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2", to_ids=False),
            a_loose("ip-src", "198.51.100.3"),
            a_loose("email-src", "a@voss.qm"),
            a_loose("passport-number", "A1234567"),
            a_loose(["btc"], "1"),
        ],
    )
    def test_when_they_are_not_then_they_are_counted_only(self, attribute):
        rows, edition = read(an_event(Attribute=[attribute]))

        assert rows == []
        assert sum(count for name, count in edition.unkept.items() if name.startswith("Attribute:")) == 1

    def test_when_one_is_no_such_number_then_it_is_refused_without_its_value(self):
        row = only(Attribute=[a_loose("iban", "…")])

        assert row.fields is None


class TestGivenMarkings:
    @pytest.mark.parametrize("where", ["event", "object", "attribute", "loose"])
    @pytest.mark.parametrize(("tag", "code"), [("tlp:red", ["misp.tlp_red"]), ("TLP:RED", ["misp.tlp_red"])])
    def test_when_anything_of_it_is_tlp_red_then_it_is_refused(self, where, tag, code):
        tags = {"Tag": [{"name": tag}]}
        person = a_person(role="Witness")
        if where == "event":
            row = only(person, **tags)
        elif where == "object":
            row = only({**person, **tags})
        elif where == "attribute":
            row = only({**person, "Attribute": [{**one, **tags} for one in person["Attribute"]]})
        else:
            row = only(Attribute=[a_loose("mac-address", "02:00:00:00:00:01", **tags)])

        assert codes(row) == code

    @pytest.mark.parametrize(
        ("more", "said"),
        [
            ({"Tag": [{"name": "tlp:amber+strict"}]}, ["TLP:AMBER+STRICT"]),
            (
                {"Tag": [{"name": "PAP:GREEN"}, {"name": 'admiralty-scale:source-reliability="b"'}]},
                ["PAP:GREEN", "admiralty-scale:source-reliability=b"],
            ),
            ({"Tag": [{"name": "misp-galaxy:country"}, {"name": 7}, 7]}, []),
            ({"distribution": "0"}, ["MISP distribution: your organisation only"]),
            ({"distribution": 4}, ["MISP distribution: sharing group"]),
            (
                {"distribution": "4", "SharingGroup": {"name": "Three bureaus"}},
                ["MISP distribution: sharing group", "MISP distribution: sharing group Three bureaus"],
            ),
            ({"distribution": "3"}, []),
            ({"distribution": {"0": []}}, []),
        ],
    )
    def test_when_the_event_is_marked_then_that_stays_in_the_remarks(self, more, said):
        row = only(a_person(), **more)

        assert row.fields.get("remarks", "").splitlines() == [f"Marking: {one}" for one in said]

    def test_when_two_events_are_marked_differently_then_each_row_has_its_own(self):
        events = [
            event_of(a_person(1), Tag=[{"name": "tlp:green"}]),
            event_of(a_person(2), Tag=[{"name": "tlp:amber"}]),
        ]

        rows, _ = read(json.dumps({"response": events}).encode())

        assert [row.fields["remarks"] for row in rows] == ["Marking: TLP:GREEN", "Marking: TLP:AMBER"]


class TestGivenKeysAndDeletions:
    def test_when_it_was_deleted_then_it_is_refused_and_deleted_attributes_do_not_count(self):
        assert codes(only({**a_person(), "deleted": True})) == ["misp.deleted"]
        assert codes(only({**a_person(), "deleted": "1"})) == ["misp.deleted"]
        person = a_person()
        person["Attribute"].append(an_attribute("nationality", "QM", deleted=True))
        assert "nationalities" not in only(person).fields

    @pytest.mark.parametrize("uuid", [None, 7, "", "x", ["a"], "0" * 36])
    def test_when_it_has_no_uuid_then_it_is_refused(self, uuid):
        assert codes(only({**a_person(), "uuid": uuid})) == ["misp.row_refused"]

    def test_when_a_uuid_is_used_twice_then_the_second_is_refused(self):
        rows, _ = read(an_event(a_person(role="Victim"), {**a_person(), "uuid": a_uuid(1).upper()}))

        assert [codes(row) for row in rows] == [[], ["misp.row_refused"]]


class TestGivenOurComments:
    @pytest.mark.parametrize(
        ("comment", "kind"),
        [
            ('liaison {"kind":"former"}', "former"),
            ('liaison {"kind":"former","colour":"red"}', "former"),
            ("liaison {", "weak_alias"),
            ("liaison []", "weak_alias"),
            ("liaison " + "[" * 5_000, "weak_alias"),
            ("called so", "weak_alias"),
            (7, "weak_alias"),
        ],
    )
    def test_when_an_attribute_has_one_then_it_says_the_rest_else_the_template_does(self, comment, kind):
        person = a_person()
        person["Attribute"].append(an_attribute("alias", "Dila", comment=comment))

        assert only(person).fields["names"][1]["kind"] == kind

    @pytest.mark.parametrize(
        ("comment", "code"),
        [
            ('liaison {"kind":"persons","person_status":"eaten"}', "field.choice"),
            ('liaison {"kind":"persons","person_status":{"a":[1]}}', "field.type"),
        ],
    )
    def test_when_the_object_has_a_wrong_one_then_it_is_refused(self, comment, code):
        assert codes(only({**a_person(), "comment": comment})) == [code]

    @pytest.mark.parametrize("comment", ['liaison {"kind":"vehicles"}', 'liaison {"kind":"dragons"}'])
    def test_when_it_says_another_database_than_its_template_then_it_is_counted_only(self, comment):
        assert read(an_event({**a_person(), "comment": comment}))[0] == []


class TestTheEdition:
    @pytest.mark.parametrize(
        "wrap",
        [
            lambda one: one,
            lambda one: [one],
            lambda one: {"response": [one]},
            lambda one: {"response": one},
        ],
    )
    def test_then_every_wrapping_of_an_event_is_read(self, wrap):
        rows, edition = read(json.dumps(wrap(event_of(a_person()))).encode())

        assert len(rows) == 1
        assert edition.generated_at == "2026-01-01T00:00:00+00:00"
        assert edition.complete

    def test_then_it_counts_what_is_kept_and_what_is_not_by_name(self):
        _, edition = read(an_event(a_person(title="Dr", handle="dila"), Galaxy=[{"name": "x"}], Tag=[]))

        assert edition.counts == {"persons": 1}
        assert edition.kept == {
            "Event:uuid": 1,
            "Event:timestamp": 1,
            "person:full-name": 1,
            "person:date-of-birth": 1,
            "person:title": 1,
        }
        assert edition.unkept == {"Event:info": 1, "Event:Galaxy": 1, "person:handle": 1}

    def test_when_nothing_is_dated_then_that_is_said(self):
        _, edition = read(an_event(a_person(), timestamp="never"))

        assert [finding.code for finding in edition.findings] == ["misp.no_date"]

    def test_when_it_is_cut_off_then_it_is_not_complete(self):
        data = an_event(*(a_person(number) for number in range(5)))

        rows, edition = read(data[:-80])

        assert (len(rows), edition.complete) == (4, False)
        assert "misp.lacks_its_end" in [finding.code for finding in edition.findings]

    def test_then_packed_it_is_the_same(self):
        data = an_event(a_person())

        assert read(gzip.compress(data)) == read(data)


class TestGivenWhatIsNoEvent:
    @pytest.mark.parametrize(
        ("data", "code"),
        [
            (b"", "json.empty"),
            (b"[]", "misp.not_an_event"),
            (b"{}", "misp.not_an_event"),
            (b'{"type":"bundle","objects":[]}', "misp.not_an_event"),
            (b'{"response":[[[]]]}', "misp.not_an_event"),
            (b'{"Event":7}', "misp.not_an_event"),
            (b"<xml/>", "json.malformed"),
            (b'{"Event":{"Object":[' + b"[" * 10_000, "json.too_deep"),
        ],
    )
    def test_then_it_is_refused(self, data, code):
        with pytest.raises(Refused) as refused:
            read(data)

        assert refused.value.code == code

    def test_when_there_are_too_many_events_then_it_is_refused(self, monkeypatch):
        monkeypatch.setattr(misp, "EVENTS_MAX", 3)

        assert read(json.dumps([event_of()] * 2).encode())
        with pytest.raises(Refused, match="too many"):
            read(json.dumps([event_of()] * 3).encode())


NAMES = (
    "Event", "Object", "Attribute", "Tag", "name", "uuid", "value", "object_relation", "type", "to_ids", "deleted",
    "comment", "data", "distribution", "SharingGroup", "ObjectReference", "referenced_uuid", "timestamp", "response",
)  # fmt: skip
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8)
    | st.sampled_from(
        [
            "person", "vehicle", "ftm-Passport", "full-name", "passport-number", "portrait", "date-of-birth", "btc",
            "mac-address", "tlp:red", a_uuid(1), a_uuid(2), MOMENT, 'liaison {"kind":"persons"}',
            'liaison {"kind":["x"],"reference":{}}', 'liaison {"country":{"a":1}}',
        ]
    )
)  # fmt: skip
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=5),
    max_leaves=12,
)
OBJECTS = st.fixed_dictionaries(
    {"name": st.sampled_from(["person", "organization", "vehicle", "ftm-Passport"]), "uuid": st.just(a_uuid(1))},
    optional={
        name: ANYTHING | st.lists(st.dictionaries(st.sampled_from(NAMES), ANYTHING, max_size=6), max_size=3)
        for name in NAMES
        if name not in ("name", "uuid")
    },
)


class TestGivenAnythingAtAll:
    @given(st.lists(OBJECTS | ANYTHING, max_size=3), st.dictionaries(st.sampled_from(NAMES), ANYTHING, max_size=4))
    @settings(max_examples=budget(120, 8_000), deadline=None)
    def test_then_only_rows_and_refusals_come_and_pass_the_jail(self, objects, more):
        try:
            rows, edition = read(an_event(*objects, **more))
        except Refused:
            return
        for item in (*rows, edition):
            assert from_mapping(json.loads(json.dumps(as_mapping(item), ensure_ascii=False).encode())) == item

    @given(st.data())
    @settings(max_examples=budget(100, 10_000), deadline=None)
    def test_when_bytes_of_a_good_event_are_changed_then_nothing_else_comes(self, data):
        broken = bytearray(
            an_event(a_person(nationality="QM"), Attribute=[a_loose("iban", "GB82WEST12345698765432")])
        )
        for place in data.draw(st.lists(st.integers(0, len(broken) - 1), min_size=1, max_size=6)):
            broken[place] = data.draw(st.integers(0, 255))
        try:
            read(bytes(broken))
        except Refused:
            return

    def test_when_an_attachment_is_larger_than_any_then_its_object_is_counted_and_the_next_is_read(self):
        large = an_object("file", 1)
        large["Attribute"] = [{**an_attribute("malware-sample", "x"), "data": "A" * 10_000_000}]

        rows, edition = read(an_event(large, a_person(2)))

        assert [row.foreign_key for row in rows] == [a_uuid(2)]
        assert edition.unkept["Object:not read"] == 1

    def test_when_all_objects_are_bad_then_each_costs_little_memory(self):
        many = budget(10_000, 400_000)
        objects = (json.dumps(an_object("person", number)) for number in range(many))
        data = b'{"Event":{"uuid":"x","Object":[' + ",".join(objects).encode() + b"]}}"
        stream = io.BytesIO(data)

        tracemalloc.start()
        refused = sum(item.fields is None for item in parse(stream) if isinstance(item, Row))
        _, peak_bytes = tracemalloc.get_traced_memory()
        tracemalloc.stop()

        assert refused == many
        assert peak_bytes < 2 * 1024 * 1024 + 500 * many

    def test_when_it_is_read_in_the_jail_then_the_same_comes(self):
        data = an_event(a_person(nationality="QM"), Tag=[{"name": "tlp:green"}])

        found = [from_mapping(item) for item in run_jailed("misp", io.BytesIO(data))]

        assert found == list(parse(io.BytesIO(data)))
