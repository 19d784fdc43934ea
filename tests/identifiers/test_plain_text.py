from hypothesis import given, settings
from hypothesis import strategies as st

from liaison.identifiers.plain_text import (
    ascii_digits,
    cleaned,
    folded,
    has_letters_or_digits,
    invisible_characters,
)
from liaison.identifiers.scripts import SCRIPTS, script_of, scripts_in
from tests.budgets import budget

TRIES = settings(max_examples=budget(150, 1000), deadline=None)


class TestCleaned:
    def test_what_nobody_can_see_goes_and_what_is_written_stays(self):
        assert cleaned("  Anna\u200f\u0000  Maria\u202e\t") == "Anna Maria"

    def test_joiners_inside_a_word_stay(self):
        assert cleaned("می\u200cخواهم") == "می\u200cخواهم"

    def test_line_breaks_stay_only_where_lines_are_asked_for(self):
        assert cleaned("one\r\ntwo  2\rthree", lines=True) == "one\ntwo 2\nthree"
        assert cleaned("one\r\ntwo") == "one two"

    def test_a_lone_surrogate_goes(self):
        assert cleaned("a\ud800b").encode() == b"ab"

    @TRIES
    @given(st.text())
    def test_cleaning_twice_changes_nothing(self, text):
        assert cleaned(cleaned(text)) == cleaned(text)
        assert cleaned(cleaned(text, lines=True), lines=True) == cleaned(text, lines=True)


class TestDigitsAndFolding:
    def test_digits_of_every_script_become_ours(self):
        assert ascii_digits("١٩٦٥ ۱۹۶۵ १९६५ １９６５") == "1965 1965 1965 1965"

    def test_a_superscript_is_no_digit(self):
        assert ascii_digits("m²") == "m²"

    def test_folding_forgets_case_accents_and_punctuation(self):
        assert folded("  Côte d’IVOIRE (the) ") == "cote d ivoire the"

    @TRIES
    @given(st.text())
    def test_folded_text_has_no_double_spaces_and_folds_to_itself_again(self, text):
        once = folded(text)
        assert "  " not in once
        assert folded(once) == folded(folded(once))

    def test_invisible_characters_are_counted_but_spaces_are_not(self):
        assert invisible_characters("a \n\tb\u200e\u0007") == 2

    def test_combining_marks_alone_say_nothing(self):
        assert not has_letters_or_digits("\u0301\u0301 -")
        assert has_letters_or_digits("é")


class TestScripts:
    def test_each_script_has_its_code(self):
        samples = {
            "Anna": "Latn", "Анна": "Cyrl", "Άννα": "Grek", "أنّا": "Arab", "חנה": "Hebr", "安娜": "Hani",
            "안나": "Hang", "アンナ": "Kana", "あんな": "Jpan", "山田アンナ": "Jpan", "अन्ना": "Deva", "ანა": "Geor",
            "Աննա": "Armn", "አና": "Ethi", "แอนนา": "Thai", "1965-03": "Zyyy", "": "Zyyy", "ＡＮＮＡ": "Latn",
        }  # fmt: skip
        assert {text: script_of(text) for text in samples} == samples

    def test_most_letters_decide(self):
        assert script_of("Анна (a)") == "Cyrl"

    def test_all_scripts_of_a_forged_word_are_named(self):
        assert scripts_in("Аnna") == {"Cyrl", "Latn"}

    @TRIES
    @given(st.text())
    def test_every_text_has_a_known_code(self, text):
        assert script_of(text) in SCRIPTS
