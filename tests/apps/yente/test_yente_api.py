"""What a program written for yente is answered: by example, by words, by reference; as whom, and why."""

import json
from typing import Any
from unittest.mock import patch

import pytest
from django.test import Client

from liaison.apps.audit import public as audit
from liaison.apps.members import public as members
from liaison.apps.members.public import Role
from liaison.apps.policies import public as policies
from liaison.apps.records import public as records
from liaison.apps.screening import services as screening_services
from liaison.apps.screening.asgi import tokens
from liaison.apps.screening.example import VALUES_MAX, Example, understand_example
from liaison.apps.screening.services import _as_asked
from liaison.apps.yente import services
from liaison.databases.restricting import Wish
from liaison.matching import Feature
from liaison.refusal import Refused
from liaison.viewer import ReaderKind
from tests.factories.agents import signing
from tests.factories.index import following
from tests.factories.members import a_partner, a_viewer
from tests.factories.records import a_document, a_person, a_record
from tests.factories.screening import WHY, events_of

pytestmark = pytest.mark.postgres
BASE = "/api/v1/yente"
GROUND = {"Liaison-Reason": WHY["reason"], "Liaison-Reference": WHY["reference"]}


class World:
    """Records of QM, and an officer of QN with a token; one of QO sees a statement besides."""

    def __init__(self) -> None:
        self.source = by = a_viewer("QM")
        papers = [{"number": "QM7710042", "kind": "passport", "country": "QM"}]
        heron = {"text": "The Heron", "kind": "weak_alias", "script": "Latn"}
        other = a_person("Tobin Ashgrove")
        other["names"] = [*other["names"], heron]  # type: ignore[misc]  # a list of names
        with signing("QM"):
            self.person = a_record(by, fields=a_person(documents=papers))
            self.hidden = a_record(by, fields=a_person("Orla Venquist"), audience="list:QO")
            self.paper = a_record(by, kind="travel_documents", fields=a_document("QM4471203"))
            draft = records.Draft("persons", other, restricted=(Wish("names", "list:QO", heron),))
            self.kept = records.enter(draft, by=by)
            alike = [a_person("Merrit Oakenshaw", birth_dates=[f"19{year}"]) for year in (61, 72, 83)]
            self.alike = {a_record(by, fields=one) for one in alike}
        self.gone = a_record(by, kind="travel_documents", fields=a_document("QM7700001"))
        self.asked_before = 0
        self.officer, self.other_officer = (a_viewer(code, Role.FRONTLINE_OFFICER) for code in ("QN", "QO"))
        self.token, self.few = (
            members.issue_token(by=one, label="test", days=1) for one in (self.officer, self.other_officer)
        )

    def looks(self) -> list[dict[str, Any]]:
        """Return the questions that the officer has asked since the test began."""
        return events_of(self.officer)[self.asked_before :]

    def get(self, path: str, query: dict[str, Any] | None = None, *, headers: Any = None, token: str = "") -> Any:
        return Client().get(f"{BASE}{path}", query, headers=self._headers(headers, token))

    def match(
        self,
        queries: dict[str, Any],
        *,
        dataset: str = "default",
        options: str = "",
        headers: Any = None,
        **body: Any,
    ) -> Any:
        path, sent = f"{BASE}/match/{dataset}?{options}", json.dumps({"queries": queries, **body})
        return Client().post(path, sent, content_type="application/json", headers=self._headers(headers))

    def _headers(self, more: dict[str, str] | None, token: str = "") -> dict[str, str]:
        return {"Authorization": f"ApiKey {token or self.token}", **GROUND, **(more or {})}


def few_of(values: Any) -> Any:
    """Return the policies, of which one says that two candidates are shown."""

    def told(names: list[str], **more: Any) -> dict[str, int]:
        held = values(names, **more)
        return held | ({screening_services.SHOWN_MOST: 2} if screening_services.SHOWN_MOST in held else {})

    return told


