"""People whom the law protects most: the dead, victims, witnesses, minors, and what is told of anybody's health.

RPD art. 39 to 44. All of it is known and not re-read (mark K), so that ages, levels and terms are policy values and
no article is printed as a ground. The functions take the fields of a record in normal form and nothing else.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from liaison.databases.database import Database, Fields
from liaison.identifiers.partial_dates import PartialDate
from liaison.refusal import Finding, Refused, mark
from liaison.rules import handling
from liaison.viewer import Level

MINOR_UNDER = "special_data.minor_under_years"
MINOR_YEARS = "special_data.minor_retention_years"
MINOR_LEGAL_BASIS = "special_data.minor_legal_basis"
PROTECTED_LEVEL = "special_data.protected_level_min"
SENSITIVE_REASON = "special_data.sensitive_reason"
POLICIES = (MINOR_UNDER, MINOR_YEARS, MINOR_LEGAL_BASIS, PROTECTED_LEVEL, SENSITIVE_REASON)

STATUS, FACTS_ON, BIRTH_DATES = "person_status", "facts_on", "birth_dates"
LEGAL_BASIS, REASON_FIELD = "legal_basis", "sensitive_reason"
PROTECTED_STATUSES = frozenset({"victim", "witness"})
VULNERABLE_STATUSES = PROTECTED_STATUSES | {"missing", "unidentified", "deceased"}
"""People whom no instruction may have detained."""
BORN_AFTER = 2000
"""Whoever was born in this year or before is nobody's minor today, whatever the policy."""
_DECEASED = "deceased"


class Age(StrEnum):
    """Whether somebody was under age at the time; PERHAPS where his birth date is known too roughly to tell."""

    UNKNOWN = "unknown"
    ADULT = "adult"
    PERHAPS = "perhaps"
    MINOR = "minor"


@dataclass(frozen=True, slots=True)
class Policy:
    """The policy values that this module asks for, by their meaning."""

    minor_under_years: int
    minor_retention_years: int
    minor_legal_basis: bool
    protected_level_min: Level
    sensitive_reason: bool

    @classmethod
    def of(cls, values: Mapping[str, int]) -> "Policy":
        """Return the policy that these values, by name, make."""
        return cls(
            minor_under_years=values[MINOR_UNDER],
            minor_retention_years=values[MINOR_YEARS],
            minor_legal_basis=bool(values[MINOR_LEGAL_BASIS]),
            protected_level_min=Level(values[PROTECTED_LEVEL]),
            sensitive_reason=bool(values[SENSITIVE_REASON]),
        )


def concerns(database: Database, fields: Fields) -> bool:
    """Return whether one of these rules may apply: for most records of a list nobody has to ask for the policy."""
    if database.field(STATUS) is None:
        return False
    if fields.get(STATUS) in PROTECTED_STATUSES | {_DECEASED} or fields.get(FACTS_ON):
        return True
    return bool(sensitive_given(database, fields)) or any(born.latest().year > BORN_AFTER for born in _births(fields))


def conditions(database: Database, fields: Fields, *, recorded_on: date, policy: Policy) -> int:
    """Return the conditions that follow from what is recorded, as bits of `handling`.

    `recorded_on` stands for the time of the facts where that is not known.
    """
    if database.field(STATUS) is None:
        return 0
    age = age_at_facts(fields, recorded_on=recorded_on, under_years=policy.minor_under_years)
    minor = handling.MINOR.bit if age in (Age.MINOR, Age.PERHAPS) else 0
    return status_conditions(fields) | minor


def status_conditions(fields: Fields) -> int:
    """Return the conditions that follow from a person's status alone, as bits of `handling`."""
    status = fields.get(STATUS)
    if status in PROTECTED_STATUSES:
        return handling.PROTECTED.bit
    return handling.DECEASED.bit if status == _DECEASED else 0


def level_min(bits: int, policy: Policy) -> Level:
    """Return the lowest level that a record with these conditions may have (an extra restriction, RPD art. 40)."""
    return policy.protected_level_min if bits & handling.PROTECTED.bit else Level.OFFICIAL_USE


