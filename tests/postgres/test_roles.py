"""Who may connect as what: the doors' role is weak, or `serve` does not start."""

import psycopg
import pytest

from liaison.postgres import Role, check_role
from liaison.postgres.server import superuser_conninfo
from liaison.refusal import Refused
from tests.suite_database import SuiteDatabase

pytestmark = pytest.mark.postgres


@pytest.mark.parametrize("role", [Role.APP, Role.SYSTEM])
def test_the_roles_of_the_doors_and_of_the_system_are_weak_enough(committed_db: SuiteDatabase, role: Role):
    with committed_db.as_role(role) as connection:
        check_role(connection)


def test_the_owner_is_refused_because_it_owns_tables(committed_db: SuiteDatabase):
    with committed_db.as_role(Role.OWNER) as connection, pytest.raises(Refused) as refused:
        check_role(connection)

    assert refused.value.code == "postgres.role_owns_tables"


def test_a_role_is_refused_when_it_owns_a_single_table(committed_db: SuiteDatabase):
    with committed_db.as_role(Role.OWNER) as owner:
        owner.execute("create table gift (id integer)")
        owner.execute("grant create on schema public to liaison_app")
    with committed_db.superuser() as superuser:
        superuser.execute("alter table gift owner to liaison_app")
    with committed_db.as_role(Role.APP) as connection, pytest.raises(Refused, match="owns 1"):
        check_role(connection)


def test_a_temporary_table_of_its_own_is_no_reason(committed_db: SuiteDatabase):
    with committed_db.as_role(Role.APP) as connection:
        connection.execute("create temporary table mine (id integer)")
        check_role(connection)


def test_the_superuser_is_refused(house: SuiteDatabase):
    with psycopg.connect(superuser_conninfo(house.cluster)) as connection, pytest.raises(Refused) as refused:
        check_role(connection)

    assert refused.value.code == "postgres.role_too_strong"


def test_a_role_that_bypasses_row_level_security_is_refused(committed_db: SuiteDatabase):
    with committed_db.superuser() as superuser:
        superuser.execute("create role bypassing login bypassrls")
        superuser.execute("set session authorization bypassing")
        try:
            with pytest.raises(Refused) as refused:
                check_role(superuser)
        finally:
            superuser.execute("reset session authorization")
            superuser.execute("drop role bypassing")

    assert refused.value.code == "postgres.role_too_strong"


def test_a_member_of_the_owner_is_refused_too(committed_db: SuiteDatabase):
    with committed_db.superuser() as superuser:
        superuser.execute("create role deputy login")
        superuser.execute("grant liaison_owner to deputy")
        superuser.execute("set session authorization deputy")
        try:
            with pytest.raises(Refused) as refused:
                check_role(superuser)
        finally:
            superuser.execute("reset session authorization")
            superuser.execute("drop role deputy")

    assert refused.value.code == "postgres.role_owns_tables"
