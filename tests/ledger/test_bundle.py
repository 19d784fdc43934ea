"""The lines of a bundle: written and read back, refused in any other form; blocks that cover the tree."""

import io
import zipfile

import pytest

from liaison.ledger.bundle import (
    BLOCK_LEAVES,
    BundleContent,
    BundleEntry,
    BundleEvent,
    GrowthLine,
    InclusionLine,
    Manifest,
    blocks,
    read_proof,
    write_zip,
)
from liaison.ledger.tree import leaf_hash, root

LEAVES = [leaf_hash(number.to_bytes(4, "big")) for number in range(100)]
SALT = b"s" * 32


class TestGivenTheLinesOfABundle:
    @pytest.mark.parametrize(
        "value",
        [
            BundleEntry(3, LEAVES[0]),
            BundleEntry.opened(3, salt=SALT, body='{"a":"é"}'.encode()),
            BundleContent(3, SALT, '{"name":"علي"}'.encode()),
            BundleEvent(3, 0, LEAVES[0]),
            BundleEvent(3, 0, LEAVES[0], SALT, b"{}"),
        ],
    )
    def test_when_they_are_read_back_then_they_are_the_same(self, value):
        assert type(value).from_line(value.to_line()) == value

    @pytest.mark.parametrize(
        "value", [InclusionLine(3, (LEAVES[0],)), GrowthLine(3, ()), GrowthLine(0, (LEAVES[1],))]
    )
    def test_when_proofs_are_read_back_then_they_are_the_same(self, value):
        assert read_proof(value.to_line()) == value

    def test_when_the_manifest_is_read_back_then_it_is_the_same(self):
        manifest = Manifest("liaison.example/log", ("key",), ("witness", "other"), complete=False)

        assert Manifest.from_bytes(manifest.to_bytes()) == manifest
        with pytest.raises(ValueError):
            Manifest.from_bytes(manifest.to_bytes().replace(b'"version":1', b'"version":2'))

    @pytest.mark.parametrize(
        "line",
        [
            b"[]",
            b'{"seq":1}',
            b'{"seq":0,"leaf":"%b"}' % LEAVES[0].hex().encode(),
            b'{"seq":true,"leaf":"%b"}' % LEAVES[0].hex().encode(),
            b'{"seq":1,"leaf":"%b"}' % LEAVES[0].hex().upper().encode(),
            b'{"seq":1,"leaf":"%b"}' % LEAVES[0].hex()[2:].encode(),
            b'{"seq":1,"leaf":"%b","salt":"%b"}' % (LEAVES[0].hex().encode(), SALT.hex().encode()),
        ],
    )
    def test_when_a_line_has_another_form_then_it_is_refused(self, line):
        with pytest.raises(ValueError):
            BundleEntry.from_line(line)


class TestGivenATreeInBlocks:
    @pytest.mark.parametrize("size", [0, 1, 2, 15, 16, 17, 31, 32, 33, 100])
    def test_when_they_are_listed_then_they_cover_it_without_gap_as_complete_subtrees(self, size):
        found = list(blocks(LEAVES[:size]))

        assert [n for block in found for n in range(block.first, block.last + 1)] == list(range(1, size + 1))
        for block in found:
            width = block.last - block.first + 1
            assert width <= BLOCK_LEAVES
            assert (block.first - 1) % width == 0
            assert width.bit_count() == 1
            assert block.hash == root(LEAVES[block.first - 1 : block.last])


def test_a_zip_is_the_same_bytes_for_the_same_files():
    one, other = io.BytesIO(), io.BytesIO()
    for target in (one, other):
        write_zip(target, {"entries.jsonl": iter([b"a\n", b"b\n"]), "checkpoint": [b"note"]})

    assert one.getvalue() == other.getvalue()
    with zipfile.ZipFile(one) as archive:
        assert archive.namelist() == ["checkpoint", "entries.jsonl"]
        assert archive.read("entries.jsonl") == b"a\nb\n"
