"""A signed statement of how large the ledger is and what its root is, in forms that others read too.

C2SP signed-note and tlog-checkpoint; Ed25519 by the ledger (type 0x01), timestamped cosignatures by witnesses (0x04,
tlog-cosignature). The name of the ledger's key is the checkpoint's origin.

What was given from outside and does not hold is a Refused; wrong values of our own are a ValueError.
"""

import base64
import binascii
import hashlib
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import IntEnum

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from liaison.ledger.tree import HASH_BYTES, SIZE_MAX
from liaison.refusal import Finding, Refused, mark

KEY_BYTES = 32
NOTE_BYTES_MAX = 262_144
SIGNATURES_MAX = 64
_KEY_ID_BYTES = 4
_TIME_BYTES = 8
_SIGNATURE_BYTES = 64
_DASH = "— "
_PRIVATE = "PRIVATE+KEY+"


class KeyKind(IntEnum):
    """The signature types of C2SP signed-note that we speak."""

    LEDGER = 0x01
    WITNESS = 0x04


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A name and an Ed25519 public key for one kind of signature."""

    name: str
    kind: KeyKind
    key: bytes

    def __post_init__(self) -> None:
        _check_name(self.name)
        if len(self.key) != KEY_BYTES:
            raise ValueError(f"An Ed25519 key has {KEY_BYTES} bytes.")

    @property
    def key_id(self) -> bytes:
        """The four bytes that mark this key's signature lines."""
        return hashlib.sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.key).digest()[:_KEY_ID_BYTES]

    def __str__(self) -> str:
        """Return the text form `name+id+key` that people exchange."""
        return f"{self.name}+{self.key_id.hex()}+{_base64(bytes([self.kind]) + self.key)}"


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A name and an Ed25519 private key. The caller draws the 32 bytes of `seed` and keeps them secret."""

    name: str
    kind: KeyKind
    seed: bytes = field(repr=False)

    def __post_init__(self) -> None:
        _check_name(self.name)
        if len(self.seed) != KEY_BYTES:
            raise ValueError(f"A seed has {KEY_BYTES} bytes.")

    @property
    def public(self) -> PublicKey:
        """The key that others verify with."""
        return PublicKey(self.name, self.kind, self._private().public_key().public_bytes_raw())

    def secret_text(self) -> str:
        """Return the text form `PRIVATE+KEY+name+id+seed`, for a file that only its owner can read."""
        return f"{_PRIVATE}{self.name}+{self.public.key_id.hex()}+{_base64(bytes([self.kind]) + self.seed)}"

    def sign(self, message: bytes) -> bytes:
        """Return the Ed25519 signature of exactly these bytes."""
        return self._private().sign(message)

    def _private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The ledger `origin` has `size` leaves and this root. Extension lines are opaque."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not all(_is_line(line) for line in (self.origin, *self.extensions)):
            raise ValueError("Origin and extensions of a checkpoint are non-empty lines without control characters.")
        if not 0 <= self.size <= SIZE_MAX or len(self.root) != HASH_BYTES:
            raise ValueError("A checkpoint has a size from 0 to 2^63-1 and a root of 32 bytes.")

    def text(self) -> str:
        """Return the note text that is signed, with its final newline."""
        lines = (self.origin, str(self.size), _base64(self.root), *self.extensions)
        return "".join(f"{line}\n" for line in lines)


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line of a note, by whomever."""

    name: str
    key_id: bytes
    value: bytes

    def line(self) -> str:
        """Return the line as the note holds it."""
        return f"{_DASH}{self.name} {_base64(self.key_id + self.value)}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """A text and its signature lines, not yet verified: the text means nothing until it is."""

    text: str
    signatures: tuple[Signature, ...]

    def to_bytes(self) -> bytes:
        """Return the note as it is stored and sent."""
        return (self.text + "\n" + "".join(signature.line() for signature in self.signatures)).encode()


@dataclass(frozen=True, slots=True)
class Cosigned:
    """A witness saw this checkpoint follow from all that it saw before, at this POSIX second."""

    key: PublicKey
    at_seconds: int


@dataclass(frozen=True, slots=True)
class Verified:
    """A checkpoint that known keys signed."""

    checkpoint: Checkpoint
    signed_by: tuple[PublicKey, ...]
    cosigned_by: tuple[Cosigned, ...]


def sign(checkpoint: Checkpoint, key: SigningKey) -> bytes:
    """Return the checkpoint as a note signed by the ledger's key, whose name must be the origin."""
    if key.kind != KeyKind.LEDGER or key.name != checkpoint.origin:
        raise ValueError("A checkpoint is signed by the ledger key that bears its origin as name.")
    return sign_text(checkpoint.text(), key).to_bytes()


def sign_text(text: str, key: SigningKey) -> Note:
    """Return any text as a signed note; for a checkpoint use `sign`."""
    if not text.endswith("\n") or key.kind != KeyKind.LEDGER:
        raise ValueError("A note's text ends in a newline and is signed by a key of type 0x01.")
    return Note(text, (Signature(key.name, key.public.key_id, key.sign(text.encode())),))


