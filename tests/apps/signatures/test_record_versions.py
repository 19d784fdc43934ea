"""Every version is signed by its source, and what does not hold is not acted on: rules, then attacks."""

from datetime import timedelta

import pytest
from django.db import connection, transaction

from liaison.agent.keys import PrivateKeys
from liaison.apps.audit import public as audit
from liaison.apps.members import public as members
from liaison.apps.records import public as records
from liaison.apps.records.late_signing import sign_what_waits
from liaison.apps.records.signed import claim_of
from liaison.apps.signatures.models import Signing, Waiting
from liaison.apps.signatures.pen import Signer, keep, own_signer, said_of
from liaison.apps.signatures.public import Verdict
from liaison.refusal import Refused
from liaison.rows.ids import new_id
from liaison.rows.viewing import viewing
from liaison.viewer import Level
from tests.factories.agents import NEED, OF, an_agent, enrol, signing
from tests.factories.members import a_viewer, an_agency
from tests.factories.records import a_document, a_person, a_record


@pytest.fixture(autouse=True)
def database(request):
    """One transaction, rolled back; a database of its own where something commits for other roles."""
    request.getfixturevalue("committed_db" if "committed_db" in request.fixturenames else "db")


def verdict(reference, viewer):
    (found,) = records.verdicts([records.record(reference, viewer)], viewer)
    return found


def sql(statement, parameters, *, by):
    """Do as the doors' role on behalf of this viewer what no service does."""
    with viewing(by), connection.cursor() as cursor:
        cursor.execute(statement, parameters)


class TestGivenABureauWhoseAgentAnswers:
    def test_then_each_version_that_is_entered_changed_restricted_or_withdrawn_is_signed(self):
        with signing("QM"):
            owner = a_viewer("QM")
            reference = a_record(owner)
            said = [verdict(reference, owner)]
            records.change(reference, a_person(sex="X"), by=owner)
            said.append(verdict(reference, owner))
            records.restrict(reference, audience="all -QN", level=Level.OFFICIAL_USE, reason="so", by=owner)
            said.append(verdict(reference, owner))
            records.withdraw(reference, reason="over", by=owner)
            said.append(verdict(reference, owner))

        assert said == [Verdict.VERIFIED] * 4

    def test_then_others_see_it_too(self):
        with signing("QM"):
            reference = a_record(a_viewer("QM"))

        assert verdict(reference, a_viewer("QN")) is Verdict.VERIFIED

    def test_then_many_at_once_have_one_signature(self):
        with signing("QM"):
            owner = a_viewer("QM")
            drafts = [records.Draft("travel_documents", a_document(f"QM447{n:04}")) for n in range(20)]
            references = records.enter_many([*drafts, records.Draft("persons", a_person())], by=owner)
            cards = [records.record(reference, owner) for reference in references]

        assert records.verdicts(cards, owner) == [Verdict.VERIFIED] * 21
        assert len({card.signing_id for card in cards}) == 1

    def test_then_its_agencies_are_signed_for_by_it(self):
        with signing("QM"):
            agency = a_viewer(an_agency(enters=frozenset({"travel_documents"})), members.Role.BUREAU_OFFICER)
            reference = a_record(agency, kind="travel_documents")

            assert verdict(reference, agency) is Verdict.VERIFIED

    def test_then_headquarters_signs_the_partners_lists_that_it_brings_in(self):
        with signing("XS"):
            operator = a_viewer("XS", members.Role.LIST_OPERATOR)
            source = members.reader_by_code("UN").id
            (reference,) = records.enter_many(
                [records.Draft("persons", a_person(person_status="sanctioned"), source_id=source)], by=operator
            )

            assert verdict(reference, operator) is Verdict.VERIFIED


class TestGivenABureauWithoutAKey:
    def test_then_its_records_are_entered_and_shown_as_unsigned(self):
        owner = a_viewer("QM")

        assert verdict(a_record(owner), owner) is Verdict.UNSIGNED
        assert not Waiting.objects.exists()


