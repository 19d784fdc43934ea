"""What a body says besides its records bears its name: reports and answers, requests for an opening and decisions."""

from datetime import timedelta

import pytest
from django.db import connection

from liaison.apps.audit import public as audit
from liaison.apps.glass import public as glass
from liaison.apps.glass.signed import acts
from liaison.apps.members import public as members
from liaison.apps.members.public import Role
from liaison.apps.records import error_reports
from liaison.apps.records.late_signing import sign_all_that_waits
from liaison.apps.signatures.models import Waiting
from liaison.apps.signatures.public import Verdict
from liaison.refusal import Refused
from liaison.rows.viewing import viewing
from liaison.viewer import Level
from tests.apps.signatures.test_verification import harm
from tests.factories.agents import an_agent, signing
from tests.factories.glass import an_open_one, an_opening
from tests.factories.members import a_viewer, an_agency
from tests.factories.records import a_record

GOOD, NONE, BAD = Verdict.VERIFIED, Verdict.UNSIGNED, Verdict.NOT_BELIEVED
WORDS = "The birth date is his brother's."
ANSWER = "Corrected with the passport before us."


@pytest.fixture(autouse=True)
def database(request):
    """One transaction, rolled back; a database of its own where something commits for other roles."""
    request.getfixturevalue("committed_db" if "committed_db" in request.fixturenames else "db")


def a_report(reporter, source, *, level=Level.OFFICIAL_USE):
    """Report an error in a document of the source, and return the report's reference."""
    reference = a_record(source, kind="travel_documents", level=level)
    return error_reports.report_error(reference, what="wrong_field", text=WORDS, by=reporter)


def answered(reference, source):
    error_reports.acknowledge(reference, by=source)
    error_reports.answer(reference, outcome="corrected", text=ANSWER, by=source)


def of_report(reference, viewer):
    return [(one.action, one.verdict) for one in error_reports.report(reference, viewer).acts]


def of_opening(reference, viewer):
    return [(one.action, one.verdict) for one in acts(glass.opening(reference, viewer), viewer)]


def unsigned_by_verifier():
    return [one.code for one in audit.verify() if one.code in {"verify.not_signed", "verify.altered_signature"}]


class TestGivenBodiesWhoseAgentsAnswer:
    def test_then_a_report_its_acknowledgement_and_its_answer_are_signed_by_who_said_them(self):
        with signing("QM", "QN"):
            source, reporter = a_viewer("QM"), a_viewer("QN", Role.FRONTLINE_OFFICER)
            reference = a_report(reporter, source)
            answered(reference, source)

        wanted = [("made", GOOD), ("acknowledged", GOOD), ("answered", GOOD)]
        assert of_report(reference, source) == of_report(reference, reporter) == wanted
        shown = error_reports.report(reference, reporter)
        assert (shown.text, shown.answer) == (WORDS, ANSWER)

    def test_then_an_agencys_report_is_signed_by_the_bureau_that_connects_it(self):
        with signing("QN"):
            source = a_viewer("QM")
            agency = a_viewer(an_agency("QN-BP", queries=frozenset({"travel_documents"})), Role.FRONTLINE_OFFICER)
            reference = a_report(agency, source)

        assert of_report(reference, source) == of_report(reference, agency) == [("made", GOOD)]

    def test_then_asking_for_an_opening_deciding_it_ending_it_and_seeing_it_are(self):
        with signing("QM", "QN", "XS"):
            source, asker = a_viewer("QM", Role.BUREAU_SUPERVISOR), a_viewer("QN")
            decider = a_viewer("XS", Role.SECURITY_OFFICER)
            reference = an_open_one(asker, decider)
            glass.acknowledge(reference, by=source)
            glass.end(reference, by=source)
            refused = an_opening(asker)
            glass.reject(refused, by=decider)

        wanted = [("asked", GOOD), ("approved", GOOD), ("acknowledged", GOOD), ("ended", GOOD)]
        for viewer in (source, asker, decider):
            assert of_opening(reference, viewer) == wanted
        assert of_opening(refused, asker) == [("asked", GOOD), ("rejected", GOOD)]

    def test_when_one_has_no_key_then_what_it_says_is_unsigned_and_all_else_is_signed(self):
        with signing("QN"):
            reference = an_open_one(a_viewer("QN"), a_viewer("XS", Role.SECURITY_OFFICER))

        assert of_opening(reference, a_viewer("QM", Role.BUREAU_SUPERVISOR)) == [("asked", GOOD), ("approved", NONE)]


