"""What fewer readers see of a record than the record, and which older contents are its source's alone since then.

Two new tables, one policy that narrows others, one function changed; under 0.1 s; reversible while empty.

A part is shown where the row of its record is shown *and* its own audience holds the reader; its source always sees
it. Readers open its present content only: what it held before is the source's. A content of a record that was sealed
before something of it was restricted is closed to all but the source and oversight: it tells what is restricted now.
"""

from importlib import import_module

import django.db.models.deletion
from django.db import migrations, models

import liaison.rows.ids
from liaison.rows.security import secure

_operators = import_module("liaison.apps.records.migrations.0010_operators_look_after_lists")
READER = _operators.READER
ANSWERS = _operators.ANSWERS
ENTERS = "(select liaison_enters())::text[]"
SHOWN = "(select true from records_record r where r.id = records_part.record_id)"
HELD = f"audience_id in (select held.audience_id from members_audience_reader held where held.reader_id = {READER})"
OF_ITS_SOURCE = (
    "source_id = (select r.source_id from records_record r where r.id = {table}.record_id"
    f" and ('*' = any({ENTERS}) or r.kind = any({ENTERS})))"
)

BEHIND = """
create policy entry_of_a_visible_part on audit_entry for select to liaison_app
    using ((select true from records_part p where p.id = audit_entry.subject));
create policy content_of_a_visible_part on audit_content for select to liaison_app
    using ((select true from records_part p where p.id = audit_content.subject and p.entry_id = audit_content.entry_id));
create policy part_owner on records_part for select to liaison_owner using (true);
create policy closed_content_owner on records_closed_content for select to liaison_owner using (true);

create or replace function records_holds_content(wanted uuid) returns boolean
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select exists (select from records_record r where r.id = wanted)
        or exists (select from records_error_report e where e.id = wanted)
        or exists (select from records_part p where p.id = wanted)
$$;

create function records_is_closed_content(wanted uuid) returns boolean
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select exists (select from records_closed_content c where c.entry_id = wanted
        and not records_answers_for(c.source_id) and not liaison_has_right('oversee'))
$$;
revoke all on function records_is_closed_content(uuid) from public;
grant execute on function records_is_closed_content(uuid) to liaison_app;

-- Asked for each record that is read, so planned once for a session. It has the rights of its caller.
create function records_parts_of(wanted uuid[]) returns setof records_part
language plpgsql stable set search_path = pg_catalog, public, pg_temp set plan_cache_mode = force_generic_plan
set enable_seqscan = off as $$
begin
    return query select p.* from records_part p where p.record_id = any(wanted) and p.status = 'active'
        order by p.record_id, p.slot;
end $$;
revoke all on function records_parts_of(uuid[]) from public;
grant execute on function records_parts_of(uuid[]) to liaison_app, liaison_system;
create policy content_is_not_closed on audit_content as restrictive for select to liaison_app
    using (not records_is_closed_content(entry_id));
"""
NO_LONGER = """
drop function records_parts_of(uuid[]);
drop policy content_is_not_closed on audit_content;
drop function records_is_closed_content(uuid);
create or replace function records_holds_content(wanted uuid) returns boolean
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select exists (select from records_record r where r.id = wanted)
        or exists (select from records_error_report e where e.id = wanted)
$$;
drop policy closed_content_owner on records_closed_content;
drop policy part_owner on records_part;
drop policy content_of_a_visible_part on audit_content;
drop policy entry_of_a_visible_part on audit_entry;
"""
COLUMNS = """
revoke update on table records_part from liaison_app;
grant update (audience_id, status, version, declared_version, changed_at, entry_id, signing_id)
    on table records_part to liaison_app;
"""


def to(model: str, **said: object) -> models.ForeignKey:
    """Return a column that points at a row that stays."""
    return models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=model, **said)


class Migration(migrations.Migration):
    dependencies = [("records", "0012_found_by_audience"), ("audit", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Part",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=liaison.rows.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("slot", models.SmallIntegerField()),
                (
                    "status",
                    models.CharField(
                        choices=[("active", "Active"), ("ended", "Ended"), ("erased", "Erased")],
                        default="active",
                        max_length=10,
                    ),
                ),
                ("version", models.IntegerField(default=1)),
                ("declared_version", models.SmallIntegerField()),
                ("changed_at", models.DateTimeField()),
                ("entry_id", models.UUIDField()),
                ("signing_id", models.UUIDField(null=True)),
                ("audience", to("members.audience")),
                (
                    "record",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="parts", to="records.record"
                    ),
                ),
                ("source", to("members.reader")),
            ],
            options={
                "db_table": "records_part",
                "constraints": [
                    models.UniqueConstraint(fields=("record", "slot"), name="a_record_has_one_part_in_a_slot"),
                    models.CheckConstraint(
                        condition=models.Q(("slot__gte", 0), ("slot__lt", 8)), name="a_part_has_one_of_eight_slots"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ClosedContent",
            fields=[
                ("entry_id", models.UUIDField(primary_key=True, serialize=False)),
                ("record", to("records.record")),
                ("source", to("members.reader")),
            ],
            options={"db_table": "records_closed_content"},
        ),
        secure(
            "records_part",
            select=f"{SHOWN} and ({ANSWERS} or (status = 'active' and {HELD}))",
            insert=f"{ANSWERS} and {OF_ITS_SOURCE.format(table='records_part')}",
            update=f"{ANSWERS} and {OF_ITS_SOURCE.format(table='records_part')}",
            delete=None,
            system="select,update",
        ),
        secure(
            "records_closed_content",
            select=ANSWERS,
            insert=f"{ANSWERS} and {OF_ITS_SOURCE.format(table='records_closed_content')}",
            update=None,
            delete=None,
            system="select",
        ),
        migrations.RunSQL(COLUMNS, migrations.RunSQL.noop),
        migrations.RunSQL(BEHIND, NO_LONGER),
    ]
