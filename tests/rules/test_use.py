"""What each question has to say of its use: tables of cases, the edges from both sides, and laws."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liaison.rules.policy_values import CATALOGUE, Mark
from liaison.rules.use import SERVES, Asked, Ground, Needs, Reason, needs_policy, reasons_for, review
from liaison.viewer import Purpose

POLICE = [purpose for purpose in Purpose if purpose.is_police]
GROUNDS = st.builds(Ground, st.sampled_from(["", "vetting", "custody", "curiosity"]), st.text(max_size=60))


def codes(ground=None, *, asked=Asked.TYPED, purpose=Purpose.IDENTIFY, needs=2, length_max=40):
    found = review(ground or Ground(), asked=asked, purpose=purpose, needs=needs, length_max=length_max)
    return [finding.code for finding in found]


class TestGivenTheClosedList:
    def test_then_it_has_the_eight_police_purposes_and_administration_stands_apart(self):
        assert len(POLICE) == 8
        assert not Purpose.ADMINISTRATIVE.is_police
        assert not Purpose.SYSTEM.is_police

    @pytest.mark.parametrize("purpose", POLICE)
    def test_then_every_purpose_has_a_reason_and_a_policy_value(self, purpose):
        assert reasons_for(purpose)
        assert CATALOGUE[needs_policy(purpose)].mark is Mark.KNOWN
        assert CATALOGUE[needs_policy(purpose)].source == f"policy: {needs_policy(purpose)}"

    @pytest.mark.parametrize("reason", Reason)
    def test_then_every_reason_serves_police_purposes_alone(self, reason):
        assert SERVES[reason]
        assert SERVES[reason] <= set(POLICE)


class TestGivenATypedQuestion:
    def test_when_nothing_is_said_then_both_are_asked_for_at_once(self):
        assert codes() == ["use.reason_needed", "use.reference_needed"]

    @pytest.mark.parametrize(
        ("needs", "expected"),
        [
            (Needs.NOTHING, []),
            (Needs.REASON, ["use.reason_needed"]),
            (Needs.REASON_AND_REFERENCE, ["use.reason_needed", "use.reference_needed"]),
        ],
    )
    def test_then_the_policy_value_says_how_much(self, needs, expected):
        assert codes(needs=needs) == expected

    @pytest.mark.parametrize("reason", Reason)
    @pytest.mark.parametrize("purpose", POLICE)
    def test_then_a_reason_holds_for_the_purposes_that_it_serves(self, reason, purpose):
        found = codes(Ground(reason.value, "C 12"), purpose=purpose)

        assert found == ([] if purpose in SERVES[reason] else ["use.reason_serves_not"])

    @pytest.mark.parametrize("text", ["C12", "STOP 4471/26", "ملف ١٢/٢٦", "дело 44-71", "12-K", "A" + "1" * 39])
    def test_then_numbers_of_cases_pass(self, text):
        assert codes(Ground("custody", text)) == []

    @pytest.mark.parametrize(
        ("text", "code"),
        [
            ("C1", "use.reference_malformed"),
            ("case", "use.reference_malformed"),
            ("111", "use.reference_malformed"),
            ("/12", "use.reference_malformed"),
            ("C 12\nX", "use.reference_malformed"),
            ("C 12; drop", "use.reference_malformed"),
            ("A" + "1" * 40, "use.reference_too_long"),
        ],
    )
    def test_then_anything_else_does_not(self, text, code):
        assert codes(Ground("custody", text)) == [code]

    def test_then_what_is_said_is_checked_even_where_nothing_is_needed(self):
        assert codes(Ground("curiosity", "x"), needs=0) == ["use.no_such_reason", "use.reference_malformed"]


class TestGivenAScan:
    def test_then_the_shift_covers_it(self):
        assert codes(asked=Asked.SCAN) == []

    def test_then_a_wrong_reason_is_told_all_the_same(self):
        assert codes(Ground("vetting"), asked=Asked.SCAN, purpose=Purpose.WANTED) == ["use.reason_serves_not"]


def test_a_part_of_a_number_always_needs_both():
    assert codes(asked=Asked.PART, needs=0) == ["use.reason_needed", "use.reference_needed"]


@given(GROUNDS, st.sampled_from(POLICE), st.sampled_from(Asked))
def test_a_stricter_policy_never_finds_less(ground, purpose, asked):
    found = [set(codes(ground, asked=asked, purpose=purpose, needs=needs)) for needs in Needs]

    assert found[0] <= found[1] <= found[2]


@given(GROUNDS, st.sampled_from(POLICE))
def test_whatever_a_scan_is_refused_for_a_typed_question_is_too(ground, purpose):
    assert set(codes(ground, asked=Asked.SCAN, purpose=purpose)) <= set(codes(ground, purpose=purpose))


@given(GROUNDS, st.sampled_from(POLICE))
def test_no_finding_repeats_what_was_typed_as_reference(ground, purpose):
    for finding in review(ground, asked=Asked.TYPED, purpose=purpose, needs=2, length_max=8):
        assert ground.reference not in finding.values.values()
