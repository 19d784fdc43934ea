"""The invented world of the proof as plain facts, and the oracle that says who may read what.

Nothing here knows the product: bodies, people, records and their canaries are written down as data, and the oracle
is a few lines over them. A canary is a word that stands in one place only, so that whoever reads it has read that.
"""

import hashlib
from dataclasses import dataclass, field
from functools import cache

_CONSONANTS, _VOWELS = "bdfgklmnprstvz", "aeiou"
SYLLABLES = 5

OFFICIAL, RESTRICTED, CONFIDENTIAL = 1, 2, 3
PERSONS, DOCUMENTS = "persons", "administrative_documents"


def word(about: str) -> str:
    """Return the canary of a thing: a word of ten letters that looks like a family name and stands nowhere else."""
    drawn = hashlib.sha256(f"canary {about}".encode()).digest()
    letters = [
        (_CONSONANTS if place % 2 == 0 else _VOWELS)[number % (len(_CONSONANTS) if place % 2 == 0 else len(_VOWELS))]
        for place, number in enumerate(drawn[: 2 * SYLLABLES])
    ]
    return "".join(letters).capitalize()


def number(about: str) -> str:
    """Return the canary of a document: two letters and seven digits."""
    return f"VR{int.from_bytes(hashlib.sha256(f'number {about}'.encode()).digest()[:4], 'big') % 10**7:07}"


@dataclass(frozen=True)
class Body:
    """A body: what kind, under which bureau, what its agreement opens (None: everything), whether it takes part."""

    code: str
    kind: str
    parent: str = ""
    opens: frozenset[str] | None = None
    takes_part: bool = True


@dataclass(frozen=True)
class Person:
    """Somebody at a door. `state`: how far he is signed in; a `machine` has tokens and no password."""

    key: str
    body: str
    job: str
    level: int = OFFICIAL
    state: str = "open"

    @property
    def is_known(self) -> bool:
        """Whether he is signed in and may go on."""
        return self.state in ("open", "machine")

    @property
    def has_pages(self) -> bool:
        """Whether he sits before a browser in which he is signed in and may go on."""
        return self.state == "open"


@dataclass(frozen=True)
class Record:
    """A record: whose, of what, who may see it as terms that are added and taken away, and up to which level."""

    key: str
    source: str
    kind: str
    adds: tuple[str, ...] = ()
    less: tuple[str, ...] = ()
    level: int = OFFICIAL
    active: bool = True
    besides: tuple[str, ...] | None = None
    """Who sees one statement of it more than the others, as terms; none: the source alone. None: there is none."""

    @property
    def kept(self) -> str:
        """What only its restricted statement tells: another family name, by which who sees it finds the record."""
        return word(f"what few see of {self.key}")

    @property
    def besides_written(self) -> str:
        """Who sees the restricted statement, as it is written."""
        return " + ".join(self.besides or ())

    @property
    def name(self) -> str:
        """What one asks by: the family name, or the number of the document."""
        return word(f"name of {self.key}") if self.kind == PERSONS else number(self.key)

    @property
    def content(self) -> str:
        """What only the content tells, beside its name."""
        return word(f"content of {self.key}")

    @property
    def own_key(self) -> str:
        """The key of the source's own system, which is the source's alone."""
        return word(f"key of {self.key}")

    @property
    def audience(self) -> str:
        """The audience as it is written."""
        return " + ".join(self.adds) + "".join(f" -{one}" for one in self.less)


GROUP = "QM-PARTNERS"
"""A list of QM's own: its code stands in no other place."""
PROGRAMME = "CYBER"
GROUPS = {f"group:{GROUP}": {"QN", "QR"}, f"programme:{PROGRAMME}": {"QN", "QO"}}

