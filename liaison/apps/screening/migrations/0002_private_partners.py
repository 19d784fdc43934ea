"""What private partners submit, how much of it, and the matches that police see. New tables; 0.1 s; reversible while empty.

A partner puts its checks in and reads none of them back; the function that counts answers with one word.
"""

import django.db.models.deletion
from django.db import migrations, models

import liaison.rows.ids
from liaison.rows.security import secure

READER = "(select liaison_reader())"
USER = "(select liaison_user())"
INSTALLATION = f"{USER} = '00000000-0000-7000-8000-000000000002'::uuid"
SUBMITS = "(select liaison_has_right('submit_checks'))"
RECEIVES = "(select liaison_has_right('receive_matches'))"

# The subquery on the record runs under its own policies for the same viewer: a match is seen with its record only.
SEES_THE_RECORD = "(select true from records_record r where r.id = screening_partner_match.record_id)"

FUNCTIONS = """
create policy minute_owner on screening_partner_minute to liaison_owner using (true) with check (true);
create policy check_owner on screening_partner_check for select to liaison_owner using (true);

create function screening_take_check(most_a_minute integer, most_waiting integer) returns text
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    this_minute timestamptz := date_trunc('minute', liaison_now());
    taken integer;
begin
    if not liaison_has_right('submit_checks') then
        raise exception 'the viewer may not submit checks';
    end if;
    insert into screening_partner_minute (partner_id, minute, count) values (liaison_reader(), this_minute, 1)
        on conflict (partner_id, minute) do update set count = screening_partner_minute.count + 1
        returning count into taken;
    if taken > most_a_minute then
        return 'minute';
    end if;
    if taken = 1 then
        delete from screening_partner_minute
         where partner_id = liaison_reader() and minute < this_minute - interval '1 hour';
    end if;
    if (select count(*) from (select 1 from screening_partner_check c where c.partner_id = liaison_reader()
                               limit most_waiting) waiting) >= most_waiting then
        return 'waiting';
    end if;
    return '';
end $$;
revoke all on function screening_take_check(integer, integer) from public;
grant execute on function screening_take_check(integer, integer) to liaison_app;
"""


def to_reader(**more: object) -> models.ForeignKey:
    """Return the column that points at a body."""
    return models.ForeignKey(
        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="members.reader", **more
    )


ID = models.UUIDField(primary_key=True, default=liaison.rows.ids.new_id, editable=False, serialize=False)


class Migration(migrations.Migration):
    dependencies = [
        ("screening", "0001_initial"),
        ("members", "0009_machines"),
        ("records", "0003_databases_of_a_viewer"),
    ]

    operations = [
        migrations.CreateModel(
            name="PartnerCheck",
            fields=[
                ("id", ID.clone()),
                ("at", models.DateTimeField(db_index=True)),
                ("submitted_by", models.UUIDField()),
                ("event_id", models.UUIDField()),
                ("day", models.DateField()),
                ("sealed", models.BinaryField()),
                ("partner", to_reader()),
            ],
            options={"db_table": "screening_partner_check"},
        ),
        migrations.CreateModel(
            name="PartnerMinute",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "partner_id", "minute", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("minute", models.DateTimeField()),
                ("count", models.IntegerField()),
                ("partner", to_reader(db_index=False)),
            ],
            options={"db_table": "screening_partner_minute"},
        ),
        migrations.CreateModel(
            name="PartnerMatch",
            fields=[
                ("id", ID.clone()),
                ("reference", models.CharField(max_length=20, unique=True)),
                ("record_id", models.UUIDField()),
                ("asked_at", models.DateTimeField()),
                ("found_at", models.DateTimeField(db_index=True)),
                ("kind", models.CharField(max_length=40)),
                (
                    "how",
                    models.CharField(choices=[("number", "Number"), ("misread", "Misread")], max_length=8),
                ),
                ("day", models.DateField()),
                ("check_id", models.UUIDField()),
                ("sealed", models.BinaryField()),
                ("bureau", to_reader(null=True)),
                ("partner", to_reader()),
                ("source", to_reader()),
            ],
            options={
                "db_table": "screening_partner_match",
                "indexes": [
                    models.Index(fields=["source", "-found_at"], name="partner_match_of_source"),
                    models.Index(fields=["bureau", "-found_at"], name="partner_match_of_bureau"),
                ],
            },
        ),
        secure(
            "screening_partner_check",
            select=INSTALLATION,
            insert=f"partner_id = {READER} and submitted_by = {USER} and {SUBMITS}",
            update=INSTALLATION,
            delete=INSTALLATION,
            system="select",
        ),
        secure("screening_partner_minute", select=None, insert=None, system="select"),
        secure(
            "screening_partner_match",
            select=f"{RECEIVES} and (source_id = {READER} or bureau_id = {READER}) and {SEES_THE_RECORD}",
            insert=INSTALLATION,
            system="select,delete",
        ),
        migrations.RunSQL(FUNCTIONS, "drop function screening_take_check(integer, integer)"),
    ]
