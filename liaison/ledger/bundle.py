"""What an auditor carries away: the ledger, or a part of it, with all that a stranger needs to check it.

A bundle is a folder or zip file of one manifest, one signed checkpoint and files of one JSON object a line. The
standalone verifier (`verifier/`) reads the same files and shares no code with this module; `verifier/README.md` is
the description that both follow. Entries are numbered by `seq` from 1; the index of a leaf is seq - 1.
"""

import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO, ClassVar

from liaison.ledger.canonical import Json, canonical_json, parse_json
from liaison.ledger.entries import SALT_BYTES, leaf_data
from liaison.ledger.tree import HASH_BYTES, Frontier, bag, leaf_hash

FORMAT = "liaison-ledger-bundle"
VERSION = 1
MANIFEST = "manifest.json"
CHECKPOINT = "checkpoint"
ENTRIES = "entries.jsonl"
CONTENTS = "contents.jsonl"
PROOFS = "proofs.jsonl"
EVENTS = "events.jsonl"
BLOCKS = "blocks.jsonl"
FILES = (MANIFEST, CHECKPOINT, ENTRIES, CONTENTS, PROOFS, EVENTS, BLOCKS)
BLOCK_LEAVES = 16


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a bundle says about itself. Nobody needs to believe it: keys come from elsewhere."""

    origin: str
    keys: tuple[str, ...]
    witnesses: tuple[str, ...] = ()
    complete: bool = True

    def to_bytes(self) -> bytes:
        """Return the file's content."""
        return canonical_json(
            {
                "format": FORMAT,
                "version": VERSION,
                "origin": self.origin,
                "keys": self.keys,
                "witnesses": self.witnesses,
                "complete": self.complete,
            }
        )

    @classmethod
    def from_bytes(cls, data: bytes) -> "Manifest":
        """Return the manifest of a file's content; another format or version is a ValueError."""
        found = _object(data, {"format", "version", "origin", "keys", "witnesses", "complete"})
        if (found["format"], found["version"]) != (FORMAT, VERSION) or not isinstance(found["complete"], bool):
            raise ValueError(f"This is not the manifest of a bundle of format {FORMAT}, version {VERSION}.")
        return cls(str(found["origin"]), _texts(found["keys"]), _texts(found["witnesses"]), found["complete"])


@dataclass(frozen=True, slots=True)
class BundleEntry:
    """One entry: its leaf, and salt and body where the bundle's reader may see them."""

    OPENED: ClassVar = {"seq", "leaf", "salt", "body"}
    BARE: ClassVar = {"seq", "leaf"}

    seq: int
    leaf: bytes
    salt: bytes | None = None
    body: bytes | None = None

    @classmethod
    def opened(cls, seq: int, *, salt: bytes, body: bytes) -> "BundleEntry":
        """Return an entry that its reader may see whole."""
        return cls(seq, leaf_hash(leaf_data(salt, body)), salt, body)

    def to_line(self) -> bytes:
        """Return the entry's line."""
        value: dict[str, Json] = {"seq": self.seq, "leaf": self.leaf.hex()}
        if self.salt is not None and self.body is not None:
            value |= {"salt": self.salt.hex(), "body": self.body.decode()}
        return _line(value)

    @classmethod
    def from_line(cls, line: bytes) -> "BundleEntry":
        """Return the entry of a line; another form is a ValueError. Salt and body are not held against the leaf."""
        found = _object(line, cls.OPENED, cls.BARE)
        salt = _hex(found["salt"], SALT_BYTES) if "salt" in found else None
        body = _text(found["body"]).encode() if "body" in found else None
        return cls(_number(found["seq"], 1), _hex(found["leaf"], HASH_BYTES), salt, body)


@dataclass(frozen=True, slots=True)
class BundleContent:
    """The opened content of entry `seq`."""

    seq: int
    salt: bytes
    document: bytes

    def to_line(self) -> bytes:
        """Return the content's line."""
        return _line({"seq": self.seq, "salt": self.salt.hex(), "document": self.document.decode()})

    @classmethod
    def from_line(cls, line: bytes) -> "BundleContent":
        """Return the content of a line; another form is a ValueError."""
        found = _object(line, {"seq", "salt", "document"})
        document = _text(found["document"]).encode()
        return cls(_number(found["seq"], 1), _hex(found["salt"], SALT_BYTES), document)


