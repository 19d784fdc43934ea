"""The browser of the machine: Debian's Chromium through Playwright. A skip on a laptop without one, red in CI."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WIDE = {"width": 1360, "height": 900}
MISSING = "no browser: apt install chromium"


def path_of_chromium() -> str:
    """Return where the browser is; skip, or fail where the run may not skip it."""
    found = os.environ.get("LIAISON_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if found:
        return found
    if os.environ.get("CI") == "true" or "browser" in os.environ.get("LIAISON_REQUIRE", ""):
        pytest.fail(MISSING)
    pytest.skip(MISSING)


@contextmanager
def launched() -> Iterator[Browser]:
    """Start the browser for some tests."""
    path = path_of_chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


class Watched:
    """A page of one visitor that remembers every foreign host, console error and failed request."""

    def __init__(self, context: BrowserContext, base: str) -> None:
        self.page: Page = context.new_page()
        self.complaints: list[str] = []
        self.page.on("request", lambda request: self._look(request.url, base))
        self.page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _look(self, url: str, base: str) -> None:
        if not url.startswith((base, "data:")):
            self.complaints.append(f"foreign host: {url}")
