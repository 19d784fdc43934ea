"""The programs' interface, version 1: the apps' routers under one description."""

from http import HTTPStatus
from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.views.decorators.http import require_GET
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.parser import Parser
from ninja.security import HttpBearer

from liaison import __version__
from liaison.api.problems import CONTENT_TYPE, Problem, problem, problem_of
from liaison.apps.exchange.api import router as exchange_router
from liaison.apps.exchange.export_api import router as export_router
from liaison.apps.exchange.reconciling import Stock
from liaison.apps.glass.api import router as glass_router
from liaison.apps.looks.api import router as looks_router
from liaison.apps.members.api import router as members_router
from liaison.apps.records.api import router as records_router
from liaison.apps.records.error_api import router as error_router
from liaison.apps.records.field_api import router as field_router
from liaison.apps.records.restriction_api import router as restriction_router
from liaison.apps.screening.api import router as screening_router
from liaison.apps.screening.asgi import tokens
from liaison.apps.screening.wire import AcknowledgedOut, AnswerOut, CheckIn, QuestionIn
from liaison.apps.yente.api import router as yente_router
from liaison.refusal import Finding, Refused, mark
from liaison.viewer import Viewer

SCHEMA_PATH = "#/components/schemas/{name}"
FIELDS_SHOWN_MAX = 20
MINUTE_SECONDS = 60


class Bearer(HttpBearer):
    """An access token in the Authorization header."""

    def __call__(self, request: HttpRequest) -> Viewer:
        """Return the token's Viewer; raise the same refusal for a missing and for a wrong one."""
        return tokens.viewer(request.headers.get("Authorization", ""), request.META.get("REMOTE_ADDR", ""))

    def authenticate(self, request: HttpRequest, token: str) -> Viewer:
        """Return the Viewer of this token."""
        return tokens.viewer(f"Bearer {token}", request.META.get("REMOTE_ADDR", ""))


class KeyOrBearer(Bearer):
    """An access token in the Authorization header: `ApiKey ...`, as yente's clients send it, or `Bearer ...`."""

    def __call__(self, request: HttpRequest) -> Viewer:
        """Return the token's Viewer; raise the same refusal for a missing and for a wrong one."""
        scheme, space, secret = request.headers.get("Authorization", "").partition(" ")
        named = "Bearer" if scheme.casefold() == "apikey" else scheme
        return tokens.viewer(f"{named}{space}{secret}", request.META.get("REMOTE_ADDR", ""))


class PlainJson(Parser):
    """Reads a body whose every text can be written down: no character zero, and no half of a pair."""

    def parse_body(self, request: HttpRequest) -> Any:  # Any: whatever was sent; the declared form is checked next
        """Return what the body says; raise ValueError for what is no text, which the interface answers with 400."""
        if b"\\u0000" in request.body or b"\0" in request.body:
            raise ValueError("a text holds the character zero")
        read = super().parse_body(request)
        msgspec.json.encode(read)  # raises for half a pair
        return read


api = NinjaAPI(
    title="Liaison",
    version=__version__,
    description="Queries, records and the register of databases. Refusals are problem+json (RFC 9457).",
    auth=Bearer(),
    parser=PlainJson(),
    docs_url=None,
    openapi_url=None,
)
api.add_router("", members_router)
api.add_router("", screening_router)
api.add_router("", exchange_router)  # before the records: “changes” is no reference
api.add_router("", export_router)
api.add_router("", error_router)
api.add_router("", restriction_router)
api.add_router("", field_router)
api.add_router("", glass_router)
api.add_router("", looks_router)
api.add_router("", records_router)
api.add_router("yente", yente_router, auth=KeyOrBearer())


@api.exception_handler(Refused)
def refused(request: HttpRequest, error: Refused) -> HttpResponse:
    """Answer a refusal with its findings."""
    described = problem(error)
    return _problem_response(described)


