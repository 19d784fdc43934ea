"""Signed batches with their results, reconciliations, and what feeds gave to whom. New tables; under 0.1 s; reversible."""

import django.db.models.deletion
from django.db import migrations, models

import liaison.rows.ids
from liaison.rows.security import secure

OWN = "reader_id = (select liaison_reader())"
ENTERS = f"{OWN} and (select liaison_has_right('enter_records'))"
OVERSEES = "(select liaison_has_right('oversee'))"
HIMSELF = "(select liaison_user())"
ID = models.UUIDField(primary_key=True, default=liaison.rows.ids.new_id, editable=False, serialize=False)
READER = models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="members.reader")


class Migration(migrations.Migration):
    dependencies = [("exchange", "0002_own_lists"), ("members", "0002_signing_keys")]

    operations = [
        migrations.CreateModel(
            name="Batch",
            fields=[
                ("id", ID.clone()),
                ("reference", models.CharField(max_length=20, unique=True)),
                ("number", models.CharField(max_length=80)),
                ("sequence", models.BigIntegerField(null=True)),
                ("made_at", models.DateTimeField()),
                ("received_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("sent_by", models.UUIDField()),
                ("key_id", models.CharField(max_length=43)),
                ("payload_digest", models.BinaryField(max_length=32)),
                ("protected", models.CharField(max_length=1000)),
                ("signature", models.CharField(max_length=86)),
                (
                    "status",
                    models.CharField(
                        choices=[("under_way", "Under Way"), ("done", "Done")], default="under_way", max_length=10
                    ),
                ),
                ("item_count", models.IntegerField()),
                ("tallies", models.JSONField(default=dict)),
                ("reader", READER.clone()),
            ],
            options={
                "db_table": "exchange_batch",
                "indexes": [models.Index(fields=["reader", "-received_at"], name="batch_by_reader")],
                "constraints": [
                    models.UniqueConstraint(fields=("reader", "number"), name="a_body_numbers_a_batch_once"),
                    models.UniqueConstraint(fields=("reader", "sequence"), name="a_body_counts_a_batch_once"),
                    models.CheckConstraint(
                        condition=~models.Q(status="done") | models.Q(ended_at__isnull=False),
                        name="a_finished_batch_has_an_end",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ItemResult",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "batch_id", "position", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("position", models.IntegerField()),
                ("reader_id", models.UUIDField()),
                ("outcome", models.CharField(max_length=10)),
                ("reference", models.CharField(blank=True, max_length=20)),
                ("version", models.IntegerField(null=True)),
                ("findings", models.JSONField(default=list)),
                (
                    "batch",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="results",
                        to="exchange.batch",
                    ),
                ),
            ],
            options={"db_table": "exchange_item_result"},
        ),
        migrations.CreateModel(
            name="Reconciliation",
            fields=[
                ("id", ID.clone()),
                ("reference", models.CharField(max_length=20, unique=True)),
                ("kind", models.CharField(max_length=40)),
                ("asked_by", models.UUIDField()),
                ("started_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField()),
                ("counts", models.JSONField()),
                ("closed_there", models.JSONField(default=list)),
                ("different", models.JSONField(default=list)),
                ("reader", READER.clone()),
            ],
            options={
                "db_table": "exchange_reconciliation",
                "indexes": [models.Index(fields=["reader", "-started_at"], name="reconciliation_by_reader")],
            },
        ),
        migrations.CreateModel(
            name="Given",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "user_id",
                        "scope",
                        "record_id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("user_id", models.UUIDField()),
                ("scope", models.UUIDField()),
                ("record_id", models.UUIDField()),
                ("kind", models.CharField(max_length=40)),
                ("reference", models.CharField(max_length=20)),
                ("sees_closed", models.BooleanField()),
            ],
            options={"db_table": "exchange_given"},
        ),
        secure(
            "exchange_batch",
            select=f"({ENTERS}) or {OVERSEES}",
            insert=f"{ENTERS} and sent_by = {HIMSELF}",
            update=ENTERS,
            delete=None,
            system="",
        ),
        secure(
            "exchange_item_result",
            select=f"({ENTERS}) or {OVERSEES}",
            insert=ENTERS,
            update=None,
            delete=None,
            system="",
        ),
        secure(
            "exchange_reconciliation",
            select=f"({ENTERS}) or {OVERSEES}",
            insert=f"{ENTERS} and asked_by = {HIMSELF}",
            update=None,
            delete=None,
            system="",
        ),
        secure(
            "exchange_given",
            select=f"user_id = {HIMSELF}",
            insert=f"user_id = {HIMSELF}",
            update=f"user_id = {HIMSELF}",
            delete=None,
            system="",
        ),
    ]
