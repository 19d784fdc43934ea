"""The table of doors: for each what it is about, to whom it opens, what is sent to it, and what it has to show.

A door that is found (`finding.py`) and has no cell here fails the build. To add one, add a line: the name as it is
found, the verb, what it is `about` (`targets.py` knows its own, foreign, hidden and absent things), and the jobs to
which it opens. `shows` names the canaries that have to be there where it opens; that no other canary is there needs
no line. The words mean:

- `EVERYBODY`: open before anybody is known. `SIGNED_IN`: to every job. A set of jobs: to these alone; others read
  that their role does not allow it.
- `about`: the thing that the address names. A hidden thing and an absent one are answered alike, byte by byte.
- `opens`: to which relations the thing opens: a body's `own`, or a `foreign` one that it may see. `forbids`: to
  which it does not, though the thing is there for him: he reads that this is not his to do.
- `tells`: canaries that this door alone tells beyond their readers, and why that is so stands with the function.
- `headers`: what an operation is sent besides its token.
- `in_page`: the page itself says no, with its form (422), where others answer with the page of a refusal.
- `states`: sessions that are not open and may come here, for this is where they have to go.
- `leads_to_sign_in`: it ends at the sign-in page by itself.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from tests.doors import facts
from tests.doors.facts import (
    ADMINISTRATORS,
    AUDITS,
    DECIDERS,
    ENTERERS,
    JUDGES,
    OFFICERS,
    PEOPLE,
    READERS,
    RECORDS,
    SUPERVISORS,
    Opening,
    Person,
    Record,
    people_of,
    visible,
)
from tests.factories.glass import WHY as IN_AN_EMERGENCY
from tests.factories.members import PASSWORD

if TYPE_CHECKING:
    from tests.doors.world import World

Jobs = frozenset[str]
Shown = Callable[[Person, Any], list[str]]
Told = Callable[["World", Person, Any], list[str]]

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
    IDENTITY = "identity"
    PROVIDER = "provider"
    OWN_PROVIDER = "own_provider"
    KEY = "key"
    OPENING = "opening"
    THROUGH_THE_GLASS = "through_the_glass"
    NAMED = "named"
    OFFICER = "officer"
    CHECK = "check"
    ANSWERED = "answered"
    SIGNAL = "signal"
    DISMISSED = "dismissed"
    QUERY = "query"
    RESTRICTION = "restriction"
    NUMBER = "number"


def nothing(person: Person, thing: Any) -> list[str]:
    """No canary has to be there."""
    return []


def no_more(world: "World", person: Person, thing: Any) -> list[str]:
    """Every canary is told to its readers alone."""
    return []


@dataclass(frozen=True)
class Door:
    """One cell: see the module's docstring. `sent` is the form, or the document of an interface's operation."""

    name: str
    verb: str
    jobs: Jobs
    about: About = About.NOTHING
    opens: frozenset[str] = frozenset({"own", "foreign"})
    forbids: frozenset[str] = frozenset()
    sent: Mapping[str, Any] | Callable[..., Mapping[str, Any]] = field(default_factory=dict)
    shows: Shown = nothing
    tells: Told = no_more
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
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


GROUND = {"reason": "investigation", "reference": "INV 4471/26"}
"""Why somebody asks what he typed."""


def names_in_force(kind: str) -> Shown:
    """Every record of a kind that he may see has to be named."""
    return lambda person, _: [one.name for one in visible(person, kind)]


def contents_in_force(kind: str) -> Shown:
    """Every record of a kind has to be there with its content."""
    return lambda person, _: [text for one in visible(person, kind) for text in (one.name, one.content)]


def record(person: Person, one: Record) -> list[str]:
    """A record has to be there with its content, and with what few see of it where he is one of them."""
    return [one.name, one.content, *([one.kept] if facts.sees_kept(person, one) else [])]


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
    return {"text": one.name, "purpose": "identify", **GROUND}


def a_key(person: Person, key: str) -> dict[str, str]:
    """The form by which a key is revoked."""
    return {"key": key, "reason": WHY}


def kept_out(person: Person, _: Any) -> list[str]:
    """Why his own body keeps somebody out."""
    return [facts.KEPT_OUT[person.body]] if person.body in facts.KEPT_OUT else []


def itself(person: Person, reference: str) -> list[str]:
    """The reference of what is asked or stands out, which is a canary of the world."""
    return [reference]


def _of_judged(person: Person, words: Mapping[str, str]) -> list[str]:
    """The words of his own body; oversight is shown those of the first."""
    return [words.get(person.body, next(iter(words.values())))]


def stated(person: Person, _: Any) -> list[str]:
    """The reason that the officer has stated."""
    return _of_judged(person, facts.STATED)


def dismissed(person: Person, _: Any) -> list[str]:
    """Why it was dismissed."""
    return _of_judged(person, facts.DISMISSED)


def typed(person: Person, code: str | None) -> list[str]:
    """What somebody typed, to who judges his looks."""
    return [facts.TYPED[code]] if code and person.key in facts.judges_of(code) else []


def matches(person: Person, _: Any) -> list[str]:
    """The partner's own number of each check that met a record of which he is told."""
    return [facts.matter(key) for key in facts.MATCHES if facts.is_told(person, RECORDS[key])]


