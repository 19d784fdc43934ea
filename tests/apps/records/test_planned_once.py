"""Statements that a session plans once: the plan that was made for one viewer shows the next one nothing of his."""

import pytest

from liaison.apps.audit import public as audit
from liaison.apps.records import public as records
from liaison.rows.viewing import viewing
from tests.factories.members import a_viewer
from tests.factories.records import a_record

pytestmark = pytest.mark.django_db
ROUNDS = 7
"""PostgreSQL weighs a plan of its own against a general one until it has seen five."""


def told(card, viewer):
    """Return what one session tells a viewer of the entries behind a record, by each of the three ways."""
    with viewing(viewer):
        newest = audit.newest_with_content([card.id])
        return len(audit.history(card.id)), newest.get(card.id) is not None, len(audit.contents([card.entry_id]))


class TestGivenOneSessionAndTwoViewers:
    def test_who_may_not_see_a_record_is_told_nothing_after_many_who_may(self):
        source, stranger = a_viewer("QM"), a_viewer("QN")
        card = records.record(a_record(source, audience=""), source)

        said = [(told(card, source), told(card, stranger)) for _ in range(ROUNDS)]

        assert said == [((1, True, 1), (0, False, 0))] * ROUNDS

    def test_who_falls_out_of_its_audience_is_told_nothing_more(self):
        source, other = a_viewer("QM"), a_viewer("QN")
        reference = a_record(source, audience="list:QN")
        before = [told(records.record(reference, source), other) for _ in range(ROUNDS)]

        records.restrict(reference, audience="", level=source.level, reason="Not for others any more.", by=source)

        assert before == [(1, True, 1)] * ROUNDS
        assert told(records.record(reference, source), other) == (0, False, 0)
