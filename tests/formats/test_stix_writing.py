"""Bundles that we write: right by the committee's own library, and as good as the loss report says."""

import io
import json
from datetime import UTC, datetime, timedelta

import pytest
import stix2
from hypothesis import given, settings
from hypothesis import strategies as st

from liaison.databases import all_databases
from liaison.databases.declaration import normalise
from liaison.formats import stix
from liaison.formats.losses import Losses, Outgoing
from liaison.formats.rows import Edition, Row
from liaison.formats.shared_record import SharedRecord, Terms
from liaison.formats.stix_writing import object_id, write
from liaison.viewer import Level
from tests.budgets import budget
from tests.databases.records_of import a_document, a_person, an_organisation
from tests.formats.records import differences, outgoing

ENTERED = datetime(2026, 1, 2, 3, 4, 5, 678_000, UTC)
CHANGED = ENTERED + timedelta(days=1)
UNMARKED = Terms()
AMBER = Terms({Level.OFFICIAL_USE: "TLP:AMBER", Level.CONFIDENTIAL: "TLP:RED"})


def shared(kind: str, fields: dict, reference: str = "RP-2026-7K4M2P-C", **more: object) -> SharedRecord:
    return a_copy(Outgoing(kind, reference, "QM", normalise(all_databases()[kind], fields)), **more)


def a_copy(record: Outgoing, **more: object) -> SharedRecord:
    given = {"source_name": "Marvenian Police", "entered_at": ENTERED, "changed_at": CHANGED, **more}
    return SharedRecord(record, **given)


def written(*records: SharedRecord, terms: Terms = UNMARKED, extended: bool = True) -> tuple[bytes, Losses]:
    losses = Losses()
    return b"".join(write(records, terms=terms, losses=losses, extended=extended)), losses


def read(data: bytes) -> tuple[list[Row], Edition]:
    *rows, edition = stix.parse(io.BytesIO(data))
    assert isinstance(edition, Edition)
    return rows, edition


def objects(data: bytes, kind: str) -> list[dict]:
    return [one for one in json.loads(data)["objects"] if one["type"] == kind]


def check_strictly(data: bytes) -> None:
    """The library refuses unknown properties, wrong ids, timestamps and references; it leaves the rest to us."""
    stix2.parse(data, allow_custom=False, version="2.1")
    said = json.loads(data)["objects"]
    ids = [one["id"] for one in said]
    assert len(set(ids)) == len(ids)
    for one in said:
        refs = [value for name, value in one.items() if name.endswith("_ref")] + one.get("object_marking_refs", [])
        assert set(refs) <= set(ids), "whatever is referred to is in the bundle"
        assert {name for name in one.get("extensions", {}) if name != stix.TLP_EXTENSION} <= set(ids)
        assert one["id"].startswith(f"{one['type']}--")
        assert one["spec_version"] == "2.1"


@pytest.mark.parametrize("kind", all_databases())
class TestGivenRecordsOfEveryDatabase:
    @given(data=st.data())
    @settings(max_examples=budget(15, 500), deadline=None)
    def test_when_they_go_out_with_our_extension_then_they_come_back_whole(self, kind, data):
        record = data.draw(outgoing(kind))

        bundle, losses = written(a_copy(record))

        check_strictly(bundle)
        (row,), edition = read(bundle)
        assert differences(all_databases()[kind], dict(record.fields), dict(row.fields)) == set()
        assert (row.kind, row.listing, row.foreign_key) == (
            kind,
            record.reference,
            object_id(record.reference, kind),
        )
        assert not losses.lost
        assert set(losses.carried) == {f"{kind}.{name}" for name in record.fields}
        assert edition.complete

    @given(data=st.data())
    @settings(max_examples=budget(10, 300), deadline=None)
    def test_when_they_go_out_without_then_what_is_missing_is_in_the_report(self, kind, data):
        record = data.draw(outgoing(kind))

        bundle, losses = written(a_copy(record), extended=False)

        check_strictly(bundle)
        rows, _ = read(bundle)
        there = dict(rows[0].fields) if rows and rows[0].fields is not None else {}
        lost = {path.split(".")[1] for path in losses.lost}
        assert lost == differences(all_databases()[kind], dict(record.fields), there)


