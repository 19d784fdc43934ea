"""Whether a body put its name to what a row says, worked out from public keys each time: no flag is believed.

A signature is believed that verifies, was made by a body that may sign for the source, with a key that held at that
moment, and covers exactly this version. What was verified once is remembered by its version; whether its key held is
looked up each time.
"""

from collections import OrderedDict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connections

from liaison.apps.members import public as members
from liaison.ledger.statements import Version, covers, parse_statement, to_bytes, verifies
from liaison.ledger.tree import HASH_BYTES

REMEMBERED_MAX = 100_000


class Verdict(StrEnum):
    """What is to be said of a version."""

    VERIFIED = "verified"
    UNSIGNED = "unsigned"  # nobody signed it, or not yet
    NOT_BELIEVED = "not_believed"  # somebody did, and it does not hold


@dataclass(frozen=True, slots=True)
class Claim:
    """A version as a row says it is, and the signature that the row names; `source_id` is who answers for the row."""

    signing_id: UUID | None
    source_id: UUID
    version: Version


class Signing(NamedTuple):
    """A signature as it is kept."""

    id: UUID
    signer_id: UUID
    source_id: UUID
    key_id: str
    statement: bytes
    leaves: bytes
    signature: bytes
    made_at: datetime


class _Verified(NamedTuple):
    """What was found of a version and a signature: who signed, with which key and when."""

    signer_id: UUID
    key_id: str
    signing_key: bytes
    made_at: datetime


_remembered: "OrderedDict[tuple[UUID, Version], _Verified]" = OrderedDict()


def verdicts(claims: Sequence[Claim], *, using: str = "default") -> list[Verdict]:
    """Return for each claim whether its source's body signed it, in the order given."""
    signed = [claim for claim in claims if claim.signing_id is not None]
    if not signed:
        return [Verdict.UNSIGNED] * len(claims)
    able = members.signers_of({claim.source_id for claim in signed}, using=using)
    bodies = {one for signers in able.values() for one in signers}
    keys = {key.key_id: key for key in members.body_keys(bodies, using=using)}
    asked = {claim.signing_id for claim in signed if (claim.signing_id, claim.version) not in _remembered}
    fresh = signings([one for one in asked if one is not None], using=using)
    checked = {one.id: _checked(one, keys) for one in fresh}
    return [_verdict(claim, able, keys, checked) for claim in claims]


def signings(ids: Collection[UUID], *, using: str = "default") -> list[Signing]:
    """Return the signatures of these ids: whoever knows an id may see what it is of."""
    if not ids:
        return []
    with connections[using].cursor() as cursor:
        cursor.execute("select * from signatures_of(%s::uuid[])", [list(ids)])
        return [_signing(row) for row in cursor.fetchall()]


class _Sheet(NamedTuple):
    """A signature that verifies, with the leaves that it covers."""

    signing: Signing
    code: str
    signing_key: bytes
    leaves: frozenset[bytes]


def leaves_of(signing: Signing) -> list[bytes]:
    """Return the leaves that a signature is kept with."""
    return [signing.leaves[at : at + HASH_BYTES] for at in range(0, len(signing.leaves), HASH_BYTES)]


def holds(signing: Signing, key: "members.BodyKeyCard | None") -> bool:
    """Whether a signature is what it says: by this key of its signer, over a statement that covers its leaves."""
    if key is None or key.reader_id != signing.signer_id:
        return False
    try:
        said = parse_statement(signing.statement)
    except ValueError:
        return False
    if to_bytes(said) != signing.statement or not verifies(said, signing.signature, key.signing_key):
        return False
    return not str(said["type"]).startswith("liaison-record-") or covers(said, leaves_of(signing))


def _checked(signing: Signing, keys: Mapping[str, "members.BodyKeyCard"]) -> _Sheet | None:
    key = keys.get(signing.key_id)
    if key is None or not holds(signing, key):
        return None
    code = str(parse_statement(signing.statement)["body"])
    return _Sheet(signing, code, key.signing_key, frozenset(leaves_of(signing)))


def _verdict(
    claim: Claim,
    able: Mapping[UUID, frozenset[UUID]],
    keys: Mapping[str, "members.BodyKeyCard"],
    checked: Mapping[UUID, _Sheet | None],
) -> Verdict:
    if claim.signing_id is None:
        return Verdict.UNSIGNED
    known = _remembered.get((claim.signing_id, claim.version))
    if known is None:
        if claim.signing_id not in checked:
            return Verdict.UNSIGNED
        known = _covered(claim, checked[claim.signing_id])
    if known is None or known.signer_id not in able.get(claim.source_id, ()):
        return Verdict.NOT_BELIEVED
    key = keys.get(known.key_id)
    if key is None or key.reader_id != known.signer_id or key.signing_key != known.signing_key:
        return Verdict.NOT_BELIEVED
    return Verdict.VERIFIED if key.held_at(known.made_at) else Verdict.NOT_BELIEVED


def _covered(claim: Claim, sheet: _Sheet | None) -> _Verified | None:
    """Return who signed this version, and remember it; None where the signature is not of it."""
    if sheet is None or claim.version.leaf(sheet.code) not in sheet.leaves:
        return None
    if sheet.signing.signer_id == claim.source_id and claim.version.source != sheet.code:
        return None
    assert claim.signing_id is not None, "a claim without a signature is not looked at"
    signing = sheet.signing
    found = _Verified(signing.signer_id, signing.key_id, sheet.signing_key, signing.made_at)
    _remembered[claim.signing_id, claim.version] = found
    while len(_remembered) > REMEMBERED_MAX:
        _remembered.popitem(last=False)
    return found


def _signing(row: Sequence[Any]) -> Signing:  # Any: a row of the driver
    found = Signing(*row)
    return found._replace(
        statement=bytes(found.statement), leaves=bytes(found.leaves), signature=bytes(found.signature)
    )
