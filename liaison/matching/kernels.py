"""The inner loops, compiled: how alike two words are, who shares words with a name, what two names say.

Everything is plain arrays and numbers; what they mean is said where they are made (`vocabulary`, `asked`). All costs
and evidence are in nats; sums that decide an order are whole numbers (`STEPS` to a nat), so that they do not depend
on the order of addition. A kernel releases the interpreter's lock and keeps nothing.
"""

from typing import Any

import numpy as np

from liaison.matching.compiling import compiled, inlined
from liaison.names import Role
from liaison.names.phonemes import ALPHABET, PHONEMES_MAX

STEPS = 64
"""Parts of a nat in which candidates are compared before they are scored."""
LONG = PHONEMES_MAX + 2
WORDS_MAX = 24
"""Words of a name, as `liaison.names` reads them at most."""
INITIAL, PATRONYMIC = int(Role.INITIAL), int(Role.PATRONYMIC)

EXACT, SOUND, SLIP, FAMILY, FIRST_LETTER, GLUED = 1, 2, 3, 4, 5, 6
"""By what two words answer each other."""

_VOWELS = tuple(ALPHABET.index(sound) + 1 for sound in "aeiou")
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


@inlined
def sound_distance(a: Any, b: Any, other: Any, left_out: Any, most: Any, rows: Any) -> Any:
    """Return the least cost that turns one word of sounds into another; _FAR when it is above `most`.

    `left_out[0]` is the least that a missing sound costs. `rows` is room for three rows.
    """
    la, lb = len(a), len(b)
    if abs(la - lb) * left_out[0] > most:
        return _FAR
    before, last, now = 0, 1, 2
    rows[last, 0] = 0.0
    for j in range(lb):
        rows[last, j + 1] = rows[last, j] + left_out[b[j]]
    for i in range(la):
        sound = a[i]
        gone = left_out[sound]
        least = rows[last, 0] + gone
        rows[now, 0] = least
        for j in range(lb):
            cost = min(rows[last, j] + other[sound, b[j]], rows[last, j + 1] + gone, rows[now, j] + left_out[b[j]])
            if i > 0 and j > 0 and sound == b[j - 1] and a[i - 1] == b[j]:
                cost = min(cost, rows[before, j - 1] + _TURNED)
            rows[now, j + 1] = cost
            least = min(least, cost)
        if least > most:
            return _FAR
        before, last, now = last, now, before
    return rows[last, lb] if rows[last, lb] <= most else _FAR


@inlined
def slips(a: Any, b: Any, most: Any, rows: Any) -> Any:
    """Return how many letters are changed, missing, too many or exchanged (OSA); more than `most` when above it."""
    la, lb = len(a), len(b)
    if abs(la - lb) > most or la > LONG - 2 or lb > LONG - 2:
        return most + 1
    before, last, now = 0, 1, 2
    for j in range(lb + 1):
        rows[last, j] = j
    for i in range(la):
        rows[now, 0] = i + 1
        least = rows[now, 0]
        for j in range(lb):
            cost = min(rows[last, j] + (a[i] != b[j]), rows[last, j + 1] + 1, rows[now, j] + 1)
            if i > 0 and j > 0 and a[i] == b[j - 1] and a[i - 1] == b[j]:
                cost = min(cost, rows[before, j - 1] + 1)
            rows[now, j + 1] = cost
            least = min(least, cost)
        if least > most:
            return most + 1
        before, last, now = last, now, before
    return np.int64(rows[last, lb])


@inlined
def _equal(a: Any, b: Any) -> Any:
    if len(a) != len(b):
        return False
    place = 0
    while place < len(a) and a[place] == b[place]:
        place += 1
    return place == len(a)


@inlined
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


@inlined
def _has_consonant(code: Any) -> Any:
    place = 0
    while place < len(code) and code[place] in _VOWELS:
        place += 1
    return place < len(code)


