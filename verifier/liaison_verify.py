#!/usr/bin/env python3
"""Check an export of a Liaison ledger without Liaison: one file, Python 3.11 and `cryptography`.

    python liaison_verify.py BUNDLE --key KEY [--kept OLD_CHECKPOINT] [--witness KEY] [--json]

Trust comes from you, not from the bundle: from the ledger's public key, which you had from elsewhere, and from the
last checkpoint that you kept yourself. The format is described in README.md beside this file.

Exit 0: everything holds. 1: something is wrong, or could not be proved. 2: wrong usage, or nothing to check.
"""

import argparse
import base64
import binascii
import hashlib
import json
import struct
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import combinations, product
from pathlib import Path
from typing import IO, Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

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
ROOTED = "events.rooted"

LEDGER_KIND = 0x01
WITNESS_KIND = 0x04
HASH_BYTES = 32
SIZE_MAX = 2**63 - 1
NOTE_BYTES_MAX = 262_144
LINE_BYTES_MAX = 32 * 1024 * 1024
LINES_MAX = 50_000_000
FINDINGS_MAX = 1_000
BLOCK_WIDTHS = (1, 2, 4, 8, 16)
EMPTY_ROOT = hashlib.sha256(b"").digest()

Object = dict[str, Any]  # what JSON holds; every value is looked at before use


class Malformed(Exception):
    """A file of the bundle is not what its format says."""


class Unusable(Exception):
    """There is nothing to check, or the question is wrong: exit 2."""


# ---------------------------------------------------------------- what was found


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong or unproved; `seq` names the entry, or the first of several."""

    code: str
    problem: str
    seq: int | None = None


@dataclass
class Report:
    """Everything that the check says in the end."""

    findings: list[Finding] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    facts: Object = field(default_factory=dict)
    left_out: int = 0

    def wrong(self, code: str, problem: str, seq: int | None = None) -> None:
        """Add a finding; beyond FINDINGS_MAX they are only counted."""
        if len(self.findings) < FINDINGS_MAX:
            self.findings.append(Finding(code, problem, seq))
        else:
            self.left_out += 1

    @property
    def verdict(self) -> str:
        """`proved`; `unproved` where only the trust in a key or a part of the ledger is missing; else `wrong`."""
        codes = {finding.code for finding in self.findings}
        if not codes:
            return "proved"
        return "unproved" if codes <= {"key.unverified", "bundle.partial"} else "wrong"


# ---------------------------------------------------------------- the bundle's files


# All that zipfile raises for a file that was damaged, or made to look so.
_DAMAGED = (zipfile.BadZipFile, zlib.error, struct.error, RuntimeError)
_READ_ERRORS = (OSError, EOFError, LookupError, ValueError, OverflowError, *_DAMAGED)


class Bundle:
    """A folder or zip file of known names."""

    def __init__(self, path: Path) -> None:
        self._folder, self._archive = path, None
        if path.is_dir():
            return
        try:
            self._archive = zipfile.ZipFile(path)
        except _READ_ERRORS as problem:
            raise Unusable(f"{path} is neither a folder nor a zip file that can be read ({problem}).") from None

    def names(self) -> set[str]:
        """The names of all files in the bundle."""
        if self._archive is not None:
            return set(self._archive.namelist())
        return {item.name for item in self._folder.iterdir()}

    def twice(self) -> set[str]:
        """Names that a zip file holds more than once."""
        names = [] if self._archive is None else self._archive.namelist()
        return {name for name in names if names.count(name) > 1}

    def whole(self, name: str, bytes_max: int = NOTE_BYTES_MAX) -> bytes:
        """A small file's content."""
        try:
            with self._open(name) as stream:
                data = stream.read(bytes_max + 1)
        except _READ_ERRORS as problem:
            raise Malformed(f"{name} cannot be read ({problem}).") from None
        if len(data) > bytes_max:
            raise Malformed(f"{name} is larger than {bytes_max} bytes.")
        return data

    def objects(self, name: str) -> Iterator[tuple[int, Object]]:
        """Number and object of each line; nothing if there is no such file."""
        if name not in self.names():
            return
        try:
            with self._open(name) as stream:
                for number in range(1, LINES_MAX + 1):
                    line = stream.readline(LINE_BYTES_MAX + 1)
                    if not line:
                        return
                    if not line.endswith(b"\n"):
                        raise Malformed(f"{name}, line {number} has no end within {LINE_BYTES_MAX} bytes.")
                    yield number, json_object(line, f"{name}, line {number}")
        except _READ_ERRORS as problem:
            raise Malformed(f"{name} cannot be read to its end ({problem}).") from None
        raise Malformed(f"{name} has more than {LINES_MAX} lines.")

    def _open(self, name: str) -> IO[bytes]:
        if self._archive is not None:
            if self._archive.getinfo(name).compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise Malformed(f"{name} is compressed in a way that this program does not open.")
            return self._archive.open(name)
        return (self._folder / name).open("rb")


