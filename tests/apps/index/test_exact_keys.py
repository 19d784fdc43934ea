"""Whole and partial numbers, as the other apps ask for them."""

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from liaison.apps.audit import public as audit
from liaison.apps.index import builder, scopes
from liaison.apps.index import public as index
from liaison.apps.members.public import Role
from liaison.apps.records import public as records
from liaison.databases.keys import document_keys, identifier_keys, part_keys, pattern_of
from liaison.refusal import NotAllowed
from liaison.rows.viewing import viewing
from tests.factories.index import catch_up, following
from tests.factories.members import a_viewer
from tests.factories.records import a_record

pytestmark = pytest.mark.postgres

PLATES = ("AB1234", "CD1234", "AB2345")


@pytest.fixture
def owner(committed_db):
    viewer = a_viewer("QM")
    with following():
        yield viewer
    audit.stop_event_writer()


def a_vehicle(plate: str) -> dict[str, object]:
    return {"plates": [{"number": plate, "country": "QM"}], "event": "stolen", "event_on": "2026-01-15"}


def found_by_part(viewer, pattern: str, limit: int = 10) -> tuple[list[str], bool]:
    """Return the references of the vehicles that can have this plate, and whether there are more."""
    with viewing(viewer):
        ids, more = index.having_all(part_keys(pattern_of("plate", pattern)), viewer, limit)
        return [card.reference for card in records.cards(ids, viewer)], more


class TestGivenVehicles:
    def test_when_part_of_a_plate_is_known_then_those_that_have_every_piece_are_found(self, owner):
        ours, _, also = (a_record(owner, kind="vehicles", fields=a_vehicle(plate)) for plate in PLATES)
        catch_up()
        other = a_viewer("QN", Role.FRONTLINE_OFFICER)

        assert found_by_part(other, "AB*234*") == ([ours, also], False)
        assert found_by_part(other, "AB*234*", limit=1) == ([ours], True)
        assert found_by_part(other, "AB*234*", limit=2) == ([ours, also], False)
        assert found_by_part(other, "AB*999*") == ([], False)

    def test_when_one_is_for_others_then_he_does_not_find_it_and_it_leaves_no_gap(self, owner):
        a_record(owner, kind="vehicles", fields=a_vehicle("AB1234"), audience="list:QN")
        seen = a_record(owner, kind="vehicles", fields=a_vehicle("AB2345"))
        catch_up()

        assert found_by_part(a_viewer("QO"), "AB*234*", limit=1) == ([seen], False)

    def test_who_may_not_query_is_told_so(self, owner):
        with pytest.raises(NotAllowed):
            index.having_all(part_keys(pattern_of("plate", "AB*")), a_viewer("QM", Role.BUREAU_ADMINISTRATOR), 5)


class TestNoRecord:
    def test_when_nothing_has_the_number_then_no_database_is_asked(self, owner, monkeypatch):
        # Neither time nor a new file of the index, which comes when entries have waited, has the scope read again.
        monkeypatch.setattr(scopes, "SCOPE_SECONDS", 600.0)
        monkeypatch.setattr(builder, "FOLD_SECONDS", 600.0)
        a_record(owner, kind="vehicles", fields=a_vehicle("AB1234"))
        catch_up()
        officer = a_viewer("QN", Role.FRONTLINE_OFFICER)
        with viewing(officer):
            index.exact(["plate:anything"], officer)  # what he may find is known from now on, for SCOPE_SECONDS

            with (
                CaptureQueriesContext(connections["default"]) as asked,
                CaptureQueriesContext(connections["system"]) as also_asked,
            ):
                for number in range(100):
                    keys = [
                        *document_keys(f"ZZ{number:07d}", "QM"),
                        *identifier_keys("plate", f"ZZ{number}", "QM")[:2],
                    ]
                    assert index.exact(keys, officer) == []
                assert len(index.exact(identifier_keys("plate", "AB1234", "QM")[:2], officer)) == 1

        assert [*asked.captured_queries, *also_asked.captured_queries] == []
