"""Let a body import a list of its own with the right to enter records. Policies only; under 0.1 s; reversible."""

from django.db import migrations

OWN = "reader_id = (select liaison_reader())"
IMPORTS = "(select liaison_has_right('import_lists'))"
APPROVES = "(select liaison_has_right('approve_imports'))"
OVERSEES = "(select liaison_has_right('oversee'))"
ITS_OWN = "(source_id = (select liaison_reader()) and (select liaison_has_right('enter_records')))"
HIMSELF = "run_by = (select liaison_user())"

SELECT = f"({OWN} and ({IMPORTS} or {APPROVES} or {ITS_OWN})) or {OVERSEES}"
INSERT = f"{OWN} and ({IMPORTS} or {ITS_OWN}) and {HIMSELF}"
UPDATE = f"{OWN} and ({IMPORTS} or {APPROVES} or {ITS_OWN})"
SELECT_BEFORE = f"({OWN} and ({IMPORTS} or {APPROVES})) or {OVERSEES}"
INSERT_BEFORE = f"{OWN} and {IMPORTS} and {HIMSELF}"
UPDATE_BEFORE = f"{OWN} and ({IMPORTS} or {APPROVES})"


def policies(*, select: str, insert: str, update: str) -> list[str]:
    """Return the statements that put these conditions in the place of the present ones."""
    alter = "alter policy app_{} on public.exchange_import_run {}"
    return [
        alter.format("select", f"using ({select})"),
        alter.format("insert", f"with check ({insert})"),
        alter.format("update", f"using ({update}) with check ({update})"),
    ]


class Migration(migrations.Migration):
    dependencies = [("exchange", "0001_initial")]

    operations = [
        migrations.RunSQL(
            policies(select=SELECT, insert=INSERT, update=UPDATE),
            policies(select=SELECT_BEFORE, insert=INSERT_BEFORE, update=UPDATE_BEFORE),
        )
    ]
