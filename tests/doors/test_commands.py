"""Every command and every job crossed with everybody: to whom it opens, what it prints, and that nothing else is.

Commands are found by walking the parser, parts of `liaison work` by asking it; `test_none_is_missing` compares both
with the table. Here each cell is run. Those that act for nobody have cells in `commands.py`.
"""

import inspect
import logging
import threading
import zlib
from pathlib import Path

import pytest
from django.core.management import get_commands
from django.db import connections

from liaison.cli.work import _parts
from liaison.config.env import Environment
from tests.budgets import budget
from tests.doors import finding
from tests.doors.commands import (
    ASK_NOBODY,
    MACHINE,
    OF_DJANGO,
    PART_ROLES,
    SLOW,
    Said,
    run,
    run_here,
    run_on_the_machine,
    tells,
)
from tests.doors.facts import PEOPLE, Person
from tests.doors.table import COMMANDS, PARTS, SIGNED_IN, About, Command
from tests.doors.targets import Target, targets
from tests.doors.world import World
from tests.suite_database import SuiteDatabase

pytestmark = pytest.mark.postgres
COMPLAINTS_SHOWN_MAX = 12
OF_PEOPLE = [one for one in COMMANDS if one.jobs]
PART_SECONDS = 0.3


def missing() -> list[str]:
    """Return every command and part that was found and has no cell, and every cell of one that is gone."""
    of_nobody = finding.commands() - {one.name for one in OF_PEOPLE}
    return sorted((of_nobody ^ set(MACHINE)) | (finding.parts() ^ set(PART_ROLES)))


