"""The keys of records: made with a record's first content, wrapped under a bucket key, opened to read."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any
from uuid import UUID

from liaison.apps.audit.vault import (
    BucketKey,
    KeyDestroyed,
    Vault,
    bucket_of,
    new_record_key,
    unwrap,
    wrap,
)
from liaison.rows.draws import draws

ATTEMPTS_MAX = 20
LOCK_CLASS = 0x4C41
_VERSION_BITS = 23
_INSERT = (
    "insert into audit_key (subject, bucket, kek_version, wrapped)"
    " select * from unnest(%s::uuid[], %s::smallint[], %s::integer[], %s::bytea[])"
)
_INSERT_UNLESS_MADE = f"{_INSERT} on conflict (subject) do nothing"

Fetch = Callable[[str, Sequence[Any]], list[tuple[Any, ...]]]
"""Runs one statement in the caller's transaction and returns its rows."""


def lock_key(bucket: int, version: int) -> int:
    """Return the number by which users of a bucket key and its destroyer know of each other; 0 is rotation itself."""
    return (bucket << _VERSION_BITS) | (version & ((1 << _VERSION_BITS) - 1))


def ensure_keys(subjects: Iterable[UUID], *, fetch: Fetch, vault: Vault) -> dict[UUID, bytes]:
    """Return the key of each record, in the caller's transaction; a record that has none gets one."""
    wanted = sorted(set(subjects))
    found = open_keys(wanted, fetch=fetch, vault=vault)
    missing = [subject for subject in wanted if subject not in found]
    if not missing:
        return found
    _make_keys(missing, fetch=fetch, vault=vault, unless_made=True)
    return found | open_keys(missing, fetch=fetch, vault=vault)


def fresh_keys(subjects: Iterable[UUID], *, fetch: Fetch, vault: Vault) -> dict[UUID, bytes]:
    """Make and return the keys of records that have none, in the caller's transaction.

    A record that has one already is the database's IntegrityError: two keys would make one of them a lie.
    """
    wanted = sorted(set(subjects))
    return _make_keys(wanted, fetch=fetch, vault=vault) if wanted else {}


def open_keys(subjects: Sequence[UUID], *, fetch: Fetch, vault: Vault) -> dict[UUID, bytes]:
    """Return the keys of those records that have one. A wrapped key whose bucket key is lost is KeyDestroyed.

    A rotation may destroy a bucket key between our reading of row and file; the row then names a newer one.
    """
    for _ in range(ATTEMPTS_MAX):
        try:
            return _opened(subjects, fetch=fetch, vault=vault)
        except KeyDestroyed as gone:
            lost = gone
    raise lost


def _opened(subjects: Sequence[UUID], *, fetch: Fetch, vault: Vault) -> dict[UUID, bytes]:
    rows = fetch(
        "select subject, bucket, kek_version, wrapped from audit_key where subject = any(%s::uuid[])",
        [list(subjects)],
    )
    under = {place: vault.key(*place) for place in {(bucket, version) for _, bucket, version, _ in rows}}
    return {
        subject: unwrap(bytes(wrapped), under=under[bucket, version], subject=subject)
        for subject, bucket, version, wrapped in rows
    }


def _make_keys(
    subjects: Sequence[UUID], *, fetch: Fetch, vault: Vault, unless_made: bool = False
) -> dict[UUID, bytes]:
    """Make and return keys; `unless_made` leaves those alone that another transaction has made meanwhile."""
    under = _held({bucket_of(subject) for subject in subjects}, fetch=fetch, vault=vault)
    draw = draws()
    keys = {subject: new_record_key(draw) for subject in subjects}
    held = [under[bucket_of(subject)] for subject in subjects]
    fetch(
        _INSERT_UNLESS_MADE if unless_made else _INSERT,
        [
            list(subjects),
            [key.bucket for key in held],
            [key.version for key in held],
            [
                wrap(keys[subject], under=key, subject=subject, draw=draw)
                for subject, key in zip(subjects, held, strict=True)
            ],
        ],
    )
    return keys


def _held(buckets: Iterable[int], *, fetch: Fetch, vault: Vault) -> dict[int, BucketKey]:
    """The current key of each bucket, which no rotation destroys before the caller's transaction has ended.

    A rotation first makes the next version and then waits for those who hold the old one, so nobody waits here: a
    bucket that is just being rotated is taken at its next version. The second look at the files is needed: a
    rotation may have ended between our first look and our lock.
    """
    held: dict[int, BucketKey] = {}
    wanted = set(buckets)
    for _ in range(ATTEMPTS_MAX):
        current = {bucket: vault.current(bucket) for bucket in wanted - held.keys()}
        rows = fetch(
            "select bucket, pg_try_advisory_xact_lock_shared(%s, key)"
            " from unnest(%s::integer[], %s::integer[]) as wanted (bucket, key)",
            [LOCK_CLASS, list(current), [lock_key(key.bucket, key.version) for key in current.values()]],
        )
        locked = {bucket for bucket, granted in rows if granted}
        held |= {
            bucket: current[bucket] for bucket in locked if vault.versions(bucket)[-1] == current[bucket].version
        }
        if len(held) == len(wanted):
            return held
    raise KeyDestroyed("the bucket keys are renewed faster than they can be used")
