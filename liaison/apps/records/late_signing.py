"""Signing, when a signer is back, what was written while it was away: from the ledger and nothing in between."""

import logging
import threading
from uuid import UUID

import psycopg
from django.db import Error as DatabaseError
from django.db import connections

from liaison.apps.audit import public as audit
from liaison.apps.members import public as members
from liaison.apps.records.models import Record
from liaison.apps.records.projection import version_of
from liaison.apps.signatures import public as signatures
from liaison.ledger.entries import SALT_BYTES, content_digest
from liaison.ledger.statements import Statement, to_bytes
from liaison.ledger.tree import leaf_hash
from liaison.rows.viewing import viewing
from liaison.rules.liberty import PERSONS
from liaison.viewer import Level, Right, Viewer

BEAT_SECONDS = 5.0
RETRY_SECONDS = 60.0
ROUNDS_MAX = 1_000
SEES_ACTS = frozenset({Right.AUDIT, Right.APPROVE_GLASS})
"""With these a body's own custodian sees what its people asked for, decided and answered, to have it signed."""

_log = logging.getLogger(__name__)


def sign_all_that_waits() -> int:
    """Have signed what waits, for each source in turn; return how many signatures were made."""
    return sum(sign_what_waits(source) for source in signatures.sources_waiting())


def sign_what_waits(source_id: UUID) -> int:
    """Have signed what waits for one source while its signer answers; return how many signatures were made."""
    by, made = members.custodian_of(source_id, also=SEES_ACTS, level=Level.CONFIDENTIAL), 0
    for _round in range(ROUNDS_MAX):
        oldest = signatures.waiting(source_id, by=by)
        if not oldest:
            return made
        for waits in oldest:
            if not _signed(waits, by):
                return made
            made += 1
    return made


def run_late_signing(stop: threading.Event) -> None:
    """Look every few seconds until `stop` is set. A lost database is waited out."""
    while not stop.is_set():
        wait = BEAT_SECONDS
        try:
            if made := sign_all_that_waits():
                _log.info("Signed %s that had waited for their signers.", made)
        except (DatabaseError, psycopg.Error, OSError):
            _log.exception("What waits could not be signed; trying again.")
            wait = RETRY_SECONDS
        finally:
            connections.close_all()
        stop.wait(wait)


def _signed(waits: signatures.Waits, by: Viewer) -> bool:
    """Sign what waits under one id; return whether it waits no longer."""
    if waits.signer is None:
        return False
    with viewing(by):
        said, leaves, subjects = _said(waits, waits.signer.code)
        try:
            if said is not None:
                signatures.keep(said, leaves, waits.id, waits.source_id, waits.signer)
        except signatures.Unsigned:
            return False
        signatures.done_waiting(waits.id)
        audit.record_many(
            [
                audit.EntryDraft(
                    action="records.signed", subject=one, source=waits.source_id, notes={"signing": str(waits.id)}
                )
                for one in subjects
            ],
            by=by,
        )
    return True


def _said(waits: signatures.Waits, code: str) -> tuple[Statement | None, list[bytes], list[UUID]]:
    """Return what is signed, made anew from the ledger's entries; also which records could lead to an arrest.

    What was erased meanwhile is not signed any more.
    """
    salted = audit.salted_contents(waits.entries)
    digests = audit.digests(waits.entries)
    held = [one for one in waits.entries if one in salted and digests.get(one) == _digest(salted[one])]
    if not held:
        return None, [], []
    if said := signatures.statement_of(salted[held[0]], code):
        return said, [leaf_hash(to_bytes(said))], []  # an act is signed by itself
    versions = [version_of(salted[one]) for one in held]
    whole, leaves = signatures.said_of(versions, code)
    references = [version.reference for version in versions if version.kind.startswith(f"{PERSONS}@")]
    subjects = Record.objects.filter(reference__in=references).order_by("pk").values_list("pk", flat=True)
    return whole, leaves, list(subjects)


def _digest(salted: bytes) -> bytes:
    return content_digest(salted[:SALT_BYTES], salted[SALT_BYTES:])
