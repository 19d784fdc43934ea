"""How benchmarks read names, which no engine has a hand in."""

import pytest

from benchmarks.matching_quality.words import script_of, shares, words_of


class TestGivenTwoNames:
    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("Yousef Karimov", "Yusuf KARIMOW"),
            ("Anna Berg", "BERG, Anneliese"),
            ("Мария Соколова", "Sokolova Maria"),
            ("Tchaikov Zhanna", "Chaikov Janna"),
        ],
    )
    def test_when_a_word_or_its_sound_is_shared_then_the_name_could_find_the_other(self, one, other):
        assert shares(one, other)
        assert shares(other, one)

    @pytest.mark.parametrize(
        ("one", "other"), [("El Tio", "Dario Santos Rubin"), ("Abu Bakr", "Li Wu"), ("", "Anna")]
    )
    def test_when_nothing_is_shared_then_it_could_not(self, one, other):
        assert not shares(one, other)

    def test_when_the_order_differs_then_the_words_do_not(self):
        assert words_of("Berg, Anna-Lisa") == words_of("anna lisa BERG") == ("anna", "berg", "lisa")


class TestGivenAScript:
    @pytest.mark.parametrize(
        ("name", "script"),
        [
            ("Anna Berg", "latin"),
            ("Анна Берг", "cyrillic"),
            ("محمد", "arabic"),
            ("אבי", "hebrew"),
            ("김민준", "korean"),
            ("王伟", "han"),
            ("あすか", "kana"),
            ("12 -", "none"),
        ],
    )
    def test_then_it_has_the_name_that_the_cases_use(self, name, script):
        assert script_of(name) == script