THINGS = frozenset({DOCUMENTS, "vehicles"})
BODIES = {
    one.code: one
    for one in (
        Body("QM", "bureau"),
        Body("QN", "bureau"),
        Body("QO", "bureau"),
        Body("QP", "bureau", takes_part=False),
        Body("QM-BP", "agency", "QM", frozenset({PERSONS, DOCUMENTS})),
        Body("QN-CU", "agency", "QN", THINGS),
        Body("XR-ONE", "regional_body", opens=frozenset({PERSONS, DOCUMENTS})),
        Body("XP-ONE", "partner", opens=frozenset({DOCUMENTS})),
        Body("XV-PAY", "private_partner", opens=frozenset({DOCUMENTS})),
        Body("XS", "secretariat"),
        Body("XC", "commission"),
    )
}

PEOPLE = {
    one.key: one
    for one in (
        Person("QM officer", "QM", "bureau_officer"),
        Person("QM supervisor", "QM", "bureau_supervisor"),
        Person("QM administrator", "QM", "bureau_administrator"),
        Person("QM data protection", "QM", "data_protection_officer"),
        Person("QM security", "QM", "security_officer"),
        Person("QM frontline", "QM", "frontline_officer"),
        Person("QM machine", "QM", "bureau_officer", state="machine"),
        Person("QM locked", "QM", "bureau_officer", state="locked"),
        Person("QM newcomer", "QM", "bureau_officer", state="first"),
        Person("QM half", "QM", "bureau_officer", state="half"),
        Person("QM unproved", "QM", "bureau_officer", state="unproved"),
        Person("QM-BP officer", "QM-BP", "frontline_officer"),
        Person("QN officer", "QN", "bureau_officer"),
        Person("QN cleared", "QN", "bureau_officer", RESTRICTED),
        Person("QN supervisor", "QN", "bureau_supervisor"),
        Person("QN administrator", "QN", "bureau_administrator"),
        Person("QO cleared", "QO", "bureau_supervisor", CONFIDENTIAL),
        Person("QO administrator", "QO", "bureau_administrator"),
        Person("QP officer", "QP", "bureau_officer", state="suspended"),
        Person("QN-CU officer", "QN-CU", "bureau_officer", CONFIDENTIAL),
        Person("XR-ONE officer", "XR-ONE", "bureau_officer"),
        Person("XP-ONE officer", "XP-ONE", "bureau_officer"),
        Person("XP-ONE administrator", "XP-ONE", "bureau_administrator"),
        Person("XV-PAY administrator", "XV-PAY", "bureau_administrator"),
        Person("XV-PAY program", "XV-PAY", "partner_program", state="machine"),
        Person("XS list operator", "XS", "list_operator"),
        Person("XS policy officer", "XS", "policy_officer"),
        Person("XS membership officer", "XS", "membership_officer"),
        Person("XS auditor", "XS", "auditor"),
        Person("XC member", "XC", "commission_member"),
        Person("nobody", "", "", state="nobody"),
    )
}

RECORDS = {
    one.key: one
    for one in (
        Record("open", "QM", PERSONS, ("all",), besides=("list:QN",)),
        Record("for nobody", "QM", PERSONS),
        Record("without QO", "QM", PERSONS, ("all",), ("QO",), besides=("list:QO",)),
        Record("for QN", "QM", PERSONS, ("list:QN",)),
        Record("restricted", "QM", PERSONS, ("all",), level=RESTRICTED),
        Record("for the programme", "QM", PERSONS, (f"programme:{PROGRAMME}",), ("QO",)),
        Record("for QM's list", "QM", DOCUMENTS, (f"group:{GROUP}",)),
        Record("open paper", "QM", DOCUMENTS, ("all",)),
        Record("paper for a partner", "QM", DOCUMENTS, ("all", "list:XP-ONE")),
        Record("confidential paper", "QM", DOCUMENTS, ("list:QN,QO",), level=CONFIDENTIAL),
        Record("paper for an agency", "QM", DOCUMENTS, ("list:QN-CU",)),
        Record("withdrawn", "QM", PERSONS, ("all",), active=False),
        Record("of QO for QM", "QO", PERSONS, ("list:QM",), besides=()),
        Record("of QO for nobody", "QO", DOCUMENTS),
        Record("of QN for nobody", "QN", PERSONS),
        Record("of QN for all", "QN", DOCUMENTS, ("all",)),
        Record("of the partner", "XP-ONE", DOCUMENTS, ("list:QM",)),
        Record("of the partner for nobody", "XP-ONE", DOCUMENTS),
    )
}

