"""A preview of who will see what is planned for the tables as they are, each time.

One function altered; under 0.1 s; reversible. As in the members' migration of this name: a plan that was kept from few
audiences read a whole table once for each of many.
"""

from django.db import migrations

FUNCTION = "alter function records_preview(text, text, text[])"
FORWARD = f"{FUNCTION} set plan_cache_mode = force_custom_plan"
BACKWARD = f"{FUNCTION} reset plan_cache_mode"


class Migration(migrations.Migration):
    dependencies = [("records", "0014_rows_planned_once"), ("members", "0014_planned_each_time")]
    operations = [migrations.RunSQL([(FORWARD, None)], [(BACKWARD, None)])]
