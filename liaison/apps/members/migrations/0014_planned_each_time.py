"""Working out whom audiences hold is planned each time and looks by key, whatever the statistics say.

One function altered; under 0.1 s; reversible. A session that had worked it out five times with few audiences kept that plan
(PL/pgSQL, and since PostgreSQL 18 SQL functions, too), and statistics that are older than what a transaction has just written
led to the same: with 40,000 audiences it read a whole table once for each pair. The statement took longer than the
30 seconds that a door has, and the change of membership was refused.
"""

from django.db import migrations

FUNCTION = "alter function members_expand_audiences(uuid[])"
SETTINGS = ("plan_cache_mode", "force_custom_plan"), ("enable_seqscan", "off")
FORWARD = [(f"{FUNCTION} set {name} = {value}", None) for name, value in SETTINGS]
BACKWARD = [(f"{FUNCTION} reset {name}", None) for name, _ in SETTINGS]


class Migration(migrations.Migration):
    dependencies = [("members", "0013_quick_changes")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
