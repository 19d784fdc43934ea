"""Who an audience expression holds, and that only the database says so."""

import threading
import time

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from liaison.apps.members import public as members
from liaison.apps.members.audiences import canonical
from liaison.refusal import Refused
from liaison.rows.viewing import viewing
from liaison.viewer import ReaderKind
from tests.factories.members import REASON, a_house, a_partner, a_viewer, an_agency


def refused_sql(words):
    """Expect the database itself to refuse."""
    return pytest.raises(DatabaseError, match=words)


codes = st.from_regex(r"Q[M-Z](-[A-Z]{2})?", fullmatch=True)


@given(st.lists(codes, min_size=1, max_size=5), st.lists(codes, max_size=3))
def test_equal_audiences_have_one_form(named, less):
    written = "list:" + " , ".join(named) + "".join(f"  - {code}" for code in less)
    again = "list:" + ",".join(reversed(named)) + "".join(f" -{code}" for code in reversed(less))

    assert canonical(written) == canonical(again) == canonical(canonical(written))


@pytest.mark.parametrize("written", ["some", "all,QM", "list:qm", "all - ", "list:QM -", "all -QM;drop", "-QM"])
def test_what_is_no_audience_is_refused(written):
    with pytest.raises(Refused) as refusal:
        canonical(written)

    assert refusal.value.code == "audience.not_an_expression"


@pytest.mark.django_db
class TestGivenTheBureausOfTheWorld:
    @pytest.mark.parametrize(
        ("expression", "holds", "excludes"),
        [
            ("all", ["QM", "QN", "XS", "XR-ONE"], ["XP-ONE", "XC", "SYSTEM"]),
            ("all -QN", ["QM", "XS"], ["QN", "XP-ONE"]),
            ("list:QM,QN -QN", ["QM"], ["QN", "QO"]),
            ("list:XP-ONE", ["XP-ONE"], ["QM"]),
            ("", [], ["QM", "XS", "XP-ONE"]),
        ],
    )
    def test_an_expression_holds_exactly_whom_it_says(self, expression, holds, excludes):
        a_house()
        a_partner("XP-ONE")
        a_partner("XR-ONE", ReaderKind.REGIONAL_BODY)
        with viewing(members.system_viewer()):
            wanted = members.audience_id(expression)

        for code in holds:
            assert wanted in members.audiences_of(a_viewer(code)), code
        for code in excludes:
            if code != "SYSTEM":
                assert wanted not in members.audiences_of(a_viewer(code)), code

    def test_an_agency_reads_with_its_bureau_and_is_excluded_with_it(self):
        agent = a_viewer(an_agency("QM-BP"), members.Role.FRONTLINE_OFFICER)

        with viewing(members.system_viewer()):
            everybody, without = members.audience_id("all"), members.audience_id("all -QM")

        assert everybody in members.audiences_of(agent)
        assert without not in members.audiences_of(agent)

    def test_a_body_that_joins_later_is_in_the_audiences_that_were_there(self):
        a_house()
        with viewing(members.system_viewer()):
            everybody = members.audience_id("all")

        agent = a_viewer(an_agency("QM-CU"), members.Role.FRONTLINE_OFFICER)

        assert everybody in members.audiences_of(agent)

    def test_a_door_cannot_write_itself_into_an_audience(self):
        viewer = a_viewer("QN")
        with viewing(viewer):
            nobody = members.audience_id("")

        with refused_sql("permission denied"), transaction.atomic(), viewing(viewer), connection.cursor() as cursor:
            cursor.execute(
                "insert into members_audience_reader (audience_id, reader_id) values (%s, %s)",
                [nobody, viewer.reader_id],
            )

    def test_a_door_cannot_have_audiences_expanded_without_the_right(self):
        viewer = a_viewer("QN", members.Role.BUREAU_OFFICER)

        with refused_sql("may not expand"), transaction.atomic(), viewing(viewer), connection.cursor() as cursor:
            cursor.execute("select members_expand_audiences()")


@pytest.mark.timeout(60)
class TestGivenANewAudienceWhileMembershipChanges:
    """Each of the two transactions would miss what the other has not committed: one waits for the other."""

    def test_who_is_taken_out_of_a_group_is_not_in_an_audience_that_was_being_made(self, committed_db):
        keeper = a_viewer("QM", members.Role.BUREAU_ADMINISTRATOR)
        change = members.propose_group("group", "QM-NEAR", "Neighbours", ["QN", "QO"], reason=REASON, by=keeper)
        members.decide(change, approve=True, by=a_viewer("QM", members.Role.BUREAU_ADMINISTRATOR))
        taken_out = threading.Thread(target=_taken_out, args=["QM-NEAR", "QN", keeper])

        with viewing(keeper):
            near = members.audience_id("group:QM-NEAR")
            taken_out.start()
            _until_somebody_waits()
        taken_out.join()

        assert near in members.audiences_of(a_viewer("QO"))
        assert near not in members.audiences_of(a_viewer("QN"))

    def test_a_new_audience_waits_for_a_change_that_is_being_decided(self, committed_db):
        keeper, supervisor = (a_viewer("QM", members.Role.BUREAU_ADMINISTRATOR) for _ in range(2))
        change = members.propose_group("group", "QM-NEAR", "Neighbours", ["QN", "QO"], reason=REASON, by=keeper)
        members.decide(change, approve=True, by=supervisor)
        made: list[int] = []
        making = threading.Thread(target=_made, args=["group:QM-NEAR", keeper, made])

        with viewing(supervisor):
            members.take_out("group", "QM-NEAR", "QN", by=supervisor)
            making.start()
            _until_somebody_waits()
        making.join()

        assert made[0] not in members.audiences_of(a_viewer("QN"))
        assert made[0] in members.audiences_of(a_viewer("QO"))


def _taken_out(code, body, by):
    try:
        members.take_out("group", code, body, by=by)
    finally:
        connection.close()


def _made(expression, by, made):
    try:
        with viewing(by):
            made.append(members.audience_id(expression))
    finally:
        connection.close()


def _until_somebody_waits():
    """Return when a transaction waits for a lock that another one holds; at the latest when it gave up."""
    until = time.monotonic() + 3
    while time.monotonic() < until:
        with connection.cursor() as cursor:
            cursor.execute("select count(*) from pg_locks where locktype = 'advisory' and not granted")
            if cursor.fetchone()[0]:
                return
        time.sleep(0.01)
    raise AssertionError("nobody waited")
