"""The models and the migrations say the same."""

import io

import pytest
from django.core.management import call_command

from tests.suite_database import SuiteDatabase


@pytest.mark.postgres
def test_every_change_of_a_model_has_its_migration(committed_db: SuiteDatabase):
    said = io.StringIO()
    try:
        call_command("makemigrations", check_changes=True, dry_run=True, stdout=said)
    except SystemExit:
        pytest.fail(said.getvalue())
