"""Whom a source keeps out of its databases, under which conditions records are seen, and what was shown of releases.

New tables; two columns of `records_record`, one of them filled: 16 s for 100,000 records on two busy cores, during
which none is written. The policies of records ask two more numbers. Not reversible once something is restricted.

A holding is all that one source has of one kind. Its number is drawn at random, so that what is closed to a viewer,
which his transaction must know, tells not even hostile SQL of whom. Records entered before bear no condition
that follows from their fields until they are next changed; the index works it out anew at once.
"""

from importlib import import_module

import django.db.models.deletion
from django.db import migrations, models

import liaison.rows.ids
from liaison.rows.security import secure

_before = import_module("liaison.apps.records.migrations.0001_initial")
_databases = import_module("liaison.apps.records.migrations.0003_databases_of_a_viewer")
READER = "(select liaison_reader())"
USER = "(select liaison_user())"
SYSTEM_USER = "'00000000-0000-7000-8000-000000000002'::uuid"
RESTRICTS = "(select liaison_has_right('enter_records'))"
OWN = f"source_id = {READER}"
OPEN = (
    "holding_id <> all ((select records_closed())::integer[]) "
    "and (conditions & (select records_closed_conditions())) = 0"
)
READS = f"({_before.OWN} or ({_before.ON_BEHALF}) or ({_before.RELEASED} and {OPEN}))"
SECOND_PERSON = (
    f"lifted_by = {USER} and exists (select from records_restriction_lift l"
    f" where l.restriction_id = records_restriction.id and l.source_id = {READER} and l.asked_by <> {USER})"
)
LAPSES = f"lifted_by = {SYSTEM_USER} and {USER} = {SYSTEM_USER} and stands_until <= liaison_now()"

FUNCTIONS = """
create policy holding_owner on records_holding to liaison_owner using (true) with check (true);
create policy restriction_owner on records_restriction for select to liaison_owner using (true);

create function records_intern_holding(wanted_source uuid, wanted_kind text) returns integer
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    found integer;
begin
    select h.id into found from records_holding h where h.source_id = wanted_source and h.kind = wanted_kind;
    while found is null loop
        insert into records_holding (id, source_id, kind)
            values ((random() * 2147483646)::integer, wanted_source, wanted_kind) on conflict do nothing;
        select h.id into found from records_holding h where h.source_id = wanted_source and h.kind = wanted_kind;
    end loop;
    return found;
end $$;

-- In plpgsql, so that a session plans it once; it is asked once for each statement that reads records.
create function records_closed() returns integer[]
language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    return (
        select coalesce(array_agg(h.id), '{}') from records_restriction r
          join members_audience_reader held on held.audience_id = r.audience_id and held.reader_id = liaison_reader()
          join records_holding h on h.source_id = r.source_id and (r.kind = '' or r.kind = h.kind)
         where r.lifted_at is null);
end $$;

create function records_closed_conditions() returns integer
language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    return coalesce(substring((liaison_viewer_fields())[5] from '(?:^|,)closed=([0-9]+)$')::integer, 2147483647);
end $$;

create function records_admitted(held uuid[], wanted_source uuid, wanted_kind text, open_to text[]) returns setof uuid
language sql stable set search_path = pg_catalog, public, pg_temp as $$
    select r.id from members_reader r where r.id = any(held) and r.kind = any(open_to)
       and (r.kind not in ('agency', 'regional_body', 'partner', 'private_partner') or exists (
            select from members_agreement a where a.reader_id = r.id and a.ended_at is null and a.queries ? wanted_kind
               and (liaison_now() at time zone 'UTC')::date between a.starts_on and a.ends_on))
       and not exists (
            select from records_restriction s
              join members_audience_reader out on out.audience_id = s.audience_id and out.reader_id = r.id
             where s.source_id = wanted_source and s.kind in ('', wanted_kind) and s.lifted_at is null)
$$;

create function records_answers_for(wanted_source uuid) returns boolean
language sql stable set search_path = pg_catalog, public, pg_temp as $$
    select wanted_source = liaison_reader() or (liaison_has_right('import_lists') and exists (
        select from members_reader r where r.id = wanted_source and r.kind = 'partner'))
$$;

create function records_readers(wanted_audience integer, wanted_source uuid, wanted_kind text, open_to text[])
returns setof uuid
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select records_admitted(array(
        select held.reader_id from members_audience_reader held where held.audience_id = wanted_audience
    ), wanted_source, wanted_kind, open_to) where records_answers_for(wanted_source)
$$;

create function records_preview(expression text, wanted_kind text, open_to text[]) returns setof uuid
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select records_admitted(array(select members_preview(expression)), liaison_reader(), wanted_kind, open_to)
$$;

create function records_overdue() returns table (source_id uuid, confirm_by timestamptz, stands_until timestamptz)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select r.source_id, min(r.confirm_by), min(r.stands_until) from records_restriction r
     where r.lifted_at is null and r.confirm_by < liaison_now()
       and (r.source_id = liaison_reader() or liaison_has_right('admit_members'))
     group by r.source_id
$$;

revoke all on function records_intern_holding(uuid, text), records_closed(), records_closed_conditions(),
    records_admitted(uuid[], uuid, text, text[]), records_answers_for(uuid),
    records_readers(integer, uuid, text, text[]), records_preview(text, text, text[]), records_overdue() from public;
grant execute on function records_intern_holding(uuid, text), records_closed(), records_closed_conditions(),
    records_readers(integer, uuid, text, text[]), records_preview(text, text, text[]), records_overdue()
    to liaison_app;
"""

