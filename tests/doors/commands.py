"""Running a command as somebody, and the cells of those that ask nobody: which roles of the database they use.

A command that acts for a person reads the token that `liaison login` stored, so it is run with his. What it says is
taken whole, and what it writes is taken back. A command that acts for nobody is the operator's; its cell says as
which roles it works and what it may print, and it is run where the invented world is.
"""

import contextlib
import io
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

from liaison.apps.audit import public as audit
from liaison.apps.index import public as index
from liaison.apps.training import demo
from liaison.cli import main, records, session, setup
from liaison.refusal import Absent, NotAllowed, Refused
from tests.doors.facts import Person
from tests.doors.knocking import taken_back
from tests.doors.table import Command, of_openings, through_the_glass
from tests.doors.targets import Target
from tests.doors.world import World
from tests.suite_database import SuiteDatabase

APP, SYSTEM, OWNER = "app", "system", "owner"
SETTINGS = {
    APP: "LIAISON_DATABASE_APP_URL",
    SYSTEM: "LIAISON_DATABASE_SYSTEM_URL",
    OWNER: "LIAISON_DATABASE_OWNER_URL",
}
AT_WORK = frozenset({APP, SYSTEM})
NOBODY_THERE = "postgresql://nobody:nothing@/nowhere?host=/nonexistent"
REPOSITORY = Path(__file__).resolve().parent.parent.parent
SECONDS_MAX = 120


@dataclass(frozen=True)
class Machine:
    """A command of the operator: as which roles of the database it works, what it prints, and how it is run here.

    `arguments` is None where it cannot be run on a database that others use; `instead` names the test that does.
    """

    roles: frozenset[str]
    prints: str
    arguments: str | None = ""
    instead: str = ""

    @property
    def is_a_reader(self) -> bool:
        """Whether it works on what a home has, and as its weak roles alone."""
        return bool(self.arguments) and self.roles == AT_WORK and "status" not in (self.arguments or "")


_BOOK = "journeys.test_operator.test_none_of_them_tells_any_content"
_OF_AGENTS = "agent.test_agent.TestGivenTheCommands.test_then_a_body_begins_rotates_rehearses_and_recovers"

MACHINE: Mapping[str, Machine] = {
    "agent init": Machine(frozenset(), "the id of a new key, and where its shares are", None, _OF_AGENTS),
    "agent log": Machine(frozenset(), "what was signed: kind, digest, moment; no content", None, _OF_AGENTS),
    "agent recover": Machine(frozenset(), "the id of the key that came back", None, _OF_AGENTS),
    "agent rehearse": Machine(frozenset(), "a paper that says that shares restored the key", None, _OF_AGENTS),
    "agent rotate": Machine(frozenset(), "the id of the next key", None, _OF_AGENTS),
    "agent serve": Machine(frozenset(), "that it answers, and where", None, _OF_AGENTS),
    "audit accept": Machine(AT_WORK, "how many cosignatures there are", "audit accept {folder}/empty.json"),
    "audit checkpoint": Machine(AT_WORK, "size, root and signature of the ledger", "audit checkpoint"),
    "audit verify": Machine(AT_WORK, "size of the ledger, and findings by number", "audit verify"),
    "audit witness": Machine(
        AT_WORK,
        "a checkpoint with one more signature",
        "audit witness --key {folder}/witness.key --name a.witness --state {folder}/seen",
    ),
    "db migrate": Machine(frozenset({OWNER, *AT_WORK}), "names of migrations", "db migrate"),
    "db setup": Machine(frozenset({OWNER, *AT_WORK}), "version and folder", None, _BOOK),
    "db status": Machine(AT_WORK, "version, migrations and keys that are missing", "db status --json"),
    "db stop": Machine(frozenset(), "that it stopped", None, "cli.test_db_and_serve.test_a_home_comes_from_nothing"
                       "_and_is_stopped_again"),
    "db up": Machine(frozenset(), "the server's version", None, _BOOK),
    "demo": Machine(frozenset({OWNER, *AT_WORK}), "the invented users and how they sign in", None, _BOOK),
    "doctor": Machine(frozenset({OWNER, *AT_WORK}), "what is well and what is not, by its part", "doctor --json"),
    "login": Machine(frozenset(), "where the token is; the token goes to a file", None, _BOOK),
    "looks let-go": Machine(AT_WORK, "months, counts and entries", "looks let-go --json"),
    "members found": Machine(AT_WORK, "first passwords, once, of an installation that nobody joined",
                             "members found --officer one=One --officer two=Two"),
    "serve": Machine(AT_WORK, "its address", None, _BOOK),
    "work": Machine(AT_WORK, "what its parts log, below", None, _BOOK),
}  # fmt: skip

OF_DJANGO: Mapping[str, str] = {"migrate": "db migrate"}
"""Commands that we add to Django's own, and by which command of ours an operator runs them.

Django's own (`shell`, `dbshell`, `dumpdata`) connect as the doors do, and no row opens there without a viewer.
"""

ASK_NOBODY = frozenset({"records template"})
"""Commands for everybody: what they print is in the register of databases, and no row is read."""
SLOW = frozenset({"records import"})
"""Commands that start a reader in a jail, which takes a second each time: tried by a few."""


def tells(world: World, person: Person, command: Command, thing: Any) -> list[str]:
    """Return the canaries that a command tells beyond their readers, for the reason that pages do."""
    if command.name == "glass read":
        return through_the_glass(world, person, thing)
    return of_openings(world, person, thing) if command.name.startswith("glass ") else []


