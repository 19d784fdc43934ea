"""Bodies that end for good and may join again, lists that end, and one function that says whether an account works.

New columns without a default to fill, replaced functions; under 0.1 s; reversible only while nothing has ended.
"""

from django.db import migrations, models

READER = "(select liaison_reader())"
USER = "(select liaison_user())"
SYSTEM = f"{READER} = '00000000-0000-7000-8000-000000000001'::uuid"
APPROVES = "(select liaison_has_right('approve_members'))"
OWN_GROUP = f"group_id in (select g.id from members_group g where g.owner_id = {READER})"


def decided(*verbs: str) -> str:
    """Return the condition that this is the transaction in which a second person decides one of these changes."""
    named = ", ".join(f"'{verb}'" for verb in verbs)
    return (
        f"{APPROVES} and exists (select from members_change c where c.verb in ({named}) and c.status = 'approved'"
        f" and c.decided_by = {USER} and c.decided_at >= liaison_now())"
    )


POLICIES = (
    # Whoever admits a country puts it into its region, in the same transaction.
    f"""
    alter policy app_insert on members_group_member
        with check ({SYSTEM} or ({OWN_GROUP} and {decided("group", "admit")}))
    """,
    "create policy reader_owner_ends on members_reader for update to liaison_owner using (true) with check (true)",
    "create policy agreement_owner_ends on members_agreement for update to liaison_owner using (true) with check (true)",
    "create policy group_owner_ends on members_group for update to liaison_owner using (true) with check (true)",
    "create policy deputy_owner on members_deputy to liaison_owner using (true) with check (true)",
    "create policy signing_key_owner on members_signing_key to liaison_owner using (true) with check (true)",
    "create policy change_owner on members_change for select to liaison_owner using (true)",
)

WORKS = """
-- Whether an account opens anything today. The one place that says so: Viewers, registers, offices and rosters ask it.
create function members_account_works(active boolean, stops_at timestamptz, ends_on date, certified_until date)
returns boolean language sql stable parallel safe as $$
    select active and stops_at > public.liaison_now()
       and coalesce(ends_on, 'infinity') >= (public.liaison_now() at time zone 'UTC')::date
       and coalesce(certified_until, 'infinity') >= (public.liaison_now() at time zone 'UTC')::date
$$;

create or replace function members_viewer_row(wanted uuid) returns table (
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
     where u.id = wanted and members_account_works(u.is_active, u.stops_at, u.ends_on, u.certified_until)
     group by u.id, u.display_name, u.role, u.level, b.id, b.code, b.kind, b.country, u.password_is_first, u.password,
              u.session_epoch;
end $$;

create or replace function members_on_duty(readers uuid[]) returns setof uuid
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select distinct d.reader_id from members_duty d join members_user u on u.id = d.user_id
       and members_account_works(u.is_active, u.stops_at, u.ends_on, u.certified_until)
     where d.reader_id = any(readers) and d.starts_at <= liaison_now() and d.ends_at > liaison_now()
$$;
"""

