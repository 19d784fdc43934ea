"""Scores rows of a segment against a query, compiled: what names, dates, nationalities and sex say together."""

from typing import Any

import numpy as np

from liaison.matching.birth_kernels import best_birth, share_nation
from liaison.matching.compiling import compiled
from liaison.matching.kernels import compare, scratch

TOTAL, AGREEMENT, DIFFERENCE, ORDER, WEAK, ASKED_NAME, KNOWN_NAME, WORDS = range(8)
BIRTH, ASKED_BIRTH, KNOWN_BIRTH, NATION, SEX = range(8, 13)
"""The columns of a scored row. Names, births and the rest are -1 where nothing could be compared."""
COLUMNS = 13
NOTHING = -1.0
_WEAK = 1


@compiled
def score_names(
    out: Any,
    rows: Any,
    number: Any,
    w: Any,
    count: Any,
    weak_asked: Any,
    v: Any,
    name_at: Any,
    name_word_at: Any,
    name_word: Any,
    name_kind: Any,
    between: Any,
    other: Any,
    left_out: Any,
    name_weights: Any,
    order_weights: Any,
    weak: Any,
) -> Any:
    """Compare one asked name (`number`, its first `count` words) with the names of the rows; keep what says most."""
    asked = np.arange(count)
    rooms = scratch()
    for r in range(len(rows)):
        row = rows[r]
        for name in range(name_at[row], name_at[row + 1]):
            known = name_word[name_word_at[name] : name_word_at[name + 1]]
            agreement, difference, order, words = compare(
                w, asked, v, known, between, other, left_out, name_weights, rooms
            )
            is_weak = weak_asked or name_kind[name] == _WEAK
            total = agreement + difference + order_weights[order] + (weak if is_weak else 0.0)
            if out[r, ASKED_NAME] < 0 or total > out[r, TOTAL]:
                out[r, TOTAL] = total
                out[r, AGREEMENT], out[r, DIFFERENCE], out[r, ORDER] = agreement, difference, order_weights[order]
                out[r, WEAK] = weak if is_weak else 0.0
                out[r, ASKED_NAME], out[r, KNOWN_NAME] = number, name - name_at[row]
                answered = np.int64(0)
                for p in range(words):
                    answered += rooms[6][p, 2]
                out[r, WORDS] = answered


@compiled
def score_rest(
    out: Any,
    rows: Any,
    births: Any,
    nations: Any,
    sex: Any,
    birth_at: Any,
    birth_first: Any,
    birth_last: Any,
    birth_rough: Any,
    nation_at: Any,
    nation: Any,
    sexes: Any,
    birth_weights: Any,
    rest_weights: Any,
) -> Any:
    """Add what birth dates, nationalities and sex say of the rows: of several dates the pair that says most."""
    for r in range(len(rows)):
        row = rows[r]
        begin, end = birth_at[row], birth_at[row + 1]
        kind, asked, known = best_birth(births, birth_first, birth_last, birth_rough, begin, end, birth_weights)
        if kind >= 0:
            out[r, BIRTH], out[r, ASKED_BIRTH], out[r, KNOWN_BIRTH] = kind, asked, known - begin
            out[r, TOTAL] += birth_weights[kind]
        if len(nations) and nation_at[row] < nation_at[row + 1]:
            same = share_nation(nations, nation, nation_at[row], nation_at[row + 1])
            out[r, NATION] = same
            out[r, TOTAL] += rest_weights[0] if same else rest_weights[1]
        if sex and sexes[row]:
            out[r, SEX] = 1.0 if sexes[row] == sex else 0.0
            out[r, TOTAL] += rest_weights[2] if sexes[row] == sex else rest_weights[3]
