from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liaison.identifiers.partial_dates import YEAR_MAX, YEAR_MIN, PartialDate, readings
from liaison.refusal import Refused
from tests.budgets import budget

TRIES = settings(max_examples=budget(200, 1000), deadline=None)

days = st.dates(date(YEAR_MIN, 1, 1), date(YEAR_MAX, 12, 31))


@st.composite
def exact_or_partial(draw):
    day = draw(days)
    depth = draw(st.integers(1, 3))
    return PartialDate.of(
        day.year, day.month if depth > 1 else None, day.day if depth > 2 else None, approximate=draw(st.booleans())
    )


@st.composite
def partial_dates(draw):
    one, other = draw(exact_or_partial()), draw(exact_or_partial())
    if draw(st.integers(0, 3)):
        return one
    first, last = sorted((one, other), key=lambda each: (each.year, each.month or 0, each.day or 0))
    return PartialDate.between(first, last)


def read_or_refused(text):
    try:
        return readings(text)[:1], ()
    except Refused as refused:
        return [], refused.findings


def parsed_or_refused(text):
    try:
        return [PartialDate.parse(text)], ()
    except Refused as refused:
        return [], refused.findings


@TRIES
@given(
    st.one_of(
        st.from_regex(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?", fullmatch=True),
        partial_dates().map(str),
        st.text(alphabet="0123456789-/~ ", max_size=12),
    )
)
def test_the_short_way_for_iso_dates_reads_what_the_long_way_reads(text):
    assert parsed_or_refused(text) == read_or_refused(text)


class TestParse:
    @pytest.mark.parametrize(
        ("text", "meant"),
        [
            ("1965", "1965"),
            ("1965-03", "1965-03"),
            ("1965-03-07", "1965-03-07"),
            ("1965-3-7", "1965-03-07"),
            ("1965/03/07", "1965-03-07"),
            ("1965 03 07", "1965-03-07"),
            ("19650307", "1965-03-07"),
            ("1965-00-00", "1965"),
            ("1965-03-00", "1965-03"),
            ("00/00/1965", "1965"),
            ("00.03.1965", "1965-03"),
            ("1965-??-??", "1965"),
            ("1965-XX-XX", "1965"),
            ("--.--.1965", "1965"),
            ("13/07/1965", "1965-07-13"),
            ("07/13/1965", "1965-07-13"),
            ("03/04/1965", "1965-04-03"),
            ("12 Mar 1984", "1984-03-12"),
            ("March 12, 1984", "1984-03-12"),
            ("3rd of March 1980", "1980-03-03"),
            ("Sept. 1980", "1980-09"),
            ("12 mars 1984", "1984-03-12"),
            ("1er janvier 1984", "1984-01-01"),
            ("12 de marzo de 1984", "1984-03-12"),
            ("١٢ مارس ١٩٨٤", "1984-03-12"),
            ("7 كانون الثاني 1984", "1984-01-07"),
            ("1965-03-07T00:00:00Z", "1965-03-07"),
            ("  1965\u200f ", "1965"),
            ("circa 1965", "1965~"),
            ("c. 1965", "1965~"),
            ("ca March 1965", "1965-03~"),
            ("approximately 1965", "1965~"),
            ("hacia 1965", "1965~"),
            ("vers 1965", "1965~"),
            ("حوالي 1965", "1965~"),
            ("1965~", "1965~"),
            ("1965 approx.", "1965~"),
            ("1962-1964", "1962/1964"),
            ("1962–1964", "1962/1964"),
            ("1962/1964", "1962/1964"),
            ("between 1962 and 1964", "1962/1964"),
            ("from March 1962 to 1964-05", "1962-03/1964-05"),
            ("entre 1962 et 1964", "1962/1964"),
            ("entre 1962 y 1964", "1962/1964"),
            ("between ca. 1962 and 1964", "1962/1964~"),
            ("1962-03-01/1964-05-01", "1962-03-01/1964-05-01"),
        ],
    )
    def test_the_usual_spellings_are_read(self, text, meant):
        assert str(PartialDate.parse(text)) == meant

    def test_two_readings_are_given_where_day_and_month_can_be_exchanged(self):
        assert [str(one) for one in readings("03/04/1965")] == ["1965-04-03", "1965-03-04"]
        assert [str(one) for one in readings("03/03/1965")] == ["1965-03-03"]
        assert [str(one) for one in readings("1965-04-03")] == ["1965-04-03"]

    @pytest.mark.parametrize(
        ("text", "code"),
        [
            ("1965-02-30", "date.impossible"),
            ("29/02/1965", "date.impossible"),
            ("1965-13-01", "date.impossible"),
            ("1965-13", "date.impossible"),
            ("31 June 1965", "date.impossible"),
            ("1965-00-07", "date.day_without_month"),
            ("1799", "date.out_of_years"),
            ("2200", "date.out_of_years"),
            ("between 1970 and 1960", "date.backwards"),
            ("07/03/65", "date.unreadable"),
            ("yesterday", "date.unreadable"),
            ("12 Foo 1984", "date.unreadable"),
            ("12 13 Mar 1984", "date.unreadable"),
            ("", "date.unreadable"),
            ("19" * 60, "date.unreadable"),
        ],
    )
    def test_what_is_no_date_is_refused_with_what_to_do(self, text, code):
        with pytest.raises(Refused) as refused:
            PartialDate.parse(text)

        assert refused.value.code == code
        assert refused.value.findings[0].remedy

    def test_the_first_and_last_year_and_a_leap_day_are_accepted(self):
        assert [str(PartialDate.parse(text)) for text in ("1800", "2199", "1964-02-29")] == [
            "1800", "2199", "1964-02-29",
        ]  # fmt: skip

    @TRIES
    @given(st.text(max_size=90))
    def test_no_text_breaks_it(self, text):
        found, findings = read_or_refused(text)

        assert found or all(finding.remedy for finding in findings)

    @TRIES
    @given(partial_dates())
    def test_what_it_writes_it_reads(self, day):
        assert PartialDate.parse(str(day)) == day


class TestJson:
    @TRIES
    @given(partial_dates())
    def test_a_record_gives_the_same_date_back(self, day):
        assert PartialDate.from_json(day.to_json()) == day

    def test_the_three_forms(self):
        assert PartialDate.parse("1965-03").to_json() == "1965-03"
        assert PartialDate.parse("ca. 1965").to_json() == {"text": "1965", "approximate": True}
        assert PartialDate.parse("1962-1964").to_json() == {"from": "1962", "to": "1964"}

    @pytest.mark.parametrize(
        "value",
        [None, 1965, [], {}, {"from": "1965"}, {"text": 1965}, {"from": "1965", "to": None}, {"year": "1965"}],
    )
    def test_other_forms_are_refused(self, value):
        with pytest.raises(Refused):
            PartialDate.from_json(value)


class TestComparing:
    def test_a_year_covers_its_days_and_no_others(self):
        year = PartialDate.parse("1965")

        assert year.covers(PartialDate.parse("1965-12-31"))
        assert year.covers(PartialDate.parse("1965-03"))
        assert not year.covers(PartialDate.parse("1966-01-01"))
        assert not PartialDate.parse("1965-03").covers(year)

    def test_about_a_year_reaches_two_years_either_way(self):
        about = PartialDate.parse("ca. 1965")

        assert [about.overlaps(PartialDate.parse(year)) for year in ("1962", "1963", "1967", "1968")] == [
            False, True, True, False,
        ]  # fmt: skip
        assert list(about.years()) == [1963, 1964, 1965, 1966, 1967]

    def test_a_span_holds_both_ends(self):
        span = PartialDate.parse("1962-1964")

        assert (span.earliest(), span.latest()) == (date(1962, 1, 1), date(1964, 12, 31))

    def test_days_apart_are_counted_between_the_nearest_days(self):
        assert PartialDate.parse("1965-12-30").days_apart(PartialDate.parse("1966")) == 2
        assert PartialDate.parse("1966").days_apart(PartialDate.parse("1965-12-30")) == 2
        assert PartialDate.parse("1965").days_apart(PartialDate.parse("1965-06")) == 0

    @TRIES
    @given(partial_dates(), partial_dates())
    def test_overlap_is_mutual_and_what_covers_overlaps(self, one, other):
        assert one.overlaps(other) == other.overlaps(one) == (one.days_apart(other) == 0)
        assert one.overlaps(other) or not one.covers(other)
        assert one.covers(one)

    def test_only_a_known_day_is_exact(self):
        assert [PartialDate.parse(text).is_exact for text in ("1965-03-07", "1965-03", "ca. 1965-03-07")] == [
            True, False, False,
        ]  # fmt: skip


class TestSearchTexts:
    def test_a_date_is_searched_as_it_is_known(self):
        assert PartialDate.parse("ca. 1965-03").search_texts() == ["1965-03"]

    def test_a_span_is_searched_by_each_of_its_years(self):
        assert PartialDate.parse("1962-1964").search_texts() == ["1962", "1963", "1964"]

    def test_a_long_span_is_searched_by_its_ends(self):
        texts = PartialDate.parse("1900-1999").search_texts()

        assert (len(texts), texts[0], texts[9], texts[10], texts[-1]) == (20, "1900", "1909", "1990", "1999")
        assert len(PartialDate.parse("1900-1919").search_texts()) == 20
