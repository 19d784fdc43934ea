"""Signing what a transaction writes: gathered while it is written, signed once for each source before it commits.

The id of a signature is given out beforehand, so that rows and entries name it. While the signer is away what may
wait is written down as waiting under that id, and signed when it is back; nothing that names it changes then.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from uuid import UUID

from liaison.apps.members import public as members
from liaison.apps.policies import public as policies
from liaison.apps.signatures.agents import Unsigned, signature_of
from liaison.apps.signatures.models import LEAVES_MAX, Signing, Waiting
from liaison.ledger.statements import Statement, Version, batch, to_bytes
from liaison.refusal import Finding, Refused, mark
from liaison.rows.clock import now
from liaison.rows.ids import new_id
from liaison.viewer import Viewer

ARREST_UNSIGNED, OTHERS_UNSIGNED = "signatures.arrest_unsigned", "signatures.others_unsigned"


class Weight(Enum):
    """What hangs on a signature that cannot be had at once."""

    LIBERTY = "liberty"  # could lead to an arrest
    OTHER = "other"
    NARROWS = "narrows"  # takes something back: never refused


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs for a source, and with which key."""

    reader_id: UUID
    code: str
    key_id: str
    signing_key: bytes


@dataclass(slots=True)
class _Sheet:
    """What is signed at once for one source."""

    id: UUID
    source_id: UUID
    signer: Signer
    versions: list[Version] = field(default_factory=list)
    entries: list[UUID] = field(default_factory=list)
    weights: set[Weight] = field(default_factory=set)


class Pen:
    """Signs the versions that one transaction writes on behalf of a viewer."""

    def __init__(self, *, by: Viewer) -> None:
        self._by = by
        self._sheets: dict[UUID, _Sheet | None] = {}

    def signing_of(self, source_id: UUID) -> UUID | None:
        """Return the id that this transaction's signature for a source will have; None where nobody signs for it."""
        if source_id not in self._sheets:
            signer = signer_of(source_id, by=self._by)
            self._sheets[source_id] = _Sheet(new_id(), source_id, signer) if signer else None
        sheet = self._sheets[source_id]
        return sheet.id if sheet else None

    def put(self, source_id: UUID, entry_id: UUID, version: Version, weight: Weight) -> None:
        """Have a version signed that was written in this transaction."""
        if self.signing_of(source_id) is None:
            return
        sheet = self._sheets[source_id]
        assert sheet is not None, "asked for above"
        assert len(sheet.entries) < LEAVES_MAX, "the caller keeps its transactions bounded"
        sheet.versions.append(version)
        sheet.entries.append(entry_id)
        sheet.weights.add(weight)

    def sign(self) -> None:
        """Sign all that was put; raise Refused where the signer is away and something must not wait for it."""
        for sheet in self._sheets.values():
            if sheet is not None and sheet.entries:
                _sign(sheet)
        self._sheets = {}


def signer_of(source_id: UUID, *, by: Viewer) -> Signer | None:
    """Return who signs for a source when this viewer acts: his own body where it may, else who else may."""
    able = members.signers_of([source_id])[source_id]
    for reader_id in sorted(able, key=lambda one: (one != by.reader_id, one)):
        if key := members.key_in_force(reader_id):
            return Signer(reader_id, members.readers([reader_id])[reader_id].code, key.key_id, key.signing_key)
    return None


def own_signer(by: Viewer) -> Signer | None:
    """Return who signs what the viewer's body itself says."""
    return signer_of(by.reader_id, by=by)


def keep(said: Statement, leaves: Sequence[bytes], signing_id: UUID, source_id: UUID, signer: Signer) -> None:
    """Have a statement signed and keep it, in the caller's transaction; raise Unsigned and write nothing."""
    signature = signature_of(said, key_id=signer.key_id, signing_key=signer.signing_key)
    Signing.objects.create(
        id=signing_id,
        signer_id=signer.reader_id,
        source_id=source_id,
        key_id=signer.key_id,
        statement=to_bytes(said),
        leaves=b"".join(leaves),
        signature=signature,
        made_at=now(),
    )


def wait_for(signing_id: UUID, source_id: UUID, signer: Signer, entries: Sequence[UUID]) -> None:
    """Write down that entries wait for the signature of this id, in the caller's transaction."""
    Waiting.objects.create(
        id=signing_id,
        signer_id=signer.reader_id,
        source_id=source_id,
        entries=[str(entry) for entry in entries],
        since=now(),
    )


def said_of(versions: Sequence[Version], code: str) -> tuple[Statement, list[bytes]]:
    """Return what a body signs for these versions of one source, and their leaves."""
    leaves = [version.leaf(code) for version in versions]
    one = versions[0]
    return (one.signed_by(code) if len(versions) == 1 else batch(code, one.source, leaves)), leaves


def _sign(sheet: _Sheet) -> None:
    said, leaves = said_of(sheet.versions, sheet.signer.code)
    try:
        keep(said, leaves, sheet.id, sheet.source_id, sheet.signer)
    except Unsigned:
        _refuse_unsigned(sheet)
        wait_for(sheet.id, sheet.source_id, sheet.signer, sheet.entries)


def _refuse_unsigned(sheet: _Sheet) -> None:
    allowed = policies.values([ARREST_UNSIGNED, OTHERS_UNSIGNED])
    if Weight.LIBERTY in sheet.weights and not allowed[ARREST_UNSIGNED]:
        raise Refused(_away(sheet.signer.code, ARREST_UNSIGNED))
    if Weight.OTHER in sheet.weights and not allowed[OTHERS_UNSIGNED]:
        raise Refused(_away(sheet.signer.code, OTHERS_UNSIGNED))


def _away(code: str, policy: str) -> Finding:
    return Finding(
        code="signatures.signer_away",
        problem=mark("The signer of %(code)s is away, and this is not entered without its signature."),
        remedy=mark("Nothing was written. Have the agent of your bureau started, then enter it again."),
        source=f"policy: {policy}",
        values={"code": code},
    )
