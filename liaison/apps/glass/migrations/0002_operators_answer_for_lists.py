"""A list operator is told of openings at the bodies whose lists he imports, and at no other partner.

A policy and a function that replace wider ones; under 0.1 s; not reversible.
"""

from importlib import import_module

from django.db import migrations

_first = import_module("liaison.apps.glass.migrations.0001_initial")
ANSWERS = (
    f"(source_id = {_first.READER} or source_id = any((select members_looked_after())::uuid[]))"
    f" and ({_first.holds('audit')} or {_first.holds('enter_records')})"
)
SEES = _first.SEES.replace(_first.ANSWERS, ANSWERS)
FORWARD = (
    f"alter policy app_select on glass_opening using ({SEES})",
    """
    create or replace function glass_answers(opening glass_opening) returns boolean
    language sql stable set search_path = pg_catalog, public, pg_temp as $$
        select opening.decided_at is not null and opening.status in ('approved', 'ended')
           and (liaison_has_right('audit') or liaison_has_right('enter_records'))
           and (opening.source_id = liaison_reader() or opening.source_id = any(members_looked_after()))
    $$
    """,
)


class Migration(migrations.Migration):
    dependencies = [("members", "0012_publishers"), ("glass", "0001_initial")]
    operations = [migrations.RunSQL([(one, None) for one in FORWARD])]
