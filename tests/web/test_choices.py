"""Light or dark and the language are the reader's, without scripts; the menu is his rights'."""

import pytest
from django.test import Client

from liaison.viewer import Right
from liaison.web import navigation
from liaison.web.navigation import Entry, Group
from tests.web.pages import VIEWER


class TestGivenAReader:
    @pytest.mark.parametrize("theme", ["light", "dark"])
    def test_when_he_chooses_light_or_dark_then_the_next_page_is_so(self, client: Client, theme: str):
        client.post("/theme/", {"theme": theme, "next": "/query/"})

        assert f'data-bs-theme="{theme}"' in client.get("/query/").content.decode()

    @pytest.mark.parametrize("theme", ["auto", "", "pink"])
    def test_when_he_chooses_neither_then_the_screen_decides(self, client: Client, theme: str):
        client.post("/theme/", {"theme": theme})

        html = client.get("/query/").content.decode()
        assert 'data-choice="auto"' in html
        assert "data-bs-theme" not in html

    @pytest.mark.parametrize("page", ["https://evil.invalid/", "//evil.invalid", "javascript:alert(1)", ""])
    def test_when_the_form_names_a_foreign_page_then_he_returns_to_the_start(self, client: Client, page: str):
        response = client.post("/theme/", {"theme": "dark", "next": page})

        assert response["Location"] == "/"

    def test_when_he_chooses_arabic_then_the_next_page_is_mirrored(self, client: Client):
        client.post("/language/", {"language": "ar", "next": "/query/"})

        assert 'lang="ar" dir="rtl"' in client.get("/query/").content.decode()

    def test_then_his_browser_finds_the_mark_at_the_old_address(self, client: Client):
        assert client.get(client.get("/favicon.ico")["Location"]).status_code == 200

    def test_then_he_starts_where_his_work_begins(self, client: Client):
        assert client.get("/")["Location"] == "/query/"


class TestGivenTheMenu:
    def test_then_it_marks_where_one_is(self, client: Client):
        html = client.get("/records/of/persons/").content.decode()

        assert '<a href="/records/" aria-current="page">' in html
        assert html.count('aria-current="page">') >= 1

    def test_then_it_holds_what_a_right_opens_and_no_group_is_empty(self, client: Client):
        officer = _with(Right.QUERY)

        assert [(label, [e.key for e in entries]) for label, entries in navigation.entries_for(officer)] == [
            ("Work", ["t-query"])
        ]

    def test_when_no_right_opens_a_page_then_there_is_no_first_one(self, client: Client):
        assert navigation.first_for(_with(Right.OVERSEE)) is None

    def test_when_two_entries_have_one_key_then_it_is_a_bug(self, pages: None):
        entry = Entry("twice", "A", "a:a", "search", {Right.QUERY})
        navigation.add(entry)
        navigation.add(entry)

        with pytest.raises(AssertionError):
            navigation.add(Entry("twice", "B", "b:b", "search", {Right.AUDIT}, Group.STEWARDSHIP))


def _with(*rights: Right):
    return type(VIEWER)(
        user_id=VIEWER.user_id,
        reader_id=VIEWER.reader_id,
        reader_code="QM",
        reader_kind=VIEWER.reader_kind,
        purpose=VIEWER.purpose,
        rights=frozenset(rights),
    )
