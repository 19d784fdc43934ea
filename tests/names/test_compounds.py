"""Words that customs write together or apart, and the roles that words have in their languages."""

import pytest

from liaison.names import Role, tokens_of
from liaison.names.compounds import parts_of


def forms(name: str) -> list[str]:
    return [token.form for token in tokens_of(name) if token.role is not Role.PARTICLE]


def bones(name: str) -> list[str]:
    return [token.skeleton for token in tokens_of(name) if token.role is not Role.PARTICLE]


def roles(name: str) -> list[Role]:
    return [token.role for token in tokens_of(name)]


class TestGivenArabicNames:
    @pytest.mark.parametrize(
        "name",
        ["Abd el Karim", "Abd al-Karim", "Abdel-Karim", "Abdoul Karim", "Abdelkarim", "Abdulkarim", "ABDUL KARIM",
         "Абдулкарим", "Абдул Карим"],
    )  # fmt: skip
    def test_when_the_servant_of_god_is_written_in_any_way_then_the_words_are_the_same(self, name):
        assert forms(name) == ["abd", "karim"]

    @pytest.mark.parametrize("name", ["عبد الكريم", "عبدالكريم", "עבדול כרים"])
    def test_when_it_is_written_in_its_own_script_then_the_consonants_are_the_same(self, name):
        assert bones(name)[0] == bones("Abd al-Karim")[0]
        assert len(bones(name)) == 2

    @pytest.mark.parametrize(
        "name", ["Abdullah", "Abd Allah", "Abdallah", "Abdellah", "Abdoullah", "Abd ullah", "عبد الله", "عبدالله"]
    )
    def test_when_it_is_the_servant_of_god_himself_then_it_is_one_word(self, name):
        assert forms(name) == ["abdullah"]

    @pytest.mark.parametrize(
        ("glued", "apart"),
        [
            ("Zorbuddin", "Zorb al-Din"),
            ("Zorbeddine", "Zorb ud Din"),
            ("Zorbettin", "Zorb al-Din"),
            ("Qasbullah", "Qasb Allah"),
            ("Qasbollah", "Qasb Ullah"),
            ("Abulqasb", "Abu al-Qasb"),
            ("Abolqasb", "Aboul Qasb"),
        ],
    )
    def test_when_a_name_is_glued_or_apart_then_the_words_are_the_same(self, glued, apart):
        assert forms(glued) == forms(apart)

    @pytest.mark.parametrize(("glued", "apart"), [("نصرالدين", "نصر الدين"), ("حبيب\u200cالله", "حبيب الله")])
    def test_when_it_is_glued_in_arabic_then_the_words_are_the_same(self, glued, apart):
        assert forms(glued) == forms(apart)
        assert len(forms(glued)) == 2

    @pytest.mark.parametrize("word", ["aladdin", "mcfaddin", "padilla", "isabella", "martin", "augustin", "abigail"])
    def test_when_a_word_only_looks_like_it_then_it_stays_whole(self, word):
        assert parts_of(word) == (word,)

    def test_when_a_persian_ending_stands_apart_then_it_joins_the_word_before(self):
        assert forms("Dilar Zorban Zadeh") == ["dilar", "zorbanzadeh"]
        assert len(forms("دیلار زوربان زاده")) == 2

    def test_when_a_persian_ending_stands_before_another_word_then_it_stays_by_itself(self):
        assert forms("Dilar Pour Zorban") == ["dilar", "pour", "zorban"]

    def test_when_two_words_are_the_whole_name_then_an_ending_stays_a_name(self):
        assert forms("Zorban Zadeh") == ["zorban", "zadeh"]


class TestGivenSlavicNames:
    @pytest.mark.parametrize(
        "name",
        ["Dilar Zorbovich Qasbin", "Диляр Зорбович Касбин", "Dilara Zorbovna Qasbina", "Діляра Зорбівна Касбіна"],
    )
    def test_when_a_name_has_three_parts_then_the_middle_one_is_the_patronymic(self, name):
        assert roles(name) == [Role.NAME, Role.PATRONYMIC, Role.NAME]

    def test_when_the_family_name_comes_first_then_the_last_one_is_the_patronymic(self):
        assert roles("Zorbovich Dilar Qasbovich") == [Role.NAME, Role.NAME, Role.PATRONYMIC]

    def test_when_there_are_two_names_only_then_the_last_is_a_family_name(self):
        assert roles("Dilar Zorbovich") == [Role.NAME, Role.NAME]


class TestGivenLittleWords:
    @pytest.mark.parametrize(
        ("name", "role"),
        [
            ("الشيخ زوربان", Role.TITLE),
            ("Maulana Zorban", Role.TITLE),
            ("Zorban III", Role.TITLE),
            ("Zorban Jr.", Role.TITLE),
            ("ould Zorban", Role.PARTICLE),
            ("بن زوربان", Role.PARTICLE),
            ("בן זורבן", Role.PARTICLE),
            ("Zorban ogly", Role.PARTICLE),
            ("van der Zorban", Role.PARTICLE),
        ],
    )
    def test_when_a_word_is_a_title_or_a_particle_then_its_role_is_known(self, name, role):
        assert role in roles(name)

    def test_when_a_particle_of_europe_closes_a_name_then_it_is_an_east_asian_name(self):
        assert roles("Zorban Le")[-1] is Role.NAME
        assert roles("le Zorban")[0] is Role.PARTICLE
        assert tokens_of("Zorban Le")[-1].information > tokens_of("le Zorban")[0].information

    def test_when_a_rank_could_be_a_name_then_it_is_one_unless_two_names_follow(self):
        assert roles("Gen Zorban")[0] is Role.NAME
        assert roles("Gen Dilar Zorban Qasb")[0] is Role.TITLE
