"""Who takes part in the invented world besides its bureaus, its desks, and a change that waits.

Everything goes the way that a real installation goes: one person proposes, another decides.
"""

from datetime import date

from liaison.apps.members import public as members
from liaison.apps.training.world.stocks import COUNTRIES
from liaison.databases import all_databases
from liaison.rows.public import now
from liaison.viewer import Purpose, ReaderKind, Viewer

HOME, OTHER = COUNTRIES[0], COUNTRIES[1]
AGENCY, WAITING_AGENCY, REGIONAL_BODY = f"{HOME}-BP", f"{HOME}-CU", "XR-RIVERS"
_THINGS = frozenset({"travel_documents", "administrative_documents", "vehicles", "containers", "goods"})
_YEARS = 3


def join_bodies(*, administrator: str, supervisor: str, other_supervisor: str, officers: tuple[str, str]) -> None:
    """Connect, admit and arrange whatever is not there yet; the sign-in names are those of who does it."""
    asks, decides = _viewer(administrator), _viewer(supervisor)
    if not members.has_joined(AGENCY):
        change = members.propose_connection(
            AGENCY,
            "Border police",
            terms=_terms("QM/2026/4", "Agreement on access of the border police", frozenset(all_databases())),
            reason="The border police ask at every crossing of the country.",
            by=asks,
        )
        members.decide(change, approve=True, by=decides)
        members.propose_connection(
            WAITING_AGENCY,
            "Customs",
            terms=_terms("QM/2026/9", "Agreement on access of the customs", _THINGS),
            reason="Customs ask for goods, containers, vehicles and papers, not for people.",
            by=asks,
        )
        _arrange_desks(asks, _viewer(other_supervisor))
    if not members.has_joined(REGIONAL_BODY):
        first, second = map(_viewer, officers)
        for kind, code, name in (("region", "RIVERS", "The two rivers"), ("programme", "CYBER", "Cyber crime")):
            change = members.propose_group(
                kind, code, name, COUNTRIES[:5], reason="The five countries work on this together.", by=first
            )
            members.decide(change, approve=True, by=second)
        change = members.propose_admission(
            members.Newcomer(REGIONAL_BODY, ReaderKind.REGIONAL_BODY, "Police council of the two rivers"),
            administrator=members.Person("xr.admin", "Invented Administrator"),
            terms=_terms(
                "XS/2026/2", "Agreement with the council of the two rivers", _THINGS, opinion="Opinion 3/2026"
            ),
            reason="The council asks on behalf of its five member countries.",
            by=first,
        )
        members.decide(change, approve=True, by=second)


def _arrange_desks(asks: Viewer, deputy: Viewer) -> None:
    today = now().date()
    change = members.propose_deputy(
        OTHER,
        starts_on=today,
        ends_on=_in_years(today, 1),
        reason="Both bureaus speak the same language.",
        by=asks,
    )
    members.decide(change, approve=True, by=deputy)
    members.set_hours("Europe/Paris", [members.Span(day, 8 * 60, 18 * 60) for day in range(5)], by=deputy)


def _terms(number: str, title: str, queries: frozenset[str], *, opinion: str = "") -> members.Terms:
    today = now().date()
    return members.Terms(
        number=number,
        title=title,
        starts_on=today,
        ends_on=_in_years(today, _YEARS),
        queries=queries,
        opinion=opinion,
    )


def _in_years(day: date, years: int) -> date:
    return day.replace(year=day.year + years, day=min(day.day, 28))


def _viewer(sign_in_name: str) -> Viewer:
    viewer = members.viewer_by_name(sign_in_name, Purpose.IDENTIFY)
    assert viewer is not None, f"{sign_in_name} is among the invited"
    return viewer
