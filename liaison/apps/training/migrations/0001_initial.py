"""The mark of a demo home and the parts of its world. New tables: under 0.1 s; reversible while empty.

The mark can be set only before the first user joins, so that no home with people in it becomes a demo, and never
taken away: the doors' role has no right to change or delete it.
"""

from django.db import migrations, models

from liaison.rows.security import open_table, secure

NOBODY_JOINED = "not exists (select from members_user)"


class Migration(migrations.Migration):
    initial = True

    dependencies = [("rows", "0001_initial"), ("members", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="DemoMark",
            fields=[
                ("id", models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("marked_at", models.DateTimeField()),
            ],
            options={
                "db_table": "training_demo_mark",
                "constraints": [models.CheckConstraint(condition=models.Q(id=1), name="a_home_is_marked_once")],
            },
        ),
        migrations.CreateModel(
            name="WorldPart",
            fields=[
                ("name", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("records", models.IntegerField()),
                ("written_at", models.DateTimeField()),
            ],
            options={"db_table": "training_world_part"},
        ),
        secure("training_demo_mark", select="true", insert=NOBODY_JOINED, system="select"),
        open_table(
            "training_world_part", reason="says how far the invented world is written, and nothing of anybody"
        ),
    ]
