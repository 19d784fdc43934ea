"""What is said of bodies that join, of their agreements and of changes that wait."""

import re
from collections.abc import Iterable
from datetime import date

from liaison.apps.members.joining_values import Newcomer
from liaison.apps.members.models import REASON_LENGTH_MAX, Reader
from liaison.apps.policies import public as policies
from liaison.identifiers import countries
from liaison.refusal import Absent, Finding, Refused, mark
from liaison.rows.clock import now
from liaison.rules.membership import NEEDS_AGREEMENT, Terms, review
from liaison.viewer import ReaderKind

REASON_LENGTH_MIN = 10
BODY_NAME_LENGTH_MAX = 200
YEARS_MAX = "members.agreement_years_max"
_CODE = re.compile(r"[A-Z][A-Z0-9]*(?:-[A-Z0-9]+)*")
_CODE_LENGTH_MAX = 12


def newcomer_findings(newcomer: Newcomer) -> Iterable[Finding]:
    """Yield what is wrong with a body that would join."""
    if not _CODE.fullmatch(newcomer.code) or len(newcomer.code) > _CODE_LENGTH_MAX:
        yield _finding(
            "code",
            mark("“%(code)s” is no code of a body."),
            mark("Use up to 12 capital letters, digits and hyphens, beginning with a letter."),
            code=newcomer.code[:20],
        )
    elif (known := Reader.objects.filter(code=newcomer.code).first()) and not _may_join_again(known, newcomer):
        yield _finding(
            "code",
            mark("A body with the code %(code)s has joined before."),
            mark("Choose another code, or renew that body's agreement."),
            code=newcomer.code,
        )
    if not 0 < len(newcomer.name.strip()) <= BODY_NAME_LENGTH_MAX:
        yield _finding(
            "name",
            mark("The name of a body has 1 to %(most)s characters."),
            mark("Write the name by which others know it."),
            most=BODY_NAME_LENGTH_MAX,
        )
    if newcomer.kind is ReaderKind.BUREAU and (
        newcomer.code != newcomer.country or countries.by_alpha2(newcomer.country) is None
    ):
        yield _finding(
            "country",
            mark("A bureau bears the code of its country."),
            mark("Use the two letters of ISO 3166 for code and country."),
        )


def _may_join_again(known: Reader, newcomer: Newcomer) -> bool:
    """Whether this is a body that has ended and would be what it was; an agency's code is not given again."""
    return known.ended_at is not None and known.kind == newcomer.kind != ReaderKind.AGENCY


def terms_findings(terms: Terms | None, kind: ReaderKind, country: str = "") -> list[Finding]:
    """Return what is wrong with an agreement, or with its absence, for a body of this kind and country."""
    if terms is None:
        return [needs_an_agreement()] if kind in NEEDS_AGREEMENT else []
    if kind not in NEEDS_AGREEMENT:
        return [takes_part_as_of_right()]
    found = review(terms, kind=kind, today=now().date(), years_max=policies.value(YEARS_MAX))
    if kind is ReaderKind.PRIVATE_PARTNER and bureau_of_matches(terms.matches_to.strip(), country) is None:
        found.append(_no_bureau_of_matches())
    return found


def bureau_of_matches(code: str, country: str) -> Reader | None:
    """Return the bureau that is told of a private partner's matches: the one named, else that of its country."""
    bureaus = Reader.objects.filter(kind=ReaderKind.BUREAU)
    if code:
        return bureaus.filter(code=code).first()
    return bureaus.filter(country=country).first() if country else None


def _no_bureau_of_matches() -> Finding:
    return _finding(
        "matches_to",
        mark("No bureau is named that is told of this private partner's matches."),
        mark("Write the code of the bureau, or the country of the partner."),
    )


def deputy_findings(starts_on: date, ends_on: date) -> list[Finding]:
    """Return what is wrong with the days for which somebody would stand in."""
    if starts_on <= ends_on and ends_on >= now().date():
        return []
    return [
        _finding(
            "ends_on",
            mark("The last day comes before the first, or is over."),
            mark("Choose a last day that is still to come."),
        )
    ]


def still_right(findings: Iterable[Finding]) -> None:
    """Raise Refused with everything that was found."""
    if found_now := list(findings):
        raise Refused(*found_now)


def check_reason(reason: str) -> None:
    """Raise Refused for a reason that says nothing."""
    still_right(reason_findings(reason))


def reason_findings(reason: str) -> list[Finding]:
    """Return what is wrong with a reason."""
    if REASON_LENGTH_MIN <= len(reason.strip()) <= REASON_LENGTH_MAX:
        return []
    return [
        _finding(
            "reason",
            mark("A reason has %(least)s to %(most)s characters."),
            mark("Say in a sentence why; it stays with the change."),
            least=REASON_LENGTH_MIN,
            most=REASON_LENGTH_MAX,
        )
    ]


def not_ended() -> Finding:
    """Return what is said of a body whose membership has not ended, or whose records nobody hides."""
    return Finding(
        code="members.not_ended",
        problem=mark("Only records of a body that has ended are hidden and shown again."),
        remedy=mark("Look at the body's page."),
    )