class TestGivenABureauWhoseAgentIsAway:
    def test_then_what_could_lead_to_an_arrest_is_refused_and_nothing_is_written(self):
        with signing("QM"):
            owner = a_viewer("QM")
        before = audit.ledger_state()

        with pytest.raises(Refused, match="The signer of QM is away") as refused:
            a_record(owner)

        assert refused.value.findings[0].source == "policy: signatures.arrest_unsigned"
        assert records.counts(owner)["persons"] == 0
        assert audit.ledger_state() == before

    def test_then_all_else_is_entered_marked_and_signed_when_it_is_back(self, committed_db):
        with signing("QM") as keys:
            owner = a_viewer("QM")
        reference = a_record(owner, kind="travel_documents")
        meanwhile = verdict(reference, owner)

        with an_agent(keys["QM"]):
            done = sign_what_waits(owner.reader_id)

        assert (meanwhile, done, verdict(reference, owner)) == (Verdict.UNSIGNED, 1, Verdict.VERIFIED)
        with viewing(owner):
            assert not Waiting.objects.exists()

    def test_then_taking_back_and_narrowing_are_never_refused(self, committed_db):
        with signing("QM") as keys:
            owner = a_viewer("QM")
            reference = a_record(owner)
        records.restrict(reference, audience="all -QN", level=Level.OFFICIAL_USE, reason="so", by=owner)
        narrowed = verdict(reference, owner)
        records.withdraw(reference, reason="over", by=owner)
        with an_agent(keys["QM"]):
            sign_what_waits(owner.reader_id)

        assert narrowed is Verdict.UNSIGNED
        assert verdict(reference, owner) is Verdict.VERIFIED

    def test_when_another_agent_sits_in_its_place_then_its_signatures_are_not_taken(self):
        with signing("QM"):
            owner = a_viewer("QM")
        with an_agent(PrivateKeys.drawn("QM")), pytest.raises(Refused, match="away"):
            a_record(owner)

    def test_when_it_waits_and_is_erased_then_nothing_is_signed_of_it(self, committed_db):
        with signing("QM") as keys:
            owner = a_viewer("QM")
        reference = a_record(owner, kind="travel_documents")
        records.erase(reference, reason="commission_decision", by=owner)
        with an_agent(keys["QM"]):
            sign_what_waits(owner.reader_id)
        with viewing(owner):
            assert not Waiting.objects.exists()
            assert not Signing.objects.exists()


class TestGivenKeysThatEnd:
    def test_when_a_key_is_rotated_then_what_it_signed_before_stays_believed(self, clock):
        with signing("QM") as keys:
            owner = a_viewer("QM")
            before = a_record(owner)
        clock.move(seconds=1)
        new = PrivateKeys.drawn("QM")
        enrol(new.enrolment(need=NEED, of=OF, old=keys["QM"]))
        with an_agent(keys["QM"], new):
            after = a_record(owner)

        assert [verdict(one, owner) for one in (before, after)] == [Verdict.VERIFIED] * 2

    def test_when_a_key_is_revoked_then_what_it_signed_before_stays_believed(self, clock):
        with signing("QM") as keys:
            owner = a_viewer("QM")
            reference = a_record(owner)
            clock.move(seconds=1)
            admin = a_viewer("QM", members.Role.BUREAU_ADMINISTRATOR)
            members.revoke_key(keys["QM"].key_id, reason="Lost with a laptop.", by=admin)
            after = a_record(owner)

        assert [verdict(one, owner) for one in (reference, after)] == [Verdict.VERIFIED, Verdict.UNSIGNED]

    def test_when_it_is_void_from_before_then_nothing_after_that_is_believed(self):
        with signing("QM") as keys:
            owner = a_viewer("QM")
            reference = a_record(owner)
        admin = a_viewer("QM", members.Role.BUREAU_ADMINISTRATOR)
        since = records.record(reference, owner).entered_at - timedelta(minutes=1)
        members.revoke_key(keys["QM"].key_id, reason="Stolen.", void_from=since, by=admin)

        assert verdict(reference, owner) is Verdict.NOT_BELIEVED

    def test_when_a_key_has_expired_then_nobody_signs_with_it(self, clock):
        with signing("QM"):
            owner = a_viewer("QM")
            before = a_record(owner)
            clock.move(days=731)
            later = a_viewer("QM")
            after = a_record(later)

        assert verdict(before, later) is Verdict.VERIFIED
        assert verdict(after, later) is Verdict.UNSIGNED


