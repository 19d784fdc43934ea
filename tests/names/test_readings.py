"""How names of each script may be read in Latin letters: by standards, by customs, and never without bound."""

import json
import re
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liaison.names import normalise, tokens_of
from liaison.names.readings import READING_CHARACTERS_MAX, READINGS_MAX, form_of
from tests.budgets import budget

ICAO = "interop/mrz/icao9303-3-s6-transliteration.json"
# Rows whose form depends on the language of the word, which one letter alone does not tell.
_BY_LANGUAGE = re.compile(r"except|if ")


def ways(name: str) -> set[str]:
    """Return all that the only word of a name may be written as."""
    (token,) = tokens_of(name)
    return {token.form, *token.readings}


class TestGivenOneWord:
    @pytest.mark.parametrize(
        ("name", "written"),
        [
            # Latin letters: ICAO Doc 9303-3 section 6 in all its forms, and by ear.
            ("Zörban", {"zorban", "zoerban"}),
            ("Züra", {"zura", "zuera", "zuxxra"}),
            ("Zañor", {"zanor", "zanxxor"}),
            ("Zåra", {"zara", "zaara"}),
            ("Þora", {"thora"}),
            ("Zuxxra", {"zuxxra", "zura"}),
            ("Şandor", {"sandor", "shandor"}),
            ("Đorin", {"dorin", "djorin"}),
            ("Alzorban", {"alzorban", "zorban"}),
            ("Zorbankou", {"zorbankou", "zorbankov"}),
            ("Zorbanskaya", {"zorbanskaya", "zorbansky"}),
            # Cyrillic: Russian, Ukrainian, Bulgarian, Serbian, Belarusian.
            ("Щурин", {"shchurin", "shturin"}),
            ("Юрбан", {"yurban", "iurban"}),
            ("Григ", {"grig", "hryh"}),
            ("Євзор", {"yevzor"}),
            ("Ђорин", {"djorin"}),
            ("Хорват", {"khorvat", "horvat"}),
            ("Зорбанський", {"zorbansky"}),
            # Greek, Armenian, Georgian.
            ("Μπουρας", {"mpoyras", "bouras", "buras"}),
            ("Ευζορ", {"evzor"}),
            ("Ντορας", {"doras"}),
            ("Ոսզան", {"voszan"}),
            ("Գորբան", {"gorban", "korpan"}),
            ("ჯორბა", {"jorba", "djorba"}),
            # Arabic and Hebrew: the vowels that they write.
            ("ديلارا", {"dilara"}),
            ("زوربة", {"zorbe", "zurba", "zorbah"}),
            ("شاكور", {"shakur", "chakour"}),
            ("ורבן", {"vrvn"}),
            ("שורבן", {"shorvn", "shurvn"}),
            ("ג'ורן", {"jorn"}),
            ("צ׳ורן", {"chorn"}),
            # South and South-East Asia.
            ("ज़ोरबन", {"zoraban"}),
            ("फ़र्ब", {"farb"}),
            ("शर्बन", {"sharban", "sharbana"}),
            ("জরবান", {"jaraban", "joroban"}),
            ("ரமேஷ்", {"ramesh"}),
            ("สมบัน", {"somban"}),
            # East Asia: names of one letter are read as family names.
            ("曾", {"zeng", "tsang"}),
            ("单", {"shan"}),
            ("仇", {"qiu"}),
            ("区", {"ou", "au"}),
            ("解", {"xie"}),
            ("查", {"zha"}),
            ("任", {"ren", "lim"}),
            ("黄", {"huang", "wong"}),
            ("陳", {"chen", "chan", "tran"}),
            ("許", {"xu", "hui", "heo", "hsu"}),
            ("金", {"jin", "kim"}),
            ("吕", {"lyu", "lui"}),
            ("김", {"gim", "kim"}),
            ("이", {"i", "lee", "yi", "ri", "rhee"}),
            ("박", {"bak", "park", "pak"}),
            ("최", {"choe", "choi"}),
            ("정", {"jeong", "jung", "chung", "chong"}),
            ("きょうこ", {"kyoko", "kyouko"}),
            ("スミス", {"sumisu", "smis"}),
        ],
    )
    def test_when_it_is_read_then_these_ways_are_among_its_readings(self, name, written):
        assert written <= ways(name)

    @pytest.mark.parametrize(
        ("name", "words"),
        [
            ("김한별", [{"gim", "kim"}, {"hanbyeol", "hanbyol"}]),
            ("남궁한별", [{"namgung", "namkung"}, {"hanbyeol"}]),
            ("欧阳泽北", [{"ouyang", "auyeung"}, {"zebei"}]),
            ("黄泽北", [{"huang"}, {"zebei", "tsepei", "chakpak"}]),
            ("佐藤 ゆい", [{"sato"}, {"yui"}]),
        ],
    )
    def test_when_east_asian_names_are_written_together_then_family_and_given_name_come_apart(self, name, words):
        tokens = tokens_of(name)
        assert len(tokens) == len(words)
        for token, written in zip(tokens, words, strict=True):
            assert written <= {token.form, *token.readings}

    @pytest.mark.samples
    def test_when_passports_permit_several_forms_of_a_latin_letter_then_all_are_readings(self, samples):
        rows = json.loads((samples / ICAO).read_text(encoding="utf-8"))["rows"]
        latin = [row for row in rows if row["section"] == "A-latin" and not _BY_LANGUAGE.search(row["recommended"])]
        missing = [
            (row["char"], form)
            for row in latin
            for form in row["recommended"].split(" or ")
            if f"bo{form.lower()}ta" not in ways(f"Bo{row['char']}ta")
        ]

        assert len(latin) > 80
        assert missing == []

    @pytest.mark.samples
    def test_when_passports_write_a_cyrillic_letter_then_it_is_a_reading(self, samples):
        rows = json.loads((samples / ICAO).read_text(encoding="utf-8"))["rows"]
        cyrillic = [row for row in rows if row["section"] == "B-cyrillic"]
        plain = [row for row in cyrillic if re.fullmatch("[A-Z]+", row["recommended"].partition(" ")[0])]
        missing = []
        for row in plain:
            form = row["recommended"].partition(" ")[0].lower()
            if f"bo{form}ta" not in ways(f"бо{row['char']}та"):
                missing.append((row["char"], form, sorted(ways(f"бо{row['char']}та"))))

        assert len(plain) > 40
        assert missing == []


