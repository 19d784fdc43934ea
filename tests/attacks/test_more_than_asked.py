"""Mass assignment: names that no form has are sent with every form and every document, and change nothing."""

import json

import pytest
from django.test import Client

from liaison.apps.members.models import AccessToken, MembershipChange, User
from liaison.apps.records.models import ErrorReport, Record
from liaison.rows.viewing import viewing
from tests.attacks.test_text_fields import fields_beside
from tests.doors.facts import PEOPLE, Person
from tests.doors.knocking import HOT, address, authorization, browser, taken_back
from tests.doors.table import OPERATIONS, PAGES, WHY, About, Door
from tests.doors.targets import targets
from tests.doors.world import World

pytestmark = pytest.mark.postgres
STRANGER = "0192b3c4-0000-7000-8000-00000000beef"
MORE = {
    "id": STRANGER, "pk": STRANGER, "source": "QN", "source_id": STRANGER, "source_code": "QN", "reader": "QN",
    "reader_id": STRANGER, "reader_kind": "secretariat", "parent": STRANGER, "owner": STRANGER, "asker": STRANGER,
    "decider": STRANGER, "user_id": STRANGER, "by": STRANGER, "actor": STRANGER, "proposed_by": STRANGER,
    "decided_by": STRANGER, "confirmed_by": STRANGER, "reported_by": STRANGER, "added_by": STRANGER,
    "is_active": "false", "is_system": "true", "is_staff": "true", "is_superuser": "true", "took_part": "true",
    "rights": ["audit", "oversee"], "right": "oversee", "status": "approved", "version": "99", "entry_id": STRANGER,
    "audience_id": "1", "stops_at": "2099-01-01", "confirm_by": "2099-01-01", "left_at": "2026-01-01",
    "expires_at": "2099-01-01", "password_is_first": "false", "digest": "00", "queries": ["persons"],
}  # fmt: skip
"""Columns of the tables and keywords of the services, all of which decide something."""
WHO = ("QM officer", "QM administrator", "QM supervisor", "XS membership officer", "XS policy officer")


def rows(world: World, person: Person) -> dict[str, list[tuple[object, ...]]]:
    """Return what decides about people, bodies' changes, tokens and records, as he and oversight see it."""
    asked = (
        (
            User,
            ("sign_in_name", "reader_id", "role", "level", "is_active", "is_system", "password_is_first"),
        ),
        (MembershipChange, ("verb", "code", "status", "asker_id", "decider_id", "proposed_by", "decided_by")),
        (AccessToken, ("user_id", "purpose", "rights", "label")),
        (Record, ("kind", "source_id", "status", "level", "version", "audience_id")),
        (ErrorReport, ("record_id", "reporter_id", "source_id", "reported_by", "status", "level")),
    )
    found: dict[str, list[tuple[object, ...]]] = {}
    for viewer in (world.viewers[person.key], world.viewers["XS auditor"]):
        with viewing(viewer):
            for model, columns in asked:
                name = f"{viewer.user_name} {model.__name__}"
                found[name] = sorted(model.objects.values_list(*columns), key=repr)
    return found


def as_sent(world: World, person: Person, door: Door, *, more: bool) -> tuple[int, object]:
    """Return the status, and what the rows are after a knock with or without more than the form has."""
    found = targets(world, person, door.about)
    target = found.get("own") or found.get("foreign") or found["absent"]
    sent = dict(door.sent(person, target.thing) if callable(door.sent) else door.sent)
    if more:
        own = {*sent, *fields_beside(world, person, door)}
        sent = {**{name: value for name, value in MORE.items() if name not in own}, **sent}
    if door.about is About.NOTHING and door.name == "web:theme":
        sent.pop("next", None)
    with taken_back():
        if door.name.startswith("/api/"):
            answer = Client(raise_request_exception=False).generic(
                door.verb,
                address(door, target),
                json.dumps(sent),
                "application/json",
                headers=authorization(world, person),
            )
        else:
            answer = browser(world, person).post(address(door, target), sent)
        return answer.status_code, rows(world, person)


def cells() -> list[tuple[str, Door]]:
    """Return every door that changes something, with the first who may."""
    doors = [door for door in (*PAGES, *OPERATIONS) if door.verb != "GET" and door.name not in HOT]
    return [(next((key for key in WHO if PEOPLE[key].job in door.jobs), WHO[0]), door) for door in doors]


@pytest.mark.parametrize(("key", "door"), cells(), ids=lambda one: one.id if isinstance(one, Door) else "")
def test_nothing_is_changed_but_what_was_asked(world: World, key: str, door: Door):
    person = PEOPLE[key]
    before = rows(world, person)
    plain, with_more = (as_sent(world, person, door, more=more) for more in (False, True))
    refuses = with_more[0] in (400, 422)  # a name that it does not know, or more of one than is his to give
    assert with_more[1] == (before if refuses else plain[1])
    assert refuses or with_more[0] == plain[0]


def test_a_whole_record_is_entered_as_its_own_bodys_whatever_else_is_said(world: World):
    from tests.factories.records import a_person

    officer = PEOPLE["QM officer"]
    document = {**MORE, "database": "persons", "fields": a_person("Elsa More"), "audience": "", "level": 1}
    with taken_back():
        answer = Client().post(
            "/api/v1/records", json.dumps(document), "application/json", headers=authorization(world, officer)
        )
        assert answer.status_code == 201, answer.content
        with viewing(world.viewers[officer.key]):
            record = Record.objects.get(reference=answer.json()["reference"])
        assert (record.source_id, record.status, record.version) == (
            world.viewers[officer.key].reader_id,
            "active",
            1,
        )


def test_an_officer_gives_himself_no_token_with_more_than_his_job(world: World):
    with taken_back():
        answer = browser(world, PEOPLE["QM officer"]).post(
            "/account/tokens/", {"label": "mine", "purpose": "identify", "rights": ["oversee"], "reason": WHY}
        )
    assert answer.status_code == 422
