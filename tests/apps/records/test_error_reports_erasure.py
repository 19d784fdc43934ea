"""What was said about a record dies with it: whoever erases it, whatever happens meanwhile, wherever one looks."""

import threading
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.db import connections

from liaison.apps.audit import public as audit
from liaison.apps.members.public import Role
from liaison.apps.records import error_reports
from liaison.apps.records import public as records
from liaison.apps.records.error_reports import acknowledge, answer, report, report_error, reports
from liaison.apps.records.services import end_erased_again
from liaison.postgres.server import superuser_conninfo
from liaison.refusal import Absent, Refused
from liaison.rows.viewing import viewing
from liaison.rules.policy_values import policy_value
from liaison.viewer import Viewer
from tests.factories.members import a_viewer
from tests.factories.records import a_record

WORDS = "The birth date is his brother's: see passport QM7744123."
WAIT_SECONDS_MAX = 20


@pytest.fixture
def reported(committed_db) -> tuple[Viewer, Viewer, str, str]:
    """The source, the reporter, the record and the report, all committed."""
    source, reporter = a_viewer("QM"), a_viewer("QN", Role.FRONTLINE_OFFICER)
    record = a_record(source)
    return source, reporter, record, report_error(record, what="wrong_field", text=WORDS, by=reporter)


def subject_of(reference: str, viewer: Viewer):
    with viewing(viewer):
        return error_reports.ErrorReport.objects.get(reference=reference).pk


def everything_stored(database) -> bytes:
    """Every value of every table and every file of the home."""
    values = [path.read_bytes() for path in Path(settings.LIAISON_HOME).rglob("*") if path.is_file()]
    with psycopg.connect(superuser_conninfo(database.cluster), dbname=database.current) as connection:
        tables = connection.execute(
            "select oid::regclass::text from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace"
        ).fetchall()
        for (table,) in tables:
            for row in connection.execute(f"select * from {table}"):
                values += [bytes(value) if isinstance(value, bytes) else str(value).encode() for value in row]
    return b"\n".join(values)


class TestGivenAnErasure:
    def test_the_words_die_with_the_record_and_the_clock_stays(self, reported):
        source, reporter, record, reference = reported
        answer(reference, outcome="kept", text="Words of the source.", by=source)

        records.erase(record, reason="source_request", by=source)

        for viewer in (source, reporter):
            shown = report(reference, viewer)
            assert (shown.text, shown.answer, shown.outcome, shown.status) == ("", "", "kept", "answered")
        with viewing(source):
            actions = [entry.action for entry in audit.history(subject_of(reference, source))]
        assert actions == ["error_reports.made", "error_reports.answered", "error_reports.erased"]

    def test_neither_content_nor_key_is_left_and_the_words_never_stood_anywhere_in_clear(
        self, reported, committed_db
    ):
        source, _, record, reference = reported
        subject = subject_of(reference, source)
        clear = (b"passport QM7744123", b"his brother")
        rows = "select (select count(*) from audit_key where subject = %(it)s),"
        rows += " (select count(*) from audit_content where subject = %(it)s)"
        with psycopg.connect(superuser_conninfo(committed_db.cluster), dbname=committed_db.current) as connection:
            assert connection.execute(rows, {"it": subject}).fetchone() == (1, 1)
        before = everything_stored(committed_db)

        records.erase(record, reason="source_request", by=source)

        after = everything_stored(committed_db)
        assert not [words for words in clear if words in before or words in after]
        with psycopg.connect(superuser_conninfo(committed_db.cluster), dbname=committed_db.current) as connection:
            assert connection.execute(rows, {"it": subject}).fetchone() == (0, 0)

    def test_an_open_report_is_closed_and_nobody_writes_words_into_it_any_more(self, reported):
        source, reporter, record, reference = reported

        records.erase(record, reason="source_request", by=source)

        shown = report(reference, source)
        assert (shown.status, shown.outcome, shown.due, shown.is_overdue) == ("answered", "withdrawn", None, False)
        assert shown.acknowledged_at == shown.answered_at
        with pytest.raises(Refused, match="answered already"):
            answer(reference, outcome="corrected", text=WORDS, by=source)
        with pytest.raises(Absent):
            report_error(record, what="other", text=WORDS, by=reporter)
        assert audit_content(subject_of(reference, source), source) == {}

    def test_when_it_was_acknowledged_before_that_moment_stays(self, reported):
        source, _, record, reference = reported
        acknowledge(reference, by=source)
        seen_at = report(reference, source).acknowledged_at

        records.erase(record, reason="source_request", by=source)

        assert report(reference, source).acknowledged_at == seen_at

    def test_the_end_of_its_time_takes_them_too(self, reported, clock):
        source, _, _, reference = reported
        clock.move(days=366 * 40)

        assert records.end_due() == 1

        assert audit_content(subject_of(reference, source), source) == {}
        shown = report(reference, source)
        assert (shown.text, shown.status, shown.outcome) == ("", "answered", "withdrawn")

    def test_an_erasure_that_is_done_again_after_a_restore_closes_it(self, reported):
        source, _, record, reference = reported
        end_erased_again([records.record(record, source).id])
        assert report(reference, source).outcome == "withdrawn"

    def test_reports_on_other_records_keep_their_words(self, reported):
        source, reporter, record, _ = reported
        other = a_record(source)
        kept = report_error(other, what="other", text=WORDS, by=reporter)

        records.erase(record, reason="source_request", by=source)

        assert report(kept, source).text == WORDS
        assert report(kept, source).status == "open"

    def test_an_erasure_that_is_refused_leaves_them(self, reported):
        source, _, record, reference = reported
        with pytest.raises(Refused):
            records.erase(record, reason="Free text about a person", by=source)
        assert report(reference, source).text == WORDS


