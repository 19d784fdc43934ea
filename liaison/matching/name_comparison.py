"""How alike two names are: which words answer which, and what is left over on each side.

Words pair greedily, best first; two words together may answer one ("Abu Bakr", "Abubakr"). A pair is worth what its
less telling word is worth. Words left over on both sides contradict each other; left over on one side alone they are
a name that one source knows and the other does not, which speaks against a little.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

from rapidfuzz.distance import OSA

from liaison.names import Role, Script, Token
from liaison.names.skeleton import one_liquid

SIMILARITY_MIN = 0.6
_SAME_SOUND = (0.0, 0.6, 0.8, 0.87, 0.92)
_NEAR_SOUND = (0.0, 0.0, 0.0, 0.62, 0.7)
_INITIAL_SIMILARITY = 0.9
_GLUED_SHARE = 0.98
_GLUED_LETTERS_APART = 1
_GLUED_LENGTH_MIN = 4
_SLACK = SIMILARITY_MIN - 0.05
_CONTRADICTION = 1.3
_LEFT_OVER = 0.25
_LEFT_OVER_MAX = 1.2
_ALONE = 1.6
_ROTATED, _SHUFFLED = -0.1, -0.4
_POSITIVE_MAX = 6.5
_AGAINST_MAX = 3.0
_NAMING = frozenset({Role.NAME, Role.INITIAL})


class Pair(NamedTuple):
    """Words of the left name (indices, one or two) that answer words of the right one."""

    similarity: float
    worth: float
    left: tuple[int, ...]
    right: tuple[int, ...]


class NameEvidence(NamedTuple):
    """What comparing two names says, in nats: for, against by what differs, against by the order."""

    agreement: float
    difference: float
    order: float
    pairs: tuple[Pair, ...]

    @property
    def total(self) -> float:
        """All of it together."""
        return self.agreement + self.difference + self.order


class WordComparison:
    """Similarities of words, remembered for one query."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str, str, str], float] = {}

    def similarity(self, left: Token, right: Token) -> float:
        """Return how alike two words are, in [0, 1]; 0 also for what cannot be compared."""
        if left.form == right.form and left.script is right.script:
            return 1.0
        key = (left.form, left.script, right.form, right.script)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = word_similarity(left, right)
        return known


def word_similarity(left: Token, right: Token) -> float:
    """Return how alike two words are, in [0, 1], the same from both sides; 0 for what cannot be compared."""
    if Role.INITIAL in (left.role, right.role):
        return _initials(left, right)
    both_spelled = left.script.writes_vowels and right.script.writes_vowels
    if not both_spelled and left.script is not right.script:
        return _sound(left, right)
    spelled = _spelling(left.form, right.form)
    if spelled == 1.0:
        return 1.0
    return max(spelled, _same_sound(left.skeleton, right.skeleton), _east_asian(left, right))


def _initials(left: Token, right: Token) -> float:
    same_letter = left.form[0] == right.form[0]
    same_sound = left.script is not right.script and left.skeleton[:1] == right.skeleton[:1] != ""
    return _INITIAL_SIMILARITY if same_letter or same_sound else 0.0


def _spelling(left: str, right: str) -> float:
    longer = max(len(left), len(right))
    allowed = 1 if longer <= 5 else 2 if longer <= 8 else 3
    apart = OSA.distance(left, right, score_cutoff=allowed)
    if apart > allowed:
        return 0.0
    similar = 1.0 - apart / longer
    return similar if similar >= SIMILARITY_MIN else 0.0


def _same_sound(left: str, right: str) -> float:
    length = len(left)
    if left != right or length < 2:
        return 0.0
    return _SAME_SOUND[min(length, len(_SAME_SOUND) - 1)] - 0.04


def _east_asian(left: Token, right: Token) -> float:
    if left.script is right.script or (left.script.tells_l_from_r and right.script.tells_l_from_r):
        return 0.0
    return _sound(left, right)


def _sound(left: Token, right: Token) -> float:
    one, other = left.skeleton, right.skeleton
    if not (left.script.tells_l_from_r and right.script.tells_l_from_r):
        one, other = one_liquid(one), one_liquid(other)
    shorter = min(len(one), len(other))
    if one == other:
        return _SAME_SOUND[min(shorter, len(_SAME_SOUND) - 1)]
    if shorter >= 3 and OSA.distance(one, other, score_cutoff=1) == 1:
        return _NEAR_SOUND[min(shorter, len(_NEAR_SOUND) - 1)]
    return 0.0


