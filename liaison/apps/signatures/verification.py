"""Checks every signature that is kept against the key that its signer had then; the ledger's verifier calls it."""

from collections.abc import Iterator
from uuid import UUID

from liaison.apps.members import public as members
from liaison.apps.signatures.models import Signing
from liaison.apps.signatures.verdicts import holds, signings
from liaison.refusal import Finding, mark

CHUNK = 200


def broken() -> Iterator[Finding]:
    """Yield a finding for each signature that is not its signer's, or was made with a key that did not hold then."""
    after = UUID(int=0)
    while ids := list(
        Signing.objects.using("system").filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:CHUNK]
    ):
        found = signings(ids, using="system")
        keys = {key.key_id: key for key in members.body_keys({one.signer_id for one in found}, using="system")}
        for one in found:
            key = keys.get(one.key_id)
            if not holds(one, key):
                yield _not_its_signers(one.id)
            elif key is not None and not key.held_at(one.made_at):
                yield _key_did_not_hold(one.id, one.key_id)
        after = ids[-1]


def _not_its_signers(signing_id: UUID) -> Finding:
    return Finding(
        code="verify.altered_signature",
        problem=mark("Signature %(signing)s is not what its signer signed."),
        remedy=mark("Compare with the book of the bureau's agent, and find out who wrote past the services."),
        values={"signing": signing_id},
    )


def _key_did_not_hold(signing_id: UUID, key_id: str) -> Finding:
    return Finding(
        code="verify.void_signature",
        problem=mark("Signature %(signing)s was made with key %(key)s, which did not hold at that moment."),
        remedy=mark("Its versions are not acted on. Let the source look at them and enter them again."),
        values={"signing": signing_id, "key": key_id},
    )