def reason(person: Person, opening: Opening) -> list[str]:
    """Why an opening was asked for."""
    return [opening.reason]


def reasons(*parts: str, in_force: bool = False) -> Shown:
    """Why each opening was asked for in which he has one of these parts."""
    return lambda person, _: [
        one.reason
        for one in facts.openings_of(person)
        if facts.part_in(person, one) in parts and (one.in_force or not in_force)
    ]


def of_openings(world: "World", person: Person, _: Any) -> list[str]:
    """What everybody reads of an opening who may know of it: its two persons by name, and what it names.

    Whoever answers for the source has to know who looked and who let him; references are told as they were asked
    for, and say nothing of whether there is such a record.
    """
    return [
        text
        for one in facts.openings_of(person)
        for text in (
            facts.word(f"person {one.asker}"),
            facts.word(f"person {one.decider}") if one.in_force else "",
            world.references[one.record],
        )
        if text
    ]


def through_the_glass(world: "World", person: Person, one: Record) -> list[str]:
    """The record that the opening in force shows to who asked for it, and to nobody else."""
    opening = facts.OPENINGS["in force"]
    return [one.name, one.content, world.references[one.key]] if person.key == opening.asker else []


def an_emergency(person: Person, reference: str) -> dict[str, str]:
    """The form by which an opening is asked for."""
    return {
        "ground": "danger_to_life", "purpose": "locate", "source": "QM", "named": reference, "hours": "2",
        "reason": IN_AN_EMERGENCY, "decider": "XS",
    }  # fmt: skip


def page(name: str, verb: str, jobs: Jobs = SIGNED_IN, about: About = About.NOTHING, **more: Any) -> Door:
    """Return the cell of a page."""
    return Door(name, verb, jobs, about, **more)


