"""The keys by which names find each other: hashes of words, of their sounds and of their pieces.

A feature is 64 bits of a keyed hash. A query's features carry a weight; the coarse weight of a candidate is the sum
over those that it shares. Weights are whole numbers, so that their sum does not depend on the order of addition.
"""

import hashlib
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from liaison.names import Role, Token
from liaison.names.skeleton import one_liquid

FEATURES_PER_NAME_MAX = 400
_PERSON = b"liaison-name"
_WHOLE, _SOUND, _PIECES, _SOUND_PIECES = 60, 50, 60, 30
_INITIAL_WEIGHT = 12
_GRAM = 3
_SOUND_GRAM = 2
_SOUND_TELLING = 2
_OTHER_FEATURES = 4
_LITTLE = frozenset({Role.PARTICLE, Role.TITLE, Role.LEGAL_FORM})


class Weighted(NamedTuple):
    """One feature of a query: its hash, its weight, and how early it is looked up (0 first)."""

    key: int
    weight: int
    rank: int


def name_features(tokens: Iterable[Token]) -> list[int]:
    """Return the features under which a name is kept, sorted and once each."""
    keys: set[int] = set()
    for token in tokens:
        keys.update(_kept(token))
        if len(keys) > FEATURES_PER_NAME_MAX:
            break
    return sorted(keys)[:FEATURES_PER_NAME_MAX]


def parts_of_name(tokens: tuple[Token, ...]) -> list[tuple[Token, ...]]:
    """Return parts of a name whose features together are those of the name, as small as may be.

    Its words one by one; but a very long name is one part, because not all features of its words are kept.
    """
    features_max = sum(len(token.form) + len(token.skeleton) + _OTHER_FEATURES for token in tokens)
    return [(token,) for token in tokens] if features_max <= FEATURES_PER_NAME_MAX else [tokens]


def query_features(tokens: Iterable[Token]) -> list[Weighted]:
    """Return the features that a name asks for, the most telling first; each once, with its greatest weight."""
    best: dict[int, Weighted] = {}
    for token in tokens:
        for found in _asked(token):
            if found.key not in best or best[found.key].weight < found.weight:
                best[found.key] = found
    return sorted(best.values(), key=lambda found: (found.rank, -found.weight, found.key))[:FEATURES_PER_NAME_MAX]


@lru_cache(maxsize=1 << 15)
def _kept(token: Token) -> tuple[int, ...]:
    if token.role is Role.INITIAL:
        return (_hash("initial", token.form), _hash("letter", token.form))
    keys = [_hash("form", token.form), _hash("letter", token.form[0])]
    bones = one_liquid(token.skeleton)
    if len(bones) >= _SOUND_TELLING:
        keys.append(_hash("sound", bones))
    if token.role in _LITTLE:
        return tuple(keys)
    keys += [_hash("piece", gram) for gram in _all_grams(token.form, _GRAM)]
    keys += [_hash("bones", gram) for gram in _all_grams(bones, _SOUND_GRAM)]
    return tuple(keys)


@lru_cache(maxsize=1 << 12)
def _asked(token: Token) -> tuple[Weighted, ...]:
    return tuple(_asked_features(token))


def _asked_features(token: Token) -> Iterator[Weighted]:
    if token.role is Role.INITIAL:
        yield Weighted(_hash("letter", token.form), _INITIAL_WEIGHT, 3)
        return
    yield Weighted(_hash("form", token.form), _scaled(_WHOLE, token), 0)
    yield Weighted(_hash("initial", token.form[0]), _INITIAL_WEIGHT, 2)
    bones = one_liquid(token.skeleton)
    if len(bones) >= _SOUND_TELLING:
        yield Weighted(_hash("sound", bones), _scaled(_SOUND, token), 1)
    if token.role in _LITTLE:
        return
    pieces = _grams(token.form, _GRAM)
    for gram in pieces:
        yield Weighted(_hash("piece", gram), max(1, _scaled(_PIECES, token) // len(pieces)), 2)
    sounds = _grams(bones, _SOUND_GRAM)
    for gram in sounds:
        yield Weighted(_hash("bones", gram), max(1, _scaled(_SOUND_PIECES, token) // len(sounds)), 3)


def _scaled(weight: int, token: Token) -> int:
    return max(1, round(weight * token.worth))


def _grams(text: str, size: int) -> list[str]:
    """Return the pieces of a word, its start and end marked; a piece that comes twice counts once."""
    return sorted(set(_all_grams(text, size)))


def _all_grams(text: str, size: int) -> list[str]:
    marked = f"^{text}$"
    return [marked[index : index + size] for index in range(len(marked) - size + 1)]


@lru_cache(maxsize=1 << 16)
def _hash(sort: str, text: str) -> int:
    digest = hashlib.blake2b(f"{sort}:{text}".encode(), digest_size=8, key=_PERSON).digest()
    return int.from_bytes(digest, "little")