ENDS = """
-- End a body with its agencies, agreements, keys, deputies and accounts: in the transaction in which a second person
-- of headquarters decides it, and in no other. Returns what ended and who answers for it, for the ledger.
create function members_end_body(wanted uuid, hides boolean) returns table (what text, id uuid, source uuid)
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
#variable_conflict use_column
declare
    bodies uuid[];
begin
    if not exists (select from members_change c join members_reader r on r.id = wanted and r.code = c.code
                    where c.verb = 'end' and c.status = 'approved' and c.decided_by = liaison_user()
                      and c.decided_by <> c.proposed_by and c.decided_at >= liaison_now()) then
        raise exception 'no second person decides now that this body ends';
    end if;
    bodies := array(select r.id from members_reader r where (r.id = wanted or r.parent_id = wanted) and r.ended_at is null);
    update members_agreement a set ended_at = liaison_now() where a.reader_id = any(bodies) and a.ended_at is null;
    update members_deputy d set ended_at = liaison_now()
     where (d.reader_id = any(bodies) or d.deputy_id = any(bodies)) and d.ended_at is null;
    update members_signing_key k set revoked_at = liaison_now() where k.reader_id = any(bodies) and k.revoked_at is null;
    return query update members_reader r
          set ended_at = liaison_now(), records_hidden_at = case when hides then liaison_now() end
        where r.id = any(bodies) returning 'body', r.id, coalesce(r.parent_id, r.id);
    return query update members_user u set is_active = false, left_at = liaison_now() from members_reader r
        where r.id = u.reader_id and r.id = any(bodies) and u.is_active
        returning 'account', u.id, coalesce(r.parent_id, r.id);
end $$;

-- Hide the records of a body that has ended, which takes one membership officer, or show them again, which takes two.
create function members_turn_records(wanted uuid, hides boolean) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    if not liaison_has_right('admit_members') or not (hides or exists (
            select from members_change c join members_reader r on r.id = wanted and r.code = c.code
             where c.verb = 'show' and c.status = 'approved' and c.decided_by = liaison_user()
               and c.decided_by <> c.proposed_by and c.decided_at >= liaison_now())) then
        return false;
    end if;
    update members_reader r set records_hidden_at = case when hides then liaison_now() end
     where (r.id = wanted or r.parent_id = wanted) and r.ended_at is not null
       and (r.records_hidden_at is null) = hides;
    return found;
end $$;

-- What an expression adds through a group that has ended is nobody; what it takes away stays as it was on that day.
create or replace function members_holders(ids integer[], expressions text[]) returns table (audience integer, reader uuid)
language sql stable set search_path = pg_catalog, public, pg_temp as $$
    with bodies as materialized (
        select b.id, b.parent_id, b.code, b.parent_code, b.body_kind from members_bodies() b where b.in_force
    ), halves as (
        select asked.id, regexp_split_to_array(asked.expression, '\\s+-') as words
          from unnest(ids, expressions) as asked (id, expression) where asked.expression <> ''
    ), terms as (
        select id, true as adds, unnest(string_to_array(words[1], ' + ')) as term from halves
        union all
        select id, false, unnest(words[2:]) from halves
    ), named as (
        select id, adds, case when term = 'all' then 'all' when term like '%:%' then split_part(term, ':', 1)
                              else 'list' end as kind,
               unnest(case when term = 'all' then array[''] when term like '%:%'
                           then string_to_array(split_part(term, ':', 2), ',') else array[term] end) as code
          from terms
    ), held as (
        select n.id, n.adds, b.id as reader from named n join bodies b
            on n.kind = 'all' and b.body_kind in ('bureau', 'regional_body', 'secretariat')
        union
        select n.id, n.adds, b.id from named n join bodies b on n.kind = 'list' and b.code = n.code
        union
        select n.id, n.adds, b.id from named n join bodies b on n.kind = 'list' and b.parent_code = n.code
        union
        select n.id, n.adds, b.id from named n join members_group g on g.kind = n.kind and g.code = n.code
            and (g.ended_at is null or not n.adds)
            join members_group_member m on m.group_id = g.id join bodies b on b.id = m.reader_id
        union
        select n.id, n.adds, b.id from named n join members_group g on g.kind = n.kind and g.code = n.code
            and (g.ended_at is null or not n.adds)
            join members_group_member m on m.group_id = g.id join bodies b on b.parent_id = m.reader_id
    )
    select h.id, h.reader from held h where h.adds except select h.id, h.reader from held h where not h.adds
$$;

create function members_end_group(wanted uuid) returns boolean
language sql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
    update members_group g set ended_at = liaison_now()
     where g.id = wanted and g.ended_at is null and g.owner_id = liaison_reader()
       and (liaison_has_right('administer_members') or liaison_has_right('approve_members'))
    returning true
$$;

-- Whether an audience takes a group of the viewer's own body away from somebody: who leaves it would see more.
create function members_group_excludes(wanted uuid) returns boolean
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select exists (select from members_group g join members_audience a
                       on '-' || g.kind || ':' || g.code = any(regexp_split_to_array(a.expression, '\\s+'))
                    where g.id = wanted and g.owner_id = liaison_reader())
$$;

-- Audiences that name a group that has ended and that the viewer knew.
create function members_audiences_of_ended() returns setof integer
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select distinct a.id from members_audience a join members_group g
        on g.ended_at is not null and (g.kind <> 'group' or g.owner_id = liaison_reader())
       and a.expression ~ ('(^|[ -])' || g.kind || ':([A-Z0-9-]+,)*' || g.code || '(,|\\s|$)')
$$;

revoke all on function members_end_body(uuid, boolean), members_turn_records(uuid, boolean),
    members_end_group(uuid), members_group_excludes(uuid), members_audiences_of_ended() from public;
grant execute on function members_end_body(uuid, boolean), members_turn_records(uuid, boolean),
    members_end_group(uuid), members_group_excludes(uuid), members_audiences_of_ended() to liaison_app;
"""
VERBS = ("admit", "connect", "renew", "appoint", "resume", "deputise", "group", "key", "end", "show")


class Migration(migrations.Migration):
    dependencies = [("members", "0010_body_keys")]

    operations = [
        migrations.AddField("reader", "records_hidden_at", models.DateTimeField(null=True)),
        migrations.AddField("group", "ended_at", models.DateTimeField(null=True)),
        migrations.AlterField(
            "membershipchange",
            "verb",
            models.CharField(choices=[(verb, verb.title()) for verb in VERBS], max_length=12),
        ),
        migrations.AddConstraint(
            "reader",
            models.CheckConstraint(
                condition=models.Q(records_hidden_at__isnull=True) | models.Q(ended_at__isnull=False),
                name="only_who_ended_has_hidden_records",
            ),
        ),
        migrations.RunSQL([(statement, None) for statement in POLICIES]),
        migrations.RunSQL(WORKS + ENDS),
    ]
