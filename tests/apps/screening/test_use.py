"""For what is asked: scans under the purpose of the shift, typed questions with reason and case, nothing else."""

import json
from datetime import date
from uuid import uuid4

import pytest
from django.db import connection

from liaison.apps.audit import public as audit
from liaison.apps.members import public as members
from liaison.apps.members.public import Role
from liaison.apps.policies import public as policies
from liaison.apps.records import public as records
from liaison.apps.screening import public as screening
from liaison.apps.screening.public import Question
from liaison.identifiers import mrz
from liaison.refusal import Absent, NotAllowed, Refused
from liaison.rows.viewing import viewing
from liaison.rules.use import ADMINISTRATIVE_USE, SHIFT_HOURS
from liaison.viewer import NO_DATABASE, Level, Purpose, ReaderKind, Right, Viewer
from tests.factories.index import following
from tests.factories.members import PASSWORD, a_browser, a_house, a_viewer
from tests.factories.records import a_document, a_record
from tests.factories.screening import WHY, a_question, events_of

ZONE = "\n".join(
    mrz.make(
        mrz.Format.TD3,
        issuer="QMM",
        number="QM4471203",
        surname="Quendrix",
        given_names="Elsa",
        birth=date(1984, 3, 12),
        sex="F",
        expiry=date(2031, 1, 1),
    )
)
MISREAD = ZONE[:60] + ("1" if ZONE[60] != "1" else "2") + ZONE[61:]
"""One digit of the birth date was read wrongly, so that its check digit does not hold."""


@pytest.fixture
def world(committed_db):
    owner = a_viewer("QM")
    found = {a_record(owner), a_record(owner, kind="travel_documents", fields=a_document())}
    with following():
        yield found
    audit.stop_event_writer()


def codes(refused) -> list[str]:
    return [finding.code for finding in refused.value.findings]


def references(answer) -> set[str]:
    return {hit.card.reference for group in answer.groups for hit in group.hits}


def a_policy(name: str, value: int) -> None:
    change = policies.propose(
        name, value, reason="Decided in a test, for a reason.", by=a_viewer("XS", Role.POLICY_OFFICER)
    )
    policies.approve(change, by=a_viewer("XS", Role.POLICY_OFFICER))


def a_lane(bureau: str = "QN") -> Viewer:
    """Return the viewer of a lane reader's own token."""
    a_house()
    machine = members.add_system(
        f"lane.{uuid4().hex[:6]}",
        "Lane 4",
        reader=bureau,
        job=members.Job(Role.LANE_READER),
        by=members.system_viewer(),
    )
    secret = members.issue_system_token(
        machine.id, purpose=Purpose.IDENTIFY, label="lane", by=a_viewer(bureau, Role.BUREAU_ADMINISTRATOR)
    )
    viewer = members.viewer_of_token(members.token_digest(secret))
    assert viewer is not None
    return viewer


class TestGivenAScan:
    def test_then_the_purpose_of_the_shift_covers_it(self, world):
        officer = a_viewer("QN", Role.FRONTLINE_OFFICER)

        assert references(screening.ask(Question(text=ZONE), viewer=officer)) <= world
        (asked,) = events_of(officer)
        assert (asked["purpose"], asked["notes"]) == ("identify", {"asked": "scan"})

    @pytest.mark.parametrize(
        "question",
        [
            Question(text=MISREAD),
            Question(text=ZONE.split("\n")[1]),
            Question(text=ZONE, name="Elsa Quendrix"),
            Question(text=ZONE, document_number="QM9990001"),
            Question(text="QM4471203"),
            Question(document_number="QM4471203"),
            Question(name="Elsa Quendrix"),
            Question(identifier="9074729"),
        ],
    )
    def test_then_whatever_a_hand_may_have_touched_counts_as_typed(self, world, question):
        with pytest.raises(Refused) as refused:
            screening.ask(question, viewer=a_viewer("QN"))

        assert codes(refused)[:2] == ["use.reason_needed", "use.reference_needed"]

    def test_then_check_digits_that_do_not_hold_are_told_with_the_refusal(self, world):
        with pytest.raises(Refused) as refused:
            screening.ask(Question(text=MISREAD), viewer=a_viewer("QN"))

        assert [code for code in codes(refused) if code.startswith("mrz.")]

    def test_then_a_refused_question_leaves_no_line_in_the_journal(self, world):
        officer = a_viewer("QN")
        with pytest.raises(Refused):
            screening.ask(Question(name="Elsa Quendrix"), viewer=officer)

        assert events_of(officer) == []


