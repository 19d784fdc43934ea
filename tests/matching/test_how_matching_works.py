"""The two cases of "How matching works" are what the engine says, to the last decimal."""

import json
import re
from pathlib import Path

import pytest

from liaison.matching import PersonIndex
from liaison.matching.explanation import probability

PAGE = Path(__file__).resolve().parents[2] / "docs" / "explanation" / "matching.md"
CASE = re.compile(r"```json\n(?P<case>.+?)\n```\n\n(?P<table>.+?)\n\n", re.DOTALL)


def table_of(case: dict[str, dict[str, object]]) -> str:
    """Return the table that the page has to have for a case."""
    index = PersonIndex.build([{"id": 1, **case["listed"]}])
    (found,) = index.search(case["asked"])
    lines, total = ["| evidence | nats | sum | probability |", "|---|---|---|---|"], 0.0
    for part in found.explanation:
        total += part.evidence
        sides = f" ({part.left} / {part.right})" if part.left else ""
        said = part.message % part.values
        lines.append(f"| {said}{sides} | {part.evidence:+.3f} | {total:+.3f} | {probability(total):.5f} |")
    assert probability(total) == pytest.approx(found.score)
    return "\n".join([*lines, f"| **score** | | | **{found.score:.5f}** |"])


def test_the_printed_cases_are_what_the_engine_says():
    cases = list(CASE.finditer(PAGE.read_text(encoding="utf-8")))

    assert len(cases) == 2
    for found in cases:
        wanted = table_of(json.loads(found["case"]))
        assert found["table"] == wanted, f"the page has to print:\n{wanted}"


def test_the_true_case_is_found_and_the_false_one_is_not():
    true, false = (
        float(re.search(r"\*\*score\*\* \| \| \| \*\*([\d.]+)\*\*", found["table"])[1])
        for found in CASE.finditer(PAGE.read_text(encoding="utf-8"))
    )
    assert true > 0.9
    assert false < 0.01
