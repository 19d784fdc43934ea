"""The inner loops, compiled: how alike two words are, who shares words with a name, what two names say.

Everything is plain arrays and numbers; what they mean is said where they are made (`vocabulary`, `asked`). All costs
and evidence are in nats; sums that decide an order are whole numbers (`STEPS` to a nat), so that they do not depend
on the order of addition. A kernel releases the interpreter's lock and keeps nothing.
"""

import numba
from typing import Any

import numpy as np

from liaison.names.phonemes import PHONEMES_MAX

STEPS = 64
"""Parts of a nat in which candidates are compared before they are scored."""
LONG = PHONEMES_MAX + 2
NAME, INITIAL, PARTICLE = 0, 1, 2

EXACT, SOUND, SLIP, FAMILY, FIRST_LETTER, GLUED = 1, 2, 3, 4, 5, 6
"""By what two words answer each other."""

_FAR = np.float32(99.0)
_TURNED = np.float32(1.9)
_FAMILY_SAME_SCRIPT, _FAMILY_ACROSS = np.float32(1.6), np.float32(0.7)
_SLIP = np.float32(3.0)
_SAME_START, _OTHER_START = np.float32(0.4), np.float32(-0.3)
_ANOTHER_FORM, _ANOTHER_SCRIPT, _ANOTHER_READING = np.float32(0.25), np.float32(0.5), np.float32(0.2)
_SHARE_MIN, _GLUED_SHARE_MIN = np.float32(0.25), np.float32(0.4)
_LETTER = np.float32(1.8)
_GLUE, _GLUED_FORM, _GLUED_SLIP = np.float32(0.7), np.float32(0.4), np.float32(2.6)
_GLUED_LETTERS_MIN = 4

compiled = numba.njit(cache=True, nogil=True)


@compiled
def sound_distance(a: Any, b: Any, other: Any, left_out: Any, most: Any) -> Any:
    """Return the least cost that turns one word of sounds into another; _FAR when it is above `most`."""
    la, lb = len(a), len(b)
    before = np.empty(LONG, np.float32)
    last = np.empty(LONG, np.float32)
    now = np.empty(LONG, np.float32)
    last[0] = 0.0
    for j in range(lb):
        last[j + 1] = last[j] + left_out[b[j]]
    for i in range(la):
        gone = left_out[a[i]]
        now[0] = last[0] + gone
        least = now[0]
        for j in range(lb):
            cost = min(last[j] + other[a[i], b[j]], last[j + 1] + gone, now[j] + left_out[b[j]])
            if i > 0 and j > 0 and a[i] == b[j - 1] and a[i - 1] == b[j]:
                cost = min(cost, before[j - 1] + _TURNED)
            now[j + 1] = cost
            least = min(least, cost)
        if least > most:
            return _FAR
        before, last, now = last, now, before
    return last[lb] if last[lb] <= most else _FAR


@compiled
def slips(a: Any, b: Any, most: Any) -> Any:
    """Return how many letters are changed, missing, too many or exchanged (OSA); more than `most` when above it."""
    la, lb = len(a), len(b)
    if abs(la - lb) > most or la > LONG - 2 or lb > LONG - 2:
        return most + 1
    before = np.empty(LONG, np.int32)
    last = np.empty(LONG, np.int32)
    now = np.empty(LONG, np.int32)
    for j in range(lb + 1):
        last[j] = j
    for i in range(la):
        now[0] = i + 1
        least = now[0]
        for j in range(lb):
            cost = min(last[j] + (a[i] != b[j]), last[j + 1] + 1, now[j] + 1)
            if i > 0 and j > 0 and a[i] == b[j - 1] and a[i - 1] == b[j]:
                cost = min(cost, before[j - 1] + 1)
            now[j + 1] = cost
            least = min(least, cost)
        if least > most:
            return most + 1
        before, last, now = last, now, before
    return last[lb]


