import io
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from liaison.databases import all_databases
from liaison.databases.declaration import normalise
from liaison.formats import ftm, ftm_tables, un_xml
from liaison.formats.ftm_writing import write
from liaison.formats.losses import Losses, Outgoing
from liaison.formats.rows import Row
from liaison.identifiers import countries
from tests.budgets import budget
from tests.databases.records_of import PNG, a_document, a_person, an_organisation
from tests.formats.real import records_of
from tests.formats.records import differences, outgoing

MAPPED = sorted(ftm_tables.tables())
UNMAPPED = sorted(set(all_databases()) - set(MAPPED))
TRIES = settings(
    max_examples=budget(25, 500),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)
# What FollowTheMoney has a property for comes back whole, whatever a record says in it.
CARRIED = {
    "persons": {"titles", "nationalities", "sex", "person_status", "marks", "languages", "list_reference"},
    "organisations": {"legal_form", "sectors", "countries", "jurisdiction", "emails", "list_name"},
    "travel_documents": {"document_kind", "country", "event", "file_number"},
    "vessels": {"event", "imo", "mmsi", "call_signs", "type_as_listed", "model", "list_reference"},
    "vehicles": {"event", "model", "vehicle_kind"},
    "payment_instruments": {"event", "iban", "bic"},
    "aircraft": {"event", "serial", "type_as_listed", "make", "model", "list_reference"},
}  # fmt: skip
NO_WALLET_HAS = {"iban", "bic"}


def entities(*records: Outgoing, losses: Losses | None = None, at: str = "") -> list[dict]:
    return [json.loads(line) for line in write(records, losses or Losses(), at=at)]


def there_and_back(record: Outgoing) -> tuple[list[Row], Losses]:
    losses = Losses()
    data = b"".join(write([record], losses))
    return [item for item in ftm.parse(io.BytesIO(data)) if isinstance(item, Row)] if data else [], losses


def a_record(kind: str, fields: dict, reference: str = "RX-2026-7K4M2P-C") -> Outgoing:
    return Outgoing(kind, reference, "QM", normalise(all_databases()[kind], fields))


class TestWhatIsWritten:
    def test_a_person_with_papers_and_a_listing_is_three_entities(self):
        person = a_person(
            documents=[{"number": "QM1234567", "kind": "passport", "country": "QM", "issued_on": "2020"}],
            list_name="Council", list_reference="QMi.001", listed_on="2020-05-04", list_programme="QM-1",
        )  # fmt: skip

        record, paper, listing = entities(a_record("persons", person), at="2026-01-01T00:00:00")

        assert (record["schema"], record["id"], record["target"]) == ("Person", "RX-2026-7K4M2P-C", True)
        assert (record["datasets"], record["last_seen"]) == (["liaison_qm"], "2026-01-01T00:00:00")
        assert record["properties"]["nationality"] == ["qm"]
        assert (paper["id"], paper["schema"]) == ("RX-2026-7K4M2P-C.document-1", "Passport")
        assert paper["properties"] == {
            "number": ["QM1234567"], "country": ["qm"], "startDate": ["2020"], "holder": ["RX-2026-7K4M2P-C"],
        }  # fmt: skip
        assert listing["properties"] == {
            "authority": ["Council"], "program": ["QM-1"], "authorityId": ["QMi.001"], "listingDate": ["2020-05-04"],
            "entity": ["RX-2026-7K4M2P-C"],
        }  # fmt: skip

    def test_no_id_tells_anything_of_a_person_and_each_is_the_same_again(self):
        record = a_record("persons", a_person(documents=[{"number": "QM1234567"}]))

        ids = [entity["id"] for entity in entities(record)]

        assert ids == [entity["id"] for entity in entities(record)]
        assert all(one.removeprefix("RX-2026-7K4M2P-C") in {"", ".document-1"} for one in ids)

    @pytest.mark.parametrize("status", ["suspect", "witness", "victim", "charged"])
    def test_nobody_gets_a_topic_for_what_was_not_judged_by_a_list(self, status):
        (entity,) = entities(a_record("persons", a_person(person_status=status)))

        assert "topics" not in entity["properties"]
        assert entity["properties"]["status"] == [status]

    def test_a_date_between_two_is_both_and_counts_as_lost(self):
        losses = Losses()

        (entity,) = entities(
            a_record("persons", a_person(birth_dates=[{"from": "1962", "to": "1964"}])), losses=losses
        )

        assert entity["properties"]["birthDate"] == ["1962", "1964"]
        assert losses.lost == {"persons.birth_dates": 1}

    def test_a_range_of_documents_is_lost_whole(self):
        losses = Losses()
        blanks = a_document(number=None, range={"first": "QM0100", "last": "QM0199"}, event="stolen_blank")

        assert entities(a_record("travel_documents", blanks), losses=losses) == []
        assert losses.carried == {}
        assert losses.lost["travel_documents.range"] == 1

    def test_pictures_and_cautions_stay_here_and_are_named(self):
        losses = Losses()

        (entity,) = entities(
            a_record("persons", a_person(portrait=PNG, cautions=["armed"], parents={"father": "Orr"})), losses=losses
        )

        assert losses.lost == {"persons.portrait": 1, "persons.cautions": 1, "persons.parents": 1}
        assert PNG not in str(entity)

    def test_a_number_that_the_schema_has_not_is_lost(self):
        losses = Losses()
        body = an_organisation(organisation_type="public_body", identifiers=[{"number": "QM77", "kind": "ticker"}])

        (entity,) = entities(a_record("organisations", body), losses=losses)

        assert entity["schema"] == "PublicBody"
        assert losses.lost == {"organisations.identifiers": 1}

    @pytest.mark.parametrize("kind", UNMAPPED or [None])
    def test_a_database_without_a_schema_is_lost_whole(self, kind):
        if kind is None:
            assert set(MAPPED) == set(all_databases())
            return
        losses = Losses()
        record = Outgoing(kind, "RX-1", "QM", {"remarks": "x"})

        assert entities(record, losses=losses) == []
        assert losses.lost == {f"{kind}.remarks": 1}