@inlined
def word_evidence(w: Any, i: Any, v: Any, j: Any, between: Any, other: Any, left_out: Any, rows: Any) -> Any:
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
            a_read = w_code[w_code_at[x] : w_code_at[x + 1]]
            b_read = v_code[v_code_at[y] : v_code_at[y + 1]]
            # Vowels alone say nothing where one of the scripts hardly writes them.
            if table != 0 and not (_has_consonant(a_read) and _has_consonant(b_read)):
                continue
            cost = extra + sound_distance(
                a_read,
                b_read,
                other[table],
                left_out[table],
                most - extra,
                rows,
            )
            if info - cost > best:
                best, kind = info - cost, SOUND
    if best < info * _SHARE_MIN:
        best, kind = np.float32(0.0), 0
    if table == 0 and not same_form:
        allowed = 1 if max(len(a_form), len(b_form)) <= 5 else 2
        apart = slips(a_form, b_form, allowed, rows)
        if apart <= allowed:
            said = info - _SLIP * np.float32(apart) + (_SAME_START if a_form[0] == b_form[0] else _OTHER_START)
            if said > best:
                best, kind = said, SLIP
    if _share_family(w_family[w_family_at[i] : w_family_at[i + 1]], v_family[v_family_at[j] : v_family_at[j + 1]]):
        said = info - (_FAMILY_SAME_SCRIPT if same_script else _FAMILY_ACROSS)
        if said > best:
            best, kind = said, FAMILY
    return best, kind


@inlined
def _joined(values: Any, at: Any, i: Any, k: Any, room: Any) -> Any:
    """Return the values of i and of k one after the other, written into `room`."""
    count = 0
    for place in range(at[i], at[i + 1]):
        room[count] = values[place]
        count += 1
    for place in range(at[k], at[k + 1]):
        room[count] = values[place]
        count += 1
    return room[:count]


@inlined
def glued_evidence(
    w: Any, i: Any, k: Any, v: Any, j: Any, between: Any, other: Any, left_out: Any, rows: Any, room: Any
) -> Any:
    """Return what it says that words i and k of one name together stand where word j of another does."""
    (w_form_at, w_form, w_code_at, w_code, w_reading_at, w_script, w_role, w_info, _wa, _wb) = w
    (v_form_at, v_form, v_code_at, v_code, v_reading_at, v_script, v_role, v_info, _va, _vb) = v
    zero = np.float32(0.0)
    if w_role[i] == INITIAL or w_role[k] == INITIAL or v_role[j] == INITIAL or w_script[i] != w_script[k]:
        return zero
    table = between[w_script[i], v_script[j]]
    info = min(v_info[j], w_info[i] + w_info[k])
    most = info * (np.float32(1.0) - _GLUED_SHARE_MIN) - _GLUE - _GLUED_FORM
    x, y, z = w_reading_at[i], w_reading_at[k], v_reading_at[j]
    b_code = v_code[v_code_at[z] : v_code_at[z + 1]]
    sounds = np.int64(w_code_at[x + 1] - w_code_at[x]) + np.int64(w_code_at[y + 1] - w_code_at[y])
    same_script = w_script[i] == v_script[j]
    letters = np.int64(w_form_at[i + 1] - w_form_at[i]) + np.int64(w_form_at[k + 1] - w_form_at[k])
    known_letters = np.int64(v_form_at[j + 1] - v_form_at[j])
    near = table == 0 and same_script and abs(letters - known_letters) <= 1
    if letters < _GLUED_LETTERS_MIN or (abs(sounds - len(b_code)) * left_out[table, 0] > most and not near):
        return zero
    best = zero
    if same_script and abs(letters - known_letters) <= 1:
        b_form = v_form[v_form_at[j] : v_form_at[j + 1]]
        form = _joined(w_form, w_form_at, i, k, room)
        if _equal(form, b_form):
            return info - _GLUE
        if table == 0 and slips(form, b_form, 1, rows) == 1:
            best = info - _GLUE - _GLUED_SLIP
    if sounds <= LONG - 2 and most > 0:
        code = _joined(w_code, w_code_at, x, y, room)
        cost = sound_distance(code, b_code, other[table], left_out[table], most, rows)
        best = max(best, info - cost - _GLUE - _GLUED_FORM)
    return best if best > info * _GLUED_SHARE_MIN else zero


