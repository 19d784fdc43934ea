"""Emergency openings: a table that the doors may only read and add proposals to, and functions that do the rest.

New table and functions, and policies by which those functions (which run as the owner) read records, contents and
events; under 0.1 s; reversible while empty.

What injected SQL cannot do, and why. It runs as `liaison_app` with the token of one verified viewer, so:
- it cannot approve what this viewer asked for: `glass_decide` asks the verified token, and a constraint says it again;
- it cannot change what was asked for after somebody has read it, nor when it ends: no role of the doors may update;
- it cannot read through the glass unseen: `glass_row` and `glass_content` want a look of this very user at this very
  record and this very opening, for the right sources, that another transaction has committed;
- it cannot list: each call answers one reference, and the number of different records is bounded by the same looks.
"""

import django.db.models.deletion
from django.db import migrations, models

import liaison.rows.ids
from liaison.rows.security import secure

READER = "(select liaison_reader())"
USER = "(select liaison_user())"


def holds(right: str) -> str:
    """Return the condition that the viewer holds a right."""
    return f"(select liaison_has_right('{right}'))"


def of_kind(column: str, kinds: str) -> str:
    """Return the condition that a body is of one of these kinds."""
    return f"{column} in (select r.id from members_reader r where r.kind in ({kinds}))"


PARTIES = "'bureau', 'regional_body', 'secretariat'"
PARTNER = of_kind("source_id", "'partner'")
SOURCES = of_kind("source_id", f"{PARTIES}, 'partner'")
HUMAN = f"exists (select from members_user u where u.id = {USER} and not u.is_system)"
ANSWERS = (
    f"(source_id = {READER} or ({holds('import_lists')} and {PARTNER}))"
    f" and ({holds('audit')} or {holds('enter_records')})"
)
TOLD = f"{ANSWERS} and decided_at is not null and status in ('approved', 'ended')"
SEES = (
    f"asked_by = {USER} or decided_by = {USER}"
    f" or (asker_id = {READER} and {holds('audit')})"
    f" or (decider_id = {READER} and {holds('approve_glass')})"
    f" or ({TOLD}) or {holds('oversee')}"
)
ASKS = (
    f"{holds('break_glass')} and asked_by = {USER} and asker_id = {READER} and status = 'proposed'"
    " and asked_at = liaison_now() and waits_until between liaison_now() and liaison_now() + interval '24 hours'"
    " and num_nonnulls(decided_by, decided_at, ends_at, ended_by, ended_at, acknowledged_by, acknowledged_at) = 0"
    f" and {of_kind('asker_id', PARTIES)} and {of_kind('decider_id', PARTIES)}"
    f" and {SOURCES} and {HUMAN}"
)

READABLE_BEHIND = """
create policy entry_of_a_visible_opening on audit_entry for select to liaison_app
    using ((select true from glass_opening o where o.id = audit_entry.subject));
create policy content_of_a_visible_opening on audit_content for select to liaison_app
    using ((select true from glass_opening o where o.id = audit_content.subject));
create policy glass_owner on glass_opening to liaison_owner using (true) with check (true);
create policy glass_reads_content on audit_content for select to liaison_owner using (true);
create policy glass_reads_event on audit_event for select to liaison_owner using (true);
create policy glass_reads_event_subject on audit_event_subject for select to liaison_owner using (true);
"""

VERBS = """
-- Whether one of two persons has made, or last confirmed, the other's account.
create function glass_made_the_other(one uuid, other uuid) returns boolean
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select exists (select from members_user u where (u.id = one and u.confirmed_by = other)
                                                 or (u.id = other and u.confirmed_by = one))
$$;

create function glass_decide(wanted uuid, approves boolean, up_to integer) returns boolean
language sql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
    update glass_opening o
       set status = case when approves then 'approved' else 'rejected' end,
           decided_by = liaison_user(), decided_at = liaison_now(),
           level = case when approves then up_to else o.level end,
           ends_at = case when approves then liaison_now() + o.hours * interval '1 hour' end
     where o.id = wanted and o.status = 'proposed' and o.waits_until > liaison_now()
       and o.decider_id = liaison_reader() and liaison_has_right('approve_glass')
       and o.asked_by <> liaison_user() and not glass_made_the_other(o.asked_by, liaison_user())
       and exists (select from members_user u where u.id = liaison_user() and not u.is_system)
       and up_to between 1 and 3
    returning true
$$;

-- Whether the viewer may speak for the source of an opening that was approved.
create function glass_answers(opening glass_opening) returns boolean
language sql stable set search_path = pg_catalog, public, pg_temp as $$
    select opening.decided_at is not null and opening.status in ('approved', 'ended')
       and (liaison_has_right('audit') or liaison_has_right('enter_records'))
       and (opening.source_id = liaison_reader() or (liaison_has_right('import_lists') and exists (
               select from members_reader r where r.id = opening.source_id and r.kind = 'partner')))
$$;

create function glass_end(wanted uuid) returns boolean
language sql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
    update glass_opening o set status = 'ended', ended_by = liaison_user(), ended_at = liaison_now()
     where o.id = wanted
       and ((o.status = 'proposed' and o.waits_until > liaison_now() and o.asked_by = liaison_user())
         or (o.status = 'approved' and o.ends_at > liaison_now()
             and (o.asked_by = liaison_user() or glass_answers(o)
                  or (o.decider_id = liaison_reader() and liaison_has_right('approve_glass')))))
    returning true
$$;

create function glass_acknowledge(wanted uuid) returns boolean
language sql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
    update glass_opening o set acknowledged_by = liaison_user(), acknowledged_at = liaison_now()
     where o.id = wanted and o.acknowledged_at is null and glass_answers(o) returning true
$$;
"""

