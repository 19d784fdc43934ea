"""The question as programs send it: every way out is described, is JSON, and repeats nothing of what was sent."""

import asyncio
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from liaison.apps.audit import public as audit
from liaison.apps.members import public as members
from liaison.apps.members.public import Role
from liaison.apps.screening.asgi import BODY_BYTES_MAX, queries, tokens
from liaison.apps.screening.wire import QuestionIn
from liaison.config.api import document
from tests.budgets import budget
from tests.factories.agents import signing
from tests.factories.index import following
from tests.factories.members import a_viewer
from tests.factories.records import a_record
from tests.factories.screening import WHY

JSON = "application/json"


@pytest.fixture
def token(committed_db):
    """A token of an officer of QN, in a world with one person."""
    tokens.forget()
    with signing("QM"):
        a_record(a_viewer("QM"))
    officer = a_viewer("QN", Role.FRONTLINE_OFFICER)
    with following():
        yield members.issue_token(by=officer, label="test", days=1)
    audit.stop_event_writer()
    tokens.forget()


def send(body: bytes, *, token: str = "", method: str = "POST", **headers: str):
    """Return status, headers and decoded body of one request to the hot path."""
    given_headers = {"content-type": JSON, **{name.replace("_", "-"): value for name, value in headers.items()}}
    if token:
        given_headers["authorization"] = f"Bearer {token}"
    scope = {
        "type": "http",
        "method": method,
        "path": "/api/v1/queries",
        "headers": [(name.encode(), value.encode()) for name, value in given_headers.items()],
    }
    told = []

    async def receive():
        return {"type": "http.request", "body": body, "more_body": False}

    async def answer(message):
        told.append(message)

    asyncio.run(queries(scope, receive, answer))
    start, end = told
    named = {name.decode(): value.decode() for name, value in start["headers"]}
    return start["status"], named, json.loads(end["body"])


class TestGivenAToken:
    def test_a_question_is_answered_with_reasons_and_an_instruction(self, token):
        status, headers, answer = send(json.dumps({"text": "Elsa Quendrix"} | WHY).encode(), token=token)

        assert (status, headers["content-type"], headers["cache-control"]) == (200, JSON, "no-store")
        (hit,) = answer["hits"]
        assert hit["never"] == "Never detain on this alone."
        assert hit["signature"] == "verified"
        assert sum(part["contribution"] for part in hit["parts"]) == pytest.approx(hit["score"], abs=1e-3)

    @pytest.mark.parametrize(
        ("body", "status", "code"),
        [
            (b"", 400, "api.malformed"),
            (b"[]", 400, "api.malformed"),
            (b'{"text": 5}', 400, "api.malformed"),
            (b'{"tex": "Elsa"}', 400, "api.malformed"),
            (b'{"text": "\xff"}', 400, "api.malformed"),
            (b'{"text": ""}', 422, "query.empty"),
            (b'{"name": "Elsa", "nationality": "Atlantis"}', 422, "query.no_country"),
            (b'{"name": "Elsa"}', 422, "use.reason_needed"),
            (b'{"document_number": "QM4471203", "origin": "machine"}', 422, "query.no_lane"),
            (b'{"name": "Elsa", "reason": "curiosity", "reference": "C 12"}', 422, "use.no_such_reason"),
            (b'{"text": "' + b"x" * BODY_BYTES_MAX + b'"}', 413, "api.too_large"),
        ],
    )
    def test_anything_else_is_a_problem_with_a_stable_code(self, token, body, status, code):
        got, headers, problem = send(body, token=token)

        assert (got, problem["findings"][0]["code"]) == (status, code)
        assert headers["content-type"] == "application/problem+json"
        assert problem["status"] == status

    def test_the_answer_speaks_the_language_that_is_asked_for(self, token):
        _, _, problem = send(b'{"text": ""}', token=token, accept_language="ar,en;q=0.5")

        assert problem["findings"][0]["problem"] != "Nothing was asked."

    def test_revoked_it_opens_nothing_once_it_is_read_again(self, token):
        question = json.dumps({"text": "Elsa"} | WHY).encode()
        assert send(question, token=token)[0] == 200

        officer = members.viewer_of_token(members.token_digest(token))
        (card,) = members.tokens(officer)
        members.revoke_token(card.id, by=officer)
        tokens.forget()

        assert send(question, token=token)[0] == 401