def cosign(note: bytes, key: SigningKey, *, at_seconds: int) -> bytes:
    """Return the note with the witness's cosignature added; one that the same key gave before is replaced.

    The witness has verified the note and its consistency with what it saw before: this function does not.
    """
    if key.kind != KeyKind.WITNESS or not 0 <= at_seconds <= SIZE_MAX:
        raise ValueError("A cosignature needs a witness key and a POSIX time in seconds.")
    found, public = parse_note(note), key.public
    parse_checkpoint(found.text)
    value = at_seconds.to_bytes(_TIME_BYTES, "big") + key.sign(_cosigned_message(found.text, at_seconds))
    others = tuple(line for line in found.signatures if not _is_by(line, public))
    return Note(found.text, (*others, Signature(public.name, public.key_id, value))).to_bytes()


def with_cosignatures(note: bytes, other: bytes) -> bytes:
    """Return the note with those signature lines of `other`, a note of the same text, that it lacks."""
    found, more = parse_note(note), parse_note(other)
    if found.text != more.text:
        raise Refused(_other_text())
    known = {(line.name, line.key_id) for line in found.signatures}
    added = tuple(line for line in more.signatures if (line.name, line.key_id) not in known)
    return Note(found.text, (*found.signatures, *added)).to_bytes()


def verify(
    note: bytes, *, keys: Iterable[PublicKey], witnesses: Iterable[PublicKey] = (), witnesses_min: int = 0
) -> Verified:
    """Return the checkpoint if a known ledger key signed it and enough known witnesses cosigned it.

    Lines of unknown keys are ignored; a wrong signature in the name of a known one condemns the whole note.
    """
    found = parse_note(note)
    checkpoint = parse_checkpoint(found.text)
    ledger_keys = list(keys)
    signed = tuple(key for key in ledger_keys if _signature(found, key) is not None)
    cosigned = tuple(Cosigned(key, at) for key in witnesses if (at := _signature(found, key)) is not None)
    if not any(key.name == checkpoint.origin for key in ledger_keys):
        raise Refused(_wrong_origin(checkpoint, ledger_keys))
    if not any(key.name == checkpoint.origin for key in signed):
        raise Refused(_unsigned())
    if len({cosignature.key.key for cosignature in cosigned}) < witnesses_min:
        raise Refused(_too_few_witnesses(len(cosigned), witnesses_min))
    return Verified(checkpoint, signed, cosigned)


def verify_text(note: bytes, *, keys: Iterable[PublicKey]) -> str:
    """Return the text of any signed note that a known key signed; for a checkpoint use `verify`."""
    found = parse_note(note)
    if not [key for key in keys if _signature(found, key) is not None]:
        raise Refused(_unsigned())
    return found.text


def parse_public_key(text: str) -> PublicKey:
    """Return the key of a text `name+id+key`; one that is not whole is a Refused."""
    name, kind, key = _key_parts(text.strip())
    public = PublicKey(name, kind, key)
    if str(public) != text.strip():
        raise Refused(_bad_key())
    return public


def parse_signing_key(text: str) -> SigningKey:
    """Return the key of a text `PRIVATE+KEY+name+id+seed`; one that is not whole is a Refused."""
    stripped = text.strip()
    if not stripped.startswith(_PRIVATE):
        raise Refused(_bad_key())
    key = SigningKey(*_key_parts(stripped.removeprefix(_PRIVATE)))
    if key.secret_text() != stripped:
        raise Refused(_bad_key())
    return key


def parse_note(note: bytes) -> Note:
    """Return text and signature lines, unverified; a note that is not well-formed is a Refused."""
    if len(note) > NOTE_BYTES_MAX:
        raise Refused(_malformed())
    try:
        whole = note.decode("utf-8")
    except UnicodeDecodeError:
        raise Refused(_malformed()) from None
    text, separator, lines = whole.rpartition("\n\n")
    if not separator or not lines.endswith("\n") or any(c < " " and c != "\n" for c in whole):
        raise Refused(_malformed())
    signatures = tuple(_signature_line(line) for line in lines.removesuffix("\n").split("\n"))
    if len(signatures) > SIGNATURES_MAX:
        raise Refused(_malformed())
    return Note(text + "\n", signatures)


def parse_checkpoint(text: str) -> Checkpoint:
    """Return the checkpoint that a note's text states, unverified; any other text is a Refused."""
    lines = text.removesuffix("\n").split("\n")
    try:
        origin, size, root, *extensions = lines
        checkpoint = Checkpoint(origin, int(size), _from_base64(root), tuple(extensions))
    except ValueError:
        raise Refused(_malformed()) from None
    if checkpoint.text() != text:
        raise Refused(_malformed())
    return checkpoint


def _signature(note: Note, key: PublicKey) -> int | None:
    """The POSIX second of the key's valid signature (0 for a ledger's), None where it gave none."""
    lines = [line for line in note.signatures if _is_by(line, key)]
    times = [_signed_at(note.text, key, line.value) for line in lines]
    return times[0] if times else None


