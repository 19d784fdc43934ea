"""Signing in, losing access, tokens."""

from datetime import timedelta

import pytest
from django.forms import PasswordInput

from liaison.apps.members import forms, signing_in
from liaison.apps.members import public as members
from liaison.apps.members.queries import check_sign_in
from liaison.refusal import Absent, NotAllowed, Refused
from liaison.viewer import Purpose
from tests.factories.members import PASSWORD, a_viewer


@pytest.mark.django_db
class TestGivenAUser:
    def test_his_name_and_password_find_him_whatever_the_case_of_the_name(self):
        viewer = a_viewer(name="elsa.qm")

        assert check_sign_in("Elsa.QM", PASSWORD) == viewer.user_id

    @pytest.mark.parametrize(("name", "password"), [("elsa.qm", "wrong" * 4), ("nobody", PASSWORD), ("", "")])
    def test_anything_else_finds_nobody(self, name, password):
        a_viewer(name="elsa.qm")

        assert check_sign_in(name, password) is None

    def test_a_disabled_user_loses_session_and_token_at_once(self):
        viewer = a_viewer(name="elsa.qm")
        token = members.issue_token(by=viewer, label="test", days=1)

        members.disable_user("elsa.qm", by=a_viewer("QM", members.Role.BUREAU_ADMINISTRATOR))

        assert members.viewer_for(viewer.user_id, Purpose.IDENTIFY) is None
        assert members.viewer_of_token(members.token_digest(token)) is None
        with pytest.raises(Refused, match="do not belong together"):
            signing_in.check_name_and_password(
                name="elsa.qm", password=PASSWORD, address="192.0.2.1", purpose=Purpose.IDENTIFY
            )

    def test_five_failures_slow_down_that_place_and_no_other(self):
        a_viewer(name="elsa.qm")
        for _ in range(signing_in.FAILURES_MAX):
            fail("elsa.qm", "192.0.2.1")

        with pytest.raises(Refused, match="Too many"), signing_in.one_try(name="Elsa.qm", address="192.0.2.1"):
            pass
        with signing_in.one_try(name="elsa.qm", address="192.0.2.2"):
            pass

    def test_a_failure_is_logged_and_says_neither_who_nor_where(self, caplog):
        user = a_viewer("QM", name="qm.logged")
        for name in (user.user_name, user.user_name, "somebody.else"):
            with pytest.raises(Refused):
                signing_in.check_name_and_password(
                    name=name, password="wrong", address="192.0.2.7", purpose=Purpose.IDENTIFY
                )

        tags = [line.rpartition(": ")[2] for line in caplog.messages if line.startswith("A try to prove who it is")]
        assert (len(tags), len(set(tags))) == (3, 2)
        assert not any(told in caplog.text for told in ("logged", "somebody", "192.0.2.7", "wrong"))

    def test_what_ends_well_counts_nothing(self):
        for _ in range(signing_in.FAILURES_MAX * 2):
            with signing_in.one_try(name="elsa.qm", address="192.0.2.1"):
                pass


def fail(name: str, address: str) -> None:
    """Try a name from an address, in vain."""
    with pytest.raises(Refused), signing_in.one_try(name=name, address=address):
        raise Refused(signing_in.WRONG)


class TestGivenAToken:
    def test_it_opens_one_purpose_until_it_expires(self, committed_db, clock):
        viewer = a_viewer(purpose=Purpose.LOCATE)
        digest = members.token_digest(members.issue_token(by=viewer, label="test", days=1))

        assert members.viewer_of_token(digest) == viewer
        clock.move(seconds=timedelta(days=1).total_seconds() + 1)
        assert members.viewer_of_token(digest) is None

    def test_an_unknown_one_opens_nothing(self, committed_db):
        assert members.viewer_of_token(members.token_digest("made up")) is None


@pytest.mark.django_db
class TestGivenAnAdministrator:
    def test_he_adds_users_to_his_own_bureau_only(self):
        administrator = a_viewer("QM", members.Role.BUREAU_ADMINISTRATOR)

        with pytest.raises(Absent):
            members.add_user(
                sign_in_name="new.qn",
                display_name="New",
                reader="QN",
                role=members.Role.BUREAU_OFFICER,
                password=PASSWORD,
                by=administrator,
            )

    def test_an_officer_adds_nobody(self):
        with pytest.raises(NotAllowed):
            members.add_user(
                sign_in_name="new.qm",
                display_name="New",
                reader="QM",
                role=members.Role.BUREAU_OFFICER,
                password=PASSWORD,
                by=a_viewer("QM", members.Role.BUREAU_OFFICER),
            )

    @pytest.mark.parametrize(("password", "taken"), [("x" * 11, False), ("x" * 12, True)])
    def test_a_password_has_twelve_characters(self, password, taken):
        def add():
            members.add_user(
                sign_in_name="new.qm",
                display_name="New",
                reader="QM",
                role=members.Role.BUREAU_OFFICER,
                password=password,
                by=a_viewer("QM", members.Role.BUREAU_ADMINISTRATOR),
            )

        if taken:
            add()
        else:
            with pytest.raises(Refused, match="fewer than 12"):
                add()


class TestGivenTimePasses:
    def test_the_slow_down_ends(self, committed_db, clock):
        a_viewer(name="elsa.qm")
        for _ in range(signing_in.FAILURES_MAX):
            fail("elsa.qm", "192.0.2.1")

        clock.move(seconds=signing_in.FAILURE_WINDOW.total_seconds() + 1)

        with signing_in.one_try(name="elsa.qm", address="192.0.2.1"):
            pass


def test_password_managers_find_the_fields_of_passwords():
    """And nothing keeps anybody from pasting: no field is closed to it, and scripts know no such event."""
    for form in (forms.SignInForm, forms.UnlockForm, forms.OwnPasswordForm):
        fields = [field for field in form().fields.values() if isinstance(field.widget, PasswordInput)]
        assert {field.widget.attrs["autocomplete"] for field in fields} <= {"current-password", "new-password"}
        assert not any({"onpaste", "readonly"} & set(field.widget.attrs) for field in fields)
