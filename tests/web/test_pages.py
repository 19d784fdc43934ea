"""Every page renders, in every language, holds nothing inline, and lets nothing that somebody typed become markup."""

import re

import pytest
from django.test import Client

from tests.web.pages import EVIL, PAGES, ZONE

INLINE = re.compile(r"<script(?![^>]*\bsrc=)|\sstyle=|<style|\son\w+=|javascript:|https?://", re.IGNORECASE)
TARGETS = re.compile(r'(?:src|href|action|hx-post|hx-get)="([^"]*)"')


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("language", ["en", "ar", "fr", "es"])
class TestGivenAnyPage:
    def test_then_it_is_whole_and_says_its_language_and_direction(self, client: Client, page: str, language: str):
        client.cookies["liaison_language"] = client.cookies["django_language"] = language

        html = client.get(page).content.decode()

        direction = "rtl" if language == "ar" else "ltr"
        assert f'<html lang="{language}" dir="{direction}"' in html
        assert html.count("<h1>") == 1 or 'class="li-name"' in html
        assert html.count('id="main"') == 1
        assert "tabler.rtl.min.css" in html if direction == "rtl" else "tabler.min.css" in html

    def test_then_nothing_is_inline_and_nothing_is_foreign(self, client: Client, page: str, language: str):
        client.cookies["liaison_language"] = client.cookies["django_language"] = language

        html = client.get(page).content.decode()

        assert INLINE.findall(html.replace(_escaped(EVIL), "")) == []
        assert all(target.startswith(("/", "#", "?")) for target in TARGETS.findall(html))
        assert EVIL not in html


class TestGivenWhatSomebodyTyped:
    @pytest.mark.parametrize("page", ["/records/RP-2026-7K4M2P-C/", "/refused/denied/"])
    def test_when_a_page_shows_it_then_it_is_text(self, client: Client, page: str):
        html = client.get(page).content.decode()

        assert _escaped(EVIL) in html


class TestGivenTheSignInPageOfADemo:
    def test_then_a_newcomer_signs_in_with_one_button(self, client: Client):
        html = client.get("/sign-in/").content.decode()

        assert "Password of everybody: <strong" in html
        assert 'aria-label="Sign in as officer"' in html
        assert 'name="sign_in_name" value="officer"' in html


class TestGivenTheQueryPage:
    def test_when_a_question_has_an_answer_then_page_and_part_say_the_same(self, client: Client):
        whole = client.post("/query/", {"text": ZONE, "purpose": "identify"}).content.decode()
        part = client.post("/query/", {"text": ZONE, "purpose": "identify"}, headers={"HX-Request": "true"})

        assert "<html" not in part.content.decode()
        assert "4 records could be meant" in part.content.decode()
        shift, _, told = part.content.decode().strip().partition("</span>\n")
        assert 'hx-swap-oob="true"' in shift
        assert _without_token(told) in _without_token(whole)

    def test_when_nothing_matches_then_it_is_calm_and_returns_to_an_empty_box(self, client: Client):
        html = client.post("/query/", {"text": "nobody", "purpose": "identify"}).content.decode()

        assert "No instruction for you" in html
        assert "data-returns-to-the-box" in html
        assert re.search(r'<textarea[^>]*id="query-text"[^>]*autofocus[^>]*></textarea>', html)

    def test_when_it_is_refused_then_what_was_typed_stays(self, client: Client):
        response = client.post("/query/", {"text": "?", "purpose": "identify"})

        assert response.status_code == 422
        assert ">?</textarea>" in response.content.decode()
        assert "Line 2 does not add up." in response.content.decode()

    def test_then_a_score_says_a_number_a_word_and_its_reasons(self, client: Client):
        html = client.post("/query/", {"text": ZONE, "purpose": "identify"}).content.decode()

        assert "/ 100" in html
        assert "Speaks for it" in html
        assert "Same document number: <bdi>L898902C3</bdi>." in html
        assert "Never detain on this alone." in html

    def test_then_every_field_belongs_to_the_one_form(self, client: Client):
        html = client.get("/query/").content.decode()

        for name in ("name", "birth_date", "sex", "nationality", "document_number", "document_country"):
            assert re.search(rf'name="{name}" form="query-form"', html), name


class TestGivenTheRecordPage:
    def test_then_names_stand_in_their_own_script_and_dates_cannot_be_misread(self, client: Client):
        html = client.get("/records/RP-2026-7K4M2P-C/").content.decode()

        assert '<bdi class="li-name" lang="und-Arab">محمد يوسف الرشيد</bdi>' in html
        assert "12 Mar 1984" in html
        assert "between 1982 and 1984" in html
        assert "All members but Palethia" in html

    def test_then_its_versions_say_what_changed_and_who_saw_it(self, client: Client):
        html = client.get("/records/RP-2026-7K4M2P-C/").content.decode()

        assert re.search(r"<del>.*?1984", html, re.DOTALL)
        assert re.search(r"<ins>.*?France", html, re.DOTALL)
        assert "You</span>" in html


class TestGivenALongList:
    def test_then_it_says_how_much_is_shown_and_leads_on(self, client: Client):
        html = client.get("/records/of/persons/").content.decode()

        assert "2 shown of 5,021" in html
        assert 'href="?page=1"' in html
        assert 'href="?page=3"' in html

    def test_when_it_is_empty_then_it_says_so(self, client: Client):
        assert "holds no record that you may see" in client.get("/records/of/persons/?empty").content.decode()


def _escaped(text: str) -> str:
    return text.replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def _without_token(html: str) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", html)
