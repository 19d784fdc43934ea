"""Events that we write: right by MISP's own library and templates, and as good as the loss report says."""

import io
import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pymisp
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liaison.databases import all_databases
from liaison.databases.declaration import normalise
from liaison.formats import misp
from liaison.formats.losses import Losses, Outgoing
from liaison.formats.misp_tables import tables
from liaison.formats.misp_writing import Sender, object_uuid, write
from liaison.formats.rows import Row
from liaison.formats.shared_record import SharedRecord, Terms
from liaison.viewer import Level
from tests.budgets import budget
from tests.databases.records_of import PNG, a_document, a_person, an_organisation
from tests.formats.records import differences, outgoing

CHANGED = datetime(2026, 1, 3, 4, 5, 6, tzinfo=UTC)
SENDER = Sender("QM", "Marvenian Police", "Invented records", distribution=1)
UNMARKED = Terms()
TERMS = Terms({Level.OFFICIAL_USE: "TLP:GREEN", Level.RESTRICTED: "TLP:AMBER", Level.CONFIDENTIAL: "TLP:RED"})
TEMPLATES = Path(pymisp.__file__).parent / "data/misp-objects/objects"
MAPPED = sorted({table.kind for table in tables().kinds.values()})


def shared(kind: str, fields: dict, reference: str = "RX-2026-7K4M2P-C", **more: object) -> SharedRecord:
    return a_copy(Outgoing(kind, reference, "QM", normalise(all_databases()[kind], fields)), **more)


def a_copy(record: Outgoing, **more: object) -> SharedRecord:
    given = {"source_name": "Marvenian Police", "entered_at": CHANGED, "changed_at": CHANGED, **more}
    return SharedRecord(record, **given)


def written(*records: SharedRecord, terms: Terms = UNMARKED, sender: Sender = SENDER) -> tuple[bytes, Losses]:
    losses = Losses()
    return b"".join(write(records, sender=sender, terms=terms, losses=losses)), losses


def rows(data: bytes) -> list[Row]:
    return [item for item in misp.parse(io.BytesIO(data)) if isinstance(item, Row)]


def event(data: bytes) -> dict:
    return json.loads(data)["Event"]


@cache
def template(name: str) -> dict:
    return json.loads((TEMPLATES / name / "definition.json").read_text(encoding="utf-8"))


def check_by_templates(data: bytes) -> None:
    """MISP's library loads it, and every object is what its template asks: attributes, types, number, minimum."""
    loaded = pymisp.MISPEvent()
    loaded.load(data.decode())
    said = event(data)
    assert len(loaded.objects) == len(said["Object"])
    uuids = [one["uuid"] for made in said["Object"] for one in (made, *made["Attribute"])]
    assert len(set(uuids)) == len(uuids)
    for made in said["Object"]:
        real = template(made["name"])
        assert (made["template_uuid"], made["template_version"]) == (real["uuid"], str(real["version"]))
        counts = Counter(attribute["object_relation"] for attribute in made["Attribute"])
        assert set(real.get("required", [])) <= set(counts)
        assert not real.get("requiredOneOf") or set(real["requiredOneOf"]) & set(counts)
        for attribute in made["Attribute"]:
            declared = real["attributes"][attribute["object_relation"]]
            assert declared["misp-attribute"] == attribute["type"]
            assert declared.get("multiple") or counts[attribute["object_relation"]] == 1
            assert "values_list" not in declared or attribute["value"] in declared["values_list"]
            assert attribute["value"].strip()
            assert not attribute["to_ids"]
        for reference in made["ObjectReference"]:
            assert reference["referenced_uuid"] in {other["uuid"] for other in said["Object"]}


@pytest.mark.parametrize("kind", all_databases())
class TestGivenRecordsOfEveryDatabase:
    @given(data=st.data())
    @settings(max_examples=budget(20, 500), deadline=None)
    def test_then_they_come_back_but_for_what_the_report_names(self, kind, data):
        record = data.draw(outgoing(kind))

        made, losses = written(a_copy(record))

        check_by_templates(made)
        found = rows(made)
        there = dict(found[0].fields) if found and found[0].fields is not None else {}
        lost = {path.split(".")[1] for path in losses.lost}
        assert lost == differences(all_databases()[kind], dict(record.fields), there)
        assert all((row.kind, row.foreign_key) == (kind, object_uuid(record.reference)) for row in found)
        assert all(row.listing == record.reference for row in found)

    def test_when_it_has_no_template_then_nothing_goes_out(self, kind):
        assert (kind in MAPPED) == (kind not in UNMAPPED)


