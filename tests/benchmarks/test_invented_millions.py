"""Invented people and questions about them: the same each time, as often as said, and nobody asked twice."""

from collections import Counter

import pytest

from benchmarks import population as invented
from benchmarks.matching_speed.run import HIT_SHARE, drawn
from benchmarks.population import population

HEADS, TAILS = ("Mar", "Nor", "Ost", "Par", "Quel", "Rum"), ("sen", "vik", "row", "lan", "dorf", "mund")
WORDS = [
    {
        "country": country,
        "millions": millions,
        "given": ["Alda", "Berin", "Corvo", "Dalia"],
        "family": [head + tail for head in HEADS for tail in TAILS],
        "few families": few,
    }
    for country, millions, few in (("QM", 30, False), ("QN", 10, True))
]
COUNT = 4_000


@pytest.fixture(scope="module")
def people():
    return list(population(COUNT, words=WORDS))


class TestGivenWordsOfTwoNationalities:
    def test_when_people_are_made_twice_then_they_are_the_same_and_others_for_another_seed(self, people):
        assert list(population(COUNT, words=WORDS)) == people
        assert list(population(COUNT, seed=2, words=WORDS)) != people

    def test_then_each_has_an_id_of_his_own_two_names_and_a_full_date(self, people):
        assert len({one["id"] for one in people}) == COUNT
        assert all(len(one["names"]) == 2 and all(one["names"]) for one in people)
        assert all(len(one["birth_dates"][0]) == 10 and one["sex"] in ("F", "M") for one in people)

    def test_then_nationalities_come_as_often_as_they_have_people(self, people):
        countries = Counter(one["nationalities"][0] for one in people)

        assert countries["QM"] / COUNT == pytest.approx(0.75, abs=0.03)

    def test_then_few_families_stay_few_and_others_have_a_long_tail(self, people):
        families = {
            country: Counter(one["names"][0].split()[-1] for one in people if one["nationalities"] == [country])
            for country in ("QM", "QN")
        }

        assert len(families["QN"]) == 36
        assert len(families["QM"]) > 100
        assert families["QM"].most_common(1)[0][1] > 100

    def test_when_they_are_made_in_chunks_then_numbers_go_on(self, monkeypatch):
        monkeypatch.setattr(invented, "CHUNK", 7)

        assert [one["id"] for one in population(20, words=WORDS)] == [f"p{number}" for number in range(20)]


class TestGivenQuestions:
    def test_then_a_quarter_is_about_somebody_who_is_there(self, people):
        strangers = list(population(2_000, seed=3, words=WORDS))

        asked = list(drawn(people, strangers))

        known = [one for one in asked if one["truth"] is not None]
        assert len(asked) == 2_000
        assert len(known) / len(asked) == pytest.approx(HIT_SHARE, abs=0.03)
        assert {one["truth"] for one in known} <= {one["id"] for one in people}

    def test_then_their_dates_are_whole_or_a_year_or_missing(self, people):
        asked = list(drawn(people, people[:400]))

        assert {len(date) for one in asked for date in one["birth_dates"] or [""]} == {0, 4, 10}
