"""Who shares words with a name: compiled loops over the vocabulary and the rows of one segment.

A unit is a word of the name that is asked for, or two neighbours as one. Its like are found among the words of the
segment; each row counts once for each unit, with the best of its words. Rows that are not admitted change nothing.
"""

from typing import Any

import numpy as np

from liaison.matching.birth_kernels import best_birth, share_nation
from liaison.matching.compiling import compiled
from liaison.matching.kernels import LONG, STEPS, word_evidence

SCORE_MAX = 1 << 12
"""Above this all are equal: no name has that much to say."""


@compiled
def like_words(
    w: Any,
    keys_at: Any,
    keys: Any,
    v: Any,
    key_hash: Any,
    key_word: Any,
    stamp: Any,
    first_stamp: Any,
    between: Any,
    other: Any,
    left_out: Any,
) -> Any:
    """Return the words of a segment that are like each unit, best first: offsets by unit, words, evidence (steps)."""
    units = len(keys_at) - 1
    room = 256
    rows = np.empty((3, LONG), np.float32)
    words = np.empty(room, np.uint32)
    said = np.empty(room, np.int32)
    at = np.zeros(units + 1, np.int64)
    count = 0
    for unit in range(units):
        mark = first_stamp + unit
        for k in range(keys_at[unit], keys_at[unit + 1]):
            key = keys[k]
            place = np.searchsorted(key_hash, key)
            while place < len(key_hash) and key_hash[place] == key:
                word = key_word[place]
                place += 1
                if stamp[word] == mark:
                    continue
                stamp[word] = mark
                value, _ = word_evidence(w, unit, v, word, between, other, left_out, rows)
                steps = np.int32(value * STEPS)
                if steps <= 0:
                    continue
                if count == room:
                    room *= 2
                    words = _grown_words(words, room)
                    said = _grown_said(said, room)
                words[count] = word
                said[count] = steps
                count += 1
        begin = at[unit]
        order = np.argsort(-said[begin:count], kind="mergesort")
        words[begin:count] = words[begin:count][order]
        said[begin:count] = said[begin:count][order]
        at[unit + 1] = count
    return at, words[:count], said[:count]


@compiled
def _grown_words(array: Any, room: Any) -> Any:
    grown = np.empty(room, np.uint32)
    grown[: len(array)] = array
    return grown


@compiled
def _grown_said(array: Any, room: Any) -> Any:
    grown = np.empty(room, np.int32)
    grown[: len(array)] = array
    return grown


@compiled
def rows_of_units(at: Any, words: Any, post_at: Any, post_row: Any, admitted: Any) -> Any:
    """Return for each unit how many postings of admitted rows its words have."""
    counts = np.zeros(len(at) - 1, np.int64)
    for unit in range(len(at) - 1):
        for k in range(at[unit], at[unit + 1]):
            word = words[k]
            for p in range(post_at[word], post_at[word + 1]):
                if admitted[post_row[p]]:
                    counts[unit] += 1
    return counts


@compiled
def postings_of_units(at: Any, words: Any, post_at: Any) -> Any:
    """Return how many postings all words of all units have, admitted or not."""
    count = np.int64(0)
    for k in range(at[len(at) - 1]):
        count += np.int64(post_at[words[k] + 1]) - np.int64(post_at[words[k]])
    return count


