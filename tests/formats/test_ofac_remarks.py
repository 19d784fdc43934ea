import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liaison.formats import ofac_remarks
from liaison.formats.ofac_labels import COUNTRIES, NUMBERS
from liaison.formats.ofac_remarks import (
    ALIAS,
    OTHER_NUMBER,
    Remark,
    alias,
    country,
    date,
    labelled_number,
    place,
    remarks,
)
from liaison.identifiers import countries
from tests.budgets import budget


def labels(text: str, **how: bool) -> list[tuple[str, str]]:
    return [(remark.label, remark.value) for remark in remarks(text, **how)]


class TestParts:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("DOB 03 May 1938; POB Zelk, Marvenia.", [("DOB", "03 May 1938"), ("POB", "Zelk, Marvenia")]),
            ("alt. DOB 1938; Alt. Fax: 12", [("DOB", "1938"), ("Fax", "12")]),
            ("Linked To: VOSS, Dilara", [("Linked To", "VOSS, Dilara")]),
            ("Company Number IMO 5055293", [("Company Number IMO", "5055293")]),
            ("Company Number 5055293", [("Company Number", "5055293")]),
            ("NIT # 800018928-0 (Marvenia)", [("NIT", "# 800018928-0 (Marvenia)")]),
            ("Digital Currency Address - XBT 12Qt", [("Digital Currency Address", "- XBT 12Qt")]),
            ("Ministerial adviser", [("", "Ministerial adviser")]),
            ("Passportless", [("", "Passportless")]),
            ("Marvenian Fishing No. AB 12", [(OTHER_NUMBER, "Marvenian Fishing No. AB 12")]),
            ("a.k.a. 'DILA; THE LESSER'; DOB 1938", [(ALIAS, "a.k.a. 'DILA; THE LESSER'"), ("DOB", "1938")]),
            ("a.k.a. 'DILA'; f.k.a. 'DILU'", [(ALIAS, "a.k.a. 'DILA'"), (ALIAS, "f.k.a. 'DILU'")]),
            ("a.k.a. 'DILA; DOB 1938", [("", "a.k.a. 'DILA"), ("DOB", "1938")]),
            ("; ;.", []),
            ("", []),
        ],
    )
    def test_each_part_has_its_label(self, text, expected):
        assert labels(text) == expected

    def test_the_last_part_of_a_cut_text_is_only_a_text(self):
        assert labels("Passport A12345; Passport A1", cut=True) == [("Passport", "A12345"), ("", "Passport A1")]

    @pytest.mark.parametrize(
        ("text", "kind", "name"),
        [
            ("a.k.a. 'DILA'", "a", "DILA"),
            ("f.k.a. 'AL-'VOSS COMPANY'", "f", "AL-'VOSS COMPANY"),
            ('n.k.a. "Dila\'s"', "n", "Dila's"),
            ("a.k.a. 'Abu Voss''", "a", "Abu Voss'"),
        ],
    )
    def test_an_alias_may_hold_quotes(self, text, kind, name):
        (remark,) = remarks(text)

        found = alias(remark.value)

        assert (found.kind, found.name) == (kind, name)


class TestNumbers:
    @pytest.mark.parametrize(
        ("text", "number", "code", "issued", "expires", "about"),
        [
            ("Passport A1234567", "A1234567", "", None, None, ""),
            ("Passport K 815205 (Marvenia)", "K 815205", "QM", None, None, ""),
            ("Passport S/263963 issued 08 Nov 2012", "S/263963", "", "2012-11-08", None, ""),
            (
                "Passport A1 (Marvenia) issued 15 Sep 2016 expires 15 Sep 2026",
                "A1", "QM", "2016-09-15", "2026-09-15", "",
            ),
            ("Passport A1 expires 01 Jan 2026 to 31 Dec 2026", "A1", "", None, "2026", ""),
            ("Passport A1/104,issued 12 September 1993", "A1/104", "", "1993-09-12", None, ""),
            ("Cedula No. 6068015 (Marvenia)", "6068015", "QM", None, None, "Cedula No."),
            ("NIT # 800018928-0 (Marvenia)", "800018928-0", "QM", None, None, "NIT"),
            ("BIK (RU) 044030707", "044030707", "", None, None, ""),
            ("Registration Number HRA 73 (Zelk) (Marvenia)", "HRA 73 (Zelk)", "QM", None, None, ""),
            ("SSN 1-2 (Zelk)", "1-2", "", None, None, "SSN, Zelk"),
            ("Passport A1 issued in spring (Marvenia)", "A1 issued in spring", "QM", None, None, ""),
            ("Passport A1 expires one day", "A1", "", None, None, "expires one day"),
            ("SWIFT/BIC HAVIGB2L", "HAVIGB2L", "", None, None, ""),
            ("SWIFT/BIC VOSSQMZE", "VOSSQMZE", "", None, None, ""),
            ("Marvenian Fishing No. AB 12", "AB 12", "", None, None, "Marvenian Fishing No."),
        ],
    )  # fmt: skip
    def test_a_number_stands_with_its_country_and_days(self, text, number, code, issued, expires, about):
        (remark,) = remarks(text)

        found = labelled_number(remark)

        assert (found.number, found.country, found.about) == (number, code, about)
        assert [day and str(day) for day in (found.issued, found.expires)] == [issued, expires]

    @pytest.mark.parametrize("text", ["Passport", "Passport unknown", "Passport " + "1" * 301])
    def test_what_holds_no_digit_or_is_endless_is_no_number(self, text):
        (remark,) = remarks(text)

        assert labelled_number(remark) is None

    def test_every_label_of_the_table_is_found_in_a_text(self):
        for label in NUMBERS:
            (remark,) = remarks(f"{label} 12345")
            assert (remark.label, labelled_number(remark).number) == (label, "12345"), label


