"""“Report an error”: the source alone learns of it, a clock runs, and what was said dies with the record."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import ProgrammingError, connections, transaction
from django.test import Client

from liaison.apps.audit import public as audit
from liaison.apps.members import public as members
from liaison.apps.members.public import Role
from liaison.apps.records import error_reports
from liaison.apps.records import public as records
from liaison.apps.records.error_reports import acknowledge, answer, report, report_error, reports, reports_of
from liaison.apps.records.queries import versions
from liaison.refusal import Absent, NotAllowed, Refused
from liaison.rows.viewing import viewing
from liaison.rules.policy_values import policy_value
from liaison.viewer import Level, Viewer
from tests.factories.members import a_browser, a_viewer
from tests.factories.records import a_person, a_record

pytestmark = pytest.mark.django_db
WORDS = "The birth date is his brother's: see passport QM7744123."


@pytest.fixture(autouse=True)
def a_key(monkeypatch) -> None:
    """The suite's home has no key of its own when the settings are read."""
    monkeypatch.setattr(settings._wrapped, "SECRET_KEY", "a key of this test only")


@pytest.fixture
def reported() -> tuple[Viewer, Viewer, str, str]:
    """The source, the reporter, the record and the report."""
    source, reporter = a_viewer("QM"), a_viewer("QN", Role.FRONTLINE_OFFICER)
    record = a_record(source)
    return source, reporter, record, report_error(record, what="wrong_field", field="names", text=WORDS, by=reporter)


class TestGivenAReportedError:
    def test_source_and_reporter_read_it_and_its_clock(self, reported):
        source, reporter, record, reference = reported

        for viewer in (source, reporter):
            shown = report(reference, viewer)
            assert (shown.record_reference, shown.text, shown.status) == (record, WORDS, "open")
            assert (shown.reporter.code, shown.source.code) == ("QN", "QM")
            assert shown.acknowledge_by - shown.reported_at == timedelta(hours=24)
            assert shown.answer_by - shown.reported_at == timedelta(days=30)
            assert shown.due == shown.acknowledge_by
        assert [one.reference for one in reports(source, to_us=True).reports] == [reference]
        assert [one.reference for one in reports(reporter, to_us=False).reports] == [reference]
        assert reports(source, to_us=False).total == reports(reporter, to_us=True).total == 0

    def test_the_source_says_that_it_has_seen_it_and_then_what_became_of_it(self, reported):
        source, reporter, _, reference = reported

        acknowledge(reference, by=source)
        acknowledge(reference, by=source)
        seen = report(reference, reporter)
        assert (seen.status, seen.due) == ("acknowledged", seen.answer_by)
        answer(reference, outcome="corrected", text="Put right today.", by=source)

        shown = report(reference, reporter)
        assert (shown.status, shown.outcome, shown.text, shown.answer) == (
            "answered", "corrected", WORDS, "Put right today.",
        )  # fmt: skip
        assert shown.due is None
        assert not shown.is_overdue
        with viewing(source):
            (row,) = error_reports.ErrorReport.objects.all()
            actions = [entry.action for entry in audit.history(row.pk)]
        assert actions == ["error_reports.made", "error_reports.acknowledged", "error_reports.answered"]
        with pytest.raises(Refused, match="answered already"):
            answer(reference, outcome="kept", text="Once more.", by=source)

    def test_an_answer_alone_says_that_it_was_seen(self, reported):
        source, _, _, reference = reported
        answer(reference, outcome="kept", text="The date is right.", by=source)
        assert report(reference, source).acknowledged_at == report(reference, source).answered_at

    def test_it_changes_nothing_of_the_record(self, reported):
        source, _, record, _ = reported
        assert records.record(record, source).version == 1
        assert len(records_versions(record, source)) == 1

    def test_the_clock_runs_out_by_day_and_by_month(self, reported, clock):
        source, _, _, reference = reported
        clock.move(hours=23)
        assert not report(reference, source).is_overdue
        clock.move(hours=2)
        assert report(reference, source).is_overdue
        acknowledge(reference, by=source)
        assert not report(reference, source).is_overdue
        clock.move(days=30)
        assert report(reference, source).is_overdue

    def test_the_earliest_due_stands_first_and_the_answered_last(self, reported, clock):
        source, reporter, record, first = reported
        clock.move(hours=1)
        second = report_error(record, what="other", text="Something else.", by=reporter)
        third = report_error(record, what="other", text="And more.", by=reporter)
        acknowledge(first, by=source)
        answer(third, outcome="kept", text="No.", by=source)

        assert [one.reference for one in reports(source, to_us=True).reports] == [second, first, third]