def who_types(command: Command) -> list[Person]:
    """Return who tries a command: everybody in the proof, else some whom its name draws, and who is not signed in."""
    everybody = [one for one in PEOPLE.values() if one.state in ("open", "machine", "suspended", "nobody")]
    if command.name in SLOW:
        return [PEOPLE[key] for key in ("QM officer", "QM administrator", "nobody")]
    if budget(0, 4):
        return everybody
    first = zlib.crc32(command.name.encode())
    known = [one for one in everybody if one.is_known]
    his, others = ([one for one in known if may(command, one) is wanted] for wanted in (True, False))
    drawn = [his[(first + step) % len(his)] for step in (0, len(his) // 2)] if his else []
    drawn += [others[first % len(others)]] if others else []
    return [*dict.fromkeys(drawn), *(one for one in everybody if not one.is_known)]


def may(command: Command, person: Person) -> bool:
    """Whether the command is his by his job."""
    jobs = command.jobs
    return jobs == SIGNED_IN or person.job in jobs


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the files that commands are given: none of them says anything."""
    made = tmp_path_factory.mktemp("typed")
    for name in ("empty.json", "key.pem", "paper.json"):
        (made / name).write_text("", encoding="ascii")
    return made


class TestGivenTheCommandsAndParts:
    def test_each_has_its_cell(self, db):
        assert missing() == []

    def test_django_knows_none_of_ours_beside_them(self):
        ours = {name for name, app in get_commands().items() if app.startswith("liaison")}
        assert ours == set(OF_DJANGO)
        assert set(OF_DJANGO.values()) <= set(MACHINE)

    def test_one_that_is_planted_fails_the_build(self, db, monkeypatch):
        commands, parts = finding.commands(), finding.parts()
        monkeypatch.setattr(finding, "commands", lambda: {*commands, "records leak"})
        monkeypatch.setattr(finding, "parts", lambda: {*parts, "leaking"})

        assert missing() == ["leaking", "records leak"]

    def test_each_of_nobody_says_what_it_prints_and_is_tried_somewhere(self):
        for name, machine in MACHINE.items():
            assert machine.prints, name
            assert machine.arguments or is_a_test(machine.instead), name

    def test_no_part_works_as_the_owner(self):
        assert [name for name, roles in PART_ROLES.items() if "owner" in roles] == []
        assert set(PART_ROLES) == set(PARTS)


def is_a_test(named: str) -> bool:
    """Whether a test of this name is there: `place.test_module.test_name`."""
    place, module, *_, name = named.split(".")
    file = Path(__file__).parent.parent / place / f"{module}.py"
    return f"def {name}(" in file.read_text("utf-8")


@pytest.mark.parametrize("command", OF_PEOPLE, ids=lambda command: command.name)
def test_a_command_opens_to_whom_it_should_and_prints_nothing_hidden(
    world: World, command: Command, folder: Path, caplog
):
    caplog.set_level(logging.INFO)
    wrong: list[str] = []
    typed: set[str] = set()
    for person in who_types(command):
        found = targets(world, person, command.about)
        said = {relation: run(world, person, command, target, folder) for relation, target in found.items()}
        for relation, one in said.items():
            typed |= {text.casefold() for text in found[relation].echo}
            wrong += complaints(world, command, person, (relation, found[relation]), one)
            if one.outcome == "opens" and person.is_known and relation in opens_to(command):
                wrong += [
                    f"{person.key} ({relation}): does not print {text}"
                    for text in command.shows(person, found[relation].thing)
                    if not one.holds(text)
                ]
        if {"hidden", "absent"} <= said.keys():
            hidden, absent = (said[one].without(*found[one].echo) for one in ("hidden", "absent"))
            if hidden != absent:
                wrong.append(f"{person.key}: hidden and absent differ: {hidden[:200]} | {absent[:200]}")
    log = caplog.text.casefold()
    told = [one.of for one in world.secrets if one.text.casefold() not in typed and one.text.casefold() in log]
    wrong = wrong[:COMPLAINTS_SHOWN_MAX] + ([f"the log tells {told}"] if told else [])
    if wrong:
        pytest.fail("\n".join(wrong), pytrace=False)


def opens_to(command: Command) -> frozenset[str]:
    """To which things the command opens, for those whose it is."""
    return frozenset({"own"}) if command.about is About.NOTHING and command.opens else command.opens


def complaints(world: World, command: Command, person: Person, tried: tuple[str, Target], said: Said) -> list[str]:
    """Return what is wrong with what one command said to one person."""
    relation, target = tried
    who = f"{person.key} ({relation})"
    wrong = []
    expected = allowed(command, person, relation)
    if said.outcome not in expected:
        wrong.append(f"{who}: {said.outcome} ({said.status}), expected one of {sorted(expected)}: {said.err[:300]}")
    echo = {text.casefold() for text in (*target.echo, *tells(world, person, command, target.thing))}
    leaked = [
        secret.of
        for secret in world.secrets
        if person.key not in secret.readers and secret.text.casefold() not in echo and said.holds(secret.text)
    ]
    return wrong + ([f"{who}: may not read {leaked}"] if leaked else [])


def allowed(command: Command, person: Person, relation: str) -> set[str]:
    """Return what a command may do for him: whoever may not, is refused, and what is hidden is not there."""
    if command.name in ASK_NOBODY:
        return {"opens"} if relation in opens_to(command) else {"refused"}
    if not person.is_known:
        return {"who are you"}
    if not may(command, person):
        return {"not allowed", "refused", "absent"}
    return {"opens", "refused"} if relation in opens_to(command) else {"absent", "not allowed", "refused"}


ON_THE_MACHINE = [name for name, machine in MACHINE.items() if machine.arguments]


@pytest.mark.parametrize("name", [name for name in ON_THE_MACHINE if MACHINE[name].is_a_reader])
def test_a_command_of_nobody_prints_no_secret(world: World, name: str, folder: Path):
    said = run_here(MACHINE[name], folder)

    assert said.outcome in ("opens", "refused"), said.err
    assert [secret.of for secret in world.secrets if said.holds(secret.text)] == []


@pytest.mark.parametrize("name", ON_THE_MACHINE if budget(0, 4) else ["db status"])
def test_it_works_as_its_roles_alone_as_a_program_of_its_own(
    world: World, committed_module: SuiteDatabase, name: str, folder: Path
):
    ran = run_on_the_machine(MACHINE[name], committed_module, folder)

    said = (ran.stdout + ran.stderr).casefold()
    assert ran.returncode in (0, 1), said
    assert "traceback" not in said
    assert "nonexistent" not in said, "it works as a role that its cell does not name"
    assert [secret.of for secret in world.secrets if secret.text.casefold() in said] == []


PARTS_TRIED = [name for name in PART_ROLES if name != "database" and (name != "looks" or budget(0, 4))]
"""The one needs a server of its own to restart; the other looks at every body of the world, which takes seconds."""


@pytest.mark.parametrize("name", PARTS_TRIED)
def test_a_part_works_as_its_roles_alone_and_logs_no_secret(
    world: World, name: str, caplog, monkeypatch, tmp_path: Path
):
    """Runs last, since what a part does stays done."""
    caplog.set_level(logging.DEBUG, logger="liaison")
    used: set[str] = set()
    made = connections.create_connection

    def watched(alias: str):
        used.add(alias)
        return made(alias)

    monkeypatch.setattr(connections, "create_connection", watched)
    part, stop = _parts(Environment(home=tmp_path))[name], threading.Event()
    died: list[Exception] = []

    def kept() -> None:
        try:
            part(stop)
        except Exception as error:
            died.append(error)

    thread = threading.Thread(target=kept)
    thread.start()
    thread.join(PART_SECONDS)
    assert thread.is_alive() or died, "a part works until it is told to stop"
    stop.set()
    thread.join()

    log = caplog.text.casefold()
    assert (died, [one for one in caplog.records if one.exc_info]) == ([], [])
    assert [secret.of for secret in world.secrets if secret.text.casefold() in log] == []
    assert used <= PART_ROLES[name]


def test_every_part_is_told_when_to_stop():
    """A part that takes no event would never end, and what it does at the end could not be looked at."""
    parts = _parts(Environment(home=Path("/nowhere")))
    assert [name for name, part in parts.items() if len(inspect.signature(part).parameters) != 1] == []
