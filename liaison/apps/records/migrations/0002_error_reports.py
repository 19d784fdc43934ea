"""Reported errors, and the right of source and reporter to the words behind them.

New table and policies; under 0.1 s; reversible while empty.
"""

import django.db.models.deletion
from django.db import migrations, models

import liaison.rows.ids
from liaison.rows.security import secure

READER = "(select liaison_reader())"
ANSWERS = (
    f"source_id = {READER} or ((select liaison_has_right('import_lists')) and source_id in "
    "(select r.id from members_reader r where r.kind = 'partner'))"
)
WORKS = "(select liaison_has_right('enter_records')) or (select liaison_has_right('erase_records'))"
REPORTS = (
    f"reporter_id = {READER} and reported_by = (select liaison_user()) "
    "and (source_id, level) = (select r.source_id, r.level from records_record r where r.id = record_id)"
)

READABLE_BEHIND = """
create policy entry_of_a_visible_report on audit_entry for select to liaison_app
    using ((select true from records_error_report r where r.id = audit_entry.subject));
create policy content_of_a_visible_report on audit_content for select to liaison_app
    using ((select true from records_error_report r where r.id = audit_content.subject));
create policy key_of_a_visible_report on audit_key for select to liaison_app
    using ((select true from records_error_report r where r.id = audit_key.subject));
"""
NO_LONGER = """
drop policy entry_of_a_visible_report on audit_entry;
drop policy content_of_a_visible_report on audit_content;
drop policy key_of_a_visible_report on audit_key;
"""

WHAT = ("wrong_person", "wrong_field", "out_of_date", "should_not_be", "other")
STATUS = ("open", "acknowledged", "answered")
OUTCOME = ("corrected", "kept", "withdrawn")


def choices(values: tuple[str, ...]) -> list[tuple[str, str]]:
    """Return the choices as the model writes them."""
    return [(value, value.replace("_", " ").title()) for value in values]


class Migration(migrations.Migration):
    dependencies = [("members", "0003_contacts"), ("records", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="ErrorReport",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=liaison.rows.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("reference", models.CharField(max_length=20, unique=True)),
                ("reported_by", models.UUIDField()),
                ("level", models.SmallIntegerField()),
                ("what", models.CharField(choices=choices(WHAT), max_length=16)),
                ("field", models.CharField(blank=True, max_length=120)),
                ("status", models.CharField(choices=choices(STATUS), default="open", max_length=12)),
                ("outcome", models.CharField(blank=True, choices=choices(OUTCOME), max_length=10)),
                ("reported_at", models.DateTimeField()),
                ("acknowledge_by", models.DateTimeField()),
                ("answer_by", models.DateTimeField()),
                ("acknowledged_at", models.DateTimeField(null=True)),
                ("answered_at", models.DateTimeField(null=True)),
                (
                    "record",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="errors", to="records.record"
                    ),
                ),
                (
                    "reporter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="members.reader"
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
                "db_table": "records_error_report",
                "indexes": [
                    models.Index(fields=["source", "status", "answer_by"], name="error_report_by_source"),
                    models.Index(fields=["reporter", "status", "answer_by"], name="error_report_by_reporter"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=~models.Q(status="answered")
                        | (~models.Q(outcome="") & models.Q(answered_at__isnull=False)),
                        name="an_answered_report_has_an_outcome",
                    )
                ],
            },
        ),
        secure(
            "records_error_report",
            select=f"({ANSWERS}) or (reporter_id = {READER} and level <= (select liaison_level()))",
            insert=REPORTS,
            update=f"({WORKS}) and ({ANSWERS})",
            delete=None,
            system="select,update",
        ),
        migrations.RunSQL(READABLE_BEHIND, NO_LONGER),
    ]