# Reference collections tell of no thing that is looked for; who lost his identity agreed to a search by police alone.
UNMAPPED = {
    "administrative_documents",
    "counterfeit_documents",
    "document_specimens",
    "firearm_models",
    "stolen_identities",
}


class TestGivenAPerson:
    FULL = a_person(
        names=[
            {"text": "Dana Vora", "kind": "primary", "given": "Dana", "family": "Vora"},
            {"text": "Дана Вора", "kind": "primary"},
            {"text": "Dan", "kind": "strong_alias", "note": "at school"},
            {"text": "Dana Orr", "kind": "maiden"},
        ],
        nationalities=["QM", "QN"],
        sex="F",
        person_status="missing",
        parents={"father": "Ivo Vora", "mother": "Mara Orr"},
        documents=[
            {"number": "A1234567", "kind": "passport", "country": "QM", "expires_on": "2030-01-31"},
            {"number": "D7654321", "kind": "diplomatic_passport", "country": "QM", "issued_on": "2020"},
            {"number": "77-11", "kind": "national_number", "country": "QM"},
            {"number": "V1", "kind": "visa", "country": "QN", "issued_at": "Vessa", "note": "Forged"},
        ],
        addresses=[{"street": "1 Quay", "city": "Vessa", "country": "QM"}, {"note": "At sea"}],
        portrait=PNG,
        remarks="Tall.\nScar.",
    )

    def test_then_everything_that_has_an_attribute_comes_back(self):
        made, losses = written(shared("persons", self.FULL))

        check_by_templates(made)
        assert losses.lost == {}
        assert differences(all_databases()["persons"], rows(made)[0].fields, self.normal()) == set()

    def test_then_documents_that_find_no_place_are_objects_that_the_person_references(self):
        made, _ = written(shared("persons", self.FULL))

        person, *documents = event(made)["Object"]
        assert [one["name"] for one in documents] == ["ftm-Passport"] * 2
        assert [one["relationship_type"] for one in person["ObjectReference"]] == ["identified-by"] * 2

    def test_then_what_misp_cannot_say_is_named_in_the_report(self):
        _, losses = written(
            shared(
                "persons", a_person(birth_dates=["1965", "1966"], cautions=["armed"], description={"eyes": "blue"})
            )
        )

        assert losses.lost == {"persons.birth_dates": 1, "persons.cautions": 1, "persons.description": 1}
        assert losses.carried == {"persons.names": 1, "persons.nationalities": 1, "persons.person_status": 1}

    def test_when_only_the_father_is_known_then_he_is_lost_and_that_is_said(self):
        _, losses = written(shared("persons", a_person(parents={"father": "Ivo Vora"})))

        assert losses.lost == {"persons.parents": 1}

    def normal(self) -> dict:
        return normalise(all_databases()["persons"], self.FULL)


class TestGivenThings:
    @pytest.mark.parametrize(
        ("kind", "fields", "name", "attributes"),
        [
            ("travel_documents", a_document(), "ftm-Passport", {"passportNumber": "A3141593", "type": "passport"}),
            (
                "vehicles",
                {"vin": "WVWZZZ1JZXW000001", "event": "stolen", "plates": [{"number": "V 77", "kind": "former"}]},
                "vehicle",
                {"vin": "WVWZZZ1JZXW000001", "license-plate-number": "V 77", "state": "stolen"},
            ),
            (
                "payment_instruments",
                {"wallet": "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2", "event": "ransom", "event_on": "2026-01"},
                "coin-address",
                {"address": "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2"},
            ),
            (
                "payment_instruments",
                {"wallet": "0x52908400098527886E0F7030069857D2E4169EE7", "event": "ransom"},
                "coin-address",
                {"address-crypto": "0x52908400098527886E0F7030069857D2E4169EE7"},
            ),
            (
                "payment_instruments",
                {"iban": "GB82WEST12345698765432", "event": "receives_fraud", "file_number": "F 1"},
                "bank-account",
                {"iban": "GB82WEST12345698765432"},
            ),
            (
                "payment_instruments",
                {"card": "4111111111111111", "event": "stolen", "expires_on": "2030-01-31"},
                "credit-card",
                {"cc-number": "4111111111111111", "expiration": "2030-01-31"},
            ),
            (
                "devices",
                {"imei": ["490154203237518"], "event": "stolen", "make": "Voss"},
                "phone",
                {"imei": "490154203237518", "brand": "Voss"},
            ),
            (
                "devices",
                {"mac": ["02:00:00:00:00:01"], "event": "suspected"},
                "device",
                {"MAC-address": "02:00:00:00:00:01"},
            ),
            (
                "firearms",
                {"serial": "AB12345", "make": "Voss", "weapon_kind": "pistol", "event": "stolen"},
                "physical-object",
                {"serial-number": "AB12345", "brand": "Voss"},
            ),
        ],
    )
    def test_then_they_are_objects_of_their_template_and_nothing_is_lost(self, kind, fields, name, attributes):
        made, losses = written(shared(kind, fields))

        check_by_templates(made)
        (thing,) = event(made)["Object"]
        said = {one["object_relation"]: one["value"] for one in thing["Attribute"]}
        assert thing["name"] == name
        assert attributes.items() <= said.items()
        assert losses.lost == {}

    def test_when_a_vessel_has_no_name_then_its_number_is_its_name_there_and_none_here(self):
        made, losses = written(shared("vessels", {"imo": ["9074729"], "event": "listed"}))

        (vessel,) = event(made)["Object"]
        assert {one["object_relation"]: one["value"] for one in vessel["Attribute"]}["name"] == "9074729"
        assert losses.lost == {}
        assert "names" not in rows(made)[0].fields


