"""Writes the tables of README.md beside this file from the results that it cites.

python -m benchmarks.matching_quality.tables
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from benchmarks.pages import filled, rows, told

PAGE = Path(__file__).parent / "README.md"

Told = Mapping[str, Any]
Row = tuple[str, str, Callable[[Told], Any]]
SHORT = {
    "liaison": "liaison",
    "liaison, same sample": "liaison, sample",
    "liaison, names of no list": "liaison, names of no list",
    "rapidfuzz": "rapidfuzz",
    "nomenklatura logic-v1": "logic-v1",
    "nomenklatura logic-v2": "logic-v2",
}
_SETS = ("judges", "chooses", "development")


def main() -> None:
    """Write the page anew."""
    PAGE.write_text(filled(PAGE, TABLES), encoding="utf-8")


def _slice(name: str, figure: str = "found") -> Callable[[Told], Any]:
    return lambda table: table["slices"].get(name, {}).get(figure)


def _of(*path: str) -> Callable[[Told], Any]:
    def look(table: Told) -> Any:
        for step in path:
            table = table[step]
        return table

    return look


ROWS: tuple[Row, ...] = (
    ("true person first (R@1)", ">= .955", _of("R@1")),
    ("among the first 5", "", _of("R@5")),
    ("among the first 50", "", _of("R@50")),
    ("found at 1 % of all innocents", ">= .85", _of("found at 1 %")),
    ("... full birth date in the query", ">= .985", _slice("full birth date")),
    ("... year only", "", _slice("year only")),
    ("... no birth date", ">= .62", _slice("no birth date")),
    (
        "... women / men",
        "",
        lambda table: " / ".join(told(_slice(sex)(table)) for sex in ("women", "men")).strip("/ "),
    ),
    ("found at 1 % of ordinary innocents", ">= .90", _of("found at 1 % of ordinary innocents")),
    ("Arabic against Latin", ">= .80", _slice("script arabic")),
    ("Cyrillic against Latin", ">= .99", _slice("script cyrillic")),
    ("Hebrew without a date", ">= .40", _slice("script hebrew, no birth date")),
    ("Korean without a date", ">= .40", _slice("script korean, no birth date")),
    ("glued and split words", ">= .97", _slice("glued and split")),
    ("reading and typing errors", ">= .98", _slice("reading and typing errors")),
    ("namesake flagged", "<= .01", _of("namesakes flagged")),
    ("recombined innocent flagged", "", _of("recombined flagged")),
    ("calibration error at .5", "<= .05", _of("calibration", "0.5")),
    ("calibration error at .01", "<= .05", _of("calibration", "0.01")),
    ("first two equal", "<= .01", _of("ties", "first two")),
    ("any two of the first ten equal", "<= .01", _of("ties", "any of ten")),
    ("names only (AUC)", ">= .90", _of("names only", "AUC")),
    ("... won case by case", "", _of("names only", "won case by case")),
    ("*found of what shares nothing*", "", _of("found of what shares nothing")),
)


def _goals(which: str) -> Callable[[Told], str]:
    def made(result: Told) -> str:
        tables = result[which]
        head = ["", "goal", *(SHORT[name] for name in tables)]
        counts = ["*answerable cases, innocents*", ""]
        counts += [f"{table['cases']['answerable']:,}, {table['cases']['innocent']:,}" for table in tables.values()]
        body = [[name, goal, *(_cell(look(table)) for table in tables.values())] for name, goal, look in ROWS]
        return rows(head, [counts, *(row for row in body if any(row[2:]))])

    return made


def _cell(value: Any) -> str:
    return value if isinstance(value, str) else told(value)


def _kinds(which: str) -> Callable[[Told], str]:
    """Return the table of kinds: how many, first, found; of peers found only."""

    def made(result: Told) -> str:
        tables = result[which]
        ours = tables["liaison"]["slices"]
        others = {name: table["slices"] for name, table in tables.items() if not name.startswith("liaison")}
        head = ["", "cases", "R@1", "R@50", "found", *(SHORT[name] for name in others)]
        kinds = [name for name in ours if not name.startswith(("kind ", "script ")) and " " in name]
        body = [
            [
                name,
                told(ours[name]["cases"]),
                *(told(ours[name][figure]) for figure in ("R@1", "R@50", "found")),
                *(told(other.get(name, {}).get("found")) for other in others.values()),
            ]
            for name in kinds
        ]
        return rows(head, body)

    return made


def _border(result: Told) -> str:
    tables = result["border"]

    def row(name: str, goal: str, look: Callable[[Told], str]) -> list[str]:
        return [name, goal, *(look(one) for one in tables.values())]

    return rows(
        ["", "goal", *(SHORT[name] for name in tables)],
        [
            row("*travellers, false alarms allowed*", "", lambda one: f"{one['travellers']:,}, {one['allowed']}"),
            *(row(f"found, {born}", goal, _found_at_border(born)) for born, goal in _FOUND.items()),
            row("*travellers of unknown words*", "", lambda one: told(one["unknown words"]["travellers"])),
            row("found, full birth date", "", _unknown),
            row("alarms of the worst by the best script", "<= 2", _worst),
        ],
    )


_FOUND = {
    "full birth date": ">= .96",
    "full birth date that is right": "",
    "year only": "",
    "no birth date": "",
    "all": "",
}


def _found_at_border(born: str) -> Callable[[Told], str]:
    return lambda one: told(one["found at 1 in 10,000"][born])


def _worst(one: Told) -> str:
    return told(one["alarms at 1 in 1,000"]["worst by best script"], 1)


def _unknown(one: Told) -> str:
    return told(one["unknown words"]["found at 1 in 10,000 with a full birth date"])


def _alarms(result: Told) -> str:
    """Return how many travellers of each kind this engine stops at one in a thousand."""
    even = result["border"]["liaison"]["alarms at 1 in 1,000"]
    body = [row for kind in ("script", "writing", "sex") for row in _rates(kind, even[kind])]
    nations = _rates("nationality", even["nationality"])
    body += nations if len(nations) <= 2 * _NATIONS else [*nations[:_NATIONS], *nations[-_NATIONS:]]
    return rows(["by", "", "travellers", "alarms", "of a thousand"], body)


_NATIONS = 6
"""How many of the worst and of the best nationalities are shown."""
_SHOWN_MIN = 500
"""Of a kind with fewer travellers its rate is chance."""


def _rates(kind: str, rates: Told) -> list[list[str]]:
    return [
        [kind, name, told(one["travellers"]), told(one["alarms"]), told(one["rate"] * 1_000, 2)]
        for name, one in sorted(rates.items(), key=lambda item: -item[1]["rate"])
        if one["travellers"] >= _SHOWN_MIN
    ]


def _writings(result: Told) -> str:
    head = ["", "cases", "R@1", "R@5", "R@50"]
    tables = result["writings"]
    return rows(
        head,
        [[name, told(one["cases"]), *(told(one[rank]) for rank in head[2:])] for name, one in tables.items()],
    )


def _padded(result: Told) -> str:
    head = ["people", "cases", "R@1", "R@5", "R@50", "goal", "ms a case"]
    goals = {"22000": ">= .98", "1000000": ">= .93"}
    return rows(
        head,
        [
            [
                f"{int(size):,}",
                told(one["cases"]),
                *(told(one[rank]) for rank in head[2:5]),
                goals.get(size, ""),
                told(one["ms a case"], 1),
            ]
            for size, one in result["padded"].items()
        ],
    )


TABLES = {
    **{f"{which} goals": _goals(which) for which in _SETS},
    **{f"{which} kinds": _kinds(which) for which in _SETS},
    "border": _border,
    "alarms": _alarms,
    "writings": _writings,
    "padded": _padded,
}


if __name__ == "__main__":
    main()
