"""A newcomer's first minute: sign in, paste the passport, see the hit, open the record, see the own look on it."""

import json
import re
import urllib.request

import pytest
from playwright.sync_api import expect

from tests.browser import Watched
from tests.journeys.conftest import PASSWORD, Demo

pytestmark = [pytest.mark.browser, pytest.mark.postgres]


def sign_in(visitor: Watched, name: str = "qm.border") -> None:
    visitor.page.goto("/")
    visitor.page.fill("[name=sign_in_name]", name)
    visitor.page.fill("[name=password]", PASSWORD)
    visitor.page.keyboard.press("Enter")
    visitor.page.wait_for_url("**/second-factor/")
    visitor.page.locator("form:has([name=code]) button").click()
    visitor.page.wait_for_url("**/query/")


@pytest.mark.parametrize(
    ("visitor", "direction"),
    [(("light", "en"), "ltr"), (("dark", "en"), "ltr"), (("light", "ar"), "rtl")],
    indirect=["visitor"],
)
def test_from_the_sign_in_page_to_the_own_look_on_the_record(visitor, direction):
    sign_in(visitor)
    page = visitor.page
    zone = page.locator(".li-offer pre").inner_text()

    expect(page.locator("#query-text")).to_be_focused()
    page.keyboard.insert_text(zone)
    page.select_option("[name=purpose]", "identify")
    page.locator("#query-form button").first.click()
    expect(page.locator("article.li-candidate")).to_have_count(2)
    page.locator("article.li-candidate a[href^='/records/RP-']").first.click()
    page.wait_for_url("**/records/RP-*/")

    own_looks = page.locator(".li-timeline li:has(.li-badge)")
    assert own_looks.count() >= 2, "the query and the opening of the record are both looks"
    assert page.locator("html").get_attribute("dir") == direction


def test_without_scripts_the_same_page_answers(chromium, demo):
    context = chromium.new_context(base_url=demo.base, java_script_enabled=False)
    plain = Watched(context, demo.base)
    sign_in(plain)
    plain.page.locator(".li-offer button").click()

    expect(plain.page.locator("article.li-candidate")).to_have_count(2)
    context.close()


def test_nobody_known_returns_the_officer_to_the_box(visitor):
    sign_in(visitor)
    page = visitor.page
    page.fill("#query-text", "Qwortrup Zzandvoort")
    page.select_option("[name=purpose]", "identify")
    page.select_option("[name=reason]", "traffic_stop")
    page.fill("[name=reference]", "STOP 4471/26")
    page.locator("#query-form button").first.click()

    expect(page.locator("[data-returns-to-the-box]")).to_be_visible()
    expect(page.locator("#query-text")).to_be_focused()


def test_signed_out_every_page_leads_to_the_sign_in_page(chromium, demo):
    context = chromium.new_context(base_url=demo.base)
    page = context.new_page()
    for address in ("/query/", "/databases/", "/records/RP-2026-222222-2", "/ledger/", "/policies/", "/imports/"):
        page.goto(address)
        assert "/sign-in/" in page.url, address
    context.close()


def test_the_same_question_by_page_program_and_command(demo: Demo):
    zone = "\n".join(re.findall(r"^\s+([A-Z0-9<]{44})$", demo.said(), re.MULTILINE))
    named = demo.command("query", zone, "--as", "qm.border", "--json")
    assert named.returncode == 0, named.stderr
    by_command = json.loads(named.stdout)

    token = _token(demo, "qm.border")
    signed_in = demo.command("login", "qm.border", "--url", demo.base, typed=PASSWORD)
    assert signed_in.returncode == 0, signed_in.stderr
    by_program = _ask(demo, token, {"text": zone})

    def told(answer):
        return [(hit["reference"], hit["score"], hit["word"]) for hit in answer["hits"]]

    assert len(by_command["hits"]) == 2
    assert told(by_command) == told(by_program)


def _token(demo: Demo, name: str) -> str:
    made = demo.command(
        "members", "add-program", f"{name}.program", "--role", "frontline_officer", "--as", "qm.admin"
    )
    assert made.returncode == 0, made.stderr
    return made.stdout.strip()


def _ask(demo: Demo, token: str, question: dict) -> dict:
    return _post(f"{demo.base}/api/v1/queries", question, {"Authorization": f"Bearer {token}"})


def _post(address: str, body: dict, headers: dict) -> dict:
    request = urllib.request.Request(
        address, data=json.dumps(body).encode(), headers={"Content-Type": "application/json", **headers}
    )
    with urllib.request.urlopen(request, timeout=30) as response:
        return json.load(response)