@pytest.fixture(scope="module")
def everything(committed_module):
    """The world, found by the index; one for this module."""
    tokens.forget()
    made = World()
    with following():
        yield made
    audit.stop_event_writer()
    tokens.forget()


@pytest.fixture
def world(everything: World) -> World:
    """The world, in which nobody has asked since."""
    everything.asked_before = len(events_of(everything.officer))
    return everything


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

    def test_what_to_do_stands_first_among_the_notes_and_apart(self, world: World):
        (found,) = world.match({"a": person("Elsa Quendrix")}).json()["responses"]["a"]["results"]

        assert found["properties"]["notes"][:2] == [found["liaison"]["do"], found["liaison"]["never"]]
        assert found["liaison"]["never"] == "Never detain on this alone."
        assert (found["liaison"]["source"], found["liaison"]["signature"]) == ("QM", "verified")

    def test_every_query_of_a_batch_is_answered_under_its_key_and_is_a_look(self, world: World):
        queries = {f"q{number}": person("Elsa Quendrix" if number % 2 else f"Nobody {number}") for number in range(6)}
        told = world.match(queries).json()["responses"]

        assert [*told] == [*queries]
        assert [len(one["results"]) for one in told.values()] == [0, 1] * 3
        looks = world.looks()
        assert len(looks) == 6
        assert {one["notes"]["reason"] for one in looks} == {"investigation"}
        assert [one["count"] for one in looks] == [0, 1] * 3

    def test_only_what_is_told_is_in_the_look(self, world: World):
        told = world.match({"a": person("Elsa Quendrix")}, options=f"exclude_entity_ids={world.person}").json()

        assert told["responses"]["a"]["results"] == []
        assert [one["count"] for one in world.looks()] == [0]

    def test_a_person_with_a_stolen_passport_finds_the_passport(self, world: World):
        told = world.match({"a": person("Nobody Else", passportNumber=["QM4471203"])}).json()["responses"]["a"]
        (found,) = told["results"]

        assert (found["id"], found["schema"], found["score"]) == (world.paper, "Passport", 1.0)
        assert found["explanations"]["number"]["score"] == 1.0

    def test_the_threshold_decides_the_match_and_the_cutoff_what_is_told(self, world: World):
        (found,) = world.match({"a": person("Elsa Quendrix")}).json()["responses"]["a"]["results"]
        score = found["score"]
        below, above = score - 0.0001, min(1.0, score + 0.0001)

        def told(options: str) -> list[bool]:
            one = world.match({"a": person("Elsa Quendrix")}, options=options).json()["responses"]["a"]
            return [hit["match"] for hit in one["results"]]

        assert told(f"threshold={below}") == [True]
        assert told(f"threshold={above}") == [False]
        assert len(told(f"cutoff={below}")) == 1
        assert told(f"cutoff={above}") == []

    @pytest.mark.parametrize(
        ("options", "found"),
        [
            ("topics=sanction", 0),
            ("exclude_schema=Person", 0),
            ("exclude_schema=LegalEntity", 0),
            ("exclude_schema=Vessel", 1),
            ("exclude_dataset=organisations", 1),
            ("changed_since=2999-01-01T00:00:00Z", 0),
            ("changed_since=2001-01-01T00:00:00Z", 1),
            ("algorithm=best", 1),
            ("algorithm=liaison-evidence&limit=1", 1),
        ],
    )
    def test_its_options_hold(self, world: World, options: str, found: int):
        told = world.match({"a": person("Elsa Quendrix")}, options=options).json()

        assert len(told["responses"]["a"]["results"]) == found


