"""A query as the kernels take it: the words of each name in arrays, dates, nationalities and sex as numbers."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from liaison.matching.birth_dates import BirthDate
from liaison.matching.building import SEXES, country_number
from liaison.matching.search_document import WEAK_ALIAS, SearchDocument
from liaison.matching.vocabulary import (
    arguments,
    columns_of,
    glued_keys,
    joined_key,
    keys_of,
    may_be_one,
    word_of,
)
from liaison.names import Role, Token
from liaison.names.information import information_of

Array = npt.NDArray[Any]

JOINED_LETTERS_MIN = 4
_GLUED_SHARE = 2
_JOINED_SHARE = 0.75


class AskedName(NamedTuple):
    """One name: its words and, behind them, each two neighbours as one; `own` of them are its own.

    `keys_at` and `keys`: the keys of each unit. `share`: by what a unit's evidence is divided while candidates are
    gathered. `joined`: the keys under which others keep one of its words as two, and what that says, in nats.
    """

    words: tuple[Array, ...]
    own: int
    keys_at: Array
    keys: Array
    share: Array
    joined: Array
    joined_said: Array
    weak: bool


class Asked(NamedTuple):
    """All of a query that kernels compare."""

    names: tuple[AskedName, ...]
    births: Array
    nations: Array
    sex: int


def asked_of(query: SearchDocument) -> Asked:
    """Return a query as the kernels take it."""
    return Asked(
        tuple(_asked_name(name.tokens, weak=name.kind == WEAK_ALIAS) for name in query.names),
        births_as_rows(query.birth_dates),
        np.array([country_number(code) for code in query.nationalities], dtype=np.uint32),
        SEXES[query.sex],
    )


def births_as_rows(births: Sequence[BirthDate]) -> Array:
    """Return dates as rows of first day, last day and whether it is approximate."""
    return np.array([(date.first, date.last, date.approximate) for date in births], dtype=np.int64).reshape(-1, 3)


def _asked_name(tokens: Sequence[Token], *, weak: bool) -> AskedName:
    glued = [_glued(first, second) for first, second in pairwise(tokens) if may_be_one(first, second)]
    units = [*tokens, *glued]
    keys = [keys_of(word).asked for word in tokens] + [glued_keys(unit.form, unit.skeleton) for unit in glued]
    single = [token for token in tokens if token.role is Role.NAME and len(token.form) >= JOINED_LETTERS_MIN]
    return AskedName(
        arguments(columns_of([word_of(unit) for unit in units])),
        len(tokens),
        np.cumsum([0, *map(len, keys)], dtype=np.int64),
        np.array([key for some in keys for key in some], dtype=np.uint32),
        np.array([1] * len(tokens) + [_GLUED_SHARE] * len(glued), dtype=np.int32),
        np.array([joined_key(token.form, token.skeleton) for token in single], dtype=np.uint32),
        np.array([token.information * _JOINED_SHARE for token in single], dtype=np.float64),
        weak,
    )


def _glued(first: Token, second: Token) -> Token:
    """Return two neighbouring words as one."""
    form, bones = first.form + second.form, first.skeleton + second.skeleton
    information = min(first.information + second.information, information_of(form, bones, first.script))
    return first._replace(
        form=form, skeleton=bones, role=Role.NAME, readings=(), families=(), information=information
    )
