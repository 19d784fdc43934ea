"""The end of a record's time: who is warned, what extends it, when it answers no more and when it is gone."""

from datetime import timedelta

import pytest

from liaison.apps.audit import public as audit
from liaison.apps.members.public import Role
from liaison.apps.policies import public as policies
from liaison.apps.records import public as records
from liaison.apps.screening import public as screening
from liaison.refusal import Absent, NotAllowed, Refused
from liaison.rows.clock import now
from liaison.rows.viewing import viewing
from tests.factories.index import following
from tests.factories.members import a_viewer
from tests.factories.records import a_document, a_person
from tests.factories.screening import a_question

NOTICE_DAYS, ERASED_AFTER_DAYS = 180, 30


def a_record_for(days: int, by, *, kind="persons", fields=None) -> str:
    """Enter a record that ends after so many days."""
    draft = records.Draft(
        kind=kind, fields=fields or a_person(), expires_on=now().date() + timedelta(days=days), foreign_key=f"k{days}"
    )
    return records.enter(draft, by=by)


@pytest.mark.django_db
class TestGivenRecordsThatEnd:
    @pytest.mark.parametrize(
        ("days", "listed"), [(NOTICE_DAYS - 1, True), (NOTICE_DAYS, True), (NOTICE_DAYS + 1, False)]
    )
    def test_the_source_sees_those_that_end_within_the_days_of_notice(self, days, listed):
        officer = a_viewer("QM", Role.BUREAU_OFFICER)
        reference = a_record_for(days, officer)

        assert (reference in [card.reference for card in records.ending(officer).cards]) is listed

    def test_soonest_first_and_nobody_elses(self):
        officer = a_viewer("QM")
        later, sooner = a_record_for(90, officer), a_record_for(9, officer)
        a_record_for(5, a_viewer("QN"))

        worklist = records.ending(officer)

        assert [card.reference for card in worklist.cards] == [sooner, later]
        assert (worklist.total, worklist.pages) == (2, 1)

    def test_who_enters_nothing_has_no_worklist(self):
        with pytest.raises(NotAllowed):
            records.ending(a_viewer("QM", Role.FRONTLINE_OFFICER))

    def test_with_a_reason_a_record_is_kept_for_its_full_period_again(self):
        officer = a_viewer("QM")
        reference = a_record_for(9, officer)

        until = records.extend(reference, reason="Still wanted: warrant renewed.", by=officer)

        card = records.record(reference, officer)
        assert until == card.expires_on
        assert until.year == now().year + 5
        assert (card.version, records.versions(card, officer)[0].reason) == (2, "Still wanted: warrant renewed.")
        with viewing(officer):
            assert [entry.action for entry in audit.history(card.id)][-1] == "records.changed"

    def test_without_a_reason_it_is_not(self):
        officer = a_viewer("QM")
        reference = a_record_for(9, officer)

        with pytest.raises(Refused, match="No reason is given"):
            records.extend(reference, reason="  ", by=officer)
        assert records.record(reference, officer).version == 1

    @pytest.mark.parametrize(("years", "days", "refused"), [(5, 0, False), (5, 1, True), (0, 0, True)])
    def test_never_beyond_a_full_period_and_never_into_the_past(self, years, days, refused):
        officer = a_viewer("QM")
        reference = a_record_for(9, officer)
        today = now().date()
        until = today.replace(year=today.year + years) + timedelta(days=days)

        if not refused:
            assert records.extend(reference, reason="needed", until=until, by=officer) == until
            return
        with pytest.raises(Refused, match="may be extended to") as no:
            records.extend(reference, reason="needed", until=until, by=officer)
        assert no.value.findings[0].source == "policy: retention.persons_years"

    def test_nobody_extends_what_another_answers_for(self):
        reference = a_record_for(9, a_viewer("QN"))

        with pytest.raises(Absent):
            records.extend(reference, reason="needed", by=a_viewer("QM"))


class TestGivenATimeThatIsOver:
    @pytest.fixture
    def world(self, committed_db):
        owner = a_viewer("QM")
        reference = a_record_for(10, owner, kind="travel_documents", fields=a_document())
        with following():
            yield owner, reference
        audit.stop_event_writer()

    @pytest.mark.parametrize(("days", "hits"), [(10, 1), (11, 0)])
    def test_on_its_last_day_it_answers_and_the_day_after_no_more(self, world, clock, days, hits):
        clock.move(days=days)

        assert screening.ask(a_question(text="QM4471203"), viewer=a_viewer("QN")).hits == hits

    def test_even_its_reference_answers_no_query_any_more(self, world, clock):
        _, reference = world
        clock.move(days=11)

        assert screening.ask(a_question(text=reference), viewer=a_viewer("QN")).hits == 0

    @pytest.mark.parametrize(("days", "erased"), [(10 + ERASED_AFTER_DAYS, 0), (11 + ERASED_AFTER_DAYS, 1)])
    def test_after_the_days_of_grace_it_is_erased_with_its_key_and_own_number(self, world, clock, days, erased):
        owner, reference = world
        clock.move(days=days)

        assert records.end_due() == erased
        assert records.end_due() == 0
        if erased:
            with pytest.raises(Absent):
                records.record(reference, owner)
            again = records.Draft(kind="travel_documents", fields=a_document(), foreign_key="k10")
            assert records.enter(again, by=owner) != reference

    def test_the_ledger_says_why_it_ended(self, world, clock):
        owner, reference = world
        record_id = records.record(reference, owner).id
        clock.move(days=100)
        records.end_due()

        with viewing(owner):
            assert [entry.action for entry in audit.history(record_id)] == ["records.entered", "records.erased"]

    def test_the_days_of_grace_are_a_policy_value(self, world, clock):
        change = policies.propose(
            "records.erased_after_days",
            300,
            reason="Appeals take longer in this region.",
            by=a_viewer("XS", Role.POLICY_OFFICER),
        )
        policies.approve(change, by=a_viewer("XS", Role.POLICY_OFFICER))
        clock.move(days=100)

        assert records.end_due() == 0
