"""Readers, users, tokens and audiences, with the functions that intern and expand an audience.

New tables: no lock on existing ones, under 0.1 s; reversible while empty. Only the database expands an audience, so
that SQL injected into a door cannot add its reader to one.
"""

import django.db.models.deletion
from django.db import migrations, models

import liaison.apps.members.models
import liaison.rows.ids
from liaison.rows.security import open_table, secure

SYSTEM = "(select liaison_reader()) = '00000000-0000-7000-8000-000000000001'::uuid"
ADMINISTERS = (
    "(select liaison_has_right('administer_members')) and "
    f"({SYSTEM} or reader_id = (select liaison_reader()) or reader_id in "
    "(select r.id from members_reader r where r.parent_id = (select liaison_reader())))"
)
CONNECTS = f"(select liaison_has_right('administer_members')) and ({SYSTEM} or parent_id = (select liaison_reader()))"

FUNCTIONS = """
create policy audience_owner on members_audience to liaison_owner using (true) with check (true);
create policy audience_reader_owner on members_audience_reader to liaison_owner using (true) with check (true);
create policy reader_owner on members_reader for select to liaison_owner using (true);

create function members_readers_of(expression text) returns setof uuid
language sql stable set search_path = pg_catalog, public, pg_temp as $$
    with parts as (
        select regexp_split_to_array(expression, '\\s+-') as words
    ), named as (
        select words[1] as base, words[2:] as less,
               string_to_array(substr(words[1], length('list:') + 1), ',') as codes
        from parts
    ), body as (
        select r.id, r.code, r.kind, r.is_active and coalesce(p.is_active, true) as takes_part,
               coalesce(p.code, '') as parent_code, coalesce(p.kind, r.kind) as body_kind
        from members_reader r left join members_reader p on p.id = r.parent_id
    )
    select body.id from body, named
    where expression <> '' and takes_part
      and case when base = 'all' then body_kind in ('bureau', 'regional_body', 'secretariat')
               else body.code = any(codes) or parent_code = any(codes) end
      and not (body.code = any(coalesce(less, '{}')) or parent_code = any(coalesce(less, '{}')))
$$;

create function members_intern_audience(wanted text) returns integer
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    found integer;
begin
    select id into found from members_audience where expression = wanted;
    if found is not null then
        return found;
    end if;
    insert into members_audience (expression) values (wanted)
        on conflict (expression) do update set expression = excluded.expression returning id into found;
    insert into members_audience_reader (audience_id, reader_id)
        select found, reader from members_readers_of(wanted) as reader on conflict do nothing;
    return found;
end $$;

create function members_expand_audiences() returns void
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    if not liaison_has_right('administer_members') then
        raise exception 'the viewer may not expand audiences';
    end if;
    delete from members_audience_reader held using members_audience a
        where a.id = held.audience_id and held.reader_id not in (select members_readers_of(a.expression));
    insert into members_audience_reader (audience_id, reader_id)
        select a.id, reader from members_audience a, members_readers_of(a.expression) as reader
        on conflict do nothing;
end $$;

revoke all on function members_intern_audience(text), members_expand_audiences(), members_readers_of(text) from public;
grant execute on function members_intern_audience(text), members_expand_audiences() to liaison_app;
grant execute on function members_intern_audience(text) to liaison_system;
"""

DROP = """
drop function members_expand_audiences();
drop function members_intern_audience(text);
drop function members_readers_of(text);
"""

ID = models.UUIDField(primary_key=True, default=liaison.rows.ids.new_id, editable=False, serialize=False)