def records_versions(reference: str, viewer: Viewer) -> list[object]:
    return versions(records.record(reference, viewer), viewer)


class TestGivenOthers:
    def test_a_third_body_that_sees_the_record_learns_nothing_of_the_report(self, reported):
        _, _, record, reference = reported
        third = a_viewer("QO")

        with pytest.raises(Absent) as hidden:
            report(reference, third)
        with pytest.raises(Absent) as missing:
            report("ER-2026-0000000-0", third)
        assert hidden.value.code == missing.value.code
        assert reports_of(records.record(record, third), third) == ()
        assert reports(third, to_us=True).total == reports(third, to_us=False).total == 0
        for verb in (
            lambda: acknowledge(reference, by=third),
            lambda: answer(reference, outcome="kept", text="x", by=third),
        ):
            with pytest.raises(Absent):
                verb()
        with viewing(third), connections["default"].cursor() as cursor:
            for table in ("records_error_report", "audit_content c join records_error_report r on r.id = c.subject"):
                cursor.execute(f"select count(*) from {table}")
                assert cursor.fetchone() == (0,)

    def test_the_reporter_may_not_answer_himself(self, reported):
        _, _, _, reference = reported
        with pytest.raises(Absent):
            answer(reference, outcome="kept", text="x", by=a_viewer("QN"))
        with pytest.raises(NotAllowed):
            acknowledge(reference, by=a_viewer("QM", Role.FRONTLINE_OFFICER))

    def test_sql_injected_by_the_reporter_cannot_answer_nor_report_in_another_name(self, reported):
        _, reporter, _, _ = reported
        with viewing(reporter), connections["default"].cursor() as cursor:
            cursor.execute("update records_error_report set status = 'acknowledged'")
            assert cursor.rowcount == 0

    @pytest.mark.parametrize("lie", ["reporter_id", "reported_by", "source_id", "level"])
    def test_sql_injected_by_a_reader_cannot_report_in_another_name_nor_past_the_source(self, lie):
        source, reporter = a_viewer("QM"), a_viewer("QN", level=Level.RESTRICTED)
        card = records.record(a_record(source, level=Level.RESTRICTED), reporter)
        row = {
            "record_id": card.id,
            "source_id": source.reader_id,
            "reporter_id": reporter.reader_id,
            "reported_by": reporter.user_id,
            "level": card.level,
        }
        lies = {"reporter_id": source.reader_id, "reported_by": source.user_id, "source_id": reporter.reader_id}
        row[lie] = lies.get(lie, Level.OFFICIAL_USE)

        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic(), viewing(reporter):
            error_reports.ErrorReport.objects.create(
                reference="ER-2026-7K4M2P-C",
                what="other",
                reported_at=card.entered_at,
                acknowledge_by=card.entered_at,
                answer_by=card.entered_at,
                **row,
            )

    def test_a_colleague_who_is_not_vetted_for_the_record_does_not_read_what_is_said_of_it(self):
        source = a_viewer("QM", level=Level.CONFIDENTIAL)
        record = a_record(source, level=Level.CONFIDENTIAL)
        reporter = a_viewer("QN", level=Level.CONFIDENTIAL)
        reference = report_error(record, what="other", text=WORDS, by=reporter)

        vetted, other = a_viewer("QN", level=Level.CONFIDENTIAL), a_viewer("QN", level=Level.RESTRICTED)

        assert report(reference, vetted).text == WORDS
        with pytest.raises(Absent):
            report(reference, other)
        assert reports(other, to_us=False).total == 0

    def test_the_reporter_still_reads_it_when_the_record_is_withdrawn(self, reported):
        source, reporter, record, reference = reported
        records.withdraw(record, reason="It was an error.", by=source)
        answer(reference, outcome="withdrawn", text="You were right.", by=source)

        shown = report(reference, reporter)
        assert (shown.record_reference, shown.kind, shown.answer) == ("", "", "You were right.")
        assert report(reference, source).record_reference == record

    def test_a_record_that_is_hidden_cannot_be_reported_and_answers_like_none(self):
        hidden = a_record(a_viewer("QM"), audience="")
        secret = a_record(a_viewer("QM", level=Level.CONFIDENTIAL), level=Level.CONFIDENTIAL)
        codes = set()
        for reference in (hidden, secret, "RP-2026-0000000-0"):
            with pytest.raises(Absent) as absent:
                report_error(reference, what="other", text=WORDS, by=a_viewer("QN"))
            codes.add(absent.value.code)
        assert len(codes) == 1

    def test_list_operators_answer_for_partners(self):
        operator = a_viewer("XS", Role.LIST_OPERATOR)
        partner = members.reader_by_code(members.UNITED_NATIONS)
        draft = records.Draft(kind="persons", fields=a_person("Listed Person"), source_id=partner.id)
        record = records.enter(draft, by=operator)
        reference = report_error(record, what="out_of_date", text=WORDS, by=a_viewer("QN"))

        assert [one.reference for one in reports(operator, to_us=True).reports] == [reference]
        answer(reference, outcome="kept", text="The list says so.", by=operator)
        assert report(reference, operator).status == "answered"


