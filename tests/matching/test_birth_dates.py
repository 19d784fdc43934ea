"""Birth dates as intervals: overlap speaks for, distance against, and what cannot be read says nothing."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liaison.matching.birth_dates import Agreement, birth_dates_of
from liaison.matching.birth_kernels import birth_agreement, civil
from liaison.matching.weights import weights
from tests.budgets import budget
from tests.matching.people import partial_dates


def compared(left: object, right: object) -> Agreement:
    one, other = birth_dates_of([left])[0], birth_dates_of([right])[0]
    kind = birth_agreement(one.first, one.last, one.approximate, other.first, other.last, other.approximate)
    return list(Agreement)[kind]


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("1965-03-07", "1965-03-07", Agreement.SAME_DAY),
        ("1965-01-01", "1965-01-01", Agreement.NEW_YEARS_DAY),
        ("1965-03-07", "1965-03", Agreement.SAME_MONTH),
        ("1965-03-07", "1965", Agreement.SAME_YEAR),
        ("1965", "1965", Agreement.SAME_YEAR),
        ("1965", {"from": "1962", "to": "1964"}, Agreement.CLOSE),
        ("1964", {"from": "1962", "to": "1964"}, Agreement.WITHIN_RANGE),
        ("1967", {"text": "1965", "approximate": True}, Agreement.WITHIN_RANGE),
        ("1970", {"text": "1965", "approximate": True}, Agreement.DIFFERENT),
        ("1965-03-07", "1965-07-03", Agreement.DAY_AND_MONTH_SWAPPED),
        ("1965-03-07", "1985-03-07", Agreement.ONE_DIGIT_APART),
        ("1965-03-07", "2065-03-07", Agreement.A_CENTURY_APART),
        ("1965-03-07", "1966-12-25", Agreement.CLOSE),
        ("1965-03-07", "1968-12-25", Agreement.DIFFERENT),
        ("1965", "1966", Agreement.CLOSE),
        ("1965", "1967", Agreement.DIFFERENT),
    ],
)
def test_when_two_dates_are_compared_then_it_is_known_what_they_have_to_do_with_each_other(left, right, expected):
    assert compared(left, right) is expected
    assert compared(right, left) is expected


@pytest.mark.parametrize(
    "value", ["", "19", "1965-13", "1965-02-30", "0000", "9999-12-31", None, 1965, {"from": "x"}]
)
def test_when_a_date_cannot_be_read_then_it_is_left_out(value):
    assert birth_dates_of([value]) == ()


@given(st.dates())
@settings(max_examples=budget(300, 5000), deadline=None)
def test_a_day_is_read_as_the_calendar_does(day):
    assert civil(day.toordinal()) == (day.year, day.month, day.day)


@given(partial_dates, partial_dates)
@settings(max_examples=budget(300, 5000), deadline=None)
def test_agreement_is_symmetric_and_overlap_always_speaks_for(left, right):
    forward = compared(left, right)
    assert forward is compared(right, left)
    overlaps = left.startswith(right) or right.startswith(left)
    assert not overlaps or weights().births[list(Agreement).index(forward)] > 0