def _signed_at(text: str, key: PublicKey, value: bytes) -> int:
    message, signature, at_seconds = text.encode(), value, 0
    if key.kind == KeyKind.WITNESS:
        at_seconds, signature = int.from_bytes(value[:_TIME_BYTES], "big"), value[_TIME_BYTES:]
        message = _cosigned_message(text, at_seconds)
    try:
        Ed25519PublicKey.from_public_bytes(key.key).verify(signature, message)
    except (InvalidSignature, ValueError):
        raise Refused(_bad_signature(key)) from None
    if len(signature) != _SIGNATURE_BYTES or at_seconds > SIZE_MAX:
        raise Refused(_bad_signature(key))
    return at_seconds


def _cosigned_message(text: str, at_seconds: int) -> bytes:
    return f"cosignature/v1\ntime {at_seconds}\n{text}".encode()


def _is_by(line: Signature, key: PublicKey) -> bool:
    return line.name == key.name and line.key_id == key.key_id


def _signature_line(line: str) -> Signature:
    name, _, encoded = line.removeprefix(_DASH).partition(" ")
    try:
        _check_name(name)
        value = _from_base64(encoded)
    except ValueError:
        raise Refused(_malformed()) from None
    if not line.startswith(_DASH) or len(value) <= _KEY_ID_BYTES:
        raise Refused(_malformed())
    return Signature(name, value[:_KEY_ID_BYTES], value[_KEY_ID_BYTES:])


def _key_parts(text: str) -> tuple[str, KeyKind, bytes]:
    """Name, kind and key bytes; a name holds no plus, base64 may."""
    try:
        name, _, rest = text.partition("+")
        _, _, encoded = rest.partition("+")
        _check_name(name)
        material = _from_base64(encoded)
        kind = KeyKind(material[0]) if len(material) == 1 + KEY_BYTES else None
    except ValueError:
        kind = None
    if kind is None:
        raise Refused(_bad_key())
    return name, kind, material[1:]


def _check_name(name: str) -> None:
    if not _is_line(name) or "+" in name or any(c.isspace() or unicodedata.category(c) == "Zs" for c in name):
        raise ValueError("The name of a key is not empty and holds no space, plus or control character.")


def _is_line(text: str) -> bool:
    return bool(text) and not any(c < " " for c in text)


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _from_base64(text: str) -> bytes:
    """Bytes of standard base64 in its only spelling, else a ValueError."""
    try:
        data = base64.b64decode(text, validate=True)
    except binascii.Error:
        raise ValueError("This is not base64.") from None
    if _base64(data) != text:
        raise ValueError("This is not the canonical base64 of its bytes.")
    return data


def _malformed() -> Finding:
    return Finding(
        code="checkpoint.malformed",
        problem=mark("This is not a checkpoint: it is no signed note of origin, size and root."),
        remedy=mark("Fetch it again, as it was published, without changing a character."),
    )


def _bad_signature(key: PublicKey) -> Finding:
    return Finding(
        code="checkpoint.bad_signature",
        problem=mark("The signature of “%(key)s” on the checkpoint is wrong: text or signature was altered."),
        remedy=mark("Do not trust it. Fetch it again by another way, and tell the auditors if it stays wrong."),
        values={"key": key.name},
    )


def _unsigned() -> Finding:
    return Finding(
        code="checkpoint.unsigned",
        problem=mark("No key that you trust has signed this checkpoint."),
        remedy=mark("Check that you gave the ledger's own public key, from a source other than the checkpoint's."),
    )


def _wrong_origin(checkpoint: Checkpoint, keys: Sequence[PublicKey]) -> Finding:
    return Finding(
        code="checkpoint.wrong_origin",
        problem=mark("This checkpoint is of the ledger “%(origin)s”, not of “%(expected)s”."),
        remedy=mark("Check that checkpoint and key belong to the same installation."),
        values={"origin": checkpoint.origin, "expected": ", ".join(sorted({key.name for key in keys}))},
    )


def _too_few_witnesses(found: int, needed: int) -> Finding:
    return Finding(
        code="checkpoint.witness_missing",
        problem=mark(
            "%(found)s of the witnesses that you trust have cosigned this checkpoint; %(needed)s are needed."
        ),
        remedy=mark("Wait for the witnesses, or fetch the checkpoint from one of them."),
        values={"found": found, "needed": needed},
    )


def _other_text() -> Finding:
    return Finding(
        code="checkpoint.other_text",
        problem=mark("The two notes do not state the same checkpoint."),
        remedy=mark("Ask the witness for its cosignature of this very checkpoint."),
    )


def _bad_key() -> Finding:
    return Finding(
        code="checkpoint.bad_key",
        problem=mark("This is not a key of the form name+id+key, or one of its characters is wrong."),
        remedy=mark("Copy the whole line again from where the key was published."),
    )
