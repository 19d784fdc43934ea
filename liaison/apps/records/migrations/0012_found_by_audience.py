"""A row is asked for its audience, instead of collecting all audiences of a reader for each statement; two indexes.

Two indexes take the place of those on `audience_id` and `source_id` alone: 3 s for a million records, during which
none is written. Replaces the policies of one table. Reversible.

`IN (select ...)` was hashed: with 5,000 audiences each statement read them all, 9 ms for one record. `EXISTS` leaves
the choice to PostgreSQL: it looks into the primary key of `members_audience_reader` for the rows of a page, and
hashes for a scan of everything. What releases most rows stands before the right to enter others' lists.
"""

from importlib import import_module

import django.db.models.deletion
from django.db import migrations, models

_restrictions = import_module("liaison.apps.records.migrations.0004_restrictions")
_before = import_module("liaison.apps.records.migrations.0010_operators_look_after_lists")
READER = "(select liaison_reader())"
RELEASED = (
    "exists (select from members_audience_reader held"
    f" where held.audience_id = records_record.audience_id and held.reader_id = {READER}) "
    "and level <= (select liaison_level()) and status = 'active'"
)
LOOKED_AFTER = "source_id = any((select members_looked_after())::uuid[])"
READS = f"(source_id = {READER} or ({RELEASED} and {_restrictions.OPEN}) or {LOOKED_AFTER})"
AMONG = _restrictions._databases._among("liaison_queries()")
FORWARD = f"alter policy app_select on records_record using ({READS} and {AMONG})"
BACKWARD = _before.FORWARD[0]


def _to(model: str, *, db_index: bool) -> models.ForeignKey:
    return models.ForeignKey(
        db_index=db_index, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=f"members.{model}"
    )


class Migration(migrations.Migration):
    dependencies = [("members", "0013_quick_changes"), ("records", "0011_restrictions_need_a_right")]
    operations = [
        migrations.AddIndex(
            "record", models.Index(fields=["audience", "kind", "status", "level"], name="record_by_audience")
        ),
        migrations.AddIndex("record", models.Index(fields=["source", "kind", "status"], name="record_by_source")),
        migrations.AlterField("record", "audience", _to("audience", db_index=False)),
        migrations.AlterField("record", "source", _to("reader", db_index=False)),
        migrations.RunSQL(sql=[(FORWARD, None)], reverse_sql=[(BACKWARD, None)]),
    ]