class TestGivenBadInput:
    @pytest.mark.parametrize(
        ("more", "fields"),
        [
            ({"what": "x"}, ["what"]),
            ({"text": "  "}, ["text"]),
            ({"text": "x" * 2001}, ["text"]),
            ({"field": "ghost"}, ["field"]),
            ({"what": "", "text": "", "field": "x"}, ["what", "text", "field"]),
        ],
    )
    def test_it_is_refused_with_everything_at_once(self, more, fields):
        record = a_record(a_viewer("QM"))
        with pytest.raises(Refused) as refused:
            report_error(record, **{"what": "other", "text": WORDS, "by": a_viewer("QN"), **more})
        assert [finding.field for finding in refused.value.findings] == fields

    @pytest.mark.parametrize(("outcome", "text"), [("x", "words"), ("kept", " "), ("kept", "x" * 2001)])
    def test_an_answer_without_outcome_or_words_is_none(self, reported, outcome, text):
        source, _, _, reference = reported
        with pytest.raises(Refused):
            answer(reference, outcome=outcome, text=text, by=source)
        assert report(reference, source).status == "open"

    def test_one_body_cannot_bury_a_record_under_reports(self, reported):
        source, reporter, record, reference = reported
        most = policy_value(error_reports.OPEN_MAX).default
        for _ in range(most - 1):
            report_error(record, what="other", text=WORDS, by=reporter)
        with pytest.raises(Refused, match=f"{most} reports open"):
            report_error(record, what="other", text=WORDS, by=reporter)
        report_error(record, what="other", text=WORDS, by=a_viewer("QO"))
        answer(reference, outcome="kept", text="No.", by=source)
        report_error(record, what="other", text=WORDS, by=reporter)

    @pytest.mark.parametrize("page", [-1, 0, 1, 10**30])
    def test_a_page_that_is_not_there_is_no_failure(self, reported, page):
        source, *_ = reported
        assert reports(source, to_us=True, page=page).total == 1


