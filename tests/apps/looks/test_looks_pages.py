"""The pages of looks as people meet them: by role, with what they may know, and without a statement too many."""

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from liaison.apps.audit import public as audit
from liaison.apps.looks import public as looks
from liaison.apps.members import public as members
from liaison.apps.members.public import Role
from liaison.apps.screening import public as screening
from tests.apps.looks.test_checks import LAST_MONTH, THIS_MONTH
from tests.apps.looks.test_signals import MONDAY, TUESDAY
from tests.apps.looks.world import REASON, a_dpo, a_looked_at_record, an_auditor, look
from tests.factories.index import following
from tests.factories.members import a_browser, a_viewer
from tests.factories.screening import a_question

STATEMENTS_MAX = 20


@pytest.fixture(autouse=True)
def no_writer_stays():
    """A test's database goes with it, so that the writer has to let go of it."""
    yield
    audit.stop_event_writer()


def shown(response):
    """Return the page as text; fail unless it was answered."""
    assert response.status_code == 200, response.content.decode()[:2000]
    return response.content.decode()


class TestGivenARecordWithLooks:
    def test_when_its_source_opens_it_then_the_page_says_who_saw_and_received_it(self, committed_db):
        owner = a_viewer("QM")
        card = a_looked_at_record(owner)
        look(a_viewer("QN"), card, kind="delivery")
        browser = a_browser(owner)

        page = shown(browser.get(f"/records/{card.reference}/"))
        whole = shown(browser.get(f"/looks/records/{card.reference}/"))

        for told in (page, whole):
            assert "Delivered by the feed" in told
            assert "Has a copy" in told
            assert "You are the source" in told
            assert "Entered" in told

    def test_when_another_body_opens_it_then_it_reads_of_its_own_looks_alone(self, committed_db):
        card = a_looked_at_record(a_viewer("QM"))
        look(a_viewer("QO"), card, kind="export")

        page = shown(a_browser(a_viewer("QN")).get(f"/looks/records/{card.reference}/"))

        assert "Has a copy" not in page
        assert page.count("<li") >= 2

    def test_when_it_is_hidden_then_there_is_no_such_page(self, committed_db):
        card = a_looked_at_record(a_viewer("QM"), audience="list:QO")
        browser = a_browser(a_viewer("QN"))

        hidden = browser.get(f"/looks/records/{card.reference}/")
        never = browser.get("/looks/records/RP-2026-AAAAAA-A/")

        assert (hidden.status_code, never.status_code) == (404, 404)
        same = hidden.content.replace(card.reference.encode(), b"RP-2026-AAAAAA-A")
        assert len(same) == len(never.content)


class TestGivenTheDesk:
    def test_when_data_protection_asks_then_it_reads_the_answer_and_nothing_is_in_the_address(self, committed_db):
        owner = a_viewer("QM", name="lena.qm")
        card = a_looked_at_record(owner)
        look(owner, card, kind="query", times=60)
        browser = a_browser(a_dpo())

        page = shown(browser.post("/looks/", {"officer": "lena.qm"}))
        cursor = page.split('name="cursor" value="')[1].split('"')[0]
        second = shown(browser.post("/looks/", {"officer": "lena.qm", "cursor": cursor}))

        assert page.count("Found by a query") == 50
        assert second.count("Found by a query") == 10
        assert "/looks/queries/" in page

    def test_when_a_table_is_asked_for_then_a_file_comes(self, committed_db):
        owner = a_viewer("QM")
        card = a_looked_at_record(owner)
        look(owner, card)

        answer = a_browser(a_dpo()).post("/looks/", {"references": card.reference, "step": "table"})

        assert answer["Content-Type"].startswith("text/csv")
        assert answer.content.decode().count(card.reference) == 1

    def test_when_it_is_no_question_then_it_says_so(self, committed_db):
        answer = a_browser(a_dpo()).post("/looks/", {})

        assert answer.status_code == 422
        assert "one at a time" in answer.content.decode()

    def test_when_a_supervisor_asks_then_no_text_is_offered(self, committed_db):
        owner = a_viewer("QM", name="lena.qm")
        look(owner, kind="query")

        page = shown(a_browser(a_viewer("QM", Role.BUREAU_SUPERVISOR)).post("/looks/", {"officer": "lena.qm"}))

        assert "/looks/queries/" not in page


class TestGivenASpotCheck:
    def test_when_the_officer_signs_in_then_the_menu_says_it_and_he_states_his_reason(self, committed_db, clock):
        clock.set_to(LAST_MONTH)
        officer = a_viewer("QM", Role.FRONTLINE_OFFICER)
        look(officer, kind="query")
        clock.set_to(THIS_MONTH)
        dpo = a_dpo()
        looks.draw(members.steward_of(officer.reader_id))
        (check,) = looks.mine(officer)
        his, hers = a_browser(members.viewer_for(officer.user_id, officer.purpose)), a_browser(dpo)

        assert "wait for you" in shown(his.get("/looks/asked/"))
        assert his.post(f"/looks/asked/{check.reference}/", {"words": "short"}).status_code == 422
        assert his.post(f"/looks/asked/{check.reference}/", {"words": REASON}).status_code == 302
        assert "wait for you" not in shown(his.get("/looks/asked/"))
        assert check.reference in shown(hers.get("/looks/checks/?state=answered"))
        page = shown(hers.get(f"/looks/checks/{check.reference}/"))
        assert REASON in page
        judged = hers.post(f"/looks/checks/{check.reference}/", {"words": "The file is there.", "decision": "accept"})
        assert judged.status_code == 302
        assert "Accepted" in shown(hers.get(f"/looks/checks/{check.reference}/"))
        assert hers.post(f"/looks/checks/{check.reference}/erase/").status_code == 302
        assert REASON not in shown(hers.get(f"/looks/checks/{check.reference}/"))


