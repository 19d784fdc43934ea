"""A body reads and enters only in the databases that its agreement names (RPD art. 55 and 56).

Replaces the policies of one table; under 0.1 s; reversible.
"""

from importlib import import_module

from django.db import migrations

_before = import_module("liaison.apps.records.migrations.0001_initial")
READS = f"({_before.OWN} or ({_before.ON_BEHALF}) or ({_before.RELEASED}))"
WRITES = f"({_before.OWN} or ({_before.ON_BEHALF}))"


def _among(function: str) -> str:
    named = f"(select {function})::text[]"
    return f"('*' = any({named}) or kind = any({named}))"


def _policies(*, reads: str, writes: str) -> list[str]:
    return [
        f"alter policy app_select on records_record using ({reads})",
        f"alter policy app_insert on records_record with check ({writes})",
        f"alter policy app_update on records_record using ({writes}) with check ({writes})",
    ]


FORWARD = _policies(
    reads=f"{READS} and {_among('liaison_queries()')}", writes=f"{WRITES} and {_among('liaison_enters()')}"
)
BACKWARD = _policies(reads=READS, writes=WRITES)


class Migration(migrations.Migration):
    dependencies = [("rows", "0003_databases_of_a_viewer"), ("records", "0002_error_reports")]
    operations = [
        migrations.RunSQL(
            sql=[(statement, None) for statement in FORWARD],
            reverse_sql=[(statement, None) for statement in BACKWARD],
        )
    ]
