"""What an import did, or would do: one row for each list file, with its report and no personal data."""

from django.db import models

from liaison.rows.ids import new_id


class ImportRun(models.Model):
    """One file of one list on its way into the tables: shown, approved, applied; run again it is the same row.

    `report` holds counts, names of source fields and findings with lines; never what a person's entry says.
    """

    class Status(models.TextChoices):
        READING = "reading"
        SHOWN = "shown"
        WAITING = "waiting"
        APPROVED = "approved"
        UNDER_WAY = "under_way"
        DONE = "done"
        REFUSED = "refused"
        STOPPED = "stopped"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    reference = models.CharField(max_length=20, unique=True)
    list_name = models.CharField(max_length=40)
    source = models.ForeignKey("members.Reader", on_delete=models.PROTECT, related_name="+")
    reader_id = models.UUIDField()
    run_by = models.UUIDField()
    file_name = models.CharField(max_length=200)
    file_digest = models.BinaryField(max_length=32)
    edition_at = models.DateTimeField(null=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.READING)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    approved_by = models.UUIDField(null=True)
    approved_at = models.DateTimeField(null=True)
    withdrawals_approved = models.IntegerField(null=True)
    report = models.JSONField(default=dict)

    class Meta:
        db_table = "exchange_import_run"
        indexes = [models.Index(fields=["list_name", "-started_at"], name="import_run_by_list")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(approved_by__isnull=True) | ~models.Q(approved_by=models.F("run_by")),
                name="who_runs_an_import_never_approves_it",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    approved_by__isnull=True, approved_at__isnull=True, withdrawals_approved__isnull=True
                )
                | models.Q(approved_by__isnull=False, approved_at__isnull=False, withdrawals_approved__isnull=False),
                name="an_approved_import_names_who_when_and_how_much",
            ),
            models.CheckConstraint(
                condition=~models.Q(status="done") | models.Q(ended_at__isnull=False, edition_at__isnull=False),
                name="a_finished_import_has_an_end_and_an_edition",
            ),
        ]


class Batch(models.Model):
    """One signed batch of a body's own system: who signed what, and how far it was carried out.

    The payload is not kept: what became of it are the versions of the records. Digest, header and signature are, so
    that whoever presents the payload again can be held to it.
    """

    class Status(models.TextChoices):
        UNDER_WAY = "under_way"
        DONE = "done"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    reference = models.CharField(max_length=20, unique=True)
    reader = models.ForeignKey("members.Reader", on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=80)
    sequence = models.BigIntegerField(null=True)
    made_at = models.DateTimeField()
    received_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    sent_by = models.UUIDField()
    key_id = models.CharField(max_length=43)
    payload_digest = models.BinaryField(max_length=32)
    protected = models.CharField(max_length=1000)
    signature = models.CharField(max_length=86)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.UNDER_WAY)
    item_count = models.IntegerField()
    tallies = models.JSONField(default=dict)

    class Meta:
        db_table = "exchange_batch"
        indexes = [models.Index(fields=["reader", "-received_at"], name="batch_by_reader")]
        constraints = [
            models.UniqueConstraint(fields=["reader", "number"], name="a_body_numbers_a_batch_once"),
            models.UniqueConstraint(fields=["reader", "sequence"], name="a_body_counts_a_batch_once"),
            models.CheckConstraint(
                condition=~models.Q(status="done") | models.Q(ended_at__isnull=False),
                name="a_finished_batch_has_an_end",
            ),
        ]


class ItemResult(models.Model):
    """What became of one item of a batch, by its position. Neither its key nor its fields are here.

    `findings` hold codes, sentences and places, and of their values only those that were not sent.
    """

    pk = models.CompositePrimaryKey("batch_id", "position")
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="results", db_index=False)
    position = models.IntegerField()
    reader_id = models.UUIDField()
    outcome = models.CharField(max_length=10)
    reference = models.CharField(max_length=20, blank=True)
    version = models.IntegerField(null=True)
    findings = models.JSONField(default=list)

    class Meta:
        db_table = "exchange_item_result"


class Reconciliation(models.Model):
    """One comparison of a source's own list with what is open here: counts and references, never its keys."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    reference = models.CharField(max_length=20, unique=True)
    reader = models.ForeignKey("members.Reader", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=40)
    asked_by = models.UUIDField()
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    counts = models.JSONField()
    closed_there = models.JSONField(default=list)
    different = models.JSONField(default=list)

    class Meta:
        db_table = "exchange_reconciliation"
        indexes = [models.Index(fields=["reader", "-started_at"], name="reconciliation_by_reader")]


class Given(models.Model):
    """A record that a feed gave to a user: by it, and by nothing else, the feed knows whom to tell of its end.

    `scope` names what he was allowed at the time: with other rights his memory is another one. `sees_closed` is true
    where he sees the record also while it is withdrawn, as its source does.
    """

    pk = models.CompositePrimaryKey("user_id", "scope", "record_id")
    user_id = models.UUIDField()
    scope = models.UUIDField()
    record_id = models.UUIDField()
    kind = models.CharField(max_length=40)
    reference = models.CharField(max_length=20)
    sees_closed = models.BooleanField()

    class Meta:
        db_table = "exchange_given"