class TestGivenALaneReader:
    def test_then_a_number_alone_is_a_scan(self, world):
        machine = a_lane()

        answer = screening.ask(Question(document_number="QM4471203", origin="machine"), viewer=machine)

        assert references(answer) <= world
        assert events_of(machine)[0]["notes"] == {"asked": "scan"}

    @pytest.mark.parametrize("fields", [{"name": "Elsa Quendrix"}, {"text": "QM4471203"}, {"identifier": "9074729"}])
    def test_then_a_name_or_a_thing_is_typed_all_the_same(self, world, fields):
        with pytest.raises(Refused) as refused:
            screening.ask(Question(origin="machine", **fields), viewer=a_lane())

        assert codes(refused) == ["use.reason_needed", "use.reference_needed"]

    @pytest.mark.parametrize("role", [Role.FRONTLINE_OFFICER, Role.BUREAU_SUPERVISOR])
    def test_then_nobody_else_may_say_so_with_a_reason_or_without(self, world, role):
        for why in ({}, WHY):
            with pytest.raises(Refused) as refused:
                screening.ask(
                    Question(document_number="QM4471203", origin="machine", **why), viewer=a_viewer("QN", role)
                )
            assert codes(refused) == ["query.no_lane"]

    def test_then_no_person_gets_the_job_neither_at_first_nor_later(self, committed_db):
        person = a_viewer("QM", Role.FRONTLINE_OFFICER)
        with pytest.raises(Refused, match="job of a machine"):
            a_viewer("QM", Role.LANE_READER)
        with pytest.raises(Refused, match="job of a machine"):
            members.change_job(
                person.user_id, members.Job(Role.LANE_READER), by=a_viewer("QM", Role.BUREAU_ADMINISTRATOR)
            )


class TestGivenATypedQuestion:
    def test_then_its_event_has_purpose_and_reason_and_only_the_journal_the_reference(self, world):
        officer = a_viewer("QN", purpose=Purpose.LOCATE)
        said = a_question(name="Elsa Quendrix", reason="missing_person", reference="MISS 88/26")

        answer = screening.ask(said, viewer=officer)

        (asked,) = events_of(officer)
        assert (asked["purpose"], asked["notes"]) == ("locate", {"asked": "typed", "reason": "missing_person"})
        assert "MISS" not in json.dumps(asked)
        auditor = a_viewer("XS", Role.AUDITOR)
        line = json.loads(
            screening.open_line(answer.event_id, ground="spot_check", words="Spot check 12.", by=auditor)
        )
        assert (line["reason"], line["reference"]) == ("missing_person", "MISS 88/26")

    def test_then_the_policy_of_its_purpose_decides_and_of_no_other(self, world, clock):
        a_policy("screening.typed_needs_warn", 0)
        clock.move(seconds=1)

        screening.ask(Question(name="Elsa Quendrix"), viewer=a_viewer("QN", purpose=Purpose.WARN))
        with pytest.raises(Refused):
            screening.ask(Question(name="Elsa Quendrix"), viewer=a_viewer("QN", purpose=Purpose.WANTED))


class TestGivenThatARecordIsEntered:
    def test_then_looking_for_duplicates_needs_no_reason_and_says_entering(self, world):
        officer = a_viewer("QN")

        screening.duplicates("travel_documents", a_document(), viewer=officer)

        assert events_of(officer)[0]["notes"] == {"asked": "typed", "reason": "entering"}


