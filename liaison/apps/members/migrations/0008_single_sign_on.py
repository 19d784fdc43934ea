"""Which identity of a provider an account is connected to. A new table and a function; under 0.1 s; not reversible."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from liaison.rows.ids import new_id
from liaison.rows.security import secure

OWN = "user_id = (select liaison_user())"
FUNCTION = """
create policy identity_owner on members_identity for select to liaison_owner using (true);

-- A door knows an identity before it knows a viewer: it learns the account of exactly that one.
create function members_identity_account(said_issuer text, said_subject text) returns uuid
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select user_id from members_identity where issuer = said_issuer and subject = said_subject
$$;
revoke all on function members_identity_account(text, text) from public;
grant execute on function members_identity_account(text, text) to liaison_app;
"""


class Migration(migrations.Migration):
    dependencies = [("members", "0007_second_factors")]

    operations = [
        migrations.CreateModel(
            name="Identity",
            fields=[
                ("id", models.UUIDField(default=new_id, editable=False, primary_key=True, serialize=False)),
                ("issuer", models.CharField(max_length=255)),
                ("subject", models.CharField(max_length=255)),
                ("connected_at", models.DateTimeField()),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="identities",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "members_identity",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("issuer", "subject"), name="an_identity_is_connected_to_one_account"
                    ),
                    models.UniqueConstraint(
                        fields=("user", "issuer"), name="an_account_is_connected_once_to_a_provider"
                    ),
                ],
            },
        ),
        secure("members_identity", select=OWN, insert=OWN, delete=OWN, system=""),
        migrations.RunSQL(FUNCTION),
    ]