READERS = frozenset({"bureau_officer", "bureau_supervisor", "frontline_officer", "list_operator"})
"""The jobs that read records. Nobody else sees content, whatever body he belongs to."""
ENTERERS = frozenset({"bureau_officer", "bureau_supervisor", "list_operator"})
ADMINISTRATORS = frozenset({"bureau_administrator", "membership_officer"})
SUPERVISORS = frozenset({"bureau_supervisor"})
OFFICERS = frozenset({"bureau_officer", "bureau_supervisor"})
"""The jobs that are told of matches from private partners, and that ask for emergency openings."""
DECIDERS = frozenset({"bureau_supervisor", "security_officer"})
"""The jobs that decide on emergency openings."""
JUDGES = frozenset({"data_protection_officer", "auditor"})
"""The jobs that judge looks: of their own body, and of all bodies."""
AUDITS = ADMINISTRATORS | SUPERVISORS | JUDGES | {
    "security_officer", "list_operator", "policy_officer", "commission_member",
}  # fmt: skip
"""The jobs that ask who of their own body looked."""
KNOWERS = READERS | DECIDERS | JUDGES
"""The jobs that learn by reference which records there are that their body may see; content is for readers."""
IN_ALL = frozenset({"bureau", "regional_body", "secretariat"})


@cache
def takes_part(code: str) -> bool:
    """Whether a body takes part: neither it nor the bureau that connects it is suspended."""
    body = BODIES[code]
    return body.takes_part and (not body.parent or takes_part(body.parent))


@cache
def named(term: str) -> frozenset[str]:
    """Which bodies one term names; whoever names a bureau names its agencies."""
    part = {code for code in BODIES if takes_part(code)}
    if term == "all":
        return frozenset(code for code in part if BODIES[BODIES[code].parent or code].kind in IN_ALL)
    codes = GROUPS.get(term) or set(term.removeprefix("list:").split(","))
    return frozenset(code for code in part if code in codes or BODIES[code].parent in codes)


@cache
def holds(record: Record) -> frozenset[str]:
    """Which bodies an audience holds."""
    return frozenset().union(*map(named, record.adds)).difference(*map(named, record.less))


def asks(person: Person, kind: str) -> bool:
    """Whether the agreement of his body opens a database to him."""
    opens = BODIES[person.body].opens
    return opens is None or kind in opens


def sees(person: Person, record: Record) -> bool:
    """Whether he may read a record."""
    return person.job in READERS and knows(person, record)


@cache
def knows(person: Person, record: Record) -> bool:
    """Whether he may know that a record is there, where somebody looked at it."""
    if (
        not person.is_known
        or person.job not in KNOWERS
        or not takes_part(person.body)
        or not asks(person, record.kind)
    ):
        return False
    if record.source == person.body:
        return True
    return record.active and record.level <= person.level and person.body in holds(record)


def sees_kept(person: Person, record: Record) -> bool:
    """Whether he may read what few see of a record: where he reads the record, and his body is in both audiences."""
    if record.besides is None or not sees(person, record):
        return False
    return record.source == person.body or person.body in set().union(*map(named, record.besides))


def visible(person: Person, kind: str = "", *, active: bool = True) -> list[Record]:
    """Which records he may read."""
    return [
        one
        for one in RECORDS.values()
        if sees(person, one) and (not kind or one.kind == kind) and (one.active or not active)
    ]


@dataclass(frozen=True)
class Secret:
    """A canary, what it belongs to, and who may read it."""

    text: str
    of: str
    readers: frozenset[str] = field(default_factory=frozenset)


def looked_after(code: str) -> set[str]:
    """Which bodies look after the people of a body: it, and the bureau that connects it."""
    return {code, BODIES[code].parent} - {""}


