"""Security officers see which records were opened in an emergency.

They decide on openings and answer for those of their own body: without the rows they read of a look, and not at which
record. Content stays with who reads records (0007). Under 10 ms; reversible.
"""

from importlib import import_module

from django.db import migrations

_before = import_module("liaison.apps.records.migrations.0008_rows_need_a_right")
ANY = f"{_before._ANY} or liaison_has_right('approve_glass')"
ALTER = "alter policy rows_need_a_right on records_record using ((select {}))"


class Migration(migrations.Migration):
    dependencies = [("records", "0008_rows_need_a_right")]
    operations = [migrations.RunSQL([(ALTER.format(ANY), None)], [(ALTER.format(_before._ANY), None)])]
