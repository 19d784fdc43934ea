"""Writing the world through the public services: once, resumable, and only into a home that is marked first."""

import base64

import pytest
from django.db import ProgrammingError, transaction

from liaison.apps.members import public as members
from liaison.apps.records import public as records
from liaison.apps.training.demo import FILE_NAME, is_demo, mark_demo
from liaison.apps.training.models import DemoMark, WorldPart
from liaison.apps.training.public import answering, begin_world, build_world, is_complete, offer
from liaison.apps.training.world.build import _person_draft, _stolen_drafts
from liaison.apps.training.world.documents import documents
from liaison.apps.training.world.people import OFFERED, WORLD_DAY, person
from liaison.apps.training.world.portraits import portrait
from liaison.databases import all_databases
from liaison.databases.declaration import validate
from liaison.identifiers import mrz
from liaison.refusal import Refused
from liaison.rows.public import now
from liaison.viewer import Purpose
from tests.factories.members import a_viewer

PEOPLE, DOCUMENTS = 60, 140


def the_border_officer():
    viewer = members.viewer_by_name("qm.border", Purpose.IDENTIFY)
    assert viewer is not None
    return viewer


def the_officer(country: str):
    viewer = members.viewer_by_name(f"{country.lower()}.officer", Purpose.INVESTIGATE)
    assert viewer is not None
    return viewer


def _begun():
    with answering():
        return begin_world()


class TestGivenAnEmptyHouse:
    def test_when_the_world_begins_then_the_offered_hit_is_there_and_users_can_sign_in(self, db):
        written = _begun()

        viewer = the_border_officer()
        people = records.by_foreign_key("persons", viewer.reader_id, viewer=viewer)
        papers = records.by_foreign_key("travel_documents", viewer.reader_id, viewer=viewer)
        assert (written.people, written.documents) == (1, 1)
        assert [card.fields["names"][0]["text"] for card in people.values()] == [
            person(OFFERED).fields["names"][0]["text"]
        ]
        assert [card.fields["number"] for card in papers.values()] == [person(OFFERED).passport["number"]]

    def test_when_the_world_is_built_twice_then_the_second_time_writes_nothing(self, db):
        first = build_world(people_count=PEOPLE, document_count=DOCUMENTS, things_each=1)
        second = build_world(people_count=PEOPLE, document_count=DOCUMENTS, things_each=1)

        stolen = sum(1 for number in range(PEOPLE) if person(number).passport_is_stolen)
        assert (first.people, first.documents) == (PEOPLE, DOCUMENTS + stolen)
        assert (second.users, second.things, second.people, second.documents) == (0, 0, 0, 0)
        assert not is_complete(people_count=PEOPLE, document_count=DOCUMENTS)
        build_world(people_count=PEOPLE, document_count=DOCUMENTS)
        assert is_complete(people_count=PEOPLE, document_count=DOCUMENTS)

    def test_then_the_bureau_with_an_administrator_has_a_desk_and_one_that_he_named_since_stays(self, db):
        _begun()
        administrator = members.viewer_by_name("qm.admin", Purpose.SYSTEM)
        (first,) = members.contacts([administrator.reader_id], administrator).values()
        named = members.set_contact(
            desk="Night desk", phone="", email="night@qm.example", always=True, by=administrator
        )

        _begun()

        assert first.desk == "Records desk"
        assert members.contacts([administrator.reader_id], administrator) == {administrator.reader_id: named}

    def test_when_a_run_was_killed_inside_a_part_then_the_next_one_enters_only_the_rest(self, db):
        build_world(people_count=PEOPLE, document_count=DOCUMENTS, things_each=1)
        records.erase(_a_reference_of("QN"), reason="source_request", by=a_viewer("QN"))
        WorldPart.objects.filter(name="documents: QN").delete()

        again = build_world(people_count=PEOPLE, document_count=DOCUMENTS, things_each=1)

        assert (again.people, again.documents) == (0, 1)

    def test_when_it_is_built_then_every_country_answers_for_its_own(self, db):
        build_world(people_count=PEOPLE, document_count=DOCUMENTS, things_each=1)

        for country in ("QM", "QR", "QZ"):
            viewer = the_officer(country)
            found = records.by_foreign_key("travel_documents", viewer.reader_id, viewer=viewer)
            assert len(found) >= DOCUMENTS // 14
            assert {card.fields["country"] for card in found.values()} == {country}

    def test_when_it_is_built_then_progress_reaches_the_whole(self, db):
        told: dict[str, tuple[int, int]] = {}

        build_world(
            people_count=PEOPLE,
            document_count=DOCUMENTS,
            things_each=1,
            progress=lambda noun, done, total: told.update({noun: (done, total)}),
        )

        assert set(told) == {"things", "people", "documents"}
        assert all(done == total for done, total in told.values())


def _a_reference_of(country: str) -> str:
    viewer = the_officer(country)
    cards = records.by_foreign_key("travel_documents", viewer.reader_id, viewer=viewer)
    return next(card.reference for card in cards.values())


class TestGivenTheDeclarations:
    def test_then_every_kind_of_invented_person_and_document_satisfies_them(self):
        databases = all_databases()
        drafts = [_person_draft(person(number)) for number in range(400)]
        drafts += _stolen_drafts(person(number) for number in range(0, 400, 25))

        findings = [finding for draft in drafts for finding in validate(databases[draft.kind], draft.fields)]
        for paper in documents(300):
            findings += validate(databases["travel_documents"], paper.fields)
        assert findings == []

    def test_then_the_first_people_have_a_drawn_portrait(self):
        drawn = _person_draft(person(3)).fields["portrait"]

        assert base64.b64decode(str(drawn)) == portrait(3, female=person(3).female)


class TestGivenTheOffer:
    def test_then_it_is_a_passport_that_reads_without_any_doubt(self):
        read = mrz.parse(offer(), today=WORLD_DAY)

        assert read.all_checks_right
        assert read.warnings == ()
        assert read.number == person(OFFERED).passport["number"]


class TestGivenAHome:
    def test_when_it_is_fresh_then_it_can_be_marked_and_stays_so(self, db, tmp_path):
        assert not is_demo(tmp_path)

        mark_demo(tmp_path)
        mark_demo(tmp_path)

        assert is_demo(tmp_path)
        assert DemoMark.objects.count() == 1

    def test_when_somebody_joined_then_it_cannot_be_marked(self, db, tmp_path):
        a_viewer("QM")

        with pytest.raises(Refused, match="users already"):
            mark_demo(tmp_path)

        assert not is_demo(tmp_path)
        assert not (tmp_path / FILE_NAME).exists()

    def test_when_only_the_file_was_copied_then_it_is_no_demo(self, db, tmp_path):
        (tmp_path / FILE_NAME).write_text("copied")

        assert not is_demo(tmp_path)

    def test_when_only_the_database_was_restored_then_it_is_no_demo(self, db, tmp_path):
        DemoMark.objects.create(marked_at=now())

        assert not is_demo(tmp_path)

    def test_when_somebody_tries_to_take_the_mark_away_then_the_database_refuses(self, db, tmp_path):
        mark_demo(tmp_path)

        with pytest.raises(ProgrammingError), transaction.atomic():
            DemoMark.objects.all().delete()
        with pytest.raises(ProgrammingError), transaction.atomic():
            DemoMark.objects.update(marked_at=now())
        assert is_demo(tmp_path)