TERMS = {"number": "QM/1", "title": "Agreement", "starts_on": "2026-11-27", "ends_on": "2027-11-01", "reason": WHY}
JOB = {"role": "bureau_officer", "level": "1"}
ON_A_GROUND = {"ground": "complaint", "words": "Complaint 12 of 2026."}
PARTS_IN = frozenset({"asked", "decides", "answers", "knows"})
"""Who may know of an opening: see `facts.part_in`."""

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
    page("members:with_provider", "GET", EVERYBODY, About.PROVIDER, leads_to_sign_in=True),
    page("members:back_from_provider", "GET", EVERYBODY, About.PROVIDER, leads_to_sign_in=True,
         query="?state=none&code=none"),
    page("members:connect_identity", "GET", about=About.OWN_PROVIDER),
    page("members:connect_identity", "POST", about=About.OWN_PROVIDER, sent={"password": PASSWORD}),
    page("members:part_identity", "POST", about=About.IDENTITY, opens=OWN),
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
    page("members:end", "POST", frozenset({"membership_officer"}), About.BODY, in_page=True, sent={"reason": WHY}),
    page("members:hide_records", "POST", frozenset({"membership_officer"}), About.BODY, in_page=True,
         sent={"reason": WHY}),
    page("members:show_records", "POST", frozenset({"membership_officer"}), About.BODY, in_page=True,
         sent={"reason": WHY}),
    page("members:keys", "GET", about=About.BODY),
    page("members:enrol_key", "POST", ADMINISTRATORS, in_page=True, sent={"paper": "no paper", "reason": WHY}),
    page("members:rehearsed", "POST", ADMINISTRATORS, in_page=True, sent={"paper": "no paper"}),
    page("members:revoke_key", "POST", LOOK_AFTER, About.KEY, opens=ANY, in_page=True, sent=a_key),
    page("members:groups", "GET", shows=groups),
    page("members:propose_group", "GET", ADMINISTRATORS),
    page("members:propose_group", "GET", ADMINISTRATORS, query=f"?group=group:{facts.GROUP}"),
    page("members:propose_group", "POST", ADMINISTRATORS, sent={"kind": "group", "code": "QM-A", "reason": WHY}),
    page("members:take_out", "POST", LOOK_AFTER, About.GROUP, opens=OWN, sent={"body": "QN"}),
    page("members:end_group", "POST", LOOK_AFTER, About.GROUP, opens=OWN),
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
    page("members:job", "POST", ADMINISTRATORS, About.ACCOUNT, opens=OWN, sent=JOB),
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
    page("records:restrict_fields", "GET", ENTERERS, About.RECORD, opens=OWN, shows=record),
    page("records:restrict_fields", "POST", ENTERERS, About.RECORD, opens=OWN, sent={"reason": WHY}, shows=record),
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
    page("records:attention", "GET", READERS),
    page("records:restrictions", "GET", ENTERERS, shows=kept_out),
    page("records:restrict_database", "GET", ENTERERS),
    page("records:restrict_database", "POST", ENTERERS,
         sent={"kind": "vehicles", "excludes": "list:QR", "reason": WHY, "step": "check"}),
    page("records:confirm_restriction", "POST", ENTERERS, About.RESTRICTION, opens=OWN),
    page("records:ask_to_lift", "POST", ENTERERS, About.RESTRICTION, opens=OWN, sent={"reason": WHY}),
    page("records:decide_lift", "POST", ENTERERS, About.RESTRICTION, opens=OWN, sent={"decision": "lift"}),
    # looks
    page("looks:record", "GET", READERS, About.RECORD, shows=lambda who, one: [one.name]),
    page("looks:desk", "GET", AUDITS),
    page("looks:desk", "POST", AUDITS, About.NAMED, opens=ANY, sent=lambda who, one: {"references": one}),
    page("looks:desk", "POST", AUDITS, About.NAMED, opens=ANY, query="?table",
         sent=lambda who, one: {"references": one, "step": "table"}),
    page("looks:desk", "POST", AUDITS, About.OFFICER, opens=ANY, query="?officer",
         sent=lambda who, one: {"officer": one}),
    page("looks:asked", "GET"),
    page("looks:answer", "GET", about=About.CHECK, shows=itself),
    page("looks:answer", "GET", about=About.ANSWERED, shows=stated, query="?answered"),
    page("looks:answer", "POST", about=About.CHECK, opens=OWN, sent={"words": WHY}),
    page("looks:checks", "GET", JUDGES),
    page("looks:check", "GET", JUDGES, About.CHECK, shows=itself),
    page("looks:check", "GET", JUDGES, About.ANSWERED, shows=stated, query="?answered"),
    page("looks:check", "POST", JUDGES, About.ANSWERED, sent={"words": WHY, "decision": "accept"}),
    page("looks:erase", "POST", JUDGES, About.ANSWERED),
    page("looks:signals", "GET", JUDGES),
    page("looks:signal", "GET", JUDGES, About.SIGNAL, shows=itself),
    page("looks:signal", "GET", JUDGES, About.DISMISSED, shows=dismissed, query="?dismissed"),
    page("looks:signal", "POST", JUDGES, About.SIGNAL, sent={"words": WHY, "decision": "dismiss"}),
    page("looks:signal", "POST", JUDGES, About.SIGNAL, query="?follow", sent={"decision": "follow"}),
    page("looks:text", "GET", JUDGES, About.QUERY, opens=ANY),
    page("looks:text", "POST", JUDGES, About.QUERY, opens=ANY, sent=ON_A_GROUND, shows=typed),
    # emergency openings
    page("glass:list", "GET", tells=of_openings),
    page("glass:list", "GET", query="?side=by_us", tells=of_openings),
    page("glass:list", "GET", query="?side=for_us", tells=of_openings),
    page("glass:ask", "GET", OFFICERS),
    page("glass:ask", "POST", OFFICERS, About.NAMED, opens=ANY, sent=an_emergency),
    page("glass:opening", "GET", about=About.OPENING, opens=PARTS_IN, shows=reason, tells=of_openings),
    page("glass:approve", "POST", DECIDERS, About.OPENING, opens=frozenset({"asked", "decides"}),
         forbids=frozenset({"answers", "knows"}), in_page=True, sent={"level": "1"}, tells=of_openings),
    page("glass:reject", "POST", DECIDERS, About.OPENING, opens=frozenset({"asked", "decides"}),
         forbids=frozenset({"answers", "knows"}), in_page=True, tells=of_openings),
    page("glass:end", "POST", SIGNED_IN, About.OPENING, opens=frozenset({"asked", "answers"}),
         forbids=frozenset({"decides", "knows"}), in_page=True, tells=of_openings),
    page("glass:acknowledge", "POST", SIGNED_IN, About.OPENING, opens=frozenset({"answers"}),
         forbids=frozenset({"asked", "decides", "knows"}), in_page=True, tells=of_openings),
    page("glass:record", "GET", OFFICERS, About.THROUGH_THE_GLASS, opens=OWN, shows=record, tells=through_the_glass),
    page("glass:picture", "GET", OFFICERS, About.THROUGH_THE_GLASS, opens=frozenset()),
    # queries
    page("screening:partner_matches", "GET", OFFICERS, shows=matches),
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
    return {"text": one.name, **GROUND}