class TestDates:
    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ("03 May 1938", "1938-05-03"),
            ("Mar 1945", "1945-03"),
            ("1969", "1969"),
            ("circa 1969", "1969~"),
            ("1973 to 1975", "1973/1975"),
            ("Mar 1965 to Mar 1966", "1965-03/1966-03"),
            ("26 Sep 1946 to 07 Dec 1946", "1946-09-26/1946-12-07"),
            ("01 Jan 1977 to 31 Dec 1977", "1977"),
            ("01 Jan 1977 to 30 Dec 1977", "1977-01-01/1977-12-30"),
            ("01 Jan 1977 to 31 Dec 1978", "1977-01-01/1978-12-31"),
            ("01 Feb 1960 to 29 Feb 1960", "1960-02"),
            ("01 Feb 1960 to 28 Feb 1960", "1960-02-01/1960-02-28"),
        ],
    )
    def test_a_date_is_as_exact_as_the_list_says(self, text, found):
        assert str(date(text)) == found

    @pytest.mark.parametrize("text", ["", "late in his life", "30 Feb 1960", "1975 to 1973", "1 to 2"])
    def test_what_is_no_date_is_none(self, text):
        assert date(text) is None


class TestPlaces:
    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ("Zelk, Marvenia", {"city": "Zelk", "country": "QM"}),
            ("Zelk, North, Upper Part, Marvenia", {"city": "Zelk", "region": "North, Upper Part", "country": "QM"}),
            ("Marvenia", {"country": "QM"}),
            ("Nampo, Korea, North", {"city": "Nampo", "country": "KP"}),
            ("Zelk, Nowhere", {"city": "Zelk", "region": "Nowhere"}),
            ("Gaza Strip", {"country": "PS"}),
            (" , ", {}),
        ],
    )
    def test_a_place_by_its_parts(self, text, found):
        assert place(text) == found

    def test_names_that_are_only_ours_are_not_known_elsewhere_and_lead_to_countries(self):
        for name, code in COUNTRIES.items():
            assert countries.find(name) is None, f"{name} needs no line in our table"
            assert country(name) == code
            assert countries.by_alpha2(code) is not None

    def test_a_country_of_endless_name_is_none(self):
        assert country("x" * 100_000) == ""


_words = st.sampled_from(
    [
        *NUMBERS,
        "DOB ",
        "POB ",
        "a.k.a. '",
        "'",
        ";",
        " to ",
        "(",
        ")",
        " issued ",
        " expires ",
        "1",
        "A",
        ",",
        ".",
        "\x00",
        "é",
        " ",
    ]
)


@settings(max_examples=budget(300, 10_000), deadline=None)
@given(st.lists(_words, max_size=40).map("".join) | st.text(max_size=200))
def test_no_text_is_lost_and_none_does_harm(text):
    for remark in remarks(text):
        assert remark.whole.endswith(remark.value)
        if remark.label in NUMBERS or remark.label == OTHER_NUMBER:
            labelled_number(remark)
        date(remark.value)
        place(remark.value)
    assert isinstance(list(ofac_remarks.remarks(text, cut=True)), list)


def test_long_texts_take_no_time():
    for text in ("a.k.a. '" * 2_000, "Passport " + " issued " * 2_500, ";" * 20_000, "A No. " * 3_000, "(" * 20_000):
        for remark in remarks(text):
            if remark.label in NUMBERS or remark.label == OTHER_NUMBER:
                labelled_number(Remark(remark.label, remark.value, remark.whole))