@compiled
def _equal(a: Any, b: Any) -> Any:
    if len(a) != len(b):
        return False
    place = 0
    while place < len(a) and a[place] == b[place]:
        place += 1
    return place == len(a)


@compiled
def _share_family(a: Any, b: Any) -> Any:
    """Whether two sorted arrays share a value."""
    i = j = 0
    while i < len(a) and j < len(b):
        if a[i] == b[j]:
            return True
        if a[i] < b[j]:
            i += 1
        else:
            j += 1
    return False


@compiled
def word_evidence(w: Any, i: Any, v: Any, j: Any, between: Any, other: Any, left_out: Any) -> Any:
    """Return what it says that word i of one vocabulary stands where word j of another does, and by what (EXACT ...).

    Zero for words that are not alike. The same from both sides.
    """
    (w_form_at, w_form, w_code_at, w_code, w_reading_at, w_script, w_role, w_info, w_family_at, w_family) = w
    (v_form_at, v_form, v_code_at, v_code, v_reading_at, v_script, v_role, v_info, v_family_at, v_family) = v
    a_form = w_form[w_form_at[i] : w_form_at[i + 1]]
    b_form = v_form[v_form_at[j] : v_form_at[j + 1]]
    same_script = w_script[i] == v_script[j]
    a_first, b_first = w_reading_at[i], v_reading_at[j]
    a_code = w_code[w_code_at[a_first] : w_code_at[a_first + 1]]
    b_code = v_code[v_code_at[b_first] : v_code_at[b_first + 1]]
    if w_role[i] == INITIAL or v_role[j] == INITIAL:
        if a_form[0] == b_form[0] or (not same_script and len(a_code) and len(b_code) and a_code[0] == b_code[0]):
            return _LETTER, FIRST_LETTER
        return np.float32(0.0), 0
    lower = min(w_info[i], v_info[j])
    same_form = _equal(a_form, b_form)
    if same_form and same_script:
        return lower, EXACT
    info = (w_info[i] + v_info[j]) * np.float32(0.5) if same_script else lower
    table = between[w_script[i], v_script[j]]
    best, kind = np.float32(0.0), 0
    most = info * (np.float32(1.0) - _SHARE_MIN)
    always = np.float32(0.0)
    if not same_form:
        always += _ANOTHER_FORM
    if table != 0:
        always += _ANOTHER_SCRIPT
    for x in range(a_first, w_reading_at[i + 1]):
        for y in range(b_first, v_reading_at[j + 1]):
            extra = always
            if x != a_first:
                extra += _ANOTHER_READING
            if y != b_first:
                extra += _ANOTHER_READING
            if extra > most:
                continue
            cost = extra + sound_distance(
                w_code[w_code_at[x] : w_code_at[x + 1]],
                v_code[v_code_at[y] : v_code_at[y + 1]],
                other[table],
                left_out[table],
                most - extra,
            )
            if info - cost > best:
                best, kind = info - cost, SOUND
    if best < info * _SHARE_MIN:
        best, kind = np.float32(0.0), 0
    if table == 0 and not same_form:
        allowed = 1 if max(len(a_form), len(b_form)) <= 5 else 2
        apart = slips(a_form, b_form, allowed)
        if apart <= allowed:
            said = info - _SLIP * np.float32(apart) + (_SAME_START if a_form[0] == b_form[0] else _OTHER_START)
            if said > best:
                best, kind = said, SLIP
    if _share_family(w_family[w_family_at[i] : w_family_at[i + 1]], v_family[v_family_at[j] : v_family_at[j + 1]]):
        said = info - (_FAMILY_SAME_SCRIPT if same_script else _FAMILY_ACROSS)
        if said > best:
            best, kind = said, FAMILY
    return best, kind


