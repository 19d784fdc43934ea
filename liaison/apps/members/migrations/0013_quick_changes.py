r"""A change of membership works out anew whom audiences hold for the bodies that it concerns, not for everybody.

Replaced functions, another primary key; 2 s with 600,000 rows of `members_audience_reader`; reversible. With 5,000
audiences and 200 bodies a suspension took 7 s and takes 0.2 s.

Whether an audience holds a body depends on that body, on the one that connects it and on the groups of both, and on
nobody else; so `members_expand_audiences` takes the bodies that changed, and looks at the agencies that they connect,
too. Without bodies it does everything, for the day of the founding. As before, a group that has ended adds nobody and
still takes away whom it held on its last day.

Those rows are kept in the order of their readers, so that a change of one body writes to few pages: in the order of
audiences it was a page for each, and after a checkpoint 6 MB of write-ahead log for 2,300 rows.

Interning a new audience and changing membership wait for each other: each would else miss what the other has not
committed yet, and an audience could hold for ever who has been taken out of its group.
"""

from importlib import import_module

import django.db.models.deletion
from django.db import migrations, models

_groups = import_module("liaison.apps.members.migrations.0005_groups")
_ends = import_module("liaison.apps.members.migrations.0011_ends")
LOCK = "hashtextextended('liaison audiences', 0)"
HOLDERS = r"""
create or replace function members_holders_among(ids integer[], expressions text[], among uuid[])
returns table (audience integer, reader uuid)
language sql stable set search_path = pg_catalog, public, pg_temp as $$
    with bodies as materialized (
        select b.id, b.parent_id, b.code, b.parent_code, b.body_kind from members_bodies() b
         where b.in_force and (among is null or b.id = any(among) or b.parent_id = any(among))
    ), halves as (
        select asked.id, regexp_split_to_array(asked.expression, '\s+-') as words
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
    ), means as materialized (
        select 'all' as kind, '' as code, b.id as reader, true as still_adds from bodies b
         where b.body_kind in ('bureau', 'regional_body', 'secretariat')
        union all
        select 'list', b.code, b.id, true from bodies b
        union all
        select 'list', b.parent_code, b.id, true from bodies b where b.parent_code <> ''
        union all
        select g.kind, g.code, b.id, g.ended_at is null from members_group g
            join members_group_member m on m.group_id = g.id
            join bodies b on b.id = m.reader_id or b.parent_id = m.reader_id
    )
    select n.id, m.reader from named n
      join means m on m.kind = n.kind and m.code = n.code and (m.still_adds or not n.adds)
     group by n.id, m.reader having bool_and(n.adds)
$$;

create or replace function members_holders(ids integer[], expressions text[])
returns table (audience integer, reader uuid)
language sql stable set search_path = pg_catalog, public, pg_temp as $$
    select h.audience, h.reader from members_holders_among(ids, expressions, null) h
$$;
"""
EXPANDS = f"""
drop function members_expand_audiences();
create function members_expand_audiences(changed uuid[] default null) returns void
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    if not (liaison_has_right('administer_members') or liaison_has_right('approve_members')
            or liaison_has_right('admit_members')) then
        raise exception 'the viewer may not expand audiences';
    end if;
    perform pg_advisory_xact_lock({LOCK});
    with concerned as materialized (
        select r.id from members_reader r where changed is null or r.id = any(changed) or r.parent_id = any(changed)
    ), asked as (
        select array_agg(a.id order by a.id) as ids, array_agg(a.expression::text order by a.id) as expressions
          from members_audience a
    ), wanted as materialized (
        select h.audience, h.reader
          from asked, members_holders_among(asked.ids, asked.expressions, changed) h
    ), there as materialized (
        select held.audience_id as audience, held.reader_id as reader
          from concerned join members_audience_reader held on held.reader_id = concerned.id
    ), gone as (
        delete from members_audience_reader held
         using (select audience, reader from there except select audience, reader from wanted) less
         where held.audience_id = less.audience and held.reader_id = less.reader
    )
    insert into members_audience_reader (audience_id, reader_id)
        select audience, reader from wanted except select audience, reader from there
        on conflict do nothing;
end $$;

create or replace function members_intern_audience(wanted text) returns integer
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    found integer;
begin
    if not members_names_only_known(wanted) then
        raise exception 'the viewer does not know a group of this audience';
    end if;
    select id into found from members_audience where expression = wanted;
    if found is not null then
        return found;
    end if;
    perform pg_advisory_xact_lock_shared({LOCK});
    insert into members_audience (expression) values (wanted)
        on conflict (expression) do update set expression = excluded.expression returning id into found;
    insert into members_audience_reader (audience_id, reader_id)
        select found, reader from members_readers_of(wanted) as reader on conflict do nothing;
    return found;
end $$;

revoke all on function members_holders_among(integer[], text[], uuid[]), members_expand_audiences(uuid[]) from public;
grant execute on function members_expand_audiences(uuid[]) to liaison_app;
"""


def _as_before(name: str, said: str) -> str:
    """Return the definition that a function had in the migration that this one replaces."""
    start = said.index(f"function {name}(")
    end = said.index("$$;", start) + len("$$;")
    return f"create or replace {said[start:end]}"


BACKWARD = [
    "drop function members_expand_audiences(uuid[])",
    _as_before("members_holders", _ends.ENDS),
    _as_before("members_expand_audiences", _groups.FUNCTIONS),
    _as_before("members_intern_audience", _groups.FUNCTIONS),
    "revoke all on function members_expand_audiences() from public",
    "grant execute on function members_expand_audiences() to liaison_app",
    "drop function members_holders_among(integer[], text[], uuid[])",
]


BY_READER = [
    "alter table members_audience_reader drop constraint members_audience_reader_pkey",
    "alter table members_audience_reader add primary key (reader_id, audience_id)",
]
BY_AUDIENCE = [BY_READER[0], "alter table members_audience_reader add primary key (audience_id, reader_id)"]


def _key(*columns: str) -> models.CompositePrimaryKey:
    return models.CompositePrimaryKey(*columns, blank=True, editable=False, primary_key=True, serialize=False)


def _to(model: str, *, db_index: bool) -> models.ForeignKey:
    return models.ForeignKey(db_index=db_index, on_delete=django.db.models.deletion.CASCADE, to=f"members.{model}")


class Migration(migrations.Migration):
    dependencies = [("members", "0012_publishers")]
    operations = [
        migrations.RunSQL(
            sql=[(statement, None) for statement in BY_READER],
            reverse_sql=[(statement, None) for statement in BY_AUDIENCE],
            state_operations=[migrations.AlterField("audiencereader", "pk", _key("reader_id", "audience_id"))],
        ),
        migrations.AlterField("audiencereader", "audience", _to("audience", db_index=True)),
        migrations.AlterField("audiencereader", "reader", _to("reader", db_index=False)),
        migrations.RunSQL(
            sql=[(HOLDERS, None), (EXPANDS, None)],
            reverse_sql=[(statement, None) for statement in BACKWARD],
        ),
    ]