class TestGivenMoreThanIsShown:
    def test_what_is_wanted_is_found_behind_what_is_not(self, world: World):
        with patch.object(screening_services.policies, "values", few_of(policies.values)):
            whole = world.match({"a": person("Merrit Oakenshaw")}, options="limit=50").json()["responses"]["a"]
            shown = {one["id"] for one in whole["results"]}
            excluded = "&".join(f"exclude_entity_ids={one}" for one in shown)
            rest = world.match({"a": person("Merrit Oakenshaw")}, options=f"limit=50&{excluded}").json()

        told = rest["responses"]["a"]
        assert len(shown) == 2
        assert {one["id"] for one in told["results"]} == world.alike - shown
        assert len(told["results"]) == 1

    def test_no_limit_shows_more_than_the_policy(self, world: World):
        told = world.match({"a": person("Merrit Oakenshaw")}, options="limit=1").json()["responses"]["a"]

        assert (len(told["results"]), told["total"]) == (1, {"value": 1, "relation": "gte"})
        first = world.get("/search/default", {"q": "Merrit Oakenshaw", "limit": 2}).json()
        second = world.get("/search/default", {"q": "Merrit Oakenshaw", "limit": 2, "offset": 2}).json()
        assert {one["id"] for one in (*first["results"], *second["results"])} == world.alike
        assert (first["total"]["relation"], second["total"]["relation"]) == ("gte", "eq")


class TestGivenWhatOneMayNotSee:
    def test_it_is_answered_like_what_there_is_not(self, world: World):
        hidden = world.match({"a": person("Orla Venquist", birthDate=["1984-03-12"])}).json()["responses"]["a"]
        fetched, nothing = (world.get(f"/entities/{one}") for one in (world.hidden, "RP-2026-222222-2"))

        assert (hidden["results"], hidden["total"]) == ([], {"value": 0, "relation": "eq"})
        assert (fetched.status_code, nothing.status_code) == (404, 404)
        assert fetched.content.replace(world.hidden.encode(), b"") == nothing.content.replace(
            b"RP-2026-222222-2", b""
        )

    def test_a_withdrawn_record_is_not_there(self, world: World):
        assert world.get(f"/entities/{world.gone}").status_code == 200
        records.withdraw(world.gone, reason="It was a mistake.", by=world.source)

        assert world.get(f"/entities/{world.gone}").status_code == 404

    def test_an_unknown_dataset_is_not_there(self, world: World):
        assert world.match({"a": person("Elsa")}, dataset="sanctions").status_code == 404
        assert world.get("/search/default", {"q": "Elsa", "exclude_dataset": "sanctions"}).status_code == 404


class TestGivenARestrictedStatement:
    def test_it_is_shown_to_few_and_said_to_be(self, world: World):
        told = world.get(f"/entities/{world.kept}", token=world.few).json()

        assert "The Heron" in told["properties"]["weakAlias"]
        assert [one["field"] for one in told["liaison"]["restricted"]] == ["names"]
        assert any("names: " in note for note in told["properties"]["notes"])

    def test_others_see_a_record_that_lacks_it(self, world: World):
        told = world.get(f"/entities/{world.kept}")

        assert b"Heron" not in told.content
        assert told.json()["liaison"]["restricted"] == []


class TestGivenWords:
    def test_search_finds_by_a_name(self, world: World):
        answered = world.get("/search/default", {"q": "Elsa Quendrix"})

        assert answered.status_code == 200, answered.content
        told = answered.json()
        assert [one["id"] for one in told["results"]] == [world.person]
        assert (told["limit"], told["offset"], told["total"]) == (10, 0, {"value": 1, "relation": "eq"})

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ({"schema": "Person"}, 1),
            ({"schema": "Vessel"}, 0),
            ({"countries": "qm"}, 1),
            ({"countries": "qn"}, 0),
            ({"exclude_dataset": "persons"}, 0),
            ({"offset": 1}, 0),
        ],
    )
    def test_its_options_hold(self, world: World, query: dict[str, Any], found: int):
        told = world.get("/search/default", {"q": "Elsa Quendrix", **query}).json()

        assert len(told["results"]) == found

    def test_a_reference_and_a_number_find_what_they_name(self, world: World):
        by_reference = world.get("/search/default", {"q": world.person}).json()
        by_number = world.get("/search/travel_documents", {"q": "QM4471203"}).json()

        assert [one["id"] for one in by_reference["results"]] == [world.person]
        assert [one["id"] for one in by_number["results"]] == [world.paper]


