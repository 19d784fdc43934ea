"""What benchmarks/matching_quality counts, on answers that are counted by hand."""

import math
import random

import pytest

from benchmarks.matching_quality import crossing
from benchmarks.matching_quality.measures import Answer, answerable, area, calibration, table, threshold, ties
from benchmarks.matching_quality.pairs import trios
from benchmarks.matching_quality.slips import NAME_SLIPS, slipped, slipped_date


def case(name="Anna Berg", *, truth=(), kind="corrupt", sub="typo1", dob=None, **more):
    return {"name": name, "kind": kind, "sub": sub, "dob": dob, "truth": [*truth], "script": "latin", **more}


INNOCENT = {"kind": "negative", "sub": "common"}


class TestGivenScoresOfInnocents:
    def test_when_one_in_a_hundred_may_reach_it_then_the_threshold_lets_just_one_pass(self):
        scores = [number / 100 for number in range(100)]

        at = threshold(scores, 0.01)

        assert sum(score >= at for score in scores) == 1

    def test_when_many_tie_at_the_border_then_none_of_them_passes(self):
        at = threshold([0.5] * 100, 0.01)

        assert at > 0.5
        assert at == math.nextafter(0.5, 1)

    def test_when_nobody_is_innocent_then_nobody_is_found(self):
        assert threshold([], 0.01) == math.inf


class TestGivenAnswers:
    def test_when_the_true_record_is_second_then_it_is_not_first_and_among_five(self):
        asked = [case(truth=["a"]), case(**INNOCENT)]

        figures = table(asked, [Answer(("b", "a"), (0.9, 0.8)), Answer(("c",), (0.5,))])

        assert (figures["R@1"], figures["R@5"], figures["R@50"]) == (0.0, 1.0, 1.0)
        assert figures["found at 1 %"] == 1.0

    def test_when_an_innocent_scores_higher_then_the_listed_person_is_not_found(self):
        asked = [case(truth=["a"]), case(**INNOCENT)]

        figures = table(asked, [Answer(("a",), (0.6,)), Answer(("c",), (0.7,))])

        assert (figures["R@1"], figures["found at 1 %"]) == (1.0, 0.0)

    def test_when_only_a_recombined_innocent_scores_higher_then_the_ordinary_ones_set_a_lower_threshold(self):
        asked = [case(truth=["a"]), case(**INNOCENT), case(kind="negative", sub="recombined")]

        figures = table(asked, [Answer(("a",), (0.6,)), Answer(("c",), (0.5,)), Answer(("c",), (0.7,))])

        assert (figures["found at 1 %"], figures["found at 1 % of ordinary innocents"]) == (0.0, 1.0)

    def test_when_an_alias_shares_nothing_then_it_is_counted_apart(self):
        alias = case(truth=["a"], kind="alias_weak", lexical=False)
        figures = table([alias, case(truth=["a"]), case(**INNOCENT)], [Answer((), ())] * 3)

        assert not answerable(alias)
        assert figures["cases"]["answerable"] == 1
        assert figures["found of what shares nothing"] == 0.0

    def test_when_scores_are_equal_then_it_is_said_where(self):
        assert ties([Answer(("a", "b", "c"), (0.9, 0.9, 0.1)), Answer(("a", "b"), (0.9, 0.8))]) == {
            "first two": 0.5,
            "any of ten": 0.5,
            "neighbours": 0.3333,
        }


class TestGivenPairs:
    def test_when_each_true_one_scores_higher_then_the_area_is_whole_and_half_when_all_tie(self):
        assert area([0.8, 0.9], [0.1, 0.2]) == 1.0
        assert area([0.5, 0.5], [0.5, 0.5, 0.5]) == 0.5
        assert area([0.1], [0.9]) == 0.0

    def test_when_the_wrong_one_is_chosen_then_it_is_the_most_alike_that_is_not_true(self):
        records = [
            {"id": key, "names": [name]} for key, name in (("a", "Anna Berg"), ("b", "Ana Berg"), ("c", "Li Wu"))
        ]

        ((_, true, wrong),) = trios([case("Anna Berg", truth=["a"])], records)

        assert (true["id"], wrong["id"]) == ("a", "b")


