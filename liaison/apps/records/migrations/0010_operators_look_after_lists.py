"""A list operator looks after the bodies whose lists he imports, and after no other partner.

Whoever imports the lists of the United Nations or of a treasury saw, changed and answered for the records of every
other partner, too, whatever audience that partner had chosen (RPD art. 58). Policies that replace wider ones; under
0.1 s; not reversible: nobody should want the wider ones back.
"""

from importlib import import_module

from django.db import migrations

_first = import_module("liaison.apps.records.migrations.0001_initial")
_databases = import_module("liaison.apps.records.migrations.0003_databases_of_a_viewer")
_restrictions = import_module("liaison.apps.records.migrations.0004_restrictions")
_reports = import_module("liaison.apps.records.migrations.0002_error_reports")
READER = "(select liaison_reader())"
ANSWERS = f"(source_id = {READER} or source_id = any((select members_looked_after())::uuid[]))"
READS = f"({ANSWERS} or ({_first.RELEASED} and {_restrictions.OPEN})) and {_databases._among('liaison_queries()')}"
WRITES = f"{ANSWERS} and {_databases._among('liaison_enters()')}"
REPORT_READS = f"{ANSWERS} or (reporter_id = {READER} and level <= (select liaison_level()))"
REPORT_WORKS = f"({_reports.WORKS}) and {ANSWERS}"

FORWARD = (
    f"alter policy app_select on records_record using ({READS})",
    f"alter policy app_insert on records_record with check ({WRITES})",
    f"alter policy app_update on records_record using ({WRITES}) with check ({WRITES})",
    f"alter policy app_select on records_release using ({ANSWERS})",
    f"alter policy app_insert on records_release with check ({ANSWERS})",
    f"alter policy app_select on records_error_report using ({REPORT_READS})",
    f"alter policy app_update on records_error_report using ({REPORT_WORKS}) with check ({REPORT_WORKS})",
    """
    create or replace function records_answers_for(wanted_source uuid) returns boolean
    language sql stable set search_path = pg_catalog, public, pg_temp as $$
        select wanted_source = liaison_reader() or wanted_source = any(members_looked_after())
    $$
    """,
)


class Migration(migrations.Migration):
    dependencies = [("members", "0012_publishers"), ("records", "0009_rows_for_who_answers_for_openings")]
    operations = [migrations.RunSQL([(one, None) for one in FORWARD])]
