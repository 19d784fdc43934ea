"""The desk that answers for a body's records: named by the body itself, read by every member."""

import pytest
from django.db import ProgrammingError, connections, transaction

from liaison.apps.audit import public as audit
from liaison.apps.members import public as members
from liaison.apps.members.public import Role
from liaison.cli import main
from liaison.cli import members as command
from liaison.refusal import NotAllowed, Refused
from liaison.rows.viewing import viewing
from tests.factories.members import a_viewer

pytestmark = pytest.mark.django_db
DESK = {"desk": "Records desk", "phone": "", "email": "records@qm.example", "always": True}


class TestGivenAnAdministrator:
    def test_he_names_the_desk_of_his_own_body_and_everybody_reads_it(self):
        administrator = a_viewer("QM", Role.BUREAU_ADMINISTRATOR)
        members.set_contact(**DESK, by=administrator)
        members.set_contact(**DESK | {"desk": " The  other desk "}, by=administrator)

        shown = members.contacts([administrator.reader_id], a_viewer("QN", Role.FRONTLINE_OFFICER))

        assert shown == {
            administrator.reader_id: members.ContactCard("The other desk", "", "records@qm.example", always=True)
        }

    def test_each_desk_leaves_an_entry_and_the_same_again_none(self):
        administrator = a_viewer("QM", Role.BUREAU_ADMINISTRATOR)
        for desk in ("Records desk", "Records desk", "Night desk"):
            members.set_contact(**DESK | {"desk": desk}, by=administrator)

        with viewing(administrator):
            actions = [entry.action for entry in audit.history(administrator.reader_id)]
        assert actions.count("members.contact_named") == 2

    @pytest.mark.parametrize(
        ("more", "fields"),
        [
            ({"desk": " "}, {"desk"}),
            ({"desk": "x" * 121}, {"desk"}),
            ({"email": ""}, {"phone"}),
            ({"email": "nowhere"}, {"email"}),
            ({"phone": "12"}, {"phone"}),
            ({"desk": "", "email": "@", "phone": "x"}, {"desk", "email", "phone"}),
        ],
    )
    def test_what_nobody_could_use_is_refused_all_at_once(self, more, fields):
        administrator = a_viewer("QM", Role.BUREAU_ADMINISTRATOR)
        with pytest.raises(Refused) as refused:
            members.set_contact(**DESK | more, by=administrator)
        assert {finding.field for finding in refused.value.findings} == fields
        assert members.contacts([administrator.reader_id], administrator) == {}

    def test_the_command_names_it(self, monkeypatch, capsys):
        administrator = a_viewer("QM", Role.BUREAU_ADMINISTRATOR)
        monkeypatch.setattr(command, "signed_in", lambda *_, **__: administrator)

        status = main.main(["members", "contact", "--desk", "Records desk", "--email", "records@qm.example"])

        assert status == 0
        assert "Records desk" in capsys.readouterr().out
        assert (
            members.contacts([administrator.reader_id], administrator)[administrator.reader_id].email == DESK["email"]
        )


class TestGivenAnybodyElse:
    def test_nobody_else_names_it(self):
        with pytest.raises(NotAllowed):
            members.set_contact(**DESK, by=a_viewer("QM", Role.BUREAU_SUPERVISOR))

    def test_sql_injected_by_another_body_cannot_change_it(self):
        owner, other = a_viewer("QM", Role.BUREAU_ADMINISTRATOR), a_viewer("QN", Role.BUREAU_ADMINISTRATOR)
        members.set_contact(**DESK, by=owner)
        statement = "update members_contact set desk = 'Ours' where reader_id = %s"
        with viewing(other), connections["default"].cursor() as cursor:
            cursor.execute(statement, [owner.reader_id])
            assert cursor.rowcount == 0
        insert = "insert into members_contact (reader_id, desk, phone, email, always, changed_at)"
        officer = a_viewer("QN")
        with (
            pytest.raises(ProgrammingError),
            transaction.atomic(),
            viewing(officer),
            connections["default"].cursor() as cursor,
        ):
            cursor.execute(f"{insert} values (%s, 'x', '', 'x', false, now())", [other.reader_id])
