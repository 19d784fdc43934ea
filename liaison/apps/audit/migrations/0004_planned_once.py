"""What a page reads of contents and entries is planned once for a session, not for each page. 5 ms; reversible.

The policies of entries and contents ask four tables: planning a look at one took 0.5 to 0.9 ms, longer than the look.
The functions have the rights of their caller, so that the policies hold in them as outside. The plan is the same
whatever is asked for: all of them look by key, also in a session that planned when the tables were empty.
"""

from django.db import migrations

_MADE = (
    "language plpgsql stable set search_path = pg_catalog, public, pg_temp set plan_cache_mode = force_generic_plan"
    " set enable_seqscan = off as $$\n"
    "#variable_conflict use_column\n"
    "begin return query"
)
FORWARD = f"""
create function audit_contents(wanted uuid[]) returns table (entry_id uuid, subject uuid, sealed bytea)
{_MADE}
    select c.entry_id, c.subject, c.sealed from audit_content c
      join audit_key k on k.subject = c.subject where c.entry_id = any(wanted);
end $$;

create function audit_newest_with_content(wanted uuid[]) returns table (subject uuid, entry_id uuid)
{_MADE}
    select asked.subject, (
        select e.id from audit_entry e where e.subject = asked.subject and e.content_digest is not null
         order by e.position desc limit 1)
      from unnest(wanted) as asked (subject);
end $$;

create function audit_history(wanted uuid) returns table (
    id uuid, seq bigint, at timestamptz, action text, kind text, actor uuid, source uuid, has_content boolean)
{_MADE}
    select e.id, l.seq, e.at, e.action, e.kind, e.actor, e.source, e.content_digest is not null
      from audit_entry e left join audit_leaf l on l.entry_id = e.id where e.subject = wanted order by e.position;
end $$;

revoke all on function audit_contents(uuid[]), audit_newest_with_content(uuid[]), audit_history(uuid) from public;
grant execute on function audit_contents(uuid[]), audit_newest_with_content(uuid[]), audit_history(uuid) to liaison_app;
grant execute on function audit_newest_with_content(uuid[]) to liaison_system;
"""
BACKWARD = "drop function audit_contents(uuid[]), audit_newest_with_content(uuid[]), audit_history(uuid)"


class Migration(migrations.Migration):
    dependencies = [("audit", "0003_no_temporary_tables_first")]
    operations = [migrations.RunSQL(sql=[(FORWARD, None)], reverse_sql=[(BACKWARD, None)])]
