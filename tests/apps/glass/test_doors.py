"""Emergency openings at the pages and over the interface."""

import pytest
from django.conf import settings
from django.test import Client

from liaison.apps.glass import public as glass
from liaison.apps.members import public as members
from liaison.apps.members.public import Role
from liaison.web import navigation
from tests.factories.glass import WHY, an_open_one, an_opening
from tests.factories.members import a_browser, a_viewer
from tests.factories.records import a_person, a_record

pytestmark = pytest.mark.django_db
PORTRAIT = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


@pytest.fixture(autouse=True)
def a_key(monkeypatch) -> None:
    """The suite's home has no key of its own when the settings are read."""
    monkeypatch.setattr(settings._wrapped, "SECRET_KEY", "a key of this test only")


@pytest.fixture
def people():
    source, asker = a_viewer("QM", Role.BUREAU_SUPERVISOR), a_viewer("QN", Role.BUREAU_OFFICER)
    return source, asker, a_viewer("XS", Role.SECURITY_OFFICER)


def sent(browser: Client, address: str, **said: object):
    return browser.post(address, said)


class TestGivenThePages:
    def test_one_asks_another_opens_the_source_sees_it_and_ends_it(self, people):
        source, asker, decider = people
        hidden = a_record(source, audience="")
        asks, decides, owns = (a_browser(one) for one in (asker, decider, source))
        form = {"ground": "danger_to_life", "purpose": "locate", "source": "QM", "named": hidden, "reason": WHY}

        asked = sent(asks, "/openings/ask/", **form, document="", hours=2, decider="XS")
        assert asked.status_code == 302, asked.content.decode()
        address = asked["Location"]
        assert "End it now" in asks.get(address).content.decode()
        assert "Open them now" in decides.get(address).content.decode()
        assert owns.get(address).status_code == 404

        assert sent(decides, f"{address}approve/", level=1).status_code == 302
        page = asks.get(f"{address}records/{hidden}/")
        said = page.content.decode()
        assert page.status_code == 200
        assert said.count(asker.user_name) >= 13, "the mark stands all over the page"
        assert "Elsa Quendrix" in said
        assert page["Cache-Control"].startswith("max-age=0")

        navigation.count_anew(source)  # it is counted once a minute
        menu = owns.get("/databases/").content.decode()
        assert 'li-tone-warning li-numbers">1<' in menu
        seen = owns.get(address).content.decode()
        assert all(one in seen for one in (WHY, asker.user_name, decider.user_name, hidden, "Every look"))
        assert sent(owns, f"{address}seen/").status_code == 302
        assert 'li-tone-warning li-numbers">' not in owns.get("/databases/").content.decode()
        assert sent(owns, f"{address}end/").status_code == 302
        assert asks.get(f"{address}records/{hidden}/").status_code == 404

    def test_a_wrong_request_says_what_is_wrong_beside_the_form(self, people):
        asks = a_browser(people[1])

        said = sent(
            asks,
            "/openings/ask/",
            ground="court_order",
            purpose="locate",
            source="QM",
            reason="now",
            hours=99,
            decider="QN",
        )

        assert said.status_code == 422
        for words in ("does not serve that purpose", "not 99", "Another body decides", "20 to 1000 characters"):
            assert words in said.content.decode().replace("\N{NO-BREAK SPACE}", " ").replace("1,000", "1000")

    def test_pictures_are_looks_too_and_nobody_else_s(self, people):
        source, asker, decider = people
        hidden = a_record(source, audience="", fields=a_person(portrait=PORTRAIT))
        opening = an_open_one(asker, decider, named=[hidden])
        address = f"/openings/{opening}/records/{hidden}/pictures/"

        assert a_browser(asker).get(f"{address}0")["Content-Type"] == "image/png"
        assert a_browser(asker).get(f"{address}7").status_code == 404
        assert a_browser(decider).get(f"{address}0").status_code in (403, 404)
        assert len(glass.looks(glass.opening(opening, source), source)) == 2

    @pytest.mark.parametrize(
        ("code", "role"),
        [("QN", Role.FRONTLINE_OFFICER), ("XS", Role.POLICY_OFFICER), ("QM", Role.BUREAU_ADMINISTRATOR)],
    )
    def test_who_may_not_ask_gets_no_form(self, code, role):
        assert a_browser(a_viewer(code, role)).get("/openings/ask/").status_code == 403

    def test_a_look_at_a_refused_page_needs_the_site_s_own_token(self, people):
        source, asker, decider = people
        opening = an_opening(asker, named=[a_record(source, audience="")])

        assert a_browser(decider, checks=True).post(f"/openings/{opening}/approve/", {"level": 1}).status_code == 403
        assert glass.opening(opening, asker).state.value == "proposed"


class TestGivenTheInterface:
    def test_the_same_verbs_and_questions(self, people):
        source, asker, decider = people
        hidden = a_record(source, audience="")
        asks, decides, owns = (
            Client(headers={"Authorization": f"Bearer {members.issue_token(by=one, label='a test', days=1)}"})
            for one in (asker, decider, source)
        )
        wanted = {"ground": "danger_to_life", "purpose": "locate", "source": "QM", "reason": WHY, "hours": 2}

        made = asks.post("/api/v1/openings", wanted | {"named": [hidden]}, content_type="application/json")
        assert made.status_code == 201, made.content
        address = f"/api/v1/openings/{made.json()['reference']}"
        assert owns.get(address).status_code == asks.get(f"{address}/records/{hidden}").status_code == 404
        assert [one["reference"] for one in decides.get("/api/v1/openings?side=for_us").json()["openings"]]
        opened = decides.post(f"{address}/approve", {}, content_type="application/json")
        assert opened.json()["state"] == "approved"
        read = asks.get(f"{address}/records/{hidden}")
        assert (read.json()["title"], read.json()["opening"]) == ("Elsa Quendrix", made.json()["reference"])
        told = owns.get(address).json()
        assert [one["record"] for one in told["looks"]] == [hidden]
        assert (told["asked_by"], told["decided_by"], told["reason"]) == (asker.user_name, decider.user_name, WHY)
        assert owns.post(f"{address}/seen", content_type="application/json").status_code == 200
        assert owns.post(f"{address}/end", content_type="application/json").json()["state"] == "ended"
        assert asks.get(f"{address}/records/{hidden}").status_code == 404

    def test_a_refused_request_has_every_finding(self, people):
        asks = Client(headers={"Authorization": f"Bearer {members.issue_token(by=people[1], label='a', days=1)}"})

        said = asks.post(
            "/api/v1/openings",
            {"ground": "boredom", "purpose": "locate", "source": "QM", "reason": WHY, "hours": 0, "named": ["RP-1"]},
            content_type="application/json",
        )

        assert said.status_code == 422
        assert said.json()["findings"][0]["code"] == "glass.named"
