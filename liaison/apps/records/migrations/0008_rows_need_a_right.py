"""The rows of records are shown only to jobs that have to do with records.

One more policy, which narrows the others: reference, kind, level and own key of a body's records could be read by its
administrator in the rows, though no page showed them. Under 0.1 s; reversible.
"""

from django.db import migrations

RIGHTS = (
    "read_records",
    "enter_records",
    "withdraw_records",
    "erase_records",
    "import_lists",
    "receive_matches",
    "judge_looks",
    "oversee",
)
_ANY = " or ".join(f"liaison_has_right('{right}')" for right in RIGHTS)
FORWARD = (
    f"create policy rows_need_a_right on records_record as restrictive to liaison_app using ((select {_ANY}))",
)
BACKWARD = ("drop policy rows_need_a_right on records_record",)


class Migration(migrations.Migration):
    dependencies = [("rows", "0003_databases_of_a_viewer"), ("records", "0007_content_rights")]
    operations = [migrations.RunSQL([(one, None) for one in FORWARD], [(one, None) for one in BACKWARD])]
