import gzip
import io
import json
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liaison.files.jail import run_jailed
from liaison.formats.rows import Edition, Row, as_mapping, from_mapping
from liaison.formats.stix import IDENTITY_EXTENSION, OBJECT_EXTENSION, TLP_1, TLP_2, parse
from liaison.refusal import Refused
from tests.budgets import budget
from tests.databases.records_of import a_document, a_person
from tests.formats.stix_bundles import MOMENT, a_bundle, a_relationship, an_id, an_identity, an_object, at_home

IBAN, CARD, WALLET = "GB82WEST12345698765432", "4111111111111111", "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2"


def read(data: bytes) -> tuple[list[Row], Edition]:
    *rows, edition = parse(io.BytesIO(data))
    assert isinstance(edition, Edition)
    return rows, edition


def only(*objects: object) -> Row:
    (row,), _ = read(a_bundle(*objects))
    return row


def codes(row: Row) -> list[str]:
    return [finding.code for finding in row.findings]


def ours(fields: dict, kind: str = "persons", version: object = 1) -> dict[str, object]:
    return {IDENTITY_EXTENSION: {"record_kind": kind, "record_version": version, "fields": fields}}


class TestGivenAnIdentityOfAnother:
    def test_when_it_is_a_person_with_a_place_then_it_is_a_person_of_interest(self):
        row = only(*at_home(an_identity(description="Seen\nin Marvenia"), city="Vessa", street_address="1 Quay"))

        assert row.kind == "persons"
        assert row.fields == {
            "names": [{"text": "Dilara Voss", "kind": "primary", "script": "Latn"}],
            "person_status": "person_of_interest",
            "addresses": [{"street": "1 Quay", "city": "Vessa", "country": "QM"}],
            "remarks": "Seen\nin Marvenia",
        }
        assert codes(row) == ["stix.status_unknown"]

    def test_when_it_is_the_target_of_an_attack_then_it_is_a_victim(self):
        identity = an_identity()

        row = only(*at_home(identity), a_relationship(2, an_id("campaign"), "targets", identity))

        assert row.fields["person_status"] == "victim"
        assert row.findings == ()

    def test_when_nothing_tells_it_from_a_namesake_then_it_is_refused_without_its_name(self):
        row = only(an_identity())

        assert row.fields is None
        assert codes(row) == ["database.minimum"]
        assert "Voss" not in repr(row.findings)

    @pytest.mark.parametrize(("said", "kind"), [("organization", None), ("group", "group")])
    def test_when_it_is_an_organisation_then_its_addresses_on_the_net_go_with_it(self, said, kind):
        body = an_identity(name="Voss Trading", identity_class=said, sectors=["salt"], contact_information="Ring")
        mail, page = an_object("email-addr", value="a@voss.qm"), an_object("url", value="https://voss.qm/")
        beside = [a_relationship(number, body, "related-to", one) for number, one in enumerate((mail, page))]

        row = only(*beside, mail, page, body)

        assert row.kind == "organisations"
        assert row.fields.get("organisation_type") == kind
        assert [row.fields[name] for name in ("emails", "websites", "sectors", "remarks")] == [
            ["a@voss.qm"],
            ["https://voss.qm/"],
            ["salt"],
            "Ring",
        ]

    @pytest.mark.parametrize("said", ["class", "system", "unknown", None, 7])
    def test_when_it_is_a_class_or_unknown_then_it_is_counted_only(self, said):
        rows, edition = read(a_bundle(an_identity(identity_class=said)))

        assert rows == []
        assert edition.unkept["identity:name"] == 1

    def test_when_it_signs_objects_then_it_is_no_record(self):
        author = an_identity(2, name="Marvenian Police", identity_class="organization")

        rows, _ = read(a_bundle(author, *at_home(an_identity(created_by_ref=author["id"]))))

        assert [row.fields["names"][0]["text"] for row in rows] == ["Dilara Voss"]

    def test_when_its_country_is_unknown_then_that_is_a_note(self):
        row = only(*at_home(an_identity(), country="Atlantis", city="Vessa"))

        assert row.fields["addresses"] == [{"city": "Vessa", "note": "Atlantis"}]

    def test_when_its_relationships_run_in_a_circle_then_it_is_read_once(self):
        one, two = at_home(an_identity(1)), at_home(an_identity(2, name="Orr"))
        circle = [a_relationship(number, one[0], "related-to", two[0]) for number in (3, 4)]

        rows, edition = read(a_bundle(*one, *two, *circle, a_relationship(5, two[0], "related-to", two[0])))

        assert len(rows) == 2
        assert edition.unkept["relationship:relationship_type"] == 3