class TestGivenNoGround:
    def test_what_somebody_typed_needs_to_be_told_why(self, world: World):
        silent = {"Liaison-Reason": "", "Liaison-Reference": ""}
        for refused in (
            world.match({"a": person("Elsa Quendrix")}, headers=silent),
            world.get("/search/default", {"q": "Elsa Quendrix"}, headers=silent),
        ):
            told = refused.json()
            assert refused.status_code == 422
            assert [one["code"] for one in told["findings"]] == ["use.reason_needed", "use.reference_needed"]
            assert told["detail"].startswith("A question that somebody typed needs a reason.")
        assert world.looks() == []

    def test_the_body_may_say_it(self, world: World):
        silent = {"Liaison-Reason": "", "Liaison-Reference": ""}
        told = world.match({"a": person("Elsa Quendrix")}, headers=silent, config=WHY)

        assert told.status_code == 200

    def test_a_reason_that_does_not_serve_the_purpose_is_refused(self, world: World):
        told = world.match({"a": person("Elsa Quendrix")}, config={**WHY, "reason": "vetting"})

        assert (told.status_code, told.json()["findings"][0]["code"]) == (422, "use.reason_serves_not")


class TestGivenWhatThereIsNot:
    @pytest.mark.parametrize(
        ("queries", "options", "code"),
        [
            ({"a": person("Elsa")}, "algorithm=logic-v2", "yente.no_algorithm"),
            ({"a": {"schema": "Article", "properties": {"name": ["Elsa"]}}}, "", "yente.no_schema"),
            ({"a": {"schema": "Thing", "properties": {"name": ["Elsa"]}}}, "", "yente.no_schema"),
            ({"a": person("Elsa"), "b": {"schema": "Person", "properties": {}}}, "", "yente.empty_query"),
            ({"a": {"schema": "Person", "properties": {"birthDate": ["1984"]}}}, "", "yente.empty_query"),
            ({"a": person("Elsa")}, "exclude_dataset=default", "yente.no_dataset_left"),
            ({}, "", "api.malformed"),
            ({str(number): person("Elsa") for number in range(101)}, "", "api.malformed"),
            ({"a": person(*(f"Elsa {number}" for number in range(41)))}, "", "api.malformed"),
            ({"a": person("x" * 501)}, "", "api.malformed"),
            ({"a": person("Elsa")}, "limit=0", "api.malformed"),
            ({"a": person("Elsa")}, "threshold=2", "api.malformed"),
        ],
    )
    def test_it_is_refused_and_nobody_is_looked_at(self, world: World, queries, options: str, code: str):
        told = world.match(queries, options=options)

        assert (told.status_code, told.json()["findings"][0]["code"]) == (400, code)
        assert world.looks() == []

    def test_a_dataset_that_holds_no_such_thing_is_no_answer_of_none(self, world: World):
        told = world.match({"a": person("Elsa")}, dataset="vessels")

        assert (told.status_code, told.json()["findings"][0]["code"]) == (400, "yente.schema_not_in_datasets")

    @pytest.mark.parametrize("option", ["sort=caption", "filter=country:qm", "facets=countries"])
    def test_what_a_search_cannot_do_it_does_not_pass_over(self, world: World, option: str):
        name, _, value = option.partition("=")

        assert world.get("/search/default", {"q": "Elsa", name: value}).status_code == 400


def test_every_kind_of_evidence_is_described(world: World):
    told = world.get("/algorithms").json()

    (known,) = told["algorithms"]
    assert {told["default"], told["best"]} == {known["name"]}
    assert {*map(str, Feature), "number", "number_misread", "number_part"} == known["docs"].keys()