def asked_by_example(person: Person, one: Record) -> dict[str, object]:
    """The question of a program that was written for yente."""
    schema, name = ("Person", "name") if one.kind == facts.PERSONS else ("Passport", "number")
    example = {"schema": schema, "properties": {name: [in_words(one)]}}
    return {"queries": {"one": example}, "config": GROUND}


def in_words(one: Record) -> str:
    """The whole name of a person, the number of anything else."""
    return f"Elsa {one.name}" if one.kind == facts.PERSONS else one.name


WHY_IN_HEADERS = {"Liaison-Reason": GROUND["reason"], "Liaison-Reference": GROUND["reference"]}


def a_draft(person: Person, thing: Any) -> dict[str, object]:
    """A record that is not complete."""
    return {"database": facts.PERSONS, "fields": {"names": []}, "audience": "all"}


def a_check(person: Person, number: str) -> dict[str, str]:
    """What a private partner submits."""
    return {"kind": "document", "number": number}


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
    page("/api/v1/records/<reference>/restricted-fields", "GET", ENTERERS, About.RECORD, opens=OWN,
         shows=lambda who, one: [one.kept] if facts.sees_kept(who, one) else []),
    page("/api/v1/records/<reference>/restricted-fields", "PUT", ENTERERS, About.RECORD, opens=OWN,
         sent={"restricted": [{"field": "no_such"}], "reason": WHY}),
    page("/api/v1/records/<reference>/restricted-fields/preview", "POST", ENTERERS, About.RECORD, opens=OWN,
         sent={"restricted": []}),
    page("/api/v1/records/<reference>/errors", "POST", READERS, About.RECORD, sent={"what": "other", "text": WHY}),
    page("/api/v1/errors", "GET", READERS),
    page("/api/v1/errors", "GET", READERS, query="?role=reporter"),
    page("/api/v1/errors/<reference>", "GET", READERS, About.REPORT, shows=report),
    page("/api/v1/errors/<reference>/acknowledge", "POST", ENTERERS, About.REPORT, opens=OWN),
    page("/api/v1/errors/<reference>/answer", "POST", ENTERERS, About.REPORT, opens=OWN,
         sent={"outcome": "kept", "text": WHY}),
    page("/api/v1/queries", "POST", READERS, About.RECORD, sent=asked, shows=lambda who, one: [one.name]),
    page("/api/v1/releases", "GET", ENTERERS, query="?database=persons&audience=all"),
    page("/api/v1/restrictions", "GET", ENTERERS, shows=kept_out),
    page("/api/v1/restrictions", "POST", ENTERERS,
         sent={"database": "vehicles", "excludes": "list:QR", "reason": WHY}),
    page("/api/v1/restrictions/<reference>/confirm", "POST", ENTERERS, About.RESTRICTION, opens=OWN),
    page("/api/v1/restrictions/<reference>/lift", "POST", ENTERERS, About.RESTRICTION, opens=OWN,
         sent={"reason": WHY}),
    page("/api/v1/restrictions/<reference>/decide", "POST", ENTERERS, About.RESTRICTION, opens=OWN,
         sent={"lift": True}),
    page("/api/v1/gateway/checks", "POST", frozenset({"partner_program"}), About.NUMBER, opens=ANY, sent=a_check),
    page("/api/v1/gateway/matches", "GET", OFFICERS, shows=matches),
    page("/api/v1/records/<reference>/looks", "GET", READERS, About.RECORD),
    page("/api/v1/looks/questions", "POST", AUDITS, About.NAMED, opens=ANY,
         sent=lambda who, one: {"references": [one]}),
    page("/api/v1/looks/questions", "POST", AUDITS, About.OFFICER, query="?officer",
         sent=lambda who, one: {"officer": one}),
    page("/api/v1/looks/asked", "GET"),
    page("/api/v1/looks/asked/<reference>", "POST", about=About.CHECK, opens=OWN, sent={"text": WHY}),
    page("/api/v1/openings", "GET", shows=reasons("answers"), tells=of_openings),
    page("/api/v1/openings", "GET", query="?side=by_us", shows=reasons("asked"), tells=of_openings),
    page("/api/v1/openings", "GET", query="?side=for_us", shows=reasons("decides"), tells=of_openings),
    page("/api/v1/openings", "POST", OFFICERS, About.NAMED, opens=ANY,
         sent=lambda who, one: {**an_emergency(who, one), "named": [one], "hours": 2}),
    page("/api/v1/openings/<reference>", "GET", about=About.OPENING, opens=PARTS_IN, shows=reason,
         tells=of_openings),
    page("/api/v1/openings/<reference>/approve", "POST", DECIDERS, About.OPENING,
         opens=frozenset({"asked", "decides"}), forbids=frozenset({"answers", "knows"}), sent={"level": 1},
         tells=of_openings),
    page("/api/v1/openings/<reference>/reject", "POST", DECIDERS, About.OPENING,
         opens=frozenset({"asked", "decides"}), forbids=frozenset({"answers", "knows"}), tells=of_openings),
    page("/api/v1/openings/<reference>/end", "POST", about=About.OPENING, opens=frozenset({"asked", "answers"}),
         forbids=frozenset({"decides", "knows"}), tells=of_openings),
    page("/api/v1/openings/<reference>/seen", "POST", about=About.OPENING, opens=frozenset({"answers"}),
         forbids=frozenset({"asked", "decides", "knows"}), tells=of_openings),
    page("/api/v1/openings/<reference>/records/<called>", "GET", OFFICERS, About.THROUGH_THE_GLASS, opens=OWN,
         shows=record, tells=through_the_glass),
    page("/api/v1/yente/match/<dataset>", "POST", READERS, About.RECORD, sent=asked_by_example,
         shows=lambda who, one: [one.name]),
    page("/api/v1/yente/search/<dataset>", "GET", READERS, About.RECORD, sent=lambda who, one: {"q": in_words(one)},
         headers=WHY_IN_HEADERS, shows=lambda who, one: [one.name]),
    page("/api/v1/yente/entities/<reference>", "GET", READERS, About.RECORD, shows=record),
    page("/api/v1/yente/algorithms", "GET", READERS),
    page("/api/v1/yente/catalog", "GET", READERS),
    page("/api/v1/yente/healthz", "GET", EVERYBODY),
    page("/api/v1/yente/readyz", "GET", EVERYBODY),
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