@compiled
def gather(
    at: Any,
    words: Any,
    said: Any,
    share: Any,
    order: Any,
    inserts: Any,
    post_at: Any,
    post_row: Any,
    joined: Any,
    joined_said: Any,
    pair_hash: Any,
    pair_row: Any,
    admitted: Any,
    score: Any,
    stamp: Any,
    first_stamp: Any,
    touched: Any,
) -> Any:
    """Add up, row by row, what its words say; return how many rows were touched (their numbers are in `touched`).

    `order` is the order of the units; a unit that does not insert only adds to rows that others have touched.
    """
    count = 0
    for turn in range(len(order)):
        unit = order[turn]
        mark = first_stamp + unit
        for k in range(at[unit], at[unit + 1]):
            worth = said[k] // share[unit]
            if worth == 0:  # A row is known as touched by its score.
                continue
            word = words[k]
            for p in range(post_at[word], post_at[word + 1]):
                row = post_row[p]
                if stamp[row] == mark or not admitted[row]:
                    continue
                if score[row] == 0:
                    if not inserts[unit]:
                        continue
                    touched[count] = row
                    count += 1
                stamp[row] = mark
                score[row] += worth
    units = len(order)
    for unit in range(len(joined)):
        key = joined[unit]
        mark = first_stamp + units + unit
        place = np.searchsorted(pair_hash, key)
        while place < len(pair_hash) and pair_hash[place] == key:
            row = pair_row[place]
            place += 1
            if stamp[row] == mark or not admitted[row]:
                continue
            stamp[row] = mark
            if score[row] == 0:
                touched[count] = row
                count += 1
            score[row] += joined_said[unit]
    return count


@compiled
def best_rows(score: Any, touched: Any, count: Any, wanted: Any) -> Any:
    """Return the rows with the highest scores, at most `wanted`, the first rows of those that are equal at the end.

    Returns the rows in no order, their scores, and the score of the last.
    """
    seen = np.zeros(SCORE_MAX, np.int64)
    for k in range(count):
        seen[min(score[touched[k]], SCORE_MAX - 1)] += 1
    cut = SCORE_MAX - 1
    above = np.int64(0)
    while cut > 1 and above + seen[cut] < wanted:
        above += seen[cut]
        cut -= 1
    rows = np.empty(min(count, above + seen[cut]), np.int64)
    many = 0
    for k in range(count):
        if min(score[touched[k]], SCORE_MAX - 1) > cut:
            rows[many] = touched[k]
            many += 1
    equal = np.empty(seen[cut], np.int64)
    more = 0
    for k in range(count):
        if min(score[touched[k]], SCORE_MAX - 1) == cut:
            equal[more] = touched[k]
            more += 1
    equal.sort()
    room = min(more, wanted - many)
    rows = rows[: many + room]
    rows[many:] = equal[:room]
    scores = np.empty(len(rows), np.int64)
    for k in range(len(rows)):
        scores[k] = score[rows[k]]
    return rows, scores, cut


@compiled
def best_fitting(
    score: Any,
    touched: Any,
    count: Any,
    wanted: Any,
    cut: Any,
    births: Any,
    birth_at: Any,
    birth_first: Any,
    birth_last: Any,
    birth_rough: Any,
    fits: Any,
    nations: Any,
    nation_at: Any,
    nation: Any,
    same_nation: Any,
) -> Any:
    """Return the best rows where a birth date that fits, and a nationality, count besides the name.

    `fits` says, for each way in which two dates agree, how many steps that adds; none adds more than its first.
    """
    least = cut - fits[0] - same_nation
    kept = np.empty(count, np.int64)
    many = 0
    for k in range(count):
        if score[touched[k]] >= least:
            kept[many] = touched[k]
            many += 1
    raised = np.zeros(many, np.int32)
    for k in range(many):
        row = kept[k]
        begin, end = birth_at[row], birth_at[row + 1]
        kind, _, _ = best_birth(births, birth_first, birth_last, birth_rough, begin, end, fits)
        most = fits[kind] if kind >= 0 else 0
        same = same_nation if share_nation(nations, nation, nation_at[row], nation_at[row + 1]) else 0
        raised[k] = score[row] + most + same
    places = np.arange(many)
    # Rows in their order, so that those which are equal at the end are the first ones.
    order = np.argsort(kept[:many], kind="mergesort")
    rows = kept[:many][order]
    values = raised[order]
    chosen, scores, _ = best_rows(values, places, many, wanted)
    return rows[chosen], scores


@compiled
def forget(score: Any, touched: Any, count: Any) -> Any:
    """Set the scores of the touched rows to nothing."""
    for k in range(count):
        score[touched[k]] = 0
