"""Every answer, a page, a file or a refusal, tells the browser to load nothing foreign and to keep no data."""

import pytest
from django.test import Client

from liaison.web.security import ALWAYS, CONTENT_SECURITY_POLICY

FILE = "/static/liaison/css/liaison.css"


class TestGivenAnyAnswer:
    @pytest.mark.parametrize("address", ["/query/", "/nowhere/", "/refused/bug/", "/refused/not/", FILE])
    def test_then_it_carries_the_headers(self, client: Client, address: str):
        response = client.get(address)

        assert {name: response[name] for name in ALWAYS} == dict(ALWAYS)

    def test_then_a_page_is_not_kept_and_a_file_may_be(self, client: Client):
        assert client.get("/query/")["Cache-Control"] == "no-store"
        assert "no-store" not in client.get(FILE)["Cache-Control"]

    def test_then_it_asks_for_tls_alone_once_it_is_in_service(self, client: Client, settings):
        assert "Strict-Transport-Security" not in client.get("/query/").headers
        settings.SECURE_HSTS_SECONDS = 31_536_000

        for address in ("/query/", "/nowhere/", FILE):
            assert client.get(address)["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


def test_the_policy_allows_nothing_inline_and_nobody_else():
    assert CONTENT_SECURITY_POLICY.startswith("default-src 'none'; ")
    assert "unsafe" not in CONTENT_SECURITY_POLICY
    assert "*" not in CONTENT_SECURITY_POLICY
    assert "http" not in CONTENT_SECURITY_POLICY
