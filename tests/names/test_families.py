"""Families of one name across languages, the same on every machine; and what a word of a name says."""

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liaison.names import Role, tokens_of
from liaison.names.families import FAMILIES_MAX, families_of
from liaison.names.information import INFORMATION_MAX
from tests.budgets import budget


def related(one: str, other: str) -> bool:
    (left,), (right,) = tokens_of(one), tokens_of(other)
    return not set(left.families).isdisjoint(right.families)


def said(name: str) -> float:
    return tokens_of(name)[0].information


class TestFamilies:
    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("محمد", "Mohammed"),
            ("محمد", "Muhammad"),
            ("محمد", "Mehmet"),
            ("Muhammad", "Mehmet"),
            ("Магомед", "Mohamed"),
            ("Иван", "Ivan"),
            ("Joseph", "יוסף"),
            ("김", "Kim"),
            ("习", "Xi"),
            ("Sergey", "Serhii"),
            ("Николай", "Mykola"),
            ("Vladimir", "Uladzimir"),
            ("Xasan", "Hassan"),
            ("Bill", "William"),
            ("Alexander", "Саша"),
        ],
    )
    def test_when_two_words_are_one_name_then_they_share_a_family(self, one, other):
        assert related(one, other)

    @pytest.mark.parametrize(("one", "other"), [("Ivan", "Mohammed"), ("Kim", "Serhii"), ("محمد", "Иван")])
    def test_when_two_words_are_two_names_then_they_share_none(self, one, other):
        assert not related(one, other)

    @pytest.mark.parametrize(
        ("one", "other"),
        [("Sergeyevich", "Serhiyovych"), ("Nikolaevna", "Mykolayivna"), ("Mikhailovna", "Mikhaulauna"),
         ("Григорьевич", "Ryhoravich"), ("Evgenyevich", "Yauhenavich")],
    )  # fmt: skip
    def test_when_patronymics_are_of_one_father_then_they_share_a_family(self, one, other):
        assert related(one, other)

    def test_titles_initials_and_words_of_organisations_have_none(self):
        assert all(not token.families for token in tokens_of("Dr I", organisation=False))
        assert all(not token.families for token in tokens_of("Ivan Ltd", organisation=True))

    def test_when_another_process_looks_then_the_numbers_are_the_same(self):
        program = (
            "from liaison.names import tokens_of; print([t.families for t in tokens_of('Ivan محمد Sergeevich')])"
        )
        other = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
        assert other.stdout.strip() == str([token.families for token in tokens_of("Ivan محمد Sergeevich")])

    @given(st.text(max_size=30))
    @settings(max_examples=budget(200, 5000), deadline=None)
    def test_families_are_few_sorted_and_of_32_bits(self, word):
        found = families_of(word)
        assert len(found) <= FAMILIES_MAX
        assert list(found) == sorted(set(found))
        assert all(0 <= number < 1 << 32 for number in found)


class TestInformation:
    @pytest.mark.parametrize(
        ("common", "rare"),
        [
            ("Kim", "Zorbakan"),
            ("김", "꽭"),
            ("王", "泽璺"),
            ("Nguyen", "Zorbin"),
            ("محمد", "زوربكن"),
            ("Garcia", "Zorbin"),
            ("Ivanovich", "Zorbakovich"),
            ("Aung", "Zorb"),
            ("Singh", "Zorbs"),
            ("Diallo", "Zorbil"),
        ],
    )
    def test_when_a_word_is_common_somewhere_then_it_says_less_than_a_rare_one(self, common, rare):
        assert said(common) < said(rare)

    @pytest.mark.parametrize(
        ("own", "latin"), [("محمد", "Muhammad"), ("김", "Kim"), ("王", "Wang"), ("Иван", "Ivan"), ("כהן", "Cohen")]
    )
    def test_when_a_name_is_in_its_own_script_then_it_says_about_as_much_as_in_latin(self, own, latin):
        assert said(own) == pytest.approx(said(latin), abs=1.5)

    def test_when_a_word_sounds_like_a_common_one_then_it_says_little_more(self):
        assert said("Muhammadd") < said("Zorbakand")

    @pytest.mark.parametrize(
        ("name", "role", "nats"),
        [("V", Role.INITIAL, 2.2), ("von", Role.PARTICLE, 1.2), ("Sheikh", Role.TITLE, 0.6)],
    )
    def test_little_words_say_little(self, name, role, nats):
        (token,) = tokens_of(name)
        assert token.role is role
        assert token.information == nats

    @given(st.text(max_size=60), st.booleans())
    @settings(max_examples=budget(300, 5000), deadline=None)
    def test_every_word_says_something_within_bounds(self, text, organisation):
        for token in tokens_of(text, organisation=organisation):
            assert 0 < token.information <= INFORMATION_MAX