_AGENT = "runs beside a body's own keys and knows no database: whoever holds its folder and passphrase is the body"

COMMANDS: tuple[Command, ...] = (
    *(Command(f"agent {verb}", why=_AGENT) for verb in ("init", "log", "recover", "rehearse", "rotate", "serve")),
    Command("audit accept", why="keeps a checkpoint that somebody else signed"),
    Command("audit checkpoint", why="prints a signed size and root, made to be published"),
    Command("audit export", SIGNED_IN, "audit export {folder}/ledger.zip"),
    Command("audit restored", SIGNED_IN, why="whoever restored it has the machine, and says who he is"),
    Command("audit verify", why=_MACHINE),
    Command("audit witness", why="runs elsewhere, on what an export holds"),
    *(Command(f"db {verb}", why=_MACHINE) for verb in ("migrate", "setup", "status", "stop", "up")),
    Command("demo", why="makes an invented world in an empty home"),
    Command("doctor", why=_MACHINE),
    Command("glass approve", DECIDERS, "glass approve {opening} --json", About.OPENING,
            opens=frozenset({"asked", "decides"})),
    Command("glass ask", OFFICERS,
            "glass ask danger_to_life --purpose locate --source QM --record {named} --reason decided", About.NAMED,
            opens=ANY),
    Command("glass end", SIGNED_IN, "glass end {opening} --json", About.OPENING,
            opens=frozenset({"asked", "answers"})),
    Command("glass list", SIGNED_IN, "glass list --json", shows=reasons("answers")),
    Command("glass read", OFFICERS, "glass read {opening} {called} --json", About.THROUGH_THE_GLASS, opens=OWN,
            shows=record),
    Command("glass reject", DECIDERS, "glass reject {opening} --json", About.OPENING,
            opens=frozenset({"asked", "decides"})),
    Command("glass seen", SIGNED_IN, "glass seen {opening} --json", About.OPENING, opens=frozenset({"answers"})),
    Command("glass show", SIGNED_IN, "glass show {opening} --json", About.OPENING, opens=PARTS_IN, shows=reason),
    Command("login", why="is POST /api/v1/tokens"),
    Command("looks answer", SIGNED_IN, "looks answer {check} --words decided", About.CHECK, opens=OWN),
    Command("looks asked", SIGNED_IN, "looks asked --json"),
    Command("looks at", AUDITS, "looks at {named} --json", About.NAMED, opens=ANY),
    Command("looks by", AUDITS, "looks by {officer} --json", About.OFFICER),
    Command("looks checks", JUDGES, "looks checks --json"),
    Command("looks dismiss", JUDGES, "looks dismiss {signal} --words decided", About.SIGNAL),
    Command("looks follow-up", JUDGES, "looks follow-up {signal}", About.SIGNAL),
    Command("looks judge", JUDGES, "looks judge {check} --accept --words decided", About.ANSWERED),
    Command("looks let-go", why="lists months that are gone and entries that say so; it shows nobody's looks"),
    Command("looks open-text", JUDGES, "looks open-text {event} --ground complaint --words decided --json",
            About.QUERY, opens=OWN, shows=typed),
    Command("looks record", READERS, "looks record {reference} --json", About.RECORD),
    Command("looks signals", JUDGES, "looks signals --json"),
    Command("members add-key", ADMINISTRATORS, "members add-key {folder}/key.pem --label register"),
    Command("members add-program", ADMINISTRATORS, "members add-program register.new --json"),
    Command("members changes", SIGNED_IN, "members changes --json", shows=pending),
    Command("members contact", ADMINISTRATORS, "members contact --desk Desk --phone +33472447000"),
    Command("members decide", LOOK_AFTER, "members decide {change} --reject", About.CHANGE),
    Command("members end", frozenset({"membership_officer"}), "members end {code} --reason decided", About.BODY,
            opens=frozenset({"foreign"})),
    Command("members end-group", LOOK_AFTER, "members end-group {group}", About.GROUP, opens=OWN),
    Command("members enrol", ADMINISTRATORS, "members enrol {folder}/paper.json --reason decided"),
    Command("members found", why="founds an installation; only while nobody joined"),
    Command("members keys", SIGNED_IN, "members keys --json"),
    Command("members list", SIGNED_IN, "members list --json", shows=agencies),
    Command("members rehearsed", ADMINISTRATORS, "members rehearsed {folder}/paper.json"),
    Command("members revoke-key", ADMINISTRATORS, "members revoke-key nothing", opens=frozenset()),
    Command("members revoke-signer", LOOK_AFTER, "members revoke-signer {key} --reason decided", About.KEY,
            opens=frozenset()),
    Command("members signers", SIGNED_IN, "members signers {code} --json", About.BODY),
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
    "looks": "draws what is asked about and raises what stands out, as a viewer of each body; logs three counts",
    "journal": "destroys the words of queries when their time is over",
    "membership": "writes down what ended by time",
    "partner checks": "has numbers of private partners looked up, tells them nothing, and logs no number",
    "retention": "erases records when their time is over",
    "signing": "has signed what waited for its signer; sends digests to an agent, no content",
}
"""What `liaison work` runs: the system's own roles, no viewer; each leaves no canary in what it logs."""