class TestGivenOurExtension:
    def test_when_an_identity_has_it_then_its_fields_are_the_record(self):
        row = only(an_identity(extensions=ours(a_person()), external_references=[REFERENCE]))

        assert (row.fields, row.listing, row.findings) == (a_person(), "RP-2026-7K4M2P-C", ())

    def test_when_a_police_record_has_it_then_its_fields_are_the_record(self):
        row = only(a_police_record())

        assert (row.kind, row.fields) == ("travel_documents", a_document())

    @pytest.mark.parametrize(
        ("change", "code"),
        [
            ({"fields": None}, "stix.row_refused"),
            ({"fields": [1]}, "stix.row_refused"),
            ({"record_version": "1"}, "stix.row_refused"),
            ({"record_version": 99}, "database.version"),
            ({"record_version": 0}, "database.version"),
            ({"fields": a_document(event="eaten")}, "field.choice"),
            ({"fields": a_document(colour="red")}, "field.unknown"),
            ({"fields": a_document(number="UNKNOWN")}, "document_number.placeholder"),
            ({"fields": {"number": {"a": ["b"]}}}, "field.type"),
        ],
    )
    def test_when_the_record_in_it_is_damaged_then_the_row_is_refused(self, change, code):
        row = only(a_police_record(**change))

        assert row.fields is None
        assert code in codes(row)

    @pytest.mark.parametrize("change", [{"record_kind": "dragons"}, {"record_kind": ["persons"]}, {"extensions": {}}])
    def test_when_it_names_no_database_then_it_is_counted_only(self, change):
        rows, edition = read(a_bundle(a_police_record(**change)))

        assert rows == []
        assert edition.unkept["police-record:fields"] == 1

    def test_when_a_finding_quotes_a_value_then_the_report_does_not(self):
        row = only(an_identity(extensions=ours(a_person(nationalities=["Dilara Voss"], colour="red"))))

        assert row.fields is None
        assert "Voss" not in repr(row.findings)


