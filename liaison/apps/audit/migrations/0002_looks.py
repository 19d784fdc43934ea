"""Who may know of whose looks, and months of looks that go one by one.

`standing` says that somebody looked in the independence of oversight or of the commission: bureaus never see those. Looks of
before have none; there was no such look at a record then. A new index for readers who are not the source of a record; 3 s a
million looks. Reversible: what was let go stays in the ledger.
"""

from django.db import migrations

OVERSEES = "(select liaison_has_right('oversee'))"
AUDITS = "(select liaison_has_right('audit'))"
JUDGES = "(select liaison_has_right('judge_looks'))"
READER = "(select liaison_reader())"
USER = "(select liaison_user())"

ABOUT_LOOKS = "('inspection', 'opening')"
AT_A_RECORD = "('query', 'view', 'export', 'print', 'delivery', 'glass')"
OVERSIGHT = f"({OVERSEES} and standing <> 'commission')"

EVENT = (
    f"actor = {USER}"
    f" or (reader = {READER} and {AUDITS} and standing <> 'oversight' and (kind not in {ABOUT_LOOKS} or {JUDGES}))"
    f" or {OVERSIGHT}"
)
SUBJECT = (
    f"(reader = {READER} and standing <> 'oversight' and kind in {AT_A_RECORD})"
    f" or (source = {READER} and standing = '' and kind in {AT_A_RECORD})"
    f" or {OVERSIGHT}"
)
EVENT_BEFORE = f"reader = {READER} or {OVERSEES}"
SUBJECT_BEFORE = f"reader = {READER} or source = {READER} or {OVERSEES}"

COLUMNS = """
alter table audit_event add column standing text not null default '' check (standing in ('', 'oversight', 'commission'));
alter table audit_event_subject add column standing text not null default ''
    check (standing in ('', 'oversight', 'commission'));
create index audit_event_subject_of_reader on audit_event_subject (reader, subject, at);
"""
WITHOUT_COLUMNS = """
drop index audit_event_subject_of_reader;
alter table audit_event_subject drop column standing;
alter table audit_event drop column standing;
"""

MONTHS = """
create policy event_owner on audit_event for select to liaison_owner using (true);
create policy root_owner on audit_event_root for select to liaison_owner using (true);

create function audit_looks_kept_since() returns timestamptz
language sql stable set search_path = pg_catalog, public as $$
    select public.liaison_now() - interval '30 days'
$$;
comment on function audit_looks_kept_since() is 'from when on looks are kept in any case';

create function audit_let_a_month_go(moment timestamptz)
returns table (month text, kept_since text, looks bigint)
language plpgsql security definer set search_path = pg_catalog, public set timezone = 'UTC' set lock_timeout = '2s' as $$
declare
    first_kept date := date_trunc('month', moment)::date;
    first date;
    ends timestamptz;
    parent text;
    without bigint;
begin
    if moment > public.audit_looks_kept_since() then
        raise exception 'looks are kept longer than that';
    end if;
    perform pg_advisory_xact_lock(hashtext('audit_ensure_months'));
    select min(to_date(right(child.relname, 7), 'YYYY_MM')) into first
      from pg_inherits join pg_class child on child.oid = inhrelid join pg_class over on over.oid = inhparent
     where over.relname = any(public.audit_partitioned());
    if first is null or first >= first_kept then
        return;
    end if;
    ends := (first + interval '1 month')::timestamptz;
    select count(*),
           count(*) filter (where not exists (
               select from public.audit_event_root r join public.audit_leaf l on l.entry_id = r.entry_id
                where r.event_id = e.id and r.event_at = e.at))
      into looks, without
      from public.audit_event e where e.at >= first::timestamptz and e.at < ends;
    if without > 0 then
        raise exception '% looks of % are covered by no numbered entry of the ledger yet', without, to_char(first, 'YYYY-MM');
    end if;
    foreach parent in array public.audit_partitioned() loop
        execute format('drop table if exists public.%I', parent || to_char(first, '"_"YYYY"_"MM'));
    end loop;
    month := to_char(first, 'YYYY-MM');
    kept_since := to_char(ends, 'YYYY-MM');
    return next;
end
$$;

revoke execute on function audit_let_a_month_go(timestamptz), audit_drop_months_before(timestamptz) from public, liaison_system;
grant execute on function audit_let_a_month_go(timestamptz) to liaison_system;
"""
ALL_AT_ONCE = """
grant execute on function audit_drop_months_before(timestamptz) to liaison_system;
drop function audit_let_a_month_go(timestamptz);
drop function audit_looks_kept_since();
drop policy root_owner on audit_event_root;
drop policy event_owner on audit_event;
"""


class Migration(migrations.Migration):
    """See the module's docstring."""

    dependencies = [("audit", "0001_initial")]

    operations = [
        migrations.RunSQL(COLUMNS, WITHOUT_COLUMNS),
        migrations.RunSQL(
            [(f"alter policy app_select on audit_event using ({EVENT})", None)],
            [(f"alter policy app_select on audit_event using ({EVENT_BEFORE})", None)],
        ),
        migrations.RunSQL(
            [(f"alter policy app_select on audit_event_subject using ({SUBJECT})", None)],
            [(f"alter policy app_select on audit_event_subject using ({SUBJECT_BEFORE})", None)],
        ),
        migrations.RunSQL(MONTHS, ALL_AT_ONCE),
    ]
