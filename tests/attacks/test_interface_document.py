"""The interface answers as its document says, to every job: nothing breaks, and nothing is that is not written down.

`schemathesis` reads the document, makes requests from it, good and bad ones, and compares each answer with it: the
status, the type and the body. Besides, every operation is asked as the table of doors asks it, so that good answers
are compared, too.
"""

import asyncio
import re
import zlib
from collections.abc import Callable, Iterable, Iterator
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl

import pytest
import schemathesis
from django.test.client import ClientHandler
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as budgeted
from hypothesis import strategies as st
from schemathesis import APIOperation, Case, GenerationMode, SerializationContext
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import AcceptedNegativeData, FailureGroup
from schemathesis.core.transport import Response
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from liaison.config.api import document
from tests.budgets import budget
from tests.doors import finding
from tests.doors.facts import PEOPLE, Person
from tests.doors.knocking import EVERYWHERE, HOT, authorization, taken_back
from tests.doors.table import OPERATIONS, Door
from tests.doors.targets import Target, targets
from tests.doors.world import World

pytestmark = pytest.mark.postgres
CHECKS = [
    not_a_server_error,
    negative_data_rejection,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
VERBS = ("GET", "POST", "PUT", "PATCH", "DELETE")
EXAMPLES, EXAMPLES_OF_PROOF = 2, 400
"""Requests to one operation, each as somebody else."""


def described() -> dict[str, APIOperation[Any, Any, Any, Any]]:
    """Return every operation of the document, by verb and path."""
    schema = schemathesis.openapi.from_dict(document())
    return {found.ok().label: found.ok() for found in schema.get_all_operations()}


@schemathesis.serializer("application/jose")
def signed_text(context: SerializationContext, text: Any) -> dict[str, bytes]:
    """Return a signed text as it is sent."""
    return {"data": str(text).encode("utf-8", "surrogatepass")}


DESCRIBED = described()


def in_route(label: str) -> str:
    """Return an operation as `finding` names it: `GET /api/v1/records/<reference>`."""
    return label.replace("{", "<").replace("}", ">")


def door_of(label: str) -> Door:
    """Return the first door of the table that asks this operation."""
    verb, _, route = in_route(label).partition(" ")
    return next(door for door in OPERATIONS if (door.verb, door.name) == (verb, route))


def one_of_each_job() -> list[Person]:
    """Return somebody of each job who works by a program, nobody, and somebody who is suspended; all in the proof."""
    everybody = [one for one in PEOPLE.values() if one.state in ("open", "machine", "suspended", "nobody")]
    if budget(0, 4):
        return everybody
    chosen = {(one.job, one.state == "suspended"): one for one in reversed(everybody)}
    return list(chosen.values())


WHO = one_of_each_job()


class Interface:
    """The one application of `liaison serve` as a synchronous callable: Django, and the plain callables before it."""

    def __init__(self) -> None:
        self.django = ClientHandler(enforce_csrf_checks=False)  # leaves the connection of this test open

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., object]) -> Iterable[bytes]:
        """Answer one request, and take back what it wrote."""
        if environ["PATH_INFO"] in HOT:
            return _plainly(environ, start_response)
        with taken_back():
            answered = self.django(environ)
            start_response(f"{answered.status_code} {answered.reason_phrase}", [*answered.items()])
            return [answered.getvalue()]


def _plainly(environ: dict[str, Any], start_response: Callable[..., object]) -> list[bytes]:
    headers = {name[5:].replace("_", "-").lower(): text for name, text in environ.items() if name.startswith("HTTP_")}
    if environ.get("CONTENT_TYPE"):
        headers["content-type"] = environ["CONTENT_TYPE"]
    scope = {
        "type": "http",
        "method": environ["REQUEST_METHOD"],
        "path": environ["PATH_INFO"],
        "client": ("127.0.0.1", 1),
        "headers": [(name.encode(), text.encode("latin-1")) for name, text in headers.items()],
    }
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    told: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        told.append(message)

    asyncio.run(HOT[environ["PATH_INFO"]](scope, receive, send))
    status = HTTPStatus(told[0]["status"])
    start_response(f"{status.value} {status.phrase}", [(a.decode(), b.decode()) for a, b in told[0]["headers"]])
    return [told[1]["body"]]


@pytest.fixture(scope="module")
def interface(world: World) -> Interface:
    """The application over the world."""
    return Interface()


def complaints(case: Case, interface: Callable[..., Iterable[bytes]], headers: dict[str, str]) -> list[str]:
    """Return what of one answer is not as the document says."""
    response = case.call(app=interface, headers=headers)
    try:
        case.validate_response(response, checks=CHECKS)
    except FailureGroup as failed:
        return [
            f"{response.status_code}: {one.title}: {one.message}"
            for one in failed.exceptions
            if _counts(one, response)
        ]
    return []