def people_of(*bodies: str, jobs: frozenset[str] | None = None) -> frozenset[str]:
    """Who of some bodies is signed in, with one of some jobs."""
    return frozenset(
        one.key for one in PEOPLE.values() if one.body in bodies and one.is_known and (not jobs or one.job in jobs)
    )


@dataclass(frozen=True)
class Opening:
    """An emergency opening of one named record of QM: who asked, who decides, and whether he has approved it."""

    key: str
    asker: str
    decider: str
    record: str
    in_force: bool

    @property
    def reason(self) -> str:
        """What only its words tell."""
        return word(f"reason of the opening {self.key}")


OPENINGS = {
    one.key: one
    for one in (
        Opening("waiting", "QN supervisor", "QO cleared", "for nobody", in_force=False),
        Opening("in force", "QN officer", "QO cleared", "for nobody", in_force=True),
    )
}


def part_in(person: Person, opening: Opening) -> str:
    """Return what he has to do with an opening: `asked`, `decides`, `answers` for the source, `knows`; or nothing."""
    if not person.is_known or not takes_part(person.body):
        return ""
    if person.key == opening.asker:
        return "asked"
    if person.body == PEOPLE[opening.decider].body and person.job in DECIDERS:
        return "decides"
    if opening.in_force and person.body == RECORDS[opening.record].source and person.job in AUDITS | ENTERERS:
        return "answers"
    of_the_asker = person.body == PEOPLE[opening.asker].body and person.job in AUDITS
    return "knows" if of_the_asker or person.job == "auditor" else ""


def openings_of(person: Person) -> list[Opening]:
    """Which openings he may know of."""
    return [one for one in OPENINGS.values() if part_in(person, one)]


MATCHES = ("open paper", "of QN for all", "of QO for nobody")
"""Records whose numbers XV-PAY had checked. Its agreement has QM told, beside the source of each."""


def is_told(person: Person, record: Record) -> bool:
    """Whether he is told of a private partner's match with a record."""
    return person.job in OFFICERS and person.body in (record.source, "QM") and sees(person, record)


def matter(key: str) -> str:
    """The partner's own number of a check that met a record."""
    return word(f"number that XV-PAY has of {key}")


AUDITOR = frozenset({"XS auditor"})
ADMITS = frozenset({"XS membership officer"})


def _of_records() -> list[Secret]:
    found = []
    for one in RECORDS.values():
        readers = frozenset(person.key for person in PEOPLE.values() if sees(person, one))
        found += [Secret(text, f"record {one.key}", readers) for text in (one.name, one.content)]
        found.append(Secret(one.own_key, f"record {one.key}: its own key", readers & people_of(one.source)))
        if one.besides is not None:
            few = frozenset(person.key for person in PEOPLE.values() if sees_kept(person, one))
            found.append(Secret(one.kept, f"record {one.key}: what few see", few))
    return found


def display_name(key: str) -> str:
    """The name of somebody as colleagues know it."""
    return f"Officer {word(f'person {key}')}"


def _of_people() -> list[Secret]:
    found = []
    for one in PEOPLE.values():
        if not one.body:
            continue
        readers = people_of(*looked_after(one.body)) | AUDITOR | {one.key}
        if one.job == "bureau_administrator" and not BODIES[one.body].parent:
            readers |= ADMITS
        found.append(Secret(word(f"person {one.key}"), f"account of {one.key}", readers))
    return found


