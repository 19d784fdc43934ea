"""The keys by which bodies sign what their systems send. A new table; under 0.1 s; reversible while empty."""

import django.db.models.deletion
from django.db import migrations, models

import liaison.rows.ids
from liaison.rows.security import secure

OWN = "reader_id = (select liaison_reader())"
ADMINISTERS = f"{OWN} and (select liaison_has_right('administer_members'))"


class Migration(migrations.Migration):
    dependencies = [("members", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="SigningKey",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        primary_key=True, default=liaison.rows.ids.new_id, editable=False, serialize=False
                    ),
                ),
                ("key_id", models.CharField(max_length=43)),
                ("public_key", models.BinaryField(max_length=32)),
                ("label", models.CharField(max_length=80)),
                ("added_by", models.UUIDField()),
                ("created_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("revoked_at", models.DateTimeField(null=True)),
                (
                    "reader",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="signing_keys",
                        to="members.reader",
                    ),
                ),
            ],
            options={
                "db_table": "members_signing_key",
                "constraints": [
                    models.UniqueConstraint(fields=("reader", "key_id"), name="a_body_adds_a_key_once"),
                    models.CheckConstraint(
                        condition=models.Q(expires_at__gt=models.F("created_at")),
                        name="a_signing_key_ends_after_it_began",
                    ),
                ],
            },
        ),
        secure(
            "members_signing_key",
            select=OWN,
            insert=f"{ADMINISTERS} and added_by = (select liaison_user())",
            update=ADMINISTERS,
            delete=None,
            system="",
        ),
    ]
