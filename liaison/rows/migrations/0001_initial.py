"""Who is looking and what time it is, as PostgreSQL knows it. 10 ms on an empty database; reversible.

`liaison_viewer_fields()` verifies the signed token of the transaction (HMAC-SHA256 after RFC 2104, with core's sha256)
and returns its fields, or null. It runs as the owner, who alone may read the key. The comparison hashes both sides
once more, so that its time tells nothing about the code that would have been right.
"""

from django.db import migrations

FORWARD = [
    """
    create table public.liaison_viewer_key (
        id text primary key,
        inner_pad bytea not null constraint inner_pad_is_one_block check (length(inner_pad) = 64),
        outer_pad bytea not null constraint outer_pad_is_one_block check (length(outer_pad) = 64)
    )
    """,
    "revoke all on table public.liaison_viewer_key from public",
    "comment on table public.liaison_viewer_key is 'owner: read by liaison_viewer_fields() alone'",
    """
    create table public.liaison_clock (
        id integer primary key default 1 constraint there_is_one_clock check (id = 1),
        ahead interval not null default interval '0'
    )
    """,
    "insert into public.liaison_clock default values",
    "revoke all on table public.liaison_clock from public",
    "grant select on table public.liaison_clock to liaison_app, liaison_system",
    "comment on table public.liaison_clock is 'open: how far tests moved the clock; only the owner writes it'",
    """
    create function public.liaison_now() returns timestamptz
    language sql stable parallel safe
    set search_path = pg_catalog, pg_temp
    return now() + (select c.ahead from public.liaison_clock c where c.id = 1)
    """,
    r"""
    create function public.liaison_viewer_fields() returns text[]
    language plpgsql stable security definer parallel restricted
    set search_path = pg_catalog, pg_temp
    as $$
    declare
        token text := current_setting('liaison.viewer', true);
        payload text;
        fields text[];
        expected bytea;
    begin
        if token is null or token = '' then
            return null;
        end if;
        payload := split_part(token, '.', 1);
        fields := string_to_array(payload, '|');
        if array_length(fields, 1) is distinct from 7 then
            return null;
        end if;
        select sha256(k.outer_pad || sha256(k.inner_pad || convert_to(payload, 'UTF8')))
          into expected
          from public.liaison_viewer_key k
         where k.id = fields[1];
        if expected is null
           or sha256(convert_to(split_part(token, '.', 2), 'UTF8')) <> sha256(convert_to(encode(expected, 'hex'), 'UTF8'))
           or fields[6]::integer <> pg_backend_pid()
           or fields[7]::bigint < extract(epoch from clock_timestamp())
        then
            return null;
        end if;
        return fields;
    end
    $$
    """,
    "revoke all on function public.liaison_viewer_fields() from public",
    *(
        f"""
        create function public.{name} returns {answer}
        language sql stable security definer parallel restricted
        set search_path = pg_catalog, pg_temp
        return {expression}
        """
        for name, answer, expression in (
            ("liaison_reader()", "uuid", "(public.liaison_viewer_fields())[2]::uuid"),
            ("liaison_user()", "uuid", "(public.liaison_viewer_fields())[3]::uuid"),
            ("liaison_level()", "integer", "(public.liaison_viewer_fields())[4]::integer"),
            (
                "liaison_has_right(wanted text)",
                "boolean",
                "coalesce(wanted = any (string_to_array((public.liaison_viewer_fields())[5], ',')), false)",
            ),
        )
    ),
    "grant select on table public.django_migrations to liaison_app, liaison_system",
    "comment on table public.django_migrations is 'open: which migrations ran; serve asks before it starts'",
]

BACKWARD = [
    "drop function public.liaison_has_right(text)",
    "drop function public.liaison_level()",
    "drop function public.liaison_user()",
    "drop function public.liaison_reader()",
    "drop function public.liaison_viewer_fields()",
    "drop function public.liaison_now()",
    "drop table public.liaison_clock",
    "drop table public.liaison_viewer_key",
]


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.RunSQL(
            sql=[(statement, None) for statement in FORWARD],
            reverse_sql=[(statement, None) for statement in BACKWARD],
        )
    ]
