"""Who may take part, on what ground and how far (RPD art. 6, 21, 27, 28 and 54 to 57).

The articles are known and not re-read (mark K), so a refusal names the policy of this installation.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from liaison.databases import all_databases
from liaison.databases.database import Database
from liaison.refusal import Finding, mark
from liaison.viewer import ReaderKind

NEEDS_AGREEMENT = frozenset(
    {ReaderKind.AGENCY, ReaderKind.REGIONAL_BODY, ReaderKind.PARTNER, ReaderKind.PRIVATE_PARTNER}
)
"""Everybody but bureaus, the secretariat and the commission, who have access as of right (RPD art. 6)."""
NEEDS_OPINION = frozenset({ReaderKind.REGIONAL_BODY, ReaderKind.PARTNER, ReaderKind.PRIVATE_PARTNER})
"""Bodies whose agreement the commission has given its opinion on (RPD art. 27 and 28)."""
NUMBER_LENGTH_MAX, TITLE_LENGTH_MAX = 80, 200
_SOURCE = "policy: members.agreement"


@dataclass(frozen=True, slots=True)
class Terms:
    """What an agreement says: its number and title, its days (both included) and the databases that it opens.

    `opinion` and `approval` name the commission's opinion and the assembly's approval where they are needed.
    `matches_to` is the code of the bureau that is told of a private partner's matches; empty: that of its country.
    """

    number: str
    title: str
    starts_on: date
    ends_on: date
    queries: frozenset[str]
    enters: frozenset[str] = frozenset()
    opinion: str = ""
    approval: str = ""
    matches_to: str = ""


def open_to(kind: ReaderKind) -> frozenset[str]:
    """Return the databases that bodies of a kind may ask at most.

    Private partners get a part of what partners may: records of things, never of people, and nothing that lists of
    sanctions are kept in (RPD art. 28). They have numbers checked there and are told nothing.
    """
    if kind is ReaderKind.PRIVATE_PARTNER:
        shared = open_to(ReaderKind.PARTNER)
        keys = {one: all_databases()[one].search_keys for one in shared}
        return frozenset(one for one in shared if not (keys[one].birth_dates or keys[one].references))
    return frozenset(one.kind for one in all_databases().values() if kind in one.who_may_query)


def review(terms: Terms, *, kind: ReaderKind, today: date, years_max: int) -> list[Finding]:
    """Return everything that keeps an agreement from being made; an empty list means that it may be."""
    return [
        *_named(terms, kind),
        *_days(terms, today, years_max),
        *_databases(terms, kind),
    ]


def _named(terms: Terms, kind: ReaderKind) -> Iterable[Finding]:
    if not 0 < len(terms.number.strip()) <= NUMBER_LENGTH_MAX:
        yield _finding(
            "number",
            mark("The agreement has no number, or one of more than %(most)s characters."),
            mark("Write the number under which it was signed."),
            most=NUMBER_LENGTH_MAX,
        )
    if not 0 < len(terms.title.strip()) <= TITLE_LENGTH_MAX:
        yield _finding(
            "title",
            mark("The agreement has no title, or one of more than %(most)s characters."),
            mark("Write what it is called."),
            most=TITLE_LENGTH_MAX,
        )
    if kind in NEEDS_OPINION and not terms.opinion.strip():
        yield _finding(
            "opinion",
            mark("No opinion of the commission is named."),
            mark("Ask the commission first, and name its opinion."),
        )
    if kind is ReaderKind.PRIVATE_PARTNER and not terms.approval.strip():
        yield _finding(
            "approval",
            mark("No approval of the assembly is named, without which no private partner takes part."),
            mark("Name the resolution that approves the agreement."),
        )
    if kind is not ReaderKind.PRIVATE_PARTNER and terms.matches_to.strip():
        yield _finding(
            "matches_to",
            mark("Only the matches of a private partner go to a bureau."),
            mark("Leave the bureau out."),
        )


def _days(terms: Terms, today: date, years_max: int) -> Iterable[Finding]:
    if terms.ends_on < terms.starts_on or terms.ends_on < today:
        yield _finding(
            "ends_on",
            mark("The agreement is over before it begins, or over already."),
            mark("Choose a last day that is still to come."),
        )
    elif terms.ends_on > _years_after(terms.starts_on, years_max):
        yield _finding(
            "ends_on",
            mark("The agreement holds for more than %(years)s years."),
            mark("Choose an earlier last day; it can be renewed."),
            years=years_max,
        )


def _databases(terms: Terms, kind: ReaderKind) -> Iterable[Finding]:
    known = frozenset(all_databases())
    if unknown := (terms.queries | terms.enters) - known:
        yield _finding(
            "queries",
            mark("There is no database “%(name)s”."),
            mark("Choose from the register of databases."),
            name=sorted(unknown)[0][:40],
        )
    if not terms.queries and not terms.enters:
        yield _finding(
            "queries",
            mark("The agreement opens no database."),
            mark("Choose at least one that the body may ask."),
        )
    if closed := (terms.queries & known) - open_to(kind):
        yield _finding(
            "queries",
            mark("“%(label)s” is not open to bodies of this kind."),
            mark("Leave it out; the page of a database says who may ask it."),
            label=_first(closed).label,
        )
    if kind is ReaderKind.PRIVATE_PARTNER and terms.enters:
        yield _finding(
            "enters",
            mark("A private partner enters no records."),
            mark("Leave the databases for entering empty."),
        )


def _first(kinds: frozenset[str]) -> Database:
    return all_databases()[sorted(kinds)[0]]


def _years_after(day: date, years: int) -> date:
    leap_day = day.month == 2 and day.day == 29
    return day.replace(year=day.year + years, day=28 if leap_day else day.day)


def _finding(field: str, problem: str, remedy: str, **values: object) -> Finding:
    return Finding(
        code=f"agreement.{field}", problem=problem, remedy=remedy, source=_SOURCE, field=field, values=values
    )
