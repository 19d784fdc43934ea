"""Working out whom audiences hold is planned for the tables as they are, each time.

One function altered; under 0.1 s; reversible. A session that had worked it out five times with few audiences kept that plan
(PL/pgSQL, and since PostgreSQL 18 SQL functions, too), and with 40,000 it read a whole table once for each pair: the
statement took longer than the 30 seconds that a door has, and the change of membership was refused.
"""

from django.db import migrations

FUNCTION = "alter function members_expand_audiences(uuid[])"
FORWARD = f"{FUNCTION} set plan_cache_mode = force_custom_plan"
BACKWARD = f"{FUNCTION} reset plan_cache_mode"


class Migration(migrations.Migration):
    dependencies = [("members", "0013_quick_changes")]
    operations = [migrations.RunSQL([(FORWARD, None)], [(BACKWARD, None)])]
