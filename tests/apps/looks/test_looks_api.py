"""Looks over REST and by command: the same answers as the pages, and nothing more."""

import json

import pytest
from django.test import Client

from liaison.apps.audit import public as audit
from liaison.apps.looks import public as looks
from liaison.apps.members import public as members
from liaison.apps.members.public import Role
from liaison.apps.screening import public as screening
from liaison.apps.screening.asgi import tokens
from liaison.cli import looks as commands
from tests.apps.looks.test_checks import LAST_MONTH, THIS_MONTH
from tests.apps.looks.world import REASON, a_dpo, a_looked_at_record, look
from tests.factories.members import a_viewer

JSON = "application/json"


@pytest.fixture(autouse=True)
def no_writer_stays():
    """A test's database goes with it, so that the writer has to let go of it."""
    tokens.forget()
    yield
    audit.stop_event_writer()
    tokens.forget()


def program(viewer):
    """Return the headers of a program that acts for a viewer."""
    return {"Authorization": f"Bearer {members.issue_token(by=viewer, label='desk', days=1)}"}


def asked(viewer, **question):
    """Ask the desk over REST."""
    return Client().post("/api/v1/looks/questions", json.dumps(question), content_type=JSON, headers=program(viewer))


class TestGivenAProgram:
    def test_when_the_source_asks_about_its_record_then_it_reads_bodies_and_changes(self, committed_db):
        owner = a_viewer("QM")
        card = a_looked_at_record(owner)
        look(a_viewer("QN"), card, kind="export")

        told = Client().get(f"/api/v1/records/{card.reference}/looks", headers=program(owner)).json()

        assert [(one["body"], one["kind"], one["received"]) for one in told["seen"]] == [
            ("QM", "view", False),
            ("QN", "export", True),
        ]
        assert [one["action"] for one in told["changed"]] == ["records.entered"]
        assert told["next"] == ""

    def test_when_the_record_is_hidden_then_it_is_as_if_it_never_was(self, committed_db):
        card = a_looked_at_record(a_viewer("QM"), audience="list:QO")
        headers = program(a_viewer("QN"))

        answers = [
            Client().get(f"/api/v1/records/{reference}/looks", headers=headers)
            for reference in (card.reference, "RP-2026-AAAAAA-A")
        ]

        assert [one.status_code for one in answers] == [404, 404]
        assert answers[0].content.replace(card.reference.encode(), b"RP-2026-AAAAAA-A") == answers[1].content

    def test_when_data_protection_asks_then_pages_follow_each_other(self, committed_db):
        owner = a_viewer("QM")
        card = a_looked_at_record(owner)
        look(owner, card, times=51)
        dpo = a_dpo()

        first = asked(dpo, references=[card.reference.lower()]).json()
        second = asked(dpo, references=[card.reference], cursor=first["next"]).json()

        assert (len(first["looks"]), len(second["looks"]), second["next"]) == (50, 1, "")
        assert {one["references"][0] for one in first["looks"]} == {card.reference}

    @pytest.mark.parametrize(
        "question",
        [
            {},
            {"references": ["A"], "officer": "b"},
            {"references": ["A"] * 21},
            {"references": ["A"], "cursor": "1.x"},
        ],
    )
    def test_when_it_is_no_question_then_it_is_refused(self, committed_db, question):
        assert asked(a_dpo(), **question).status_code in {400, 422}

    def test_when_it_may_not_audit_then_it_is_told_so(self, committed_db):
        assert asked(a_viewer("QM", Role.FRONTLINE_OFFICER), references=["A"]).status_code == 403

    def test_when_a_reason_is_asked_for_then_it_states_it_once(self, committed_db, clock):
        clock.set_to(LAST_MONTH)
        officer = a_viewer("QM", Role.FRONTLINE_OFFICER)
        look(officer, kind="query")
        clock.set_to(THIS_MONTH)
        looks.draw(members.steward_of(officer.reader_id))
        headers, client = program(members.viewer_for(officer.user_id, officer.purpose)), Client()

        (check,) = client.get("/api/v1/looks/asked", headers=headers).json()
        address = f"/api/v1/looks/asked/{check['reference']}"
        statuses = [
            client.post(address, json.dumps({"text": text}), content_type=JSON, headers=headers).status_code
            for text in ("short", REASON, REASON)
        ]

        assert (check["state"], check["overdue"]) == ("asked", False)
        assert statuses == [422, 204, 422]


def test_the_command_names_the_grounds_that_there_are():
    assert set(commands.GROUNDS) == set(screening.GROUNDS)