@compiled
def scratch() -> Any:
    """Return room for comparing names, to be used again and again by one thread."""
    return (
        np.empty((3, LONG), np.float32),
        np.empty(2 * LONG, np.uint8),
        np.empty(3 * WORDS_MAX * WORDS_MAX, np.float32),
        np.empty((3 * WORDS_MAX * WORDS_MAX, 5), np.int32),
        np.empty((2, WORDS_MAX), np.bool_),
        np.empty((2, WORDS_MAX), np.float64),
        np.empty((WORDS_MAX, 5), np.int32),
        np.empty(WORDS_MAX, np.int64),
    )


@compiled
def compare(
    w: Any, asked: Any, v: Any, known: Any, between: Any, other: Any, left_out: Any, weights: Any, rooms: Any
) -> Any:
    """Return what two names say: agreement, difference and order; and how many words answer each other.

    `asked` and `known` are the words of the names, as places in their vocabularies. Which words answer which stands
    afterwards in the seventh of `rooms`: kind, first asked word, how many, first known word, how many.
    """
    rows, room, said, what, used, _left, pairs, _places = rooms
    n, m = len(asked), len(known)
    count = 0
    for i in range(n):
        for j in range(m):
            value, kind = word_evidence(w, asked[i], v, known[j], between, other, left_out, rows)
            if value > 0:
                count = _kept(said, what, count, value, kind, i, 1, j, 1)
    if n != m or count < n:
        for i in range(n - 1):
            for j in range(m):
                value = glued_evidence(w, asked[i], asked[i + 1], v, known[j], between, other, left_out, rows, room)
                if value > 0:
                    count = _kept(said, what, count, value, GLUED, i, 2, j, 1)
        for j in range(m - 1):
            for i in range(n):
                value = glued_evidence(v, known[j], known[j + 1], w, asked[i], between, other, left_out, rows, room)
                if value > 0:
                    count = _kept(said, what, count, value, GLUED, i, 1, j, 2)
    used[0, :n] = False
    used[1, :m] = False
    chosen = 0
    total = 0.0
    while True:
        best = -1
        for c in range(count):
            if said[c] > 0 and (
                best < 0 or said[c] > said[best] or (said[c] == said[best] and _sooner(what[c], what[best]))
            ):
                best = c
        if best < 0:
            break
        total += said[best]
        pairs[chosen] = what[best]
        for x in range(what[best, 1], what[best, 1] + what[best, 2]):
            used[0, x] = True
        for y in range(what[best, 3], what[best, 3] + what[best, 4]):
            used[1, y] = True
        chosen += 1
        for c in range(count):
            if said[c] > 0 and _taken(what[c], used):
                said[c] = 0
    agreement, difference = _weighed(w, asked, v, known, total, chosen, weights, rooms)
    return agreement, difference, _order(w, asked, chosen, rooms), chosen


@inlined
def _kept(said: Any, what: Any, count: Any, value: Any, kind: Any, i: Any, ni: Any, j: Any, nj: Any) -> Any:
    said[count] = value
    what[count, 0], what[count, 1], what[count, 2], what[count, 3], what[count, 4] = kind, i, ni, j, nj
    return count + 1


@inlined
def _taken(one: Any, used: Any) -> Any:
    """Whether a word of a pair is used already."""
    taken = False
    for x in range(one[1], one[1] + one[2]):
        taken |= used[0, x]
    for y in range(one[3], one[3] + one[4]):
        taken |= used[1, y]
    return taken


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


@inlined
def _has_unused_father(words: Any, v: Any, used: Any) -> Any:
    found = False
    for x in range(len(words)):
        found |= v[6][words[x]] == PATRONYMIC and not used[x]
    return found


