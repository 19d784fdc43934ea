"""The table of doors: for each what it is about, to whom it opens, what is sent to it, and what it has to show.

A door that is found (`finding.py`) and has no cell here fails the build. To add one, add a line: the name as it is
found, the verb, what it is `about` (`targets.py` knows its own, foreign, hidden and absent things), and the jobs to
which it opens. `shows` names the canaries that have to be there where it opens; that no other canary is there needs
no line. The words mean:

- `EVERYBODY`: open before anybody is known. `SIGNED_IN`: to every job. A set of jobs: to these alone; others read
  that their role does not allow it.
- `about`: the thing that the address names. A hidden thing and an absent one are answered alike, byte by byte.
- `opens`: to which relations the thing opens: a body's `own`, or a `foreign` one that it may see.
- `in_page`: the page itself says no, with its form (422), where others answer with the page of a refusal.
- `states`: sessions that are not open and may come here, for this is where they have to go.
- `leads_to_sign_in`: it ends at the sign-in page by itself.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from tests.doors import facts
from tests.doors.facts import (
    ADMINISTRATORS,
    ENTERERS,
    PEOPLE,
    READERS,
    SUPERVISORS,
    Person,
    Record,
    people_of,
    visible,
)
from tests.factories.members import PASSWORD

Jobs = frozenset[str]
Shown = Callable[[Person, Any], list[str]]

EVERYBODY: Jobs = frozenset({"everybody"})
SIGNED_IN: Jobs = frozenset({"signed in"})
WRITERS = frozenset({"bureau_officer", "bureau_supervisor", "list_operator"})
LOOK_AFTER = ADMINISTRATORS | SUPERVISORS
REGISTER = LOOK_AFTER | {"auditor"}
IMPORTS = ENTERERS | {"auditor"}


class About(StrEnum):
    """What an address names."""

    NOTHING = "nothing"
    RECORD = "record"
    KIND = "kind"
    REPORT = "report"
    RUN = "run"
    COMPARISON = "comparison"
    BODY = "body"
    ACCOUNT = "account"
    ACCOUNT_TOKEN = "account_token"
    TOKEN = "token"
    TURN = "turn"
    CHANGE = "change"
    POLICY = "policy"
    POLICY_CHANGE = "policy_change"
    GROUP = "group"
    FACTOR = "factor"
    BROWSER = "browser"


def nothing(person: Person, thing: Any) -> list[str]:
    """No canary has to be there."""
    return []


@dataclass(frozen=True)
class Door:
    """One cell: see the module's docstring. `sent` is the form, or the document of an interface's operation."""

    name: str
    verb: str
    jobs: Jobs
    about: About = About.NOTHING
    opens: frozenset[str] = frozenset({"own", "foreign"})
    sent: Mapping[str, Any] | Callable[..., Mapping[str, Any]] = field(default_factory=dict)
    shows: Shown = nothing
    query: str = ""
    in_page: bool = False
    states: frozenset[str] = frozenset()
    leads_to_sign_in: bool = False

    @property
    def id(self) -> str:
        """What a test is called."""
        return f"{self.verb} {self.name}{self.query}"


OWN = frozenset({"own"})
ANY = frozenset({"own", "foreign", "hidden", "absent"})
"""It opens whatever is named, since it does not look before it acts."""
WHY = "It was decided in a test."


def names_in_force(kind: str) -> Shown:
    """Every record of a kind that he may see has to be named."""
    return lambda person, _: [one.name for one in visible(person, kind)]


def contents_in_force(kind: str) -> Shown:
    """Every record of a kind has to be there with its content."""
    return lambda person, _: [text for one in visible(person, kind) for text in (one.name, one.content)]


def record(person: Person, one: Record) -> list[str]:
    """A record has to be there with its content."""
    return [one.name, one.content]


def own_register(person: Person, _: Any) -> list[str]:
    """The people of his own body, and all people for oversight."""
    everybody = person.job == "auditor"
    return [
        facts.display_name(one.key)
        for one in PEOPLE.values()
        if one.body and (everybody or person.body in facts.looked_after(one.body))
    ]


def account(person: Person, key: str) -> list[str]:
    """The name of one account."""
    return [facts.display_name(key)]


def agencies(person: Person, _: Any) -> list[str]:
    """The names of his body's agencies, which stand first; the secretariat finds all of them on later pages."""
    return [text for code, text in facts.AGENCY_NAME.items() if person.key in people_of(*facts.looked_after(code))]


