"""An officer adds a passkey and signs in with it alone, in the browser of the machine with a key of software."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Response, expect

from tests.browser import WIDE, Watched
from tests.journeys.conftest import PASSWORD, Demo

pytestmark = [pytest.mark.browser, pytest.mark.postgres]


@pytest.mark.parametrize("language", ["en", "ar"])
def test_with_a_passkey_there_is_neither_a_name_nor_a_password(chromium: Browser, demo: Demo, language: str):
    base = f"http://localhost:{urlsplit(demo.base).port}"  # a passkey belongs to a name, never to a bare address
    context = chromium.new_context(base_url=base, viewport=WIDE, locale=language)
    watched = Watched(context, base)
    page = watched.page
    key = context.new_cdp_session(page)
    key.send("WebAuthn.enable")
    key.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
            }
        },
    )

    page.goto("/sign-in/")
    page.fill("[name=sign_in_name]", "qm.dpo")
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.locator("form:has([name=code]) button").click()
    page.goto("/account/factors/passkey/")
    page.fill("[name=label]", "key ring")
    page.fill("[name=password]", PASSWORD)
    with page.expect_response(_is_kept):
        page.locator("form[data-passkey] button").click()
    page.wait_for_load_state()
    page.goto("/account/")
    expect(page.locator("th", has_text="key ring").first).to_be_visible()

    page.locator("details.li-user summary").click()
    page.locator("form[action$='/sign-out/'] button").first.click()
    page.wait_for_url("**/sign-in/")
    page.locator("form[action$='/sign-in/passkey/'] button").click()
    page.wait_for_url(lambda url: "/sign-in/" not in url)
    expect(page.locator("nav.li-nav")).to_be_visible()

    context.close()
    assert watched.complaints == []


def _is_kept(answer: Response) -> bool:
    """Whether this answers the form that holds the new passkey: the page before it has the same address."""
    return answer.request.method == "POST" and answer.url.endswith("/account/factors/passkey/")
