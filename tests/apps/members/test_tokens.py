"""Tokens: no more than their account, not for longer, not from elsewhere, and never to be read again."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client

from liaison.apps.audit import public as audit
from liaison.apps.members import people
from liaison.apps.members import public as members
from liaison.apps.members.models import AccessToken
from liaison.apps.policies import public as policies
from liaison.refusal import Absent, NotAllowed, Refused
from liaison.rows.viewing import viewing
from liaison.viewer import Level, Purpose, Right
from tests.factories.members import PASSWORD, a_code, a_viewer

pytestmark = pytest.mark.django_db
ADMINISTRATOR, OFFICER = members.Role.BUREAU_ADMINISTRATOR, members.Role.BUREAU_OFFICER


@pytest.fixture(autouse=True)
def event_writer():
    yield
    audit.stop_event_writer()


def used(secret, address="192.0.2.7"):
    return members.viewer_of_token(members.token_digest(secret), address)


def a_system(by, code="QM"):
    job = members.Job(OFFICER, Level.RESTRICTED)
    return members.add_system("register.system", "Register", reader=code, job=job, by=by).id


class TestGivenAToken:
    def test_it_may_what_its_account_may(self):
        viewer = a_viewer("QM", OFFICER, purpose=Purpose.LOCATE)

        assert used(members.issue_token(by=viewer, label="desk")) == viewer

    def test_with_fewer_rights_it_may_less_and_never_more(self):
        viewer = a_viewer("QM", OFFICER)
        scope = members.Scope(rights=frozenset({Right.QUERY}))

        narrow = used(members.issue_token(by=viewer, label="desk", scope=scope))

        assert narrow.rights == {Right.QUERY}
        for rights, problem in (({Right.QUERY, Right.IMPORT_LISTS}, "have the right"), (set(), "without a right")):
            with pytest.raises(Refused, match=problem):
                members.issue_token(by=viewer, label="desk", scope=members.Scope(rights=frozenset(rights)))

    def test_a_right_that_the_account_lost_is_gone_from_the_token(self):
        viewer = a_viewer("QM", OFFICER)
        scope = members.Scope(rights=frozenset({Right.QUERY, Right.ENTER_RECORDS}))
        secret = members.issue_token(by=viewer, label="desk", scope=scope)

        members.change_job(
            viewer.user_id, members.Job(members.Role.FRONTLINE_OFFICER), by=a_viewer("QM", ADMINISTRATOR)
        )

        assert used(secret).rights == {Right.QUERY}

    @pytest.mark.parametrize(
        ("address", "admitted"),
        [
            ("192.0.2.0", True),
            ("192.0.2.255", True),
            ("192.0.3.0", False),
            ("::ffff:192.0.2.9", True),
            ("2001:db8::1", True),
            ("2001:db8:1::1", False),
            ("", False),
            ("nonsense", False),
        ],
    )
    def test_it_works_from_its_networks_alone(self, address, admitted):
        scope = members.Scope(networks=("192.0.2.7/24", "2001:db8::/48"))
        secret = members.issue_token(by=a_viewer("QM", OFFICER), label="desk", scope=scope)

        assert (used(secret, address) is not None) is admitted

    @pytest.mark.parametrize("network", ["here", "300.0.0.1", "192.0.2.0/33", "192.0.2.0/24; drop"])
    def test_what_is_no_network_is_refused(self, network):
        with pytest.raises(Refused, match="neither an address nor a range"):
            members.issue_token(by=a_viewer("QM", OFFICER), label="desk", scope=members.Scope(networks=(network,)))

    @pytest.mark.parametrize(("days", "taken"), [(0, False), (1, True), (30, True), (31, False)])
    def test_it_holds_as_long_as_the_policy_allows(self, days, taken):
        viewer = a_viewer("QM", OFFICER)

        if taken:
            assert used(members.issue_token(by=viewer, label="desk", days=days))
        else:
            with pytest.raises(Refused, match=f"1 to 30 days, not {days}"):
                members.issue_token(by=viewer, label="desk", days=days)

    def test_without_days_it_holds_as_long_as_the_policy_of_that_day_allows(self, clock):
        asks, decides = a_viewer("XS", members.Role.POLICY_OFFICER), a_viewer("XS", members.Role.POLICY_OFFICER)
        policies.approve(policies.propose("members.token_days", 3, reason="Because of a test.", by=asks), by=decides)
        clock.move(seconds=1)
        viewer = a_viewer("QM", OFFICER)
        members.issue_token(by=viewer, label="desk")

        (card,) = members.tokens(viewer)

        assert card.expires_at - card.created_at == timedelta(days=3)

    def test_it_is_ended_by_its_account_and_by_whoever_looks_after_it(self):
        viewer, him, stranger = a_viewer("QM", OFFICER), a_viewer("QM", ADMINISTRATOR), a_viewer("QN", ADMINISTRATOR)
        secrets = [members.issue_token(by=viewer, label=str(n)) for n in range(2)]
        first, second = members.tokens(viewer)
        colleague = a_viewer("QM", OFFICER)

        for other in (stranger, colleague):
            with pytest.raises(Absent):
                members.revoke_token(first.id, by=other)
        members.revoke_token(first.id, by=viewer)
        members.revoke_token(second.id, by=him)

        assert [used(secret) for secret in secrets] == [None, None]
        with pytest.raises(Absent):
            members.revoke_token(first.id, by=viewer)

    def test_a_new_password_from_somebody_else_ends_every_token(self):
        viewer = a_viewer("QM", OFFICER)
        secret = members.issue_token(by=viewer, label="desk")

        people.new_password(viewer.user_id, by=a_viewer("QM", ADMINISTRATOR))

        assert used(secret) is None

    def test_the_rows_alone_show_nobody_elses(self):
        viewer, stranger = a_viewer("QM", OFFICER), a_viewer("QN", OFFICER)
        secret = members.issue_token(by=viewer, label="desk")

        with viewing(stranger), connection.cursor() as cursor:
            assert not AccessToken.objects.exists()
            cursor.execute("update members_access_token set revoked_at = now()")
            assert cursor.rowcount == 0
        assert not AccessToken.objects.exists(), "nobody at all without a viewer"
        assert used(secret) == viewer


class TestGivenASystemAccount:
    def test_it_has_no_password_and_its_administrator_issues_its_tokens(self):
        him = a_viewer("QM", ADMINISTRATOR)
        user_id = a_system(him)

        secret = members.issue_system_token(user_id, purpose=Purpose.SECURITY_CHECK, label="vehicle register", by=him)

        viewer = used(secret)
        assert (viewer.reader_code, viewer.purpose, viewer.level) == ("QM", Purpose.SECURITY_CHECK, Level.RESTRICTED)
        with pytest.raises(Refused, match="has no password"):
            people.new_password(user_id, by=him)
        for password in ("", PASSWORD):
            page = Client().post("/sign-in/", {"sign_in_name": "register.system", "password": password})
            assert page.status_code != 302

    def test_nobody_else_issues_them(self):
        him = a_viewer("QM", ADMINISTRATOR)
        user_id = a_system(him)

        with pytest.raises(Absent):
            members.issue_system_token(user_id, purpose=Purpose.LOCATE, label="x", by=a_viewer("QN", ADMINISTRATOR))
        with pytest.raises(NotAllowed):
            members.issue_system_token(user_id, purpose=Purpose.LOCATE, label="x", by=a_viewer("QM", OFFICER))
        with pytest.raises(Refused, match="own purpose"):
            members.issue_system_token(user_id, purpose=Purpose.SYSTEM, label="x", by=him)

    def test_nobody_issues_a_token_for_another_person(self):
        person, him = a_viewer("QM", OFFICER), a_viewer("QM", ADMINISTRATOR)

        with pytest.raises(Absent):
            members.issue_system_token(person.user_id, purpose=Purpose.LOCATE, label="x", by=him)


class TestGivenTheInterface:
    def ask(self, **more):
        body = {"sign_in_name": "voss.qm", "password": PASSWORD, "purpose": "identify", "label": "test"} | more
        return Client().post("/api/v1/tokens", body, content_type="application/json", REMOTE_ADDR="192.0.2.7")

    def test_a_token_is_got_with_rights_and_networks(self):
        code = a_code(a_viewer("QM", OFFICER, name="voss.qm"))

        answer = self.ask(code=code, days=2, rights=["query"], networks=["192.0.2.0/24"])

        assert answer.status_code == 200, answer.content
        header = {"Authorization": f"Bearer {answer.json()['token']}"}
        here = Client().get("/api/v1/members?find=QM", headers=header, REMOTE_ADDR="192.0.2.9")
        elsewhere = Client().get("/api/v1/members?find=QM", headers=header, REMOTE_ADDR="198.51.100.9")
        assert (here.status_code, elsewhere.status_code) == (200, 401)
        assert here.json()["members"][0]["code"] == "QM"

    @pytest.mark.parametrize(
        ("more", "status"),
        [
            ({"days": 31}, 422),
            ({"days": 0}, 400),
            ({"rights": ["import_lists"]}, 422),
            ({"rights": ["everything"]}, 400),
            ({"networks": ["here"]}, 422),
            ({"purpose": "system"}, 422),
        ],
    )
    def test_what_is_wrong_is_refused(self, more, status):
        code = a_code(a_viewer("QM", OFFICER, name="voss.qm"))

        assert self.ask(code=code, **more).status_code == status

    def test_a_first_password_opens_no_token(self):
        officer = a_viewer("QM", OFFICER, name="voss.qm")
        password = people.new_password(officer.user_id, by=a_viewer("QM", ADMINISTRATOR))

        answer = self.ask(password=password)

        assert answer.status_code == 422
        assert "Somebody else has made this password" in answer.content.decode()
