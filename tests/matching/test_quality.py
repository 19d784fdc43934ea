"""What the engine must keep of what it has reached: floors under the figures of benchmarks/matching_quality."""

import pytest

from benchmarks.matching_quality.run import quick

FLOORS = {
    "R@1": 0.965,
    "R@50": 0.985,
    "found at 1 %": 0.90,
    "found at 1 % of ordinary innocents": 0.96,
}
FLOORS_OF_SLICES = {
    "script latin": 0.90,
    "script arabic": 0.90,
    "script cyrillic": 0.97,
    "script hebrew": 0.75,
    "script korean": 0.60,
    "full birth date": 0.98,
    "no birth date": 0.76,
    "glued and split": 0.95,
    "reading and typing errors": 0.96,
}
NAMES_ONLY_AUC = 0.96
NAMESAKES_FLAGGED_MAX = 0.02
CALIBRATION_ERROR_MAX = 0.05


@pytest.fixture(scope="module")
def table(samples):
    return quick(samples / "data")["liaison"]


@pytest.mark.samples
class TestGivenTheDevelopmentCases:
    @pytest.mark.parametrize(("figure", "floor"), FLOORS.items())
    def test_when_they_are_asked_then_so_many_are_found_at_least(self, table, figure, floor):
        assert table[figure] >= floor

    @pytest.mark.parametrize(("name", "floor"), FLOORS_OF_SLICES.items())
    def test_when_they_are_of_one_kind_then_so_many_are_found_at_least(self, table, name, floor):
        assert table["slices"][name]["found"] >= floor

    def test_when_names_stand_alone_then_the_true_pair_mostly_scores_higher(self, table):
        assert table["names only"]["AUC"] >= NAMES_ONLY_AUC

    def test_when_a_name_is_shared_and_the_birth_date_is_not_then_hardly_anybody_is_flagged(self, table):
        assert table["namesakes flagged"] <= NAMESAKES_FLAGGED_MAX

    def test_when_a_score_is_read_as_a_chance_then_it_is_not_far_off(self, table):
        assert table["calibration"]["0.5"] <= CALIBRATION_ERROR_MAX