SUSPENSION = word("why QP is suspended")
AGENCY_TITLE = {code: word(f"agreement of {code}") for code in ("QM-BP", "QN-CU")}
AGENCY_NAME = {code: word(f"name of {code}") for code in ("QM-BP", "QN-CU")}
GROUP_NAME = word("name of QM's list")
PENDING = {"QM": word("what QM's administrator proposes"), "QN": word("what QN's administrator proposes")}
REPORT = word("what QN says is wrong with the open record")
ANSWER = word("what QM answers")
TOKEN_LABEL = {"QM": word("label of a token of QM"), "QN": word("label of a token of QN")}
BROWSER = {"QM": word("browser of QM's officer"), "QN": word("browser of QN's officer")}
FILE = {"QM": word("file that QM imported"), "XS": word("file that the secretariat imported")}
KEPT_OUT = {"QM": word("why QM keeps QR out of everything"), "QN": word("why QN keeps QR out of a database")}
LIFT = {"QM": word("why QM would lift it")}
TYPED = {"QM": word("what QM's officer typed"), "QN": word("what QN's officer typed")}
STATED = {"QM": word("why QM's officer asked"), "QN": word("why QN's officer asked")}
DISMISSED = {"QM": word("why a signal of QM is dismissed"), "QN": word("why a signal of QN is dismissed")}


def _of_membership() -> list[Secret]:
    found = [
        Secret(SUSPENSION, "suspension of QP", ADMITS | AUDITOR),
        Secret(GROUP, "audience that names QM's list", people_of("QM") | AUDITOR),
        Secret(GROUP_NAME, "name of QM's list", people_of("QM") | AUDITOR),
    ]
    for code, title in AGENCY_TITLE.items():
        readers = people_of(*looked_after(code)) | ADMITS | AUDITOR
        found.append(Secret(title, f"agreement of {code}", readers))
        found.append(Secret(AGENCY_NAME[code], f"name of {code}", readers))
    found += [
        Secret(text, f"change that {code} proposes", people_of(code) | AUDITOR) for code, text in PENDING.items()
    ]
    return found


def _of_work() -> list[Secret]:
    readers = frozenset(one.key for one in PEOPLE.values() if one.body in ("QM", "QN") and sees(one, RECORDS["open"]))
    own = {"QM": people_of("QM", jobs=ENTERERS), "XS": people_of("XS", jobs=ENTERERS)}
    return [
        Secret(REPORT, "report of an error", readers),
        *(Secret(text, f"file of {code}", own[code] | AUDITOR) for code, text in FILE.items()),
        *(
            Secret(text, f"token of {code}", people_of(code, jobs=ADMINISTRATORS) | {f"{code} officer"})
            for code, text in TOKEN_LABEL.items()
        ),
        *(Secret(text, f"browser of {code}", frozenset({f"{code} officer"})) for code, text in BROWSER.items()),
    ]


def judges_of(code: str) -> frozenset[str]:
    """Who judges the looks of a body's people."""
    return people_of(*looked_after(code), jobs=JUDGES) | AUDITOR


def _of_looks() -> list[Secret]:
    """What was typed opens to who judges, on a ground; nobody reads a signal about himself."""
    return [
        *(Secret(text, f"query of {code}", judges_of(code)) for code, text in TYPED.items()),
        *(
            Secret(text, f"reason stated in {code}", judges_of(code) | {f"{code} officer"})
            for code, text in STATED.items()
        ),
        *(Secret(text, f"dismissal in {code}", judges_of(code)) for code, text in DISMISSED.items()),
    ]


def _of_others() -> list[Secret]:
    """Restrictions are their source's; openings are known to those who take part; matches go with the record."""
    found = [
        Secret(text, f"restriction of {code}", people_of(code, jobs=ENTERERS))
        for held in (KEPT_OUT, LIFT)
        for code, text in held.items()
    ]
    for opening in OPENINGS.values():
        readers = frozenset(one.key for one in PEOPLE.values() if part_in(one, opening))
        found.append(Secret(opening.reason, f"opening {opening.key}", readers))
    for key in MATCHES:
        readers = frozenset(one.key for one in PEOPLE.values() if is_told(one, RECORDS[key]))
        found.append(Secret(matter(key), f"match with {key}", readers))
    return found


SECRETS: tuple[Secret, ...] = (
    *_of_records(), *_of_people(), *_of_membership(), *_of_work(), *_of_looks(), *_of_others(),
)  # fmt: skip


def hidden_from(person: Person) -> list[Secret]:
    """Which canaries he may not read, wherever they would stand."""
    return [one for one in SECRETS if person.key not in one.readers]
