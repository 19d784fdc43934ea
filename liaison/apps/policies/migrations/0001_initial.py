"""Changes of policy values. A new table; under 0.1 s; reversible."""

from django.db import migrations, models

import liaison.rows.ids
from liaison.rows.security import secure

PROPOSES = "(select liaison_has_right('change_policies')) and proposed_by = (select liaison_user())"
DECIDES = "(select liaison_has_right('approve_policies'))"


class Migration(migrations.Migration):
    initial = True

    dependencies = [("rows", "0001_initial"), ("audit", "0001_initial"), ("members", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="PolicyChange",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        primary_key=True, default=liaison.rows.ids.new_id, editable=False, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=80)),
                ("value", models.BigIntegerField()),
                ("effective_at", models.DateTimeField()),
                ("reason", models.CharField(max_length=500)),
                (
                    "status",
                    models.CharField(
                        choices=[("proposed", "Proposed"), ("approved", "Approved"), ("rejected", "Rejected")],
                        default="proposed",
                        max_length=10,
                    ),
                ),
                ("proposed_by", models.UUIDField()),
                ("proposed_at", models.DateTimeField()),
                ("decided_by", models.UUIDField(null=True)),
                ("decided_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "policies_change",
                "indexes": [models.Index(fields=["name", "status", "effective_at"], name="policy_change_in_force")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(decided_by__isnull=True) | ~models.Q(decided_by=models.F("proposed_by")),
                        name="who_proposes_a_policy_never_decides_it",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(status="proposed", decided_by__isnull=True)
                        | (~models.Q(status="proposed") & models.Q(decided_by__isnull=False)),
                        name="a_decided_policy_names_who_decided",
                    ),
                ],
            },
        ),
        secure("policies_change", select="true", insert=PROPOSES, update=DECIDES, delete=None, system="select"),
    ]