class TestGivenAgentsThatAreAway:
    def test_then_nothing_is_refused_it_waits_and_is_signed_when_they_are_back(self, committed_db):
        with signing("QM", "QN", "XS") as keys:
            source, asker = a_viewer("QM", Role.BUREAU_SUPERVISOR), a_viewer("QN", level=Level.RESTRICTED)
            decider = a_viewer("XS", Role.SECURITY_OFFICER)
            owner = a_viewer("QM")
            document = a_record(owner, kind="travel_documents", level=Level.RESTRICTED)
        report = error_reports.report_error(document, what="wrong_field", text=WORDS, by=asker)
        answered(report, owner)
        opened, refused = an_open_one(asker, decider), an_opening(asker)
        glass.acknowledge(opened, by=source)
        glass.end(opened, by=asker)
        glass.reject(refused, by=decider)
        meanwhile = [verdict for _, verdict in of_report(report, owner) + of_opening(opened, source)]
        waiting = unsigned_by_verifier()

        with an_agent(keys["QM"]), an_agent(keys["QN"]), an_agent(keys["XS"]):
            made = sign_all_that_waits()

        assert (set(meanwhile), waiting, made) == ({NONE}, [], 9)
        assert {verdict for _, verdict in of_report(report, owner) + of_opening(opened, source)} == {GOOD}
        assert of_opening(refused, asker) == [("asked", GOOD), ("rejected", GOOD)]
        assert unsigned_by_verifier() == []
        for viewer in (source, asker, decider):
            with viewing(viewer):
                assert not Waiting.objects.exists()


class TestGivenSomebodyWhoWritesPastTheServices:
    @pytest.fixture
    def world(self, committed_db):
        """A report with its answer and an opening with its decision, all signed; and the database to harm."""
        with signing("QM", "QN", "XS"):
            source, asker = a_viewer("QM"), a_viewer("QN")
            report = a_report(asker, source)
            answered(report, source)
            opening = an_open_one(asker, a_viewer("XS", Role.SECURITY_OFFICER))
            hidden = a_record(source, kind="travel_documents", audience="")
            yield committed_db, source, asker, report, opening, hidden

    def test_then_all_is_well_before(self, world):
        _, source, asker, report, opening, hidden = world

        assert {verdict for _, verdict in of_report(report, source) + of_opening(opening, asker)} == {GOOD}
        assert glass.read(opening, hidden, by=asker)[1].reference == hidden
        assert unsigned_by_verifier() == []

    @pytest.mark.parametrize(
        "statement",
        [
            "update glass_opening set ends_at = ends_at + interval '3 days'",
            "update glass_opening set level = 3",
            "update glass_opening set hours = 48, ground = 'court_order'",
            "update glass_opening set decider_id = (select id from members_reader where code = 'QO')",
            "update signatures_signing set signature = decode(repeat('00', 64), 'hex')",
            "update signatures_signing set made_at = made_at - interval '1 day'",
            "update signatures_signing s set signer_id = source_id, source_id = signer_id, key_id = 'none'",
        ],
    )
    def test_when_an_opening_or_its_signature_is_changed_then_it_opens_nothing(self, world, statement):
        database, _, asker, _, opening, hidden = world
        harm(database, statement)

        assert BAD in {verdict for _, verdict in of_opening(opening, asker)}
        with pytest.raises(Refused, match="do not bear out"):
            glass.read(opening, hidden, by=asker)

    def test_when_the_signature_of_another_act_is_put_in_its_place_then_it_is_not_believed(self, world):
        database, _, asker, _, opening, _ = world
        harm(
            database,
            "update signatures_signing taken set statement = given.statement, signature = given.signature"
            "  from signatures_signing given where convert_from(taken.statement, 'UTF8') like '%asked%'"
            "   and convert_from(given.statement, 'UTF8') like '%made%'",
        )

        assert of_opening(opening, asker)[0] == ("asked", BAD)
        assert unsigned_by_verifier() != []

    def test_when_an_opening_was_decided_without_an_entry_then_it_opens_nothing(self, world):
        _, _, asker, _, _, hidden = world
        opening, decider = an_opening(asker), a_viewer("XS", Role.SECURITY_OFFICER)
        with viewing(decider), connection.cursor() as cursor:
            cursor.execute("select glass_decide(%s, true, 1)", [glass.opening(opening, decider).id])

        with pytest.raises(Refused, match="do not bear out"):
            glass.read(opening, hidden, by=asker)

    @pytest.mark.parametrize(
        "column", ["what = 'wrong_person'", "field = 'names'", "outcome = 'kept'", "reporter_id = source_id"]
    )
    def test_when_a_report_is_changed_then_what_was_said_is_not_believed(self, world, column):
        database, source, _, report, _, _ = world
        harm(database, f"update records_error_report set {column}")

        assert BAD in {verdict for _, verdict in of_report(report, source)}

    def test_when_a_signature_is_taken_away_then_the_verifier_names_the_entry(self, world):
        harm(world[0], "delete from signatures_signing where statement like '%opening%'")

        assert unsigned_by_verifier() == ["verify.not_signed"] * 2

    def test_when_the_key_was_stolen_before_then_the_answer_is_not_believed(self, world):
        _, source, _, report, _, _ = world
        key = members.key_in_force(source.reader_id)
        since = error_reports.report(report, source).reported_at - timedelta(minutes=1)
        admin = a_viewer("QM", Role.BUREAU_ADMINISTRATOR)
        members.revoke_key(key.key_id, reason="Stolen.", void_from=since, by=admin)

        assert of_report(report, source) == [("made", GOOD), ("acknowledged", BAD), ("answered", BAD)]
