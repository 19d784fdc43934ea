"""The examples on the pages about tables and FollowTheMoney are read as the pages say."""

import io
import re
from pathlib import Path

from liaison.formats import csv_template, ftm

PAGES = Path(__file__).resolve().parents[2] / "docs" / "how-to"


def example(page: str, start: str) -> bytes:
    """Return the indented lines of a page from the one that begins so."""
    text = (PAGES / page).read_text("utf-8")
    found = re.search(rf"^    {re.escape(start)}.*(?:\n    .+)*", text, re.MULTILINE)
    assert found, f"{page} shows no {start}"
    return "".join(f"{line[4:]}\n" for line in found[0].splitlines()).encode()


def test_the_table_of_the_page_is_one_car_with_two_plates():
    row, edition = csv_template.parse("vehicles", io.BytesIO(example("csv-templates.md", "foreign_key,")))

    assert row.findings == ()
    assert [plate["number"] for plate in row.fields["plates"]] == ["QM-1234", "QM-9876"]
    assert row.fields["event"] == "stolen"
    assert edition.counts == {"vehicles": 1}


def test_the_passport_of_the_page_is_a_stolen_one():
    row, _ = ftm.parse(io.BytesIO(example("exchange-followthemoney.md", '{"id"')))

    assert row.fields == {"number": "QM1234567", "country": "QM", "event": "stolen", "document_kind": "passport"}
