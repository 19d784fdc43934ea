"""The rules of emergency openings: who may what with whom, for how long, and what opens what."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from liaison.refusal import Refused
from liaison.rules.break_glass import (
    GROUNDS,
    MOVES,
    PARTIES,
    SOURCES,
    Actor,
    Limits,
    Party,
    Request,
    State,
    canonical_references,
    decision_findings,
    moved,
    opens,
    read_references,
    review,
    state_at,
)
from liaison.viewer import Purpose, ReaderKind

ONE, TWO, THREE = (UUID(int=number) for number in (1, 2, 3))
LIMITS = Limits(hours_max=8, records_max=3)
WHY = "A child was taken an hour ago, and this may say where to."
NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)


def said(
    ground: str = "danger_to_life",
    *,
    purpose: Purpose = Purpose.IDENTIFY,
    reason: str = WHY,
    hours: int = 2,
    named: tuple[str, ...] = ("RP-2026-4VR4PG-7",),
    document: str = "Court of Marvenia, 27 November 2026, 12/26",
    asker: ReaderKind = ReaderKind.BUREAU,
    decider: ReaderKind = ReaderKind.SECRETARIAT,
    source: ReaderKind = ReaderKind.BUREAU,
    families: tuple[UUID, UUID, UUID] = (ONE, TWO, THREE),
) -> set[str]:
    """Return the fields that a request is refused for."""
    parties = {
        name: Party(kind, family)
        for name, kind, family in zip(("asker", "decider", "source"), (asker, decider, source), families, strict=True)
    }
    request = Request(ground, purpose, reason, hours, named, document)
    return {finding.field for finding in review(request, **parties, limits=LIMITS)}


class TestGivenARequest:
    def test_a_whole_one_may_be_asked(self):
        assert said() == set()

    @pytest.mark.parametrize(("hours", "wrong"), [(0, True), (1, False), (8, False), (9, True)])
    def test_hours_have_two_edges(self, hours, wrong):
        assert ("hours" in said(hours=hours)) is wrong

    @pytest.mark.parametrize(("length", "wrong"), [(19, True), (20, False), (1_000, False), (1_001, True)])
    def test_a_reason_has_two_edges(self, length, wrong):
        assert ("reason" in said(reason="x" * length)) is wrong

    @pytest.mark.parametrize(("count", "wrong"), [(3, False), (4, True)])
    def test_the_records_named_are_bounded(self, count, wrong):
        assert ("named" in said(named=("RP-2026-4VR4PG-7",) * count)) is wrong

    @pytest.mark.parametrize("ground", sorted(GROUNDS))
    def test_only_grounds_that_may_open_a_whole_body_do_without_names(self, ground):
        purpose = min(GROUNDS[ground].purposes)

        assert ("named" in said(ground, purpose=purpose, named=())) is not GROUNDS[ground].whole

    @pytest.mark.parametrize("ground", sorted(GROUNDS))
    @pytest.mark.parametrize("purpose", list(Purpose))
    def test_a_purpose_fits_its_ground_or_not(self, ground, purpose):
        assert ("purpose" in said(ground, purpose=purpose)) is (purpose not in GROUNDS[ground].purposes)

    def test_a_court_s_order_is_named(self):
        assert "document" in said("court_order", document=" ")
        assert "document" not in said("danger_to_life", document="")

    @pytest.mark.parametrize("kind", list(ReaderKind))
    def test_who_may_be_what(self, kind):
        assert ("asker" in said(asker=kind)) is (kind not in PARTIES)
        assert ("decider" in said(decider=kind)) is (kind not in PARTIES)
        assert ("source" in said(source=kind)) is (kind not in SOURCES)

    @pytest.mark.parametrize(
        ("families", "wrong"),
        [((ONE, ONE, TWO), {"decider"}), ((ONE, TWO, ONE), {"source"}), ((ONE, TWO, TWO), set())],
    )
    def test_asker_and_decider_are_of_two_families_and_so_are_asker_and_source(self, families, wrong):
        assert said(families=families) == wrong


class TestGivenADecision:
    @pytest.mark.parametrize(
        ("asked_by", "made", "refused"), [(ONE, False, True), (TWO, True, True), (TWO, False, False)]
    )
    def test_it_takes_another_person_who_made_no_account(self, asked_by, made, refused):
        assert bool(decision_findings(asked_by=asked_by, decides=ONE, made_the_other=made)) is refused


class TestGivenTheClock:
    @pytest.mark.parametrize(
        ("stored", "seconds", "expected"),
        [
            (State.PROPOSED, -1, State.PROPOSED),
            (State.PROPOSED, 0, State.EXPIRED),
            (State.APPROVED, -1, State.APPROVED),
            (State.APPROVED, 0, State.EXPIRED),
            (State.ENDED, 0, State.ENDED),
            (State.REJECTED, 0, State.REJECTED),
        ],
    )
    def test_it_is_over_at_its_end(self, stored, seconds, expected):
        moment = NOON + timedelta(seconds=seconds)

        assert state_at(stored, waits_until=NOON, ends_at=NOON, moment=moment) is expected


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.sampled_from([move.verb for move in MOVES]), st.sampled_from(list(Actor))), max_size=12))
def test_nobody_opens_without_a_decider_and_nothing_leaves_its_end(steps):
    state, decided = State.PROPOSED, False
    for verb, actor in steps:
        before, state = state, moved(verb, state, {actor}) or state
        decided |= verb == "approve" and actor is Actor.DECIDER and before is State.PROPOSED
        if before in {State.REJECTED, State.ENDED, State.EXPIRED}:
            assert state is before
    assert state is not State.APPROVED or decided


class TestGivenReferences:
    def test_they_are_read_as_people_write_them(self):
        named = read_references(" rp 2026".replace(" ", "") + "-4VR4PG-7, RP-2026-4VR4PG-7\nRP-2026-4VR4PG-7;")

        assert canonical_references(named) == ("RP-2026-4VR4PG-7",)

    @pytest.mark.parametrize("text", ["RP-2026-4VR4PG-8", "ER-2026-4VR4PG-7", "Quendrix"])
    def test_what_is_none_of_a_record_is_refused(self, text):
        with pytest.raises(Refused, match="no reference of a record"):
            canonical_references([text])


@pytest.mark.parametrize("status", ["victim", "witness"])
def test_protected_persons_are_opened_by_a_danger_to_life_alone(status):
    assert [ground for ground in GROUNDS if opens(ground, "persons", status)] == ["danger_to_life"]
    assert all(opens(ground, "persons", "suspect") and opens(ground, "vehicles", status) for ground in GROUNDS)
    assert not opens("boredom", "persons", status)
