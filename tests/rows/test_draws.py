"""Random bytes for a batch: all of them new, in pieces of any size."""

import secrets
from unittest.mock import Mock, patch

from hypothesis import given
from hypothesis import strategies as st

from liaison.rows import draws as module
from liaison.rows.draws import BLOCK_BYTES, draws


@given(st.lists(st.integers(1, 2 * BLOCK_BYTES), max_size=40))
def test_each_byte_is_given_out_once(sizes):
    blocks = []

    def token_bytes(count: int) -> bytes:
        blocks.append(secrets.token_bytes(count))
        return blocks[-1]

    with patch.object(module, "secrets", Mock(token_bytes=token_bytes)):
        draw = draws()
        pieces = [draw(size) for size in sizes]

    assert [len(piece) for piece in pieces] == sizes
    rest = b"".join(blocks)
    for piece in pieces:
        _, found, rest = rest.partition(piece)
        assert found == piece


def test_many_small_pieces_cost_few_calls():
    with patch.object(module, "secrets", Mock(token_bytes=Mock(side_effect=secrets.token_bytes))) as counted:
        draw = draws()
        assert len({draw(16) for _ in range(1_000)}) == 1_000

    assert counted.token_bytes.call_count == 4


def test_two_sources_share_nothing():
    first, second = draws(), draws()

    assert len({first(16), second(16), first(16), second(16)}) == 4
