"""Every door of the software, found by looking: addresses, interface operations, plain callables, commands, parts.

Nothing is listed here. What is found is compared with `table.py`, where each has its cell.
"""

import argparse
import re
from collections.abc import Iterator
from pathlib import Path

from django.urls import URLPattern, URLResolver, get_resolver
from ninja.operation import PathView

import liaison
from liaison.cli.main import build_parser
from liaison.cli.work import _parts
from liaison.config import asgi
from liaison.config.env import Environment

VERBS = ("GET", "POST", "PUT", "PATCH", "DELETE")
STREAMS = ("StreamingHttpResponse", "text/event-stream", "EventSource(")
PACKAGE = Path(liaison.__file__).parent


def pages() -> dict[str, str]:
    """Return all addresses that Django answers with a view of its own, by name: `records:record`."""
    return {name: route for name, route, pattern in _patterns(get_resolver()) if not _operations(pattern)}


def operations() -> set[str]:
    """Return all operations of the programs' interface with their verbs: `GET /api/v1/records/<reference>`."""
    return {f"{verb} {route}" for _, route, pattern in _patterns(get_resolver()) for verb in _operations(pattern)}


def plain_callables() -> set[str]:
    """Return the paths that are answered without Django."""
    return set(asgi._HOT)


def streams() -> set[str]:
    """Return the modules that keep an answer open; a page that waits for one is a stream, too."""
    found = set()
    for path in (*PACKAGE.rglob("*.py"), *PACKAGE.rglob("*.html"), *PACKAGE.rglob("liaison/js/*.js")):
        if any(name in path.read_text("utf-8") for name in STREAMS):
            found.add(str(path.relative_to(PACKAGE)))
    return found


def commands(parser: argparse.ArgumentParser | None = None) -> set[str]:
    """Return all commands: `records import`."""
    return set(_leaves(parser or build_parser(), ()))


def parts() -> set[str]:
    """Return what `liaison work` runs."""
    return set(_parts(Environment(home=Path("/nowhere"))))


def _patterns(
    resolver: URLResolver, spaces: tuple[str, ...] = (), before: str = "/"
) -> Iterator[tuple[str, str, URLPattern]]:
    """Yield name, route and pattern of every address; one without a name is named by its route."""
    for pattern in resolver.url_patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = (*spaces, pattern.namespace.split("-")[0]) if pattern.namespace else spaces
            yield from _patterns(pattern, inner, route)
        else:
            yield ":".join((*spaces, pattern.name or route)), route, pattern


def _operations(pattern: URLPattern) -> list[str]:
    """Return the verbs of the interface's view behind an address, which the framework keeps in a closure."""
    cells = getattr(pattern.callback, "__closure__", None) or ()
    views = [cell.cell_contents for cell in cells if isinstance(cell.cell_contents, PathView)]
    return [verb for view in views for operation in view.operations for verb in operation.methods]


def _leaves(parser: argparse.ArgumentParser, names: tuple[str, ...]) -> Iterator[str]:
    chosen = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    if not chosen:
        yield " ".join(names)
    for action in chosen:
        for name, inner in action.choices.items():
            yield from _leaves(inner, (*names, name))


def place(kind: str) -> re.Pattern[str]:
    """Return what a place of one kind looks like in a route."""
    return re.compile(rf"<(?:{kind}:)?\w+>" if kind == r"\w+" else rf"<{kind}:\w+>")