def known_agency(code: str) -> frozenset[str]:
    """Who knows that a bureau connects an agency."""
    return people_of(*facts.looked_after(code)) | facts.ADMITS | facts.AUDITOR


def body(person: Person, code: str) -> list[str]:
    """The name of an agency and its agreement; of QP why it is suspended, to who may read that."""
    if code in facts.AGENCY_NAME:
        return [facts.AGENCY_NAME[code], facts.AGENCY_TITLE[code]]
    return [facts.SUSPENSION] if code == "QP" and person.key in facts.ADMITS | facts.AUDITOR else []


def pending(person: Person, _: Any) -> list[str]:
    """What waits for a second person in his own body."""
    return [facts.PENDING[person.body]] if person.body in facts.PENDING else []


def groups(person: Person, _: Any) -> list[str]:
    """His own body's list."""
    return [facts.GROUP, facts.GROUP_NAME] if person.body == "QM" else []


def report(person: Person, _: Any) -> list[str]:
    """The words of the report."""
    return [facts.REPORT]


def run(person: Person, code: str) -> list[str]:
    """The file of one import."""
    return [facts.FILE[code]]


def own_token(person: Person, _: Any) -> list[str]:
    """The labels of his own token and his own browser."""
    if person.key not in ("QM officer", "QN officer"):
        return []
    return [facts.TOKEN_LABEL[person.body], facts.BROWSER[person.body]]


def asked_by_name(person: Person, one: Record) -> dict[str, str]:
    """The question for a record by its name or number alone."""
    return {"text": one.name, "purpose": "identify"}


def page(name: str, verb: str, jobs: Jobs = SIGNED_IN, about: About = About.NOTHING, **more: Any) -> Door:
    """Return the cell of a page."""
    return Door(name, verb, jobs, about, **more)


TERMS = {"number": "QM/1", "title": "Agreement", "starts_on": "2026-11-27", "ends_on": "2027-11-01", "reason": WHY}
JOB = {"role": "bureau_officer", "level": "1"}