class TestGivenASignal:
    def test_when_data_protection_opens_it_then_it_can_ask_or_dismiss(self, committed_db, clock):
        clock.set_to(MONDAY)
        officer = a_viewer("QM", Role.FRONTLINE_OFFICER)
        look(officer, a_looked_at_record(a_viewer("QM")), kind="query", times=20)
        clock.set_to(TUESDAY)
        dpo = a_dpo()
        looks.raise_signals(members.steward_of(officer.reader_id))
        (signal,) = looks.signals(dpo).signals
        browser = a_browser(dpo)

        assert signal.reference in shown(browser.get("/looks/signals/"))
        assert "20, where colleagues have 0" in shown(browser.get(f"/looks/signals/{signal.reference}/"))
        assert (
            browser.post(f"/looks/signals/{signal.reference}/", {"words": "no", "decision": "dismiss"}).status_code
            == 422
        )
        asked = browser.post(f"/looks/signals/{signal.reference}/", {"decision": "follow"})
        assert asked.status_code == 302
        assert "/looks/checks/SC-" in asked["Location"]
        assert shown(browser.get(asked["Location"])).count(signal.reference) >= 1


class TestGivenTheTextOfAQuery:
    def test_when_a_ground_is_named_then_it_is_shown_after_look_and_entry(self, committed_db):
        a_looked_at_record(a_viewer("QM"))
        officer, dpo, auditor = a_viewer("QM", Role.FRONTLINE_OFFICER), a_dpo(), an_auditor()
        with following():
            event = screening.ask(a_question(name="Elsa Quendrix"), viewer=officer).event_id
        browser, address = a_browser(dpo), f"/looks/queries/{event}/"

        assert "Elsa Quendrix" not in shown(browser.get(address))
        assert browser.post(address, {"ground": "curiosity", "words": REASON}).status_code == 200
        assert browser.post(address, {"ground": "complaint", "words": "x"}).status_code == 422
        page = browser.post(address, {"ground": "complaint", "words": REASON})

        assert "Elsa Quendrix" in shown(page)
        assert page["Cache-Control"] == "private, no-store"
        (opening,) = screening.openings(dpo)
        assert (opening.ground, opening.words, opening.opened_by) == ("complaint", REASON, dpo.user_id)
        assert [one.kind for one in audit.looks_by(dpo.user_id, auditor, 9)] == ["opening"]
        assert audit.looks_by(dpo.user_id, officer, 9) == []

    @pytest.mark.parametrize(
        ("bureau", "role", "status"),
        [
            ("QM", Role.BUREAU_SUPERVISOR, 403),
            ("QM", Role.FRONTLINE_OFFICER, 403),
            ("QN", Role.DATA_PROTECTION_OFFICER, 422),
            ("XS", Role.AUDITOR, 200),
        ],
    )
    def test_when_somebody_else_asks_then_only_oversight_reads_it(self, committed_db, bureau, role, status):
        officer = a_viewer("QM", Role.FRONTLINE_OFFICER)
        a_looked_at_record(a_viewer("QM"))
        with following():
            event = screening.ask(a_question(name="Elsa Quendrix"), viewer=officer).event_id

        answer = a_browser(a_viewer(bureau, role)).post(
            f"/looks/queries/{event}/", {"ground": "order", "words": REASON}
        )

        assert answer.status_code == status
        assert (b"Elsa Quendrix" in answer.content) == (status == 200)


@pytest.mark.parametrize(
    ("role", "pages"),
    [
        (Role.DATA_PROTECTION_OFFICER, ("/looks/", "/looks/checks/", "/looks/signals/")),
        (Role.FRONTLINE_OFFICER, ("/looks/asked/", "/query/")),
    ],
)
def test_a_page_needs_at_most_twenty_statements(committed_db, clock, role, pages):
    clock.set_to(LAST_MONTH)
    officer = a_viewer("QM", Role.FRONTLINE_OFFICER)
    viewer = officer if role is Role.FRONTLINE_OFFICER else a_viewer("QM", role)
    card = a_looked_at_record(a_viewer("QM"))
    look(officer, card, kind="query", times=30)
    clock.set_to(THIS_MONTH)
    looks.draw(members.steward_of(officer.reader_id))
    browser = a_browser(members.viewer_for(viewer.user_id, viewer.purpose))

    for page in pages:
        with CaptureQueriesContext(connections["default"]) as captured:
            shown(browser.get(page))
        assert len(captured) <= STATEMENTS_MAX, (page, [one["sql"][:120] for one in captured])
