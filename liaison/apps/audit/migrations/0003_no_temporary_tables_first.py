"""The functions that make and drop partitions look at temporary tables last, as all others do.

A path that does not name pg_temp looks there first: whoever calls such a function could have put a table of his own
under the name of one that it reads. Under 10 ms; reversible.
"""

from django.db import migrations

_FUNCTIONS = (
    "audit_ensure_months(integer)",
    "audit_drop_months_before(timestamptz)",
    "audit_let_a_month_go(timestamptz)",
)
FORWARD = [f"alter function {name} set search_path = pg_catalog, public, pg_temp" for name in _FUNCTIONS]
BACKWARD = [f"alter function {name} set search_path = pg_catalog, public" for name in _FUNCTIONS]


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_looks")]
    operations = [migrations.RunSQL([(one, None) for one in FORWARD], [(one, None) for one in BACKWARD])]