def json_object(data: bytes, where: str) -> Object:
    """The object of a JSON text in which no key is given twice and every number is whole."""
    try:
        found = json.loads(
            data.decode(), object_pairs_hook=_without_twins, parse_float=_no_number, parse_constant=_no_number
        )
    except (ValueError, RecursionError) as problem:
        raise Malformed(f"{where} is not JSON that we can trust ({problem}).") from None
    if not isinstance(found, dict):
        raise Malformed(f"{where} is not an object.")
    return found


def _without_twins(pairs: list[tuple[str, Any]]) -> Object:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key is given twice")
    return found


def _no_number(text: str) -> None:
    raise ValueError(f"{text[:20]} is not a whole number")


def number_of(found: Object, key: str, where: str, least: int = 0) -> int:
    """The whole number under a key."""
    value = found.get(key)
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= SIZE_MAX:
        raise Malformed(f"{where}: “{key}” is not a whole number from {least}.")
    return value


def hash_of(found: Object, key: str, where: str) -> bytes:
    """The 32 bytes written as lower-case hexadecimal under a key."""
    value = found.get(key)
    if not is_hash_text(value):
        raise Malformed(f"{where}: “{key}” is not 32 bytes in lower-case hexadecimal.")
    return bytes.fromhex(str(value))


def is_hash_text(value: object) -> bool:
    """Whether a value is 64 lower-case hexadecimal digits."""
    return isinstance(value, str) and len(value) == 2 * HASH_BYTES and not set(value) - set("0123456789abcdef")


def text_of(found: Object, key: str, where: str) -> bytes:
    """The UTF-8 bytes of the text under a key."""
    value = found.get(key)
    try:
        return value.encode() if isinstance(value, str) else _not_text(key, where)
    except UnicodeEncodeError:
        return _not_text(key, where)


def _not_text(key: str, where: str) -> bytes:
    raise Malformed(f"{where}: “{key}” is not text.")


def form_of(found: Object, where: str, *forms: set[str]) -> None:
    """Refuse an object whose keys are not exactly one of the forms: what nobody checks must not be there."""
    if found.keys() not in forms:
        raise Malformed(f"{where} has other keys than its format allows: {', '.join(sorted(found))[:200]}.")


# ---------------------------------------------------------------- keys and signed notes (C2SP)


@dataclass(frozen=True)
class Key:
    """A name and an Ed25519 public key, for the ledger's signatures or for a witness's."""

    name: str
    kind: int
    key: bytes

    @property
    def key_id(self) -> bytes:
        """The four bytes that mark its signature lines."""
        return hashlib.sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.key).digest()[:4]

    @property
    def fingerprint(self) -> str:
        """Name and key id, as people compare them."""
        return f"{self.name}+{self.key_id.hex()}"


def parse_key(text: str, kind: int) -> Key:
    """The key of a text `name+id+key`, which must be whole and of this kind."""
    what = "witness" if kind == WITNESS_KIND else "ledger"
    name, _, rest = text.strip().partition("+")
    key_id, _, encoded = rest.partition("+")
    material = from_base64(encoded)
    if not name or material is None or len(material) != 1 + HASH_BYTES or material[0] != kind:
        raise Unusable(f"{text[:100]!r} is not the public key of a {what} (name+id+key).")
    key = Key(name, kind, material[1:])
    if key.key_id.hex() != key_id:
        raise Unusable(f"{text[:100]!r} was not copied whole: its id does not belong to its key.")
    return key