PAGES: tuple[Door, ...] = (
    # the shell
    page("web:start", "GET", EVERYBODY, leads_to_sign_in=True),
    page("web:favicon", "GET", EVERYBODY),
    page("web:theme", "POST", EVERYBODY, sent={"theme": "dark", "next": "/"}),
    page("web:set_language", "POST", EVERYBODY, sent={"language": "fr", "next": "/"}),
    page("openapi", "GET", EVERYBODY),
    page("api:api-root", "GET", EVERYBODY, opens=frozenset()),
    # signing in, and one's own account
    page("members:sign_in", "GET", EVERYBODY),
    page("members:sign_in", "POST", EVERYBODY, sent={"sign_in_name": "qm.officer", "password": "not the one"}),
    page("members:sign_out", "POST", EVERYBODY, leads_to_sign_in=True),
    page("members:unlock", "GET", states=frozenset({"locked"})),
    page("members:unlock", "POST", states=frozenset({"locked"}), sent={"password": "not the one"}),
    page("members:second_factor", "GET", EVERYBODY, leads_to_sign_in=True),
    page("members:second_factor", "POST", EVERYBODY, leads_to_sign_in=True, sent={"code": "not the one"}),
    page("members:by_passkey", "POST", EVERYBODY, leads_to_sign_in=True),
    page("members:by_passkey", "POST", EVERYBODY, leads_to_sign_in=True, query="?again", sent={"answer": "{}"}),
    page("members:factors", "GET", states=frozenset({"unproved"})),
    page("members:add_passkey", "GET", states=frozenset({"unproved"})),
    page("members:add_passkey", "POST", states=frozenset({"unproved"}), sent={"label": "key", "answer": "{}"}),
    page("members:add_app", "GET", states=frozenset({"unproved"})),
    page("members:add_app", "POST", states=frozenset({"unproved"}), sent={"code": "000000"}),
    page("members:recovery_codes", "GET"),
    page("members:recovery_codes", "POST", sent={"password": "not the one"}),
    page("members:remove_factor", "GET", about=About.FACTOR, opens=ANY),
    page("members:remove_factor", "POST", about=About.FACTOR, opens=OWN, sent={"password": PASSWORD}),
    page("members:end_sessions", "POST"),
    page("members:own_browser", "POST", about=About.BROWSER, opens=OWN),
    page("members:forget_browser", "POST", about=About.BROWSER, opens=OWN),
    page("members:own_account", "GET", shows=own_token),
    page("members:own_password", "GET", states=frozenset({"first"})),
    page("members:own_password", "POST", states=frozenset({"first"}),
         sent={"current": "not the one", "password": "a", "again": "a"}),
    page("members:add_token", "POST", sent={"label": "my program", "purpose": "identify"}),
    page("members:end_token", "POST", about=About.TOKEN),
    # members
    page("members:list", "GET", shows=agencies),
    page("members:list", "GET", query="?find=a"),
    page("members:body", "GET", about=About.BODY, shows=body),
    page("members:connect", "GET", ADMINISTRATORS),
    page("members:connect", "POST", ADMINISTRATORS, sent={**TERMS, "code": "QM-XX", "name": "Agency"}),
    page("members:admit", "GET", frozenset({"membership_officer"}), query="?kind=partner"),
    page("members:admit", "POST", frozenset({"membership_officer"}), query="?kind=bureau", sent={"code": "QT"}),
    page("members:changes", "GET", shows=pending),
    page("members:decide", "POST", LOOK_AFTER, About.CHANGE, in_page=True, sent={"decision": "reject"}),
    page("members:renew", "GET", about=About.BODY),
    page("members:renew", "POST", about=About.BODY, sent={"number": ""}),
    page("members:administrator", "GET", frozenset({"membership_officer"}), About.BODY),
    page("members:administrator", "POST", frozenset({"membership_officer"}), About.BODY, sent={"reason": WHY}),
    page("members:suspend", "POST", about=About.BODY, sent={"reason": ""}),
    page("members:resume", "POST", about=About.BODY, sent={"reason": ""}),
    page("members:disconnect", "POST", about=About.BODY, sent={"reason": ""}),
    page("members:groups", "GET", shows=groups),
    page("members:propose_group", "GET", ADMINISTRATORS),
    page("members:propose_group", "GET", ADMINISTRATORS, query=f"?group=group:{facts.GROUP}"),
    page("members:propose_group", "POST", ADMINISTRATORS, sent={"kind": "group", "code": "QM-A", "reason": WHY}),
    page("members:take_out", "POST", LOOK_AFTER, About.GROUP, opens=OWN, sent={"body": "QN"}),
    page("members:desk", "GET"),
    page("members:contact", "POST", ADMINISTRATORS, in_page=True, sent={"desk": "Desk", "phone": "+33472447000"}),
    page("members:hours", "POST", LOOK_AFTER, in_page=True, sent={"time_zone": "UTC", "day_0": "09:00-12:00"}),
    page("members:plan", "POST", LOOK_AFTER, in_page=True, sent={"user": "nobody"}),
    page("members:drop", "POST", LOOK_AFTER, About.TURN, opens=OWN),
    page("members:ask_deputy", "POST", ADMINISTRATORS, in_page=True, sent={"code": "QN"}),
    page("members:end_deputy", "POST", LOOK_AFTER),
    page("members:people", "GET", REGISTER, shows=own_register),
    page("members:people", "GET", REGISTER, query="?due=yes&body=QN"),
    page("members:add_person", "GET", ADMINISTRATORS),
    page("members:add_person", "POST", ADMINISTRATORS, sent={**JOB, "sign_in_name": "new", "display_name": "New"}),
    page("members:account", "GET", REGISTER, About.ACCOUNT, shows=account),
    page("members:job", "POST", REGISTER, About.ACCOUNT, opens=OWN, sent=JOB),
    page("members:confirm", "POST", LOOK_AFTER, About.ACCOUNT, opens=OWN),
    page("members:leave", "POST", LOOK_AFTER, About.ACCOUNT, opens=OWN),
    page("members:take_back", "POST", ADMINISTRATORS, About.ACCOUNT, opens=OWN),
    page("members:password", "POST", ADMINISTRATORS, About.ACCOUNT, opens=OWN),
    page("members:factors_lost", "POST", ADMINISTRATORS, About.ACCOUNT, opens=OWN),
    page("members:token", "POST", REGISTER, About.ACCOUNT, sent={"label": "register", "purpose": "identify"}),
    page("members:end_their_token", "POST", SIGNED_IN, About.ACCOUNT_TOKEN, opens=OWN),
    # policies and the ledger
    page("policies:list", "GET"),
    page("policies:propose", "GET", frozenset({"policy_officer"}), About.POLICY),
    page("policies:propose", "POST", frozenset({"policy_officer"}), About.POLICY, sent={"value": "a", "reason": WHY}),
    page("policies:decide", "POST", frozenset({"policy_officer"}), About.POLICY_CHANGE, sent={"decision": "reject"}),
    page("audit:ledger", "GET"),
    # records
    page("records:databases", "GET"),
    page("records:about", "GET", about=About.KIND),
    page("records:list", "GET", READERS, About.KIND, shows=lambda who, kind: names_in_force(kind)(who, None)),
    page("records:record", "GET", READERS, About.RECORD, shows=record),
    page("records:portrait", "GET", READERS, About.RECORD, opens=frozenset()),
    page("records:picture", "GET", READERS, About.RECORD, opens=frozenset()),
    page("records:enter", "GET", ENTERERS, About.KIND),
    page("records:enter", "POST", ENTERERS, About.KIND, sent={"handling-audience": "all", "handling-level": "1"}),
    page("records:change", "GET", ENTERERS, About.RECORD, opens=OWN, shows=record),
    page("records:change", "POST", ENTERERS, About.RECORD, opens=OWN, sent={"step": "check"}),
    page("records:restrict", "GET", ENTERERS, About.RECORD, opens=OWN, shows=lambda who, one: [one.name]),
    page("records:restrict", "POST", ENTERERS, About.RECORD, opens=OWN, sent={"audience": "all", "level": "1"}),
    page("records:extend", "GET", ENTERERS, About.RECORD, opens=OWN, shows=lambda who, one: [one.name]),
    page("records:extend", "POST", ENTERERS, About.RECORD, opens=OWN, sent={"reason": WHY}),
    page("records:withdraw", "GET", WRITERS, About.RECORD, opens=OWN, shows=lambda who, one: [one.name]),
    page("records:withdraw", "POST", WRITERS, About.RECORD, opens=OWN, sent={"reason": WHY}),
    page("records:ending", "GET", ENTERERS),
    page("records:errors", "GET", READERS),
    page("records:errors", "GET", READERS, query="?by=us"),
    page("records:error", "GET", READERS, About.REPORT, shows=report),
    page("records:error_acknowledge", "POST", ENTERERS, About.REPORT, opens=OWN),
    page("records:error_answer", "POST", ENTERERS, About.REPORT, sent={"outcome": "kept", "text": WHY}),
    page("records:report_error", "GET", READERS, About.RECORD, shows=lambda who, one: [one.name]),
    page("records:report_error", "POST", READERS, About.RECORD, sent={"what": "other", "text": WHY}),
    # queries
    page("screening:query", "GET", READERS),
    page("screening:query", "POST", READERS, About.RECORD, sent=asked_by_name, shows=lambda who, one: [one.name]),
    # exchange
    page("exchange:list", "GET", IMPORTS),
    page("exchange:report", "GET", SIGNED_IN, About.RUN, shows=run),
    page("exchange:approve", "POST", frozenset({"list_operator"}), About.RUN, opens=OWN),
    page("exchange:export", "GET", ENTERERS, About.KIND),
    page("exchange:export", "POST", ENTERERS, About.KIND, sent={"format": "csv"},
         shows=lambda who, kind: contents_in_force(kind)(who, None)),
    page("exchange:export", "POST", ENTERERS, About.KIND, sent={"format": "csv", "step": "losses"}),
    page("exchange:template", "GET", about=About.KIND),
)  # fmt: skip


