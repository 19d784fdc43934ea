"""A program that knows yente's protocol alone asks a served installation, by the published client."""

import json
import urllib.request

import pytest
import yente_client
from yente_client import (
    APIError,
    AuthenticationError,
    BadRequestError,
    Client,
    Company,
    NotFoundError,
    Person,
    Vehicle,
    Vessel,
)

from tests.journeys.conftest import Demo

pytestmark = pytest.mark.postgres
WHY = {"Liaison-Reason": "investigation", "Liaison-Reference": "INV 4471/26"}
PEOPLE_ASKED = 12


@pytest.fixture(scope="module")
def token(demo: Demo) -> str:
    """The token of a program of QM that works for one purpose."""
    made = demo.command("members", "add-program", "register.yente", "--purpose", "investigate", "--as", "qm.admin")
    assert made.returncode == 0, made.stderr
    return made.stdout.strip()


@pytest.fixture(scope="module")
def client(demo: Demo, token: str):
    """The client as somebody sets it up who has a token, with why he asks."""
    with Client(base_url=f"{demo.base}/api/v1/yente", api_key=token, headers=WHY) as made:
        yield made


@pytest.fixture(scope="module")
def people(demo: Demo, token: str) -> list[dict]:
    """People of the invented world with an alias and a whole birth date, as an export of FollowTheMoney has them."""
    address = f"{demo.base}/api/v1/databases/persons/export?format=ftm"
    request = urllib.request.Request(address, headers={"Authorization": f"Bearer {token}"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        entities = [json.loads(line) for line in answer.read().splitlines()]
    known = [one for one in entities if one["schema"] == "Person" and "birthDate" in one["properties"]]
    with_alias = [one for one in known if one["properties"].get("alias")]
    assert with_alias, "nobody in the invented world has an alias"
    return [*with_alias, *(one for one in known if one not in with_alias)][:PEOPLE_ASKED]


def named(one: dict, by: str = "name") -> Person:
    """What a program would know of a person: one name and the birth date."""
    said = one["properties"]
    return Person(name=said[by][:1], birthDate=said["birthDate"], nationality=said.get("nationality"))


def test_it_is_the_published_client():
    assert yente_client.Client.__module__ == "yente_client.client"


def test_a_probe_needs_no_token(demo: Demo):
    with Client(base_url=f"{demo.base}/api/v1/yente") as probe:
        assert (probe.healthz().status, probe.readyz().status) == ("ok", "ok")


def test_it_learns_what_it_may_ask(client: Client):
    datasets = {one.name: one for one in client.datasets().datasets}
    algorithms = client.algorithms()

    assert {"default", "persons", "vessels", "travel_documents"} <= datasets.keys()
    assert set(datasets["default"].children) == datasets.keys() - {"default"}
    assert algorithms.best in {one.name for one in algorithms.algorithms}


def test_it_finds_people_by_name_alias_and_birth_date(client: Client, people: list[dict]):
    asked = {one["id"]: named(one) for one in people}
    asked |= {f"{one['id']} alias": named(one, "alias") for one in people if one["properties"].get("alias")}

    answered = dict(client.match_iter(asked.items(), workers=2, algorithm=yente_client.BEST_ALGORITHM, limit=5))

    assert answered.keys() == asked.keys()
    for key, answer in answered.items():
        reference = key.split()[0]
        assert answer.top is not None, key
        found = {one.id: one for one in answer.results}
        assert reference in found, key
        one = found[reference]
        assert one.schema_ == "Person"
        assert sum(part.score for part in one.explanations.values()) == pytest.approx(one.score, abs=1e-6)
        assert one.match == (one.score >= 0.9)
        assert one.properties["notes"], "what to do, and never to do, stands first"


def test_it_finds_nobody_where_there_is_nobody(client: Client):
    answer = client.match(Person(name="Qwortrup Zzandvoort", birthDate="1911-01-01"))

    assert (answer.results, answer.total.value, answer.total.relation) == ([], 0, "eq")


def test_its_options_narrow_the_answer(client: Client, people: list[dict]):
    asked, reference = named(people[0]), people[0]["id"]

    assert [one.id for one in client.match(asked, limit=1).results] == [reference]
    assert not client.match(asked, threshold=1.0, limit=1).matches
    assert reference not in {one.id for one in client.match(asked, exclude_entities=[reference]).results}
    assert client.match(asked, cutoff=1.0).results == []
    assert client.match(asked, changed_since="2999-01-01T00:00:00Z").results == []


def test_it_searches_and_fetches(client: Client, people: list[dict]):
    one = people[0]
    found = client.search(one["properties"]["name"][0], datasets=["persons"], limit=5)
    fetched = client.fetch(one["id"])

    assert one["id"] in {entity.id for entity in found.results}
    assert (fetched.id, fetched.schema_) == (one["id"], "Person")
    assert fetched.properties["birthDate"] == one["properties"]["birthDate"]
    assert fetched.datasets == ["persons"]


def test_it_asks_for_things(client: Client):
    for asked in (
        Vessel(name="Nobody's Boat", imoNumber="9074729"),
        Company(name="Nobody & Sons"),
        Vehicle(registrationNumber="QM-ZZ 9999"),
    ):
        assert client.match(asked).total.relation == "eq"


def looks_at(demo: Demo, reference: str) -> int:
    """Return how many looks at a record its source's data protection is told of; each asking is one of them."""
    told = demo.command("looks", "at", reference, "--as", "qm.dpo", "--json")
    assert told.returncode == 0, told.stderr
    return len(told.stdout.splitlines())


def test_each_question_is_a_look_of_its_own(client: Client, people: list[dict], demo: Demo):
    reference = people[-1]["id"]
    before = looks_at(demo, reference)
    client.match(named(people[-1]))
    client.search(people[-1]["properties"]["name"][0])
    client.fetch(reference)

    assert looks_at(demo, reference) == before + 3


@pytest.mark.parametrize("key", [None, "made-up"])
def test_without_a_valid_token_it_is_refused(demo: Demo, key: str | None):
    with Client(base_url=f"{demo.base}/api/v1/yente", api_key=key, headers=WHY) as stranger:
        for ask in (stranger.datasets, stranger.algorithms, lambda: stranger.match(Person(name="Anybody"))):
            with pytest.raises(AuthenticationError) as refused:
                ask()
            assert "no valid access token" in refused.value.detail


def test_whoever_does_not_say_why_is_refused(demo: Demo, token: str, people: list[dict]):
    with Client(base_url=f"{demo.base}/api/v1/yente", api_key=token) as silent:
        with pytest.raises(APIError, match="needs a reason"):
            silent.match(named(people[0]))
        with pytest.raises(APIError, match="needs a reason"):
            silent.search("Anybody")
        with pytest.raises(APIError, match="does not serve the purpose"):
            silent.match(named(people[0]), config={"reason": "vetting", "reference": "V 12/26"})
        answer = silent.match(named(people[0]), config={"reason": "investigation", "reference": "INV 12/26"})

    assert people[0]["id"] in {one.id for one in answer.results}


def test_what_there_is_not_is_said(client: Client):
    with pytest.raises(BadRequestError, match="liaison-evidence"):
        client.match(Person(name="Anybody"), algorithm="logic-v2")
    with pytest.raises(NotFoundError):
        client.match(Person(name="Anybody"), datasets=["sanctions"])
    with pytest.raises(NotFoundError):
        client.fetch("RP-2026-222222-2")
    with pytest.raises(BadRequestError):
        client.match(Person(name="Anybody"), weights={"name": 2.0})
    with pytest.raises(BadRequestError):
        client.search("Anybody", sort=["caption"])
