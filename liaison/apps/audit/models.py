"""The tables of the ledger and of record content, and what can never be false in them.

The doors' role may insert entries, contents and keys and reads what the policies show it; nothing but migrations may
update or delete an entry or a leaf. Events live in monthly partitions, which Django cannot describe: see migration 1.
"""

from django.db import models
from django.db.models import CheckConstraint, Q

BUCKETS = 256
HASH_BYTES = 32
WRAPPED_KEY_BYTES = 60


class Entry(models.Model):
    """One change to one subject. `body` is the canonical text that the leaf covers; the columns repeat it."""

    id = models.UUIDField(primary_key=True)
    position = models.BigIntegerField(unique=True)
    """Order of writing: of two entries on one subject the later has the higher one, whatever the clocks say."""
    at = models.DateTimeField()
    action = models.TextField()
    kind = models.TextField()
    subject = models.UUIDField()
    actor = models.UUIDField()
    source = models.UUIDField()
    content_digest = models.BinaryField(null=True)
    salt = models.BinaryField()
    body = models.BinaryField()

    class Meta:
        db_table = "audit_entry"
        indexes = [models.Index(fields=["subject", "position"], name="audit_entry_of_subject")]


class Pending(models.Model):
    """A committed entry that has no number yet. The sequencer alone reads and deletes here."""

    position = models.BigIntegerField(primary_key=True)
    entry_id = models.UUIDField()

    class Meta:
        db_table = "audit_pending"


class Leaf(models.Model):
    """The number of an entry and its leaf hash: what everyone may see of every entry."""

    seq = models.BigIntegerField(primary_key=True)
    entry_id = models.UUIDField(unique=True)
    leaf = models.BinaryField()

    class Meta:
        db_table = "audit_leaf"
        constraints = [CheckConstraint(condition=Q(seq__gte=1), name="leaves_are_numbered_from_one")]


class Node(models.Model):
    """The hash of a complete subtree above the leaves, kept so that proofs need no leaf."""

    pk = models.CompositePrimaryKey("level", "index")
    level = models.SmallIntegerField()
    index = models.BigIntegerField()
    hash = models.BinaryField()

    class Meta:
        db_table = "audit_node"
        constraints = [CheckConstraint(condition=Q(index__gte=0, level__gte=1), name="nodes_stand_above_leaves")]


class Tree(models.Model):
    """The one row that says how large the ledger is."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    size = models.BigIntegerField()
    frontier = models.BinaryField()
    root = models.BinaryField()

    class Meta:
        db_table = "audit_tree"
        constraints = [CheckConstraint(condition=Q(id=1), name="there_is_one_tree")]


class Checkpoint(models.Model):
    """A signed statement of size and root, and what witnesses put their names to."""

    size = models.BigIntegerField(primary_key=True)
    root = models.BinaryField()
    note = models.TextField()
    at = models.DateTimeField()
    cosignatures = models.TextField(default="")

    class Meta:
        db_table = "audit_checkpoint"


class Content(models.Model):
    """The sealed content of one entry: a nonce, then AES-256-GCM over its salt and the canonical document."""

    entry_id = models.UUIDField(primary_key=True)
    subject = models.UUIDField()
    source = models.UUIDField()
    kind = models.TextField()
    sealed = models.BinaryField()

    class Meta:
        db_table = "audit_content"
        indexes = [models.Index(fields=["subject"], name="audit_content_of_subject")]


class Key(models.Model):
    """The key of one record, wrapped under the key of its bucket, which is a file and never in this database."""

    subject = models.UUIDField(primary_key=True)
    bucket = models.SmallIntegerField()
    kek_version = models.IntegerField()
    wrapped = models.BinaryField()

    class Meta:
        db_table = "audit_key"
        indexes = [models.Index(fields=["bucket"], name="audit_key_of_bucket")]
        constraints = [
            CheckConstraint(condition=Q(bucket__gte=0, bucket__lt=BUCKETS), name="key_lies_in_a_bucket"),
        ]


class CursorRow(models.Model):
    """How far a named reader of the ledger has come."""

    name = models.TextField(primary_key=True)
    seq = models.BigIntegerField()

    class Meta:
        db_table = "audit_cursor"
        constraints = [CheckConstraint(condition=Q(seq__gte=0), name="cursor_stands_in_the_ledger")]


class PendingEvent(models.Model):
    """A committed event that no root in the ledger covers yet."""

    event_id = models.UUIDField(primary_key=True)
    at = models.DateTimeField()

    class Meta:
        db_table = "audit_event_pending"
