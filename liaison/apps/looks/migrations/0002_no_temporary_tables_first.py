"""The function that says since when looks are kept looks at temporary tables last, as all others do.

Under 10 ms; reversible.
"""

from django.db import migrations

FORWARD = "alter function audit_looks_kept_since() set search_path = pg_catalog, public, pg_temp"
BACKWARD = "alter function audit_looks_kept_since() set search_path = pg_catalog, public"


class Migration(migrations.Migration):
    dependencies = [("looks", "0001_initial"), ("audit", "0003_no_temporary_tables_first")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
