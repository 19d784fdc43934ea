"""What partners share as STIX and MISP is the importing body's own, and nobody else's to see."""

from pathlib import Path

import pytest

from liaison.apps.exchange import public as exchange
from liaison.apps.members.public import Role
from liaison.apps.records import public as records
from liaison.viewer import Viewer
from tests.factories.members import a_viewer
from tests.formats.misp_events import a_loose, an_event
from tests.formats.misp_events import a_person as a_misp_person
from tests.formats.stix_bundles import a_bundle, an_identity, an_object, at_home

pytestmark = pytest.mark.django_db

PATTERN = "[bank-account:iban = 'GB82WEST12345698765432']"
FILES = {
    "stix": a_bundle(
        *at_home(an_identity()),
        an_identity(2, name="Orr"),
        an_object("indicator", pattern=PATTERN, pattern_type="stix"),
    ),
    "misp": an_event(
        a_misp_person(), a_misp_person(2, date_of_birth=[]), Attribute=[a_loose("iban", "GB82WEST12345698765432")]
    ),
}


def brought_in(name: str, folder: Path, by: Viewer) -> exchange.ImportReport:
    path = folder / "shared.json"
    path.write_bytes(FILES[name])
    return exchange.import_list(name, path, by=by)


def seen(by: Viewer, source: Viewer) -> dict[str, list[dict]]:
    """The fields of the source's records that somebody sees, by kind."""
    kinds = ("persons", "payment_instruments")
    held = {kind: records.by_foreign_key(kind, source.reader_id, viewer=by) for kind in kinds}
    return {kind: [dict(card.fields) for card in cards.values()] for kind, cards in held.items()}


@pytest.mark.parametrize("name", FILES)
class TestGivenAFileOfAPartner:
    def test_when_a_bureau_imports_it_then_good_rows_are_its_own_and_others_are_reported(self, name, tmp_path):
        by = a_viewer("QM", Role.BUREAU_OFFICER)

        report = brought_in(name, tmp_path, by)

        assert (report.status, report.source_code, report.complete) == ("done", "QM", True)
        tallies = {kind: (tally.entered, tally.refused) for kind, tally in report.tallies.items() if tally.read}
        assert tallies == {"persons": (1, 1), "payment_instruments": (1, 0)}
        found = seen(by, by)
        assert found["persons"][0]["names"][0]["text"] == "Dilara Voss"
        assert [fields["event"] for fields in found["payment_instruments"]] == ["suspected"]
        assert report.unkept

    def test_when_another_bureau_looks_then_it_sees_nothing_of_it(self, name, tmp_path):
        by = a_viewer("QM", Role.BUREAU_OFFICER)
        brought_in(name, tmp_path, by)

        assert seen(a_viewer("QN", Role.BUREAU_OFFICER), by) == {"persons": [], "payment_instruments": []}

    def test_when_it_is_imported_again_then_nothing_changes(self, name, tmp_path):
        by = a_viewer("QM", Role.BUREAU_OFFICER)
        brought_in(name, tmp_path, by)

        again = brought_in(name, tmp_path, by)

        assert not again.changes_anything
