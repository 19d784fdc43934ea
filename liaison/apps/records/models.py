"""The record: its header in columns that lists filter by; its fields only as sealed content of the ledger."""

from django.db import models

from liaison.rows.ids import new_id
from liaison.viewer import Level

FOREIGN_KEY_LENGTH_MAX = 200


class Record(models.Model):
    """One record of one declared database. Uniqueness holds within a source, never across (it would reveal rows)."""

    class Status(models.TextChoices):
        ACTIVE = "active"
        WITHDRAWN = "withdrawn"
        ERASED = "erased"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    reference = models.CharField(max_length=20, unique=True)
    kind = models.CharField(max_length=40)
    declared_version = models.SmallIntegerField()
    source = models.ForeignKey("members.Reader", on_delete=models.PROTECT, related_name="+")
    audience = models.ForeignKey("members.Audience", on_delete=models.PROTECT, related_name="+")
    level = models.SmallIntegerField(default=Level.OFFICIAL_USE)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.ACTIVE)
    entered_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    expires_on = models.DateField()
    foreign_key = models.CharField(max_length=FOREIGN_KEY_LENGTH_MAX, blank=True)
    version = models.IntegerField(default=1)
    entry_id = models.UUIDField()

    class Meta:
        db_table = "records_record"
        indexes = [
            models.Index(fields=["kind", "status", "-id"], name="record_by_kind"),
            models.Index(fields=["expires_on"], name="record_by_expiry"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "kind", "foreign_key"],
                condition=~models.Q(foreign_key=""),
                name="a_source_uses_its_own_key_once",
            ),
            models.CheckConstraint(
                condition=~models.Q(status="erased") | models.Q(foreign_key=""),
                name="an_erased_record_keeps_no_foreign_key",
            ),
        ]
