"""How many seeded errors are noticed, and how many right identifiers refused: the benchmark, made small."""

import pytest

from benchmarks.identifiers.run import measured
from benchmarks.identifiers.seeding import FAMILIES
from tests.budgets import budget

ERRORS = budget(2_000, 20_000)
SEED = 11


@pytest.fixture(scope="module")
def answer():
    return measured(ERRORS, SEED, FAMILIES)


@pytest.mark.proof
class TestErrorsInNumbersOfThings:
    def test_of_those_that_any_validator_can_find_at_least_99_in_100_are(self, answer):
        assert answer["found_of_those_a_validator_can_find"] >= 0.99

    def test_of_all_at_least_97_in_100_are_although_some_make_another_valid_number(self, answer):
        assert answer["found"] >= 0.97

    def test_of_valid_ones_at_most_one_in_a_thousand_is_refused(self, answer):
        assert answer["valid_refused"] <= 0.001

    def test_of_valid_ones_hardly_any_is_doubted(self, answer):
        assert answer["valid_doubted"] <= 0.005

    @pytest.mark.parametrize("family", FAMILIES, ids=lambda one: one.name)
    def test_nothing_that_a_standard_lets_us_see_is_missed_often(self, answer, family):
        kinds = answer["families"][family.name]["kinds"]

        assert all(kind["found"] >= kind["most"] - 0.05 for kind in kinds.values()), kinds