@compiled
def glued_evidence(w: Any, i: Any, k: Any, v: Any, j: Any, between: Any, other: Any, left_out: Any) -> Any:
    """Return what it says that words i and k of one name together stand where word j of another does."""
    (w_form_at, w_form, w_code_at, w_code, w_reading_at, w_script, w_role, w_info, _wa, _wb) = w
    (v_form_at, v_form, v_code_at, v_code, v_reading_at, v_script, v_role, v_info, _va, _vb) = v
    zero = np.float32(0.0)
    if w_role[i] == INITIAL or w_role[k] == INITIAL or v_role[j] == INITIAL or w_script[i] != w_script[k]:
        return zero
    one = w_form[w_form_at[i] : w_form_at[i + 1]]
    two = w_form[w_form_at[k] : w_form_at[k + 1]]
    if len(one) + len(two) < _GLUED_LETTERS_MIN:
        return zero
    form = np.concatenate((one, two))
    b_form = v_form[v_form_at[j] : v_form_at[j + 1]]
    info = min(v_info[j], w_info[i] + w_info[k])
    same_script = w_script[i] == v_script[j]
    if same_script and _equal(form, b_form):
        return info - _GLUE
    table = between[w_script[i], v_script[j]]
    most = info * (np.float32(1.0) - _GLUED_SHARE_MIN) - _GLUE - _GLUED_FORM
    best = zero
    x, y = w_reading_at[i], w_reading_at[k]
    code = np.concatenate((w_code[w_code_at[x] : w_code_at[x + 1]], w_code[w_code_at[y] : w_code_at[y + 1]]))
    if len(code) <= LONG - 2 and most > 0:
        z = v_reading_at[j]
        cost = sound_distance(code, v_code[v_code_at[z] : v_code_at[z + 1]], other[table], left_out[table], most)
        best = max(best, info - cost - _GLUE - _GLUED_FORM)
    if table == 0 and same_script and slips(form, b_form, 1) == 1:
        best = max(best, info - _GLUE - _GLUED_SLIP)
    return best if best > info * _GLUED_SHARE_MIN else zero


@compiled
def compare(
    w: Any, asked: Any, v: Any, known: Any, between: Any, other: Any, left_out: Any, weights: Any, pairs: Any
) -> Any:
    """Return what two names say: agreement, difference and order; `pairs` takes which words answer which.

    `asked` and `known` are the words of the names, as places in their vocabularies. A row of `pairs` is: kind, first
    asked word, how many, first known word, how many, evidence. Returns the number of pairs besides.
    """
    n, m = len(asked), len(known)
    most = n * m * 3
    said = np.empty(most, np.float32)
    what = np.empty((most, 5), np.int32)
    count = 0
    alike = 0
    for i in range(n):
        for j in range(m):
            value, kind = word_evidence(w, asked[i], v, known[j], between, other, left_out)
            if value > 0:
                said[count] = value
                what[count] = (kind, i, 1, j, 1)
                count += 1
    alike = count
    if n != m or alike < n:
        for i in range(n - 1):
            for j in range(m):
                value = glued_evidence(w, asked[i], asked[i + 1], v, known[j], between, other, left_out)
                if value > 0:
                    said[count] = value
                    what[count] = (GLUED, i, 2, j, 1)
                    count += 1
        for j in range(m - 1):
            for i in range(n):
                value = glued_evidence(v, known[j], known[j + 1], w, asked[i], between, other, left_out)
                if value > 0:
                    said[count] = value
                    what[count] = (GLUED, i, 1, j, 2)
                    count += 1
    used_asked = np.zeros(n, np.bool_)
    used_known = np.zeros(m, np.bool_)
    chosen = 0
    total = 0.0
    while True:
        best = -1
        for c in range(count):
            if said[c] <= 0:
                continue
            if best < 0 or said[c] > said[best] or (said[c] == said[best] and _sooner(what[c], what[best])):
                best = c
        if best < 0:
            break
        kind, i, ni, j, nj = what[best]
        for x in range(i, i + ni):
            used_asked[x] = True
        for y in range(j, j + nj):
            used_known[y] = True
        total += said[best]
        pairs[chosen, 0], pairs[chosen, 1], pairs[chosen, 2] = kind, i, ni
        pairs[chosen, 3], pairs[chosen, 4], pairs[chosen, 5] = j, nj, said[best]
        chosen += 1
        for c in range(count):
            if said[c] > 0:
                for x in range(what[c, 1], what[c, 1] + what[c, 2]):
                    if used_asked[x]:
                        said[c] = 0
                for y in range(what[c, 3], what[c, 3] + what[c, 4]):
                    if used_known[y]:
                        said[c] = 0
    if chosen == 0:
        total = 0.0
    return _weighed(w, asked, used_asked, v, known, used_known, total, pairs[:chosen], weights, chosen)