def asked(person: Person, one: Record) -> dict[str, str]:
    """The question of a program."""
    return {"text": one.name}


def a_draft(person: Person, thing: Any) -> dict[str, object]:
    """A record that is not complete."""
    return {"database": facts.PERSONS, "fields": {"names": []}, "audience": "all"}


RESTRICTION = {"audience": "all", "level": 1, "reason": WHY}

OPERATIONS: tuple[Door, ...] = (
    page("/api/v1/tokens", "POST", EVERYBODY,
         sent={"sign_in_name": "qm.officer", "password": "not the one", "purpose": "identify"}),
    page("/api/v1/members", "GET", shows=agencies),
    page("/api/v1/members", "GET", query="?find=a"),
    page("/api/v1/audiences", "GET", ENTERERS, query="?audience=all"),
    page("/api/v1/groups", "GET", shows=groups),
    page("/api/v1/databases", "GET"),
    page("/api/v1/databases/<kind>/export", "GET", ENTERERS, About.KIND,
         shows=lambda who, kind: contents_in_force(kind)(who, None)),
    page("/api/v1/databases/<kind>/template", "GET", about=About.KIND),
    page("/api/v1/batches", "POST", ENTERERS, sent={"no": "signature"}),
    page("/api/v1/reconciliations", "POST", ENTERERS, sent={"database": facts.DOCUMENTS, "open": []}),
    page("/api/v1/reconciliations/<reference>", "GET", SIGNED_IN, About.COMPARISON),
    page("/api/v1/records", "POST", ENTERERS, sent=a_draft),
    page("/api/v1/records/check", "POST", ENTERERS, sent=a_draft),
    page("/api/v1/records/advice", "POST", ENTERERS, sent=a_draft),
    page("/api/v1/records/changes", "GET", ENTERERS,
         shows=lambda who, _: [one.name for one in visible(who)]),
    page("/api/v1/records/<reference>", "GET", READERS, About.RECORD, shows=record),
    page("/api/v1/records/<reference>", "PUT", ENTERERS, About.RECORD, opens=OWN, sent={"fields": {}}),
    page("/api/v1/records/<reference>/withdraw", "POST", WRITERS, About.RECORD, opens=OWN, sent={"reason": WHY}),
    page("/api/v1/records/<reference>/restrict", "POST", ENTERERS, About.RECORD, opens=OWN, sent=RESTRICTION),
    page("/api/v1/records/<reference>/errors", "POST", READERS, About.RECORD, sent={"what": "other", "text": WHY}),
    page("/api/v1/errors", "GET", READERS),
    page("/api/v1/errors", "GET", READERS, query="?role=reporter"),
    page("/api/v1/errors/<reference>", "GET", READERS, About.REPORT, shows=report),
    page("/api/v1/errors/<reference>/acknowledge", "POST", ENTERERS, About.REPORT, opens=OWN),
    page("/api/v1/errors/<reference>/answer", "POST", ENTERERS, About.REPORT, opens=OWN,
         sent={"outcome": "kept", "text": WHY}),
    page("/api/v1/queries", "POST", READERS, About.RECORD, sent=asked, shows=lambda who, one: [one.name]),
)  # fmt: skip

