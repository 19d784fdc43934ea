"""The sealed journal of queries. A new table; under 0.1 s; reversible."""

from django.db import migrations, models

import liaison.rows.ids
from liaison.rows.security import secure

OWN = "reader = (select liaison_reader())"
OVERSIGHT = "(select liaison_has_right('oversee'))"


class Migration(migrations.Migration):
    initial = True

    dependencies = [("rows", "0001_initial"), ("audit", "0001_initial"), ("records", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="JournalLine",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        primary_key=True, default=liaison.rows.ids.new_id, editable=False, serialize=False
                    ),
                ),
                ("event_id", models.UUIDField()),
                ("day", models.DateField(db_index=True)),
                ("reader", models.UUIDField()),
                ("found", models.BooleanField()),
                ("sealed", models.BinaryField()),
            ],
            options={"db_table": "screening_journal_line"},
        ),
        secure(
            "screening_journal_line",
            select=OVERSIGHT,
            insert=OWN,
            update=None,
            delete=None,
            system="select,delete",
        ),
    ]