FILL = (
    "alter table records_record no force row level security",
    "alter table records_holding no force row level security",
    """
    insert into records_holding (id, source_id, kind)
        select (random() * 1000000)::integer * 2000 + (row_number() over ())::integer, source_id, kind
          from records_record group by source_id, kind
    """,
    """
    update records_record set holding_id = h.id
      from records_holding h where h.source_id = records_record.source_id and h.kind = records_record.kind
    """,
    "alter table records_record force row level security",
    "alter table records_holding force row level security",
)
CONTRACT = (
    "alter table records_record alter column holding_id set not null",
    """
    alter table records_holding
        add constraint a_holding_is_of_its_source_and_kind unique (id, source_id, kind)
    """,
    """
    alter table records_record add constraint a_record_lies_in_its_own_holding
        foreign key (holding_id, source_id, kind) references records_holding (id, source_id, kind)
    """,
)
COLUMNS = (
    "revoke update on table records_restriction from liaison_app",
    """
    grant update (confirmed_by, confirmed_at, confirm_by, stands_until, lifted_by, lifted_at)
        on table records_restriction to liaison_app
    """,
)
POLICIES = (
    f"alter policy app_select on records_record using ({READS} and {_databases._among('liaison_queries()')})",
)


def to_reader() -> models.ForeignKey:
    """Return the column that points at the source."""
    return models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="members.reader")


def own_id() -> models.UUIDField:
    """Return the column of a primary key."""
    return models.UUIDField(primary_key=True, default=liaison.rows.ids.new_id, editable=False, serialize=False)


