"""Whom a source keeps out, and why, is shown to those of it who may decide so, as at the doors.

Two more policies, which narrow the others: everybody of the body could read them in the rows. Under 10 ms; reversible.
"""

from django.db import migrations

MAY = "(select liaison_has_right('enter_records')) or (select liaison_user()) = '{}'::uuid"
SYSTEM_USER = "00000000-0000-7000-8000-000000000002"
TABLES = ("records_restriction", "records_restriction_lift")
FORWARD = [
    f"create policy restrictions_need_a_right on {table} as restrictive to liaison_app using ({MAY.format(SYSTEM_USER)})"
    for table in TABLES
]
BACKWARD = [f"drop policy restrictions_need_a_right on {table}" for table in TABLES]


class Migration(migrations.Migration):
    dependencies = [("records", "0010_operators_look_after_lists")]
    operations = [migrations.RunSQL([(one, None) for one in FORWARD], [(one, None) for one in BACKWARD])]
