"""Every door that is found has its cell, and every cell its door; a planted one fails the build."""

import argparse

import pytest
from django.http import HttpResponse
from django.test import override_settings
from django.urls import include, path

from liaison.cli import work
from liaison.config import asgi
from tests.doors import finding
from tests.doors.facts import PEOPLE
from tests.doors.knocking import browser
from tests.doors.table import COMMANDS, OPERATIONS, PAGES, PARTS, SIGNED_IN, STREAMS
from tests.doors.world import World

pytestmark = pytest.mark.postgres


def missing() -> list[str]:
    """Return every door that was found and has no cell, and every cell whose door is gone."""
    pages = {door.name for door in PAGES}
    operations = {f"{door.verb} {door.name}" for door in OPERATIONS}
    compared = (
        (set(finding.pages()), pages),
        (finding.operations() | {f"POST {one}" for one in finding.plain_callables()}, operations),
        (finding.streams(), set(STREAMS)),
        (finding.commands(), {command.name for command in COMMANDS}),
        (finding.parts(), set(PARTS)),
    )
    return sorted(name for found, listed in compared for name in found ^ listed)


@pytest.mark.usefixtures("db")
class TestGivenTheDoors:
    def test_each_has_its_cell(self):
        assert missing() == []

    def test_a_command_that_acts_for_nobody_says_why(self):
        assert [one.name for one in COMMANDS if not one.jobs and not one.why] == []


def planted(request):
    """A page that nobody thought of."""
    return HttpResponse("everything")


class Urls:
    """The addresses of the product and one more."""

    urlpatterns = [path("", include("liaison.config.urls")), path("planted/", planted, name="planted")]


@pytest.fixture
def more(db):
    """What is missing beside what was missing before."""
    before = set(missing())
    return lambda: [name for name in missing() if name not in before]


class TestGivenAPlantedDoor:
    def test_a_page_without_a_cell_fails_the_build(self, more):
        with override_settings(ROOT_URLCONF=Urls):
            assert more() == ["planted"]

    def test_a_page_without_a_name_fails_it_too(self, more):
        nameless = type("Urls", (), {"urlpatterns": [*Urls.urlpatterns[:1], path("planted/", planted)]})
        with override_settings(ROOT_URLCONF=nameless):
            assert more() == ["/planted/"]

    def test_an_operation_of_the_interface_does(self, more, monkeypatch):
        def planting():
            return {*found(), "DELETE /api/v1/records/<reference>"}

        found = finding.operations
        monkeypatch.setattr(finding, "operations", planting)
        assert more() == ["DELETE /api/v1/records/<reference>"]

    def test_a_plain_callable_does(self, more, monkeypatch):
        monkeypatch.setattr(asgi, "_HOT", {**asgi._HOT, "/stream": planted})
        assert more() == ["POST /stream"]

    def test_a_module_that_keeps_an_answer_open_does(self, more, monkeypatch, tmp_path):
        (tmp_path / "views.py").write_text("return StreamingHttpResponse(lines)")
        monkeypatch.setattr(finding, "PACKAGE", tmp_path)
        assert more() == ["views.py"]

    def test_a_command_does(self, more, monkeypatch):
        def planting():
            parser = finding_parser()
            (chosen,) = (one for one in parser._actions if isinstance(one, argparse._SubParsersAction))
            chosen.add_parser("planted")
            return parser

        finding_parser = finding.build_parser
        monkeypatch.setattr(finding, "build_parser", planting)
        assert more() == ["planted"]

    def test_a_part_of_work_does(self, more, monkeypatch):
        def planting(chosen):
            return {**parts(chosen), "planted": print}

        parts = work._parts
        monkeypatch.setattr(finding, "_parts", planting)
        assert more() == ["planted"]


def test_a_page_answers_no_verb_that_has_no_cell(world: World):
    """What a page does on POST is a door of its own: one that no cell names has to be refused as a verb."""
    listed = {(door.name, door.verb) for door in PAGES}
    everywhere = {door.name: door.about for door in PAGES if door.jobs == SIGNED_IN or door.jobs}
    client = browser(world, PEOPLE["XS membership officer"])
    answered = []
    for name, route in finding.pages().items():
        for verb in finding.VERBS:
            if (name, verb) not in listed and name in everywhere:
                status = client.generic(verb, _filled(route)).status_code
                if status not in (403, 404, 405):
                    answered.append(f"{verb} {name}: {status}")
    assert "\n".join(answered) == ""


def _filled(route: str) -> str:
    """Return an address with something in each of its places."""
    for kind, text in (("uuid", "0192b3c4-0000-7000-8000-00000000beef"), ("int", "1")):
        route = finding.place(kind).sub(text, route)
    return finding.place(r"\w+").sub("persons", route)
