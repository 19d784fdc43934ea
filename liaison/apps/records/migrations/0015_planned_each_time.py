"""A preview of who will see what is planned each time and looks by key, as the members' migration of this name says.

One function altered; under 0.1 s; reversible.
"""

from importlib import import_module

from django.db import migrations

SETTINGS = import_module("liaison.apps.members.migrations.0014_planned_each_time").SETTINGS
FUNCTION = "alter function records_preview(text, text, text[])"
FORWARD = [(f"{FUNCTION} set {name} = {value}", None) for name, value in SETTINGS]
BACKWARD = [(f"{FUNCTION} reset {name}", None) for name, _ in SETTINGS]


class Migration(migrations.Migration):
    dependencies = [("records", "0014_rows_planned_once"), ("members", "0014_planned_each_time")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
