"""What a yente client is told while the index cannot answer."""

import pytest
from django.test import Client

from liaison.apps.members import public as members
from liaison.apps.members.public import Role
from liaison.apps.screening.asgi import tokens
from tests.factories.members import a_viewer

pytestmark = pytest.mark.postgres
BASE = "/api/v1/yente"


class TestGivenTheIndexIsNotReady:
    def test_it_says_so_and_answers_nothing(self, committed_db):
        tokens.forget()
        officer = a_viewer("QN", Role.FRONTLINE_OFFICER)
        headers = {"Authorization": f"ApiKey {members.issue_token(by=officer, label='test', days=1)}"}

        assert Client().get(f"{BASE}/healthz").status_code == 200
        assert Client().get(f"{BASE}/readyz").status_code == 503
        assert Client().get(f"{BASE}/catalog", headers=headers).status_code == 503
        tokens.forget()
