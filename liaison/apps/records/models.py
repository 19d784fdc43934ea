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


class ErrorReport(models.Model):
    """What a reader holds to be wrong with a record: its clock in columns, its words only as sealed content.

    Source and reporter alone see it, the reporter's people only as far as they are vetted for the record's level. Its
    entries have its own id as subject, so that they are no versions of the record; whoever erases the record erases
    them with it.
    """

    class What(models.TextChoices):
        WRONG_PERSON = "wrong_person"
        WRONG_FIELD = "wrong_field"
        OUT_OF_DATE = "out_of_date"
        SHOULD_NOT_BE = "should_not_be"
        OTHER = "other"

    class Status(models.TextChoices):
        OPEN = "open"
        ACKNOWLEDGED = "acknowledged"
        ANSWERED = "answered"

    class Outcome(models.TextChoices):
        CORRECTED = "corrected"
        KEPT = "kept"
        WITHDRAWN = "withdrawn"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    reference = models.CharField(max_length=20, unique=True)
    record = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="errors")
    source = models.ForeignKey("members.Reader", on_delete=models.PROTECT, related_name="+")
    reporter = models.ForeignKey("members.Reader", on_delete=models.PROTECT, related_name="+")
    reported_by = models.UUIDField()
    level = models.SmallIntegerField()
    what = models.CharField(max_length=16, choices=What.choices)
    field = models.CharField(max_length=120, blank=True)
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.OPEN)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True)
    reported_at = models.DateTimeField()
    acknowledge_by = models.DateTimeField()
    answer_by = models.DateTimeField()
    acknowledged_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "records_error_report"
        indexes = [
            models.Index(fields=["source", "status", "answer_by"], name="error_report_by_source"),
            models.Index(fields=["reporter", "status", "answer_by"], name="error_report_by_reporter"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(status="answered")
                | (~models.Q(outcome="") & models.Q(answered_at__isnull=False)),
                name="an_answered_report_has_an_outcome",
            ),
        ]
