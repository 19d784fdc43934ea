"""A witness: keeps the newest checkpoint of a ledger that it saw, and cosigns only what continues it.

It needs no database and no installation: a key, a folder of its own, and what the ledger's operator hands out. If the
ledger was rolled back, or shows one witness another history than the others, it refuses, and keeps what it has.
"""

import contextlib
import fcntl
import os
import secrets
import zipfile
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from liaison.apps.audit.vault import create_file, private_folder, replace_file
from liaison.ledger import bundle
from liaison.ledger.checkpoints import (
    KEY_BYTES,
    NOTE_BYTES_MAX,
    Checkpoint,
    KeyKind,
    PublicKey,
    SigningKey,
    cosign,
    parse_public_key,
    parse_signing_key,
)
from liaison.ledger.checkpoints import verify as verify_note
from liaison.ledger.proofs import verify_consistency
from liaison.ledger.tree import Frontier
from liaison.refusal import Finding, Refused, mark

LEDGER_KEY = "ledger.key"
KEPT = "checkpoint"
LOCK = "lock"
_TOLD = mark("Do not cosign. Keep both checkpoints and tell the auditors.")


@dataclass(frozen=True, slots=True)
class Offer:
    """A checkpoint that was handed out, and how to see whether it continues an older one.

    `continues(old, new)` is None where the offer holds no proof from that size.
    """

    note: bytes
    continues: Callable[[Checkpoint, Checkpoint], bool | None]


def witness_key(path: Path, *, name: str) -> SigningKey:
    """Return the witness's key; one that is not there is made, under this name."""
    if not path.exists():
        if not name:
            raise Refused(_no_name())
        key = SigningKey(name, KeyKind.WITNESS, secrets.token_bytes(KEY_BYTES))
        create_file(path, key.secret_text().encode() + b"\n")
    return parse_signing_key(path.read_text())


def cosigned(
    offer_from: Callable[[int], Offer], *, key: SigningKey, folder: Path, ledger: PublicKey | None, at_seconds: int
) -> bytes:
    """Return the offered checkpoint with this witness's cosignature, and keep it as the newest seen.

    `offer_from(size)` fetches the offer, with a proof from the size that was kept (0 at first). `ledger` is the
    ledger's public key: needed the first time, then kept. What does not continue the kept one is a Refused.
    """
    private_folder(folder)
    with _alone(folder):
        public = _ledger_key(folder, ledger)
        old = _kept(folder, public)
        offer = offer_from(old.size if old else 0)
        new = verify_note(offer.note, keys=[public]).checkpoint
        if old is not None:
            _refuse_another_history(old, new, offer)
        note = cosign(offer.note, key, at_seconds=at_seconds)
        replace_file(folder / KEPT, note)
        return note


def read_offer(path: Path) -> Offer:
    """Return the offer of a bundle (folder or zip file) or of a bare checkpoint, which proves nothing by itself."""
    if path.is_dir():
        return _bundled(lambda name: (path / name).open("rb") if (path / name).exists() else None)
    data = path.read_bytes() if path.stat().st_size <= NOTE_BYTES_MAX else b""
    if not zipfile.is_zipfile(path):
        return Offer(data, lambda _old, _new: None)
    return _bundled(_member_of(path))


def _refuse_another_history(old: Checkpoint, new: Checkpoint, offer: Offer) -> None:
    values = {"old": old.size, "new": new.size}
    if new.size < old.size:
        raise Refused(_finding("rolled_back", mark("The ledger has %(new)s entries; you cosigned %(old)s."), values))
    if new.size == old.size:
        continues: bool | None = new.root == old.root
    else:
        continues = offer.continues(old, new)
    if continues is None:
        raise Refused(_no_proof(values))
    if not continues:
        problem = mark(
            "The first %(old)s entries are not those that you cosigned: the ledger was rewritten or split."
        )
        raise Refused(_finding("rewritten", problem, values))


