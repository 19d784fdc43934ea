"""How values become words: nothing is misread, nothing is translated that is a name, nothing becomes markup."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from liaison.matching.explanation import Evidence, Feature, explain
from liaison.refusal import Finding
from liaison.web import words
from liaison.web.templatetags import liaison_tags as tags


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("1984", "1984"),
        ("1984-03", "Mar 1984"),
        ("1984-03-12", "12 Mar 1984"),
        ("1984-02-30", "1984-02-30"),
        (date(1984, 3, 2), "2 Mar 1984"),
        ({"text": "1965", "approximate": True}, "about 1965"),
        ({"text": "1965-03", "approximate": False}, "Mar 1965"),
        ({"from": "1962", "to": "1964-05"}, "between 1962 and May 1964"),
        ("some day", "some day"),
    ],
)
def test_a_date_is_shown_as_far_as_it_is_known(value: object, shown: str):
    assert words.partial_date(value) == shown


@pytest.mark.parametrize(
    ("length", "shown"),
    [
        (0.4, "less than a second"),
        (1, "1 second"),
        (119, "119 seconds"),
        (120, "2 minutes"),
        (7_199, "119 minutes"),
        (7_200, "2 hours"),
        (172_799, "47 hours"),
        (timedelta(days=2), "2 days"),
        (timedelta(days=4_000), "4,000 days"),
    ],
)
def test_a_length_of_time_is_shown_in_its_largest_unit(length: object, shown: str):
    assert words.duration(length) == shown


@pytest.mark.parametrize(
    ("score", "number", "word"),
    [
        (1.0, "100", "Very strong"),
        (0.999, "99", "Very strong"),
        (0.95, "95", "Very strong"),
        (0.949, "94", "Strong"),
        (0.85, "85", "Strong"),
        (0.849, "84", "Possible"),
        (0.70, "70", "Possible"),
        (0.699, "69", "Weak"),
        (0.0, "0", "Weak"),
    ],
)
def test_a_score_has_a_number_and_a_word_and_is_never_rounded_to_certainty(score: float, number: str, word: str):
    assert (tags.hundred(score), tags.strength(score)) == (number, word)


@pytest.mark.parametrize(
    ("code", "language", "shown"),
    [
        ("FR", "en", "France"),
        ("FR", "ar", "فرنسا"),
        ("QM", "en", "Marvenia"),
        ("QMM", "fr", "Marvénie"),
        ("D", "es", "Alemania"),
        ("XXA", "en", "Stateless person"),
        ("ZZ9", "en", "ZZ9"),
    ],
)
def test_a_country_is_called_by_its_name(code: str, language: str, shown: str):
    with translation.override(language):
        assert words.country(code) == shown


@pytest.mark.parametrize(
    ("expression", "shown"),
    [
        ("", "Nobody"),
        ("all", "All members"),
        ("all -QN", "All members but Nerevia"),
        ("list:QM,QN", "Marvenia, Nerevia"),
        ("region:EU", "Region EU"),
        ("list:QM + programme:CYBER -QN -region:AF", "Marvenia, Programme CYBER but Nerevia, Region AF"),
        ("horde:north", "horde:north"),
    ],
)
def test_an_audience_is_said_in_words(expression: str, shown: str):
    assert words.audience(expression) == shown


@pytest.mark.parametrize(
    ("code", "name"), [("ara", "Arabic"), ("spa", "Spanish"), ("deu", "German"), ("qaa", "qaa"), ("kab", "Kabyle")]
)
def test_a_language_is_called_by_its_name(code: str, name: str):
    assert words.language(code) == name


@pytest.mark.parametrize(
    ("names", "title", "other"),
    [
        (["Иван Орлов", "Ivan Orlov"], "Ivan Orlov", "Иван Орлов"),
        (["王小明", "Ван Сяомин", "Wang Xiaoming"], "王小明", "Wang Xiaoming"),
        ([{"text": "Ivan Orlov"}], "Ivan Orlov", ""),
        (["Иван Орлов", "Ivan Orlov"], "Иван Орлов · Ivan Orlov", ""),
        ([], "Ivan", ""),
    ],
)
def test_a_name_in_another_script_stands_beside_the_title(names: list[object], title: str, other: str):
    assert words.in_another_script(names, title) == other


class TestGivenAFinding:
    def test_then_its_values_are_isolated_and_its_days_are_days(self):
        finding = Finding(
            "x", "%(name)s since %(on)s: %(count)s.", "", values={"name": "A", "on": date(2026, 3, 7), "count": 3}
        )

        assert tags.t(finding) == "<bdi>A</bdi> since <bdi>7 Mar 2026</bdi>: 3."

    def test_then_a_value_of_a_closed_list_is_called_by_its_name(self):
        finding = Finding("x", "Your role does not include “%(right)s”.", "", values={"right": "audit"})

        assert tags.t(finding) == "Your role does not include “read the ledger”."

    def test_when_it_has_no_values_then_a_percent_sign_stays_one(self):
        assert tags.t(Finding("x", "100 % wrong.", "")) == "100 % wrong."


@given(st.text(max_size=40))
def test_no_value_becomes_markup(text: str):
    html = str(words.sentence("“%(value)s” is wrong.", {"value": text}))

    assert "<" not in html.replace("<bdi>", "").replace("</bdi>", "")


@given(score=st.floats(min_value=0, max_value=1))
def test_a_bar_never_leaves_its_frame(score: float):
    assert 0 <= int(tags.bar(score).split('li-bar-fill" width="')[1].split('"')[0]) <= 100


def test_a_moment_names_its_time_zone():
    html = words.moment(datetime(2026, 11, 22, 2, 14, 7, tzinfo=UTC))

    assert (
        html
        == '<time datetime="2026-11-22T02:14:07+00:00" class="li-moment"><bdi>22 Nov 2026 02:14:07 UTC</bdi></time>'
    )


@pytest.mark.parametrize(("contribution", "shown"), [(0.144, "+14"), (-0.006, "−1"), (0.001, ""), (-0.001, "")])
def test_a_reason_says_what_it_adds_or_takes(contribution: float, shown: str):
    assert tags.points(contribution) == shown


@pytest.mark.parametrize(
    ("nats", "shown"), [(0.2, "+"), (0.99, "+"), (1.0, "++"), (2.99, "++"), (3.0, "+++"), (-0.5, "−"), (-4.0, "−−−")]
)
def test_a_reason_says_how_much_it_weighs_by_itself(nats: float, shown: str):
    _, parts = explain(0.0, [Evidence(Feature.NAME, nats, "", "", "The name.", {})])

    assert tags.weight(parts[1]) == shown
