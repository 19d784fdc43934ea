"""A bureau brings its own stock in: it answers for it itself, nothing of another body is touched."""

from pathlib import Path

import pytest

from liaison.apps.exchange import public as exchange
from liaison.apps.members.public import Role
from liaison.apps.records import public as records
from liaison.refusal import Absent, NotAllowed, Refused
from liaison.viewer import Viewer
from tests.apps.exchange.world import NEW, a_file, people, tally
from tests.factories.members import a_viewer

pytestmark = pytest.mark.django_db
OWN = exchange.PublishedList(
    name="own", label="Own stock", parser="un_xml", source="", kinds=("persons", "organisations"), withdraws=False
)


@pytest.fixture(autouse=True)
def own_list(monkeypatch) -> None:
    """A list whose source is whoever imports it."""
    monkeypatch.setitem(exchange.LISTS, OWN.name, OWN)


def taken_in(path: Path, by: Viewer, **more: bool) -> exchange.ImportReport:
    return exchange.import_list("own", path, by=by, **more)


def keys(of: Viewer) -> set[str]:
    """The keys of a body's active records."""
    held = records.by_foreign_key("persons", of.reader_id, viewer=of)
    return {key for key, card in held.items() if card.status == "active"}


class TestGivenABureau:
    def test_when_two_bring_in_the_same_keys_then_each_has_its_own(self, tmp_path):
        first, second = a_viewer("QM", Role.BUREAU_OFFICER), a_viewer("QN", Role.BUREAU_OFFICER)
        path = a_file(tmp_path, *people(3))

        reports = [taken_in(path, by) for by in (first, second)]

        assert [(report.status, report.source_code) for report in reports] == [("done", "QM"), ("done", "QN")]
        assert keys(first) == keys(second) == {"1", "2", "3"}
        with pytest.raises(Absent):
            exchange.import_report(reports[0].reference, second)
        assert [report.source_code for report in exchange.import_reports(second).reports] == ["QN"]

    def test_when_a_file_names_only_some_then_the_others_stay_unless_it_is_whole(self, tmp_path):
        by, colleague = a_viewer("QM", Role.BUREAU_OFFICER), a_viewer("QM", Role.BUREAU_OFFICER)
        taken_in(a_file(tmp_path, *people(4)), by)
        newer = a_file(tmp_path, *people(3), generated_at=NEW, name="newer.xml")

        assert taken_in(newer, by).status == "done"
        assert keys(by) == {"1", "2", "3", "4"}

        whole = taken_in(newer, by, whole=True, apply=True)
        assert (whole.status, tally(whole).withdrawn) == ("waiting", 1)
        with pytest.raises(Refused, match="yourself"):
            exchange.approve_import(whole.reference, by=by)
        for stranger in (a_viewer("QN", Role.BUREAU_OFFICER), a_viewer("QM", Role.FRONTLINE_OFFICER)):
            with pytest.raises((NotAllowed, Absent)):
                exchange.approve_import(whole.reference, by=stranger)
        assert exchange.approve_import(whole.reference, by=colleague).status == "approved"
        assert taken_in(newer, by, whole=True, apply=True).status == "done"
        assert keys(by) == {"1", "2", "3"}

    def test_when_an_officer_at_a_counter_tries_then_he_may_not(self, tmp_path):
        with pytest.raises(NotAllowed):
            taken_in(a_file(tmp_path, *people(1)), a_viewer("QM", Role.FRONTLINE_OFFICER))