def from_base64(text: str) -> bytes | None:
    """The bytes of standard base64 in its only spelling, else None."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return data if base64.b64encode(data).decode() == text else None


@dataclass(frozen=True)
class Checkpoint:
    """A signed note that states origin, size and root; its signatures are not yet verified."""

    origin: str
    size: int
    root: bytes
    text: str
    lines: tuple[tuple[str, bytes], ...]


def parse_checkpoint(data: bytes, what: str) -> Checkpoint:
    """The checkpoint of a signed note."""
    try:
        whole = data.decode()
    except UnicodeDecodeError:
        raise Malformed(f"{what} is not text.") from None
    text, separator, signatures = whole.rpartition("\n\n")
    body = text.split("\n")
    if not separator or not signatures.endswith("\n") or any(c < " " and c != "\n" for c in whole):
        raise Malformed(f"{what} is not a signed note.")
    root = from_base64(body[2]) if len(body) >= 3 and all(body) else None
    size = body[1] if root is not None else ""
    if root is None or len(root) != HASH_BYTES or not (size.isascii() and size.isdigit() and len(size) <= 19):
        raise Malformed(f"{what} does not state origin, size and root.")
    if str(int(size)) != size or int(size) > SIZE_MAX:
        raise Malformed(f"{what} does not state its size as a plain number.")
    lines = tuple(_signature_line(line, what) for line in signatures[:-1].split("\n"))
    return Checkpoint(body[0], int(size), root, text + "\n", lines)


def _signature_line(line: str, what: str) -> tuple[str, bytes]:
    dash, _, rest = line.partition(" ")
    name, _, encoded = rest.partition(" ")
    value = from_base64(encoded)
    if dash != "—" or not name or value is None or len(value) <= 4:
        raise Malformed(f"{what} has a line that is no signature.")
    return name, value


def signed_at(checkpoint: Checkpoint, key: Key) -> int | None:
    """The POSIX second of the key's signature (0 for a ledger's), None without one; else InvalidSignature."""
    values = [value[4:] for name, value in checkpoint.lines if name == key.name and value[:4] == key.key_id]
    times = [_verified_at(checkpoint, key, value) for value in values]
    return times[0] if times else None


def _verified_at(checkpoint: Checkpoint, key: Key, value: bytes) -> int:
    at_seconds, signature, message = 0, value, checkpoint.text.encode()
    if key.kind == WITNESS_KIND:
        at_seconds, signature = int.from_bytes(value[:8], "big"), value[8:]
        message = f"cosignature/v1\ntime {at_seconds}\n{checkpoint.text}".encode()
    try:
        Ed25519PublicKey.from_public_bytes(key.key).verify(signature, message)
    except ValueError:
        raise InvalidSignature from None
    return at_seconds


# ---------------------------------------------------------------- the tree (RFC 6962)


def leaf_hash(data: bytes) -> bytes:
    """The hash of one leaf."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of a node over its two children."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Tree:
    """A tree that grows by leaves or by complete subtrees, and knows its root at every moment."""

    def __init__(self) -> None:
        self.size = 0
        self._peaks: list[tuple[int, bytes]] = []

    def add(self, found: bytes, level: int = 0) -> None:
        """Append a leaf, or a complete subtree of 2^level leaves that fits here."""
        self.size += 1 << level
        while self._peaks and self._peaks[-1][0] == level:
            found, level = node_hash(self._peaks.pop()[1], found), level + 1
        self._peaks.append((level, found))

    def root(self) -> bytes:
        """The root over everything so far."""
        if not self._peaks:
            return EMPTY_ROOT
        found = self._peaks[-1][1]
        for _, peak in reversed(self._peaks[:-1]):
            found = node_hash(peak, found)
        return found


def root_of(leaves: Sequence[bytes]) -> bytes:
    """The root over leaf hashes."""
    tree = Tree()
    for leaf in leaves:
        tree.add(leaf)
    return tree.root()