class TestGivenTheEvent:
    def test_then_it_says_who_sends_it_and_how_far_it_may_go(self):
        said = event(written(shared("persons", a_person()))[0])

        assert (said["info"], said["distribution"], said["date"]) == ("Invented records", "1", "2026-01-03")
        assert said["Orgc"]["name"] == "Marvenian Police"
        assert said["timestamp"] == str(int(CHANGED.timestamp()))

    def test_then_uuids_say_the_same_at_every_export(self):
        first, again = (written(shared("persons", TestGivenAPerson.FULL))[0] for _ in range(2))
        later, _ = written(shared("persons", a_person(), changed_at=CHANGED + timedelta(days=1)))

        assert first == again
        assert event(later)["Object"][0]["uuid"] == event(first)["Object"][0]["uuid"]

    @pytest.mark.parametrize(
        ("levels", "tag"),
        [
            ([], []),
            ([Level.OFFICIAL_USE], ["tlp:green"]),
            ([Level.RESTRICTED, Level.OFFICIAL_USE], ["tlp:amber"]),
            ([Level.OFFICIAL_USE, Level.CONFIDENTIAL], ["tlp:red"]),
        ],
    )
    def test_then_it_has_the_strictest_marking_and_each_attribute_its_own(self, levels, tag):
        records = [shared("persons", a_person(), f"RP-{number}", level=level) for number, level in enumerate(levels)]

        said = event(written(*records, terms=TERMS)[0])

        assert [one["name"] for one in said["Tag"]] == tag
        own = [[one["name"] for one in made["Attribute"][0]["Tag"]] for made in said["Object"]]
        assert own == [[TERMS.markings[level].lower()] for level in levels]

    def test_when_it_is_red_then_a_liaison_elsewhere_refuses_it_and_the_report_says_so(self):
        made, losses = written(shared("persons", a_person(), level=Level.CONFIDENTIAL), terms=TERMS)

        assert [row.fields for row in rows(made)] == [None]
        assert not losses.carried

    @pytest.mark.parametrize("withdrawn", [True, False])
    def test_when_a_record_was_withdrawn_then_all_of_it_is_deleted(self, withdrawn):
        made, losses = written(shared("persons", TestGivenAPerson.FULL, withdrawn=withdrawn))

        objects = event(made)["Object"]
        parts = [one for thing in objects for one in (thing, *thing["Attribute"], *thing["ObjectReference"])]
        assert {one["deleted"] for one in parts} == {withdrawn}
        assert [row.fields is None for row in rows(made) if row.kind == "persons"] == [withdrawn]
        assert not losses.lost

    def test_when_there_are_no_records_then_the_event_is_empty_and_good(self):
        made, _ = written()

        check_by_templates(made)
        assert rows(made) == []

    def test_when_several_go_out_then_the_report_counts_each(self):
        _, losses = written(
            *[shared("organisations", an_organisation(websites=["voss.qm"]), f"RO-{n}") for n in range(3)]
        )

        assert losses.carried == {"organisations.names": 3, "organisations.countries": 3}
        assert losses.lost == {"organisations.websites": 3}