class TestGivenIndicators:
    @pytest.mark.parametrize(
        ("pattern", "found"),
        [
            ("[mac-addr:value = '02:00:00:00:00:01']", [("devices", "mac", ["02:00:00:00:00:01"])]),
            (" [ bank-account:iban='GB82WEST12345698765432' ] ", [("payment_instruments", "iban", IBAN)]),
            ("[cryptocurrency-wallet:value = '" + WALLET + "']", [("payment_instruments", "wallet", WALLET)]),
            (
                "[mac-addr:value = '02:00:00:00:00:01' OR ipv4-addr:value = '198.51.100.3'] OR [bank-card:number = '"
                + CARD
                + "']",
                [("devices", "mac", ["02:00:00:00:00:01"]), ("payment_instruments", "card", CARD)],
            ),
            (
                "[mac-addr:value IN ('02:00:00:00:00:01', '02:00:00:00:00:02')]",
                [("devices", "mac", ["02:00:00:00:00:01"]), ("devices", "mac", ["02:00:00:00:00:02"])],
            ),
        ],
    )
    def test_when_the_pattern_names_identifiers_then_each_is_a_suspected_thing(self, pattern, found):
        rows, edition = read(a_bundle(an_object("indicator", name="Fraud", pattern=pattern, pattern_type="stix")))

        assert [(row.kind, row.fields) for row in rows] == [
            (kind, {field: value, "event": "suspected", "remarks": "Fraud"}) for kind, field, value in found
        ]
        assert [row.foreign_key for row in rows][1:] == [f"{rows[0].foreign_key}#2"] * (len(found) - 1)
        assert edition.kept["indicator:pattern"] == 1

    def test_when_the_thing_is_only_observed_then_it_is_counted_only(self):
        rows, edition = read(a_bundle(an_object("mac-addr", value="02:00:00:00:00:01")))

        assert rows == []
        assert edition.unkept == {"mac-addr:value": 1}

    @pytest.mark.parametrize(
        ("more", "code"),
        [({"revoked": True}, "stix.revoked"), ({"object_marking_refs": [TLP_2["TLP:RED"]]}, "stix.tlp_red")],
    )
    def test_when_it_was_revoked_or_is_red_then_it_is_refused(self, more, code):
        pattern = "[mac-addr:value = '02:00:00:00:00:01']"

        assert codes(only(an_object("indicator", pattern=pattern, pattern_type="stix", **more))) == [code]

    @pytest.mark.parametrize(
        "pattern",
        [
            "[ipv4-addr:value = '198.51.100.3']",
            "[email-addr:value = 'a@voss.qm' AND email-addr:display_name = 'Voss']",
            "[mac-addr:value LIKE '02:%']",
            "[mac-addr:value = '02:00:00:00:00:01'] FOLLOWEDBY [mac-addr:value = '02:00:00:00:00:02']",
            "[mac-addr:value = '02:00:00:00:00:01'] WITHIN 5 SECONDS",
            "[NOT mac-addr:value = '02:00:00:00:00:01']",
            "[mac-addr:value != '02:00:00:00:00:01']",
            "[mac-addr:value = '02:00:00:00:00:01'",
            "'",
            "[[[[[",
            "[" + "mac-addr:value = '0' OR " * 5_000 + "]",
        ],
    )
    def test_when_the_pattern_says_more_or_less_than_identifiers_then_it_is_counted_only(self, pattern):
        rows, edition = read(a_bundle(an_object("indicator", pattern=pattern, pattern_type="stix")))

        assert rows == []
        assert edition.unkept["indicator:pattern"] == 1

    def test_when_it_is_in_another_language_of_patterns_then_it_is_counted_only(self):
        rule = an_object("indicator", pattern="[mac-addr:value = '02:00:00:00:00:01']", pattern_type="yara")

        assert read(a_bundle(rule))[0] == []


class TestGivenVersionsAndMarkings:
    def test_when_an_object_stands_in_two_versions_then_the_newest_counts(self):
        older = an_identity(extensions=ours(a_person(person_status="suspect")))
        newer = an_identity(extensions=ours(a_person(person_status="victim")), modified="2026-02-01T00:00:00.000Z")

        for bundle in (a_bundle(older, newer), a_bundle(newer, older)):
            (row,), edition = read(bundle)

            assert row.fields["person_status"] == "victim"
            assert edition.generated_at == "2026-02-01T00:00:00.000Z"

    def test_when_an_id_is_used_twice_then_the_second_is_refused(self):
        rows, _ = read(a_bundle(*[an_identity(extensions=ours(a_person()))] * 2))

        assert [codes(row) for row in rows] == [[], ["stix.row_refused"]]

    @pytest.mark.parametrize("id_", [None, 7, "", "identity--1", "x" * 300, ["a"], "identity--" + "0" * 32])
    def test_when_it_has_no_id_then_it_is_refused(self, id_):
        assert codes(only(an_identity(id=id_, extensions=ours(a_person())))) == ["stix.row_refused"]

    def test_when_it_was_revoked_then_it_is_refused(self):
        assert codes(only(an_identity(revoked=True, extensions=ours(a_person())))) == ["stix.revoked"]
        assert codes(only(an_identity(revoked=False, extensions=ours(a_person())))) == []

    @pytest.mark.parametrize("id_", [TLP_1["TLP:RED"], TLP_2["TLP:RED"]])
    @pytest.mark.parametrize("whole", [True, False])
    def test_when_it_or_a_part_is_tlp_red_then_it_is_refused_though_the_bundle_call_it_clear(self, id_, whole):
        marked = {"object_marking_refs": [id_]} if whole else {"granular_markings": [{"marking_ref": id_}]}
        lie = an_object("marking-definition", id=id_, definition_type="tlp", definition={"tlp": "white"})

        row = only(lie, an_identity(extensions=ours(a_person()), **marked))

        assert codes(row) == ["stix.tlp_red"]

    @pytest.mark.parametrize(
        ("refs", "said"),
        [
            ([TLP_1["TLP:AMBER"]], ["TLP:AMBER"]),
            ([TLP_2["TLP:AMBER+STRICT"]], ["TLP:AMBER+STRICT"]),
            ([an_id("marking-definition")], ["For Marvenia only"]),
            ([an_id("marking-definition", 2), TLP_2["TLP:GREEN"]], [an_id("marking-definition", 2), "TLP:GREEN"]),
            (["no marking"], ["?"]),
        ],
    )
    def test_when_it_is_marked_then_that_stays_in_the_remarks(self, refs, said):
        statement = an_object("marking-definition", definition={"statement": "For Marvenia only"})
        person = an_identity(extensions=ours(a_person(remarks="Tall.")), object_marking_refs=refs)

        row = only(person, statement)

        assert row.fields["remarks"].splitlines() == ["Tall.", *(f"Marking: {one}" for one in said)]

    def test_when_what_was_marked_comes_again_then_the_remark_is_not_repeated(self):
        fields = a_person(remarks="Marking: TLP:GREEN")

        row = only(an_identity(extensions=ours(fields), object_marking_refs=[TLP_2["TLP:GREEN"]]))

        assert row.fields == fields


