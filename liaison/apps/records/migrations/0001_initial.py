"""Records of every kind, and the right of their readers to the entries, contents and keys behind them.

New table and policies; under 0.1 s; reversible while empty.
"""

import django.db.models.deletion
from django.db import migrations, models

import liaison.rows.ids
from liaison.rows.security import secure

READER = "(select liaison_reader())"
OWN = f"source_id = {READER}"
ON_BEHALF = (
    "(select liaison_has_right('import_lists')) and source_id in "
    "(select r.id from members_reader r where r.kind = 'partner')"
)
RELEASED = (
    f"audience_id in (select held.audience_id from members_audience_reader held where held.reader_id = {READER}) "
    "and level <= (select liaison_level()) and status = 'active'"
)

# A scalar subquery looks at one row by its key. IN or EXISTS may be hashed, which reads the whole table for each
# statement (measured: 250 ms for 20 records among 105,000; so 0.5 ms).
READABLE_BEHIND = """
create policy entry_of_a_visible_record on audit_entry for select to liaison_app
    using ((select true from records_record r where r.id = audit_entry.subject));
create policy content_of_a_visible_record on audit_content for select to liaison_app
    using ((select true from records_record r where r.id = audit_content.subject));
create policy key_of_a_visible_record on audit_key for select to liaison_app
    using ((select true from records_record r where r.id = audit_key.subject));
"""
NO_LONGER = """
drop policy entry_of_a_visible_record on audit_entry;
drop policy content_of_a_visible_record on audit_content;
drop policy key_of_a_visible_record on audit_key;
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [("rows", "0001_initial"), ("audit", "0001_initial"), ("members", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Record",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        primary_key=True, default=liaison.rows.ids.new_id, editable=False, serialize=False
                    ),
                ),
                ("reference", models.CharField(max_length=20, unique=True)),
                ("kind", models.CharField(max_length=40)),
                ("declared_version", models.SmallIntegerField()),
                ("level", models.SmallIntegerField(default=1)),
                (
                    "status",
                    models.CharField(
                        choices=[("active", "Active"), ("withdrawn", "Withdrawn"), ("erased", "Erased")],
                        default="active",
                        max_length=10,
                    ),
                ),
                ("entered_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField()),
                ("expires_on", models.DateField()),
                ("foreign_key", models.CharField(blank=True, max_length=200)),
                ("version", models.IntegerField(default=1)),
                ("entry_id", models.UUIDField()),
                (
                    "audience",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="members.audience"
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="members.reader"
                    ),
                ),
            ],
            options={
                "db_table": "records_record",
                "indexes": [
                    models.Index(fields=["kind", "status", "-id"], name="record_by_kind"),
                    models.Index(fields=["expires_on"], name="record_by_expiry"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=~models.Q(foreign_key=""),
                        fields=("source", "kind", "foreign_key"),
                        name="a_source_uses_its_own_key_once",
                    ),
                    models.CheckConstraint(
                        condition=~models.Q(status="erased") | models.Q(foreign_key=""),
                        name="an_erased_record_keeps_no_foreign_key",
                    ),
                ],
            },
        ),
        secure(
            "records_record",
            select=f"{OWN} or ({ON_BEHALF}) or ({RELEASED})",
            insert=f"{OWN} or ({ON_BEHALF})",
            update=f"{OWN} or ({ON_BEHALF})",
            delete=None,
            system="select,update",
        ),
        migrations.RunSQL(READABLE_BEHIND, NO_LONGER),
    ]