@api.exception_handler(ValidationError)
def malformed(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Answer a request that is not of the declared form; its values are not repeated."""
    findings = tuple(
        Finding(
            "api.malformed",
            mark("“%(place)s” is not of the declared form."),
            mark("Compare it with the description at /api/v1/openapi.json."),
            field=".".join(map(str, item["loc"])),
            values={"place": ".".join(map(str, item["loc"]))},
        )
        for item in error.errors[:FIELDS_SHOWN_MAX]
    )
    return _problem_response(problem_of(findings, status=400))


@api.exception_handler(HttpError)
def unreadable(request: HttpRequest, error: HttpError) -> HttpResponse:
    """Answer a body that is no JSON; the framework's own words are not repeated."""
    return _problem_response(problem_of((_unreadable(),), status=error.status_code))


def _unreadable() -> Finding:
    return Finding(
        "api.unreadable",
        mark("The body is not JSON, or holds a text that cannot be written down."),
        mark("Send JSON in UTF-8, without the character zero and without halves of pairs."),
    )


@require_GET
def openapi(request: HttpRequest) -> JsonResponse:
    """Return the description of the whole interface (OpenAPI 3.1), the hot path included."""
    return JsonResponse(document())


def document() -> dict[str, Any]:
    """Return the OpenAPI document: what the framework describes, and the query from its own types."""
    described: dict[str, Any] = msgspec.to_builtins(_framework_document(), enc_hook=dict, str_keys=True)
    (_question, _answer, _check, _acknowledged, _problem, _stock), components = msgspec.json.schema_components(
        [QuestionIn, AnswerOut, CheckIn, AcknowledgedOut, Problem, Stock], ref_template=SCHEMA_PATH
    )
    twice = described["components"]["schemas"].keys() & components.keys()
    assert not twice, f"two forms have one name: {twice}"
    described["components"]["schemas"].update(components)
    described["paths"]["/api/v1/queries"] = {"post": _query_operation(_question, _answer)}
    described["paths"]["/api/v1/gateway/checks"] = {"post": _check_operation(_check, _acknowledged)}
    for operations in described["paths"].values():
        for operation in operations.values():
            _add_problems(operation, _problem)
    return described


def _framework_document() -> dict[str, Any]:
    return dict(api.get_openapi_schema(path_prefix="/api/v1/"))


def _query_operation(question: dict[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
    return {
        "operationId": "ask",
        "summary": "Ask",
        "description": "Answers one question from all databases. The look is committed before the answer leaves.",
        "tags": ["queries"],
        "security": [{"Bearer": []}],
        "requestBody": {"required": True, "content": {"application/json": {"schema": question}}},
        "responses": {"200": {"description": "OK", "content": {"application/json": {"schema": answer}}}},
    }


def _check_operation(check: dict[str, Any], acknowledged: dict[str, Any]) -> dict[str, Any]:
    return {
        "operationId": "submit_check",
        "summary": "Submit a check",
        "description": "Takes a number from a private partner. The answer is the same whatever is known of it.",
        "tags": ["gateway"],
        "security": [{"Bearer": []}],
        "requestBody": {"required": True, "content": {"application/json": {"schema": check}}},
        "responses": {"202": {"description": "Kept", "content": {"application/json": {"schema": acknowledged}}}},
    }


_PROBLEMS = {
    "400": "The request is not of the declared form",
    "401": "No valid access token",
    "403": "The role lacks the right",
    "404": "Not there for this reader",
    "413": "Too large",
    "415": "Not JSON",
    "422": "Refused, with every finding",
    "429": "More than the policy allows in a minute",
    "503": "Not possible just now",
}


def _add_problems(operation: dict[str, Any], schema: dict[str, Any]) -> None:
    for status, description in _PROBLEMS.items():
        operation["responses"].setdefault(
            status, {"description": description, "content": {CONTENT_TYPE: {"schema": schema}}}
        )


def _problem_response(described: Problem) -> HttpResponse:
    response = HttpResponse(msgspec.json.encode(described), status=described.status, content_type=CONTENT_TYPE)
    response["Cache-Control"] = "no-store"
    if described.status == 401:
        response["WWW-Authenticate"] = "Bearer"
    if described.status == HTTPStatus.TOO_MANY_REQUESTS:
        response["Retry-After"] = str(MINUTE_SECONDS)  # every limit is one of a minute
    return response


urlpatterns = [path("openapi.json", openapi, name="openapi"), path("", api.urls)]
