"""The signatures of bodies, one for each transaction and source, and what waits for one."""

from django.db import models

HASH_BYTES = 32
LEAVES_MAX = 5_000


class Signing(models.Model):
    """One signature of a body over a statement of its own; `leaves` are those of the versions that it covers.

    Nobody changes or deletes one: what it covers names it in the ledger.
    """

    id = models.UUIDField(primary_key=True)
    signer = models.ForeignKey("members.Reader", on_delete=models.PROTECT, related_name="+")
    source = models.ForeignKey("members.Reader", on_delete=models.PROTECT, related_name="+")
    key_id = models.CharField(max_length=43)
    statement = models.BinaryField()
    leaves = models.BinaryField()
    signature = models.BinaryField(max_length=64)
    made_at = models.DateTimeField()

    class Meta:
        db_table = "signatures_signing"
        indexes = [models.Index(fields=["source", "made_at"], name="signing_by_source")]


class Waiting(models.Model):
    """What was written while its body's signer was away, under the id that its signature will have.

    `entries` are the ids of the ledger's entries that it will cover.
    """

    id = models.UUIDField(primary_key=True)
    signer = models.ForeignKey("members.Reader", on_delete=models.PROTECT, related_name="+")
    source = models.ForeignKey("members.Reader", on_delete=models.PROTECT, related_name="+")
    entries = models.JSONField()
    since = models.DateTimeField()

    class Meta:
        db_table = "signatures_waiting"
