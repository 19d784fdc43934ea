"""`liaison audit verify` against signatures that were changed, taken away or made with a key that did not hold."""

from datetime import timedelta

import pytest

from liaison.apps.audit import public as audit
from liaison.apps.members import public as members
from liaison.apps.records import public as records
from liaison.postgres import Role
from tests.factories.agents import signing
from tests.factories.members import a_viewer
from tests.factories.records import a_document, a_person, a_record


@pytest.fixture
def world(committed_db):
    """Two versions of a person, and two documents entered at once, all signed; and the database to harm."""
    with signing("QM") as keys:
        owner = a_viewer("QM")
        reference = a_record(owner)
        records.change(reference, a_person(sex="X"), by=owner)
        drafts = [records.Draft("travel_documents", a_document(f"QM447{n:04}")) for n in range(2)]
        records.enter_many(drafts, by=owner)
        yield committed_db, owner, reference, keys["QM"]


def found():
    """Return what is found besides that nothing is numbered yet."""
    codes = [finding.code for finding in audit.verify()]
    return sorted(code for code in codes if code not in {"verify.missing_leaf", "verify.altered_tree"})


def harm(database, statement, *parameters):
    with database.superuser() as connection:
        connection.execute("set session_replication_role = replica")
        connection.execute(statement, parameters or None)


def test_all_is_well_with_what_services_wrote(world):
    assert found() == []


def test_what_waits_for_its_signer_is_well_too(committed_db):
    with signing("QM"):
        owner = a_viewer("QM")
    a_record(owner, kind="travel_documents")

    assert found() == []


ALTERED, VOID, NOT_SIGNED = "verify.altered_signature", "verify.void_signature", "verify.not_signed"


@pytest.mark.parametrize(
    ("statement", "codes"),
    [
        ("update signatures_signing set signature = decode(repeat('00', 64), 'hex')", {ALTERED, NOT_SIGNED}),
        ("update signatures_signing set leaves = leaves || decode(repeat('0', 64), 'hex')", {ALTERED, NOT_SIGNED}),
        ("delete from signatures_signing", {NOT_SIGNED}),
        ("update members_body_key set signing_key = opening_key", {ALTERED, NOT_SIGNED}),
        ("update signatures_signing set made_at = made_at - interval '1 day'", {VOID, NOT_SIGNED}),
    ],
)
def test_harm_by_whoever_holds_the_database_is_found(world, statement, codes):
    harm(world[0], statement)

    assert set(found()) == codes


def test_what_a_stolen_key_signed_is_named(world):
    _, owner, reference, keys = world
    entered = records.record(reference, owner).entered_at
    admin = a_viewer("QM", members.Role.BUREAU_ADMINISTRATOR)
    members.revoke_key(keys.key_id, reason="Stolen.", void_from=entered - timedelta(seconds=1), by=admin)

    assert set(found()) == {"verify.void_signature", "verify.not_signed"}


def test_the_role_of_the_doors_can_do_none_of_it(world):
    with world[0].as_role(Role.APP) as connection, pytest.raises(Exception, match="permission denied"):
        connection.execute("delete from signatures_signing")