@pytest.mark.parametrize("given_token", ["", "made-up", "x" * 500])
def test_without_a_live_token_every_door_closes_the_same_way(committed_db, given_token):
    status, headers, problem = send(b'{"text": "Elsa"}', token=given_token)

    assert (status, headers["www-authenticate"]) == (401, "Bearer")
    assert problem["findings"][0]["code"] == "token.not_valid"


@pytest.mark.parametrize(("method", "content_type", "status"), [("GET", JSON, 405), ("POST", "text/plain", 415)])
def test_only_json_by_post_is_a_question(method, content_type, status):
    got, _, problem = send(b"{}", method=method, content_type=content_type)

    assert (got, problem["status"]) == (status, status)


class TestGivenAnyBody:
    @settings(
        max_examples=budget(20, 2_000),
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(
        st.dictionaries(
            st.sampled_from([*QuestionIn.__struct_fields__]),
            st.text(max_size=80),
        )
    )
    def test_it_is_answered_or_refused_in_a_described_way(self, token, body):
        status, _, answer = send(json.dumps(body).encode(), token=token)

        assert status in (200, 400, 422)
        assert answer.get("searched") or answer["findings"]


def test_the_description_names_every_door_and_every_problem():
    described = document()

    assert described["openapi"].startswith("3.1")
    assert set(described["paths"]) == {
        "/api/v1/queries",
        "/api/v1/gateway/checks",
        "/api/v1/gateway/matches",
        "/api/v1/tokens",
        "/api/v1/members",
        "/api/v1/groups",
        "/api/v1/audiences",
        "/api/v1/records/{reference}/restrict",
        "/api/v1/records/{reference}/looks",
        "/api/v1/looks/questions",
        "/api/v1/looks/asked",
        "/api/v1/looks/asked/{reference}",
        "/api/v1/releases",
        "/api/v1/restrictions",
        "/api/v1/restrictions/{reference}/confirm",
        "/api/v1/restrictions/{reference}/decide",
        "/api/v1/restrictions/{reference}/lift",
        "/api/v1/openings",
        "/api/v1/openings/{reference}",
        "/api/v1/openings/{reference}/approve",
        "/api/v1/openings/{reference}/reject",
        "/api/v1/openings/{reference}/end",
        "/api/v1/openings/{reference}/seen",
        "/api/v1/openings/{reference}/records/{called}",
        "/api/v1/databases",
        "/api/v1/records",
        "/api/v1/records/check",
        "/api/v1/records/advice",
        "/api/v1/records/{reference}",
        "/api/v1/records/{reference}/withdraw",
        "/api/v1/batches",
        "/api/v1/records/changes",
        "/api/v1/records/{reference}/errors",
        "/api/v1/records/{reference}/restricted-fields",
        "/api/v1/records/{reference}/restricted-fields/preview",
        "/api/v1/errors",
        "/api/v1/errors/{reference}",
        "/api/v1/errors/{reference}/acknowledge",
        "/api/v1/errors/{reference}/answer",
        "/api/v1/reconciliations",
        "/api/v1/reconciliations/{reference}",
        "/api/v1/databases/{kind}/export",
        "/api/v1/databases/{kind}/template",
        "/api/v1/yente/match/{dataset}",
        "/api/v1/yente/search/{dataset}",
        "/api/v1/yente/entities/{reference}",
        "/api/v1/yente/algorithms",
        "/api/v1/yente/catalog",
        "/api/v1/yente/healthz",
        "/api/v1/yente/readyz",
    }
    for operations in described["paths"].values():
        for operation in operations.values():
            assert {"401", "422", "503"} < set(operation["responses"])
            assert {"200", "201", "202", "204"} & set(operation["responses"])
    json.dumps(described)
