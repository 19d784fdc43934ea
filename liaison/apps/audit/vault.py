"""The key files that never enter the database: bucket keys that wrap record keys, and the ledger's signing key.

Each of 256 buckets has a folder of versions; the highest is current. To destroy a record key for good, its bucket
gets a new version, the other keys of the bucket are wrapped anew and the old version is destroyed: whoever later
finds the wrapped key in a backup, a dead row or a log of the database can no longer open it.
"""

import contextlib
import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from liaison.rows.draws import Draw

KEY_BYTES = 32
NONCE_BYTES = 12
TAG_BYTES = 16
BUCKETS = 256
FIRST_VERSION = 1
_SUBJECT_BYTES = 16
WRAPPED_BYTES = NONCE_BYTES + KEY_BYTES + TAG_BYTES


class KeyDestroyed(Exception):
    """The key file of that version is not there: the record was erased, or its bucket was wrapped anew meanwhile."""


@dataclass(frozen=True, slots=True)
class BucketKey:
    """One version of the key of one bucket."""

    bucket: int
    version: int
    key: bytes


def bucket_of(subject: UUID) -> int:
    """Return the bucket of a record, 0-255, from the random end of its id."""
    return subject.bytes[-1]


def new_record_key(draw: Draw = secrets.token_bytes) -> bytes:
    """Return a fresh key for one record."""
    return draw(KEY_BYTES)


def wrap(record_key: bytes, *, under: BucketKey, subject: UUID, draw: Draw = secrets.token_bytes) -> bytes:
    """Return the record key encrypted under its bucket's key and bound to its subject; 60 bytes."""
    return _encrypt(under.key, record_key, bound_to=subject, draw=draw)


def unwrap(wrapped: bytes, *, under: BucketKey, subject: UUID) -> bytes:
    """Return the record key; cryptography's InvalidTag if a bit was changed."""
    return _decrypt(under.key, wrapped, bound_to=subject)


def seal(salted: bytes, *, key: bytes, entry_id: UUID, draw: Draw = secrets.token_bytes) -> bytes:
    """Return salted content encrypted under its record's key and bound to its entry."""
    return _encrypt(key, salted, bound_to=entry_id, draw=draw)


def unseal(sealed: bytes, *, key: bytes, entry_id: UUID) -> bytes:
    """Return the salted content; cryptography's InvalidTag if a bit was changed."""
    return _decrypt(key, sealed, bound_to=entry_id)


class Vault:
    """The key files of one installation, each of mode 0600 in folders of mode 0700.

    Nothing is cached: a destroyed key is out of reach of every process at once.
    """

    def __init__(self, home: Path) -> None:
        self._folder = home / "keys"

    def current(self, bucket: int) -> BucketKey:
        """Return the newest key of the bucket; the bucket's first use makes it."""
        versions = self.versions(bucket)
        return self.key(bucket, versions[-1]) if versions else self._made(bucket, FIRST_VERSION)

    def key(self, bucket: int, version: int) -> BucketKey:
        """Return that version of the bucket's key; KeyDestroyed if it is gone."""
        try:
            return BucketKey(bucket, version, self._path(bucket, version).read_bytes())
        except FileNotFoundError:
            raise KeyDestroyed(f"bucket {bucket:02x}, version {version}") from None

    def versions(self, bucket: int) -> list[int]:
        """Return the versions whose files exist, oldest first; more than one while a rotation is under way."""
        try:
            names = [path.name for path in self._bucket(bucket).iterdir()]
        except FileNotFoundError:
            return []
        return sorted(int(name) for name in names if name.isdecimal())

    def renew(self, bucket: int) -> BucketKey:
        """Make and return the next version of the bucket's key. From now on it is the current one."""
        versions = self.versions(bucket)
        return self._made(bucket, versions[-1] + 1 if versions else FIRST_VERSION)

    def destroy(self, bucket: int, version: int) -> None:
        """Overwrite and remove that version, and have the disk say so. Done twice, it is done."""
        path = self._path(bucket, version)
        with contextlib.suppress(FileNotFoundError):
            with path.open("r+b") as file:
                file.write(secrets.token_bytes(KEY_BYTES))
                file.flush()
                os.fsync(file.fileno())
            path.unlink()
        sync_folder(path.parent)

    def keep_rewrapped(self, bucket: int, wrapped: Mapping[UUID, bytes], *, version: int) -> None:
        """Keep the bucket's wrapped keys of that version beside the key files.

        A database restored from before the rotation holds only wrappings that nothing opens any more; from this
        file the records that live get theirs back, and the erased ones do not.
        """
        rows = b"".join(subject.bytes + wrapping for subject, wrapping in wrapped.items())
        replace_file(self._rewrapped(bucket), version.to_bytes(4, "big") + rows)

    def rewrapped(self, bucket: int) -> tuple[int, dict[UUID, bytes]]:
        """Return version and wrapped keys as last kept; version 0 and nothing if the bucket was never rotated."""
        try:
            data = self._rewrapped(bucket).read_bytes()
        except FileNotFoundError:
            return 0, {}
        width = _SUBJECT_BYTES + WRAPPED_BYTES
        rows = (data[at : at + width] for at in range(4, len(data), width))
        return int.from_bytes(data[:4], "big"), {
            UUID(bytes=row[:_SUBJECT_BYTES]): row[_SUBJECT_BYTES:] for row in rows
        }

    def signing_key(self, fresh: Callable[[], str]) -> str:
        """Return the text of the ledger's signing key; at the first start it is made by `fresh`."""
        path = self._folder / "checkpoint.key"
        if not path.exists():
            create_file(path, fresh().encode() + b"\n")
        return path.read_text()

    def _made(self, bucket: int, version: int) -> BucketKey:
        create_file(self._path(bucket, version), secrets.token_bytes(KEY_BYTES))
        return self.key(bucket, version)

    def _bucket(self, bucket: int) -> Path:
        assert 0 <= bucket < BUCKETS, "a bucket is one byte"
        return self._folder / "kek" / f"{bucket:02x}"

    def _path(self, bucket: int, version: int) -> Path:
        return self._bucket(bucket) / str(version)

    def _rewrapped(self, bucket: int) -> Path:
        return self._folder / "rewrapped" / f"{bucket:02x}"


def create_file(path: Path, data: bytes) -> None:
    """Create a private file, whole and durable or not at all; a file that is there already stays as it is."""
    draft = _draft(path, data)
    try:
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
    finally:
        draft.unlink()
    sync_folder(path.parent)


def replace_file(path: Path, data: bytes) -> None:
    """Put a private file in the place of the one that may be there, whole and durable or not at all."""
    _draft(path, data).replace(path)
    sync_folder(path.parent)


def private_folder(folder: Path) -> None:
    """Make the folder, and those above it that lack, so that only its owner gets in."""
    if folder.is_dir():
        return
    private_folder(folder.parent)
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=0o700)
        sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """Have the disk keep what was created, renamed and removed in the folder."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _draft(path: Path, data: bytes) -> Path:
    private_folder(path.parent)
    draft = path.parent / f".{path.name}.{secrets.token_hex(8)}"
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    return draft


def _encrypt(key: bytes, plain: bytes, *, bound_to: UUID, draw: Draw) -> bytes:
    nonce = draw(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain, bound_to.bytes)


def _decrypt(key: bytes, sealed: bytes, *, bound_to: UUID) -> bytes:
    return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], bound_to.bytes)
