"""The keys by which bodies put their names to records. A new table; under 0.1 s; reversible while empty.

A key comes in only in the very transaction in which a second person decides it, and only ever narrows after that.
"""

import django.db.models.deletion
from django.db import migrations, models

import liaison.rows.ids
from liaison.rows.security import secure

READER = "(select liaison_reader())"
USER = "(select liaison_user())"
LOOKS_AFTER = "((select liaison_has_right('administer_members')) or (select liaison_has_right('approve_members')))"
DECIDED = (
    "change_id in (select c.id from members_change c where c.verb = 'key' and c.status = 'approved'"
    f" and c.asker_id = {READER} and c.decider_id = {READER} and c.decided_by = {USER}"
    " and c.decided_at >= liaison_now() and c.document ->> 'key' = key_id)"
)

NARROWS = """
revoke update on table members_body_key from liaison_app;
grant update (rehearsed_at, replaced_at, revoked_at, void_from) on table members_body_key to liaison_app;

create function members_body_key_narrows() returns trigger
language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
    if old.revoked_at is not null or new.replaced_at is distinct from coalesce(old.replaced_at, new.replaced_at)
       or new.replaced_at > liaison_now() or new.revoked_at > liaison_now() or new.rehearsed_at > liaison_now() then
        raise exception 'a key that was replaced or revoked stays so';
    end if;
    return new;
end $$;
create trigger body_key_narrows before update on members_body_key
    for each row execute function members_body_key_narrows();
"""
NO_LONGER = """
drop trigger body_key_narrows on members_body_key;
drop function members_body_key_narrows();
"""


def choices(*values: str) -> list[tuple[str, str]]:
    """Return the choices as the model writes them."""
    return [(value, value.title()) for value in values]


class Migration(migrations.Migration):
    dependencies = [("members", "0009_machines")]

    operations = [
        migrations.AlterField(
            "membershipchange",
            "verb",
            models.CharField(
                choices=choices("admit", "connect", "renew", "appoint", "resume", "deputise", "group", "key"),
                max_length=12,
            ),
        ),
        migrations.CreateModel(
            name="BodyKey",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        primary_key=True, default=liaison.rows.ids.new_id, editable=False, serialize=False
                    ),
                ),
                ("key_id", models.CharField(max_length=43, unique=True)),
                ("signing_key", models.BinaryField(max_length=32)),
                ("opening_key", models.BinaryField(max_length=32)),
                ("shares_needed", models.SmallIntegerField()),
                ("shares", models.SmallIntegerField()),
                ("enrolled_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("rehearsed_at", models.DateTimeField(null=True)),
                ("replaced_at", models.DateTimeField(null=True)),
                ("revoked_at", models.DateTimeField(null=True)),
                ("void_from", models.DateTimeField(null=True)),
                (
                    "change",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="body_key",
                        to="members.membershipchange",
                    ),
                ),
                (
                    "reader",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="body_keys", to="members.reader"
                    ),
                ),
            ],
            options={
                "db_table": "members_body_key",
                "indexes": [models.Index(fields=["reader", "-enrolled_at"], name="body_key_by_reader")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(expires_at__gt=models.F("enrolled_at")),
                        name="a_body_key_ends_after_it_began",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(revoked_at__isnull=True, void_from__isnull=True)
                        | models.Q(revoked_at__isnull=False, void_from__lte=models.F("revoked_at")),
                        name="a_revoked_key_says_from_when_it_is_void",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(shares_needed__gte=2, shares_needed__lte=models.F("shares")),
                        name="no_officer_restores_a_key_alone",
                    ),
                ],
            },
        ),
        secure(
            "members_body_key",
            select="true",
            insert=f"reader_id = {READER} and {DECIDED}",
            update=f"reader_id = {READER} and {LOOKS_AFTER}",
            delete=None,
            system="select",
        ),
        migrations.RunSQL(NARROWS, NO_LONGER),
    ]
