"""Whom to call at a body about its records. A new table; under 0.1 s; reversible while empty."""

import django.db.models.deletion
from django.db import migrations, models

from liaison.rows.security import secure

ADMINISTERS = "reader_id = (select liaison_reader()) and (select liaison_has_right('administer_members'))"


class Migration(migrations.Migration):
    dependencies = [("members", "0002_signing_keys")]

    operations = [
        migrations.CreateModel(
            name="Contact",
            fields=[
                (
                    "reader",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="contact",
                        serialize=False,
                        to="members.reader",
                    ),
                ),
                ("desk", models.CharField(max_length=120)),
                ("phone", models.CharField(blank=True, max_length=40)),
                ("email", models.CharField(blank=True, max_length=120)),
                ("always", models.BooleanField(default=False)),
                ("changed_at", models.DateTimeField()),
            ],
            options={
                "db_table": "members_contact",
                "constraints": [
                    models.CheckConstraint(
                        condition=~models.Q(phone="") | ~models.Q(email=""), name="a_contact_can_be_reached"
                    )
                ],
            },
        ),
        secure("members_contact", select="true", insert=ADMINISTERS, update=ADMINISTERS, delete=None, system=""),
    ]
