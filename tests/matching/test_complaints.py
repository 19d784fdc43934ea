"""What users of other matchers complained of, as tests: each names its complaint. All people are invented."""

import pytest

from liaison.matching import PersonIndex
from tests.matching.test_persons import asked, named, score


class TestNomenklatura284NotComparableIsNotEqual:
    """Two unrelated Arabic names scored as a perfect phonetic match: no Latin letters were left to compare."""

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("باراك زورباما", "خمدار فوسكمير"),
            ("زورباما", "فوسكمير"),
            ("李紫荷", "王泽北"),
            ("ზორბაკან", "ვოსკემირ"),
            ("김한별", "박두리"),
        ],
    )
    def test_two_names_that_share_nothing_are_not_alike(self, one, other):
        assert score(named(one), named(other)) < 0.05


class TestNomenklatura257TheBetterSpellingWins:
    """A variant in another script beat the very spelling that was asked for."""

    def test_the_same_letters_beat_the_same_sounds(self):
        found = asked(named("Khemdar Zorbakan"), named("خمدار زورباكان"), named("Khemdar Zorbakan"))

        assert found[1] > found[0] > 0.2

    def test_an_alias_in_another_script_takes_nothing_from_the_name(self):
        plain = score(named("Khemdar Zorbakan"), named("Khemdar Zorbakan"))

        assert score(named("Khemdar Zorbakan"), named("Khemdar Zorbakan", "خمدار زورباكان")) == plain


class TestNomenklatura248ShortNamesCount:
    """Short names were rated too low, so that a person of two syllables was not found."""

    @pytest.mark.parametrize("name", ["Wu Qo", "Li Ze", "Ek Zu", "An Bo"])
    def test_a_short_name_in_full_is_found(self, name):
        born = {"birth_dates": ["1984-03-12"]}

        assert score(named(name, **born), named(name, **born)) > 0.8


class TestNomenklaturaPull344TurnedNamesAreNotTheSame:
    """Two people whose given and family names are exchanged scored 1.0."""

    def test_turned_costs_something_and_shuffled_more(self):
        plain = score(named("Dilara Tulrish Voskemir"), named("Dilara Tulrish Voskemir"))
        turned = score(named("Voskemir Dilara Tulrish"), named("Dilara Tulrish Voskemir"))
        shuffled = score(named("Tulrish Dilara Voskemir"), named("Dilara Tulrish Voskemir"))

        assert plain > turned > shuffled


class TestNomenklatura334ScoresTellPeopleApart:
    """Sixty pairs of a hundred had the highest score there is, wrong ones among them: no queue to work on."""

    def test_among_those_of_one_name_what_else_is_known_decides(self):
        query = named("Dilara Voskemir", birth_dates=["1984-03-12"], nationalities=["QM"], sex="F")

        found = asked(
            query,
            named("Dilara Voskemir"),
            named("Dilara Voskemir", birth_dates=["1984"]),
            named("Dilara Voskemir", birth_dates=["1984-03-12"]),
            named("Dilara Voskemir", birth_dates=["1984-03-12"], nationalities=["QM"]),
            named("Dilara Voskemir", birth_dates=["1984-03-12"], nationalities=["QM"], sex="F"),
        )

        assert [found[number] for number in range(5)] == sorted(set(found.values()))

    def test_without_a_birth_date_nobody_is_certain(self):
        assert score(named("Dilara Voskemir"), named("Dilara Voskemir")) < 0.995


class TestRigour70AbdInAllItsForms:
    """ "Abd el Karim" was three words to one list and one to another."""

    FORMS = (
        "Abd el Zorbak",
        "Abdel Zorbak",
        "Abdelzorbak",
        "Abd al-Zorbak",
        "Abdul Zorbak",
        "Abdoul-Zorbak",
        "عبد الزورباك",
    )

    @pytest.mark.parametrize("asked_for", FORMS)
    @pytest.mark.parametrize("listed", FORMS)
    def test_each_form_finds_each(self, asked_for, listed):
        found = asked(named(f"{asked_for} Voskemir"), named("Gormev Tulrish"), named(f"{listed} Voskemir"))

        assert max(found, key=lambda number: found[number]) == 1
        assert found[1] > 0.3


class TestWatchman440MoreIsNeverLess:
    """Who gave a birth date or a country besides found fewer people than who gave the name alone."""

    @pytest.mark.parametrize(
        "more",
        [{"birth_dates": ["1984-03-12"]}, {"nationalities": ["QM"]}, {"sex": "F"}, {"documents": ["QM1234507"]}],
    )
    def test_what_agrees_or_is_unknown_to_the_record_keeps_him_in_the_answer(self, more):
        crowd = [named("Dilara Voskemir", **more) for _ in range(200)]
        target = named("Dilara Voskemir Tulrish")

        assert 200 in asked({**named("Dilara Voskemir Tulrish"), **more}, *crowd, target)


class TestWatchman141FamilyNamesAlone:
    """A family name alone did not find who bears it, because the whole name was so much longer."""

    def test_a_rare_family_name_finds_who_bears_it_first(self):
        found = asked(named("Voskemir"), named("Dilara Oda Tulrish Voskemir"), named("Dilara Tulrish Zorbakan"))

        assert found[0] > found.get(1, 0.0)
        assert found[0] > 0.02


class TestWatchman338NumbersFind:
    """Numbers of documents were kept and not searched."""

    def test_a_number_finds_who_bears_it_whatever_his_name(self):
        index = PersonIndex.build([{"id": 1, **named("Gormev Tulrish", documents=["QM1234507"])}])

        assert index.search({"names": ["Dilara Voskemir"], "documents": ["QM1234507"]})[0].id == 1
