"""`liaison doctor` on a machine and a home that are well, and on some that are not."""

import dataclasses
import json
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from liaison.cli import doctor
from liaison.cli.doctor import Check, Health
from liaison.cli.main import main
from liaison.config.env import Environment, environment
from liaison.config.keys import make_keys
from tests.suite_database import SuiteDatabase


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with its keys, and no database."""
    tmp_path.chmod(0o700)
    make_keys(tmp_path)
    return tmp_path


@pytest.fixture
def a_port() -> Iterator[int]:
    """A port on which another program listens."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        yield other.getsockname()[1]


def only(checks: Iterator[Check]) -> Check:
    (check,) = checks
    return check


class TestGivenAHome:
    def test_when_it_is_private_and_its_keys_too_then_that_is_well(self, home: Path):
        chosen = Environment(home=home)

        assert only(doctor.home_folder(chosen)).health is Health.WELL
        assert only(doctor.secrets(chosen)).health is Health.WELL
        assert only(doctor.keys(chosen)).health is Health.WELL

    @pytest.mark.parametrize(
        ("mode", "health"), [(0o711, Health.WELL), (0o750, Health.BROKEN), (0o755, Health.BROKEN)]
    )
    def test_when_others_can_list_it_then_it_is_broken(self, home: Path, mode: int, health: Health):
        home.chmod(mode)

        assert only(doctor.home_folder(Environment(home=home))).health is health

    def test_when_keys_can_be_read_by_others_then_each_is_named_with_its_command(self, home: Path):
        deep = home / "keys" / "journal" / "day"
        deep.parent.mkdir(parents=True)
        deep.write_text("secret")
        for path in (deep, home / "viewer.key"):
            path.chmod(0o640)

        found = list(doctor.secrets(Environment(home=home)))

        assert {check.command for check in found} == {f"chmod 600 {deep}", f"chmod 600 {home / 'viewer.key'}"}
        assert {check.health for check in found} == {Health.BROKEN}

    def test_when_there_is_none_yet_then_it_says_what_makes_it(self, tmp_path: Path):
        chosen = Environment(home=tmp_path / "none")

        assert only(doctor.home_folder(chosen)).command == "liaison db setup"
        assert only(doctor.keys(chosen)).health is Health.WEAK
        assert list(doctor.secrets(chosen)) == []
        assert not chosen.home.exists()

    def test_when_its_database_is_not_made_then_nothing_is_started(self, home: Path):
        found = list(doctor.database(Environment(home=home)))

        assert found[-1].command == "liaison db setup"
        assert not (home / "pg").exists()

    def test_when_an_external_server_does_not_answer_then_it_is_broken(self, home: Path):
        url = f"postgresql://liaison_app:secret@/liaison?host={home}"

        found = only(doctor.database(Environment(home=home, database_app_url=url)))

        assert found.health is Health.BROKEN
        assert "secret" not in found.words


@pytest.mark.postgres
class TestGivenADatabase:
    def test_when_all_is_well_then_each_thing_says_so(self, committed_db: SuiteDatabase):
        found = {check.name: check for check in doctor.database(external(committed_db))}

        assert set(found) == {"database", "clock", "roles", "schema"}
        assert {check.health for check in found.values()} == {Health.WELL}

    def test_when_a_migration_has_not_run_then_the_schema_is_broken(self, committed_db: SuiteDatabase):
        with committed_db.superuser() as superuser:
            superuser.execute("delete from django_migrations where app = 'rows' and name like '0002%'")

        found = {check.name: check for check in doctor.database(external(committed_db))}

        assert found["schema"].health is Health.BROKEN
        assert found["schema"].command == "liaison db migrate"

    def test_when_the_doors_role_owns_a_table_then_the_database_is_broken(self, committed_db: SuiteDatabase):
        chosen = external(committed_db)

        found = list(doctor.database(dataclasses.replace(chosen, database_app_url=chosen.database_owner_url)))

        assert found[-1].health is Health.BROKEN
        assert "owns" in found[-1].words


class TestGivenAPort:
    def test_when_another_program_listens_then_the_next_is_offered(self, home: Path, a_port: int):
        found = only(doctor.port(Environment(home=home, port=a_port)))

        assert found.health is Health.BROKEN
        assert found.command == f"liaison serve --port {a_port + 1}"

    def test_when_nobody_listens_then_it_is_free(self, home: Path):
        with socket.create_server(("127.0.0.1", 0)) as other:
            free = other.getsockname()[1]

        assert only(doctor.port(Environment(home=home, port=free))).health is Health.WELL


def test_the_command_tells_people_and_programs_the_same(home: Path, monkeypatch, capsys):
    chosen = Environment(home=home)
    monkeypatch.setattr(doctor, "environment", lambda: chosen)

    said_to_people = main(["doctor"]), capsys.readouterr().out
    said_to_programs = main(["doctor", "--json"]), capsys.readouterr().out

    checks = json.loads(said_to_programs[1])
    assert said_to_people[0] == said_to_programs[0] == any(check["health"] == "broken" for check in checks)
    for check in checks:
        assert f"{check['health']:>6}  {check['name']}: " in said_to_people[1]
        assert check["health"] == "well" or check["command"] or check["name"] == "clock"


def external(database: SuiteDatabase) -> Environment:
    given = database.environment()
    return dataclasses.replace(
        environment(),
        database_owner_url=given["LIAISON_DATABASE_OWNER_URL"],
        database_app_url=given["LIAISON_DATABASE_APP_URL"],
        database_system_url=given["LIAISON_DATABASE_SYSTEM_URL"],
    )


def test_the_suites_home_is_not_the_users(home: Path):
    assert Path(os.environ["LIAISON_HOME"]).parent.name.startswith("liaison-suite-")