def includes(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether a leaf hash stands at an index of the tree with this root (RFC 9162 2.1.3.2)."""
    at, last, found = index, size - 1, leaf
    for step in path:
        if last == 0:
            return False
        if at & 1 or at == last:
            found = node_hash(step, found)
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            found = node_hash(found, step)
        at, last = at >> 1, last >> 1
    return 0 <= index < size and last == 0 and found == root


def grew(old: Checkpoint, new: Checkpoint, path: Sequence[bytes]) -> bool:
    """Whether the tree of `new` is the tree of `old` with leaves appended (RFC 9162 2.1.4.2)."""
    if old.size == 0 or old.size == new.size:
        return not path and old.root == (new.root if old.size else EMPTY_ROOT)
    steps = list(path) if old.size & (old.size - 1) else [old.root, *path]
    at, last = old.size - 1, new.size - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    before = after = steps[0] if steps else b""
    for step in steps[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            before, after = node_hash(step, before), node_hash(step, after)
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            after = node_hash(after, step)
        at, last = at >> 1, last >> 1
    return last == 0 and before == old.root and after == new.root


# ---------------------------------------------------------------- what is checked against what


@dataclass
class Trust:
    """What the person who asks knows from elsewhere."""

    keys: list[Key]
    kept: list[tuple[str, bytes]]
    witnesses: list[Key]
    witnesses_min: int
    partial: bool = False


@dataclass
class Entries:
    """What entries.jsonl says: leaves by number, the digests of contents and the roots of events."""

    leaves: dict[int, bytes] = field(default_factory=dict)
    opened: int = 0
    contents: dict[int, bytes] = field(default_factory=dict)
    rooted: dict[int, tuple[int, bytes]] = field(default_factory=dict)
    strangers: dict[int, bytes] = field(default_factory=dict)
    bodies: set[int] = field(default_factory=set)

    def run(self) -> int:
        """How many entries there are from 1 on without a gap."""
        count = 0
        while count + 1 in self.leaves:
            count += 1
        return count

    def first(self, count: int) -> list[bytes]:
        """The leaves of the first entries, which are all there."""
        return [self.leaves[seq] for seq in range(1, count + 1)]


def check(bundle: Bundle, trust: Trust) -> Report:
    """Check everything that the bundle holds; a malformed file ends the check with a finding."""
    report = Report()
    try:
        _check(bundle, trust, report)
    except Malformed as problem:
        report.wrong("bundle.malformed", str(problem))
    return report


def _check(bundle: Bundle, trust: Trust, report: Report) -> None:
    missing = [name for name in (MANIFEST, CHECKPOINT, ENTRIES) if name not in bundle.names()]
    if missing or bundle.twice():
        raise Malformed(f"The bundle lacks {', '.join(missing)}." if missing else "The bundle holds a file twice.")
    for name in sorted(bundle.names() - set(FILES)):
        report.notes.append(f"“{name[:100]}” is not part of the format; nobody checked it.")
    manifest = check_manifest(bundle.whole(MANIFEST))
    checkpoint = parse_checkpoint(bundle.whole(CHECKPOINT), "The bundle's checkpoint")
    check_signatures(checkpoint, manifest, trust, report)
    entries = read_entries(bundle, report)
    report.facts["complete"] = manifest["complete"]
    if manifest["complete"]:
        check_whole(bundle, entries, checkpoint, report)
    elif not trust.partial:
        told = (
            f"The bundle says that it is a part: {len(entries.leaves)} of {checkpoint.size} entries. Nobody checked"
        )
        report.wrong("bundle.partial", f"{told} the others. Give --partial if a part is what you asked for.")
    check_proofs(bundle, entries, checkpoint, complete=manifest["complete"], report=report)
    check_kept(bundle, entries, checkpoint, trust=trust, complete=manifest["complete"], report=report)
    check_contents(bundle, entries, report)
    check_events(bundle, entries, report)


def check_manifest(data: bytes) -> Object:
    """The manifest, if it is of the format that this program knows."""
    found = json_object(data, MANIFEST)
    form_of(found, MANIFEST, {"format", "version", "origin", "keys", "witnesses", "complete"})
    if found["format"] != FORMAT or found["version"] != VERSION:
        raise Malformed(f"{MANIFEST} is not of format {FORMAT}, version {VERSION}, which this program knows.")
    lists = (found["keys"], found["witnesses"])
    texts = all(isinstance(item, list) and all(isinstance(text, str) for text in item) for item in lists)
    if not texts or not isinstance(found["complete"], bool) or not isinstance(found["origin"], str):
        raise Malformed(f"{MANIFEST} has a value of the wrong kind.")
    return found


def check_signatures(checkpoint: Checkpoint, manifest: Object, trust: Trust, report: Report) -> None:
    """Is the checkpoint signed by a key that we trust, for the ledger that we mean, before our witnesses?"""
    report.facts |= {"origin": checkpoint.origin, "size": checkpoint.size, "root": checkpoint.root.hex()}
    if manifest["origin"] != checkpoint.origin:
        report.wrong("manifest.other_origin", f"The manifest is of “{manifest['origin'][:100]}”, the checkpoint not.")
    if not trust.keys:
        trust.keys = _keys_of(manifest)
        told = "Unverified key: no --key was given, so the bundle was checked against the key that it names itself."
        report.wrong("key.unverified", f"{told} Whoever forged the one forged the other.")
    signed = check_signature(checkpoint, trust.keys, "The bundle's checkpoint", "checkpoint", report)
    report.facts["signed_by"] = signed
    report.facts["witnesses"] = check_witnesses(checkpoint, trust, report)


def _keys_of(manifest: Object) -> list[Key]:
    try:
        return [parse_key(text, LEDGER_KIND) for text in manifest["keys"]]
    except Unusable as problem:
        raise Malformed(f"{MANIFEST}: {problem}") from None


def check_signature(checkpoint: Checkpoint, keys: list[Key], what: str, code: str, report: Report) -> list[str]:
    """The fingerprints of the trusted keys that signed; says what is wrong if there is none."""
    if not any(key.name == checkpoint.origin for key in keys):
        names = ", ".join(sorted({key.name for key in keys})) or "no key"
        told = f"{what} is of “{checkpoint.origin[:100]}”, but the key is of “{names}”."
        report.wrong(f"{code}.wrong_origin", told)
        return []
    signed = []
    for key in keys:
        try:
            if key.name == checkpoint.origin and signed_at(checkpoint, key) is not None:
                signed.append(key.fingerprint)
        except InvalidSignature:
            report.wrong(f"{code}.bad_signature", f"{what}: the signature of {key.fingerprint} is wrong.")
            return []
    if not signed:
        report.wrong(f"{code}.unsigned", f"{what} is not signed by the key that you trust.")
    return signed


def check_witnesses(checkpoint: Checkpoint, trust: Trust, report: Report) -> list[Object]:
    """Name and time of each trusted witness that cosigned; says if there are too few."""
    seen: dict[str, int] = {}
    for key in trust.witnesses:
        try:
            at_seconds = signed_at(checkpoint, key)
        except InvalidSignature:
            report.wrong("witness.bad_signature", f"The cosignature of the witness {key.fingerprint} is wrong.")
            continue
        if at_seconds is not None:
            seen[key.fingerprint] = at_seconds
        elif trust.witnesses_min == len(trust.witnesses):
            report.wrong("witness.missing", f"The witness {key.fingerprint} has not cosigned the checkpoint.")
    if len(seen) < trust.witnesses_min < len(trust.witnesses):
        report.wrong("witness.missing", f"{len(seen)} witnesses have cosigned; {trust.witnesses_min} are needed.")
    return [{"witness": name, "at": moment(at_seconds)} for name, at_seconds in seen.items()]


def moment(at_seconds: int) -> str:
    """A POSIX second as people read it; as a number where the calendar ends."""
    try:
        return datetime.fromtimestamp(at_seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (ValueError, OverflowError, OSError):
        return str(at_seconds)


def read_entries(bundle: Bundle, report: Report) -> Entries:
    """Every entry held against its own leaf."""
    entries, before = Entries(), 0
    for line, found in bundle.objects(ENTRIES):
        where = f"{ENTRIES}, line {line}"
        form_of(found, where, {"seq", "leaf"}, {"seq", "leaf", "salt", "body"})
        seq, leaf = number_of(found, "seq", where, 1), hash_of(found, "leaf", where)
        if seq in entries.leaves:
            report.wrong("entry.repeated", f"Entry {seq} is there twice (line {line}).", seq)
            continue
        if seq < before:
            report.wrong("entry.reordered", f"Entry {seq} stands after entry {before} (line {line}).", seq)
        before = seq
        entries.leaves[seq] = leaf
        if "body" in found:
            read_body(entries, seq, hash_of(found, "salt", where), text_of(found, "body", where))
    _name_strangers(entries, report)
    report.facts |= {"entries": len(entries.leaves), "opened": entries.opened}
    return entries


def read_body(entries: Entries, seq: int, salt: bytes, body: bytes) -> None:
    """Hold a body against its leaf, and keep what contents and events are held against."""
    computed = leaf_hash(salt + body)
    if computed != entries.leaves[seq]:
        entries.strangers[seq] = computed
        return
    where = f"The body of entry {seq}"
    found = json_object(body, where)
    entries.opened += 1
    entries.bodies.add(seq)
    if found.get("content") is not None:
        entries.contents[seq] = hash_of(found, "content", where)
    if found.get("action") == ROOTED:
        notes = found.get("notes")
        if not isinstance(notes, dict):
            raise Malformed(f"{where}: “notes” is not an object.")
        entries.rooted[seq] = (number_of(notes, "count", where), hash_of(notes, "root", where))


def _name_strangers(entries: Entries, report: Report) -> None:
    """A body that is not its leaf's: another's, or nobody's."""
    if not entries.strangers:
        return
    home = {leaf: seq for seq, leaf in entries.leaves.items()}
    for seq, computed in entries.strangers.items():
        if computed in home:
            belongs = home[computed]
            report.wrong("entry.reordered", f"Entry {seq} holds what belongs to entry {belongs}: reordered.", seq)
        else:
            report.wrong("entry.altered", f"Entry {seq} was altered: its leaf does not cover its salt and body.", seq)


# ---------------------------------------------------------------- a complete ledger


def check_whole(bundle: Bundle, entries: Entries, checkpoint: Checkpoint, report: Report) -> None:
    """Do all entries, in their order, add up to the signed root?"""
    blocks = read_blocks(bundle, checkpoint, report)
    run, last = entries.run(), max(entries.leaves, default=0)
    for gap in _gaps(entries, last):
        report.wrong("entry.missing", f"{_entries(*gap)} deleted: the numbers around are there.", gap[0])
    if run == last != checkpoint.size:
        _wrong_length(entries, checkpoint, blocks, report)
    elif run == last and root_of(entries.first(run)) != checkpoint.root:
        report.wrong("entries.root", "The entries do not add up to the root that the checkpoint signs.")
        for finding in _diagnosis([block for block in blocks if block.touched(entries)], entries):
            report.wrong(finding.code, finding.problem, finding.seq)
        if not blocks:
            report.notes.append(f"Without a sound {BLOCKS} nobody can say which entries were touched.")


def _gaps(entries: Entries, last: int) -> Iterator[tuple[int, int]]:
    """First and last number of each run of numbers that is not there, below the last that is."""
    present = sorted(entries.leaves)
    for before, after in zip([0, *present], present, strict=False):
        if after - before > 1 and after <= last:
            yield before + 1, after - 1


def _wrong_length(entries: Entries, checkpoint: Checkpoint, blocks: list["Block"], report: Report) -> None:
    """The numbers have no gap, but there are more or fewer entries than were signed."""
    count = len(entries.leaves)
    if count > checkpoint.size:
        told = f"{_entries(checkpoint.size + 1, count)} not covered by the checkpoint, which signs {checkpoint.size}."
        report.wrong("entries.unsigned", told, checkpoint.size + 1)
    shifted = next((block for block in blocks if block.last <= count and block.touched(entries)), None)
    if shifted is not None:
        fewer = count < checkpoint.size
        told = (
            f"From {_span(shifted)} on the entries are others than were signed, {count} instead of {checkpoint.size}"
        )
        happened = f"{told}: at least one was {'deleted' if fewer else 'inserted'} there."
        report.wrong("entry.missing" if fewer else "entry.inserted", happened, shifted.first)
    elif count < checkpoint.size:
        told = f"{checkpoint.size - count} of {checkpoint.size} signed entries are missing"
        since = next((block.first for block in blocks if block.last > count), None)
        where = f"from entry {since} on: the tail was cut" if since else f"; without {BLOCKS} nobody can tell which"
        report.wrong("entries.cut", f"{told} {where}.", count + 1)


def _entries(first: int, last: int) -> str:
    return f"Entry {first} is" if first == last else f"Entries {first} to {last} are"


# ---------------------------------------------------------------- blocks: which few entries were touched


@dataclass(frozen=True)
class Block:
    """The signed hash over the entries first..last."""

    first: int
    last: int
    hash: bytes

    def leaves(self, entries: Entries) -> list[bytes]:
        """The leaves that the bundle gives for these entries, where it gives them."""
        return [entries.leaves[seq] for seq in range(self.first, self.last + 1) if seq in entries.leaves]

    def touched(self, entries: Entries) -> bool:
        """Whether these are not the entries that were signed."""
        return root_of(self.leaves(entries)) != self.hash


def read_blocks(bundle: Bundle, checkpoint: Checkpoint, report: Report) -> list[Block]:
    """The blocks, if they add up to the signed root; else none, and a finding."""
    blocks, tree = [], Tree()
    for line, found in bundle.objects(BLOCKS):
        where = f"{BLOCKS}, line {line}"
        form_of(found, where, {"first", "last", "hash"})
        first, last = number_of(found, "first", where, 1), number_of(found, "last", where, 1)
        block, width = Block(first, last, hash_of(found, "hash", where)), last - first + 1
        fits = width in BLOCK_WIDTHS and tree.size % width == 0
        if first != tree.size + 1 or not fits:
            raise Malformed(f"{where} does not follow from the block before it.")
        tree.add(block.hash, width.bit_length() - 1)
        blocks.append(block)
    if blocks and (tree.size != checkpoint.size or tree.root() != checkpoint.root):
        report.wrong("blocks.root", f"{BLOCKS} does not add up to the root that the checkpoint signs.")
        return []
    return blocks


def _diagnosis(touched: list[Block], entries: Entries) -> list[Finding]:
    """What happened within the touched blocks: two entries exchanged, or something else."""
    if len(touched) == 2 and (pair := _exchanged_between(touched[0], touched[1], entries)):
        return [_exchange(*pair)]
    return [_in_block(block, entries) for block in touched]


def _in_block(block: Block, entries: Entries) -> Finding:
    leaves = block.leaves(entries)
    for one, other in combinations(range(len(leaves)), 2):
        if root_of(_swapped(leaves, one, other)) == block.hash:
            return _exchange(block.first + one, block.first + other)
    told = f"Among {_span(block)} an entry was altered, together with its leaf."
    return Finding("entry.altered", told, block.first)


def _exchanged_between(one: Block, other: Block, entries: Entries) -> tuple[int, int] | None:
    mine, theirs = one.leaves(entries), other.leaves(entries)
    for here, there in product(range(len(mine)), range(len(theirs))):
        with_theirs = [*mine[:here], theirs[there], *mine[here + 1 :]]
        with_mine = [*theirs[:there], mine[here], *theirs[there + 1 :]]
        if root_of(with_theirs) == one.hash and root_of(with_mine) == other.hash:
            return one.first + here, other.first + there
    return None


def _swapped(leaves: list[bytes], one: int, other: int) -> list[bytes]:
    found = list(leaves)
    found[one], found[other] = found[other], found[one]
    return found


def _exchange(one: int, other: int) -> Finding:
    return Finding("entry.reordered", f"Entries {one} and {other} were exchanged: reordered.", one)


def _span(block: Block) -> str:
    return f"entry {block.first}" if block.first == block.last else f"entries {block.first} to {block.last}"


# ---------------------------------------------------------------- proofs and kept checkpoints


def check_proofs(bundle: Bundle, entries: Entries, checkpoint: Checkpoint, *, complete: bool, report: Report) -> None:
    """Every inclusion proof must hold; in a partial bundle every entry needs one."""
    proved: set[int] = set()
    for where, found in _proof_lines(bundle, "seq"):
        seq, path = number_of(found, "seq", where, 1), path_of(found, where)
        if seq not in entries.leaves:
            report.wrong("proof.no_entry", f"{where} proves entry {seq}, which is not in the bundle.", seq)
        elif includes(entries.leaves[seq], seq - 1, checkpoint.size, path, checkpoint.root):
            proved.add(seq)
        else:
            report.wrong(
                "proof.wrong", f"Entry {seq} is not the one that the checkpoint signs: its proof fails.", seq
            )
    if not complete:
        for seq in sorted(entries.leaves.keys() - proved):
            report.wrong("proof.missing", f"Nothing proves that entry {seq} is in the ledger.", seq)
    report.facts["proofs"] = len(proved)


def _proof_lines(bundle: Bundle, key: str) -> Iterator[tuple[str, Object]]:
    for line, found in bundle.objects(PROOFS):
        where = f"{PROOFS}, line {line}"
        form_of(found, where, {"seq", "path"}, {"from", "path"})
        if key in found:
            yield where, found


def path_of(found: Object, where: str) -> list[bytes]:
    """The hashes of a proof's path."""
    steps = found["path"]
    if not isinstance(steps, list) or len(steps) > 128 or not all(is_hash_text(step) for step in steps):
        raise Malformed(f"{where}: “path” is not a list of hashes.")
    return [bytes.fromhex(step) for step in steps]


def check_kept(
    bundle: Bundle, entries: Entries, checkpoint: Checkpoint, *, trust: Trust, complete: bool, report: Report
) -> None:
    """Is the ledger the one that we saw before, with entries appended?"""
    if not trust.kept:
        report.notes.append(
            "No --kept was given: a rollback of what you saw before, or a split view, cannot be found."
        )
    for name, data in trust.kept:
        kept = parse_checkpoint(data, f"The kept checkpoint {name}")
        if check_signature(kept, trust.keys, f"The kept checkpoint {name}", "kept", report):
            _compare(bundle, entries, checkpoint, kept=kept, complete=complete, report=report)
    report.facts["kept"] = len(trust.kept)


def _compare(
    bundle: Bundle, entries: Entries, checkpoint: Checkpoint, *, kept: Checkpoint, complete: bool, report: Report
) -> None:
    if kept.origin != checkpoint.origin:
        report.wrong("kept.wrong_origin", f"The kept checkpoint is of “{kept.origin[:100]}”, this ledger is not.")
    elif kept.size > checkpoint.size:
        report.wrong(
            "kept.cut",
            f"The ledger had {kept.size} entries when you kept its checkpoint and has {checkpoint.size} now: "
            "its tail was cut, or an old backup was restored.",
            checkpoint.size + 1,
        )
    elif kept.size == checkpoint.size:
        if kept.root != checkpoint.root:
            _rewritten(kept, report)
    elif complete and entries.run() < kept.size:
        report.wrong("kept.unproved", f"Entries are missing among the first {kept.size}, which you saw before.")
    elif complete:
        if root_of(entries.first(kept.size)) != kept.root:
            _rewritten(kept, report)
    else:
        _compare_by_proof(bundle, checkpoint, kept, report)


def _compare_by_proof(bundle: Bundle, checkpoint: Checkpoint, kept: Checkpoint, report: Report) -> None:
    for where, found in _proof_lines(bundle, "from"):
        if number_of(found, "from", where) == kept.size:
            if not grew(kept, checkpoint, path_of(found, where)):
                _rewritten(kept, report)
            return
    report.wrong(
        "kept.no_proof",
        f"This partial bundle holds no proof that the ledger grew from the {kept.size} entries of your checkpoint. "
        "Ask for one that does.",
    )


def _rewritten(kept: Checkpoint, report: Report) -> None:
    report.wrong(
        "kept.rewritten",
        f"The first {kept.size} entries are not those whose checkpoint you kept: history was rewritten (rollback), "
        "or you and others are shown different ledgers (split view).",
    )


# ---------------------------------------------------------------- contents and events


def check_contents(bundle: Bundle, entries: Entries, report: Report) -> None:
    """Is each opened content the one that its entry names?"""
    seen: set[int] = set()
    for line, found in bundle.objects(CONTENTS):
        where = f"{CONTENTS}, line {line}"
        form_of(found, where, {"seq", "salt", "document"})
        seq, salt = number_of(found, "seq", where, 1), hash_of(found, "salt", where)
        digest = hashlib.sha256(salt + text_of(found, "document", where)).digest()
        if seq not in entries.contents:
            told = "names no content" if seq in entries.bodies else "cannot be read here"
            report.wrong("content.unproved", f"There is a content for entry {seq}, which {told}.", seq)
        elif digest != entries.contents[seq]:
            report.wrong("content.altered", f"The content of entry {seq} was altered: its digest is another.", seq)
        elif seq in seen:
            report.wrong("content.repeated", f"The content of entry {seq} is there twice.", seq)
        seen.add(seq)
    report.facts["contents"] = len(seen)
    if absent := len(entries.contents.keys() - seen):
        report.notes.append(f"The content of {absent} opened entries is not in the bundle (erased, or not exported).")


def check_events(bundle: Bundle, entries: Entries, report: Report) -> None:
    """Do the access events of each batch add up to the root that the ledger holds?"""
    batches: dict[int, dict[int, bytes]] = {}
    for line, found in bundle.objects(EVENTS):
        where = f"{EVENTS}, line {line}"
        keys = {"rooted", "position", "leaf"}
        form_of(found, where, keys, keys | {"salt", "body"})
        rooted, position = number_of(found, "rooted", where, 1), number_of(found, "position", where)
        leaf = hash_of(found, "leaf", where)
        if "body" in found and leaf_hash(hash_of(found, "salt", where) + text_of(found, "body", where)) != leaf:
            report.wrong("event.altered", f"Access event {position} of entry {rooted} was altered.", rooted)
        batch = batches.setdefault(rooted, {})
        if position in batch:
            report.wrong("event.repeated", f"Access event {position} of entry {rooted} is there twice.", rooted)
        batch[position] = leaf
    for rooted, batch in batches.items():
        _check_batch(entries, rooted, batch, report)
    report.facts["events"] = sum(len(batch) for batch in batches.values())
    if absent := len(entries.rooted.keys() - batches.keys()):
        report.notes.append(f"The access events under {absent} roots are not in the bundle.")


def _check_batch(entries: Entries, rooted: int, batch: dict[int, bytes], report: Report) -> None:
    if rooted not in entries.rooted:
        report.wrong("event.unproved", f"There are access events for entry {rooted}, which covers none here.", rooted)
        return
    count, root = entries.rooted[rooted]
    missing = count - len(batch)
    if missing or sorted(batch) != list(range(len(batch))):
        told = f"{count} access events were covered by entry {rooted}; the bundle holds {len(batch)} of them"
        report.wrong("event.missing", f"{told}, or under wrong positions.", rooted)
    elif root_of([batch[position] for position in range(count)]) != root:
        report.wrong(
            "event.root", f"The access events of entry {rooted} are not those that the ledger covers.", rooted
        )


# ---------------------------------------------------------------- the command


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code."""
    asked = _parser().parse_args(arguments)
    try:
        report = check(Bundle(Path(asked.bundle)), _trust(asked))
        if asked.keep and report.verdict == "proved":
            Path(asked.keep).write_bytes(Bundle(Path(asked.bundle)).whole(CHECKPOINT))
    except (Unusable, OSError) as problem:
        print(problem, file=sys.stderr)
        return 2
    print(_as_json(report) if asked.json else _as_lines(report))
    return 0 if report.verdict == "proved" else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="liaison_verify.py",
        description="Check an export of a Liaison ledger. Exit 0: proved; 1: wrong or unproved; 2: wrong usage.",
    )
    add: Callable[..., object] = parser.add_argument
    add("bundle", metavar="BUNDLE", help="the folder or zip file that was exported")
    add("--key", action="append", default=[], help="the ledger's public key (name+id+key); may be given again")
    add("--kept", action="append", default=[], metavar="FILE", help="a checkpoint that you kept; may be given again")
    add("--witness", action="append", default=[], metavar="KEY", help="a witness that must have cosigned")
    add("--witnesses-min", type=int, metavar="N", help="how many of the witnesses suffice (all, if not given)")
    add("--partial", action="store_true", help="accept a bundle that holds only a part of the ledger")
    add("--keep", metavar="FILE", help="if all is proved, keep the bundle's checkpoint here for next time")
    add("--json", action="store_true", help="one JSON object instead of lines")
    return parser


def _trust(asked: argparse.Namespace) -> Trust:
    witnesses = [parse_key(text, WITNESS_KIND) for text in asked.witness]
    least = len(witnesses) if asked.witnesses_min is None else asked.witnesses_min
    if not 0 <= least <= len(witnesses):
        raise Unusable(f"--witnesses-min must be from 0 to {len(witnesses)}, the number of --witness given.")
    kept = [(path, Path(path).read_bytes()[: NOTE_BYTES_MAX + 1]) for path in asked.kept]
    keys = [parse_key(text, LEDGER_KIND) for text in asked.key]
    return Trust(keys, kept, witnesses, least, asked.partial)


def _as_json(report: Report) -> str:
    findings = [{"code": f.code, "problem": f.problem, "seq": f.seq} for f in report.findings]
    said = {"verdict": report.verdict, **report.facts, "findings": findings, "notes": report.notes}
    return json.dumps(said | {"findings_left_out": report.left_out}, ensure_ascii=False, indent=2)


def _as_lines(report: Report) -> str:
    facts, lines = report.facts, []
    if "origin" in facts:
        lines.append(f"Ledger   {facts['origin']}")
        lines.append(f"Signed   {facts['size']} entries, root {facts['root']}")
    lines.extend(f"Witness  {seen['witness']} at {seen['at']}" for seen in facts.get("witnesses", []))
    counted = [
        f"{facts[name]} {name}" for name in ("entries", "opened", "contents", "proofs", "events") if name in facts
    ]
    lines.append(f"Checked  {', '.join(counted) or 'nothing'}")
    lines.extend(f"Note     {note}" for note in report.notes)
    lines.extend(f"WRONG    {finding.problem} [{finding.code}]" for finding in report.findings)
    if report.left_out:
        lines.append(f"         and {report.left_out} findings more")
    lines.append(f"Verdict  {report.verdict}")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
