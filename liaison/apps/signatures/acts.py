"""What a body says besides its records, signed: it reports an error, answers, asks for an opening, decides one.

The content of such an entry says what was done to what, and by which signature its body puts its name to it. So the
signed statement is made anew from the ledger alone: by a screen, by the verifier, and for a signer that was away.
"""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from uuid import UUID

from liaison.apps.audit import public as audit
from liaison.apps.members import public as members
from liaison.apps.signatures.agents import Unsigned
from liaison.apps.signatures.pen import keep, own_signer, wait_for
from liaison.apps.signatures.verdicts import Signing, Verdict, holds, signings
from liaison.ledger.canonical import Json, canonical_json
from liaison.ledger.entries import SALT_BYTES, content_digest
from liaison.ledger.statements import EMERGENCY_OPENING, ERROR_REPORT, Statement, parse_statement, statement, to_bytes
from liaison.ledger.tree import leaf_hash
from liaison.rows.ids import new_id
from liaison.viewer import Viewer

REPORT, OPENING = "error_report@2", "opening@2"
_FORMS = MappingProxyType({REPORT: ERROR_REPORT, OPENING: EMERGENCY_OPENING})
_HEAD = frozenset({"act", "action", "reference", "signing"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One act on a report or an opening: `action` as the ledger names it, `says` what is signed with it."""

    kind: str
    action: str
    subject: UUID
    source: UUID
    reference: str
    says: Mapping[str, Json]
    notes: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SignedAct:
    """An act as the ledger holds it, and whether a body that may say so signed it; `action` without its app."""

    action: str
    at: datetime
    says: Mapping[str, Json]
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class _Written:
    """An act made from its content, with the digest by which its entry names that."""

    kind: str
    action: str
    reference: str
    signing_id: UUID | None
    says: Mapping[str, Json]
    digest: bytes

    def signed_by(self, code: str) -> Statement:
        return _statement(self.kind, self.reference, self.action, self.digest, code)


def act(done: Act, *, by: Viewer) -> UUID:
    """Write an act into the ledger with the name of the viewer's body to it, in the caller's transaction.

    While the agent of the body is away it waits for its signature: no source stays untold and nobody in danger
    unhelped because a machine is off. A body without a key says it unsigned.
    """
    assert not _HEAD & done.says.keys(), "these names are the act's own"
    signer, action = own_signer(by), _last(done.action)
    signing_id = new_id() if signer else None
    notes: dict[str, Json] = {"signing": str(signing_id)} if signing_id else {}
    draft = audit.EntryDraft(
        action=done.action,
        subject=done.subject,
        source=done.source,
        kind=done.kind,
        content=canonical_json(
            {"act": done.kind, "action": action, "reference": done.reference, **notes, **done.says}
        ),
        notes={**done.notes, **notes},
    )
    (entry,) = audit.record_all([draft], by=by)
    if signer and signing_id:
        assert entry.digest is not None, "an entry with content names its digest"
        said = _statement(done.kind, done.reference, action, entry.digest, signer.code)
        try:
            keep(said, [leaf_hash(to_bytes(said))], signing_id, by.reader_id, signer)
        except Unsigned:
            wait_for(signing_id, by.reader_id, signer, [entry.entry_id])
    return entry.entry_id


def statement_of(salted: bytes, code: str) -> Statement | None:
    """Return what a body signs for an act, made from its content with its salt before it; None for other contents."""
    written = _written(salted)
    return written.signed_by(code) if written else None


def acts_on(subject: UUID, may_say: Mapping[str, Collection[UUID]]) -> list[SignedAct]:
    """Return the acts on a report or an opening that this viewer may see, oldest first; in his transaction.

    `may_say` names for each action the bodies one of which has to have said it. What was erased is not among them.
    """
    entries = [one for one in audit.history(subject) if one.has_content]
    salted = audit.salted_contents([one.entry_id for one in entries])
    written = {one: found for one, content in salted.items() if (found := _written(content))}
    done = [(one.at, written[one.entry_id]) for one in entries if one.entry_id in written]
    signers = members.signers_of({party for parties in may_say.values() for party in parties})
    able = {action: {who for party in parties for who in signers[party]} for action, parties in may_say.items()}
    verdicts = _verdicts([one for _, one in done], able)
    return [SignedAct(one.action, at, one.says, verdict) for (at, one), verdict in zip(done, verdicts, strict=True)]


def unsigned_acts(contents: Iterable[tuple[UUID, bytes]]) -> list[UUID]:
    """Return those of these entries that are acts whose signature is not what they say (system role)."""
    acts = [(entry_id, found) for entry_id, salted in contents if (found := _written(salted))]
    verdicts = _verdicts([one for _, one in acts], None, using="system")
    return [
        entry_id for (entry_id, _), verdict in zip(acts, verdicts, strict=True) if verdict is not Verdict.VERIFIED
    ]


def _verdicts(
    acts: Sequence[_Written], able: Mapping[str, Collection[UUID]] | None, *, using: str = "default"
) -> list[Verdict]:
    """Return a verdict on each; `able` says of each action who may sign it, None that this is not asked."""
    found = {one.id: one for one in signings([one.signing_id for one in acts if one.signing_id], using=using)}
    keys = {key.key_id: key for key in members.body_keys({one.signer_id for one in found.values()}, using=using)}
    verdicts = []
    for one in acts:
        signing = found.get(one.signing_id) if one.signing_id else None
        may_sign = None if able is None else able.get(one.action, ())
        verdicts.append(_verdict(one, signing, keys.get(signing.key_id) if signing else None, may_sign))
    return verdicts


def _verdict(
    act: _Written, signing: Signing | None, key: "members.BodyKeyCard | None", able: Collection[UUID] | None
) -> Verdict:
    if signing is None:
        return Verdict.UNSIGNED
    if key is None or not holds(signing, key) or not key.held_at(signing.made_at):
        return Verdict.NOT_BELIEVED
    said = parse_statement(signing.statement)
    if said != act.signed_by(str(said["body"])) or (able is not None and signing.signer_id not in able):
        return Verdict.NOT_BELIEVED
    return Verdict.VERIFIED


def _statement(kind: str, reference: str, action: str, digest: bytes, code: str) -> Statement:
    return statement(_FORMS[kind], body=code, reference=reference, action=action, digest=digest.hex())


def _written(salted: bytes) -> _Written | None:
    """Return the act that this is the content of, its salt before it; None where it is that of something else."""
    document = json.loads(salted[SALT_BYTES:])
    if not document.keys() >= {"act", "action", "reference"}:
        return None
    return _Written(
        kind=document["act"],
        action=document["action"],
        reference=document["reference"],
        signing_id=UUID(document["signing"]) if "signing" in document else None,
        says={name: said for name, said in document.items() if name not in _HEAD},
        digest=content_digest(salted[:SALT_BYTES], salted[SALT_BYTES:]),
    )


def _last(action: str) -> str:
    return action.partition(".")[2]
