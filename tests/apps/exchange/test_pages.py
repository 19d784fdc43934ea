"""The pages of the imports, as a list operator and others see them."""

import pytest
from django.conf import settings
from django.db import connections
from django.test.utils import CaptureQueriesContext

from liaison.apps.members.public import Role
from tests.apps.exchange.world import NEW, a_file, an_operator, imported, people
from tests.factories.members import a_browser, a_viewer

pytestmark = pytest.mark.django_db
STATEMENTS_MAX = 20


@pytest.fixture(autouse=True)
def a_key(monkeypatch) -> None:
    """The suite's home has no key of its own when the settings are read."""
    monkeypatch.setattr(settings._wrapped, "SECRET_KEY", "a key of this test only")


class TestGivenAWaitingImport:
    def test_its_page_tells_what_it_would_do_and_the_second_person_approves_there(self, tmp_path):
        first, second = an_operator(), an_operator()
        strange = ["<INDIVIDUAL><DATAID>99</DATAID><REFERENCE_NUMBER>QMi.099</REFERENCE_NUMBER></INDIVIDUAL>\n"]
        imported(a_file(tmp_path, *people(20)), by=first)
        newer = a_file(tmp_path, *people(15), *strange, generated_at=NEW, name="newer.xml")
        report = imported(newer, by=first, apply=True)
        page = f"/imports/{report.reference}/"

        own = a_browser(first).get(page).content.decode()
        assert "Waits for a second person" in own
        assert "would withdraw 5 of 20 records" in own
        assert "QMi.099" in own
        assert "INDIVIDUAL/VERSIONNUM" in own
        assert "Approve as the second person" not in own
        assert a_browser(first).post(f"{page}approve/").status_code == 422

        browser = a_browser(second)
        assert "Approve as the second person" in browser.get(page).content.decode()
        assert browser.post(f"{page}approve/", follow=True).status_code == 200
        assert "Approved" in browser.get(page).content.decode()
        assert report.reference in browser.get("/imports/").content.decode()

        with CaptureQueriesContext(connections["default"]) as statements:
            browser.get(page)
            browser.get("/imports/")
        assert len(statements) <= 2 * STATEMENTS_MAX

    @pytest.mark.parametrize("language", ["en", "ar"])
    def test_an_empty_list_says_what_to_do(self, language):
        page = a_browser(an_operator()).get("/imports/", headers={"accept-language": language})

        assert "liaison records import un-sc" in page.content.decode()

    def test_others_see_nothing(self):
        browser = a_browser(a_viewer("QM", Role.FRONTLINE_OFFICER))

        assert browser.get("/imports/").status_code == 403
        assert browser.get("/imports/IM-2026-222222-2/").status_code == 404
