"""What an officer is told where a record could lead to an arrest: only on the word of a source that signed it."""

import pytest
from django.db import connection

from liaison.apps.audit import public as audit
from liaison.apps.index import public as index
from liaison.apps.members import public as members
from liaison.apps.records import public as records
from liaison.apps.records.late_signing import sign_what_waits
from liaison.apps.screening import public as screening
from liaison.apps.screening.instructions import NOT_VOUCHED_FOR, PERSON, VULNERABLE
from liaison.apps.screening.wire import answer_out
from liaison.rows.viewing import viewing
from liaison.viewer import Level
from tests.factories.agents import an_agent, signing
from tests.factories.index import catch_up, following
from tests.factories.members import a_browser, a_viewer
from tests.factories.records import a_person, a_record
from tests.factories.screening import WHY, a_question


@pytest.fixture
def officer(committed_db):
    """An officer of another country, and an index that follows."""
    viewer = a_viewer("QN")
    with following():
        yield viewer
    audit.stop_event_writer()


def the_hit(officer, text="Elsa Quendrix"):
    catch_up()
    answer = screening.ask(a_question(text), viewer=officer)
    (hit,) = answer.groups[0].hits
    return hit, answer


class TestGivenARecordThatItsSourceSigned:
    def test_then_the_officer_is_told_what_to_do(self, officer):
        with signing("QM"):
            a_record(a_viewer("QM"))

        hit, answer = the_hit(officer)

        assert (hit.instruction, hit.signature.value) == (PERSON, "verified")
        assert answer.findings == ()
        assert answer_out(answer).hits[0].signature == "verified"


class TestGivenARecordThatNobodySigned:
    def test_then_he_is_told_not_to_arrest_at_every_door(self, officer):
        reference = a_record(a_viewer("QM"))

        hit, answer = the_hit(officer)
        sent = answer_out(answer).hits[0]
        page = (
            a_browser(officer)
            .post("/query/", {"text": "Elsa Quendrix", "purpose": "identify", **WHY})
            .content.decode()
        )

        assert hit.instruction is NOT_VOUCHED_FOR
        assert (sent.do, sent.never, sent.signature) == (NOT_VOUCHED_FOR.do, NOT_VOUCHED_FOR.never, "unsigned")
        assert [one.code for one in answer.findings] == ["screening.not_vouched_for"]
        assert reference in str(answer.findings[0])
        assert NOT_VOUCHED_FOR.do in page
        assert PERSON.do not in page

    def test_when_nobodys_liberty_hangs_on_it_then_nothing_changes(self, officer):
        a_record(a_viewer("QM"), fields=a_person(person_status="missing"))

        hit, answer = the_hit(officer)

        assert (hit.instruction, hit.signature, answer.findings) == (VULNERABLE, None, ())

    def test_when_it_is_signed_late_then_he_is_told_what_to_do(self, officer):
        with signing("QM") as keys:
            owner = a_viewer("QM")
            reference = a_record(owner, fields=a_person(person_status="witness"))
            records.change(reference, a_person(), by=owner)
        records.restrict(reference, audience="all -QO", level=1, reason="so", by=owner)
        before, _ = the_hit(officer)
        with an_agent(keys["QM"]):
            sign_what_waits(owner.reader_id)

        assert (before.instruction, the_hit(officer)[0].instruction) == (NOT_VOUCHED_FOR, PERSON)


class TestGivenHostileSqlAsTheDoorsRole:
    def test_when_the_status_of_a_witness_is_put_back_to_charged_then_the_screen_refuses_it(self, officer):
        with signing("QM"):
            owner = a_viewer("QM")
            reference = a_record(owner, fields=a_person(person_status="charged"))
            old = records.record(reference, owner)
            records.change(reference, a_person(person_status="witness"), by=owner)
        with viewing(owner), connection.cursor() as cursor:
            cursor.execute(
                "update records_record set entry_id = %s, signing_id = %s, version = 1, level = 1, conditions = 0"
                " where reference = %s",
                [old.entry_id, old.signing_id, reference],
            )

        hit, _ = the_hit(a_viewer("QN", level=Level.RESTRICTED))

        assert hit.card.fields["person_status"] == "charged"
        assert hit.instruction is NOT_VOUCHED_FOR

    def test_when_the_doors_connection_is_shown_another_key_then_the_index_does_not_second_it(self, officer):
        """A temporary table hides the real one from whoever asks by its bare name, as long as the session lives."""
        with signing("QM") as keys:
            owner = a_viewer("QM")
            reference = a_record(owner)
            entered = records.record(reference, owner).entered_at
            admin = a_viewer("QM", members.Role.BUREAU_ADMINISTRATOR)
            members.revoke_key(keys["QM"].key_id, reason="Stolen.", void_from=entered, by=admin)
        records.restrict(reference, audience="all -QO", level=1, reason="so", by=owner)
        with connection.cursor() as cursor:
            cursor.execute(
                "create temp table members_body_key as select id, reader_id, change_id, key_id, signing_key,"
                " opening_key, shares_needed, shares, enrolled_at, expires_at, rehearsed_at, replaced_at,"
                " null::timestamptz as revoked_at, null::timestamptz as void_from from public.members_body_key"
            )
            cursor.execute("grant select on members_body_key to public")
        with viewing(owner), connection.cursor() as cursor:
            cursor.execute(
                "update records_record set (entry_id, signing_id, version, audience_id) = (select e.id,"
                " s.id, 1, audience_id from audit_entry e, signatures_signing s where e.subject = records_record.id"
                " and e.action = 'records.entered' and s.source_id = records_record.source_id limit 1)"
                " where reference = %s",
                [reference],
            )
        catch_up()

        assert index.vouched([records.record(reference, officer).id], officer) == frozenset()
        assert the_hit(officer)[0].instruction is NOT_VOUCHED_FOR


class TestGivenAKeyThatIsVoidFromBefore:
    def test_then_what_it_signed_is_not_acted_on(self, officer):
        with signing("QM") as keys:
            owner = a_viewer("QM")
            reference = a_record(owner)
        assert the_hit(officer)[0].instruction is PERSON
        entered = records.record(reference, owner).entered_at
        admin = a_viewer("QM", members.Role.BUREAU_ADMINISTRATOR)
        members.revoke_key(keys["QM"].key_id, reason="Stolen.", void_from=entered, by=admin)

        assert the_hit(officer)[0].instruction is NOT_VOUCHED_FOR