def compare_names(left: Sequence[Token], right: Sequence[Token], words: WordComparison) -> NameEvidence | None:
    """Return the evidence of two names; None when nothing of the one can be compared with the other."""
    if not _comparable(left, right):
        return None
    pairs = _pairs(left, right, words)
    naming = [pair for pair in pairs if left[pair.left[0]].role in _NAMING]
    raw = sum(pair.worth * (pair.similarity - _SLACK) / (1.0 - _SLACK) for pair in pairs)
    agreement = _POSITIVE_MAX * (1.0 - math.exp(-raw / _POSITIVE_MAX))
    order = _order(naming)
    difference = max(_difference(left, right, pairs), -_AGAINST_MAX - agreement - order)
    return NameEvidence(agreement, difference, order, tuple(pairs))


def _comparable(left: Sequence[Token], right: Sequence[Token]) -> bool:
    """Whether both have a word that the other could answer: vowels alone say nothing across scripts."""
    if not left or not right:
        return False
    return (any(token.skeleton for token in left) and any(token.skeleton for token in right)) or _same_way_of_writing(
        left, right
    )


def _same_way_of_writing(left: Sequence[Token], right: Sequence[Token]) -> bool:
    return any(
        one.script is other.script or (one.script.writes_vowels and other.script.writes_vowels)
        for one in left
        for other in right
    )


def _pairs(left: Sequence[Token], right: Sequence[Token], words: WordComparison) -> list[Pair]:
    found: list[Pair] = []
    for index, one in enumerate(left):
        for other_index, other in enumerate(right):
            similar = words.similarity(one, other)
            if similar >= SIMILARITY_MIN:
                found.append(Pair(similar, min(one.worth, other.worth), (index,), (other_index,)))
    if len(left) != len(right) or len(found) < len(left):
        found += _glued(left, right)
        found += [Pair(pair.similarity, pair.worth, pair.right, pair.left) for pair in _glued(right, left)]
    found.sort(key=lambda pair: (-pair.similarity, -pair.worth, pair.left, pair.right))
    return _disjoint(found)


def _glued(several: Sequence[Token], single: Sequence[Token]) -> list[Pair]:
    """Return pairs of two neighbouring words on one side with one word on the other."""
    found: list[Pair] = []
    for index in range(len(several) - 1):
        first, second = several[index], several[index + 1]
        if Role.INITIAL in (first.role, second.role) or first.script is not second.script:
            continue
        form = first.form + second.form
        for other_index, other in enumerate(single):
            similar = _glued_similarity(form, first.skeleton + second.skeleton, first.script, other)
            if similar:
                worth = min(first.worth + second.worth, other.worth)
                found.append(Pair(similar * _GLUED_SHARE, worth, (index, index + 1), (other_index,)))
    return found


def _glued_similarity(form: str, bones: str, script: Script, other: Token) -> float:
    if script.writes_vowels and other.script.writes_vowels:
        too_far = form[0] != other.form[0] or abs(len(form) - len(other.form)) > _GLUED_LETTERS_APART
        if too_far or len(form) < _GLUED_LENGTH_MIN:
            return 0.0
        apart = OSA.distance(form, other.form, score_cutoff=_GLUED_LETTERS_APART)
        return 1.0 - apart / len(form) if apart <= _GLUED_LETTERS_APART else 0.0
    same = one_liquid(bones) == one_liquid(other.skeleton) and len(bones) >= 3
    return _SAME_SOUND[min(len(bones), len(_SAME_SOUND) - 1)] if same else 0.0


def _disjoint(pairs: list[Pair]) -> list[Pair]:
    left_used: set[int] = set()
    right_used: set[int] = set()
    chosen: list[Pair] = []
    for pair in pairs:
        if left_used.isdisjoint(pair.left) and right_used.isdisjoint(pair.right):
            chosen.append(pair)
            left_used.update(pair.left)
            right_used.update(pair.right)
    return chosen


def _difference(left: Sequence[Token], right: Sequence[Token], pairs: list[Pair]) -> float:
    left_over = _left_over(left, {index for pair in pairs for index in pair.left})
    right_over = _left_over(right, {index for pair in pairs for index in pair.right})
    contradicting = min(len(left_over), len(right_over))
    against = _CONTRADICTION * sum(
        min(one, other) for one, other in zip(left_over[:contradicting], right_over[:contradicting], strict=True)
    )
    rest = left_over[contradicting:] + right_over[contradicting:]
    share = _LEFT_OVER if len(pairs) > 1 else _LEFT_OVER * _ALONE
    return -(against + min(share * sum(rest), _LEFT_OVER_MAX))


def _left_over(tokens: Sequence[Token], used: set[int]) -> list[float]:
    unused = (token.worth for index, token in enumerate(tokens) if index not in used and token.role in _NAMING)
    return sorted(unused, reverse=True)


def _order(pairs: list[Pair]) -> float:
    """Return what a different order of the words costs; family name first or last is nearly free."""
    order = [pair.right[0] for pair in sorted(pairs, key=lambda pair: pair.left)]
    if order == sorted(order):
        return 0.0
    turns = sum(order[index] > order[(index + 1) % len(order)] for index in range(len(order)))
    return _ROTATED if turns == 1 else _SHUFFLED
