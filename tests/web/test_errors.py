"""A refusal is a page that says everything at once, with the status that programs read."""

import pytest
from django.http import HttpRequest
from django.test import Client

from liaison.refusal import Absent, Finding, NotAllowed, Refused
from liaison.web.errors import RefusedMiddleware, status_of

FINDING = Finding("x", "It was not done.", "Do it otherwise.")


class _Unready(Refused):
    status = 503


@pytest.mark.parametrize(
    ("refused", "status"),
    [(Refused(FINDING), 422), (Absent(FINDING), 404), (NotAllowed(FINDING), 403), (_Unready(FINDING), 503)],
)
def test_the_status_of_a_refusal(refused: Refused, status: int):
    assert status_of(refused) == status


class TestGivenAViewThatRefuses:
    @pytest.mark.parametrize(("how", "status"), [("not", 422), ("absent", 404), ("denied", 403), ("unready", 503)])
    def test_then_all_findings_are_on_its_page(self, client: Client, how: str, status: int):
        response = client.get(f"/refused/{how}/")

        html = response.content.decode()
        assert response.status_code == status
        assert html.count('data-code="x.y"') == 2
        assert "policy: x" in html
        assert "<h1>" in html

    def test_when_htmx_asks_then_only_the_component_answers(self, client: Client):
        response = client.get("/refused/not/", headers={"HX-Request": "true"})

        html = response.content.decode()
        assert response.status_code == 422
        assert "<html" not in html
        assert html.count('data-code="x.y"') == 2

    def test_when_it_is_not_ready_then_it_says_when_to_come_again(self, client: Client):
        assert client.get("/refused/unready/")["Retry-After"] == "5"


class TestGivenABug:
    def test_then_the_page_needs_nobody_and_tells_nothing_of_it(self, client: Client):
        response = client.get("/refused/bug/")

        assert response.status_code == 500
        assert "RuntimeError" not in response.content.decode()
        assert "Nothing that you sent was half done" in response.content.decode()

    def test_then_the_middleware_leaves_it_alone(self):
        middleware = RefusedMiddleware(lambda request: None)

        assert middleware.process_exception(HttpRequest(), RuntimeError("a bug")) is None


class TestGivenAnAddressThatIsNone:
    def test_then_it_reads_like_what_may_not_be_seen(self, client: Client):
        response = client.get("/nowhere/")

        assert response.status_code == 404
        assert "There is nothing here for you to see" in response.content.decode()


class TestGivenAFormFromElsewhere:
    def test_then_nothing_is_done_and_it_says_how_to_go_on(self, pages: None):
        response = Client(enforce_csrf_checks=True).post("/theme/", {"theme": "dark"})

        assert response.status_code == 403
        assert "did not come from this site" in response.content.decode()


class TestGivenARedirect:
    def test_when_htmx_asks_then_the_whole_page_moves(self, client: Client):
        response = client.get("/refused/moved/", headers={"HX-Request": "true"})

        assert response.status_code == 204
        assert response["HX-Redirect"] == "/sign-in/"

    def test_when_a_browser_asks_then_it_is_a_redirect(self, client: Client):
        assert client.get("/refused/moved/").status_code == 302
