"""The ledger, the content of records, and the events in their monthly partitions.

New tables: no lock on existing ones, under 0.2 s; reversible while empty. The doors' role may insert and read here and
never update or delete; entries, leaves and nodes can be updated and deleted by no role of a running installation.
"""

from django.db import migrations, models

from liaison.ledger.tree import EMPTY_ROOT, Frontier
from liaison.rows.security import open_table, secure

OVERSEES = "(select liaison_has_right('oversee'))"
OWN = f"source = (select liaison_reader()) or {OVERSEES}"
SIGNED_IN = "(select liaison_user()) is not null"

TABLES = f"""
create sequence audit_position;
grant usage on sequence audit_position to liaison_app, liaison_system;

alter table audit_entry
    add constraint entry_is_salted check (octet_length(salt) = 32),
    add constraint content_digest_is_whole check (content_digest is null or octet_length(content_digest) = 32);
alter table audit_leaf add constraint leaf_is_a_hash check (octet_length(leaf) = 32);
alter table audit_node add constraint node_is_a_hash check (octet_length(hash) = 32);
alter table audit_key add constraint key_is_wrapped check (octet_length(wrapped) = 60);
create index audit_entry_of_erasure on audit_entry (subject) where action like '%.erased';
alter table audit_content alter column sealed set storage external;
alter table audit_pending set (autovacuum_vacuum_threshold = 10000, autovacuum_vacuum_scale_factor = 0);
alter table audit_event_pending set (autovacuum_vacuum_threshold = 10000, autovacuum_vacuum_scale_factor = 0);

insert into audit_tree (id, size, frontier, root)
values (1, 0, '\\x{Frontier().to_bytes().hex()}'::bytea, '\\x{EMPTY_ROOT.hex()}'::bytea);
"""

EVENTS = """
create table audit_event (
    id uuid not null,
    at timestamptz not null,
    kind text not null,
    actor uuid not null,
    reader uuid not null,
    purpose text not null,
    count bigint not null check (count >= 0),
    salt bytea not null check (octet_length(salt) = 32),
    body bytea not null,
    primary key (id, at)
) partition by range (at);
create index audit_event_of_reader on audit_event (reader, at);
create index audit_event_of_actor on audit_event (actor, at);

create table audit_event_subject (
    event_id uuid not null,
    at timestamptz not null,
    subject uuid not null,
    source uuid not null,
    reader uuid not null,
    kind text not null,
    purpose text not null,
    primary key (subject, at, event_id)
) partition by range (at);
create index audit_event_subject_of_event on audit_event_subject (event_id);

create table audit_event_root (
    entry_id uuid not null,
    at timestamptz not null,
    position integer not null check (position >= 0),
    event_id uuid not null,
    event_at timestamptz not null,
    leaf bytea not null check (octet_length(leaf) = 32),
    primary key (entry_id, position, at)
) partition by range (at);
create index audit_event_root_of_event on audit_event_root (event_id);
"""

DROP_EVENTS = "drop table audit_event_root, audit_event_subject, audit_event cascade;"

MONTHS = """
create function audit_partitioned() returns text[] language sql immutable as $$
    select array['audit_event', 'audit_event_subject', 'audit_event_root']
$$;

create function audit_ensure_months(ahead integer) returns tstzrange
language plpgsql security definer set search_path = pg_catalog, public set timezone = 'UTC' as $$
declare
    this_month date := date_trunc('month', public.liaison_now())::date;
    month date;
    parent text;
    part text;
begin
    if ahead not between 1 and 24 then
        raise exception 'partitions are made for 1 to 24 months ahead, not %', ahead;
    end if;
    perform pg_advisory_xact_lock(hashtext('audit_ensure_months'));
    for number in -1 .. ahead loop
        month := (this_month + make_interval(months => number))::date;
        foreach parent in array public.audit_partitioned() loop
            part := parent || to_char(month, '"_"YYYY"_"MM');
            if to_regclass('public.' || part) is null then
                execute format('create table public.%I (like public.%I including all)', part, parent);
                execute format('alter table public.%I enable row level security', part);
                execute format('alter table public.%I force row level security', part);
                execute format(
                    'alter table public.%I attach partition public.%I for values from (%L) to (%L)',
                    parent, part, month::timestamptz, (month + interval '1 month')::timestamptz);
            end if;
        end loop;
    end loop;
    return tstzrange((this_month - interval '1 month')::timestamptz,
                     (this_month + make_interval(months => ahead + 1))::timestamptz);
end
$$;

create function audit_drop_months_before(moment timestamptz) returns integer
language plpgsql security definer set search_path = pg_catalog, public set timezone = 'UTC' as $$
declare
    first_kept date := date_trunc('month', moment)::date;
    part record;
    dropped integer := 0;
begin
    if moment > public.liaison_now() - interval '30 days' then
        raise exception 'events younger than 30 days are not dropped';
    end if;
    for part in
        select child.relname from pg_inherits
        join pg_class child on child.oid = inhrelid join pg_class parent on parent.oid = inhparent
        where parent.relname = any(public.audit_partitioned())
          and to_date(right(child.relname, 7), 'YYYY_MM') < first_kept
    loop
        execute format('drop table public.%I', part.relname);
        dropped := dropped + 1;
    end loop;
    return dropped;
end
$$;

revoke execute on function audit_ensure_months(integer), audit_drop_months_before(timestamptz) from public;
grant execute on function audit_ensure_months(integer) to liaison_app, liaison_system;
grant execute on function audit_drop_months_before(timestamptz) to liaison_system;
select audit_ensure_months(2);
"""

DROP_MONTHS = """
drop function audit_drop_months_before(timestamptz);
drop function audit_ensure_months(integer);
drop function audit_partitioned();
"""


