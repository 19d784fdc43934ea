"""Signatures of bodies and what waits for one. New tables; under 0.1 s; reversible while empty.

The moment of a signature is the transaction's own: a key that was stolen cannot sign for the day before. A reader who
may see a version knows the id of its signature from there, and asks for exactly that one; nobody lists others'.
"""

import django.db.models.deletion
from django.db import migrations, models

from liaison.rows.security import secure

READER = "(select liaison_reader())"
ON_BEHALF = (
    "((select liaison_has_right('import_lists')) and source_id in "
    "(select r.id from members_reader r where r.kind = 'partner'))"
)
OWN = f"(source_id = {READER} or {ON_BEHALF})"
SIGNED_HERE = f"{OWN} and made_at = (select liaison_now()) and octet_length(leaves) <= 160000"

FUNCTIONS = """
create policy signing_owner on signatures_signing for select to liaison_owner using (true);
create function signatures_of(wanted uuid[]) returns table (
    id uuid, signer_id uuid, source_id uuid, key_id varchar, statement bytea, leaves bytea, signature bytea,
    made_at timestamptz
) language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select s.id, s.signer_id, s.source_id, s.key_id, s.statement, s.leaves, s.signature, s.made_at
      from signatures_signing s where s.id = any(wanted)
$$;
revoke all on function signatures_of(uuid[]) from public;
grant execute on function signatures_of(uuid[]) to liaison_app, liaison_system;
"""
NO_LONGER = """
drop function signatures_of(uuid[]);
drop policy signing_owner on signatures_signing;
"""


def to_reader() -> models.ForeignKey:
    """Return the column that points at a body."""
    return models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="members.reader")


class Migration(migrations.Migration):
    initial = True

    dependencies = [("rows", "0003_databases_of_a_viewer"), ("members", "0010_body_keys")]

    operations = [
        migrations.CreateModel(
            name="Signing",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("key_id", models.CharField(max_length=43)),
                ("statement", models.BinaryField()),
                ("leaves", models.BinaryField()),
                ("signature", models.BinaryField(max_length=64)),
                ("made_at", models.DateTimeField()),
                ("signer", to_reader()),
                ("source", to_reader()),
            ],
            options={
                "db_table": "signatures_signing",
                "indexes": [models.Index(fields=["source", "made_at"], name="signing_by_source")],
            },
        ),
        migrations.CreateModel(
            name="Waiting",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("entries", models.JSONField()),
                ("since", models.DateTimeField()),
                ("signer", to_reader()),
                ("source", to_reader()),
            ],
            options={"db_table": "signatures_waiting"},
        ),
        secure(
            "signatures_signing",
            select=f"source_id = {READER} or signer_id = {READER}",
            insert=SIGNED_HERE,
            update=None,
            delete=None,
            system="select",
        ),
        secure(
            "signatures_waiting",
            select=OWN,
            insert=OWN,
            update=None,
            delete=OWN,
            system="select",
        ),
        migrations.RunSQL(FUNCTIONS, NO_LONGER),
    ]
