"""The query page at speed in a real browser: by keyboard, in both directions, and without scripts."""

import os
import threading
from collections.abc import Iterator
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from django.core.handlers.wsgi import WSGIHandler
from playwright.sync_api import Browser, Page, Route, sync_playwright

from tests.web.pages import PAGES, ZONE

pytestmark = pytest.mark.browser

CHROMIUM = os.environ.get("LIAISON_CHROMIUM", "/usr/bin/chromium")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
TARGET_PIXELS_MIN = 48
NARROW, WIDE = {"width": 360, "height": 780}, {"width": 1280, "height": 800}


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the tests say what was wrong."""


@pytest.fixture
def address(pages: None) -> Iterator[str]:
    """Where the invented pages are served."""
    server: WSGIServer = make_server("127.0.0.1", 0, WSGIHandler(), handler_class=_Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The browser of the machine."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Browser, address: str) -> Iterator[Page]:
    """A page that fails the test when it meets a foreign host or a script complains."""
    context = chromium.new_context(base_url=address, viewport=WIDE)
    opened, wrong = context.new_page(), []
    opened.on(
        "console",
        lambda said: wrong.append(said.text) if said.type == "error" and "status of" not in said.text else None,
    )
    opened.on("pageerror", lambda error: wrong.append(str(error)))

    def only_ours(route: Route) -> None:
        if route.request.url.startswith((address, "data:")):
            route.continue_()
        else:
            wrong.append(route.request.url)
            route.abort()

    context.route("**/*", only_ours)
    yield opened
    context.close()
    assert wrong == []


class TestGivenAnOfficerAtTheBox:
    def test_when_he_pastes_a_zone_and_presses_enter_then_the_answer_is_there_and_the_page_is_the_same(
        self, page: Page
    ):
        page.goto("/query/")
        page.evaluate("window.same = true")

        page.keyboard.insert_text(ZONE)
        page.keyboard.press("Enter")

        page.get_by_role("heading", name="4 records could be meant").wait_for()
        assert page.evaluate("window.same")
        assert "P%3C" not in page.url

    def test_when_a_scanner_sends_enter_after_each_line_then_it_asks_once_with_the_whole_zone(self, page: Page):
        page.goto("/query/")
        asked = []
        page.on("request", lambda request: asked.append(request.post_data) if request.method == "POST" else None)

        for line in ZONE.split("\n"):
            page.keyboard.insert_text(line)
            page.keyboard.press("Enter")

        page.get_by_role("heading", name="4 records could be meant").wait_for()
        assert len(asked) == 1

    def test_when_nothing_matches_then_the_next_scan_replaces_the_last(self, page: Page):
        page.goto("/query/")
        page.keyboard.insert_text("nobody")
        page.keyboard.press("Enter")
        page.get_by_role("heading", name="No instruction for you").wait_for()

        page.keyboard.insert_text("somebody else")

        assert page.locator("#query-text").input_value() == "somebody else"

    def test_when_it_is_refused_then_the_findings_take_the_answers_place(self, page: Page):
        page.goto("/query/")
        page.keyboard.insert_text("?")
        page.keyboard.press("Enter")

        page.get_by_text("Line 2 does not add up.").wait_for()
        assert page.locator("#query-text").input_value() == "?"

    def test_when_the_index_is_not_ready_then_it_says_so_in_place(self, page: Page):
        page.goto("/query/")
        page.keyboard.insert_text("unready")
        page.keyboard.press("Enter")

        page.get_by_text("The index is not ready.").wait_for()

    def test_when_he_tries_the_offer_then_the_box_holds_it(self, page: Page):
        page.goto("/query/")
        page.get_by_role("button", name="Ask with this passport").click()

        page.get_by_role("heading", name="4 records could be meant").wait_for()
        assert page.locator("#query-text").input_value() == ZONE

    def test_when_he_fills_in_a_field_then_it_is_asked_with_the_rest(self, page: Page):
        page.goto("/query/")
        asked = []
        page.on("request", lambda request: asked.append(request.post_data) if request.method == "POST" else None)
        page.get_by_label("Birth date").fill("1984-03")
        page.get_by_label("Birth date").press("Enter")
        page.wait_for_timeout(300)

        assert any("1984-03" in (body or "") for body in asked)

    def test_then_what_he_must_hit_is_large_enough(self, page: Page):
        page.goto("/query/")
        sizes = page.evaluate(
            "[...document.querySelectorAll('main button, main select, main textarea, main input:not([type=hidden])')]"
            ".map(e => [e.name || e.innerText, e.getBoundingClientRect().height])"
        )

        assert [size for size in sizes if size[1] < TARGET_PIXELS_MIN] == []


class TestGivenAKeyboard:
    def test_then_the_first_stop_skips_to_the_content(self, page: Page):
        page.goto("/records/")
        page.keyboard.press("Tab")

        assert page.evaluate("document.activeElement.getAttribute('href')") == "#main"
        assert page.evaluate("document.activeElement.getBoundingClientRect().top") >= 0

    def test_then_every_stop_is_seen(self, page: Page):
        page.goto("/records/of/persons/")
        for _ in range(12):
            page.keyboard.press("Tab")
            outline = page.evaluate("getComputedStyle(document.activeElement).outlineWidth")
            assert outline == "3px"


class TestGivenANarrowScreenOrALargeZoom:
    @pytest.mark.parametrize("language", ["en", "ar"])
    def test_then_no_page_scrolls_sideways(self, page: Page, address: str, language: str):
        page.set_viewport_size(NARROW)
        page.context.add_cookies([{"name": "liaison_language", "value": language, "url": address}])

        assert [path for path in PAGES if _scrolls_sideways(page, path)] == []


def _scrolls_sideways(page: Page, path: str) -> bool:
    page.goto(path)
    return page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")


class TestGivenNoScripts:
    def test_then_one_can_ask_choose_the_dark_and_another_language(self, chromium: Browser, address: str):
        context = chromium.new_context(base_url=address, java_script_enabled=False)
        page = context.new_page()
        page.goto("/query/")

        page.locator("#query-text").fill(ZONE)
        page.get_by_role("button", name="Ask", exact=True).click()
        assert page.get_by_role("heading", name="4 records could be meant").is_visible()

        page.locator(".li-user summary").click()
        page.get_by_role("button", name="Dark").click()
        assert page.locator("html").get_attribute("data-bs-theme") == "dark"

        page.locator(".li-user summary").click()
        page.get_by_role("button", name="العربية").click()
        assert page.locator("html").get_attribute("dir") == "rtl"
        context.close()


class TestGivenAScreenThatAsksForTheDark:
    def test_then_the_page_is_dark_unless_the_reader_chose(self, chromium: Browser, address: str):
        context = chromium.new_context(base_url=address, color_scheme="dark")
        page = context.new_page()
        page.goto("/query/")
        assert page.locator("html").get_attribute("data-bs-theme") == "dark"

        context.add_cookies([{"name": "liaison_theme", "value": "light", "url": address}])
        page.goto("/query/")
        assert page.locator("html").get_attribute("data-bs-theme") == "light"
        context.close()