def retention_years(bits: int, years: int, policy: Policy) -> int:
    """Return how long a record with these conditions is kept at most before it is looked at again (RPD art. 41)."""
    return min(years, policy.minor_retention_years) if bits & handling.MINOR.bit else years


def retention_policy(bits: int, name: str) -> str:
    """Return the name of the policy value that bounds how long such a record is kept."""
    return MINOR_YEARS if bits & handling.MINOR.bit else name


def age_at_facts(fields: Fields, *, recorded_on: date, under_years: int) -> Age:
    """Return whether the person was under age when it happened, as far as birth date and time of the facts tell.

    Of several birth dates each may be the right one: who may have been a minor by one of them perhaps was.
    """
    ages = {_age(born, facts, under_years) for born in _births(fields) for facts in [_facts(fields, recorded_on)]}
    if not ages:
        return Age.UNKNOWN
    return ages.pop() if len(ages) == 1 else Age.PERHAPS


def findings(database: Database, fields: Fields, bits: int, policy: Policy) -> list[Finding]:
    """Return what a record of such a person lacks: the legal basis of a minor, the reason for sensitive data."""
    found = []
    if policy.minor_legal_basis and bits & handling.MINOR.bit and not fields.get(LEGAL_BASIS):
        found.append(_no_legal_basis(policy.minor_under_years))
    if policy.sensitive_reason and not fields.get(REASON_FIELD):
        found += [_no_reason(label) for label in sensitive_given(database, fields)]
    return found


def sensitive_given(database: Database, fields: Fields) -> list[str]:
    """Return the labels of what the fields hold that needs a reason (RPD art. 42): of health, belief and the like."""
    if database.field(REASON_FIELD) is None:
        return []
    return [
        choice.label
        for field in database.fields
        for value in _values(fields.get(field.name))
        if (choice := field.choice(value)) is not None and choice.sensitive
    ]


def _values(value: object) -> Iterable[object]:
    return value if isinstance(value, list | tuple) else (value,)


def _births(fields: Fields) -> Iterable[PartialDate]:
    for value in _values(fields.get(BIRTH_DATES) or []):
        try:
            yield PartialDate.from_json(value)
        except Refused:  # not in normal form: the declaration says so to whoever drafts it
            continue


def _facts(fields: Fields, recorded_on: date) -> PartialDate:
    try:
        return PartialDate.from_json(fields[FACTS_ON])
    except (KeyError, Refused):
        return PartialDate.of_day(recorded_on)


def _age(born: PartialDate, facts: PartialDate, under_years: int) -> Age:
    youngest = _is_under(born.latest(), facts.earliest(), under_years)
    oldest = _is_under(born.earliest(), facts.latest(), under_years)
    if youngest and oldest:
        return Age.MINOR
    return Age.PERHAPS if youngest else Age.ADULT


def _is_under(born: date, on: date, years: int) -> bool:
    """Whether somebody born that day has not had his birthday of so many years on the other."""
    had_birthday = (on.month, on.day) >= (born.month, born.day)
    return on.year - born.year - (not had_birthday) < years


def _no_legal_basis(years: int) -> Finding:
    return Finding(
        code="special_data.minor_legal_basis",
        problem=mark("The person was, or may have been, under %(years)s at the time, and no legal basis is given."),
        remedy=mark("Name the law on which you record a minor, or correct birth date and time of the facts."),
        source=f"policy: {MINOR_LEGAL_BASIS}",
        field=LEGAL_BASIS,
        values={"years": years},
    )


def _no_reason(label: str) -> Finding:
    return Finding(
        code="special_data.sensitive_reason",
        problem=mark("“%(label)s” tells of somebody's health, and no reason is given for recording it."),
        remedy=mark("Say in what way it matters for this case, as a fact; else leave it out."),
        source=f"policy: {SENSITIVE_REASON}",
        field=REASON_FIELD,
        values={"label": label},
    )
