"""Handling conditions: one table, and two numbers that rows, index and rules compare."""

from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liaison.rules import handling
from liaison.viewer import NO_DATABASE, Purpose, ReaderKind, Right, Viewer

BITS = st.integers(0, sum(one.bit for one in handling.CONDITIONS))
KINDS = st.sampled_from([kind for kind in ReaderKind if kind is not ReaderKind.SYSTEM])
PURPOSES = st.sampled_from([purpose for purpose in Purpose if purpose is not Purpose.SYSTEM])


def a_reader(
    kind: ReaderKind = ReaderKind.BUREAU,
    purpose: Purpose = Purpose.IDENTIFY,
    *rights: Right,
) -> Viewer:
    if kind is ReaderKind.PRIVATE_PARTNER or not purpose.is_police:
        return Viewer(uuid4(), uuid4(), "QN", kind, purpose, frozenset(), queries=NO_DATABASE, enters=NO_DATABASE)
    return Viewer(uuid4(), uuid4(), "QN", kind, purpose, frozenset({Right.QUERY, *rights}))


class TestGivenTheTable:
    def test_each_condition_has_a_bit_and_a_code_of_its_own(self):
        assert len({one.code for one in handling.CONDITIONS}) == len(handling.CONDITIONS)
        assert [one.bit for one in handling.CONDITIONS] == [1 << place for place in range(len(handling.CONDITIONS))]
        assert sum(one.bit for one in handling.CONDITIONS) < 1 << 15, "they fit a small integer of the database"

    @given(BITS)
    def test_a_number_and_its_codes_say_the_same(self, bits):
        assert handling.bits_of(handling.codes_of(bits)) == bits

    def test_whoever_chooses_what_nobody_chooses_is_refused_and_told_what_there_is(self):
        (finding,) = handling.review(["protected", "ask_first"])

        assert finding.code == "handling.unknown"
        assert "no_copy" in finding.values["codes"]
        assert handling.review(["ask_first", "no_onward"]) == []


class TestGivenAViewer:
    @pytest.mark.parametrize("kind", [ReaderKind.AGENCY, ReaderKind.PARTNER, ReaderKind.PRIVATE_PARTNER])
    def test_what_is_not_to_be_passed_on_is_closed_to_agencies_and_partners(self, kind):
        assert handling.closed_to(a_reader(kind)) & handling.NO_ONWARD.bit

    @pytest.mark.parametrize("kind", [ReaderKind.BUREAU, ReaderKind.REGIONAL_BODY, ReaderKind.SECRETARIAT])
    def test_and_open_to_the_police_organisation_itself(self, kind):
        assert not handling.closed_to(a_reader(kind)) & handling.NO_ONWARD.bit

    def test_intelligence_is_closed_to_the_first_line_alone(self):
        assert handling.closed_to(a_reader()) & handling.INTELLIGENCE.bit
        desk = a_reader(ReaderKind.BUREAU, Purpose.IDENTIFY, Right.ENTER_RECORDS)
        assert not handling.closed_to(desk) & handling.INTELLIGENCE.bit

    @given(KINDS, PURPOSES)
    def test_victims_and_witnesses_are_closed_to_a_search_for_the_wanted_alone(self, kind, purpose):
        closed = bool(handling.closed_to(a_reader(kind, purpose)) & handling.PROTECTED.bit)

        assert closed == (purpose is Purpose.WANTED)

    def test_the_dead_are_open_to_four_purposes(self):
        open_to = {one for one in Purpose if not handling.closed_to_purpose(one) & handling.DECEASED.bit}

        assert open_to == {Purpose.IDENTIFY, Purpose.INVESTIGATE, Purpose.FORENSIC, Purpose.ANALYSE}

    @given(BITS, KINDS, PURPOSES)
    def test_a_condition_more_never_lets_a_viewer_see_more(self, bits, kind, purpose):
        viewer = a_reader(kind, purpose)
        for one in handling.CONDITIONS:
            if bits & handling.closed_to(viewer):
                assert (bits | one.bit) & handling.closed_to(viewer)


class TestGivenCopies:
    def test_what_is_not_to_be_copied_stays_out_of_every_format(self):
        assert handling.left_out_of_copies(carries=True) == handling.NO_COPY.bit

    def test_a_format_without_room_for_conditions_leaves_out_all_that_bear_any(self):
        assert handling.left_out_of_copies(carries=False) == sum(one.bit for one in handling.CHOSEN)