class TestGivenScoresAsChances:
    def test_when_they_come_true_as_often_as_they_say_then_there_is_no_error(self):
        dice = random.Random(1)
        pairs = []
        for _ in range(20_000):
            listed, chance = dice.random() < 0.5, dice.random()
            hit = dice.random() < chance
            pairs.append((case(truth=["a"] if hit else ["z"] if listed else []), Answer(("a",), (chance,))))
        listed_share = sum(bool(one["truth"]) for one, _ in pairs) / len(pairs)

        assert calibration(pairs, listed_share) < 0.01

    def test_when_every_score_is_full_then_the_error_is_the_share_of_wrong_ones(self):
        pairs = [(case(truth=["a"]), Answer(("a",), (1.0,))), (case(**INNOCENT), Answer(("a",), (1.0,)))]

        assert calibration(pairs, 0.5) == pytest.approx(0.5, abs=0.001)

    def test_when_the_engine_says_its_prior_then_scores_are_moved_from_it(self):
        pairs = [(case(truth=["a"]), Answer(("a",), (0.5,))), (case(**INNOCENT), Answer(("a",), (0.5,)))]

        assert calibration(pairs, 0.5, prior=0.5) == pytest.approx(0.0)
        assert calibration(pairs, 0.5, prior=0.01) == pytest.approx(0.49, abs=0.001)


class TestGivenABorder:
    def test_when_scripts_are_stopped_unevenly_then_worst_by_best_says_how(self):
        def crossed(name, count, stopped):
            one = {**case(name, **INNOCENT, dob="1990-01-01"), "writing": "", "country": "QM", "sex": "F"}
            return [(one, 0.9 if number < stopped else 0.1) for number in range(count)]

        alarms = [
            *crossed("Anna Berg", 5_000, 5),
            *crossed("\u6797\u5049", 2_000, 2),
            *crossed("\u0410\u043d\u043d\u0430", 3_000, 3),
        ]

        even = crossing.border(alarms, [case(truth=["a"], dob="1990-01-01")], [Answer(("a",), (0.95,))])

        by_script = even["alarms at 1 in 1,000"]["script"]
        assert {name: one["travellers"] for name, one in by_script.items()} == {
            "latin": 5000,
            "han": 2000,
            "cyrillic": 3000,
        }
        assert even["alarms at 1 in 1,000"]["worst by best script"] == pytest.approx(1, abs=0.2)
        assert even["found at 1 in 10,000"]["full birth date"] == 1.0


class TestGivenANameThatIsGotWrong:
    @pytest.mark.parametrize("sub", NAME_SLIPS)
    def test_then_it_is_another_and_the_same_for_the_same_die(self, sub):
        names = ("Katharina Magdalena Olsberg", "Ivan Petrovich Sokolov")

        for name in names:
            first, second = (slipped(name, ("", ""), sub, random.Random(3)) for _ in range(2))
            assert first == second
            assert first != name or sub == "mrz"

    def test_when_it_has_one_word_then_what_needs_two_cannot_happen(self):
        assert slipped("Zarina", ("", ""), "swap_order", random.Random(1)) is None
        assert slipped("Li", ("", ""), "split", random.Random(1)) is None

    def test_when_a_date_is_got_wrong_then_as_it_says(self):
        dice = random.Random(1)

        assert slipped_date("1984-03-12", "dob_daymonth", dice) == "1984-12-03"
        assert slipped_date("1984-03-13", "dob_daymonth", dice) is None
        assert slipped_date("1984-03-12", "dob_century", dice) == "1884-03-12"
        assert slipped_date("1931-03-12", "dob_century", dice) == "2031-03-12"
        assert slipped_date("1984-03-12", "dob_digit", dice) != "1984-03-12"