class Migration(migrations.Migration):
    """See the module's docstring."""

    initial = True
    dependencies = [("rows", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Entry",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("position", models.BigIntegerField(unique=True)),
                ("at", models.DateTimeField()),
                ("action", models.TextField()),
                ("kind", models.TextField()),
                ("subject", models.UUIDField()),
                ("actor", models.UUIDField()),
                ("source", models.UUIDField()),
                ("content_digest", models.BinaryField(null=True)),
                ("salt", models.BinaryField()),
                ("body", models.BinaryField()),
            ],
            options={
                "db_table": "audit_entry",
                "indexes": [models.Index(fields=["subject", "position"], name="audit_entry_of_subject")],
            },
        ),
        migrations.CreateModel(
            name="Pending",
            fields=[
                ("position", models.BigIntegerField(primary_key=True, serialize=False)),
                ("entry_id", models.UUIDField()),
            ],
            options={"db_table": "audit_pending"},
        ),
        migrations.CreateModel(
            name="Leaf",
            fields=[
                ("seq", models.BigIntegerField(primary_key=True, serialize=False)),
                ("entry_id", models.UUIDField(unique=True)),
                ("leaf", models.BinaryField()),
            ],
            options={
                "db_table": "audit_leaf",
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("seq__gte", 1)), name="leaves_are_numbered_from_one")
                ],
            },
        ),
        migrations.CreateModel(
            name="Node",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "level", "index", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("level", models.SmallIntegerField()),
                ("index", models.BigIntegerField()),
                ("hash", models.BinaryField()),
            ],
            options={
                "db_table": "audit_node",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(index__gte=0, level__gte=1), name="nodes_stand_above_leaves"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Tree",
            fields=[
                ("id", models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("size", models.BigIntegerField()),
                ("frontier", models.BinaryField()),
                ("root", models.BinaryField()),
            ],
            options={
                "db_table": "audit_tree",
                "constraints": [models.CheckConstraint(condition=models.Q(("id", 1)), name="there_is_one_tree")],
            },
        ),
        migrations.CreateModel(
            name="Checkpoint",
            fields=[
                ("size", models.BigIntegerField(primary_key=True, serialize=False)),
                ("root", models.BinaryField()),
                ("note", models.TextField()),
                ("at", models.DateTimeField()),
                ("cosignatures", models.TextField(default="")),
            ],
            options={"db_table": "audit_checkpoint"},
        ),
        migrations.CreateModel(
            name="Content",
            fields=[
                ("entry_id", models.UUIDField(primary_key=True, serialize=False)),
                ("subject", models.UUIDField()),
                ("source", models.UUIDField()),
                ("kind", models.TextField()),
                ("sealed", models.BinaryField()),
            ],
            options={
                "db_table": "audit_content",
                "indexes": [models.Index(fields=["subject"], name="audit_content_of_subject")],
            },
        ),
        migrations.CreateModel(
            name="Key",
            fields=[
                ("subject", models.UUIDField(primary_key=True, serialize=False)),
                ("bucket", models.SmallIntegerField()),
                ("kek_version", models.IntegerField()),
                ("wrapped", models.BinaryField()),
            ],
            options={
                "db_table": "audit_key",
                "indexes": [models.Index(fields=["bucket"], name="audit_key_of_bucket")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("bucket__gte", 0), ("bucket__lt", 256)), name="key_lies_in_a_bucket"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CursorRow",
            fields=[
                ("name", models.TextField(primary_key=True, serialize=False)),
                ("seq", models.BigIntegerField()),
            ],
            options={
                "db_table": "audit_cursor",
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("seq__gte", 0)), name="cursor_stands_in_the_ledger")
                ],
            },
        ),
        migrations.CreateModel(
            name="PendingEvent",
            fields=[
                ("event_id", models.UUIDField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
            ],
            options={"db_table": "audit_event_pending"},
        ),
        migrations.RunSQL(TABLES, "drop sequence audit_position;"),
        migrations.RunSQL(EVENTS, DROP_EVENTS),
        migrations.RunSQL(MONTHS, DROP_MONTHS),
        secure("audit_entry", select=OWN, insert="actor = (select liaison_user())", system="select,insert"),
        secure("audit_content", select=OWN, insert=SIGNED_IN, system="select,delete"),
        secure(
            "audit_event",
            select=f"reader = (select liaison_reader()) or {OVERSEES}",
            insert="true",
            system="select",
        ),
        secure(
            "audit_event_subject",
            select=f"reader = (select liaison_reader()) or {OWN}",
            insert="true",
            system="select",
        ),
        secure("audit_event_root", select=OVERSEES, insert=None, system="select,insert"),
        open_table(
            "audit_pending",
            reason="ids of entries that have no number yet; only the sequencer reads them",
            app="insert",
            system="select,insert,delete",
        ),
        open_table(
            "audit_event_pending",
            reason="ids of events that no root covers yet; only the sequencer reads them",
            app="insert",
            system="select,delete",
        ),
        open_table(
            "audit_leaf", reason="salted hashes, which everyone may see", app="select", system="select,insert"
        ),
        open_table(
            "audit_node", reason="hashes of hashes, which everyone may see", app="select", system="select,insert"
        ),
        open_table("audit_tree", reason="size and root of the ledger", app="select", system="select,update"),
        open_table(
            "audit_checkpoint",
            reason="signed size and root, made to be published",
            app="select",
            system="select,insert,update",
        ),
        open_table(
            "audit_cursor", reason="how far each follower has come", app="select", system="select,insert,update"
        ),
        open_table(
            "audit_key",
            reason="wrapped keys, of no use without the content row that its policy shows and the key files",
            app="select,insert",
            system="select,update,delete",
        ),
    ]
