"""An agreement's databases hold in the services, in the rows and in the index; each of the three alone, too."""

from dataclasses import replace

import pytest
from django.db import DatabaseError, connection

from liaison.apps.audit import public as audit
from liaison.apps.index import public as index
from liaison.apps.members import public as members
from liaison.apps.records import public as records
from liaison.apps.records.models import Record
from liaison.apps.screening import public as screening
from liaison.databases.keys import document_keys
from liaison.refusal import Absent, Refused
from liaison.rows.viewing import viewing
from tests.factories.index import following
from tests.factories.members import a_partner, a_viewer, an_agency
from tests.factories.records import a_person, a_record
from tests.factories.screening import a_question

THINGS = frozenset({"travel_documents", "vehicles"})


@pytest.fixture
def world(committed_db):
    """A person and a document of QM, and an officer of an agency of QN that may ask for things and enter vehicles."""
    owner = a_viewer("QM")
    person, document = a_record(owner), a_record(owner, kind="travel_documents")
    agency = an_agency("QN-CU", queries=THINGS, enters=frozenset({"vehicles"}))
    with following():
        yield person, document, a_viewer(agency, members.Role.BUREAU_OFFICER)
    audit.stop_event_writer()


def asked(viewer, **question):
    answer = screening.ask(a_question(**question), viewer=viewer)
    return [hit.card.reference for group in answer.groups for hit in group.hits]


def rows(viewer):
    with viewing(viewer):
        return set(Record.objects.values_list("reference", flat=True))


class TestGivenAnAgencyThatMayAskForThings:
    def test_then_a_query_answers_from_those_databases_alone_and_says_which(self, world):
        person, document, agent = world

        assert asked(agent, text="QM4471203") == [document]
        assert asked(agent, name="Elsa Quendrix") == []
        assert asked(a_viewer("QN"), name="Elsa Quendrix") == [person]
        answer = screening.ask(a_question(name="Elsa Quendrix"), viewer=agent)
        assert answer.searched == ("Travel documents", "Vehicles")

    def test_then_a_record_of_another_database_seems_not_to_exist(self, world):
        person, document, agent = world

        assert records.record(document, agent).reference == document
        with pytest.raises(Absent) as hidden:
            records.record(person, agent)
        with pytest.raises(Absent) as never:
            records.record("PR-2026-0000000-0", agent)
        assert hidden.value.code == never.value.code
        assert asked(agent, text=person) == []
        assert records.listing("persons", agent).total == 0

    def test_then_the_rows_alone_hide_it(self, world):
        person, document, agent = world

        assert rows(agent) == {document}
        assert rows(replace(agent, queries=None)) >= {person, document}

    def test_then_the_index_alone_hides_it(self, world):
        *_, agent = world

        with viewing(agent):
            assert index.candidates({"names": ["Elsa Quendrix"]}, agent, 10) == []
            assert len(index.exact(document_keys("QM4471203", "QM"), agent)) == 1
        narrow = replace(agent, queries=frozenset({"vehicles"}))
        with viewing(narrow):
            assert index.exact(document_keys("QM4471203", "QM"), narrow) == []
            assert index.having_all(list(document_keys("QM4471203", "QM"))[:1], narrow, 10) == ([], False)

    def test_then_it_enters_where_its_agreement_says_and_nowhere_else(self, world):
        *_, agent = world

        with pytest.raises(Refused, match="does not let it enter"):
            records.enter(records.Draft(kind="persons", fields=a_person()), by=agent)
        vehicle = {"vin": "1M8GDM9AXKP042788", "event": "stolen", "make": "Quill"}
        assert records.enter(records.Draft(kind="vehicles", fields=vehicle), by=agent)

    def test_then_the_rows_alone_refuse_what_it_may_not_enter(self, world):
        *_, agent = world

        with (
            pytest.raises(DatabaseError, match="row-level security"),
            viewing(agent),
            connection.cursor() as cursor,
        ):
            cursor.execute(
                """
                insert into records_record
                    (id, reference, kind, declared_version, source_id, audience_id, level, status, entered_at,
                     changed_at, expires_on, foreign_key, version, entry_id)
                select gen_random_uuid(), 'PR-2026-0000000-0', 'persons', 1, liaison_reader(), audience_id, 1,
                       'active', now(), now(), current_date, '', 1, gen_random_uuid()
                  from members_audience_reader limit 1
                """
            )


@pytest.mark.django_db
class TestGivenAPartner:
    def test_then_it_asks_what_its_agreement_and_the_databases_both_open(self):
        partner = a_viewer(a_partner("XP-ONE", queries=THINGS), members.Role.BUREAU_OFFICER)

        assert partner.queries == THINGS
        assert (partner.may_query("persons"), partner.may_query("vehicles"), partner.may_enter("vehicles")) == (
            False,
            True,
            False,
        )


@pytest.mark.django_db
@pytest.mark.parametrize("code", ["QM", "XS", "XC"])
def test_bureaus_secretariat_and_commission_have_access_as_of_right(code):
    viewer = a_viewer(code)

    assert (viewer.queries, viewer.enters) == (None, None)