@compiled
def _sooner(one: Any, other: Any) -> Any:
    """Which of two equal pairs comes first; the same from both sides."""
    if one[1] + one[3] != other[1] + other[3]:
        return one[1] + one[3] < other[1] + other[3]
    return abs(one[1] - one[3]) < abs(other[1] - other[3])


@compiled
def _steps(value: Any, knots: Any, slopes: Any) -> Any:
    """Return the height of a line of several slopes, one between each two knots."""
    height = 0.0
    for k in range(len(slopes)):
        if value > knots[k]:
            height += (min(value, knots[k + 1]) - knots[k]) * slopes[k]
    return height


@compiled
def _weighed(
    w: Any,
    asked: Any,
    used_asked: Any,
    v: Any,
    known: Any,
    used_known: Any,
    total: Any,
    pairs: Any,
    weights: Any,
    chosen: Any,
) -> Any:
    (total_knots, total_slopes, least_knots, least_slopes, most_knots, most_slopes, single) = weights
    whole_asked = whole_known = 0.0
    left_asked = np.zeros(len(asked), np.float64)
    left_known = np.zeros(len(known), np.float64)
    a = b = 0
    for x in range(len(asked)):
        if w[6][asked[x]] <= INITIAL:
            whole_asked += w[7][asked[x]]
            if not used_asked[x]:
                left_asked[a] = w[7][asked[x]]
                a += 1
    for y in range(len(known)):
        if v[6][known[y]] <= INITIAL:
            whole_known += v[7][known[y]]
            if not used_known[y]:
                left_known[b] = v[7][known[y]]
                b += 1
    left_asked = -np.sort(-left_asked[:a])
    left_known = -np.sort(-left_known[:b])
    both = min(a, b)
    contradicting = 0.0
    for x in range(both):
        contradicting += min(left_asked[x], left_known[x])
    extra = left_asked[both:].sum() + left_known[both:].sum()
    of_asked = min(1.0, total / whole_asked) if whole_asked > 0 else 0.0
    of_known = min(1.0, total / whole_known) if whole_known > 0 else 0.0
    agreement = _steps(total, total_knots, total_slopes)
    agreement += _steps(min(of_asked, of_known), least_knots, least_slopes)
    agreement += _steps(max(of_asked, of_known), most_knots, most_slopes)
    if a == 0 and b == 0 and chosen > 0:
        agreement += single[0]
    difference = single[1] * min(both, 2) + single[2] * contradicting + single[3] * min(extra, 12.0)
    return agreement, difference, _order(w, asked, pairs), chosen


@compiled
def _order(w: Any, asked: Any, pairs: Any) -> Any:
    """Return 0 where the words stand in one order, 1 where the one name is the other turned, 2 where shuffled."""
    places = np.empty(len(asked), np.int64)
    count = 0
    for x in range(len(asked)):
        for p in range(len(pairs)):
            if pairs[p, 1] == x and w[6][asked[x]] <= INITIAL:
                places[count] = np.int64(pairs[p, 3])
                count += 1
    sinks = 0
    for x in range(count - 1):
        if places[x] > places[x + 1]:
            sinks += 1
    if sinks == 0:
        return 0
    turns = sinks + (1 if places[count - 1] > places[0] else 0)
    return 1 if turns == 1 else 2