class TestLaws:
    @given(st.text(max_size=60))
    @settings(max_examples=budget(300, 5000), deadline=None)
    def test_readings_are_few_and_plain_and_never_the_form(self, text):
        for token in tokens_of(text):
            assert len(token.readings) <= READINGS_MAX
            assert len(set(token.readings)) == len(token.readings)
            assert token.form not in token.readings
            for reading in token.readings:
                assert re.fullmatch("[a-z0-9]+", reading)
                assert len(reading) <= READING_CHARACTERS_MAX

    @pytest.mark.parametrize(
        "letters",
        ["абвгдежзийклмнопрстуфхцчшщъыьэюяіїєґўјљњћђџ", "אבגדהוזחטיכלמנסעפצקרשת׳",
         "ابتثجحخدذرزسشصضطظعغفقكلمنهويةىءئؤآأإ",
         "कखगघचजटडतदनपबमयरलवशसहािीुूेो्ं", "กขคงจชซดตนบปพมยรลวสหอเแโาีุู", "김이박최정한별훈철", "王李张刘陈杨赵黄泽北",
         "きゃゅょっーアイウスト", "αβγδεζηθικλμνξοπρστυφχψω",
         "ԱԲԳԴԵԶԷԸԹԺԻԼԽԾԿՀՁՂՃՄ", "აბგდევზთიკლმნოპჟრსტუფქღყშჩცძწჭხჯჰ",
         "äöüåæøñþðđłßçğıšžćőű"],
    )  # fmt: skip
    def test_every_word_of_a_script_has_a_form(self, letters):
        @given(st.text(letters, min_size=1, max_size=12))
        @settings(max_examples=budget(60, 1000), deadline=None)
        def law(word: str) -> None:
            clean = normalise(word)
            assert re.fullmatch("[a-z0-9]*", form_of(clean))
            assert [token.form for token in tokens_of(word)] == [token.form for token in tokens_of(word)]

        law()

    def test_marks_inside_words_do_not_part_them(self):
        assert len(tokens_of("สมศรี")) == 1
        assert len(tokens_of("कृष्ण")) == 1
        assert len(tokens_of(unicodedata.normalize("NFD", "Jürgén"))) == 1
