"""Tables of a benchmark's page, written from the results that it cites: a page says no other figure than its file.

A page holds `<!-- NAME from results/FILE.json -->`, the table, and `<!-- end -->`.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

_BLOCK = re.compile(r"(<!-- ([\w ]+) from (results/[\w.-]+\.json) -->\n).*?(<!-- end -->)", re.DOTALL)

Tables = Mapping[str, Callable[[dict[str, Any]], str]]


def filled(page: Path, tables: Tables) -> str:
    """Return the page's text with each of its tables made anew."""

    def made(found: re.Match[str]) -> str:
        before, name, file, after = found.groups()
        result = json.loads((page.parent / file).read_text(encoding="utf-8"))
        return f"{before}\n{tables[name](result)}\n\n{after}"

    return _BLOCK.sub(made, page.read_text(encoding="utf-8"))


def rows(head: Sequence[str], body: Iterable[Sequence[str]]) -> str:
    """Return a table in Markdown."""
    return "\n".join(f"| {' | '.join(row)} |" for row in [head, ["---"] * len(head), *body])


def told(number: Any, digits: int = 3) -> str:
    """Return a figure as a page shows it: without the zero before its point where it is a share, nothing for None."""
    if number is None:
        return ""
    if isinstance(number, int):
        return f"{number:,}"
    text = f"{number:.{digits}f}"
    return text.removeprefix("0") if 0 < number < 1 else text