@pytest.mark.parametrize("kind", MAPPED)
class TestLaws:
    @TRIES
    @given(data=st.data())
    def test_only_properties_that_the_schema_has_are_written_and_all_hold_texts(self, kind, data):
        for entity in entities(data.draw(outgoing(kind))):
            known = ftm_tables.properties_of(entity["schema"])
            links = {"holder", "entity"}
            assert set(entity["properties"]) <= set(known)
            assert all(known[name] != "entity" or name in links for name in entity["properties"])
            assert all(said and all(isinstance(text, str) for text in said) for said in entity["properties"].values())

    @TRIES
    @given(data=st.data())
    def test_what_was_written_comes_back_but_for_what_the_losses_name(self, kind, data):
        record = data.draw(outgoing(kind))

        rows, losses = there_and_back(record)

        database = all_databases()[kind]
        lost = {path.removeprefix(f"{kind}.").partition(".")[0] for path in losses.lost}
        read = normalise(database, rows[0].fields) if rows else {}
        assert [row.foreign_key for row in rows] in ([record.reference], [])
        assert differences(database, dict(record.fields), read) == lost
        if rows:
            assert lost.isdisjoint(CARRIED[kind] - (NO_WALLET_HAS if "wallet" in record.fields else set()))
            assert lost != {"remarks"}, "only what did not fit elsewhere is added to them"


@pytest.mark.samples
class TestTheUnitedNationsList:
    def test_it_comes_back_but_for_addresses_notes_of_names_and_dates_between_two(self, samples):
        with (samples / "data" / "un" / "consolidated.xml").open("rb") as stream:
            records = list(records_of(un_xml.parse(stream), "UN"))
        losses = Losses()

        data = b"".join(write(records, losses))
        *rows, edition = ftm.parse(io.BytesIO(data))

        assert [row.foreign_key for row in rows] == [record.reference for record in records]
        assert edition.unkept == {}
        assert {path.partition(".")[2].partition(".")[0] for path in losses.lost} == {
            "addresses", "birth_places", "birth_dates", "names",
        }  # fmt: skip
        for record, row in zip(records, rows, strict=True):
            database = all_databases()[record.kind]
            differing = differences(database, dict(record.fields), normalise(database, row.fields))
            assert differing <= {"addresses", "birth_places", "birth_dates", "names"}

    def test_the_names_and_numbers_of_the_development_records_come_back(self, samples):
        lines = (samples / "data" / "screening_dev_records.jsonl").read_text("utf-8").splitlines()
        records = [a_record("persons", _as_person(json.loads(line)), f"RX-{n}") for n, line in enumerate(lines)]
        losses = Losses()

        rows = [row for row in ftm.parse(io.BytesIO(b"".join(write(records, losses)))) if isinstance(row, Row)]

        assert losses.lost == {}
        assert [normalise(all_databases()["persons"], row.fields) for row in rows] == [r.fields for r in records]


def _as_person(record: dict) -> dict:
    return {
        "names": [{"text": record["name"], "kind": "primary"}],
        "birth_dates": record["dobs"],
        "nationalities": [code for code in record["countries"] if countries.by_alpha2(code)],
        "documents": [{"number": number, "kind": "passport"} for number in record["docs"] if len(number) > 4],
        "person_status": "sanctioned",
    }
