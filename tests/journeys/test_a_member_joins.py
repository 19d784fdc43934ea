"""A member joins: two people connect the customs, one of them adds an officer, who sees what the agreement opens.

By page and keyboard, in English and in Arabic; as the tutorial “The first hour” tells it.
"""

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.browser import WIDE, Watched
from tests.journeys.conftest import PASSWORD, Demo

pytestmark = [pytest.mark.browser, pytest.mark.postgres]
OWN_PASSWORD = "goods, papers and a ferry"


class People:
    """Whoever takes part, each in a browser of his own."""

    def __init__(self, chromium: Browser, demo: Demo, language: str) -> None:
        self.contexts = []
        self._new = lambda: chromium.new_context(base_url=demo.base, viewport=WIDE, locale=language)
        self._base = demo.base

    def sign_in(self, name: str, password: str = PASSWORD):
        """Sign somebody in and return his page."""
        context = self._new()
        self.contexts.append((context, watched := Watched(context, self._base)))
        watched.page.goto("/sign-in/")
        watched.page.fill("[name=sign_in_name]", name)
        watched.page.fill("[name=password]", password)
        watched.page.keyboard.press("Enter")
        watched.page.wait_for_url(lambda url: not url.endswith("/sign-in/"))
        if "/second-factor/" in watched.page.url:
            watched.page.locator("form:has([name=code]) button").click()
            watched.page.wait_for_url(lambda url: "/sign-in/" not in url)
        return watched.page

    def leave(self):
        """Close every browser and return what any of them complained about."""
        complaints = [complaint for _, watched in self.contexts for complaint in watched.complaints]
        for context, _ in self.contexts:
            context.close()
        return complaints


@pytest.mark.parametrize("language", ["en", "ar"])
def test_from_the_waiting_change_to_the_first_question(chromium, demo, language):
    people = People(chromium, demo, language)
    code = "QM-CU" if language == "en" else "QM-CZ"
    administrator, supervisor = people.sign_in("qm.admin"), people.sign_in("qm.supervisor")
    if code != "QM-CU":
        _propose(administrator, code)

    supervisor.goto("/members/changes/")
    supervisor.locator(f".card:has-text('{code}') button[value=approve]").press("Enter")
    supervisor.goto(f"/members/{code}/")
    expect(supervisor.locator(".li-badge.li-tone-good").first).to_be_visible()

    name = f"{code.casefold()}.officer"
    administrator.goto("/members/people/add/")
    administrator.select_option("[name=body]", code)
    administrator.fill("[name=sign_in_name]", name)
    administrator.fill("[name=display_name]", "Mara Voss")
    administrator.select_option("[name=role]", "frontline_officer")
    administrator.locator("main form button.btn-primary").press("Enter")
    first = administrator.locator(".li-once").inner_text()

    officer = people.sign_in(name, first)
    assert officer.url.endswith("/account/password/")
    officer.fill("[name=current]", first)
    officer.fill("[name=password]", OWN_PASSWORD)
    officer.fill("[name=again]", OWN_PASSWORD)
    officer.keyboard.press("Enter")
    officer.wait_for_url("**/account/factors/")
    officer.locator("a[href$='/factors/app/']").press("Enter")
    officer.fill("[name=code]", re.search(r"\d{6}", officer.locator(".li-tone-info").inner_text())[0])
    officer.keyboard.press("Enter")
    expect(officer.locator(".li-codes li")).to_have_count(10)
    officer.locator(".li-actions a.btn-primary").last.press("Enter")
    officer.wait_for_url("**/query/")
    officer.fill("#query-text", "Trenidan Solsizik")
    officer.select_option("[name=purpose]", "identify")
    officer.select_option("[name=reason]", "border_check")
    officer.fill("[name=reference]", "HARBOUR 17/26")
    officer.locator("#query-form button").first.click()
    expect(officer.locator("[data-returns-to-the-box]")).to_be_visible()
    expect(officer.locator("article.li-candidate")).to_have_count(0)

    administrator.goto(f"/members/{code}/")
    administrator.locator("details.li-details summary").first.press("Enter")
    administrator.locator("form[action$='/suspend/'] [name=reason]").fill("Its agreement is under review.")
    administrator.locator("form[action$='/suspend/'] button").press("Enter")
    officer.goto("/query/")
    assert "/sign-in/" in officer.url
    assert people.leave() == []


def _propose(administrator, code):
    administrator.goto("/members/connect/")
    for field, value in {
        "code": code,
        "name": "Customs of another harbour",
        "number": "QM/2026/11",
        "title": "Agreement",
        "reason": "They ask for goods, not for people.",
    }.items():
        administrator.fill(f"[name={field}]", value)
    days = administrator.evaluate("[0, 300].map(n => new Date(Date.now() + n * 864e5).toISOString().slice(0, 10))")
    administrator.fill("[name=starts_on]", days[0])
    administrator.fill("[name=ends_on]", days[1])
    administrator.check("[name=queries][value=goods]")
    administrator.locator("main form button.btn-primary").press("Enter")
    administrator.wait_for_url("**/members/changes/")
