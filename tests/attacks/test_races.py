"""Two at once: what is checked still holds when it is done. Real threads, real connections, real commits."""

import threading
from collections.abc import Callable

import pytest
from django.db import connections

from liaison.apps.audit import public as audit
from liaison.apps.exchange import public as exchange
from liaison.apps.members import factors, people, signing_in
from liaison.apps.members import public as members
from liaison.apps.members.models import AccessToken, Agreement, FailedSignIn
from liaison.apps.members.queries import standing_of
from liaison.apps.policies import public as policies
from liaison.apps.policies.models import PolicyChange
from liaison.apps.records import error_reports
from liaison.apps.records import public as records
from liaison.apps.records.models import ErrorReport, Record
from liaison.refusal import Refused
from liaison.rows.viewing import viewing
from liaison.viewer import Purpose, Viewer
from tests.apps.exchange.world import NEW, a_file, an_operator, imported
from tests.apps.exchange.world import people as entries
from tests.factories.members import REASON, a_code, a_viewer, terms
from tests.factories.records import a_record

pytestmark = pytest.mark.postgres
AT_ONCE = 4


@pytest.fixture(autouse=True)
def database(committed_db):
    yield committed_db
    audit.stop_event_writer()


def at_once(*verbs: Callable[[], object]) -> list[object]:
    """Do these at the same moment, each in a thread with a connection of its own; return what came of each."""
    together, came = threading.Barrier(len(verbs)), [None] * len(verbs)

    def act(place: int, verb: Callable[[], object]) -> None:
        try:
            connections["default"].ensure_connection()
            together.wait()
            came[place] = verb()
        except Refused as refused:
            came[place] = refused
        except Exception as broken:
            came[place] = broken
        finally:
            connections.close_all()

    threads = [threading.Thread(target=act, args=pair) for pair in enumerate(verbs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return came


def broken(came: list[object]) -> list[object]:
    """Return what was neither done nor refused."""
    return [one for one in came if isinstance(one, Exception) and not isinstance(one, Refused)]


def done(came: list[object]) -> int:
    """Return how many were done."""
    return sum(not isinstance(one, Exception) for one in came)


class TestGivenAChangeThatWaits:
    def test_when_many_approve_at_once_then_one_does_and_there_is_one_agreement(self):
        asks = a_viewer("QM", members.Role.BUREAU_ADMINISTRATOR)
        deciders = [a_viewer("QM", members.Role.BUREAU_SUPERVISOR) for _ in range(AT_ONCE)]
        change = members.propose_connection("QM-BP", "Border police", terms=terms(), reason=REASON, by=asks)

        came = at_once(*(lambda by=by: members.decide(change, approve=True, by=by) for by in deciders))

        assert (done(came), broken(came)) == (1, [])
        with viewing(asks):
            assert Agreement.objects.filter(change_id=change).count() == 1

    def test_when_one_approves_and_one_rejects_at_once_then_one_of_them_has(self):
        asks = a_viewer("QM", members.Role.BUREAU_ADMINISTRATOR)
        yes, no = (a_viewer("QM", members.Role.BUREAU_SUPERVISOR) for _ in range(2))
        change = members.propose_connection("QM-BP", "Border police", terms=terms(), reason=REASON, by=asks)

        came = at_once(
            lambda: members.decide(change, approve=True, by=yes), lambda: members.decide(change, approve=False, by=no)
        )

        assert (done(came), broken(came)) == (1, [])

    def test_when_the_same_is_proposed_at_once_then_one_waits(self):
        asks = [a_viewer("QM", members.Role.BUREAU_ADMINISTRATOR) for _ in range(AT_ONCE)]

        came = at_once(
            *(
                lambda by=by: members.propose_connection("QM-BP", "Police", terms=terms(), reason=REASON, by=by)
                for by in asks
            )
        )

        assert (done(came), broken(came)) == (1, [])


class TestGivenAPolicyThatIsProposed:
    def test_when_many_decide_at_once_then_one_does(self):
        asks, *deciders = (a_viewer("XS", members.Role.POLICY_OFFICER) for _ in range(1 + AT_ONCE))
        change = policies.propose("screening.candidates_max", 11, reason="Because of a test.", by=asks)

        came = at_once(
            *(
                lambda by=by, verb=verb: verb(change, by=by)
                for by, verb in zip(deciders, (policies.approve, policies.reject) * AT_ONCE, strict=False)
            )
        )

        assert (done(came), broken(came)) == (1, [])
        with viewing(asks):
            assert PolicyChange.objects.get(pk=change).decided_by in {one.user_id for one in deciders}


class TestGivenAnImportThatWaits:
    def test_when_two_approve_at_once_then_one_does_and_never_who_ran_it(self, tmp_path):
        runs, *others = (an_operator() for _ in range(3))
        imported(a_file(tmp_path, *entries(4)), by=runs, apply=True)
        waits = imported(a_file(tmp_path, *entries(1), generated_at=NEW, name="new.xml"), by=runs, apply=True)
        assert waits.status == "waiting"

        came = at_once(*(lambda by=by: exchange.approve_import(waits.reference, by=by) for by in (runs, *others)))

        assert (done(came), broken(came)) == (1, [])
        assert isinstance(came[0], Refused)


class TestGivenARecord:
    def test_when_it_is_sent_twice_at_once_under_one_key_then_it_is_one_record(self):
        officer = a_viewer("QM")

        came = at_once(*(lambda: a_record(officer, foreign_key="ours-1") for _ in range(AT_ONCE)))

        assert (done(came), broken(came)) == (1, [])
        with viewing(officer):
            assert Record.objects.filter(foreign_key="ours-1").count() == 1

    def test_when_it_is_changed_and_withdrawn_at_once_then_every_version_has_its_number(self):
        officer = a_viewer("QM")
        reference = a_record(officer)
        fields = dict(records.record(reference, officer).fields)

        came = at_once(
            *(
                lambda number=number: records.change(reference, {**fields, "remarks": f"{number}"}, by=officer)
                for number in range(AT_ONCE)
            ),
            lambda: records.withdraw(reference, reason="Found.", by=officer),
        )

        assert broken(came) == []
        card = records.record(reference, officer)
        assert card.status == "withdrawn"
        assert card.version == 1 + done(came)

    def test_when_a_report_is_sent_many_times_at_once_then_no_more_are_open_than_the_policy_allows(self):
        reference, reader = a_record(a_viewer("QM")), a_viewer("QN")
        most = policies.value(error_reports.OPEN_MAX)

        came = at_once(
            *(
                lambda: error_reports.report_error(reference, what="other", text="Wrong.", by=reader)
                for _ in range(most + AT_ONCE)
            )
        )

        assert broken(came) == []
        with viewing(reader):
            assert ErrorReport.objects.count() == done(came) == most

    def test_when_two_answer_a_report_at_once_then_one_answer_stands(self):
        officers = [a_viewer("QM") for _ in range(AT_ONCE)]
        made = error_reports.report_error(a_record(officers[0]), what="other", text="Wrong.", by=a_viewer("QN"))

        came = at_once(
            *(lambda by=by: error_reports.answer(made, outcome="kept", text="Right.", by=by) for by in officers)
        )

        assert (done(came), broken(came)) == (1, [])


class TestGivenAnAccount:
    def test_when_it_is_ended_while_a_token_is_made_for_it_then_the_token_opens_nothing(self):
        administrator = a_viewer("QM", members.Role.BUREAU_ADMINISTRATOR)
        officer = a_viewer("QM", members.Role.BUREAU_OFFICER)

        came = at_once(
            lambda: members.issue_token(by=officer, label="register", days=1),
            lambda: people.leave(officer.user_id, by=administrator),
        )

        assert broken(came) == []
        if isinstance(came[0], str):
            assert members.viewer_of_token(members.token_digest(came[0])) is None

    def test_when_a_name_is_taken_twice_at_once_then_one_has_it(self):
        administrators = [a_viewer(code, members.Role.BUREAU_ADMINISTRATOR) for code in ("QM", "QN", "QO")]

        came = at_once(
            *(
                lambda by=by: members.add_user(
                    sign_in_name="wanted.by.all",
                    display_name="Wanted",
                    reader=by.reader_code,
                    role=members.Role.BUREAU_OFFICER,
                    password="a sentence that nobody guesses",
                    by=by,
                )
                for by in administrators
            )
        )

        assert (done(came), broken(came)) == (1, [])

    def test_when_a_token_is_ended_many_times_at_once_then_its_end_is_written_once(self):
        officer = a_viewer("QM")
        members.issue_token(by=officer, label="register", days=1)
        with viewing(officer):
            (token_id,) = AccessToken.objects.filter(user_id=officer.user_id).values_list("id", flat=True)

        came = at_once(*(lambda: members.revoke_token(token_id, by=officer) for _ in range(AT_ONCE)))

        assert (done(came), broken(came)) == (1, [])

    def test_when_many_guess_at_once_then_they_get_no_more_tries_than_one_after_the_other(self):
        a_viewer("QM", name="voss.qm")
        tried = signing_in.FAILURES_MAX * 3

        came = at_once(*(lambda: _guess("voss.qm") for _ in range(tried)))

        assert broken(came) == []
        checked = sum(one.code == "sign_in.wrong" for one in came if isinstance(one, Refused))
        assert checked <= signing_in.FAILURES_MAX
        assert FailedSignIn.objects.count() == checked

    def test_when_one_recovery_code_is_used_many_times_at_once_then_it_opens_once(self):
        officer = a_viewer("QM")
        code, standing = a_code(officer), standing_of(officer.user_id, officer.purpose)

        came = at_once(
            *(
                lambda number=number: factors.prove_by_code(code, standing=standing, address=f"192.0.2.{number}")
                for number in range(AT_ONCE)
            )
        )

        assert (done(came), broken(came)) == (1, [])


def _guess(name: str) -> Viewer:
    tried = {"name": name, "password": "not this one", "address": "192.0.2.7", "purpose": Purpose.IDENTIFY}
    return signing_in.check_name_and_password(**tried).viewer