class TestGivenAReportWhileTheRecordIsBeingErased:
    def test_it_waits_and_then_finds_no_record(self, reported):
        source, reporter, record, _ = reported
        reached, release, outcome = threading.Event(), threading.Event(), []

        def erases() -> None:
            try:
                with viewing(source):
                    records.erase(record, reason="source_request", by=source)
                    reached.set()
                    assert release.wait(WAIT_SECONDS_MAX)
            finally:
                connections.close_all()

        def tells() -> None:
            try:
                outcome.append(report_error(record, what="other", text=WORDS, by=reporter))
            except Absent as absent:
                outcome.append(absent.code)
            finally:
                connections.close_all()

        eraser, teller = threading.Thread(target=erases), threading.Thread(target=tells)
        eraser.start()
        assert reached.wait(WAIT_SECONDS_MAX)
        teller.start()
        teller.join(0.5)
        assert teller.is_alive(), "whoever reports waits for whoever erases"
        release.set()
        eraser.join(WAIT_SECONDS_MAX)
        teller.join(WAIT_SECONDS_MAX)

        assert outcome == ["records.absent"]
        assert reports(source, to_us=True).total == 1


class TestGivenManyReportsAtTheSameMoment:
    def test_no_more_are_open_than_may_be(self, reported):
        source, reporter, record, _ = reported
        most = policy_value(error_reports.OPEN_MAX).default
        assert isinstance(most, int)
        together, outcome = threading.Barrier(most + 2), []

        def tells() -> None:
            try:
                together.wait(WAIT_SECONDS_MAX)
                outcome.append(report_error(record, what="other", text=WORDS, by=reporter)[:2])
            except Refused as refused:
                outcome.append(refused.code)
            finally:
                connections.close_all()

        tellers = [threading.Thread(target=tells) for _ in range(most + 2)]
        for teller in tellers:
            teller.start()
        for teller in tellers:
            teller.join(WAIT_SECONDS_MAX)

        assert sorted(outcome) == ["ER"] * (most - 1) + ["error_reports.too_many"] * 3
        assert reports(source, to_us=True).total == most


def audit_content(subject, viewer: Viewer) -> dict:
    with viewing(viewer):
        return audit.latest_content([subject])