def independent() -> Finding:
    """Return what is said when somebody would suspend or end the commission."""
    return Finding(
        code="members.independent",
        problem=mark("The commission is independent: nobody here suspends it or ends it."),
        remedy=mark("Nothing was done."),
        source="policy: commission",
    )


def two_officers() -> Finding:
    """Return what is said of fewer than two membership officers are named."""
    return Finding(
        code="members.two_officers",
        problem=mark("The secretariat needs two membership officers at least."),
        remedy=mark("Name both: every change that lets somebody see more takes two persons."),
        source="policy: two_persons",
    )


def no_country(code: str) -> Finding:
    """Return what is said when a country is named that there is not."""
    return Finding(
        code="members.no_country",
        problem=mark("“%(code)s” is no country of ISO 3166."),
        remedy=mark("Use its two letters."),
        field="members",
        values={"code": code[:12]},
    )


def founded_before() -> Finding:
    """Return what is said when countries are named for an installation that was founded before."""
    return Finding(
        code="members.founded_before",
        problem=mark("This installation was founded before, so that nobody joins this way any more."),
        remedy=mark("Let two membership officers admit the country."),
        field="members",
    )


def not_the_first() -> Finding:
    """Return what is said of the secretariat has people already."""
    return Finding(
        code="members.not_the_first",
        problem=mark("The secretariat has people already."),
        remedy=mark("Ask one of its membership officers to add others."),
    )


def not_admitted() -> Finding:
    """Return what is said of a kind of body that is not admitted."""
    return _finding(
        "kind",
        mark("The secretariat does not admit bodies of this kind."),
        mark("An agency is connected by its bureau; there is one commission."),
    )


def only_a_bureau() -> Finding:
    """Return what is said of a body that connects nobody."""
    return _finding(
        "code", mark("Only a bureau connects agencies."), mark("Ask the bureau of the country to connect it.")
    )


def not_of_the_bureau(code: str) -> Finding:
    """Return what is said of an agency whose code is not its bureau's."""
    return _finding(
        "code",
        mark("The code of your agency begins with %(start)s."),
        mark("Put your bureau's code and a hyphen before it."),
        start=f"{code}-",
    )


def needs_an_agreement() -> Finding:
    """Return what is said of a body that needs an agreement."""
    return Finding(
        code="members.no_agreement",
        problem=mark("A body of this kind takes part only under an agreement."),
        remedy=mark("Fill in number, title, days and databases of the agreement."),
        source="policy: members.agreement",
        field="number",
    )


def takes_part_as_of_right() -> Finding:
    """Return what is said of an agreement that nobody needs."""
    return Finding(
        code="members.as_of_right",
        problem=mark("A body of this kind takes part as of right and has no agreement."),
        remedy=mark("Leave the agreement empty."),
        field="number",
    )


def has_an_administrator() -> Finding:
    """Return what is said of a body that looks after itself."""
    return Finding(
        code="members.has_an_administrator",
        problem=mark("This body has an administrator, who looks after its people."),
        remedy=mark("Ask him; nobody else adds people there."),
    )


def not_suspended() -> Finding:
    """Return what is said of a body that is not suspended."""
    return Finding(
        code="members.not_suspended",
        problem=mark("This body is not suspended."),
        remedy=mark("There is nothing to lift."),
    )


def suspended_already() -> Finding:
    """Return what is said of a body that is suspended already."""
    return Finding(
        code="members.suspended_already",
        problem=mark("This body is suspended already."),
        remedy=mark("Lift the suspension first, if it should be another."),
    )


def only_agencies_are_disconnected() -> Finding:
    """Return what is said of a body that is no agency."""
    return Finding(
        code="members.not_an_agency",
        problem=mark("Only agencies are disconnected by one person."),
        remedy=mark("Suspend the body, or let its agreement end."),
    )


def waits_already() -> Finding:
    """Return what is said of a change that waits already."""
    return Finding(
        code="members.waits_already",
        problem=mark("The same change waits for its second person already."),
        remedy=mark("Have that one decided first."),
    )


def decided_before() -> Finding:
    """Return what is said of a change that was decided, or waited too long."""
    return Finding(
        code="members.decided",
        problem=mark("This change was decided before, or has waited too long."),
        remedy=mark("Propose it again if it is still wanted."),
    )


def two_persons() -> Finding:
    """Return what is said of somebody who decides what he proposed."""
    return Finding(
        code="members.two_persons",
        problem=mark("You proposed this change yourself."),
        remedy=mark("Another person of your body decides it."),
        source="policy: two_persons",
    )


def no_such_body(code: str) -> Absent:
    """Return the one answer for a body that is somebody else's and for none."""
    return Absent(
        Finding(
            code="members.no_body",
            problem=mark("There is no body “%(code)s” that you look after."),
            remedy=mark("Check the code in the list of members."),
            values={"code": code[:12]},
        )
    )


def no_such_change() -> Absent:
    """Return the one answer for a change that is somebody else's and for none."""
    return Absent(
        Finding(
            code="members.no_change",
            problem=mark("There is no such change for you to decide."),
            remedy=mark("Look into the list of what waits."),
        )
    )


def _finding(field: str, problem: str, remedy: str, **values: object) -> Finding:
    return Finding(code=f"members.{field}", problem=problem, remedy=remedy, field=field, values=values)
