"""The content of a record, and of what was reported about it, is opened only to who may read records or oversees.

One more policy, which narrows the others: an administrator, a data-protection or a security officer of a source could
read its content in the ledger, though no page showed it to him. Under 0.1 s; reversible.
"""

from django.db import migrations

FORWARD = """
create policy record_owner on records_record for select to liaison_owner using (true);
create policy error_report_owner on records_error_report for select to liaison_owner using (true);

create function records_holds_content(wanted uuid) returns boolean
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select exists (select from records_record r where r.id = wanted)
        or exists (select from records_error_report e where e.id = wanted)
$$;
revoke all on function records_holds_content(uuid) from public;
grant execute on function records_holds_content(uuid) to liaison_app;

create policy content_needs_a_right on audit_content as restrictive for select to liaison_app using (
    (select liaison_has_right('read_records') or liaison_has_right('oversee')) or not records_holds_content(subject));
"""
BACKWARD = """
drop policy content_needs_a_right on audit_content;
drop function records_holds_content(uuid);
drop policy error_report_owner on records_error_report;
drop policy record_owner on records_record;
"""


class Migration(migrations.Migration):
    dependencies = [("records", "0006_ended_sources"), ("audit", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