class TestTheEdition:
    def test_then_it_counts_what_is_kept_and_what_is_not_by_name(self):
        person = an_identity(extensions=ours(a_person()), labels=["a"], lang="en")

        rows, edition = read(a_bundle(person, an_object("malware", name="Worm"), "text", 7, None))

        assert len(rows) == 1
        assert edition.counts == {"persons": 1}
        assert edition.kept == {"identity:name": 1, "identity:identity_class": 1, "identity:extensions": 1}
        assert edition.unkept == {"identity:labels": 1, "identity:lang": 1, "malware:name": 1, "not an object": 3}

    def test_when_nothing_is_dated_then_that_is_said(self):
        _, edition = read(a_bundle(an_object("malware", modified=None)))

        assert edition.generated_at == ""
        assert [finding.code for finding in edition.findings] == ["stix.no_date"]

    def test_when_names_are_strange_and_many_then_they_are_bounded(self):
        strange = [an_object("note", number, **{f"\ud800{number}" + "x" * 500: 1}) for number in range(3_000)]

        _, edition = read(json.dumps({"type": "bundle", "objects": strange}).encode())

        assert len(edition.unkept) == 1_001
        assert max(map(len, edition.unkept)) <= 80
        assert sum(edition.unkept.values()) == 3_000

    def test_when_it_is_cut_off_then_it_is_not_complete(self):
        data = a_bundle(*(an_identity(number, extensions=ours(a_person())) for number in range(5)))

        rows, edition = read(data[:-300])

        assert (len(rows), edition.complete) == (4, False)
        assert [finding.code for finding in edition.findings] == ["stix.lacks_its_end"]

    def test_then_packed_it_is_the_same(self):
        data = a_bundle(*at_home(an_identity()))

        assert read(gzip.compress(data)) == read(data)


class TestGivenWhatIsNoBundle:
    @pytest.mark.parametrize(
        ("data", "code"),
        [
            (b"", "json.empty"),
            (b"[]", "stix.not_a_bundle"),
            (b"7", "stix.not_a_bundle"),
            (b'{"type":"report","objects":[]}', "stix.not_a_bundle"),
            (b'{"Event":{}}', "stix.not_a_bundle"),
            (b"<xml/>", "json.malformed"),
            (b'{"type":"bundle","objects":[' + b"[" * 10_000, "json.too_deep"),
        ],
    )
    def test_then_it_is_refused(self, data, code):
        with pytest.raises(Refused) as refused:
            read(data)

        assert refused.value.code == code


PROPERTIES = (
    "type", "id", "name", "identity_class", "extensions", "modified", "object_marking_refs", "granular_markings",
    "external_references", "pattern", "pattern_type", "source_ref", "target_ref", "relationship_type", "definition",
    "sectors", "description", "revoked", "record_kind", "record_version", "fields", "created_by_ref", "value",
)  # fmt: skip
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8)
    | st.sampled_from(
        [
            "identity", "police-record", "relationship", "indicator", "location", "marking-definition", "individual",
            "persons", "stix", "targets", "located-at", an_id("identity"), an_id("location"), an_id("relationship"),
            IDENTITY_EXTENSION, OBJECT_EXTENSION, MOMENT, "[mac-addr:value = '02:00:00:00:00:01']",
        ]
    )
)  # fmt: skip
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*PROPERTIES, IDENTITY_EXTENSION, OBJECT_EXTENSION]), inner, max_size=4)
    ),
    max_leaves=12,
)