class TestGivenThePages:
    def test_a_form_of_another_site_tells_and_answers_nothing(self, reported):
        source, reporter, record, reference = reported
        theirs, ours = a_browser(reporter, checks=True), a_browser(source, checks=True)

        said = {"what": "other", "text": WORDS, "outcome": "kept"}
        assert theirs.post(f"/records/{record}/report-error/", said).status_code == 403
        assert ours.post(f"/records/errors/{reference}/acknowledge/", said).status_code == 403
        assert ours.post(f"/records/errors/{reference}/answer/", said).status_code == 403

        assert report(reference, source).status == "open"
        assert reports(source, to_us=True).total == 1

    def test_a_late_source_is_told_by_a_word_and_a_shape(self, reported, clock):
        source, _, record, reference = reported
        ours = a_browser(source)
        addresses = ("/records/errors/", f"/records/errors/{reference}/", f"/records/{record}/")
        assert not [one for one in addresses if "Overdue" in ours.get(one).content.decode()]
        clock.move(hours=25)
        ours = a_browser(source)

        for address in addresses:
            page = ours.get(address).content.decode()
            assert "Overdue" in page, address
            assert re.search(r"li-tone-danger\"><svg[^>]*>.*?</svg>Overdue", page, re.DOTALL), address

    def test_the_second_page_of_ours_is_one_of_ours(self, reported, monkeypatch):
        _, reporter, record, _ = reported
        monkeypatch.setattr(error_reports, "PAGE_SIZE", 1)
        report_error(record, what="other", text=WORDS, by=reporter)
        theirs = a_browser(reporter)

        (found,) = re.findall(r'href="\?([^"]*page=2)"', theirs.get("/records/errors/?by=us").content.decode())

        assert "ER-2026" in theirs.get(f"/records/errors/?{found.replace('&amp;', '&')}").content.decode()

    def test_where_no_desk_is_named_the_page_says_whom_to_ask_instead(self, reported):
        _, reporter, record, _ = reported
        for address in (f"/records/{record}/", f"/records/{record}/report-error/"):
            assert "has named no desk yet" in a_browser(reporter).get(address).content.decode()

    def test_a_third_body_finds_neither_on_the_page_of_the_record_nor_by_address(self, reported):
        _, _, record, reference = reported
        third = a_browser(a_viewer("QO"))
        assert reference not in third.get(f"/records/{record}/").content.decode()
        hidden, missing = (third.get(f"/records/errors/{one}/") for one in (reference, "ER-2026-0000000-0"))
        assert (hidden.status_code, missing.status_code) == (404, 404)
        same = [
            re.sub(r'value="\w{64}"', "", page.content.decode().replace(one, "")).rstrip()
            for page, one in ((hidden, reference), (missing, "ER-2026-0000000-0"))
        ]
        assert same[0] == same[1]
        assert third.get("/records/RP-2026-0000000-0/report-error/").status_code == 404


class TestGivenAProgram:
    def test_it_does_all_that_the_pages_do(self):
        source, officer = a_viewer("QM"), a_viewer("QN", Role.FRONTLINE_OFFICER)
        record = a_record(source)

        def program(viewer: Viewer) -> dict[str, str]:
            return {"Authorization": f"Bearer {members.issue_token(by=viewer, label='desk', days=1)}"}

        def post(path: str, said: dict, viewer: Viewer) -> tuple[int, dict]:
            answered = Client().post(
                f"/api/v1/{path}", said, content_type="application/json", headers=program(viewer)
            )
            return answered.status_code, answered.json()

        status, made = post(f"records/{record}/errors", {"what": "other", "text": WORDS}, officer)
        assert (status, made["record"], made["overdue"]) == (201, record, False)
        path = f"errors/{made['reference']}"
        assert post(f"{path}/acknowledge", {}, source)[1]["status"] == "acknowledged"
        assert post(f"{path}/answer", {"outcome": "kept", "text": "It is right."}, source)[1]["outcome"] == "kept"
        assert post(f"{path}/answer", {"outcome": "kept", "text": "Again."}, source)[0] == 422
        got = Client().get("/api/v1/errors?role=reporter", headers=program(officer)).json()
        assert (got["total"], got["reports"][0]["answer"]) == (1, "It is right.")
        assert Client().get("/api/v1/errors?role=source", headers=program(officer)).json()["total"] == 0
        assert Client().get("/api/v1/errors?role=mine", headers=program(officer)).status_code == 400
        third = program(a_viewer("QO"))
        assert Client().get(f"/api/v1/{path}", headers=third).status_code == 404
        assert post(f"{path}/acknowledge", {}, a_viewer("QO"))[0] == 404
        assert post("records/RP-2026-0000000-0/errors", {"what": "other", "text": WORDS}, officer)[0] == 404
        seen_by = [look.reader for look in audit.looks_at(records.record(record, source).id, source, 50)]
        assert officer.reader_id in seen_by, "who reads what is said of a record has looked at it"
        assert Client().get(f"/api/v1/records/{record}", headers=program(officer)).json()["contact"] is None
