"""The United Nations' list itself through the whole import."""

import pytest

from liaison.apps.exchange import public as exchange
from liaison.apps.members.public import Role
from liaison.apps.records import public as records
from tests.factories.members import a_viewer


@pytest.mark.samples
@pytest.mark.django_db
def test_the_list_goes_in_once_and_a_second_run_changes_nothing(samples):
    operator = a_viewer("XS", Role.LIST_OPERATOR)
    path = samples / "data" / "un" / "consolidated.xml"

    first = exchange.import_list("un-sc", path, by=operator)
    again = exchange.import_list("un-sc", path, by=operator)

    assert first.status == again.status == "done"
    assert first.tallies == {
        "persons": exchange.Tally(read=160, entered=160),
        "organisations": exchange.Tally(read=273, entered=273),
    }
    assert again.tallies == {
        "persons": exchange.Tally(read=160, unchanged=160),
        "organisations": exchange.Tally(read=273, unchanged=273),
    }
    assert not again.changes_anything
    assert records.counts(a_viewer("QM", Role.FRONTLINE_OFFICER))["persons"] == 160