class TestGivenAnythingAtAll:
    @given(st.lists(st.dictionaries(st.sampled_from(PROPERTIES), ANYTHING, max_size=8) | ANYTHING, max_size=4))
    @settings(max_examples=budget(120, 8_000), deadline=None)
    def test_then_only_rows_and_refusals_come_and_pass_the_jail(self, objects):
        try:
            rows, edition = read(a_bundle(*objects))
        except Refused:
            return
        for item in (*rows, edition):
            assert from_mapping(json.loads(json.dumps(as_mapping(item), ensure_ascii=False).encode())) == item

    @given(st.data())
    @settings(max_examples=budget(100, 10_000), deadline=None)
    def test_when_bytes_of_a_good_bundle_are_changed_then_nothing_else_comes(self, data):
        broken = bytearray(a_bundle(*at_home(an_identity(extensions=ours(a_person()))), a_police_record()))
        for place in data.draw(st.lists(st.integers(0, len(broken) - 1), min_size=1, max_size=6)):
            broken[place] = data.draw(st.integers(0, 255))
        try:
            read(bytes(broken))
        except Refused:
            return

    def test_when_all_objects_are_bad_then_each_costs_little_memory(self):
        many = budget(10_000, 400_000)
        objects = (json.dumps(an_identity(number, extensions=ours({"x": 1}))) for number in range(many))
        data = b'{"type":"bundle","objects":[' + ",".join(objects).encode() + b"]}"
        stream = io.BytesIO(data)

        tracemalloc.start()
        refused = sum(item.fields is None for item in parse(stream) if isinstance(item, Row))
        _, peak_bytes = tracemalloc.get_traced_memory()
        tracemalloc.stop()

        assert refused == many
        assert peak_bytes < 4 * 1024 * 1024 + 1_000 * many

    def test_when_it_is_read_in_the_jail_then_the_same_comes(self):
        data = a_bundle(*at_home(an_identity()), a_police_record())

        found = [from_mapping(item) for item in run_jailed("stix", io.BytesIO(data))]

        assert found == list(parse(io.BytesIO(data)))

    def test_when_numbers_of_every_country_are_in_it_then_the_jail_needs_nothing_more(self):
        numbers = [f"+{code} 701234567" for code in (1, 7, 20, 33, 49, 55, 86, 91, 254, 996)]
        things = [
            a_police_record(id=an_id("police-record", number), record_kind=kind, fields=fields)
            for number, (kind, fields) in enumerate(
                [("devices", {"phones": [phone], "event": "stolen"}) for phone in numbers]
                + [
                    ("vehicles", {"plates": [{"number": "AB 123", "country": "DE"}], "event": "stolen"}),
                    ("vessels", {"mmsi": ["211000000"], "event": "stolen", "names": [VESSEL], "vessel_kind": "tug"}),
                    ("aircraft", {"registrations": [{"number": "D-ABCD", "country": "DE"}], "event": "stolen"}),
                    ("payment_instruments", {"wallet": WALLET, "event": "ransom"}),
                ]
            )
        ]
        data = a_bundle(*things)

        found = [from_mapping(item) for item in run_jailed("stix", io.BytesIO(data))]

        assert found == list(parse(io.BytesIO(data)))
        assert all(row.fields for row in found[:-1])


VESSEL = {"text": "Vessa", "kind": "primary"}
REFERENCE = {"source_name": "Liaison", "external_id": "RP-2026-7K4M2P-C"}


def a_police_record(**more: object) -> dict[str, object]:
    return an_object(
        "police-record",
        **{
            "name": "A3141593",
            "record_kind": "travel_documents",
            "record_version": 1,
            "fields": a_document(),
            "extensions": {OBJECT_EXTENSION: {"extension_type": "new-sdo"}},
            **more,
        },
    )