@dataclass(frozen=True, slots=True)
class BundleEvent:
    """One access event at `position` (from 0) of the batch that ledger entry `rooted` covers."""

    OPENED: ClassVar = {"rooted", "position", "leaf", "salt", "body"}
    BARE: ClassVar = {"rooted", "position", "leaf"}

    rooted: int
    position: int
    leaf: bytes
    salt: bytes | None = None
    body: bytes | None = None

    def to_line(self) -> bytes:
        """Return the event's line."""
        value: dict[str, Json] = {"rooted": self.rooted, "position": self.position, "leaf": self.leaf.hex()}
        if self.salt is not None and self.body is not None:
            value |= {"salt": self.salt.hex(), "body": self.body.decode()}
        return _line(value)

    @classmethod
    def from_line(cls, line: bytes) -> "BundleEvent":
        """Return the event of a line; another form is a ValueError. Salt and body are not held against the leaf."""
        found = _object(line, cls.OPENED, cls.BARE)
        salt = _hex(found["salt"], SALT_BYTES) if "salt" in found else None
        body = _text(found["body"]).encode() if "body" in found else None
        rooted, position = _number(found["rooted"], 1), _number(found["position"], 0)
        return cls(rooted, position, _hex(found["leaf"], HASH_BYTES), salt, body)


@dataclass(frozen=True, slots=True)
class InclusionLine:
    """The proof that entry `seq` stands in the tree of the bundle's checkpoint."""

    seq: int
    path: tuple[bytes, ...]

    def to_line(self) -> bytes:
        """Return the proof's line."""
        return _line({"seq": self.seq, "path": [step.hex() for step in self.path]})


@dataclass(frozen=True, slots=True)
class GrowthLine:
    """The proof that the tree of the bundle's checkpoint grew from its first `size` leaves."""

    size: int
    path: tuple[bytes, ...]

    def to_line(self) -> bytes:
        """Return the proof's line."""
        return _line({"from": self.size, "path": [step.hex() for step in self.path]})


@dataclass(frozen=True, slots=True)
class Block:
    """The hash over the entries first..last: at most BLOCK_LEAVES of them, and always a complete subtree."""

    first: int
    last: int
    hash: bytes

    def to_line(self) -> bytes:
        """Return the block's line."""
        return _line({"first": self.first, "last": self.last, "hash": self.hash.hex()})


def read_proof(line: bytes) -> InclusionLine | GrowthLine:
    """Return the proof of a line of either kind; another form is a ValueError."""
    found = _object(line, {"seq", "path"}, {"from", "path"})
    path = tuple(_hex(step, HASH_BYTES) for step in _texts(found["path"]))
    return (
        InclusionLine(_number(found["seq"], 1), path) if "seq" in found else GrowthLine(_number(found["from"]), path)
    )


def blocks(leaf_hashes: Iterable[bytes]) -> Iterator[Block]:
    """Yield the blocks of a tree's leaves: with them a verifier names the few entries among which one was touched."""
    frontier, first = Frontier(), 1
    for leaf in leaf_hashes:
        frontier = frontier.append(leaf)
        if frontier.size == BLOCK_LEAVES:
            yield Block(first, first + BLOCK_LEAVES - 1, bag(frontier.peaks))
            frontier, first = Frontier(), first + BLOCK_LEAVES
    for level in reversed(range(BLOCK_LEAVES.bit_length())):
        if frontier.size >> level & 1:
            above = (frontier.size >> (level + 1)).bit_count()
            yield Block(first, first + (1 << level) - 1, frontier.peaks[above])
            first += 1 << level


def write_zip(target: BinaryIO, files: Mapping[str, Iterable[bytes]]) -> None:
    """Write the named files, each from its chunks, as one zip file; the same bytes in give the same bytes out."""
    with zipfile.ZipFile(target, "w", compression=zipfile.ZIP_DEFLATED) as archive:
        for name in FILES:
            if name in files:
                info = zipfile.ZipInfo(name)
                info.compress_type = zipfile.ZIP_DEFLATED
                with archive.open(info, "w", force_zip64=True) as member:
                    for chunk in files[name]:
                        member.write(chunk)


def _line(value: Json) -> bytes:
    return canonical_json(value) + b"\n"


def _object(data: bytes, *forms: set[str]) -> dict[str, Json]:
    found = parse_json(data)
    if not isinstance(found, dict) or found.keys() not in forms:
        raise ValueError("An object in the bundle has not the keys that its format asks for.")
    return found


def _number(value: Json, least: int = 0) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise ValueError(f"A number in the bundle is whole and at least {least}.")
    return value


def _text(value: Json) -> str:
    if not isinstance(value, str):
        raise ValueError("A value in the bundle is not text.")
    return value


def _texts(value: Json) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise ValueError("A value in the bundle is not a list of texts.")
    return tuple(_text(item) for item in value)


def _hex(value: Json, length: int) -> bytes:
    text = _text(value)
    data = bytes.fromhex(text)
    if len(data) != length or data.hex() != text:
        raise ValueError(f"A hash or salt in the bundle is {length} bytes in lower-case hexadecimal.")
    return data
