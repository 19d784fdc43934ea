"""Sealed contents and their keys against the digests in the entries, and erasures against the journal."""

import time
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import psycopg
from cryptography.exceptions import InvalidTag

from liaison.apps.audit.cursors import system_fetch
from liaison.apps.audit.erasure import read_erasures
from liaison.apps.audit.installation import vault
from liaison.apps.audit.record_keys import open_keys
from liaison.apps.audit.vault import BucketKey, KeyDestroyed, unseal, unwrap
from liaison.apps.audit.verification import findings
from liaison.apps.audit.verification.ledger import ROWS_AT_ONCE
from liaison.ledger.entries import SALT_BYTES, content_digest
from liaison.refusal import Finding

LOOKS_AGAIN_MAX = 5
LOOK_AGAIN_SECONDS = 0.2

_CONTENTS = """
select l.seq, e.id, e.subject, e.content_digest, c.sealed, k.bucket, k.kek_version, k.wrapped
from audit_entry e left join audit_leaf l on l.entry_id = e.id
left join audit_content c on c.entry_id = e.id left join audit_key k on k.subject = e.subject
where e.content_digest is not null order by e.position
"""
_STRAYS = """
select c.entry_id from audit_content c left join audit_entry e on e.id = c.entry_id
where e.content_digest is null
"""
_REMAINS = """
select distinct e.subject from audit_entry e where e.action like '%.erased'
and (exists (select from audit_key k where k.subject = e.subject)
     or exists (select from audit_content c where c.subject = e.subject))
"""
_ERASED = "select subject, id from audit_entry where action like '%.erased'"


def check_contents(connection: psycopg.Connection[Any]) -> Iterator[Finding]:
    """Yield what is wrong with contents, keys and erasures."""
    erased = dict(connection.execute(_ERASED).fetchall())
    reader = _Reader()
    with connection.cursor("audit_verify_contents") as cursor:
        cursor.itersize = ROWS_AT_ONCE
        for row in cursor.execute(_CONTENTS):
            if row[2] not in erased:
                yield from reader.findings(*row)
    yield from (findings.stray_content(row[0]) for row in connection.execute(_STRAYS))
    yield from _erasures(connection, erased)


class _Reader:
    """Opens contents with the bucket keys it has met, so that each file is read once."""

    def __init__(self) -> None:
        self._vault = vault()
        self._buckets: dict[tuple[int, int], BucketKey] = {}

    def findings(
        self,
        seq: int | None,
        entry_id: UUID,
        subject: UUID,
        digest: bytes,
        sealed: bytes | None,
        *wrapping: Any,
    ) -> Iterator[Finding]:
        if sealed is None:
            yield findings.deleted_content(seq, entry_id)
            return
        try:
            key = self._key(subject, *wrapping)
            salted = unseal(bytes(sealed), key=key, entry_id=entry_id)
        except KeyDestroyed:
            yield findings.lost_key(seq, entry_id)
        except InvalidTag:
            yield findings.altered_content(seq, entry_id)
        else:
            if content_digest(salted[:SALT_BYTES], salted[SALT_BYTES:]) != bytes(digest):
                yield findings.altered_content(seq, entry_id)

    def _key(self, subject: UUID, bucket: int | None, version: int | None, wrapped: bytes | None) -> bytes:
        if bucket is None or version is None or wrapped is None:
            raise KeyDestroyed(str(subject))
        try:
            return unwrap(bytes(wrapped), under=self._bucket(bucket, version), subject=subject)
        except KeyDestroyed:
            return self._wrapped_meanwhile(subject)

    def _bucket(self, bucket: int, version: int) -> BucketKey:
        if (bucket, version) not in self._buckets:
            self._buckets[bucket, version] = self._vault.key(bucket, version)
        return self._buckets[bucket, version]

    def _wrapped_meanwhile(self, subject: UUID) -> bytes:
        """The key as it is now: an erasure may have wrapped its bucket anew since our snapshot was taken."""
        found = open_keys([subject], fetch=system_fetch, vault=self._vault)
        if subject not in found:
            raise KeyDestroyed(str(subject))
        return found[subject]


def _erasures(connection: psycopg.Connection[Any], erased: dict[UUID, UUID]) -> Iterator[Finding]:
    remains = _lasting({row[0] for row in connection.execute(_REMAINS)})
    try:
        journal = read_erasures()
    except ValueError as problem:
        yield findings.altered_journal(str(problem))
        journalled = set(erased)
    else:
        journalled = {erasure.subject for erasure in journal.erasures}
    for subject in sorted(remains | (erased.keys() - journalled)):
        yield findings.unfinished_erasure(subject)


def _lasting(remains: set[UUID]) -> set[UUID]:
    """Those that still remain when an erasure that was under way in our snapshot has had the time to end."""
    for _ in range(LOOKS_AGAIN_MAX):
        remains &= {row[0] for row in system_fetch(_REMAINS, [])}
        if not remains:
            break
        time.sleep(LOOK_AGAIN_SECONDS)
    return remains