@inlined
def _left_over(words: Any, v: Any, used: Any, left: Any, with_fathers: Any) -> Any:
    """Write what the unused words of a name are worth, most first; return how many, and what all words are worth.

    A patronymic that only one of the names has is left out: most lists leave it out as well.
    """
    count = 0
    whole = 0.0
    for x in range(len(words)):
        role = v[6][words[x]]
        if role > INITIAL and not (role == PATRONYMIC and (used[x] or with_fathers)):
            continue
        worth = np.float64(v[7][words[x]])
        whole += worth
        if used[x]:
            continue
        place = count
        while place > 0 and left[place - 1] < worth:
            left[place] = left[place - 1]
            place -= 1
        left[place] = worth
        count += 1
    return count, whole


@inlined
def _sounds(words: Any, v: Any, used: Any) -> Any:
    """Return which sounds occur in the unused words of a name, a bit each."""
    sounds = np.uint64(0)
    for x in range(len(words)):
        if used[x]:
            continue
        first = v[4][words[x]]
        for place in range(v[2][first], v[2][first + 1]):
            sounds |= np.uint64(1) << np.uint64(v[3][place])
    return sounds


@inlined
def _bits(mask: Any) -> Any:
    count = 0
    while mask:
        mask &= mask - np.uint64(1)
        count += 1
    return count


@inlined
def _resemblance(asked: Any, w: Any, used_asked: Any, known: Any, v: Any, used_known: Any) -> Any:
    """Return which share of the sounds in what is left over of both names is in both."""
    one, other = _sounds(asked, w, used_asked), _sounds(known, v, used_known)
    whole = _bits(one | other)
    return _bits(one & other) / whole if whole else 0.0


@compiled
def _weighed(w: Any, asked: Any, v: Any, known: Any, total: Any, chosen: Any, weights: Any, rooms: Any) -> Any:
    (total_knots, total_slopes, least_knots, least_slopes, most_knots, most_slopes, single) = weights
    used, left = rooms[4], rooms[5]
    with_fathers = _has_unused_father(asked, w, used[0]) and _has_unused_father(known, v, used[1])
    a, whole_asked = _left_over(asked, w, used[0], left[0], with_fathers)
    b, whole_known = _left_over(known, v, used[1], left[1], with_fathers)
    both = min(a, b)
    contradicting = extra = 0.0
    for x in range(both):
        contradicting += min(left[0, x], left[1, x])
    for x in range(both, a):
        extra += left[0, x]
    for x in range(both, b):
        extra += left[1, x]
    of_asked = min(1.0, total / whole_asked) if whole_asked > 0 else 0.0
    of_known = min(1.0, total / whole_known) if whole_known > 0 else 0.0
    agreement = _steps(total, total_knots, total_slopes)
    agreement += _steps(min(of_asked, of_known), least_knots, least_slopes)
    agreement += _steps(max(of_asked, of_known), most_knots, most_slopes)
    if a == 0 and b == 0 and chosen > 0:
        agreement += single[0]
    difference = single[1] * min(both, 2) + single[2] * contradicting + single[3] * min(extra, 12.0)
    if both > 0:
        difference += single[4] * _resemblance(asked, w, used[0], known, v, used[1])
    return agreement, difference


@compiled
def _order(w: Any, asked: Any, chosen: Any, rooms: Any) -> Any:
    """Return 0 where the words stand in one order, 1 where the one name is the other turned, 2 where shuffled."""
    pairs, places = rooms[6], rooms[7]
    count = 0
    for x in range(len(asked)):
        for p in range(chosen):
            if pairs[p, 1] == x and w[6][asked[x]] <= INITIAL:
                places[count] = pairs[p, 3]
                count += 1
    sinks = 0
    for x in range(count - 1):
        if places[x] > places[x + 1]:
            sinks += 1
    if sinks == 0:
        return 0
    turns = sinks + (1 if places[count - 1] > places[0] else 0)
    return 1 if turns == 1 else 2