class TestGivenOneRecord:
    def test_then_ids_and_moments_say_the_same_at_every_export(self):
        first, _ = written(shared("persons", a_person()))
        again, _ = written(shared("persons", a_person()))
        later, _ = written(shared("persons", a_person(), changed_at=CHANGED + timedelta(days=1)))

        assert first == again
        assert json.loads(first)["id"] == json.loads(later)["id"]
        person = [one for one in objects(first, "identity") if "extensions" in one]
        assert [(one["created"], one["modified"]) for one in person] == [
            ("2026-01-02T03:04:05.678Z", "2026-01-03T03:04:05.678Z")
        ]

    def test_then_it_says_who_answers_for_it_and_by_which_reference_it_is_known(self):
        bundle, _ = written(shared("persons", a_person()))

        (person,) = (one for one in objects(bundle, "identity") if "extensions" in one)
        (source,) = (one for one in objects(bundle, "identity") if one["id"] == person["created_by_ref"])
        assert source["name"] == "Marvenian Police"
        assert person["external_references"] == [{"source_name": "Liaison", "external_id": "RP-2026-7K4M2P-C"}]

    def test_when_it_was_withdrawn_then_it_is_revoked_and_a_liaison_elsewhere_refuses_it(self):
        bundle, losses = written(shared("persons", a_person(), withdrawn=True))

        assert [one.get("revoked") for one in objects(bundle, "identity") if "extensions" in one] == [True]
        assert [finding.code for row in read(bundle)[0] for finding in row.findings] == ["stix.revoked"]
        assert not losses.lost

    @pytest.mark.parametrize(
        ("level", "label"),
        [(Level.OFFICIAL_USE, "TLP:AMBER"), (Level.RESTRICTED, ""), (Level.CONFIDENTIAL, "TLP:RED")],
    )
    def test_then_everything_about_it_is_marked_as_its_level_asks(self, level, label):
        bundle, _ = written(shared("organisations", an_organisation(**CONTACTS), level=level), terms=AMBER)

        check_strictly(bundle)
        about = [
            one
            for kind in ("identity", "location", "email-addr", "url", "relationship")
            for one in objects(bundle, kind)
            if one.get("identity_class") != "system" and one.get("name") != "Marvenian Police"
        ]
        wanted = [stix.TLP_2[label]] if label else []
        assert len(about) == 7
        assert [one.get("object_marking_refs", []) for one in about] == [wanted] * 7
        assert [one["name"] for one in objects(bundle, "marking-definition")] == ([label] if label else [])

    def test_when_it_is_marked_then_it_comes_back_with_one_remark_more(self):
        bundle, losses = written(shared("persons", a_person(remarks="Tall.")), terms=AMBER)

        (row,), _ = read(bundle)
        assert row.fields == a_person(remarks="Tall.\nMarking: TLP:AMBER")
        assert not losses.lost

    def test_when_it_is_red_then_a_liaison_elsewhere_refuses_it_and_the_report_says_so(self):
        _, losses = written(shared("persons", a_person(), level=Level.CONFIDENTIAL), terms=AMBER)

        assert not losses.carried
        assert losses.lost["persons.names"] == 1

    def test_when_it_has_contacts_then_standard_objects_carry_them_too(self):
        bundle, losses = written(shared("organisations", an_organisation(**CONTACTS)), extended=False)

        (row,), _ = read(bundle)
        assert {name: row.fields[name] for name in CONTACTS} == CONTACTS
        assert losses.lost == {"organisations.countries": 1}

    def test_then_unmarked_observables_have_the_ids_that_the_standard_gives_them(self):
        bundle, _ = written(shared("organisations", an_organisation(**CONTACTS)))

        assert [one["id"] for one in objects(bundle, "email-addr")] == [stix2.EmailAddress(value="a@voss.qm").id]
        assert [one["id"] for one in objects(bundle, "url")] == [stix2.URL(value="https://voss.qm/").id]

    @pytest.mark.parametrize(
        ("fields", "kind"),
        [
            ({"emails": ["no address", "a b@c.qm"], "websites": ["voss.qm", "javascript:1"]}, "email-addr"),
            ({"websites": ["voss.qm", "https://a b"]}, "url"),
            ({"addresses": [{"city": "Vessa"}]}, "location"),
        ],
    )
    def test_when_a_contact_is_none_by_the_standard_then_it_stays_in_the_record_alone(self, fields, kind):
        bundle, losses = written(shared("organisations", an_organisation(**fields)))

        assert objects(bundle, kind) == []
        assert not losses.lost

    def test_when_it_has_no_name_then_its_reference_is_its_name(self):
        bundle, _ = written(shared("persons", {"person_status": "unidentified", "sex": "M"}))

        check_strictly(bundle)
        assert [one["name"] for one in objects(bundle, "identity") if "extensions" in one] == ["RP-2026-7K4M2P-C"]


class TestGivenSeveralRecords:
    def test_then_what_they_share_is_said_once(self):
        records = [
            shared("organisations", an_organisation(**CONTACTS), f"RO-2026-{number:06}-C") for number in range(3)
        ]

        bundle, losses = written(*records, terms=AMBER)

        check_strictly(bundle)
        assert len(objects(bundle, "marking-definition")) == 1
        assert len(objects(bundle, "extension-definition")) == 2
        assert len(objects(bundle, "email-addr")) == 1
        assert len(read(bundle)[0]) == 3
        assert losses.carried["organisations.names"] == 3

    @pytest.mark.parametrize(("level", "count"), [(Level.OFFICIAL_USE, 1), (Level.RESTRICTED, 2)])
    def test_then_a_value_that_is_marked_in_two_ways_has_an_observable_for_each(self, level, count):
        records = [
            shared("organisations", an_organisation(**CONTACTS), "RO-1"),
            shared("organisations", an_organisation(**CONTACTS), "RO-2", level=level),
        ]

        bundle, _ = written(*records, terms=AMBER)

        check_strictly(bundle)
        assert len(objects(bundle, "email-addr")) == count

    def test_when_there_are_none_then_the_bundle_is_empty_and_good(self):
        bundle, _ = written()

        check_strictly(bundle)
        assert read(bundle)[0] == []

    def test_when_nothing_of_them_is_standard_then_nothing_goes_out_without_our_extension(self):
        bundle, losses = written(shared("travel_documents", a_document()), extended=False)

        assert json.loads(bundle)["objects"] == []
        assert set(losses.lost) == {f"travel_documents.{name}" for name in a_document()}


CONTACTS = {
    "addresses": [{"street": "1 Quay", "city": "Vessa", "country": "QM"}],
    "emails": ["a@voss.qm"],
    "websites": ["https://voss.qm/"],
}
