"""Second factors, recovery codes, known browsers, and an end of all sessions of an account.

New tables and one column with a default, replaced functions; under 0.1 s; not reversible. Everybody reads and changes
his own alone. Whoever looks after an account may take all of its factors away, and read none.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from liaison.rows.ids import new_id
from liaison.rows.security import secure

OWN = "user_id = (select liaison_user())"

FUNCTIONS = """
drop function members_viewer_row(uuid);
create function members_viewer_row(wanted uuid) returns table (
    user_id uuid, display_name varchar, role varchar, level smallint, reader_id uuid, code varchar, kind varchar,
    country varchar, queries jsonb, enters jsonb, at timestamptz, first boolean, stamp text
) language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
#variable_conflict use_column
begin
    return query select u.id, u.display_name, u.role, u.level, b.id, b.code, b.kind, b.country,
           coalesce(jsonb_agg(a.queries) filter (where a.id is not null), '[]'),
           coalesce(jsonb_agg(a.enters) filter (where a.id is not null), '[]'),
           liaison_now(), u.password_is_first,
           encode(sha256(convert_to(u.session_epoch || ' ' || u.password, 'UTF8')), 'hex')
      from members_user u
      join members_bodies() b on b.id = u.reader_id and b.in_force
      left join members_agreement a on a.reader_id = b.id and a.ended_at is null
           and (liaison_now() at time zone 'UTC')::date between a.starts_on and a.ends_on
     where u.id = wanted and u.is_active and u.stops_at > liaison_now()
       and coalesce(u.ends_on, 'infinity') >= (liaison_now() at time zone 'UTC')::date
       and coalesce(u.certified_until, 'infinity') >= (liaison_now() at time zone 'UTC')::date
     group by u.id, u.display_name, u.role, u.level, b.id, b.code, b.kind, b.country, u.password_is_first, u.password,
              u.session_epoch;
end $$;

create function members_end_own_sessions() returns boolean
language sql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
    update members_user set session_epoch = session_epoch + 1 where id = liaison_user() returning true
$$;

-- For whoever looks after the account and is not its holder; returns how many factors there were.
create policy factor_owner on members_factor to liaison_owner using (true);
create policy recovery_code_owner on members_recovery_code to liaison_owner using (true);
create policy device_owner on members_device to liaison_owner using (true);
create function members_take_factors(wanted uuid) returns integer
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    taken integer;
begin
    if not liaison_has_right('administer_members') or wanted = liaison_user() or not exists (
        select from members_user u join members_reader r on r.id = u.reader_id
         where u.id = wanted and liaison_reader() in (r.id, r.parent_id)
    ) then
        raise insufficient_privilege using message = 'not an account that the viewer looks after';
    end if;
    delete from members_factor where user_id = wanted;
    get diagnostics taken = row_count;
    delete from members_recovery_code where user_id = wanted;
    delete from members_device where user_id = wanted;
    update members_user set session_epoch = session_epoch + 1 where id = wanted;
    return taken;
end $$;

revoke all on function members_viewer_row(uuid), members_end_own_sessions(), members_take_factors(uuid) from public;
grant execute on function members_viewer_row(uuid), members_end_own_sessions(), members_take_factors(uuid)
    to liaison_app;
"""


def _account(related_name):
    return models.ForeignKey(
        on_delete=django.db.models.deletion.CASCADE, related_name=related_name, to=settings.AUTH_USER_MODEL
    )


def _id():
    return models.UUIDField(default=new_id, editable=False, primary_key=True, serialize=False)


class Migration(migrations.Migration):
    dependencies = [("members", "0006_accounts")]

    operations = [
        migrations.AddField("user", "session_epoch", models.IntegerField(default=0)),
        migrations.CreateModel(
            name="Factor",
            fields=[
                ("id", _id()),
                ("kind", models.CharField(choices=[("passkey", "Passkey"), ("app", "App")], max_length=8)),
                ("label", models.CharField(max_length=60)),
                ("credential_id", models.BinaryField(max_length=1_023, null=True, unique=True)),
                ("secret", models.BinaryField(max_length=2_048)),
                ("counter", models.BigIntegerField(default=0)),
                ("failures", models.IntegerField(default=0)),
                ("added_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(null=True)),
                ("user", _account("factors")),
            ],
            options={
                "db_table": "members_factor",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(kind="passkey", credential_id__isnull=False)
                        | models.Q(kind="app", credential_id__isnull=True),
                        name="a_passkey_and_nothing_else_has_a_credential",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(kind="app"), fields=("user",), name="an_account_has_one_app"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RecoveryCode",
            fields=[
                ("id", _id()),
                ("digest", models.BinaryField(max_length=32)),
                ("made_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(null=True)),
                ("user", _account("recovery_codes")),
            ],
            options={
                "db_table": "members_recovery_code",
                "constraints": [
                    models.UniqueConstraint(fields=("user", "digest"), name="a_recovery_code_is_made_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Device",
            fields=[
                ("id", _id()),
                ("digest", models.BinaryField(max_length=32)),
                ("browser", models.CharField(max_length=80)),
                ("first_at", models.DateTimeField()),
                ("last_at", models.DateTimeField()),
                ("seen_at", models.DateTimeField(null=True)),
                ("user", _account("devices")),
            ],
            options={
                "db_table": "members_device",
                "constraints": [
                    models.UniqueConstraint(fields=("user", "digest"), name="a_browser_is_known_once_to_an_account")
                ],
            },
        ),
        secure("members_factor", select=OWN, insert=OWN, update=OWN, delete=OWN, system=""),
        secure("members_recovery_code", select=OWN, insert=OWN, update=OWN, delete=OWN, system=""),
        secure("members_device", select=OWN, insert=OWN, update=OWN, delete=OWN, system=""),
        migrations.RunSQL(FUNCTIONS),
    ]
