"""Roots of RFC 6962 trees, and growing without the leaves."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liaison.ledger.tree import (
    EMPTY_ROOT,
    Frontier,
    Node,
    bag,
    completed_nodes,
    extend,
    leaf_hash,
    node_hash,
    root,
)
from tests.budgets import budget
from tests.ledger.published import CT_EMPTY, CT_INPUTS, CT_ROOTS


def leaves(count):
    return [leaf_hash(number.to_bytes(4, "big")) for number in range(count)]


def root_by_definition(hashes):
    """RFC 6962 2.1 word by word."""
    if len(hashes) < 2:
        return hashes[0] if hashes else EMPTY_ROOT
    split = 1
    while split * 2 < len(hashes):
        split *= 2
    return node_hash(root_by_definition(hashes[:split]), root_by_definition(hashes[split:]))


class TestGivenThePublishedLeaves:
    def test_when_there_are_none_then_the_root_is_the_hash_of_nothing(self):
        assert root([]) == EMPTY_ROOT == bytes.fromhex(CT_EMPTY)

    @pytest.mark.parametrize("size", range(1, 9))
    def test_when_they_are_hashed_then_the_roots_are_those_published(self, size):
        assert root(leaf_hash(data) for data in CT_INPUTS[:size]).hex() == CT_ROOTS[size - 1]

    def test_when_they_come_one_by_one_then_every_root_on_the_way_is_published(self):
        frontier, seen = Frontier(), []
        for data in CT_INPUTS:
            frontier = frontier.append(leaf_hash(data))
            seen.append(frontier.root().hex())

        assert tuple(seen) == CT_ROOTS


class TestGivenAFrontier:
    def test_when_it_is_written_and_read_then_it_grows_on_as_before(self):
        frontier = Frontier().append_many(leaves(77))

        again = Frontier.from_bytes(frontier.to_bytes())

        assert again == frontier
        assert again.append_many(leaves(99)[77:]).root() == root(leaves(99))

    @pytest.mark.parametrize(
        "data", [b"", b"\x00" * 7, b"\x00" * 9, b"\x00" * 7 + b"\x01", b"\x00" * 7 + b"\x03" + b"x" * 32, b"\xff" * 8]
    )
    def test_when_its_bytes_are_not_whole_then_they_are_refused(self, data):
        with pytest.raises(ValueError):
            Frontier.from_bytes(data)

    def test_when_a_leaf_is_not_a_hash_then_it_is_refused(self):
        with pytest.raises(ValueError, match="32 bytes"):
            Frontier().append(b"leaf")

    def test_when_it_has_grown_then_the_one_before_is_unchanged(self):
        before = Frontier().append_many(leaves(3))

        before.append_many(leaves(9)[3:])

        assert before.root() == root(leaves(3))


class TestGivenAStoreOfNodes:
    def test_when_four_leaves_come_then_three_nodes_become_complete_in_order(self):
        a, b, c, d = leaves(4)

        completed = list(completed_nodes(Frontier(), [a, b, c, d]))

        left, right = node_hash(a, b), node_hash(c, d)
        assert completed == [Node(1, 0, left), Node(1, 1, right), Node(2, 0, node_hash(left, right))]

    @settings(max_examples=budget(30, 500), deadline=None)
    @given(st.lists(st.integers(0, 40), max_size=8))
    def test_when_leaves_come_in_batches_then_each_complete_subtree_is_named_once(self, batches):
        total, frontier, kept = leaves(sum(batches)), Frontier(), {}
        for batch in batches:
            frontier, completed = extend(frontier, total[frontier.size : frontier.size + batch])
            for level, position, found in completed:
                assert (level, position) not in kept
                kept[level, position] = found

        size = len(total)
        expected = {(level, at) for level in range(1, size.bit_length()) for at in range(size >> level)}
        assert kept.keys() == expected
        for (level, position), found in kept.items():
            first = position << level
            assert found == root_by_definition(total[first : first + (1 << level)])


@pytest.mark.parametrize("size", [1, 2, 3, 31, 32, 33, 200, 255, 256, 257])
def test_the_quick_root_is_the_root_of_the_definition(size):
    assert root(leaves(size)) == root_by_definition(leaves(size))


def test_a_node_is_never_a_leaf():
    left, right = leaves(2)
    assert leaf_hash(left + right) != node_hash(left, right)


def test_no_peaks_bag_to_the_empty_root():
    assert bag(()) == EMPTY_ROOT
