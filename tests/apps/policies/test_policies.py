"""A policy value changes only by two persons, from a moment on, and every change is an entry."""

import pytest
from django.db import DatabaseError, transaction

from liaison.apps.audit import public as audit
from liaison.apps.members.public import Role
from liaison.apps.policies import public as policies
from liaison.apps.policies.models import PolicyChange
from liaison.refusal import NotAllowed, Refused
from liaison.rows.viewing import viewing
from liaison.rules.policy_values import CATALOGUE, Mark
from tests.factories.members import a_viewer

pytestmark = pytest.mark.django_db
NAME = "screening.score_shown_percent"
REASON = "Officers see too many namesakes."


def an_officer():
    return a_viewer("XS", Role.POLICY_OFFICER)


class TestGivenAProposal:
    def test_nothing_changes_until_a_second_person_approves(self):
        change = policies.propose(NAME, 80, reason=REASON, by=an_officer())
        assert policies.value(NAME) == CATALOGUE[NAME].default

        policies.approve(change, by=an_officer())
        assert policies.value(NAME) == 80

    def test_who_proposed_it_never_decides_it(self):
        proposer = an_officer()
        change = policies.propose(NAME, 80, reason=REASON, by=proposer)

        with pytest.raises(Refused, match="yourself"):
            policies.approve(change, by=proposer)
        assert policies.value(NAME) == CATALOGUE[NAME].default

    def test_the_database_itself_refuses_one_person(self):
        proposer = an_officer()
        change = policies.propose(NAME, 80, reason=REASON, by=proposer)

        with pytest.raises(DatabaseError, match="never_decides"), transaction.atomic(), viewing(proposer):
            PolicyChange.objects.filter(pk=change).update(status="approved", decided_by=proposer.user_id)

    def test_it_is_decided_once(self):
        change = policies.propose(NAME, 80, reason=REASON, by=an_officer())
        policies.reject(change, by=an_officer())

        with pytest.raises(Refused, match="decided before"):
            policies.approve(change, by=an_officer())

    def test_each_step_leaves_an_entry(self):
        change = policies.propose(NAME, 80, reason=REASON, by=an_officer())
        second = an_officer()
        policies.approve(change, by=second)

        with viewing(second):
            assert [entry.action for entry in audit.history(change)] == ["policies.proposed", "policies.approved"]


@pytest.mark.parametrize("value", [0, 101])
def test_a_value_outside_its_bounds_is_refused_and_the_policy_is_named(value):
    with pytest.raises(Refused) as refusal:
        policies.propose(NAME, value, reason=REASON, by=an_officer())

    assert refusal.value.findings[0].source == f"policy: {NAME}"


@pytest.mark.parametrize("value", [1, 100])
def test_the_bounds_themselves_are_values(value):
    assert policies.propose(NAME, value, reason=REASON, by=an_officer())


def test_a_bureau_officer_proposes_nothing():
    with pytest.raises(NotAllowed):
        policies.propose(NAME, 80, reason=REASON, by=a_viewer("QM", Role.BUREAU_OFFICER))


def test_only_a_verified_text_is_printed_as_a_ground():
    for declared in CATALOGUE.values():
        assert declared.source.startswith("RPD") == (declared.mark is Mark.VERIFIED and bool(declared.article))
        assert declared.smallest <= declared.default <= declared.largest
