"""The demo holds every kind of record: things that satisfy their declarations and are found by their numbers."""

from datetime import date

import pytest

from liaison.apps.audit import public as audit
from liaison.apps.members import public as members
from liaison.apps.records import public as records
from liaison.apps.screening import public as screening
from liaison.apps.screening.public import Hit, How
from liaison.apps.training.public import build_world
from liaison.apps.training.world.paintings import HEIGHT, WIDTH, painting
from liaison.apps.training.world.stocks import COUNTRIES
from liaison.apps.training.world.things import EACH, KINDS, things
from liaison.databases import all_databases
from liaison.databases.declaration import normalise, search_document, validate
from liaison.databases.images import stripped
from liaison.databases.plausibility import doubts
from liaison.viewer import Purpose, Viewer
from tests.conftest import REPOSITORY
from tests.factories.index import following
from tests.factories.screening import a_question

TODAY = date(2026, 11, 26)
LARGEST = 65_536
INVENTED = {  # what is doubted because a country, a telephone code or a device exists nowhere
    "aircraft_registration.unassigned",
    "call_sign.unassigned",
    "icao24.unassigned",
    "mac.local",
    "mmsi.unassigned",
    "phone.impossible",
    "plate.look_alikes",
    "wallet.no_checksum",
}
NUMBERS = {"vin", "imo", "mmsi", "hull", "icao24", "container", "imei", "card", "iban", "firearm_serial", "doc"}


class TestGivenTheDeclarations:
    def test_then_the_world_has_every_kind(self):
        assert set(KINDS) | {"persons", "travel_documents"} == set(all_databases())

    @pytest.mark.parametrize("kind", KINDS)
    def test_then_nothing_is_refused_and_doubted_only_what_exists_nowhere(self, kind):
        database = all_databases()[kind]
        drawn = [thing.fields for thing in things() if thing.kind == kind]

        assert len(drawn) == EACH * len(COUNTRIES)
        assert [finding for fields in drawn for finding in validate(database, fields)] == []
        normal = [normalise(database, fields) for fields in drawn]
        assert {finding.code for fields in normal for finding in doubts(database, fields, today=TODAY)} <= INVENTED

    @pytest.mark.parametrize("kind", KINDS)
    def test_then_no_two_of_a_kind_share_a_number(self, kind):
        database = all_databases()[kind]
        kept = [
            search_document(database, normalise(database, thing.fields))["keys"]
            for thing in things()
            if thing.kind == kind
        ]

        numbers = [key for keys in kept for key in keys if key.partition(":")[0] in NUMBERS]
        assert len(numbers) == len(set(numbers))

    def test_then_they_are_the_same_each_time(self):
        assert list(things()) == list(things())


class TestGivenAPainting:
    def test_it_is_small_and_holds_nothing_but_itself(self):
        assert stripped(painting(3), bytes_max=LARGEST) == painting(3)
        assert painting(3) != painting(4)
        assert WIDTH > HEIGHT


def the_officer(country: str) -> Viewer:
    viewer = members.viewer_by_name(f"{country.lower()}.officer", Purpose.INVESTIGATE)
    assert viewer is not None
    return viewer


def found(text: str) -> list[Hit]:
    """What an officer of another country is told."""
    answer = screening.ask(a_question(text=text), viewer=the_officer("QP"))
    return [hit for group in answer.groups for hit in group.hits]


def pasted() -> list[str]:
    """The numbers that the first hour offers."""
    page = (REPOSITORY / "docs/tutorials/first-hour.md").read_text(encoding="utf-8")
    return page.partition("## Look up a thing")[2].partition("```text\n")[2].partition("\n```")[0].splitlines()


class TestGivenTheWorld:
    def test_then_it_holds_all_kinds_of_every_country_and_building_it_again_writes_nothing(self, db):
        first = build_world(people_count=20, document_count=14)

        assert first.things == len(KINDS) * EACH * len(COUNTRIES)
        for kind in KINDS:
            page = records.listing(kind, the_officer("QM"))
            assert page.total == EACH * len(COUNTRIES), kind
            assert len({card.source_code for card in page.cards}) > 2, kind
        counts = records.counts(the_officer("QM"))
        assert set(counts) == set(all_databases())
        assert all(counts.values())
        assert build_world(people_count=20, document_count=14).things == 0

    def test_then_what_the_first_hour_offers_is_found(self, committed_db):
        build_world(people_count=20, document_count=14)
        with following():
            answers = [found(text) for text in pasted()]
            misread = found("A9TJPNJU8KU100000")
        audit.stop_event_writer()

        kinds = [{hit.card.kind for hit in hits} for hits in answers]
        wanted = ["vehicles", "vehicles", "vessels", "containers", "devices", "payment_instruments", "artworks"]
        assert [kind for kind, told in zip(wanted, kinds, strict=True) if kind not in told] == []
        car, by_former_plate = ({hit.card.reference for hit in hits} for hits in answers[:2])
        assert car <= by_former_plate
        assert [hit.how for hit in misread] == [How.MISREAD]
        assert next(list(hit.picture_numbers) for hit in answers[-1] if hit.card.kind == "artworks") == [1]