class Migration(migrations.Migration):
    initial = True

    dependencies = [("rows", "0001_initial"), ("audit", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Reader",
            fields=[
                ("id", ID.clone()),
                ("code", models.CharField(max_length=12, unique=True)),
                (
                    "kind",
                    models.CharField(
                        max_length=16,
                        choices=[
                            (kind, kind)
                            for kind in (
                                "bureau",
                                "regional_body",
                                "secretariat",
                                "commission",
                                "partner",
                                "agency",
                                "system",
                            )
                        ],
                    ),
                ),
                ("name", models.CharField(max_length=200)),
                ("country", models.CharField(blank=True, max_length=2)),
                ("is_active", models.BooleanField(default=True)),
                ("joined_at", models.DateTimeField()),
                (
                    "parent",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="connected",
                        to="members.reader",
                    ),
                ),
            ],
            options={
                "db_table": "members_reader",
                "constraints": [
                    models.CheckConstraint(
                        condition=~models.Q(kind="agency") | models.Q(parent__isnull=False),
                        name="an_agency_is_connected_by_its_bureau",
                    ),
                    models.CheckConstraint(
                        condition=~models.Q(kind="bureau") | ~models.Q(country=""),
                        name="a_bureau_belongs_to_a_country",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="User",
            fields=[
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("id", ID.clone()),
                ("sign_in_name", models.CharField(max_length=80, unique=True)),
                ("display_name", models.CharField(max_length=120)),
                ("role", models.CharField(choices=liaison.apps.members.models.ROLE_CHOICES, max_length=32)),
                (
                    "level",
                    models.SmallIntegerField(
                        choices=[(1, "OFFICIAL_USE"), (2, "RESTRICTED"), (3, "CONFIDENTIAL")], default=1
                    ),
                ),
                ("is_active", models.BooleanField(default=True)),
                ("joined_at", models.DateTimeField()),
                (
                    "reader",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="users", to="members.reader"
                    ),
                ),
            ],
            options={"db_table": "members_user"},
        ),
        migrations.CreateModel(
            name="AccessToken",
            fields=[
                ("id", ID.clone()),
                ("digest", models.BinaryField(max_length=32, unique=True)),
                ("purpose", models.CharField(max_length=16)),
                ("label", models.CharField(max_length=80)),
                ("created_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("revoked_at", models.DateTimeField(null=True)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="access_tokens", to="members.user"
                    ),
                ),
            ],
            options={"db_table": "members_access_token"},
        ),
        migrations.CreateModel(
            name="FailedSignIn",
            fields=[
                ("id", ID.clone()),
                ("key", models.BinaryField(max_length=32)),
                ("at", models.DateTimeField()),
            ],
            options={
                "db_table": "members_failed_sign_in",
                "indexes": [models.Index(fields=["key", "at"], name="failed_sign_in_by_key")],
            },
        ),
        migrations.CreateModel(
            name="Audience",
            fields=[
                ("id", models.AutoField(primary_key=True, serialize=False)),
                ("expression", models.CharField(max_length=4000, unique=True)),
            ],
            options={"db_table": "members_audience"},
        ),
        migrations.CreateModel(
            name="AudienceReader",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "audience_id", "reader_id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "audience",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.CASCADE, to="members.audience"
                    ),
                ),
                (
                    "reader",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="members.reader"),
                ),
            ],
            options={"db_table": "members_audience_reader"},
        ),
        secure("members_reader", select="true", insert=CONNECTS, update=CONNECTS, delete=None, system="select"),
        secure("members_user", select="true", insert=ADMINISTERS, update=ADMINISTERS, delete=None, system="select"),
        secure(
            "members_access_token",
            select="true",
            insert="user_id = (select liaison_user())",
            update="user_id = (select liaison_user())",
            delete=None,
            system="select",
        ),
        open_table(
            "members_failed_sign_in",
            reason="counts failed sign-ins, before anyone is known; holds keyed digests only",
            app="select,insert,delete",
            system="",
        ),
        secure("members_audience", select=None, insert=None, update=None, delete=None, system="select"),
        secure(
            "members_audience_reader",
            select="reader_id = (select liaison_reader())",
            insert=None,
            update=None,
            delete=None,
            system="select",
        ),
        migrations.RunSQL(FUNCTIONS, DROP),
    ]
