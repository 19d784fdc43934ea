"""What an agreement needs before a body takes part."""

from datetime import date, timedelta

import pytest

from liaison.databases import all_databases
from liaison.rules.membership import NEEDS_AGREEMENT, Terms, open_to, review
from liaison.viewer import ReaderKind

TODAY = date(2026, 11, 27)
YEARS = 5


def terms(**other):
    said = {
        "number": "QM/2026/17",
        "title": "An agreement",
        "starts_on": TODAY,
        "ends_on": TODAY + timedelta(days=365),
        "queries": frozenset({"vehicles"}),
        "opinion": "Opinion 7",
        "approval": "Resolution 3",
    }
    return Terms(**(said | other))


def codes(draft, kind=ReaderKind.AGENCY):
    return [finding.code for finding in review(draft, kind=kind, today=TODAY, years_max=YEARS)]


@pytest.mark.parametrize("kind", sorted(NEEDS_AGREEMENT))
def test_a_whole_agreement_has_nothing_against_it(kind):
    assert codes(terms(), kind) == []


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        ({"number": ""}, ["agreement.number"]),
        ({"number": "x" * 80}, []),
        ({"number": "x" * 81}, ["agreement.number"]),
        ({"title": "  "}, ["agreement.title"]),
        ({"title": "x" * 200}, []),
        ({"title": "x" * 201}, ["agreement.title"]),
        ({"ends_on": TODAY}, []),
        ({"starts_on": TODAY - timedelta(days=9), "ends_on": TODAY - timedelta(days=1)}, ["agreement.ends_on"]),
        ({"starts_on": TODAY + timedelta(days=2), "ends_on": TODAY + timedelta(days=1)}, ["agreement.ends_on"]),
        ({"ends_on": date(2031, 11, 27)}, []),
        ({"ends_on": date(2031, 11, 28)}, ["agreement.ends_on"]),
        ({"starts_on": date(2028, 2, 29), "ends_on": date(2033, 2, 28)}, []),
        ({"starts_on": date(2028, 2, 29), "ends_on": date(2033, 3, 1)}, ["agreement.ends_on"]),
        ({"queries": frozenset()}, ["agreement.queries"]),
        ({"queries": frozenset(), "enters": frozenset({"vehicles"})}, []),
        ({"queries": frozenset({"horses"})}, ["agreement.queries"]),
        ({"enters": frozenset({"horses"})}, ["agreement.queries"]),
        ({"opinion": "", "approval": ""}, []),
    ],
)
def test_each_edge_of_an_agencys_agreement(other, expected):
    assert codes(terms(**other)) == expected


@pytest.mark.parametrize("kind", [ReaderKind.PARTNER, ReaderKind.REGIONAL_BODY, ReaderKind.PRIVATE_PARTNER])
def test_an_international_or_private_body_needs_the_opinion_of_the_commission(kind):
    assert codes(terms(opinion=" "), kind) == ["agreement.opinion"]


def test_a_private_partner_needs_the_assembly_and_gets_things_alone():
    private = ReaderKind.PRIVATE_PARTNER

    assert codes(terms(approval=""), private) == ["agreement.approval"]
    assert codes(terms(enters=frozenset({"vehicles"})), private) == ["agreement.enters"]
    assert codes(terms(queries=frozenset({"persons"})), private) == ["agreement.queries"]
    assert open_to(private) < open_to(ReaderKind.PARTNER)
    assert not any(all_databases()[kind].search_keys.birth_dates for kind in open_to(private))
    assert {"travel_documents", "vehicles", "devices", "artworks"} <= open_to(private)
    assert not {"persons", "organisations", "vessels", "aircraft", "firearms"} & open_to(private)


def test_no_kind_of_body_may_ask_more_than_the_databases_say():
    for kind in ReaderKind:
        assert all(
            kind in all_databases()[one].who_may_query or kind is ReaderKind.PRIVATE_PARTNER for one in open_to(kind)
        )
    assert open_to(ReaderKind.SYSTEM) == frozenset()


def test_nothing_that_is_known_and_not_reread_is_printed_as_an_article():
    findings = review(
        terms(number="", opinion="", approval="", queries=frozenset()),
        kind=ReaderKind.PRIVATE_PARTNER,
        today=TODAY,
        years_max=YEARS,
    )

    assert {finding.source for finding in findings} == {"policy: members.agreement"}
