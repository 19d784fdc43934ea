"""Writes the tables of README.md beside this file from the results that it cites.

python -m benchmarks.matching_speed.tables
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.pages import filled, rows, told

PAGE = Path(__file__).parent / "README.md"
_QUANTILES = ("p50", "p95", "p99")


def main() -> None:
    """Write the page anew."""
    PAGE.write_text(filled(PAGE, TABLES), encoding="utf-8")


def _queries(result: Mapping[str, Any]) -> str:
    engines = {"liaison": result["ours"], **result.get("peers", {})}
    head = ["", "asked", "clock p50", "p95", "p99", "processor p50", "p95", "p99", "right one first"]
    body = [
        [
            name,
            told(one["asked"]),
            *(_spread(one["clock_ms"][at]) for at in _QUANTILES),
            *(_spread(one["processor_ms"][at]) for at in _QUANTILES),
            told(one["of them first"]),
        ]
        for name, one in engines.items()
    ]
    return rows(head, body)


def _spread(one: Mapping[str, float]) -> str:
    return f"{told(one['all'], 2)} ({told(one['least'], 2)} to {told(one['most'], 2)})"


def _size(result: Mapping[str, Any]) -> str:
    ours = result["ours"]
    return rows(
        ["", "goal", f"{result['people']:,} people"],
        [
            ["bytes of the file a person with two names", "<= 200", told(result["bytes"]["a person"], 0)],
            ["building, seconds", "20 at a million", told(result["seconds"]["building"], 1)],
            ["writing, seconds", "", told(result["seconds"]["writing"], 1)],
            ["opening an existing index, seconds", "2", told(result["start"]["opened, seconds"])],
            ["... until the first answer", "", told(result["start"]["answered, seconds"])],
            ["... with Python and imports", "", told(result["start"]["with Python and imports, seconds"])],
            ["a change searchable, milliseconds", "1,000", told(ours["change searchable, ms"]["median"], 1)],
            ["most memory of the process, MB", "", told(ours["memory"]["most_mb"], 0)],
        ],
    )


TABLES = {"queries": _queries, "size": _size}


if __name__ == "__main__":
    main()
