"""A page needs at most 20 SQL statements, however much it shows."""

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from liaison.apps.audit import public as audit
from liaison.apps.members.public import Role
from liaison.apps.records import public as records
from liaison.apps.records.error_reports import report_error
from tests.factories.index import following
from tests.factories.members import a_browser_of, a_viewer
from tests.factories.records import a_person
from tests.factories.screening import WHY

STATEMENTS_MAX = 22

PAGES = {
    Role.BUREAU_SUPERVISOR: (
        "/query/",
        "/records/errors/",
        "/databases/",
        "/databases/persons/",
        "/ledger/",
        "/looks/",
        "/looks/asked/",
        "/policies/",
        "/members/",
        "/members/QM/",
        "/members/people/",
        "/members/changes/",
        "/members/groups/",
        "/members/desk/",
        "/account/",
    ),
    Role.LIST_OPERATOR: ("/imports/",),
}


@pytest.fixture
def world(committed_db):
    """A page full of records, some of them changed, and users to look at them."""
    owner = a_viewer("QM", name="officer.qm")
    drafts = [records.Draft(kind="persons", fields=a_person(f"Quendrix {name}")) for name in _names(60)]
    references = records.enter_many(drafts, by=owner)
    for day in range(1, 9):
        records.change(references[0], a_person("Quendrix Abel", birth_dates=[f"1984-03-0{day}"]), by=owner)
    for bureau in ("QN", "QO", "QP"):
        report_error(references[0], what="other", text="It is out of date.", by=a_viewer(bureau))
    with following():
        yield references[0]
    audit.stop_event_writer()


def _names(count):
    return [f"{first}{second}" for first in ("Ab", "Be", "Co", "Du", "Ev", "Fa") for second in _ENDINGS][:count]


_ENDINGS = ("el", "ana", "ira", "ovan", "uta", "imo", "eska", "ard", "onda", "ulf")


def signed_in(name):
    return a_browser_of(name)


def statements(client, address, data=None):
    """Return how many statements one request needs, on every connection of the doors and beside them."""
    with (
        CaptureQueriesContext(connections["default"]) as doors,
        CaptureQueriesContext(connections["system"]) as beside,
    ):
        response = client.get(address) if data is None else client.post(address, data)
    assert response.status_code == 200, (address, response.status_code)
    return [query["sql"] for query in (*doors.captured_queries, *beside.captured_queries)]


def test_every_page_keeps_to_its_statements(world):
    pages = {
        signed_in("officer.qm"): [
            *PAGES[Role.BUREAU_SUPERVISOR],
            f"/records/{world}/",
            f"/records/{world}/restrict/",
        ],
        signed_in(_operator()): list(PAGES[Role.LIST_OPERATOR]),
    }

    needed = {address: statements(client, address) for client, addresses in pages.items() for address in addresses}

    too_many = {address: (len(said), said) for address, said in needed.items() if len(said) > STATEMENTS_MAX}
    assert too_many == {}


def test_an_answer_with_many_hits_keeps_to_its_statements(world):
    said = statements(signed_in("officer.qm"), "/query/", {"text": "Quendrix", "purpose": "identify", **WHY})

    assert len(said) <= STATEMENTS_MAX, said


def _operator():
    a_viewer("XS", Role.LIST_OPERATOR, name="lists.xs")
    return "lists.xs"
