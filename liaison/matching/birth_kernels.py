"""What two birth dates, or nationalities, have to do with each other, compiled.

A date is its first and last day (ordinals) and whether it is approximate. Kinds are numbered as `Agreement` has them.
"""

from typing import Any

import numpy as np

from liaison.matching.compiling import compiled

SAME_DAY, NEW_YEARS_DAY, SAME_MONTH, SAME_YEAR, WITHIN_RANGE, SWAPPED, CENTURY, ONE_DIGIT, CLOSE, DIFFERENT = range(
    10
)
_DAYS_OF_YEAR = 366
_MONTH = 31
_CLOSE_DAYS = 2 * _DAYS_OF_YEAR


@compiled
def birth_agreement(a_first: Any, a_last: Any, a_rough: Any, b_first: Any, b_last: Any, b_rough: Any) -> Any:
    """Return the number of the agreement of two dates, the same from both sides."""
    exact = a_first == a_last and b_first == b_last and not a_rough and not b_rough
    if max(a_first, b_first) <= min(a_last, b_last):
        if exact:
            _, month, day = civil(a_first)
            return NEW_YEARS_DAY if month == 1 and day == 1 else SAME_DAY
        widest = max(a_last - a_first, b_last - b_first)
        if a_rough or b_rough or widest >= _DAYS_OF_YEAR:
            return WITHIN_RANGE
        return SAME_MONTH if widest <= _MONTH else SAME_YEAR
    if exact:
        return _slip(a_first, b_first)
    gap = max(a_first, b_first) - min(a_last, b_last)
    return CLOSE if gap < _DAYS_OF_YEAR else DIFFERENT


@compiled
def best_birth(births: Any, first: Any, last: Any, rough: Any, begin: Any, end: Any, weights: Any) -> Any:
    """Return the agreement that weighs most of asked dates and those known from `begin` to `end`, and the two dates.

    -1 where a side has none. Dates are places: of the asked one in `births`, of the known one in its columns.
    """
    best, best_asked, best_known = -1, -1, -1
    for known in range(begin, end):
        for asked in range(len(births)):
            kind = birth_agreement(
                births[asked, 0], births[asked, 1], births[asked, 2], first[known], last[known], rough[known]
            )
            if best < 0 or weights[kind] > weights[best]:
                best, best_asked, best_known = kind, asked, known
    return best, best_asked, best_known


@compiled
def share_nation(nations: Any, nation: Any, begin: Any, end: Any) -> Any:
    """Whether one of the asked nationalities is among those known from `begin` to `end`."""
    for known in range(begin, end):
        for asked in range(len(nations)):
            if nations[asked] == nation[known]:
                return True
    return False


@compiled
def _slip(a: Any, b: Any) -> Any:
    a_year, a_month, a_day = civil(a)
    b_year, b_month, b_day = civil(b)
    if a_year == b_year and a_month == b_day and a_day == b_month:
        return SWAPPED
    if a_month == b_month and a_day == b_day and abs(a_year - b_year) == 100:
        return CENTURY
    apart = 0
    for place in range(4):
        apart += a_year // 10**place % 10 != b_year // 10**place % 10
    for place in range(2):
        apart += a_month // 10**place % 10 != b_month // 10**place % 10
        apart += a_day // 10**place % 10 != b_day // 10**place % 10
    if apart == 1:
        return ONE_DIGIT
    return CLOSE if abs(a - b) <= _CLOSE_DAYS else DIFFERENT


@compiled
def civil(ordinal: Any) -> Any:
    """Return year, month and day of a proleptic Gregorian ordinal, as `datetime.date.fromordinal` does."""
    days = np.int64(ordinal) + 305
    era = days // 146097
    of_era = days - era * 146097
    year_of_era = (of_era - of_era // 1460 + of_era // 36524 - of_era // 146096) // 365
    of_year = of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    shifted = (5 * of_year + 2) // 153
    day = of_year - (153 * shifted + 2) // 5 + 1
    month = shifted + 3 if shifted < 10 else shifted - 9
    year = year_of_era + era * 400 + (1 if month <= 2 else 0)
    return year, month, day
