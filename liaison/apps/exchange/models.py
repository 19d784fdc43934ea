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
