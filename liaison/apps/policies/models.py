"""A change of a policy value: proposed by one person, decided by another, in force from a moment on."""

from django.db import models

from liaison.rows.ids import new_id


class PolicyChange(models.Model):
    """One proposed, approved or rejected value; the newest approved one in force is the value."""

    class Status(models.TextChoices):
        PROPOSED = "proposed"
        APPROVED = "approved"
        REJECTED = "rejected"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=80)
    value = models.BigIntegerField()
    effective_at = models.DateTimeField()
    reason = models.CharField(max_length=500)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.PROPOSED)
    proposed_by = models.UUIDField()
    proposed_at = models.DateTimeField()
    decided_by = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "policies_change"
        indexes = [models.Index(fields=["name", "status", "effective_at"], name="policy_change_in_force")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(decided_by__isnull=True) | ~models.Q(decided_by=models.F("proposed_by")),
                name="who_proposes_a_policy_never_decides_it",
            ),
            models.CheckConstraint(
                condition=models.Q(status="proposed", decided_by__isnull=True)
                | (~models.Q(status="proposed") & models.Q(decided_by__isnull=False)),
                name="a_decided_policy_names_who_decided",
            ),
        ]