class TestGivenAnAccount:
    def test_it_may_not_ask_more_than_the_policy_lets_it(self, world: World):
        limits = {services.MINUTE_MOST: world.asked_before + 3, services.MATCH_SCORE: 90}
        with patch.object(services.policies, "value", limits.__getitem__):
            first = world.match({"a": person("Elsa"), "b": person("Elsa")})
            second = world.match({"a": person("Elsa"), "b": person("Elsa")})

        assert (first.status_code, second.status_code) == (200, 429)
        assert second["Retry-After"] == "60"
        assert len(world.looks()) == 2

    @pytest.mark.parametrize("scheme", ["ApiKey", "apikey", "Bearer"])
    def test_its_token_comes_as_yente_sends_it_or_as_we_do(self, world: World, scheme: str):
        told = world.get("/catalog", headers={"Authorization": f"{scheme} {world.token}"})

        assert told.status_code == 200

    @pytest.mark.parametrize("authorization", ["", "ApiKey", "ApiKey made-up", "Basic abc", "ApiKey Bearer x"])
    def test_without_a_token_every_door_but_the_probes_is_closed(self, world: World, authorization: str):
        headers = {"Authorization": authorization}
        paths = ("/catalog", "/algorithms", f"/entities/{world.person}", "/search/default?q=Elsa")

        assert {world.get(path, headers=headers).status_code for path in paths} == {401}
        assert world.match({"a": person("Elsa")}, headers=headers).status_code == 401
        assert {world.get(path, headers=headers).status_code for path in ("/healthz", "/readyz")} == {200}

    def test_its_key_opens_no_other_door(self, world: World):
        told = Client().get("/api/v1/databases", headers={"Authorization": f"ApiKey {world.token}"})

        assert told.status_code == 401

    def test_a_job_without_questions_asks_nothing(self, world: World):
        administrator = a_viewer("QN", Role.BUREAU_ADMINISTRATOR)
        headers = {"Authorization": f"ApiKey {members.issue_token(by=administrator, label='test', days=1)}", **GROUND}

        paths = ("/catalog", "/algorithms", f"/entities/{world.person}", "/search/default?q=Elsa")
        assert {world.get(path, headers=headers).status_code for path in paths} == {403}
        assert world.match({"a": person("Elsa")}, headers=headers).status_code == 403


class TestGivenABodyThatMayAskLittle:
    def test_its_catalog_names_what_it_may_ask_and_the_rest_is_not_there(self, world: World):
        a_partner("XR-ONE", ReaderKind.REGIONAL_BODY, queries=frozenset({"vehicles", "travel_documents"}))
        officer = a_viewer("XR-ONE", Role.FRONTLINE_OFFICER)
        headers = {"Authorization": f"ApiKey {members.issue_token(by=officer, label='test', days=1)}", **GROUND}
        told = world.get("/catalog", headers=headers).json()

        assert {one["name"] for one in told["datasets"]} == {"default", "vehicles", "travel_documents"}
        assert sorted(told["datasets"][0]["children"]) == ["travel_documents", "vehicles"]
        assert world.match({"a": person("Elsa")}, dataset="persons", headers=headers).status_code == 404
        assert world.match({"a": person("Elsa")}, headers=headers).status_code == 400
        found = world.match({"a": person("Elsa", passportNumber=["QM4471203"])}, headers=headers).json()
        assert [one["id"] for one in found["responses"]["a"]["results"]] == [world.paper]


def test_the_journal_keeps_what_was_asked_and_a_forecast_reads_it():
    """What an example holds is in its line of the journal, and comes back as the same example."""
    example = Example(
        names=(("Elsa Quendrix", "primary"),),
        birth_dates=("1984-03-12",),
        nationalities=("QM",),
        document_numbers=("QM7710042",),
        identifiers=(("imo", "9074729"),),
        of_a_person=True,
        **WHY,
    )
    line = json.loads(_as_asked(example))

    assert Example.of_line(line) == example
    assert understand_example(Example.of_line(line)) == understand_example(example)


@pytest.mark.parametrize("number", [1, VALUES_MAX, VALUES_MAX + 1])
def test_an_example_has_a_bound(number: int):
    example = Example(names=tuple((f"Elsa {one}", "primary") for one in range(number)))
    if number <= VALUES_MAX:
        assert len(understand_example(example).people[0]["names"]) == number
    else:
        with pytest.raises(Refused, match="at most 40"):
            understand_example(example)
