"""The opening: who asked, who decides, whose records, until when. Its words are only in the sealed content."""

from django.db import models

from liaison.rows.ids import new_id
from liaison.rules.break_glass import GROUNDS, State
from liaison.viewer import Level

STORED = (State.PROPOSED, State.APPROVED, State.REJECTED, State.ENDED)
"""What is written down; that time is over is worked out when somebody looks."""
HOURS_MOST, RECORDS_MOST = 72, 200


class Opening(models.Model):
    """One emergency opening. Rows are changed by functions of the database alone; the doors have no right to.

    `named` holds references, as they were asked for, whether there are such records or not; with none, any record of
    the source is asked for by its reference. `level` is how far the second person opens, where that is above what the
    asker is vetted for.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    reference = models.CharField(max_length=20, unique=True)
    ground = models.CharField(max_length=24, choices=[(one.code, one.label) for one in GROUNDS.values()])
    purpose = models.CharField(max_length=16)
    named = models.JSONField(default=list)
    hours = models.SmallIntegerField()
    records_max = models.SmallIntegerField()
    asker = models.ForeignKey("members.Reader", on_delete=models.PROTECT, related_name="+")
    decider = models.ForeignKey("members.Reader", on_delete=models.PROTECT, related_name="+")
    source = models.ForeignKey("members.Reader", on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=10, choices=[(one.value, one.value) for one in STORED], default="proposed")
    asked_by = models.UUIDField()
    asked_at = models.DateTimeField()
    waits_until = models.DateTimeField()
    decided_by = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)
    level = models.SmallIntegerField(default=Level.OFFICIAL_USE)
    ends_at = models.DateTimeField(null=True)
    ended_by = models.UUIDField(null=True)
    ended_at = models.DateTimeField(null=True)
    acknowledged_by = models.UUIDField(null=True)
    acknowledged_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "glass_opening"
        indexes = [
            models.Index(fields=["source", "-asked_at"], name="opening_by_source"),
            models.Index(fields=["decider", "status"], name="opening_by_decider"),
            models.Index(fields=["asker", "-asked_at"], name="opening_by_asker"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(decided_by__isnull=True) | ~models.Q(decided_by=models.F("asked_by")),
                name="who_asks_for_an_opening_never_decides_it",
            ),
            models.CheckConstraint(
                condition=~models.Q(asker=models.F("decider")) & ~models.Q(asker=models.F("source")),
                name="an_opening_is_between_bodies",
            ),
            models.CheckConstraint(
                condition=~models.Q(status="approved")
                | models.Q(decided_by__isnull=False, decided_at__isnull=False, ends_at__isnull=False),
                name="an_open_glass_has_a_second_person_and_an_end",
            ),
            models.CheckConstraint(
                condition=models.Q(hours__range=(1, HOURS_MOST), records_max__range=(1, RECORDS_MOST)),
                name="an_opening_is_bounded",
            ),
        ]
