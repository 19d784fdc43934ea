"""Who administers has no content: no role of administration at any page, interface or export, nor in the rows."""

import re
import zipfile
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from liaison.apps.audit import public as audit
from liaison.apps.members import public as members
from liaison.apps.members.public import Role
from liaison.apps.members.roles import roles_in
from liaison.apps.records.error_reports import report_error
from liaison.config.api import document
from liaison.rows.viewing import viewing
from liaison.viewer import ReaderKind, Right, Viewer
from tests.apps.audit.world import rooted_and_signed
from tests.factories.members import a_browser, a_viewer
from tests.factories.records import a_person, a_record

CANARIES = ("Zephyrine", "Quillonbray", "QM9938471", "whispered by a neighbour")
WITHOUT_CONTENT = (
    ("QM", Role.BUREAU_ADMINISTRATOR),
    ("QM", Role.DATA_PROTECTION_OFFICER),
    ("QM", Role.SECURITY_OFFICER),
    ("XS", Role.MEMBERSHIP_OFFICER),
    ("XS", Role.POLICY_OFFICER),
    ("XS", Role.SECURITY_OFFICER),
    ("XC", Role.COMMISSION_MEMBER),
)


@pytest.fixture
def planted(committed_db, monkeypatch) -> str:
    """A record of QM that everybody in police may see, with an error reported about it; its reference."""
    monkeypatch.setattr(settings._wrapped, "SECRET_KEY", "a key of this test only")
    owner = a_viewer("QM", Role.BUREAU_SUPERVISOR)
    fields = a_person(
        "Zephyrine Quillonbray", documents=[{"number": "QM9938471", "kind": "passport", "country": "QM"}]
    )
    reference = a_record(owner, fields=fields)
    told = report_error(reference, what="other", text="It was whispered by a neighbour.", by=a_viewer("QN"))
    assert told
    rooted_and_signed()
    yield reference
    audit.stop_event_writer()


def addresses(reference: str) -> list[str]:
    """Every address of the pages, its places filled so that the record would be found by it."""
    filled = {"reference": reference, "called": reference, "kind": "persons", "code": "QM", "number": "0"}
    found: list[str] = []

    def below(patterns, before: str) -> None:
        for one in patterns:
            route = before + str(one.pattern)
            if isinstance(one, URLResolver):
                below(one.url_patterns, route)
            elif isinstance(one, URLPattern):
                found.append("/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda name: filled.get(name[1], str(uuid4())), route))

    below(get_resolver().url_patterns, "")
    return [one for one in found if "^" not in one and not one.startswith("/api/")]


def operations(reference: str) -> list[str]:
    """Every address of the interface that answers a GET."""
    filled = {"reference": reference, "called": reference, "database": "persons", "kind": "persons"}
    paths = [path for path, verbs in document()["paths"].items() if "get" in verbs]
    return [re.sub(r"\{(\w+)\}", lambda name: filled.get(name[1], reference), path) for path in paths]


def told(response) -> str:
    """What a response says, whole."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return body.decode("utf-8", "replace")


class TestGivenSomebodyWhoAdministers:
    def test_then_no_role_that_administers_has_a_content_right(self):
        content = {Right.READ_RECORDS, Right.QUERY, Right.ENTER_RECORDS, Right.ERASE_RECORDS, Right.IMPORT_LISTS}
        administers = {Right.ADMINISTER_MEMBERS, Right.ADMIT_MEMBERS, Right.CHANGE_POLICIES, Right.APPROVE_POLICIES}

        assert [role for role, rights in members.RIGHTS.items() if rights & content and rights & administers] == []
        assert not members.system_viewer().rights & content
        of_the_system = roles_in(ReaderKind.SYSTEM, "SYSTEM")
        assert of_the_system == []

    @pytest.mark.parametrize(("code", "role"), WITHOUT_CONTENT)
    def test_then_no_page_and_no_operation_shows_any(self, code, role, planted):
        viewer = a_viewer(code, role)
        browser, program = a_browser(viewer), Client(headers={"Authorization": f"Bearer {token_of(viewer)}"})
        shown = {address: told(browser.get(address)) for address in addresses(planted)}
        shown |= {address: told(program.get(address)) for address in operations(planted)}

        assert len(shown) > 60
        assert [(place, canary) for place, said in shown.items() for canary in CANARIES if canary in said] == []

    def test_then_the_same_walk_shows_it_to_whoever_may_read(self, planted):
        browser = a_browser(a_viewer("QM", Role.BUREAU_OFFICER))

        showing = [address for address in addresses(planted) if "Quillonbray" in told(browser.get(address))]

        assert len(showing) >= 3

    @pytest.mark.parametrize(("code", "role"), WITHOUT_CONTENT)
    def test_then_no_export_of_the_ledger_holds_any(self, code, role, planted, tmp_path):
        viewer = a_viewer(code, role)
        if not viewer.may(Right.AUDIT):
            pytest.skip("this role exports nothing")

        his = exported(tmp_path / "his.zip", viewer)
        assert [canary for canary in CANARIES if canary in his] == []
        whole = exported(tmp_path / "whole.zip", a_viewer("QM", Role.BUREAU_SUPERVISOR))
        assert [canary for canary in CANARIES if canary in whole] == [*CANARIES]

    @pytest.mark.parametrize(("code", "role"), WITHOUT_CONTENT)
    def test_then_hostile_sql_finds_no_content_even_of_the_own_bureau(self, code, role, planted):
        with viewing(a_viewer(code, role)), connection.cursor() as cursor:
            cursor.execute("select kind from audit_content")
            kinds = {row[0] for row in cursor.fetchall()}

        assert {kind for kind in kinds if kind.startswith(("persons", "error_report"))} == set()


def exported(target: Path, viewer: Viewer) -> str:
    """Everything in the bundle that this viewer may carry away, contents too."""
    audit.export(target, wanted=audit.Wanted(contents=True), viewer=viewer)
    with zipfile.ZipFile(target) as made:
        return b"".join(made.read(name) for name in made.namelist()).decode("utf-8", "replace")


def token_of(viewer: Viewer) -> str:
    """A token of this user, as he issues one for himself."""
    return members.issue_token(by=viewer, label="a test", days=1)
