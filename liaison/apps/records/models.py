"""The record: its header in columns that lists filter by; its fields only as sealed content of the ledger.

Beside it: what one source holds of one kind, and whom that source keeps out of it; what was shown of a release.
"""

from django.db import models

from liaison.rows.ids import new_id
from liaison.viewer import Level

FOREIGN_KEY_LENGTH_MAX = 200


class Holding(models.Model):
    """All records of one kind that one source answers for. Its number is drawn at random and tells nobody which."""

    id = models.IntegerField(primary_key=True)
    source = models.ForeignKey("members.Reader", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=40)

    class Meta:
        db_table = "records_holding"
        constraints = [models.UniqueConstraint(fields=["source", "kind"], name="a_source_has_one_holding_of_a_kind")]


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
    source = models.ForeignKey("members.Reader", on_delete=models.PROTECT, related_name="+", db_index=False)
    audience = models.ForeignKey("members.Audience", on_delete=models.PROTECT, related_name="+", db_index=False)
    level = models.SmallIntegerField(default=Level.OFFICIAL_USE)
    holding = models.ForeignKey(
        Holding, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    conditions = models.SmallIntegerField(default=0)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.ACTIVE)
    entered_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    expires_on = models.DateField()
    foreign_key = models.CharField(max_length=FOREIGN_KEY_LENGTH_MAX, blank=True)
    version = models.IntegerField(default=1)
    entry_id = models.UUIDField()
    signing_id = models.UUIDField(null=True)

    class Meta:
        db_table = "records_record"
        indexes = [
            models.Index(fields=["kind", "status", "-id"], name="record_by_kind"),
            models.Index(fields=["audience", "kind", "status", "level"], name="record_by_audience"),
            models.Index(fields=["source", "kind", "status"], name="record_by_source"),
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


PART_SLOTS = 8
"""Of parts of one record: the book, and one for each of seven audiences at most."""
BOOK = 0
"""The slot of the part that holds all that is kept, and the source's wishes; nobody else is in its audience."""


class Part(models.Model):
    """What an audience sees of a record besides what everybody sees who sees the record. Its content is sealed under
    a key of its own, with entries of its own; a part that has ended is its source's alone.
    """

    class Status(models.TextChoices):
        ACTIVE = "active"
        ENDED = "ended"
        ERASED = "erased"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    record = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="parts")
    source = models.ForeignKey("members.Reader", on_delete=models.PROTECT, related_name="+")
    slot = models.SmallIntegerField()
    audience = models.ForeignKey("members.Audience", on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.ACTIVE)
    version = models.IntegerField(default=1)
    declared_version = models.SmallIntegerField()
    changed_at = models.DateTimeField()
    entry_id = models.UUIDField()
    signing_id = models.UUIDField(null=True)

    class Meta:
        db_table = "records_part"
        constraints = [
            models.UniqueConstraint(fields=["record", "slot"], name="a_record_has_one_part_in_a_slot"),
            models.CheckConstraint(
                condition=models.Q(slot__gte=0, slot__lt=PART_SLOTS), name="a_part_has_one_of_eight_slots"
            ),
        ]


class ClosedContent(models.Model):
    """A content that was sealed before something in it was restricted: from then on its source's alone."""

    entry_id = models.UUIDField(primary_key=True)
    record = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="+")
    source = models.ForeignKey("members.Reader", on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "records_closed_content"


class Restriction(models.Model):
    """Whom a source keeps out of a database, or (empty kind) out of everything it holds, present and to come.

    It ends only by a second person, or by itself where the policy says that an unconfirmed one lapses.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    reference = models.CharField(max_length=20, unique=True)
    source = models.ForeignKey("members.Reader", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=40, blank=True)
    expression = models.CharField(max_length=4000)
    audience = models.ForeignKey("members.Audience", on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=500)
    made_by = models.UUIDField()
    made_at = models.DateTimeField()
    confirmed_by = models.UUIDField()
    confirmed_at = models.DateTimeField()
    confirm_by = models.DateTimeField(null=True)
    stands_until = models.DateTimeField(null=True)
    lifted_by = models.UUIDField(null=True)
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "records_restriction"
        indexes = [
            models.Index(
                fields=["source", "kind"], condition=models.Q(lifted_at__isnull=True), name="restriction_that_stands"
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(lifted_at__isnull=True, lifted_by__isnull=True)
                | models.Q(lifted_at__isnull=False, lifted_by__isnull=False),
                name="a_lifted_restriction_names_who_lifted_it",
            ),
            models.CheckConstraint(
                condition=~models.Q(kind="") | models.Q(confirm_by__isnull=False, stands_until__isnull=False),
                name="a_restriction_of_everything_is_confirmed_some_day",
            ),
        ]


class Lift(models.Model):
    """One person's wish to lift a restriction, which a second decides."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    restriction = models.OneToOneField(Restriction, on_delete=models.PROTECT, related_name="lift")
    source = models.ForeignKey("members.Reader", on_delete=models.PROTECT, related_name="+")
    asked_by = models.UUIDField()
    asked_at = models.DateTimeField()
    reason = models.CharField(max_length=500)

    class Meta:
        db_table = "records_restriction_lift"


class Release(models.Model):
    """What was written of who may see records: the preimage of a digest in the ledger, for the source alone.

    The salt keeps a reader from finding out a short list of bodies by trying all of them.
    """

    digest = models.CharField(max_length=64, primary_key=True)
    source = models.ForeignKey("members.Reader", on_delete=models.PROTECT, related_name="+")
    salt = models.BinaryField(max_length=32)
    said = models.TextField()
    made_at = models.DateTimeField()

    class Meta:
        db_table = "records_release"


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
