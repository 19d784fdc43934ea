"""What a program written for yente is answered: by example, by words, by reference; as whom, and why."""

import json
from typing import Any

import pytest
from django.test import Client

from liaison.apps.audit import public as audit
from liaison.apps.members import public as members
from liaison.apps.members.public import Role
from liaison.apps.screening.asgi import tokens
from tests.factories.agents import signing
from tests.factories.index import following
from tests.factories.members import a_viewer
from tests.factories.records import a_document, a_person, a_record
from tests.factories.screening import WHY, events_of

pytestmark = pytest.mark.postgres
BASE = "/api/v1/yente"
GROUND = {"Liaison-Reason": WHY["reason"], "Liaison-Reference": WHY["reference"]}


class World:
    """Records of QM, and an officer of QN with a token."""

    def __init__(self) -> None:
        by = a_viewer("QM")
        names = [
            {"text": "Elsa Quendrix", "kind": "primary", "script": "Latn"},
            {"text": "The Heron", "kind": "weak_alias", "script": "Latn"},
        ]
        person = a_person(names=names, documents=[{"number": "QM7710042", "kind": "passport", "country": "QM"}])
        with signing("QM"):
            self.person = a_record(by, fields=person)
            self.hidden = a_record(by, fields=a_person("Orla Venquist"), audience="list:QO")
            self.paper = a_record(by, kind="travel_documents", fields=a_document("QM4471203"))
        self.officer = a_viewer("QN", Role.FRONTLINE_OFFICER)
        self.token = ""

    def get(self, path: str, query: dict[str, Any] | None = None, **headers: str) -> Any:
        return Client().get(f"{BASE}{path}", query or {}, headers=self._headers(headers))

    def match(self, queries: dict[str, Any], *, dataset: str = "default", options: str = "", **headers: str) -> Any:
        body = json.dumps({"queries": queries})
        path = f"{BASE}/match/{dataset}?{options}"
        return Client().post(path, body, content_type="application/json", headers=self._headers(headers))

    def _headers(self, more: dict[str, str]) -> dict[str, str]:
        return {"Authorization": f"ApiKey {self.token}", **GROUND, **more}


@pytest.fixture
def world(committed_db):
    tokens.forget()
    made = World()
    with following():
        made.token = members.issue_token(by=made.officer, label="test", days=1)
        yield made
    audit.stop_event_writer()
    tokens.forget()


def person(*names: str, **properties: list[str]) -> dict[str, Any]:
    return {"schema": "Person", "properties": {"name": list(names), **properties}}


class TestGivenAnExample:
    def test_it_is_answered_as_yente_answers(self, world: World):
        answered = world.match({"a": person("Quendrix, Elsa", birthDate=["1984-03-12"], nationality=["qm"])})

        assert answered.status_code == 200, answered.content
        told = answered.json()["responses"]["a"]
        (found,) = told["results"]
        assert (found["id"], found["schema"], found["datasets"]) == (world.person, "Person", ["persons"])
        assert found["properties"]["birthDate"] == ["1984-03-12"]
        assert found["properties"]["passportNumber"] == ["QM7710042"]
        assert found["match"] is True
        assert sum(found["features"].values()) == pytest.approx(found["score"], abs=1e-6)
        assert found["features"] == {name: one["score"] for name, one in found["explanations"].items()}
        assert told["total"] == {"value": 1, "relation": "eq"}
        assert told["query"]["properties"]["birthDate"] == ["1984-03-12"]
        (event,) = events_of(world.officer)
        assert event["id"] == told["event"] if "id" in event else True
