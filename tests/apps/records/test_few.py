"""Lists of who may see few records and of who may see many: the same answer, found in two ways."""

import dataclasses
from itertools import combinations

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from liaison.apps.members.public import Role
from liaison.apps.records import few as room
from liaison.apps.records import public as records
from liaison.apps.records import queries
from liaison.apps.records.few import few
from liaison.postgres import Role as DatabaseRole
from liaison.rows.viewing import viewing
from liaison.viewer import Level
from tests.budgets import budget
from tests.factories.members import a_house, a_viewer
from tests.factories.records import a_record

AUDIENCES = ("all", "all -QN", "list:QN", "list:QO", "region:EU", "", "all -QM")
one_record = st.tuples(
    st.sampled_from(("QM", "QN", "QO")),
    st.sampled_from(("persons", "travel_documents")),
    st.sampled_from(AUDIENCES),
    st.sampled_from(tuple(Level)),
    st.booleans(),
)


def references(page):
    return [card.reference for card in page.cards], page.total, page.pages


def a_world(drawn, entering):
    """Enter the records that were drawn; some are withdrawn again."""
    for source, kind, audience, level, withdrawn in drawn:
        by = entering[source]
        fields = None if kind == "persons" else dict(DOCUMENT, country=source)
        reference = a_record(by, kind=kind, fields=fields, audience=audience, level=level)
        if withdrawn:
            records.withdraw(reference, reason="Entered by mistake.", by=by)


DOCUMENT = {"number": "QM4471203", "document_kind": "passport", "event": "stolen", "event_on": "2026-01-15"}


@pytest.mark.django_db
class TestGivenAnyWorld:
    @settings(max_examples=budget(8, 60), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        drawn=st.lists(one_record, max_size=8),
        reader=st.sampled_from(("QM", "QN", "QO", "XS")),
        level=st.sampled_from(tuple(Level)),
    )
    def test_few_and_many_are_the_same_pages_and_the_same_counts(self, monkeypatch, drawn, reader, level):
        a_world(drawn, {code: a_viewer(code, level=Level.CONFIDENTIAL) for code in ("QM", "QN", "QO")})
        viewer = a_viewer(reader, level=level)

        said = {}
        for most in (0, 1_000):
            monkeypatch.setattr(room, "FEW_MAX", most)
            pages = [references(records.listing(kind, viewer)) for kind in ("persons", "travel_documents")]
            said[most] = (pages, records.counts(viewer))

        assert said[0] == said[1_000]

    def test_who_brings_in_lists_of_partners_sees_them_among_the_few(self, monkeypatch):
        operator = a_viewer("XS", Role.LIST_OPERATOR)
        listed = a_record(operator, audience="")
        by_partner = records.enter(dataclasses.replace(_draft(), audience="", source_id=_partner("UN")), by=operator)

        shown = {card.reference for card in records.listing("persons", operator).cards}

        assert shown == {listed, by_partner}
        assert records.listing("persons", a_viewer("QM")).total == 0


@pytest.mark.django_db
class TestGivenAsManyAsAreFew:
    def test_so_many_are_few_and_one_more_is_many(self, monkeypatch):
        viewer = a_viewer("QM")
        for _ in range(3):
            a_record(viewer)

        with viewing(viewer):
            monkeypatch.setattr(room, "FEW_MAX", 3)
            found = few(["persons"], viewer)
            monkeypatch.setattr(room, "FEW_MAX", 2)
            none = few(["persons"], viewer)

        assert [one.kind for one in found] == ["persons"] * 3
        assert found == sorted(found, key=lambda one: one.record_id, reverse=True)
        assert none is None

    def test_pages_go_on_where_the_last_one_ended(self, monkeypatch):
        monkeypatch.setattr(queries, "PAGE_SIZE", 2)
        viewer = a_viewer("QM")
        entered = [a_record(viewer) for _ in range(5)]

        pages = [records.listing("persons", viewer, page=number) for number in (1, 2, 3, 4)]

        assert [card.reference for page in pages for card in page.cards] == entered[::-1]
        assert {(page.total, page.pages) for page in pages} == {(5, 3)}


class TestGivenARowThatIsReadAgain:
    def test_its_audience_is_looked_up_and_not_all_audiences_of_its_reader(self, committed_db):
        a_house(with_the_world=True)
        owner, viewer = a_viewer("QM"), a_viewer("QN")
        for one, other in combinations(("QO", "QP", "QQ", "QR", "QS", "QT", "QU", "QV"), 2):
            a_record(owner, audience=f"all -{one} -{other}")
        card = records.record(a_record(owner), viewer)
        with committed_db.as_role(DatabaseRole.OWNER) as connected:
            connected.execute("analyze members_audience_reader, records_record, members_reader")

        with viewing(viewer), connection.cursor() as cursor:
            cursor.execute("explain select id from records_record where id = any(%s::uuid[])", [[card.id]])
            plan = "\n".join(row[0] for row in cursor.fetchall())

        assert "EXISTS(SubPlan" in plan, plan
        assert "audience_id = (hashed" not in plan, plan


def _draft():
    return records.Draft(
        kind="persons",
        fields={"names": [{"text": "Elsa Quendrix", "kind": "primary"}], "sex": "F", "person_status": "sanctioned"},
    )


def _partner(code):
    from liaison.apps.members import public as members

    return members.reader_by_code(code).id