def run(statements: tuple[str, ...]) -> migrations.RunSQL:
    """Return the operation that runs each of these alone."""
    return migrations.RunSQL([(statement, None) for statement in statements])


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0006_accounts"),
        ("rows", "0003_databases_of_a_viewer"),
        ("records", "0003_databases_of_a_viewer"),
    ]

    operations = [
        migrations.CreateModel(
            name="Holding",
            fields=[
                ("id", models.IntegerField(primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=40)),
                ("source", to_reader()),
            ],
            options={
                "db_table": "records_holding",
                "constraints": [
                    models.UniqueConstraint(fields=("source", "kind"), name="a_source_has_one_holding_of_a_kind")
                ],
            },
        ),
        migrations.AddField("record", "conditions", models.SmallIntegerField(default=0, db_default=0)),
        migrations.AddField(
            "record",
            "holding",
            models.ForeignKey(
                null=True,
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="records.holding",
            ),
        ),
        run(FILL),
        run(CONTRACT),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField("record", "conditions", models.SmallIntegerField(default=0)),
                migrations.AlterField(
                    "record",
                    "holding",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.holding",
                    ),
                ),
            ]
        ),
        migrations.CreateModel(
            name="Restriction",
            fields=[
                ("id", own_id()),
                ("reference", models.CharField(max_length=20, unique=True)),
                ("kind", models.CharField(blank=True, max_length=40)),
                ("expression", models.CharField(max_length=4000)),
                ("reason", models.CharField(max_length=500)),
                ("made_by", models.UUIDField()),
                ("made_at", models.DateTimeField()),
                ("confirmed_by", models.UUIDField()),
                ("confirmed_at", models.DateTimeField()),
                ("confirm_by", models.DateTimeField(null=True)),
                ("stands_until", models.DateTimeField(null=True)),
                ("lifted_by", models.UUIDField(null=True)),
                ("lifted_at", models.DateTimeField(null=True)),
                (
                    "audience",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="members.audience"
                    ),
                ),
                ("source", to_reader()),
            ],
            options={
                "db_table": "records_restriction",
                "indexes": [
                    models.Index(
                        fields=["source", "kind"],
                        condition=models.Q(lifted_at__isnull=True),
                        name="restriction_that_stands",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(lifted_at__isnull=True, lifted_by__isnull=True)
                        | models.Q(lifted_at__isnull=False, lifted_by__isnull=False),
                        name="a_lifted_restriction_names_who_lifted_it",
                    ),
                    models.CheckConstraint(
                        condition=~models.Q(kind="") | models.Q(confirm_by__isnull=False, stands_until__isnull=False),
                        name="a_restriction_of_everything_is_confirmed_some_day",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Lift",
            fields=[
                ("id", own_id()),
                ("source", to_reader()),
                ("asked_by", models.UUIDField()),
                ("asked_at", models.DateTimeField()),
                ("reason", models.CharField(max_length=500)),
                (
                    "restriction",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="lift", to="records.restriction"
                    ),
                ),
            ],
            options={"db_table": "records_restriction_lift"},
        ),
        migrations.CreateModel(
            name="Release",
            fields=[
                ("digest", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("salt", models.BinaryField(max_length=32)),
                ("said", models.TextField()),
                ("made_at", models.DateTimeField()),
                ("source", to_reader()),
            ],
            options={"db_table": "records_release"},
        ),
        secure("records_holding", select=None, insert=None, update=None, delete=None, system="select"),
        secure(
            "records_restriction_lift",
            select=OWN,
            insert=f"{OWN} and {RESTRICTS} and asked_by = {USER}",
            update=None,
            delete=f"{OWN} and {RESTRICTS}",
            system="select",
        ),
        secure(
            "records_restriction",
            select=OWN,
            insert=f"{OWN} and {RESTRICTS} and made_by = {USER} and lifted_at is null",
            update=f"{OWN} and ({RESTRICTS} or {USER} = {SYSTEM_USER})",
            delete=None,
            system="select",
        ),
        secure(
            "records_release",
            select=f"{OWN} or ({_before.ON_BEHALF})",
            insert=f"{OWN} or ({_before.ON_BEHALF})",
            update=None,
            delete=None,
            system="select",
        ),
        migrations.RunSQL(FUNCTIONS),
        run(
            (
                "drop policy app_update on records_restriction",
                f"""
                create policy app_update on records_restriction for update to liaison_app
                    using ({OWN} and lifted_at is null and ({RESTRICTS} or {USER} = {SYSTEM_USER}))
                    with check ({OWN} and (lifted_at is null or ({RESTRICTS} and {SECOND_PERSON}) or ({LAPSES})))
                """,
            )
        ),
        run(COLUMNS),
        run(POLICIES),
    ]
