"""Spot checks, signals and the words about them; looks of agencies for their bureau; since when looks are kept, by policy.

New tables and policies; under 0.3 s; reversible while empty.
"""

import django.db.models.deletion
from django.db import migrations, models

import liaison.rows.ids
from liaison.rows.security import secure

READER = "(select liaison_reader())"
USER = "(select liaison_user())"
OVERSEES = "(select liaison_has_right('oversee'))"
AUDITS = "(select liaison_has_right('audit'))"
JUDGES = "(select liaison_has_right('judge_looks'))"


def of_agencies(column: str) -> str:
    """Return the condition that a row belongs to an agency that the viewer's body connects."""
    return f"{column} in (select r.id from members_reader r where r.parent_id = {READER})"


JUDGES_ITS_BODY = f"({JUDGES} and (reader_id = {READER} or {of_agencies('reader_id')}))"
JUDGES_IT = f"(officer <> {USER} and ({JUDGES_ITS_BODY} or {OVERSEES}))"
IS_ASKED = f"(officer = {USER} and judged_by is null and state in ('asked', 'answered'))"

LOOKS_OF_AGENCIES = f"""
create policy event_of_an_agency on audit_event for select to liaison_app
    using ({of_agencies("reader")} and {AUDITS} and standing = ''
           and (kind not in ('inspection', 'opening') or {JUDGES}));
create policy event_subject_of_an_agency on audit_event_subject for select to liaison_app
    using ({of_agencies("reader")} and {AUDITS} and standing = ''
           and kind in ('query', 'view', 'export', 'print', 'delivery'));
"""
OF_OWN_PEOPLE = """
drop policy event_subject_of_an_agency on audit_event_subject;
drop policy event_of_an_agency on audit_event;
"""

KEPT_BY_POLICY = """
create policy policy_owner on policies_change for select to liaison_owner using (true);
create or replace function audit_looks_kept_since() returns timestamptz
language sql stable security definer set search_path = pg_catalog, public as $$
    select least(
        public.liaison_now() - interval '30 days',
        public.liaison_now() - make_interval(months => coalesce((
            select c.value from public.policies_change c
             where c.name = 'audit.events_months' and c.status = 'approved' and c.effective_at <= public.liaison_now()
             order by c.effective_at desc, c.decided_at desc limit 1), 36)::integer))
$$;
"""
KEPT_THIRTY_DAYS = """
create or replace function audit_looks_kept_since() returns timestamptz
language sql stable security invoker set search_path = pg_catalog, public as $$
    select public.liaison_now() - interval '30 days'
$$;
drop policy policy_owner on policies_change;
"""
ONLY_THESE_COLUMNS = """
revoke update on looks_spot_check, looks_signal from liaison_app;
grant update (state, answered_at, judged_by, judged_at) on looks_spot_check to liaison_app;
grant update (state, decided_by, decided_at) on looks_signal to liaison_app;
"""


