"""Runs of imports, and who sees them. A new table; under 0.1 s; reversible."""

import django.db.models.deletion
from django.db import migrations, models

import liaison.rows.ids
from liaison.rows.security import secure

OWN = "reader_id = (select liaison_reader())"
IMPORTS = "(select liaison_has_right('import_lists'))"
APPROVES = "(select liaison_has_right('approve_imports'))"
OVERSEES = "(select liaison_has_right('oversee'))"


class Migration(migrations.Migration):
    initial = True

    dependencies = [("rows", "0001_initial"), ("audit", "0001_initial"), ("members", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="ImportRun",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        primary_key=True, default=liaison.rows.ids.new_id, editable=False, serialize=False
                    ),
                ),
                ("reference", models.CharField(max_length=20, unique=True)),
                ("list_name", models.CharField(max_length=40)),
                ("reader_id", models.UUIDField()),
                ("run_by", models.UUIDField()),
                ("file_name", models.CharField(max_length=200)),
                ("file_digest", models.BinaryField(max_length=32)),
                ("edition_at", models.DateTimeField(null=True)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("reading", "Reading"),
                            ("shown", "Shown"),
                            ("waiting", "Waiting"),
                            ("approved", "Approved"),
                            ("under_way", "Under Way"),
                            ("done", "Done"),
                            ("refused", "Refused"),
                            ("stopped", "Stopped"),
                        ],
                        default="reading",
                        max_length=10,
                    ),
                ),
                ("started_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("approved_by", models.UUIDField(null=True)),
                ("approved_at", models.DateTimeField(null=True)),
                ("withdrawals_approved", models.IntegerField(null=True)),
                ("report", models.JSONField(default=dict)),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="members.reader"
                    ),
                ),
            ],
            options={
                "db_table": "exchange_import_run",
                "indexes": [models.Index(fields=["list_name", "-started_at"], name="import_run_by_list")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(approved_by__isnull=True) | ~models.Q(approved_by=models.F("run_by")),
                        name="who_runs_an_import_never_approves_it",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            approved_by__isnull=True, approved_at__isnull=True, withdrawals_approved__isnull=True
                        )
                        | models.Q(
                            approved_by__isnull=False, approved_at__isnull=False, withdrawals_approved__isnull=False
                        ),
                        name="an_approved_import_names_who_when_and_how_much",
                    ),
                    models.CheckConstraint(
                        condition=~models.Q(status="done")
                        | models.Q(ended_at__isnull=False, edition_at__isnull=False),
                        name="a_finished_import_has_an_end_and_an_edition",
                    ),
                ],
            },
        ),
        secure(
            "exchange_import_run",
            select=f"({OWN} and ({IMPORTS} or {APPROVES})) or {OVERSEES}",
            insert=f"{OWN} and {IMPORTS} and run_by = (select liaison_user())",
            update=f"{OWN} and ({IMPORTS} or {APPROVES})",
            delete=None,
            system="select",
        ),
    ]
