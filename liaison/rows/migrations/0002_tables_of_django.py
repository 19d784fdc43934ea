"""Say of Django's own tables who may do what. They hold no police data. 5 ms; reversible."""

from django.db import migrations

from liaison.rows.security import open_table

READ = "select"


class Migration(migrations.Migration):
    dependencies = [
        ("rows", "0001_initial"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("sessions", "0001_initial"),
    ]
    operations = [
        open_table(
            "django_session", reason="a session is found by its secret key before anybody is known", system=""
        ),
        open_table("django_content_type", reason="names of models, no data", app=READ, system=READ),
        open_table("auth_permission", reason="names of Django's permissions, which nothing here asks for", app=READ),
        open_table("auth_group", reason="unused: rights come from members", app=READ),
        open_table("auth_group_permissions", reason="unused: rights come from members", app=READ),
    ]
