"""Which signature covers a record's current version. A nullable column; under 0.1 s; reversible.

It is a pointer and no proof: a row that points at another signature is a row that none covers.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0004_restrictions"), ("signatures", "0001_initial")]

    operations = [migrations.AddField("record", "signing_id", models.UUIDField(null=True))]
