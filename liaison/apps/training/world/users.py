"""Who may sign in to the invented world: every job that Liaison knows, in two bureaus and at the secretariat.

Every other invented country has a bureau officer too, on whose behalf its records are entered.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from liaison.apps.members.public import COMMISSION, SECRETARIAT, Role
from liaison.apps.training.world.dice import Dice
from liaison.apps.training.world.membership import AGENCY
from liaison.apps.training.world.stocks import COUNTRIES, SEED, stock
from liaison.refusal import mark
from liaison.viewer import Level

PASSWORD = "between two rivers"  # noqa: S105 - printed at start; it opens nothing but invented data
HOME_COUNTRY, OTHER_COUNTRY = COUNTRIES[0], COUNTRIES[1]
ADMINISTRATOR = f"{HOME_COUNTRY.lower()}.admin"
SUPERVISOR, OTHER_SUPERVISOR = f"{HOME_COUNTRY.lower()}.supervisor", f"{OTHER_COUNTRY.lower()}.supervisor"
MEMBERSHIP_OFFICERS = ("xs.members", "xs.members2")
AGENT = f"{HOME_COUNTRY.lower()}-bp.officer"

_STREAM = 8_000_000


@dataclass(frozen=True, slots=True)
class InventedUser:
    """One user: his sign-in name, body and job; `comes_for` is empty for those whom nobody invites to try."""

    sign_in_name: str
    display_name: str
    reader: str
    role: Role
    level: Level
    comes_for: str


def users() -> Iterator[InventedUser]:
    """Yield everybody who may sign in, the ones that a newcomer is invited to be first."""
    yield from (_user(number, *line) for number, line in enumerate(_INVITED))
    for number, country in enumerate(COUNTRIES[2:], start=len(_INVITED)):
        yield _user(number, officer_of(country), country, Role.BUREAU_OFFICER, "")
    yield from key_holders()


def key_holders() -> Iterator[InventedUser]:
    """Yield those of other bureaus who let their agents' keys in: of each two, for no one does it alone."""
    first = len(_INVITED) + len(COUNTRIES)
    lines = [
        (name, country)
        for country in COUNTRIES[1:]
        for name in key_holders_of(country)
        if name not in {line[0] for line in _INVITED}
    ]
    for number, (name, country) in enumerate(lines, start=first):
        yield _user(number, name, country, Role.BUREAU_ADMINISTRATOR, "")


def key_holders_of(country: str) -> tuple[str, str]:
    """Return the sign-in names of who proposes and who decides the key of a country's agent."""
    code = country.lower()
    other = "supervisor" if country in (HOME_COUNTRY, OTHER_COUNTRY) else "admin2"
    return f"{code}.admin", f"{code}.{other}"


def officer_of(country: str) -> str:
    """Return the sign-in name of the officer who enters the country's records."""
    return f"{country.lower()}.officer"


_INVITED: tuple[tuple[str, str, Role, str], ...] = (
    ("qm.border", HOME_COUNTRY, Role.FRONTLINE_OFFICER, mark("asks at a border: start here")),
    ("qm.officer", HOME_COUNTRY, Role.BUREAU_OFFICER, mark("enters and withdraws the bureau's records")),
    (SUPERVISOR, HOME_COUNTRY, Role.BUREAU_SUPERVISOR, mark("also erases, sees who looked, gives the second yes")),
    (ADMINISTRATOR, HOME_COUNTRY, Role.BUREAU_ADMINISTRATOR, mark("manages the bureau's users, and sees no content")),
    ("qm.dpo", HOME_COUNTRY, Role.DATA_PROTECTION_OFFICER, mark("looks after data protection in the bureau")),
    (AGENT, AGENCY, Role.FRONTLINE_OFFICER, mark("asks for an agency that the bureau connects")),
    ("qn.officer", OTHER_COUNTRY, Role.BUREAU_OFFICER, mark("the same desk, in another country")),
    (OTHER_SUPERVISOR, OTHER_COUNTRY, Role.BUREAU_SUPERVISOR, mark("the second yes, in another country")),
    ("xs.lists", SECRETARIAT, Role.LIST_OPERATOR, mark("imports the lists of partners")),
    ("xs.lists2", SECRETARIAT, Role.LIST_OPERATOR, mark("gives the second yes to an import that withdraws much")),
    (MEMBERSHIP_OFFICERS[0], SECRETARIAT, Role.MEMBERSHIP_OFFICER, mark("admits bodies and suspends them")),
    (MEMBERSHIP_OFFICERS[1], SECRETARIAT, Role.MEMBERSHIP_OFFICER, mark("gives the second yes to who joins")),
    ("xs.policy", SECRETARIAT, Role.POLICY_OFFICER, mark("proposes policy values")),
    ("xs.policy2", SECRETARIAT, Role.POLICY_OFFICER, mark("gives the second yes to a policy value")),
    ("xs.auditor", SECRETARIAT, Role.AUDITOR, mark("verifies the ledger and oversees looks")),
    ("xs.security", SECRETARIAT, Role.SECURITY_OFFICER, mark("gives the second yes to an emergency opening")),
    ("xc.member", COMMISSION, Role.COMMISSION_MEMBER, mark("is independent of everybody above")),
)
_LEVELS = {
    Role.FRONTLINE_OFFICER: Level.OFFICIAL_USE,
    Role.BUREAU_OFFICER: Level.RESTRICTED,
    Role.BUREAU_SUPERVISOR: Level.CONFIDENTIAL,
}


def _user(number: int, sign_in_name: str, reader: str, role: Role, comes_for: str) -> InventedUser:
    dice = Dice(SEED, _STREAM + number)
    names = stock(reader[:2] if reader[:2] in COUNTRIES else dice.one_of(COUNTRIES))
    given = dice.one_of(names.male if dice.happens(50) else names.female)
    display_name = f"{given.latin} {dice.one_of(names.family).latin}"
    return InventedUser(sign_in_name, display_name, reader, role, _LEVELS.get(role, Level.RESTRICTED), comes_for)
