"""The United Nations' list itself, as it was published on 27 February 2026."""

from collections import Counter

import pytest

from liaison.formats.rows import Edition
from liaison.formats.un_xml import parse

pytestmark = pytest.mark.samples


@pytest.fixture(scope="module")
def items(samples):
    with (samples / "data" / "un" / "consolidated.xml").open("rb") as stream:
        return list(parse(stream))


def test_its_counts_are_its_own(items):
    *rows, edition = items

    assert isinstance(edition, Edition)
    assert edition.counts == {"persons": 160, "organisations": 273}
    assert Counter(row.kind for row in rows) == edition.counts
    assert (edition.complete, edition.generated_at[:10]) == (True, "2026-02-27")


def test_every_row_goes_in_and_all_but_the_version_number_is_kept(items):
    *rows, edition = items

    assert [row.listing for row in rows if row.fields is None] == []
    assert edition.unkept == {
        "INDIVIDUAL/VERSIONNUM": 160,
        "ENTITY/VERSIONNUM": 273,
        "CONSOLIDATED_LIST@noNamespaceSchemaLocation": 1,
    }
    assert edition.kept["INDIVIDUAL/INDIVIDUAL_DOCUMENT/NUMBER"] == 99
    assert edition.kept["ENTITY/ENTITY_ALIAS/ALIAS_NAME"] == 613


def test_its_peculiarities_are_understood(items):
    people = {row.listing: row.fields for row in items[:-1] if row.kind == "persons"}
    kinds = Counter(document["kind"] for fields in people.values() for document in fields.get("documents", []))

    assert {fields["list_programme"] for listing, fields in people.items() if listing.startswith("GBi")} == {
        "Guinea-Bissau"
    }
    assert kinds == {
        "passport": 77,
        "national_number": 16,
        "identity_card": 3,
        "nationality_certificate": 2,
        "birth_certificate": 1,
    }
    assert sum("nationalities" in fields for fields in people.values()) == 125
    assert sum(name["script"] == "Arab" for fields in people.values() for name in fields["names"]) == 35
