"""System accounts, tokens with less than their account's rights and bound to networks, first passwords.

New columns with defaults, replaced functions; under 0.1 s; not reversible. Tokens are not to be read any more but by
their account and by whoever looks after it.
"""

from django.db import migrations, models

READER = "(select liaison_reader())"
USER = "(select liaison_user())"
ADMINISTERS = "(select liaison_has_right('administer_members'))"
LOOKED_AFTER = (
    f"{ADMINISTERS} and user_id in (select u.id from members_user u where u.reader_id = {READER}"
    f" or u.reader_id in (select r.id from members_reader r where r.parent_id = {READER}))"
)
OF_A_SYSTEM = (
    f"{ADMINISTERS} and user_id in (select u.id from members_user u where u.is_system and (u.reader_id = {READER}"
    f" or u.reader_id in (select r.id from members_reader r where r.parent_id = {READER})))"
)

POLICIES = (
    f"alter policy app_select on members_access_token using (user_id = {USER} or ({LOOKED_AFTER}))",
    f"alter policy app_insert on members_access_token with check (user_id = {USER} or ({OF_A_SYSTEM}))",
    f"""
    alter policy app_update on members_access_token
        using (user_id = {USER} or ({LOOKED_AFTER})) with check (user_id = {USER} or ({LOOKED_AFTER}))
    """,
)
FUNCTIONS = """
create policy token_owner on members_access_token for select to liaison_owner using (true);

-- In plpgsql, so that a session plans it once: planning takes ten times as long as looking.
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
           liaison_now(), u.password_is_first, encode(sha256(convert_to(u.password, 'UTF8')), 'hex')
      from members_user u
      join members_bodies() b on b.id = u.reader_id and b.in_force
      left join members_agreement a on a.reader_id = b.id and a.ended_at is null
           and (liaison_now() at time zone 'UTC')::date between a.starts_on and a.ends_on
     where u.id = wanted and u.is_active and u.stops_at > liaison_now()
       and coalesce(u.ends_on, 'infinity') >= (liaison_now() at time zone 'UTC')::date
       and coalesce(u.certified_until, 'infinity') >= (liaison_now() at time zone 'UTC')::date
     group by u.id, u.display_name, u.role, u.level, b.id, b.code, b.kind, b.country, u.password_is_first, u.password;
end $$;

drop function members_credentials(text);
create function members_credentials(wanted text) returns table (user_id uuid, password varchar, is_system boolean)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select u.id, u.password, u.is_system from members_user u where u.sign_in_name = wanted
$$;

create function members_token(wanted bytea) returns table (
    id uuid, user_id uuid, purpose varchar, rights jsonb, networks jsonb
) language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select t.id, t.user_id, t.purpose, t.rights, t.networks from members_access_token t
     where t.digest = wanted and t.revoked_at is null and t.expires_at > liaison_now()
$$;

create function members_somebody_joined() returns boolean
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select exists (select from members_user)
$$;

create function members_set_own_password(hashed text) returns boolean
language sql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
    update members_user set password = hashed, password_is_first = false
     where id = liaison_user() and not is_system and hashed like 'argon2$%' returning true
$$;

revoke all on function members_viewer_row(uuid), members_credentials(text), members_token(bytea),
    members_set_own_password(text), members_somebody_joined() from public;
grant execute on function members_viewer_row(uuid), members_credentials(text), members_token(bytea),
    members_set_own_password(text), members_somebody_joined() to liaison_app;
"""


class Migration(migrations.Migration):
    dependencies = [("members", "0005_groups")]

    operations = [
        migrations.AddField("user", "is_system", models.BooleanField(default=False)),
        migrations.AddField("user", "password_is_first", models.BooleanField(default=False)),
        migrations.AddField("accesstoken", "rights", models.JSONField(null=True)),
        migrations.AddField("accesstoken", "networks", models.JSONField(default=list)),
        migrations.RunSQL([(statement, None) for statement in POLICIES]),
        migrations.RunSQL(FUNCTIONS),
    ]
