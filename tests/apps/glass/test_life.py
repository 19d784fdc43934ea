"""The life cycle as its table says, against the services and the database, whoever does what and whenever."""

from datetime import timedelta

import pytest
from django.conf import settings
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from liaison.apps.audit import public as audit
from liaison.apps.glass import public as glass
from liaison.apps.members.public import Role
from liaison.refusal import Refused
from liaison.rules.break_glass import MOVES, Actor, State, moved
from tests.budgets import budget
from tests.factories.glass import an_opening
from tests.factories.members import a_viewer
from tests.factories.records import a_record

WAITS, HOURS = timedelta(hours=4), 3
VERBS = {"approve": glass.approve, "reject": glass.reject, "end": glass.end}


@pytest.fixture
def people(committed_db, monkeypatch):
    """Who may try what, and in whose place each stands."""
    monkeypatch.setattr(settings._wrapped, "SECRET_KEY", "a key of this test only")
    yield {
        "asker": (a_viewer("QN", Role.BUREAU_SUPERVISOR), Actor.ASKER),
        "decider": (a_viewer("XS", Role.SECURITY_OFFICER), Actor.DECIDER),
        "another decider": (a_viewer("XS", Role.SECURITY_OFFICER), Actor.DECIDER),
        "source": (a_viewer("QM", Role.BUREAU_SUPERVISOR), Actor.SOURCE),
        "stranger": (a_viewer("QO", Role.BUREAU_SUPERVISOR), None),
    }
    audit.stop_event_writer()


def test_an_opening_lives_as_the_table_says(people, clock):
    source, asker = people["source"][0], people["asker"][0]
    hidden = a_record(source, audience="")

    class Life(RuleBasedStateMachine):
        @initialize()
        def ask(self) -> None:
            self.state, self.age, self.open_for = State.PROPOSED, timedelta(), timedelta()
            self.reference = an_opening(asker, named=[hidden], hours=HOURS)

        @rule(verb=st.sampled_from(sorted(VERBS)), who=st.sampled_from(sorted(people)))
        def use(self, verb: str, who: str) -> None:
            viewer, actor = people[who]
            told = actor is not Actor.SOURCE or self.state is not State.PROPOSED
            wanted = moved(verb, self.state, {actor} if actor and told else set())
            try:
                VERBS[verb](self.reference, by=viewer)
            except Refused:
                assert wanted is None
            else:
                assert wanted is not None or verb == "end"
                self.state = wanted or self.state

        @rule(minutes=st.integers(1, 200))
        def wait(self, minutes: int) -> None:
            clock.move(minutes=minutes)
            self.age += timedelta(minutes=minutes)
            if self.state is State.APPROVED:
                self.open_for += timedelta(minutes=minutes)
            over = {State.PROPOSED: self.age >= WAITS, State.APPROVED: self.open_for >= timedelta(hours=HOURS)}
            if over.get(self.state):
                self.state = moved("expire", self.state, {Actor.CLOCK})

        @invariant()
        def it_is_where_the_table_says(self) -> None:
            assert glass.opening(self.reference, asker).state is self.state

        @invariant()
        def it_shows_the_record_while_it_is_open_and_only_then(self) -> None:
            try:
                glass.read(self.reference, hidden, by=asker)
            except Refused:
                assert self.state is not State.APPROVED
            else:
                assert self.state is State.APPROVED

    run_state_machine_as_test(
        Life,
        settings=hypothesis_settings(
            max_examples=budget(5, 320),
            stateful_step_count=8,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_what_is_over_is_over():
    ends = {State.REJECTED, State.ENDED, State.EXPIRED}

    assert {move.state for move in MOVES} & ends == set()
    assert {move.to for move in MOVES} == ends | {State.APPROVED}
    assert all(Actor.ASKER not in move.actors for move in MOVES if move.to is State.APPROVED)