def _bundled(opened: Callable[[str], IO[bytes] | None]) -> Offer:
    checkpoint = opened(bundle.CHECKPOINT)
    if checkpoint is None:
        raise Refused(_no_checkpoint())
    with checkpoint:
        note = checkpoint.read(NOTE_BYTES_MAX + 1)

    def continues(old: Checkpoint, new: Checkpoint) -> bool | None:
        with contextlib.closing(_lines(opened(bundle.PROOFS))) as lines:
            for line in lines:
                proof = bundle.read_proof(line)
                if isinstance(proof, bundle.GrowthLine) and proof.size == old.size:
                    return verify_consistency(
                        old_size=old.size, old_root=old.root, new_size=new.size, new_root=new.root, proof=proof.path
                    )
        with contextlib.closing(_lines(opened(bundle.ENTRIES))) as lines:
            return _grown(old, new, lines)

    return Offer(note, continues)


def _grown(old: Checkpoint, new: Checkpoint, lines: Iterator[bytes]) -> bool | None:
    """Whether these leaves, if they are all, make the old tree and then the new one."""
    frontier, was_old = Frontier(), old.size == 0
    for line in lines:
        entry = bundle.BundleEntry.from_line(line)
        if entry.seq != frontier.size + 1:
            return None
        frontier = frontier.append(entry.leaf)
        if frontier.size == old.size:
            was_old = frontier.root() == old.root
    if frontier.size != new.size:
        return None
    return was_old and frontier.root() == new.root


def _member_of(path: Path) -> Callable[[str], IO[bytes] | None]:
    def member(name: str) -> IO[bytes] | None:
        with zipfile.ZipFile(path) as archive:
            return archive.open(name) if name in archive.namelist() else None

    return member


def _lines(file: IO[bytes] | None) -> Generator[bytes, None, None]:
    if file is not None:
        with file:
            yield from file


def _ledger_key(folder: Path, given: PublicKey | None) -> PublicKey:
    path = folder / LEDGER_KEY
    if not path.exists():
        if given is None:
            raise Refused(_no_ledger_key())
        create_file(path, f"{given}\n".encode())
    known = parse_public_key(path.read_text())
    if given not in (None, known):
        raise Refused(_other_ledger(known))
    return known


def _kept(folder: Path, public: PublicKey) -> Checkpoint | None:
    path = folder / KEPT
    return verify_note(path.read_bytes(), keys=[public]).checkpoint if path.exists() else None


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    handle = os.open(folder / LOCK, os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _finding(name: str, problem: str, values: dict[str, int]) -> Finding:
    return Finding(code=f"witness.{name}", problem=problem, remedy=_TOLD, values=values)


def _no_proof(values: dict[str, int]) -> Finding:
    return Finding(
        code="witness.no_proof",
        problem=mark(
            "What you were given does not prove that %(new)s entries continue the %(old)s that you cosigned."
        ),
        remedy=mark("Ask the operator for “liaison audit export FILE.zip --grown-from %(old)s”."),
        values=values,
    )


def _no_checkpoint() -> Finding:
    return Finding(
        code="witness.no_checkpoint",
        problem=mark("There is no checkpoint in what you were given."),
        remedy=mark("Give a checkpoint, or a bundle made by “liaison audit export”."),
    )


def _no_name() -> Finding:
    return Finding(
        code="witness.no_name",
        problem=mark("There is no key in that file yet, and a new one needs a name."),
        remedy=mark("Give “--name”, a name of your bureau without spaces; it will stand in each cosignature."),
        field="name",
    )


def _no_ledger_key() -> Finding:
    return Finding(
        code="witness.no_ledger_key",
        problem=mark("You have not said yet which ledger you witness."),
        remedy=mark("Give its public key with “--ledger”, from another way than its checkpoints come."),
        field="ledger",
    )


def _other_ledger(known: PublicKey) -> Finding:
    return Finding(
        code="witness.other_ledger",
        problem=mark("This folder witnesses “%(name)s”, whose key is another."),
        remedy=mark("Use a folder of its own for each ledger."),
        field="ledger",
        values={"name": known.name},
    )
