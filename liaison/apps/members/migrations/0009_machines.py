"""Jobs of machines, and which bureau is told of a private partner's matches.

A column with a default; 10 ms; reversible.
"""

from django.db import migrations, models

ROLES = [
    ("frontline_officer", "Frontline officer"),
    ("bureau_officer", "Bureau officer"),
    ("bureau_supervisor", "Bureau supervisor"),
    ("bureau_administrator", "Administrator of a bureau or body"),
    ("data_protection_officer", "Data-protection officer"),
    ("security_officer", "Security officer"),
    ("list_operator", "List operator of the secretariat"),
    ("policy_officer", "Policy officer of the secretariat"),
    ("membership_officer", "Membership officer of the secretariat"),
    ("auditor", "Auditor"),
    ("commission_member", "Member of the commission"),
    ("lane_reader", "Lane reader (a machine)"),
    ("partner_program", "Program of a private partner"),
]


class Migration(migrations.Migration):
    dependencies = [("members", "0008_single_sign_on")]
    operations = [
        migrations.AlterField("user", "role", models.CharField(max_length=32, choices=ROLES)),
        migrations.AddField(
            "agreement", "matches_to", models.CharField(blank=True, default="", max_length=12), preserve_default=False
        ),
    ]
