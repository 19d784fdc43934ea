"""Records of a body that ended are looked past by the index itself, so that they take nobody's place in an answer."""

from liaison.apps.audit import public as audit
from liaison.apps.index import public as index
from liaison.apps.members.public import Role
from tests.factories.index import catch_up, following
from tests.factories.members import a_viewer, an_end_of
from tests.factories.records import a_document, a_person, a_record

NAME = {"names": ["Vesna Rudolak"]}


def test_when_a_bureau_ends_then_its_records_are_no_candidates(committed_db):
    theirs, ours = a_viewer("QN"), a_viewer("QM")
    officers = (a_viewer("XS", Role.MEMBERSHIP_OFFICER), a_viewer("XS", Role.MEMBERSHIP_OFFICER))
    a_record(theirs, fields=a_person("Vesna Rudolak"))
    a_record(ours, fields=a_person("Vesna Rudolak", birth_dates=["1991-01-01"]))
    a_record(theirs, kind="travel_documents", fields=a_document("QN7712345", country="QN"))
    a_record(ours, kind="travel_documents", fields=a_document("QN7712345", country="QM"))
    keys = ["doc:QN7712345"]
    with following():
        before = len(index.candidates(NAME, ours, 10)), len(index.exact(keys, ours))
        an_end_of("QN", officers)
        catch_up()
        after = len(index.candidates(NAME, ours, 10)), len(index.exact(keys, ours))
    audit.stop_event_writer()

    assert (before, after) == ((2, 2), (1, 1))