class TestGivenHostileSqlAsTheDoorsRole:
    """What an injected statement can do in the session of one of the source's own officers."""

    @pytest.fixture
    def world(self):
        with signing("QM", "QN"):
            yield a_viewer("QM")

    def test_when_a_row_is_changed_then_it_is_not_believed(self, world):
        reference = a_record(world)
        sql(
            "update records_record set level = 1, expires_on = expires_on + 1 where reference = %s",
            [reference],
            by=world,
        )

        assert verdict(reference, world) is Verdict.NOT_BELIEVED

    def test_when_a_withdrawn_one_is_made_active_again_then_it_is_not_believed(self, world):
        reference = a_record(world)
        records.withdraw(reference, reason="over", by=world)
        sql("update records_record set status = 'active' where reference = %s", [reference], by=world)

        assert verdict(reference, world) is Verdict.NOT_BELIEVED

    def test_when_an_old_version_is_put_back_with_its_own_signature_then_it_is_not_believed(self, world):
        reference = a_record(world, fields=a_person(person_status="charged"))
        old = records.record(reference, world)
        records.change(reference, a_person(person_status="witness"), by=world)
        sql(
            "update records_record set entry_id = %s, signing_id = %s, version = %s where reference = %s",
            [old.entry_id, old.signing_id, old.version, reference],
            by=world,
        )

        put_back = records.record(reference, world)
        assert put_back.fields["person_status"] == "charged"
        assert verdict(reference, world) is Verdict.NOT_BELIEVED

    def test_when_a_record_points_at_the_content_of_another_then_it_is_not_believed(self, world):
        wanted, other = a_record(world), a_record(world, fields=a_person("Orvill Thandeka"))
        card = records.record(wanted, world)
        sql(
            "update records_record set entry_id = %s, signing_id = %s where reference = %s",
            [card.entry_id, card.signing_id, other],
            by=world,
        )

        assert verdict(other, world) is Verdict.NOT_BELIEVED

    def test_when_it_points_at_a_signature_of_another_body_then_it_is_not_believed(self, world):
        stranger = a_viewer("QN")
        other = records.record(a_record(stranger), stranger)
        reference = a_record(world)
        sql("update records_record set signing_id = %s where reference = %s", [other.signing_id, reference], by=world)

        assert verdict(reference, world) is Verdict.NOT_BELIEVED

    def test_when_it_points_at_none_or_at_nothing_then_it_is_unsigned(self, world):
        reference = a_record(world)
        sql("update records_record set signing_id = gen_random_uuid() where reference = %s", [reference], by=world)
        at_nothing = verdict(reference, world)
        sql("update records_record set signing_id = null where reference = %s", [reference], by=world)

        assert (at_nothing, verdict(reference, world)) == (Verdict.UNSIGNED, Verdict.UNSIGNED)

    def test_when_a_signature_is_dated_back_then_the_database_refuses_it(self, world):
        with pytest.raises(Exception, match="row-level security"), transaction.atomic():
            sql(
                "insert into signatures_signing (id, signer_id, source_id, key_id, statement, leaves, signature,"
                " made_at) values (gen_random_uuid(), %s, %s, 'k', '', '', '', liaison_now() - interval '1 day')",
                [world.reader_id, world.reader_id],
                by=world,
            )

    @pytest.mark.parametrize(
        "verb", ["update signatures_signing set made_at = made_at", "delete from signatures_signing"]
    )
    def test_when_signatures_are_changed_or_deleted_then_the_database_refuses_it(self, world, verb):
        with pytest.raises(Exception, match="permission denied"), transaction.atomic():
            sql(verb, [], by=world)

    def test_when_a_key_is_slipped_in_then_the_database_refuses_it(self, world):
        admin = a_viewer("QM", members.Role.BUREAU_ADMINISTRATOR)
        with pytest.raises(Exception, match="row-level security"), transaction.atomic():
            sql(
                "insert into members_body_key (id, reader_id, change_id, key_id, signing_key, opening_key,"
                " shares_needed, shares, enrolled_at, expires_at) select gen_random_uuid(), reader_id, change_id,"
                " 'slipped', signing_key, opening_key, 2, 3, enrolled_at, expires_at from members_body_key"
                " where reader_id = %s",
                [world.reader_id],
                by=admin,
            )

    def test_when_a_revoked_key_is_brought_back_then_the_database_refuses_it(self, world):
        admin = a_viewer("QM", members.Role.BUREAU_ADMINISTRATOR)
        key = members.key_in_force(world.reader_id)
        members.revoke_key(key.key_id, reason="Lost.", by=admin)
        with pytest.raises(Exception, match="stays so"), transaction.atomic():
            sql(
                "update members_body_key set revoked_at = null, void_from = null where key_id = %s",
                [key.key_id],
                by=admin,
            )

    def test_when_keys_are_replaced_by_others_then_the_database_refuses_it(self, world):
        admin = a_viewer("QM", members.Role.BUREAU_ADMINISTRATOR)
        with pytest.raises(Exception, match="permission denied"), transaction.atomic():
            sql("update members_body_key set signing_key = opening_key", [], by=admin)

    def test_when_others_signatures_are_listed_then_none_are_seen(self, world):
        a_record(world)
        with viewing(a_viewer("QN")):
            assert not Signing.objects.exists()


class TestGivenAnotherBodysKey:
    def test_when_it_signs_for_the_source_then_it_is_not_believed(self):
        """An attacker inside the web process who has the agent of another bureau."""
        with signing("QM", "QN"):
            owner, forged = a_viewer("QM"), new_id()
            reference = a_record(owner)
            card = records.record(reference, owner)
            stranger = members.reader_by_code("QN")
            key = members.key_in_force(stranger.id)
            said, leaves = said_of([claim_of(card).version], "QN")
            with viewing(owner):
                keep(said, leaves, forged, owner.reader_id, Signer(stranger.id, "QN", key.key_id, key.signing_key))
            sql("update records_record set signing_id = %s where reference = %s", [forged, reference], by=owner)

            assert verdict(reference, owner) is Verdict.NOT_BELIEVED

    def test_then_the_agent_of_one_body_signs_for_no_other(self):
        with signing("QM") as keys, an_agent(PrivateKeys.drawn("QN")):
            said = own_signer(a_viewer("QM"))

        assert said.key_id == keys["QM"].key_id
