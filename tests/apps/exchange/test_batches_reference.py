"""The reference page for national systems names every refusal that they can meet there."""

import re
from pathlib import Path

import pytest

from liaison.apps import exchange

MODULES = (
    "signed",
    "batch_document",
    "batch_items",
    "batches",
    "batch_queries",
    "feeds",
    "feed_cursor",
    "reconciling",
)
PAGE = Path(__file__).parents[3] / "docs" / "reference" / "batches.md"


@pytest.mark.parametrize("module", MODULES)
def test_every_code_is_on_the_page(module):
    source = (Path(exchange.__file__).parent / f"{module}.py").read_text()
    codes = set(re.findall(r'code="([a-z_]+\.[a-z_]+)"', source))

    assert {code for code in codes if f"`{code}`" not in PAGE.read_text()} == set()


def test_the_page_names_none_that_is_gone():
    folder = Path(exchange.__file__).parent
    given = {code for path in folder.glob("*.py") for code in re.findall(r'"([a-z_]+\.[a-z_]+)"', path.read_text())}
    named = set(re.findall(r"`((?:signed|batches|feed|reconciling)\.[a-z_]+)`", PAGE.read_text()))

    assert len(named) > len(MODULES)
    assert named - given == set()