READING = """
-- The opening in force by which the viewer himself may see records.
create function glass_of_mine(wanted uuid) returns setof glass_opening
language sql stable set search_path = pg_catalog, public, pg_temp as $$
    select o.* from glass_opening o
     where o.id = wanted and o.status = 'approved' and o.asked_by = liaison_user() and o.asker_id = liaison_reader()
       and o.decided_by <> o.asked_by and o.ends_at > liaison_now() and liaison_has_right('break_glass')
$$;

-- The record that an opening in force shows to the viewer under this reference: of the source or of its agencies, of a
-- database that his body may ask, and up to the level that he is vetted for or that the second person named.
create function glass_behind(wanted uuid, called text) returns setof records_record
language sql stable set search_path = pg_catalog, public, pg_temp as $$
    select r.* from glass_of_mine(wanted) o join records_record r on r.reference = called
      join members_reader b on b.id = r.source_id and (b.id = o.source_id or b.parent_id = o.source_id)
     where r.status <> 'erased' and r.level <= greatest(liaison_level(), o.level)
       and ('*' = any(liaison_queries()) or r.kind = any(liaison_queries()))
       and (o.named = '[]'::jsonb or o.named ? r.reference)
$$;

create function glass_find(wanted uuid, called text) returns table (id uuid, source_id uuid)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select r.id, r.source_id from glass_behind(wanted, called) r
$$;

-- How many different records an opening has shown before the first look at this one.
create function glass_shown_before(wanted uuid, seen uuid) returns bigint
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    with shown as (
        select s.subject, min(s.at) as at from audit_event_subject mine
          join audit_event_subject s on s.event_id = mine.event_id and s.at = mine.at
         where mine.subject = wanted and mine.kind = 'glass' and s.subject <> wanted group by s.subject
    )
    select count(*) from shown s
     where s.subject <> seen and s.at < coalesce((select m.at from shown m where m.subject = seen), 'infinity')
$$;

-- Whether this look was committed by another transaction. `xmin` has the lower 32 of the 64 bits that a status is asked
-- with; the upper ones are those of the snapshot, as no two numbers in use are half the circle apart.
create function glass_looked(wanted uuid, told uuid, seen uuid, seen_source uuid, look uuid) returns boolean
language plpgsql stable set search_path = pg_catalog, public, pg_temp as $$
declare
    looked record;
    next bigint := pg_snapshot_xmax(pg_current_snapshot())::text::bigint;
    written bigint;
begin
    select e.at, e.xmin::text::bigint as xmin into looked from audit_event e
     where e.id = look and e.kind = 'glass' and e.actor = liaison_user() and e.reader = liaison_reader()
       and e.at between liaison_now() - interval '1 minute' and liaison_now() + interval '1 minute';
    if not found then
        return false;
    end if;
    written := (next >> 32 << 32) | looked.xmin;
    if written >= next + (1::bigint << 31) then
        written := written - (1::bigint << 32);
    elsif written < next - (1::bigint << 31) then
        written := written + (1::bigint << 32);
    end if;
    if written >= next or written < 3 then
        return false;
    end if;
    return pg_xact_status(written::text::xid8) = 'committed'
       and 2 = (select count(*) from audit_event_subject s
                 where s.event_id = look and s.at = looked.at and s.kind = 'glass' and s.reader = liaison_reader()
                   and (s.subject, s.source) in ((seen, seen_source), (wanted, told)));
end $$;

create function glass_row(wanted uuid, called text, look uuid) returns setof records_record
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select r.* from glass_of_mine(wanted) o, glass_behind(wanted, called) r
     where glass_looked(wanted, o.source_id, r.id, r.source_id, look) and glass_shown_before(wanted, r.id) < o.records_max
$$;

create function glass_content(wanted uuid, called text, look uuid) returns bytea
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select c.sealed from glass_row(wanted, called, look) r join audit_content c on c.entry_id = r.entry_id
$$;
"""
RIGHTS = """
revoke all on function glass_made_the_other(uuid, uuid), glass_decide(uuid, boolean, integer), glass_answers(glass_opening),
    glass_end(uuid), glass_acknowledge(uuid), glass_of_mine(uuid), glass_behind(uuid, text), glass_find(uuid, text),
    glass_shown_before(uuid, uuid), glass_looked(uuid, uuid, uuid, uuid, uuid), glass_row(uuid, text, uuid),
    glass_content(uuid, text, uuid) from public;
grant execute on function glass_made_the_other(uuid, uuid), glass_decide(uuid, boolean, integer), glass_end(uuid),
    glass_acknowledge(uuid), glass_find(uuid, text), glass_shown_before(uuid, uuid), glass_row(uuid, text, uuid),
    glass_content(uuid, text, uuid) to liaison_app;
"""
BACKWARD = """
drop function glass_content(uuid, text, uuid), glass_row(uuid, text, uuid),
    glass_looked(uuid, uuid, uuid, uuid, uuid), glass_shown_before(uuid, uuid), glass_find(uuid, text),
    glass_behind(uuid, text), glass_of_mine(uuid), glass_acknowledge(uuid), glass_end(uuid),
    glass_answers(glass_opening), glass_decide(uuid, boolean, integer), glass_made_the_other(uuid, uuid);
drop policy entry_of_a_visible_opening on audit_entry;
drop policy content_of_a_visible_opening on audit_content;
drop policy glass_owner on glass_opening;
drop policy glass_reads_content on audit_content;
drop policy glass_reads_event on audit_event;
drop policy glass_reads_event_subject on audit_event_subject;
"""