PART_ROLES: Mapping[str, frozenset[str]] = {
    "builder": frozenset({"default", "system"}),
    "database": frozenset(),
    "journal": frozenset({"default", "system"}),
    "looks": frozenset({"default", "system"}),
    "membership": frozenset({"default", "system"}),
    "partner checks": frozenset({"default", "system"}),
    "retention": frozenset({"default", "system"}),
    "sequencer": frozenset({"default", "system"}),
    "signing": frozenset({"default", "system"}),
}
"""As which roles the parts of `liaison work` may work: never as the owner, who is above the policies of rows."""


@dataclass(frozen=True)
class Said:
    """What a command did: its exit status, what it refused with, and everything that it printed."""

    status: int
    refused: Refused | None
    out: bytes
    err: str

    @property
    def outcome(self) -> str:
        """It opens, asks who he is, does not allow it, or there is nothing."""
        if self.refused is None:
            return "opens" if self.status == 0 else "wrong usage"
        if self.refused.code in ("cli.not_signed_in", "cli.token_dead", "cli.no_user"):
            return "who are you"
        if isinstance(self.refused, NotAllowed):
            return "not allowed"
        return "absent" if isinstance(self.refused, Absent) else "refused"

    def holds(self, text: str) -> bool:
        """Whether a canary stands anywhere in what was printed, however it is spelled."""
        return text.casefold() in (self.out.decode("utf-8", "replace") + self.err).casefold()

    def without(self, *echo: str) -> str:
        """Return all of it without what was typed."""
        whole = f"{self.status}\n{self.out.decode('utf-8', 'replace')}\n{self.err}"
        for text in sorted(filter(None, echo), key=len, reverse=True):
            whole = whole.replace(text, "<echo>")
        return whole


def typed(command: Command, target: Target, folder: Path) -> list[str]:
    """Return the words of a command, its places filled with a thing."""
    thing = getattr(target.thing, "name", target.thing)
    named = {name: str(value) for name, value in target.named.items()}
    reference = named.get("reference", "")
    group = f"{named.get('kind', '')}:{named.get('code', '')}"
    said = {
        "named": thing, "officer": thing, "key": thing, "name": thing, "group": group, "folder": str(folder),
        "opening": reference, "check": reference, "signal": reference, "run": reference,
        "event": named.get("event_id", ""), "change": named.get("change_id", ""),
    } | named  # fmt: skip
    return [word.format(**said) for word in (command.arguments or command.name).split()]


def run(world: World, person: Person, command: Command, target: Target, folder: Path) -> Said:
    """Run a command with the token of somebody, and take back what it wrote."""
    home = folder / person.key
    home.mkdir(exist_ok=True)
    for left in ("login.json", demo.FILE_NAME):
        (home / left).unlink(missing_ok=True)
    words = typed(command, target, folder)
    token = world.tokens.get(person.key)
    if command.name == "query":
        # With a stored token it asks the interface over the network, as everybody does who has one: another door.
        words += ["--as", person.key.replace(" ", ".").casefold()]
        (home / demo.FILE_NAME).write_text("", encoding="utf-8")
    elif token:
        session.store_login(home, session.StoredLogin("http://127.0.0.1:9", token))
    with _as_if_alone(home), taken_back():
        return said_by(words)


@contextlib.contextmanager
def _as_if_alone(home: Path) -> Iterator[None]:
    """Let a command find the suite's own database, index and writer, and leave them as they were."""
    with contextlib.ExitStack() as held:
        for module, name in ((index, "start_follower"), (index, "stop_follower"), (audit, "stop_event_writer")):
            held.enter_context(patch.object(module, name, lambda: None))
        held.enter_context(patch.object(setup, "set_up_django", lambda: None))
        held.enter_context(patch.object(setup, "home", lambda: home))
        held.enter_context(patch.object(records, "give_way", lambda: None))
        held.enter_context(patch.object(demo.DemoMark.objects, "exists", lambda: True))
        yield


def said_by(words: list[str]) -> Said:
    """Run a command in this process and return what it said."""
    refusals: list[Refused] = []
    show = main.show_refusal

    def shown(refused: Refused, *, as_json: bool) -> None:
        refusals.append(refused)
        show(refused, as_json=as_json)

    out, err = io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), patch.object(main, "show_refusal", shown):
        try:
            status = main.main(words)
        except SystemExit as ended:
            status = int(ended.code or 0)
    return Said(status, refusals[0] if refusals else None, out.buffer.getvalue(), err.getvalue())


def run_here(machine: Machine, folder: Path) -> Said:
    """Run a command of the operator in this process, and take back what it wrote."""
    assert machine.arguments
    with _as_if_alone(folder), taken_back():
        return said_by([word.format(folder=folder) for word in machine.arguments.split()])


def run_on_the_machine(machine: Machine, house: SuiteDatabase, folder: Path) -> "subprocess.CompletedProcess[str]":
    """Run a command of the operator as a program of its own, with the roles that its cell names and no other."""
    assert machine.arguments
    environment = house.environment()
    for role, name in SETTINGS.items():
        if role not in machine.roles:
            environment[name] = NOBODY_THERE
    words: list[Any] = [word.format(folder=folder) for word in machine.arguments.split()]
    return subprocess.run(
        [sys.executable, "-m", "liaison.cli.main", *words],
        cwd=REPOSITORY, env=environment, capture_output=True, text=True, timeout=SECONDS_MAX, check=False,
    )  # fmt: skip