STREAMS: frozenset[str] = frozenset()
"""Modules that keep an answer open. The first one brings the test of what flows."""


@dataclass(frozen=True)
class Command:
    """A command: `arguments` as typed, with `{reference}` and the like filled in; who it opens to.

    Those without `jobs` act for nobody: they are the operator's, who has the machine, and `why` says so.
    """

    name: str
    jobs: Jobs = frozenset()
    arguments: str = ""
    about: About = About.NOTHING
    opens: frozenset[str] = frozenset({"own", "foreign"})
    shows: Shown = nothing
    why: str = ""


_MACHINE = "acts for nobody: whoever may run it holds the machine and its files, and it shows no content"

COMMANDS: tuple[Command, ...] = (
    Command("audit accept", why="keeps a checkpoint that somebody else signed"),
    Command("audit checkpoint", why="prints a signed size and root, made to be published"),
    Command("audit export", SIGNED_IN, "audit export {folder}/ledger.zip"),
    Command("audit restored", frozenset({"auditor"}), why="writes that a restore was; of the operator, as a person"),
    Command("audit verify", why=_MACHINE),
    Command("audit witness", why="runs elsewhere, on what an export holds"),
    *(Command(f"db {verb}", why=_MACHINE) for verb in ("migrate", "setup", "status", "stop", "up")),
    Command("demo", why="makes an invented world in an empty home"),
    Command("doctor", why=_MACHINE),
    Command("login", why="is POST /api/v1/tokens"),
    Command("members add-key", ADMINISTRATORS, "members add-key {folder}/key.pem --label register"),
    Command("members add-program", ADMINISTRATORS, "members add-program register.new --json"),
    Command("members changes", SIGNED_IN, "members changes --json", shows=pending),
    Command("members contact", ADMINISTRATORS, "members contact --desk Desk --phone +33472447000"),
    Command("members decide", LOOK_AFTER, "members decide {change} --reject", About.CHANGE),
    Command("members found", why="founds an installation; only while nobody joined"),
    Command("members keys", SIGNED_IN, "members keys --json"),
    Command("members list", SIGNED_IN, "members list --json", shows=agencies),
    Command("members revoke-key", ADMINISTRATORS, "members revoke-key nothing"),
    Command("members suspend", LOOK_AFTER, "members suspend QN-CU --reason decided"),
    Command("query", READERS, "query {name} --json", About.RECORD, shows=lambda who, one: [one.content]),
    Command("records approve-import", IMPORTS, "records approve-import {run} --json", About.RUN, opens=OWN),
    Command("records export", ENTERERS, "records export {kind} --format csv", About.KIND,
            shows=lambda who, kind: contents_in_force(kind)(who, None)),
    Command("records import", ENTERERS, "records import ftm {folder}/empty.json --json"),
    Command("records imports", IMPORTS, "records imports --json"),
    Command("records show-import", IMPORTS, "records show-import {run} --json", About.RUN, shows=run),
    Command("records template", SIGNED_IN, "records template {kind}", About.KIND),
    Command("serve", why=_MACHINE),
    Command("work", why="runs the parts below"),
)  # fmt: skip

PARTS: Mapping[str, str] = {
    "sequencer": "numbers entries; writes hashes, sizes and counts",
    "builder": "writes the segments of the index",
    "database": "starts the embedded server again",
    "journal": "destroys the words of queries when their time is over",
    "membership": "writes down what ended by time",
    "retention": "erases records when their time is over",
}
"""What `liaison work` runs: the system's own roles, no viewer; each leaves no canary in what it logs."""
