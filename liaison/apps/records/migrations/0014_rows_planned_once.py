"""The rows behind the ids that an index proposed are planned once for a session, not for each question. 5 ms; reversible.

The policy of records asks six things and four tables: to plan a look at a few rows took longer than the look. The
function has the rights of its caller, so that the policy holds in it as outside. It looks by key whatever is asked
for, also in a session that planned when the table was empty.
"""

from django.db import migrations

FORWARD = """
create function records_rows_of(wanted uuid[]) returns setof records_record
language plpgsql stable set search_path = pg_catalog, public, pg_temp set plan_cache_mode = force_generic_plan
set enable_seqscan = off as $$
begin
    return query select r.* from records_record r where r.id = any(wanted) and r.status <> 'erased';
end $$;
revoke all on function records_rows_of(uuid[]) from public;
grant execute on function records_rows_of(uuid[]) to liaison_app;
"""
BACKWARD = "drop function records_rows_of(uuid[])"


class Migration(migrations.Migration):
    dependencies = [("records", "0013_parts")]
    operations = [migrations.RunSQL(sql=[(FORWARD, None)], reverse_sql=[(BACKWARD, None)])]
