"""m of n: enough shares restore the keys, fewer nothing, a misread word is found."""

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liaison.agent.keys import PrivateKeys
from liaison.agent.shares import WORDS, read, restored, split
from liaison.refusal import Refused

LETTERS = "abdfghijklmnoprstuvz"


@given(st.integers(2, 5), st.integers(0, 3), st.binary(min_size=32, max_size=32))
@settings(max_examples=10, deadline=None)
def test_any_so_many_as_are_needed_restore_the_keys(need, more, root):
    keys = PrivateKeys("QM", root)
    shares = [read(share.words()) for share in split(keys, need=need, of=need + more)]

    assert all(restored("QM", some).key_id == keys.key_id for some in list(combinations(shares, need))[:5])


def test_fewer_or_the_same_twice_are_refused():
    shares = split(PrivateKeys.drawn("QM"), need=3, of=5)

    for few in (shares[:2], [shares[0]] * 3, []):
        with pytest.raises(Refused, match="needed"):
            restored("QM", few)


def test_shares_of_two_keys_restore_none():
    one, other = (split(PrivateKeys.drawn("QM"), need=2, of=3) for _ in range(2))

    with pytest.raises(Refused, match="do not restore one key"):
        restored("QM", [one[0], other[1]])


@pytest.mark.parametrize(("need", "of"), [(1, 3), (4, 3), (2, 17)])
def test_one_officer_alone_restores_no_key(need, of):
    with pytest.raises(Refused):
        split(PrivateKeys.drawn("QM"), need=need, of=of)


@given(st.data())
@settings(max_examples=40, deadline=None)
def test_one_misread_letter_is_always_found(data):
    words = split(PrivateKeys("QM", bytes(range(32))), need=2, of=3)[0].words()
    at = data.draw(st.sampled_from([place for place, letter in enumerate(words) if letter != " "]))
    letter = data.draw(st.sampled_from([one for one in LETTERS if one != words[at]]))

    with pytest.raises(Refused):
        read(words[:at] + letter + words[at + 1 :])


def test_a_word_too_few_is_named():
    words = split(PrivateKeys.drawn("QM"), need=2, of=3)[0].words()

    with pytest.raises(Refused, match=f"{WORDS} words"):
        read(words.rpartition(" ")[0])