class TestGivenAdministrativeUse:
    def test_then_it_is_off_by_default_at_every_door(self, committed_db):
        officer = a_viewer("QM", name="mara.qm")

        assert members.viewer_for(officer.user_id, Purpose.ADMINISTRATIVE) is None
        with pytest.raises(NotAllowed):
            members.for_purpose(officer, Purpose.ADMINISTRATIVE)
        answer = a_browser(officer).post(
            "/api/v1/tokens",
            {"sign_in_name": "mara.qm", "password": PASSWORD, "purpose": "administrative"},
            content_type="application/json",
        )
        assert (answer.status_code, answer.json()["findings"][0]["code"]) == (403, "use.administrative_is_off")
        assert 'value="administrative"' not in a_browser(officer).get("/account/").content.decode()

    def test_when_it_is_on_then_it_opens_no_police_data_whatever_the_role(self, world, clock):
        officer, supervisor = a_viewer("QM"), a_viewer("QM", Role.BUREAU_SUPERVISOR)
        a_policy(ADMINISTRATIVE_USE, 1)
        clock.move(seconds=1)

        for one in (officer, supervisor):
            viewer = members.viewer_for(one.user_id, Purpose.ADMINISTRATIVE)
            assert viewer is not None
            assert viewer == members.for_purpose(one, Purpose.ADMINISTRATIVE)
            with pytest.raises(NotAllowed):
                screening.ask(a_question(name="Elsa Quendrix"), viewer=viewer)
            with pytest.raises(Refused):
                records.record(next(iter(world)), viewer)
            with viewing(viewer), connection.cursor() as cursor:
                cursor.execute("select count(*) from records_record")
                assert cursor.fetchone() == (0,)
            with pytest.raises(NotAllowed):
                members.for_purpose(viewer, Purpose.IDENTIFY)

    @pytest.mark.parametrize(
        "more",
        [
            {"rights": frozenset({Right.QUERY})},
            {"rights": frozenset({Right.READ_RECORDS})},
            {"queries": None},
            {"enters": frozenset({"vehicles"})},
        ],
    )
    def test_then_a_viewer_of_it_who_may_see_something_cannot_be_made(self, more):
        said = {"rights": frozenset({Right.AUDIT}), "queries": NO_DATABASE, "enters": NO_DATABASE}
        fixed = {
            "user_id": uuid4(),
            "reader_id": uuid4(),
            "reader_code": "QM",
            "reader_kind": ReaderKind.BUREAU,
            "purpose": Purpose.ADMINISTRATIVE,
            "level": Level.OFFICIAL_USE,
        }
        Viewer(**fixed, **said)
        with pytest.raises(ValueError, match="police data"):
            Viewer(**fixed, **(said | more))


class TestGivenTheQueryPage:
    def test_then_a_scan_needs_the_purpose_of_the_shift_once(self, world):
        browser = a_browser(a_viewer("QN", Role.FRONTLINE_OFFICER))
        assert '<option value="" selected' in browser.get("/query/").content.decode()

        without = browser.post("/query/", {"text": ZONE})
        with_one = browser.post("/query/", {"text": ZONE, "purpose": "wanted"})

        assert (without.status_code, with_one.status_code) == (422, 200)
        assert "Choose the purpose of your shift." in without.content.decode()
        page = browser.get("/query/").content.decode()
        assert '<option value="wanted" selected' in page
        assert "Your shift ends:" in page

    def test_then_the_shift_ends_and_a_page_left_open_does_not_go_on(self, world, clock):
        a_policy(SHIFT_HOURS, 1)
        clock.move(seconds=1)
        browser = a_browser(a_viewer("QN", Role.FRONTLINE_OFFICER))
        said = {"text": ZONE, "purpose": "wanted"}
        assert browser.post("/query/", said).status_code == 200

        clock.move(minutes=59)
        assert browser.post("/query/", said).status_code == 200
        clock.move(minutes=1)
        assert "Your shift ends" not in browser.get("/query/").content.decode()
        over = browser.post("/query/", said)
        assert (over.status_code, "time for which you chose" in over.content.decode()) == (422, True)
        assert browser.post("/query/", said).status_code == 200

    def test_then_the_last_reason_and_reference_are_at_hand_and_no_cookie_bears_them(self, world):
        officer = a_viewer("QN", Role.FRONTLINE_OFFICER)
        browser = a_browser(officer)
        said = {"name": "Elsa Quendrix", "purpose": "identify", "reason": "traffic_stop"}

        assert browser.post("/query/", said).status_code == 422
        assert browser.post("/query/", said | {"reference": "STOP 4471/26"}).status_code == 200
        page = browser.get("/query/").content.decode()
        again = browser.post("/query/", said | {"same_reference": "1"})

        assert '<option value="traffic_stop" selected' in page
        assert "STOP 4471/26" in page
        assert again.status_code == 200
        assert len(events_of(officer)) == 2
        assert "STOP" not in str(browser.cookies)
        assert "STOP" not in json.dumps(dict(browser.session))

    def test_then_another_who_signs_in_gets_neither(self, world):
        browser = a_browser(a_viewer("QN"))
        browser.post("/query/", {"name": "Elsa", "purpose": "identify", **WHY})
        browser.post("/sign-out/")

        other = a_browser(a_viewer("QN")).get("/query/").content.decode()
        assert WHY["reference"] not in other


def test_a_hidden_reference_is_absent_for_administrative_use_too(committed_db, clock):
    officer = a_viewer("QM")
    reference = a_record(officer)
    a_policy(ADMINISTRATIVE_USE, 1)
    clock.move(seconds=1)
    viewer = members.for_purpose(officer, Purpose.ADMINISTRATIVE)

    with pytest.raises((Absent, NotAllowed)):
        records.record(reference, viewer)