class Migration(migrations.Migration):
    """See the module's docstring."""

    initial = True

    dependencies = [
        ("audit", "0002_looks"),
        ("members", "0004_membership"),
        ("policies", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Round",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=liaison.rows.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("reader_id", models.UUIDField()),
                ("kind", models.CharField(choices=[("draw", "Draw"), ("signals", "Signals")], max_length=8)),
                ("day", models.DateField()),
            ],
            options={
                "db_table": "looks_round",
                "constraints": [
                    models.UniqueConstraint(fields=("reader_id", "kind", "day"), name="a_body_has_one_round_a_period")
                ],
            },
        ),
        migrations.CreateModel(
            name="Signal",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=liaison.rows.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("reference", models.CharField(max_length=20, unique=True)),
                ("reader_id", models.UUIDField()),
                ("officer", models.UUIDField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("one_record", "one_record"),
                            ("out_of_hours", "out_of_hours"),
                            ("fruitless", "fruitless"),
                            ("repeated", "repeated"),
                        ],
                        max_length=16,
                    ),
                ),
                ("subject", models.UUIDField(null=True)),
                ("measure", models.IntegerField()),
                ("usual", models.IntegerField()),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField()),
                ("raised_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "Open"), ("dismissed", "Dismissed"), ("followed", "Followed")],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("decided_by", models.UUIDField(null=True)),
                ("decided_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "looks_signal",
                "indexes": [models.Index(fields=["reader_id", "state", "-raised_at"], name="signal_of_a_body")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "open")),
                        fields=("reader_id", "officer", "kind", "subject"),
                        name="what_stands_out_is_open_once",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state", "open"), ("decided_by__isnull", False), _connector="OR"),
                        name="a_decided_signal_names_who_decided",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided_by__isnull", True),
                            models.Q(("decided_by", models.F("officer")), _negated=True),
                            _connector="OR",
                        ),
                        name="nobody_decides_a_signal_about_himself",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Words",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=liaison.rows.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("about", models.UUIDField()),
                ("reader_id", models.UUIDField()),
                ("officer", models.UUIDField()),
                ("author", models.UUIDField()),
                ("at", models.DateTimeField()),
                ("text", models.CharField(max_length=1000)),
            ],
            options={
                "db_table": "looks_words",
                "indexes": [models.Index(fields=["about"], name="words_about_something")],
            },
        ),
        migrations.CreateModel(
            name="SpotCheck",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=liaison.rows.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("reference", models.CharField(max_length=20, unique=True)),
                ("reader_id", models.UUIDField()),
                ("officer", models.UUIDField()),
                ("event_id", models.UUIDField()),
                ("event_at", models.DateTimeField()),
                ("drawn_at", models.DateTimeField()),
                ("answer_by", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "Asked"),
                            ("answered", "Answered"),
                            ("accepted", "Accepted"),
                            ("escalated", "Escalated"),
                        ],
                        default="asked",
                        max_length=10,
                    ),
                ),
                ("answered_at", models.DateTimeField(null=True)),
                ("judged_by", models.UUIDField(null=True)),
                ("judged_at", models.DateTimeField(null=True)),
                (
                    "signal",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="checks",
                        to="looks.signal",
                    ),
                ),
            ],
            options={
                "db_table": "looks_spot_check",
                "indexes": [
                    models.Index(fields=["officer", "state"], name="spot_check_of_an_officer"),
                    models.Index(fields=["reader_id", "state", "answer_by"], name="spot_check_of_a_body"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("event_id",), name="a_query_is_checked_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ("asked", "answered")), ("judged_by__isnull", False), _connector="OR"
                        ),
                        name="a_judged_check_names_who_judged",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("judged_by__isnull", True),
                            models.Q(("judged_by", models.F("officer")), _negated=True),
                            _connector="OR",
                        ),
                        name="nobody_judges_his_own_query",
                    ),
                ],
            },
        ),
        secure(
            "looks_round",
            select=JUDGES_ITS_BODY,
            insert=JUDGES_ITS_BODY,
            update=None,
            delete=None,
            system="select,delete",
        ),
        secure(
            "looks_signal",
            select=JUDGES_IT,
            insert=JUDGES_ITS_BODY,
            update=JUDGES_IT,
            delete=None,
            system="select,delete",
        ),
        secure(
            "looks_spot_check",
            select=f"officer = {USER} or {JUDGES_IT}",
            insert=JUDGES_IT,
            update=f"{IS_ASKED} or {JUDGES_IT}",
            delete=None,
            system="select,delete",
        ),
        secure(
            "looks_words",
            select=f"author = {USER} or {JUDGES_IT}",
            insert=f"author = {USER} and (officer = {USER} or {JUDGES_IT})",
            update=None,
            delete=JUDGES_IT,
            system="select,delete",
        ),
        migrations.RunSQL(ONLY_THESE_COLUMNS, migrations.RunSQL.noop),
        migrations.RunSQL(LOOKS_OF_AGENCIES, OF_OWN_PEOPLE),
        migrations.RunSQL(KEPT_BY_POLICY, KEPT_THIRTY_DAYS),
    ]