def _counts(failure: BaseException, response: Response) -> bool:
    """Whether it is a fault. Parameters that nobody asked for are passed over, and the token is put back by us.

    A body that is too large is refused before anything else is said about it.
    """
    if not isinstance(failure, AcceptedNegativeData):
        return True
    if response.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return False
    components = re.findall(r"^ +- (\w+): (.*)$", failure.message, re.MULTILINE)
    return not components or any(
        place != "header" and not (place == "query" and "additionalProperties" in said) for place, said in components
    )


def as_the_table_asks(world: World, label: str, person: Person) -> Iterator[tuple[str, Case]]:
    """Yield what the table of doors sends, once for each thing that there is for him."""
    door = door_of(label)
    for relation, target in targets(world, person, door.about).items():
        sent = door.sent(person, target.thing) if callable(door.sent) else dict(door.sent)
        body = (
            {"body": sent, "media_type": "application/json"} if door.verb != "GET" and DESCRIBED[label].body else {}
        )
        query = dict(parse_qsl(door.query.removeprefix("?"))) | (sent if door.verb == "GET" else {})
        yield (
            relation,
            DESCRIBED[label].Case(
                path_parameters=_named(label, target), query=query, headers=dict(door.headers), **body
            ),
        )


def _named(label: str, target: Target) -> dict[str, Any]:
    names = [one.name for one in DESCRIBED[label].path_parameters]
    there = EVERYWHERE | target.named
    return {name: str(there[name]) for name in names if name in there}


class TestGivenTheDocument:
    def test_it_describes_what_there_is_and_nothing_else(self, db):
        found = finding.operations() | {f"POST {one}" for one in finding.plain_callables()}

        assert {in_route(label) for label in DESCRIBED} == found

    @pytest.mark.parametrize("label", DESCRIBED)
    def test_every_operation_answers_as_it_says(self, world: World, interface: Interface, label: str):
        first = 0 if budget(0, 4) else zlib.crc32(label.encode()) % 2
        wrong = [
            f"{person.key} ({relation}): {said}"
            for person in WHO[first :: 1 if budget(0, 4) else 2]
            for relation, case in as_the_table_asks(world, label, person)
            for said in complaints(case, interface, authorization(world, person))
        ]
        assert wrong == []

    @pytest.mark.parametrize("label", DESCRIBED)
    def test_so_does_it_to_whatever_the_document_lets_one_send_and_forbids(
        self, world: World, interface: Interface, label: str
    ):
        operation, door = DESCRIBED[label], door_of(label)
        made = st.one_of(
            operation.as_strategy(generation_mode=mode) for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
        )

        @budgeted(
            max_examples=budget(EXAMPLES, EXAMPLES_OF_PROOF),
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate],
        )
        @given(case=made, person=st.sampled_from(WHO), named=st.booleans(), drawn=st.randoms(use_true_random=False))
        def tried(case: Case, person: Person, named: bool, drawn: Any) -> None:
            there = [one for one in targets(world, person, door.about).values() if one.named]
            if named and there:
                case.path_parameters.update(_named(label, drawn.choice(there)))
            assert complaints(case, interface, authorization(world, person)) == []

        tried()

    @pytest.mark.parametrize("path", sorted({label.partition(" ")[2] for label in DESCRIBED}))
    def test_no_path_answers_a_verb_that_is_not_written_down(self, world: World, interface: Interface, path: str):
        written = {label.partition(" ")[0] for label in DESCRIBED if label.partition(" ")[2] == path}
        label = next(label for label in DESCRIBED if label.partition(" ")[2] == path)
        target = next(iter(targets(world, PEOPLE["QM officer"], door_of(label).about).values()))
        for verb in set(VERBS) - written:
            case = DESCRIBED[label].Case(path_parameters=_named(label, target), method=verb)
            answered = case.call(app=interface, headers=authorization(world, PEOPLE["QM officer"]))
            assert answered.status_code == HTTPStatus.METHOD_NOT_ALLOWED, verb


NOT_AS_IT_SAYS = {
    "a broken answer": ("500 Internal Server Error", "text/html", b"oops"),
    "another status": ("206 Partial Content", "application/json", b"{}"),
    "another type": ("200 OK", "text/html", b"<p>hello</p>"),
    "another body": ("200 OK", "application/json", b'{"reference": 7}'),
    "a problem that is none": ("404 Not Found", "application/problem+json", b'{"status": "gone"}'),
}


class TestGivenAPlantedAnswer:
    @pytest.mark.parametrize("name", NOT_AS_IT_SAYS)
    def test_what_is_not_as_the_document_says_is_found(self, name: str):
        status, media_type, body = NOT_AS_IT_SAYS[name]

        def planted(environ: dict[str, Any], start_response: Callable[..., object]) -> list[bytes]:
            start_response(status, [("Content-Type", media_type)])
            return [body]

        case = DESCRIBED["GET /api/v1/records/{reference}"].Case(path_parameters={"reference": "RP-2026-000000-0"})
        assert complaints(case, planted, {})