def to_reader() -> models.ForeignKey:
    """Return the column that points at a body."""
    return models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="members.reader")


def at() -> models.DateTimeField:
    """Return a column for a moment that is still to come."""
    return models.DateTimeField(null=True)


def somebody() -> models.UUIDField:
    """Return a column for an account that nobody has yet."""
    return models.UUIDField(null=True)


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("rows", "0003_databases_of_a_viewer"),
        ("audit", "0001_initial"),
        ("members", "0011_ends"),
        ("records", "0007_content_rights"),
    ]

    operations = [
        migrations.CreateModel(
            name="Opening",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        primary_key=True, default=liaison.rows.ids.new_id, editable=False, serialize=False
                    ),
                ),
                ("reference", models.CharField(max_length=20, unique=True)),
                (
                    "ground",
                    models.CharField(
                        max_length=24,
                        choices=[
                            ("danger_to_life", "Somebody's life is in danger now"),
                            ("security_incident", "The security of police data is broken or about to be"),
                            ("court_order", "A court orders it"),
                        ],
                    ),
                ),
                ("purpose", models.CharField(max_length=16)),
                ("named", models.JSONField(default=list)),
                ("hours", models.SmallIntegerField()),
                ("records_max", models.SmallIntegerField()),
                ("asker", to_reader()),
                ("decider", to_reader()),
                ("source", to_reader()),
                (
                    "status",
                    models.CharField(
                        max_length=10,
                        choices=[(one, one) for one in ("proposed", "approved", "rejected", "ended")],
                        default="proposed",
                    ),
                ),
                ("asked_by", models.UUIDField()),
                ("asked_at", models.DateTimeField()),
                ("waits_until", models.DateTimeField()),
                ("decided_by", somebody()),
                ("decided_at", at()),
                ("level", models.SmallIntegerField(default=1)),
                ("ends_at", at()),
                ("ended_by", somebody()),
                ("ended_at", at()),
                ("acknowledged_by", somebody()),
                ("acknowledged_at", at()),
            ],
            options={
                "db_table": "glass_opening",
                "indexes": [
                    models.Index(fields=["source", "-asked_at"], name="opening_by_source"),
                    models.Index(fields=["decider", "status"], name="opening_by_decider"),
                    models.Index(fields=["asker", "-asked_at"], name="opening_by_asker"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(decided_by__isnull=True) | ~models.Q(decided_by=models.F("asked_by")),
                        name="who_asks_for_an_opening_never_decides_it",
                    ),
                    models.CheckConstraint(
                        condition=~models.Q(asker=models.F("decider")) & ~models.Q(asker=models.F("source")),
                        name="an_opening_is_between_bodies",
                    ),
                    models.CheckConstraint(
                        condition=~models.Q(status="approved")
                        | models.Q(decided_by__isnull=False, decided_at__isnull=False, ends_at__isnull=False),
                        name="an_open_glass_has_a_second_person_and_an_end",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(hours__range=(1, 72), records_max__range=(1, 200)),
                        name="an_opening_is_bounded",
                    ),
                ],
            },
        ),
        secure("glass_opening", select=SEES, insert=ASKS, update=None, delete=None, system="select"),
        migrations.RunSQL(READABLE_BEHIND + VERBS + READING + RIGHTS, BACKWARD),
    ]
