"""Every proof of a grown tree holds, is short, and fails when anything in it is altered."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liaison.ledger.proofs import consistency_proof, inclusion_proof, verify_consistency, verify_inclusion
from liaison.ledger.tree import EMPTY_ROOT, Frontier, completed_nodes, leaf_hash, root
from tests.budgets import budget
from tests.ledger.published import CT_GROWTHS, CT_INPUTS, CT_PATHS, CT_ROOTS

SIZE_MAX = budget(130, 400)


class Store:
    """Leaves and completed nodes as a database keeps them; counts the lookups."""

    def __init__(self, hashes):
        self.leaves = list(hashes)
        self.nodes = {(0, position): found for position, found in enumerate(self.leaves)}
        self.nodes |= {(n.level, n.position): n.hash for n in completed_nodes(Frontier(), self.leaves)}
        self.lookups = 0
        self.roots = [EMPTY_ROOT]
        frontier = Frontier()
        for leaf in self.leaves:
            frontier = frontier.append(leaf)
            self.roots.append(frontier.root())

    def node(self, level, position):
        self.lookups += 1
        return self.nodes[level, position]


STORE = Store(leaf_hash(number.to_bytes(4, "big")) for number in range(SIZE_MAX))
CT = Store(leaf_hash(data) for data in CT_INPUTS)


def includes(index, size, proof, leaf=None, against=None):
    found = STORE.leaves[index] if leaf is None else leaf
    return verify_inclusion(found, index=index, size=size, proof=proof, root=against or STORE.roots[size])


def grew(old, new, proof, old_root=None, new_root=None):
    return verify_consistency(
        old_size=old,
        old_root=old_root or STORE.roots[old],
        new_size=new,
        new_root=new_root or STORE.roots[new],
        proof=proof,
    )


def flipped(data, bit):
    return bytes(byte ^ (1 << bit % 8) if at == bit // 8 % len(data) else byte for at, byte in enumerate(data))


class TestGivenThePublishedTree:
    @pytest.mark.parametrize(("index", "size"), CT_PATHS)
    def test_when_a_leaf_is_proved_then_the_path_is_the_published_one(self, index, size):
        path = inclusion_proof(index, size, CT.node)

        assert tuple(step.hex() for step in path) == CT_PATHS[index, size]
        leaf, published = CT.leaves[index], bytes.fromhex(CT_ROOTS[size - 1])
        assert verify_inclusion(leaf, index=index, size=size, proof=path, root=published)

    @pytest.mark.parametrize(("old", "new"), CT_GROWTHS)
    def test_when_growth_is_proved_then_the_proof_is_the_published_one(self, old, new):
        proof = consistency_proof(old, new, CT.node)

        assert tuple(step.hex() for step in proof) == CT_GROWTHS[old, new]
        old_root, new_root = bytes.fromhex(CT_ROOTS[old - 1]), bytes.fromhex(CT_ROOTS[new - 1])
        assert verify_consistency(old_size=old, old_root=old_root, new_size=new, new_root=new_root, proof=proof)


class TestGivenEveryTreeUpToSomeHundredLeaves:
    def test_when_each_leaf_is_proved_then_each_proof_holds(self):
        for size in range(1, SIZE_MAX + 1):
            for index in range(size):
                assert includes(index, size, inclusion_proof(index, size, STORE.node)), (index, size)

    def test_when_each_growth_is_proved_then_each_proof_holds(self):
        for new in range(SIZE_MAX + 1):
            for old in range(new + 1):
                assert grew(old, new, consistency_proof(old, new, STORE.node)), (old, new)


SIZES = st.integers(2, SIZE_MAX)
MANY = settings(max_examples=budget(150, 4_000), deadline=None)


@MANY
@given(st.data(), SIZES)
def test_an_inclusion_proof_fails_when_any_part_of_it_is_altered(data, size):
    index = data.draw(st.integers(0, size - 1))
    bit = data.draw(st.integers(0, 255))
    path = inclusion_proof(index, size, STORE.node)
    step = data.draw(st.integers(0, len(path) - 1))
    other = data.draw(st.integers(0, size - 1).filter(lambda n: n != index))

    assert not includes(index, size, [*path[:step], flipped(path[step], bit), *path[step + 1 :]])
    assert not includes(index, size, path[:step] + path[step + 1 :])
    assert not includes(index, size, [*path, path[step]])
    assert not includes(index, size, path, leaf=flipped(STORE.leaves[index], bit))
    assert not includes(index, size, path, leaf=STORE.leaves[other])
    assert not includes(index, size, path, against=flipped(STORE.roots[size], bit))
    assert not verify_inclusion(STORE.leaves[index], index=other, size=size, proof=path, root=STORE.roots[size])
    if len(set(path)) > 1:
        assert not includes(index, size, path[::-1])


@MANY
@given(st.data(), SIZES)
def test_a_consistency_proof_fails_when_any_part_of_it_is_altered(data, new):
    old = data.draw(st.integers(1, new - 1))
    bit = data.draw(st.integers(0, 255))
    proof = consistency_proof(old, new, STORE.node)
    step = data.draw(st.integers(0, len(proof) - 1))

    assert not grew(old, new, [*proof[:step], flipped(proof[step], bit), *proof[step + 1 :]])
    assert not grew(old, new, proof[:step] + proof[step + 1 :])
    assert not grew(old, new, [*proof, proof[step]])
    assert not grew(old, new, proof, old_root=flipped(STORE.roots[old], bit))
    assert not grew(old, new, proof, new_root=flipped(STORE.roots[new], bit))
    assert not grew(old, new, proof, old_root=STORE.roots[new], new_root=STORE.roots[old])


@MANY
@given(st.data(), SIZES)
def test_a_rewritten_past_cannot_be_proved_to_have_grown(data, new):
    old = data.draw(st.integers(1, new - 1))
    touched = data.draw(st.integers(0, old - 1))
    forged = Store([*STORE.leaves[:touched], leaf_hash(b"forged"), *STORE.leaves[touched + 1 : new]])

    assert not grew(old, new, consistency_proof(old, new, forged.node), new_root=forged.roots[new])


@pytest.mark.parametrize("size", [1, 2, 63, 64, 65, SIZE_MAX])
def test_a_proof_needs_few_lookups(size):
    for index in {0, size // 2, size - 1}:
        STORE.lookups = 0
        inclusion_proof(index, size, STORE.node)
        consistency_proof(index, size, STORE.node)
        assert STORE.lookups <= 4 * size.bit_length()


@pytest.mark.parametrize(("index", "size"), [(0, 0), (-1, 3), (3, 3), (4, 3)])
def test_a_leaf_outside_the_tree_has_no_proof(index, size):
    with pytest.raises(ValueError):
        inclusion_proof(index, size, STORE.node)
    assert not verify_inclusion(STORE.leaves[0], index=index, size=size, proof=[], root=STORE.roots[size])


@pytest.mark.parametrize(("old", "new"), [(-1, 3), (4, 3)])
def test_a_tree_does_not_shrink(old, new):
    with pytest.raises(ValueError):
        consistency_proof(old, new, STORE.node)
    assert not grew(old, new, [], old_root=STORE.roots[4], new_root=STORE.roots[3])


def test_the_empty_tree_grows_into_any_without_proof():
    assert grew(0, 0, [])
    assert grew(0, 5, [])
    assert not grew(0, 5, [STORE.roots[5]])
    assert not grew(0, 5, [], old_root=STORE.roots[1])
    assert not grew(0, 0, [], new_root=STORE.roots[1])


@pytest.mark.parametrize("size", [1, 7, 8])
def test_a_tree_grows_into_itself_only_with_the_same_root(size):
    assert grew(size, size, [])
    assert not grew(size, size, [], new_root=STORE.roots[size + 1])
    assert not grew(size, size, [STORE.roots[size]])


def test_what_is_no_hash_proves_nothing():
    path = inclusion_proof(2, 5, STORE.node)
    assert not includes(2, 5, [path[0][:31], *path[1:]])
    assert not includes(2, 5, path, leaf=STORE.leaves[2] + b"\x00")
    assert not grew(3, 5, [b"", *consistency_proof(3, 5, STORE.node)[1:]])


def test_a_wrong_size_can_slip_through():
    # The path of leaf 0 is as long in a tree of 3 leaves as in one of 4: a size must come from the signed checkpoint.
    assert verify_inclusion(
        STORE.leaves[0], index=0, size=4, proof=inclusion_proof(0, 3, STORE.node), root=root(STORE.leaves[:3])
    )
